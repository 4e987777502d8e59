/* SPDX-License-Identifier: MIT */
/* Replaces weir-path.c in builds with one path, such as a WebAssembly module. */
#include "weir-path-private.h"

const WeirPathFunctions *
weir_path_functions (void)
{
#ifdef __wasm_simd128__
  return &weir_path_simd128;
#else
  return &weir_path_scalar;
#endif
}
