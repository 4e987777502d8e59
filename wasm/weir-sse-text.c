/* SPDX-License-Identifier: MIT */
#include "weir-sse-text.h"

#include <string.h>

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

#define HIGH_BITS UINT64_C (0x8080808080808080)

bool
weir_text_is_ascii (const char *text, size_t length)
{
  uint64_t high = 0;
  size_t i = 0;

  for (; i + sizeof high <= length; i += sizeof high)
    {
      uint64_t eight;

      memcpy (&eight, text + i, sizeof eight);
      high |= eight;
    }
  for (; i < length; i++)
    high |= (uint8_t) text[i];
  return (high & HIGH_BITS) == 0;
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

/* One character, as one or two units. */
static size_t
widen_character (uint16_t *to, const uint8_t *from, size_t *units)
{
  uint32_t character;

  *units = 1;
  if (from[0] < 0x80)
    {
      to[0] = from[0];
      return 1;
    }
  if (from[0] < 0xE0)
    {
      to[0] = (uint16_t) ((from[0] & 0x1F) << 6 | (from[1] & 0x3F));
      return 2;
    }
  if (from[0] < 0xF0)
    {
      to[0] = (uint16_t) ((from[0] & 0x0F) << 12 | (from[1] & 0x3F) << 6 | (from[2] & 0x3F));
      return 3;
    }
  character = (uint32_t) ((from[0] & 0x07) << 18 | (from[1] & 0x3F) << 12 | (from[2] & 0x3F) << 6
                          | (from[3] & 0x3F));
  to[0] = (uint16_t) (0xD7C0 + (character >> 10));
  to[1] = (uint16_t) (0xDC00 | (character & 0x3FF));
  *units = 2;
  return 4;
}

#ifdef __wasm_simd128__

/* Where the continuation bytes of five characters of three bytes stand. */
#define THREES 0x6DB6u
#define FIVE_THREES 0x7FFFu

/* How many characters of three bytes text starts with, below five, by its bytes above 0x7F and its
 * continuation bytes. */
static size_t
count_threes (uint32_t high, uint32_t continuation)
{
  unsigned at = (unsigned) __builtin_ctz ((continuation ^ THREES) | ~high | 0x8000);

  /* A continuation where a character would begin: the one before has four bytes. */
  if (at % 3 == 0 && at > 0 && (continuation >> at & 1) != 0)
    at -= 3;
  return at / 3;
}

static void
widen_ascii (uint16_t *to, v128_t bytes)
{
  wasm_v128_store (to, wasm_u16x8_extend_low_u8x16 (bytes));
  wasm_v128_store (to + 8, wasm_u16x8_extend_high_u8x16 (bytes));
}

static void
widen_threes (uint16_t *to, v128_t bytes)
{
  v128_t low =
      wasm_i8x16_shuffle (bytes, bytes, 2, 1, 5, 4, 8, 7, 11, 10, 14, 13, 0, 0, 0, 0, 0, 0);
  v128_t top = wasm_i8x16_shuffle (bytes, bytes, 0, 0, 3, 3, 6, 6, 9, 9, 12, 12, 0, 0, 0, 0, 0, 0);

  /* In each pair of low the last byte stands below the middle one, which moves down by two bits. */
  low = wasm_v128_or (wasm_v128_and (low, wasm_i16x8_splat (0x003F)),
                      wasm_u16x8_shr (wasm_v128_and (low, wasm_i16x8_splat (0x3F00)), 2));
  wasm_v128_store (to, wasm_v128_or (low, wasm_i16x8_shl (top, 12)));
}

/* Writes the ASCII, or else the characters of three bytes, that from starts with, as far as there are
 * 16 bytes to load. Where both are long, how far to go does not hang on what was counted. */
static inline size_t
widen_vector (uint16_t *to, const uint8_t *from, size_t *units)
{
  v128_t bytes = wasm_v128_load (from);
  uint32_t high = (uint32_t) wasm_i8x16_bitmask (bytes);
  uint32_t continuation;

  if ((high & 1) == 0)
    {
      widen_ascii (to, bytes);
      *units = high == 0 ? 16 : (size_t) __builtin_ctz (high);
      return *units;
    }
  /* As signed bytes, continuations are those below 0xC0. */
  continuation = (uint32_t) wasm_i8x16_bitmask (wasm_i8x16_lt (bytes, wasm_i8x16_splat (-64)));
  widen_threes (to, bytes);
  if ((high & FIVE_THREES) == FIVE_THREES && continuation == THREES)
    {
      *units = 5;
      return 15;
    }
  *units = count_threes (high, continuation);
  return *units * 3;
}

#endif

size_t
weir_text_widen (uint16_t *to, const char *text, size_t length)
{
  const uint8_t *from = (const uint8_t *) text;
  const uint8_t *end = from + length;
  uint16_t *begin = to;
  size_t units;

#ifdef __wasm_simd128__
  while (end - from >= 16)
    {
      size_t bytes = widen_vector (to, from, &units);

      if (bytes == 0)
        bytes = widen_character (to, from, &units);
      from += bytes;
      to += units;
    }
#endif
  while (from < end)
    {
      from += widen_character (to, from, &units);
      to += units;
    }
  return (size_t) (to - begin);
}
