/* SPDX-License-Identifier: MIT */
/* AVX-512BW: a vector is a whole block, in four lanes. Masks load incomplete blocks. */
#include "weir-path-private.h"

#ifdef WEIR_HAVE_X86
#include <immintrin.h>

#define TARGET __attribute__ ((target ("avx512f,avx512bw")))
#define PATH weir_path_avx512
#define WIDTH 64

typedef __m512i V;

#define LOAD(p) _mm512_loadu_si512 (p)
#define STORE(p, v) _mm512_storeu_si512 (p, v)
#define STREAM(p, v) _mm512_stream_si512 ((__m512i *) (void *) (p), v)
#define LOAD_PART(p, length) _mm512_maskz_loadu_epi8 (~UINT64_C (0) >> (64 - (length)), p)
#define LOAD_REST
#define ZERO _mm512_setzero_si512 ()
#define SPLAT(byte) _mm512_set1_epi8 ((char) (byte))
#define OR _mm512_or_si512
#define AND _mm512_and_si512
#define XOR _mm512_xor_si512
#define MINUS(a, b) _mm512_subs_epu8 (a, b)
#define HIGH_NIBBLE(v) _mm512_and_si512 (_mm512_srli_epi16 (v, 4), _mm512_set1_epi8 (0x0F))
#define LOOK_UP(v, ...) _mm512_shuffle_epi8 (bytes_16 (__VA_ARGS__), v)
#define BEHIND(v, prev, n) _mm512_alignr_epi8 (v, _mm512_alignr_epi32 (v, prev, 12), 16 - (n))
#define TAIL(bytes) _mm512_maskz_set1_epi32 (1 << 15, (int) (bytes))
#define LEAVE _mm256_zeroupper ()
#define IS_ZERO(v) (_mm512_test_epi8_mask (v, v) == 0)
#define IS_ASCII(v) (_mm512_movepi8_mask (v) == 0)
#define bytes_16(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)                                   \
  _mm512_broadcast_i32x4 (_mm_setr_epi8 ((char) (a), (char) (b), (char) (c), (char) (d),           \
                                         (char) (e), (char) (f), (char) (g), (char) (h),           \
                                         (char) (i), (char) (j), (char) (k), (char) (l),           \
                                         (char) (m), (char) (n), (char) (o), (char) (p)))

TARGET static inline void
load_rest (const char *bytes, size_t length, V *block)
{
  block[0] = LOAD_PART (bytes, length);
}

TARGET static inline uint64_t
ends_in (const V *block)
{
  return _mm512_cmpeq_epi8_mask (LOOK_UP (block[0], WEIR_LINE_ENDS), block[0]);
}

#include "weir-path-template.h"
#endif
