/* SPDX-License-Identifier: MIT */
/* SSSE3: vectors of 16 bytes. */
#include "weir-path-private.h"

#ifdef WEIR_HAVE_X86
#include <tmmintrin.h>

#define TARGET __attribute__ ((target ("ssse3")))
#define PATH weir_path_ssse3
#define WIDTH 16

typedef __m128i V;

#define LOAD(p) _mm_loadu_si128 ((const __m128i *) (const void *) (p))
#define STORE(p, v) _mm_storeu_si128 ((__m128i *) (void *) (p), v)
#define STREAM(p, v) _mm_stream_si128 ((__m128i *) (void *) (p), v)
#define ZERO _mm_setzero_si128 ()
#define SPLAT(byte) _mm_set1_epi8 ((char) (byte))
#define OR _mm_or_si128
#define AND _mm_and_si128
#define XOR _mm_xor_si128
#define MINUS(a, b) _mm_subs_epu8 (a, b)
#define HIGH_NIBBLE(v) _mm_and_si128 (_mm_srli_epi16 (v, 4), _mm_set1_epi8 (0x0F))
#define LOOK_UP(v, ...) _mm_shuffle_epi8 (bytes_16 (__VA_ARGS__), v)
#define BEHIND(v, prev, n) _mm_alignr_epi8 (v, prev, 16 - (n))
#define TAIL(bytes) _mm_slli_si128 (_mm_cvtsi32_si128 ((int) (bytes)), 12)
#define IS_ZERO(v) (_mm_movemask_epi8 (_mm_cmpeq_epi8 (v, _mm_setzero_si128 ())) == 0xFFFF)
#define IS_ASCII(v) (_mm_movemask_epi8 (v) == 0)
#define bytes_16(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)                                   \
  _mm_setr_epi8 ((char) (a), (char) (b), (char) (c), (char) (d), (char) (e), (char) (f),           \
                 (char) (g), (char) (h), (char) (i), (char) (j), (char) (k), (char) (l),           \
                 (char) (m), (char) (n), (char) (o), (char) (p))

TARGET static inline uint64_t
ends_in (const V *block)
{
  uint64_t ends = 0;

  for (unsigned i = 0; i < WEIR_BLOCK / WIDTH; i++)
    ends |= (uint64_t) (unsigned) _mm_movemask_epi8 (
                _mm_cmpeq_epi8 (LOOK_UP (block[i], WEIR_LINE_ENDS), block[i]))
            << 16 * i;
  return ends;
}

#include "weir-path-template.h"
#endif
