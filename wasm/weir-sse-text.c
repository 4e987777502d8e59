/* SPDX-License-Identifier: MIT */
#include "weir-sse-text.h"

#include <string.h>

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

#define HIGH_BITS UINT64_C (0x8080808080808080)

/* So many bytes are looked at before it is asked whether one of them was no ASCII. */
#define STEP 64

bool
weir_text_is_ascii (const char *text, size_t length)
{
  uint64_t high = 0;
  size_t i = 0;

  while (i + sizeof high <= length)
    {
      uint64_t eight;

      memcpy (&eight, text + i, sizeof eight);
      high |= eight;
      i += sizeof eight;
      if (i % STEP == 0 && (high & HIGH_BITS) != 0)
        return false;
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

void
weir_text_move_down (void *to, const void *text, size_t length)
{
#ifdef __wasm_simd128__
  uint8_t *end = (uint8_t *) (uintptr_t) text + length;
  v128_t behind = wasm_v128_load (end);

  /* What it writes behind the copy may be behind the text, too. */
  weir_text_copy (to, text, length);
  wasm_v128_store (end, behind);
#else
  memmove (to, text, length);
#endif
}

static inline bool
is_continuation (uint8_t byte)
{
  return (byte & 0xC0) == 0x80;
}

/* One character of at most length bytes, as one or two units. Returns how many bytes it has, or 0 where
 * there is none ("UTF-8 decoder" of the Encoding Standard). */
static size_t
widen_character (uint16_t *to, const uint8_t *from, size_t length, size_t *units)
{
  uint32_t character;

  *units = 1;
  if (from[0] < 0x80)
    {
      to[0] = from[0];
      return 1;
    }
  if (from[0] < 0xC2 || length < 2 || !is_continuation (from[1]))
    return 0;
  if (from[0] < 0xE0)
    {
      to[0] = (uint16_t) ((from[0] & 0x1F) << 6 | (from[1] & 0x3F));
      return 2;
    }
  if (length < 3 || !is_continuation (from[2]))
    return 0;
  if (from[0] < 0xF0)
    {
      character = (uint32_t) ((from[0] & 0x0F) << 12 | (from[1] & 0x3F) << 6 | (from[2] & 0x3F));
      to[0] = (uint16_t) character;
      return character < 0x800 || character >> 11 == 0xD800 >> 11 ? 0 : 3;
    }
  if (length < 4 || !is_continuation (from[3]))
    return 0;
  character = (uint32_t) ((from[0] & 0x0F) << 18 | (from[1] & 0x3F) << 12 | (from[2] & 0x3F) << 6
                          | (from[3] & 0x3F));
  to[0] = (uint16_t) (0xD7C0 + (character >> 10));
  to[1] = (uint16_t) (0xDC00 | (character & 0x3FF));
  *units = 2;
  return character < 0x10000 || character > 0x10FFFF ? 0 : 4;
}

#ifdef __wasm_simd128__

/* Five characters of three bytes: where their lead bytes stand, their continuations, and all of them. */
#define LEADS 0x1249u
#define CONTINUATIONS 0x6DB6u
#define FIVE_THREES (LEADS | CONTINUATIONS)

/* Bits of the bytes that may begin a character of three, whatever continues it: E1 to EF, but for ED,
 * with which surrogates begin. */
static uint32_t
find_leads (v128_t bytes)
{
  v128_t leads = wasm_i8x16_make (0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, -1, -1);

  /* What has another high nibble is past the table's end. */
  return (uint32_t) wasm_i8x16_bitmask (
      wasm_i8x16_swizzle (leads, wasm_v128_xor (bytes, wasm_i8x16_splat ((int8_t) 0xE0))));
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
  uint32_t continuations, others;

  if (high == 0)
    {
      widen_ascii (to, bytes);
      *units = 16;
      return 16;
    }
  if ((high & 1) == 0)
    {
      widen_ascii (to, bytes);
      *units = (size_t) __builtin_ctz (high);
      return *units;
    }
  /* As signed bytes, continuations are those below 0xC0. */
  continuations = (uint32_t) wasm_i8x16_bitmask (wasm_i8x16_lt (bytes, wasm_i8x16_splat (-64)));
  others = ((continuations & FIVE_THREES) ^ CONTINUATIONS) | (~find_leads (bytes) & LEADS);
  widen_threes (to, bytes);
  if (others == 0)
    {
      *units = 5;
      return 15;
    }
  *units = (size_t) __builtin_ctz (others) / 3;
  return *units * 3;
}

#endif

size_t
weir_text_widen (uint16_t *to, const char *text, size_t length)
{
  const uint8_t *from = (const uint8_t *) text;
  const uint8_t *end = from + length;
  uint16_t *begin = to;

  while (from < end)
    {
      size_t rest = (size_t) (end - from), units, bytes = 0;

#ifdef __wasm_simd128__
      if (rest >= 16)
        bytes = widen_vector (to, from, &units);
#endif
      if (bytes == 0)
        bytes = widen_character (to, from, rest, &units);
      if (bytes == 0)
        return SIZE_MAX;
      from += bytes;
      to += units;
    }
  return (size_t) (to - begin);
}
