/* SPDX-License-Identifier: MIT */
/*
 * weir-path: which instruction set the core uses. By default it detects what the processor supports
 * and uses the widest. The items are the same on every path. Tests and benchmarks can force a path.
 */
#ifndef WEIR_PATH_H
#define WEIR_PATH_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum
{
  WEIR_PATH_BEST = 0, /* the widest that the processor supports */
  WEIR_PATH_SCALAR,   /* plain C, on every processor */
  WEIR_PATH_SSE2,     /* x86 */
  WEIR_PATH_SSSE3,
  WEIR_PATH_AVX2,
  WEIR_PATH_AVX512,  /* with AVX-512BW */
  WEIR_PATH_NEON,    /* 64-bit ARM */
  WEIR_PATH_SIMD128, /* WebAssembly, if the core was built with it */
} WeirPath;

#define WEIR_N_PATHS 8

/* Makes parsers that are initialised from now on, in all threads, use path.
 * Returns: false, without effect, if this processor or this build does not support it. */
bool weir_force_path (WeirPath path);

/* Returns the path that the next parser uses; never WEIR_PATH_BEST. */
WeirPath weir_get_path (void);

/* Returns the name of a path, such as "avx2"; "best" for WEIR_PATH_BEST. Static, never NULL. */
const char *weir_path_name (WeirPath path);

/* Sets *path to the path with this name. Returns: false if there is none. */
bool weir_path_from_name (const char *name, WeirPath *path);

/* Forces the path that the environment variable WEIR_PATH names, if it is set. The core itself reads no
 * environment variables; a program that supports this one calls the function in main().
 * Returns: false if the variable names a path that does not exist or is not supported. */
#ifndef WEIR_NO_LIBC
#include <stdlib.h>

static inline bool
weir_force_path_from_environment (void)
{
  const char *name = getenv ("WEIR_PATH");
  WeirPath path;

  return name == NULL || (weir_path_from_name (name, &path) && weir_force_path (path));
}
#endif

#ifdef __cplusplus
}
#endif

#endif
