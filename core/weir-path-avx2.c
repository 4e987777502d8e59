/* SPDX-License-Identifier: MIT */
/* AVX2: vectors of 32 bytes in two lanes. */
#include "weir-path-private.h"

#ifdef WEIR_HAVE_X86
#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__ ((target ("avx2")))
#define PATH weir_path_avx2
#define WIDTH 32

typedef __m256i V;

#define LOAD(p) _mm256_loadu_si256 ((const __m256i *) (const void *) (p))
#define STORE(p, v) _mm256_storeu_si256 ((__m256i *) (void *) (p), v)
#define STREAM(p, v) _mm256_stream_si256 ((__m256i *) (void *) (p), v)
#define LOAD_REST
#define ZERO _mm256_setzero_si256 ()
#define SPLAT(byte) _mm256_set1_epi8 ((char) (byte))
#define OR _mm256_or_si256
#define AND _mm256_and_si256
#define XOR _mm256_xor_si256
#define MINUS(a, b) _mm256_subs_epu8 (a, b)
#define HIGH_NIBBLE(v) _mm256_and_si256 (_mm256_srli_epi16 (v, 4), _mm256_set1_epi8 (0x0F))
#define LOOK_UP(v, ...) _mm256_shuffle_epi8 (bytes_16 (__VA_ARGS__), v)
#define BEHIND(v, prev, n)                                                                         \
  _mm256_alignr_epi8 (v, _mm256_permute2x128_si256 (prev, v, 0x21), 16 - (n))
#define TAIL(bytes) _mm256_insert_epi32 (ZERO, (int) (bytes), 7)
#define LEAVE _mm256_zeroupper ()
#define IS_ZERO(v) _mm256_testz_si256 (v, v)
#define IS_ASCII(v) (_mm256_movemask_epi8 (v) == 0)
#define bytes_16(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)                                   \
  _mm256_broadcastsi128_si256 (_mm_setr_epi8 ((char) (a), (char) (b), (char) (c), (char) (d),      \
                                              (char) (e), (char) (f), (char) (g), (char) (h),      \
                                              (char) (i), (char) (j), (char) (k), (char) (l),      \
                                              (char) (m), (char) (n), (char) (o), (char) (p)))

/* Returns: the min (n, 8) bytes at from as a number, the first in the lowest bits. */
static inline uint64_t
word_of (const char *from, size_t n)
{
  uint64_t eight = 0;
  uint32_t first = 0, last = 0;

  if (n >= 8)
    {
      memcpy (&eight, from, 8);
      return eight;
    }
  if (n >= 4)
    {
      memcpy (&first, from, 4);
      memcpy (&last, from + n - 4, 4);
      return first | (uint64_t) last << 8 * (n - 4);
    }
  if (n > 0)
    eight = (uint64_t) (uint8_t) from[0] | (uint64_t) (uint8_t) from[n / 2] << 8 * (n / 2)
            | (uint64_t) (uint8_t) from[n - 1] << 8 * (n - 1);
  return eight;
}

/* Returns: a vector of the n bytes at from, at most 32, and zeros. Does not go through a buffer in memory,
 * because the load would wait for the narrower stores. */
TARGET static inline V
load_part (const char *from, size_t n)
{
  uint64_t words[4];

  for (size_t i = 0; i < 4; i++)
    words[i] = n > 8 * i ? word_of (from + 8 * i, n - 8 * i) : 0;
  return _mm256_set_epi64x ((long long) words[3], (long long) words[2], (long long) words[1],
                            (long long) words[0]);
}

TARGET static inline void
load_rest (const char *bytes, size_t length, V *block)
{
  block[0] = length >= WIDTH ? LOAD (bytes) : load_part (bytes, length);
  block[1] = length > WIDTH ? load_part (bytes + WIDTH, length - WIDTH) : ZERO;
}

TARGET static inline uint64_t
ends_in_vector (V v)
{
  return (uint32_t) _mm256_movemask_epi8 (_mm256_cmpeq_epi8 (LOOK_UP (v, WEIR_LINE_ENDS), v));
}

TARGET static inline uint64_t
ends_in (const V *block)
{
  return ends_in_vector (block[0]) | ends_in_vector (block[1]) << 32;
}

#include "weir-path-template.h"
#endif
