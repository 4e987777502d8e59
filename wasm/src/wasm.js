/* SPDX-License-Identifier: MIT */
/* The modules, as base64: the build puts their bytes here. */
import scalarBytes from 'weir-sse-scalar.wasm'
import simdBytes from 'weir-sse-simd.wasm'

export const scalar = scalarBytes
export const simd = simdBytes
