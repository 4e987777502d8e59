/* SPDX-License-Identifier: MIT */
/** The modules as texts; build.mjs says how. */
declare module 'weir-sse-modules' {
  export const digits: string
  export const frequent: number[]
  export const scalar: string
  export const simd: string
}

/** The scalar module as JavaScript. */
declare module 'weir-sse-javascript' {
  /** Makes an instance, and returns what it exports. */
  export function instantiate(): any
}

/** The module that assembles answers, as a text. */
declare module 'weir-sse-answer-text' {
  export const digits: string
  export const frequent: number[]
  export const text: string
}
