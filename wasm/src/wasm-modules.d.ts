/* SPDX-License-Identifier: MIT */
/** The modules as texts; build.mjs says how. */
declare module 'weir-sse-modules' {
  export const digits: string
  export const order: number[]
  export const scalar: string
  export const simd: string
}
