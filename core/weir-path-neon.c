/* SPDX-License-Identifier: MIT */
/* NEON on 64-bit ARM: vectors of 16 bytes. It has no movemask, so pairwise sums turn bytes into bits. */
#include "weir-path-private.h"

#ifdef WEIR_HAVE_NEON
#include <arm_neon.h>

#define TARGET
#define PATH weir_path_neon
#define WIDTH 16

typedef uint8x16_t V;

#define LOAD(p) vld1q_u8 ((const uint8_t *) (p))
#define STORE(p, v) vst1q_u8 ((uint8_t *) (p), v)
#define ZERO vdupq_n_u8 (0)
#define SPLAT(byte) vdupq_n_u8 (byte)
#define OR vorrq_u8
#define AND vandq_u8
#define XOR veorq_u8
#define MINUS(a, b) vqsubq_u8 (a, b)
#define HIGH_NIBBLE(v) vshrq_n_u8 (v, 4)
#define LOOK_UP(v, ...) vqtbl1q_u8 ((V){ __VA_ARGS__ }, v)
#define BEHIND(v, prev, n) vextq_u8 (prev, v, 16 - (n))
#define TAIL(bytes) vreinterpretq_u8_u32 (vsetq_lane_u32 (bytes, vdupq_n_u32 (0), 3))
#define IS_ZERO(v) (vmaxvq_u8 (v) == 0)
#define IS_ASCII(v) (vmaxvq_u8 (v) < 0x80)

/* Returns: a bit for each byte of four vectors, whose bytes are 0 or 0xFF. */
static inline uint64_t
bits (V a, V b, V c, V d)
{
  const V bit = { 1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128 };
  V ab = vpaddq_u8 (vandq_u8 (a, bit), vandq_u8 (b, bit));
  V cd = vpaddq_u8 (vandq_u8 (c, bit), vandq_u8 (d, bit));
  V abcd = vpaddq_u8 (ab, cd);

  return vgetq_lane_u64 (vreinterpretq_u64_u8 (vpaddq_u8 (abcd, abcd)), 0);
}

static inline V
is_end (V v)
{
  return vceqq_u8 (LOOK_UP (v, WEIR_LINE_ENDS), v);
}

static inline uint64_t
ends_in (const V *block)
{
  return bits (is_end (block[0]), is_end (block[1]), is_end (block[2]), is_end (block[3]));
}

#include "weir-path-template.h"
#endif
