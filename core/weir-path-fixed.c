/* SPDX-License-Identifier: MIT */
/* In the place of weir-path.c where a build has one path, as a WebAssembly module has. */
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
