/* SPDX-License-Identifier: MIT */
/* A module has one path: which, is chosen when it is built. */
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
