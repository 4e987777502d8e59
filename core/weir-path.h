/* SPDX-License-Identifier: MIT */
/*
 * weir-path: which instructions the core uses. It finds out by itself what the machine has, and
 * takes the widest; the items are the same on every path. Forcing one is for tests and benchmarks.
 */
#ifndef WEIR_PATH_H
#define WEIR_PATH_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum
{
  WEIR_PATH_BEST = 0, /* the widest that the machine has */
  WEIR_PATH_SCALAR,   /* plain C: everywhere */
  WEIR_PATH_SSE2,     /* x86 */
  WEIR_PATH_SSSE3,
  WEIR_PATH_AVX2,
  WEIR_PATH_AVX512,  /* with AVX-512BW */
  WEIR_PATH_NEON,    /* 64-bit ARM */
  WEIR_PATH_SIMD128, /* WebAssembly, where the core was built with it */
} WeirPath;

#define WEIR_N_PATHS 8

/* Makes parsers initialised from now on, in all threads, take path. False, and nothing is done,
 * where this machine, or this build, does not have it. */
bool weir_force_path (WeirPath path);

/* The path that the next parser takes; never WEIR_PATH_BEST. */
WeirPath weir_get_path (void);

/* "avx2", and "best" for WEIR_PATH_BEST. A static string, never NULL. */
const char *weir_path_name (WeirPath path);

/* The other way round. False where no path is called so. */
bool weir_path_from_name (const char *name, WeirPath *path);

/* The core reads no environment. A program that wants WEIR_PATH=avx2 to count calls this in main();
 * false where the variable names a path that is not to be had. */
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
