/* SPDX-License-Identifier: MIT */
/* SSE2: 16 bytes at once, and no shuffle, so UTF-8 is plain C's. */
#include "weir-path-private.h"

#ifdef WEIR_HAVE_X86
#include <emmintrin.h>

#define TARGET __attribute__ ((target ("sse2")))
#define PATH weir_path_sse2

TARGET static inline uint64_t
block_of (const char *bytes, uint64_t *high)
{
  const __m128i *from = (const __m128i *) (const void *) bytes;
  const __m128i lf = _mm_set1_epi8 ('\n'), cr = _mm_set1_epi8 ('\r');
  uint64_t ends = 0;

  *high = 0;
  for (unsigned i = 0; i < 4; i++)
    {
      __m128i v = _mm_loadu_si128 (from + i);
      __m128i end = _mm_or_si128 (_mm_cmpeq_epi8 (v, lf), _mm_cmpeq_epi8 (v, cr));

      ends |= (uint64_t) (unsigned) _mm_movemask_epi8 (end) << 16 * i;
      *high |= (uint64_t) (unsigned) _mm_movemask_epi8 (v) << 16 * i;
    }
  return ends;
}

#define BLOCK block_of

#include "weir-path-template.h"
#endif
