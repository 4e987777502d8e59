/* SPDX-License-Identifier: MIT */
/* SSE2: vectors of 16 bytes. It has no shuffle, so UTF-8 is checked in plain C. */
#include "weir-path-private.h"

#ifdef WEIR_HAVE_X86
#include <emmintrin.h>

#define TARGET __attribute__ ((target ("sse2")))
#define PATH weir_path_sse2
#define WIDTH 16

typedef __m128i V;

#define LOAD(p) _mm_loadu_si128 ((const __m128i *) (const void *) (p))
#define STORE(p, v) _mm_storeu_si128 ((__m128i *) (void *) (p), v)
#define STREAM(p, v) _mm_stream_si128 ((__m128i *) (void *) (p), v)
#define ZERO _mm_setzero_si128 ()
#define ONES _mm_set1_epi8 (-1)
#define OR _mm_or_si128
#define IS_ASCII(v) (_mm_movemask_epi8 (v) == 0)

TARGET static inline uint64_t
ends_in (const V *block)
{
  uint64_t ends = 0;

  for (unsigned i = 0; i < WEIR_BLOCK / WIDTH; i++)
    {
      V end = OR (_mm_cmpeq_epi8 (block[i], _mm_set1_epi8 ('\n')),
                  _mm_cmpeq_epi8 (block[i], _mm_set1_epi8 ('\r')));

      ends |= (uint64_t) (unsigned) _mm_movemask_epi8 (end) << 16 * i;
    }
  return ends;
}

#include "weir-path-template.h"
#endif
