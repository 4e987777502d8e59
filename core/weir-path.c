/* SPDX-License-Identifier: MIT */
#include "weir-path-private.h"

#include <stdatomic.h>
#include <string.h>

static const char *const names[WEIR_N_PATHS] = { "best", "scalar", "sse2", "ssse3",
                                                 "avx2", "avx512", "neon", "simd128" };

/* WEIR_PATH_BEST until the first use. */
static _Atomic WeirPath current;

/* Returns: NULL if this build or this processor does not support path. */
static const WeirPathFunctions *
functions (WeirPath path)
{
  switch (path)
    {
    case WEIR_PATH_SCALAR:
      return &weir_path_scalar;
#ifdef WEIR_HAVE_X86
    case WEIR_PATH_SSE2:
      return __builtin_cpu_supports ("sse2") ? &weir_path_sse2 : NULL;
    case WEIR_PATH_SSSE3:
      return __builtin_cpu_supports ("ssse3") ? &weir_path_ssse3 : NULL;
    case WEIR_PATH_AVX2:
      return __builtin_cpu_supports ("avx2") ? &weir_path_avx2 : NULL;
    case WEIR_PATH_AVX512:
      return __builtin_cpu_supports ("avx512bw") ? &weir_path_avx512 : NULL;
#endif
#ifdef WEIR_HAVE_NEON
    case WEIR_PATH_NEON:
      return &weir_path_neon;
#endif
#ifdef WEIR_HAVE_SIMD128
    case WEIR_PATH_SIMD128:
      return &weir_path_simd128;
#endif
    default:
      return NULL;
    }
}

static WeirPath
best (void)
{
  WeirPath path = WEIR_N_PATHS - 1;

  while (functions (path) == NULL)
    path--;
  return path;
}

bool
weir_force_path (WeirPath path)
{
  if (path == WEIR_PATH_BEST)
    path = best ();
  if (functions (path) == NULL)
    return false;
  atomic_store_explicit (&current, path, memory_order_relaxed);
  return true;
}

WeirPath
weir_get_path (void)
{
  WeirPath path = atomic_load_explicit (&current, memory_order_relaxed);

  if (path == WEIR_PATH_BEST)
    {
      path = best ();
      atomic_store_explicit (&current, path, memory_order_relaxed);
    }
  return path;
}

const WeirPathFunctions *
weir_path_functions (void)
{
  return functions (weir_get_path ());
}

const char *
weir_path_name (WeirPath path)
{
  return names[(unsigned) path < WEIR_N_PATHS ? path : WEIR_PATH_BEST];
}

bool
weir_path_from_name (const char *name, WeirPath *path)
{
  for (unsigned i = 0; i < WEIR_N_PATHS; i++)
    if (strcmp (names[i], name) == 0)
      {
        *path = (WeirPath) i;
        return true;
      }
  return false;
}
