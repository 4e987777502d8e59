/* SPDX-License-Identifier: MIT */
/* SSE2: 16 bytes at once, and no shuffle, so UTF-8 is plain C's. */
#include "weir-path-private.h"

#ifdef WEIR_HAVE_X86
#include <emmintrin.h>

#define TARGET __attribute__ ((target ("sse2")))
#define PATH weir_path_sse2

typedef __m128i V;

#define ZERO _mm_setzero_si128 ()
#define IS_ASCII(v) (_mm_movemask_epi8 (v) == 0)

TARGET static inline uint64_t
ends_in_block (const char *bytes, V *all)
{
  const V *from = (const V *) (const void *) bytes;
  uint64_t ends = 0;

  for (unsigned i = 0; i < 4; i++)
    {
      V v = _mm_loadu_si128 (from + i);
      V end = _mm_or_si128 (_mm_cmpeq_epi8 (v, _mm_set1_epi8 ('\n')), _mm_cmpeq_epi8 (v, _mm_set1_epi8 ('\r')));

      *all = _mm_or_si128 (*all, v);
      ends |= (uint64_t) (unsigned) _mm_movemask_epi8 (end) << 16 * i;
    }
  return ends;
}

#include "weir-path-template.h"
#endif
