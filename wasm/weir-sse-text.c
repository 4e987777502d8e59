/* SPDX-License-Identifier: MIT */
#include "weir-sse-text.h"

#include <stdbool.h>
#include <string.h>

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

#define HIGH_BITS UINT64_C (0x8080808080808080)

/* Smaller than the C library's, and the texts that are searched are short. */
void *
memchr (const void *bytes, int byte, size_t length)
{
  const uint8_t *at = bytes;

  for (; length > 0; at++, length--)
    if (*at == (uint8_t) byte)
      return (void *) at;
  return NULL;
}

void
weir_text_copy (void *to, const void *text, size_t length)
{
#ifdef __wasm_simd128__
  for (size_t i = 0; i < length; i += 16)
    wasm_v128_store ((uint8_t *) to + i, wasm_v128_load ((const uint8_t *) text + i));
#else
  memcpy (to, text, length);
#endif
}

#ifdef __wasm_simd128__

/* As signed bytes, continuations are those below 0xC0. */
static inline v128_t
continuations_in (v128_t bytes)
{
  return wasm_i8x16_lt (bytes, wasm_i8x16_const_splat (-64));
}

static inline uint32_t
sum_of (v128_t counts)
{
  v128_t sums = wasm_u32x4_extadd_pairwise_u16x8 (wasm_u16x8_extadd_pairwise_u8x16 (counts));

  return wasm_u32x4_extract_lane (sums, 0) + wasm_u32x4_extract_lane (sums, 1)
         + wasm_u32x4_extract_lane (sums, 2) + wasm_u32x4_extract_lane (sums, 3);
}

/* How many characters of four bytes begin in own, the valid bytes of the vector at text. */
static uint32_t
count_fours (const uint8_t *text, v128_t own)
{
  v128_t next = wasm_v128_and (continuations_in (wasm_v128_load (text + 1)),
                               continuations_in (wasm_v128_load (text + 2)));
  v128_t fours = wasm_v128_and (wasm_u8x16_ge (own, wasm_u8x16_const_splat (0xF0)),
                                continuations_in (wasm_v128_load (text + 3)));

  return (uint32_t) __builtin_popcount (wasm_i8x16_bitmask (wasm_v128_and (fours, next)));
}

uint32_t
weir_text_surplus (const uint8_t *text, uint32_t length)
{
  static const uint8_t mask[32] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };
  uint32_t surplus = 0;

  while (length > 0)
    {
      /* A count in a byte overflows after 255 vectors. */
      const uint8_t *end = text + (length < 255 * 16 ? length : 255 * 16);
      v128_t continuations = wasm_i8x16_const_splat (0);

      length -= (uint32_t) (end - text);
      for (; end - text >= 64; text += 64)
        {
          v128_t a = wasm_v128_load (text), b = wasm_v128_load (text + 16);
          v128_t c = wasm_v128_load (text + 32), d = wasm_v128_load (text + 48);
          v128_t most = wasm_u8x16_max (wasm_u8x16_max (a, b), wasm_u8x16_max (c, d));

          continuations = wasm_i8x16_sub (continuations, continuations_in (a));
          continuations = wasm_i8x16_sub (continuations, continuations_in (b));
          continuations = wasm_i8x16_sub (continuations, continuations_in (c));
          continuations = wasm_i8x16_sub (continuations, continuations_in (d));
          /* Characters of four bytes are rare. */
          if (wasm_v128_any_true (wasm_u8x16_ge (most, wasm_u8x16_const_splat (0xF0))))
            for (uint32_t i = 0; i < 64; i += 16)
              surplus -= count_fours (text + i, wasm_v128_load (text + i));
        }
      for (; text < end; text += 16)
        {
          v128_t own = wasm_v128_load (text);

          if (end - text < 16)
            own = wasm_v128_and (own, wasm_v128_load (mask + 16 - (end - text)));
          continuations = wasm_i8x16_sub (continuations, continuations_in (own));
          if (wasm_v128_any_true (wasm_u8x16_ge (own, wasm_u8x16_const_splat (0xF0))))
            surplus -= count_fours (text, own);
        }
      surplus += sum_of (continuations);
      text = end;
    }
  return surplus;
}

#else

static inline bool
is_continuation (uint8_t byte)
{
  return (byte & 0xC0) == 0x80;
}

uint32_t
weir_text_surplus (const uint8_t *text, uint32_t length)
{
  uint32_t surplus = 0;

  for (uint32_t i = 0; i < length; i += 8)
    {
      uint32_t rest = length - i;
      uint64_t eight, high, fours;

      memcpy (&eight, text + i, sizeof eight);
      if (rest < 8)
        eight &= (UINT64_C (1) << 8 * rest) - 1;
      high = eight & HIGH_BITS;
      if (high == 0)
        continue;
      surplus += (uint32_t) __builtin_popcountll (high & ~(eight << 1));
      fours = high & eight << 1 & eight << 2 & eight << 3;
      for (; fours != 0; fours &= fours - 1)
        {
          const uint8_t *lead = text + i + __builtin_ctzll (fours) / 8;

          surplus -=
              is_continuation (lead[1]) && is_continuation (lead[2]) && is_continuation (lead[3]);
        }
    }
  return surplus;
}

#endif
