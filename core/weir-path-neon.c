/* SPDX-License-Identifier: MIT */
/* NEON on 64-bit ARM: 16 bytes at once. It has no movemask: bytes become bits by pairwise sums. */
#include "weir-path-private.h"

#ifdef WEIR_HAVE_NEON
#include <arm_neon.h>

#define TARGET
#define PATH weir_path_neon
#define WIDTH 16

typedef uint8x16_t V;

#define LOAD(p) vld1q_u8 ((const uint8_t *) (p))
#define ZERO vdupq_n_u8 (0)
#define SPLAT(byte) vdupq_n_u8 (byte)
#define OR vorrq_u8
#define AND vandq_u8
#define XOR veorq_u8
#define MINUS(a, b) vqsubq_u8 (a, b)
#define HIGH_NIBBLE(v) vshrq_n_u8 (v, 4)
#define LOOK_UP(v, ...) vqtbl1q_u8 ((V){ __VA_ARGS__ }, v)
#define BEHIND(v, prev, n) vextq_u8 (prev, v, 16 - (n))
#define IS_ZERO(v) (vmaxvq_u8 (v) == 0)
#define IS_ASCII(v) (vmaxvq_u8 (v) < 0x80)

/* A bit for each byte of four vectors, whose bytes are 0 or 0xFF. */
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
ends_in (V v)
{
  return vorrq_u8 (vceqq_u8 (v, vdupq_n_u8 ('\n')), vceqq_u8 (v, vdupq_n_u8 ('\r')));
}

static inline V
high_in (V v)
{
  return vcltzq_s8 (vreinterpretq_s8_u8 (v));
}

static inline uint64_t
block_of (const char *bytes, uint64_t *high)
{
  V a = LOAD (bytes), b = LOAD (bytes + 16), c = LOAD (bytes + 32), d = LOAD (bytes + 48);

  *high = IS_ASCII (OR (OR (a, b), OR (c, d))) ? 0 : bits (high_in (a), high_in (b), high_in (c), high_in (d));
  return bits (ends_in (a), ends_in (b), ends_in (c), ends_in (d));
}

#define BLOCK block_of

#include "weir-path-template.h"
#endif
