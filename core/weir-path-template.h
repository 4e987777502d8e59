/* SPDX-License-Identifier: MIT */
/*
 * The loops of a path with vectors, in terms of a few operations that the includer defines, each on
 * WIDTH bytes: LOAD, ZERO, SPLAT, OR, AND, XOR, MINUS (unsigned, not below 0), HIGH_NIBBLE, LOOK_UP
 * (16 bytes by the low nibbles), BEHIND (what stands n bytes before, prev being the vector before),
 * IS_ZERO, IS_ASCII; and ends_in_block(), which gives the line ends in 64 bytes as bits, and ORs the
 * bytes into a vector. TARGET is what the compiler must be told. A path without a shuffle leaves
 * LOOK_UP out; one that can load a part of a vector has ends_in_rest() and LOAD_REST.
 */

#ifndef LOAD_REST
#include <string.h>

/* The line ends in fewer than 64 bytes; there are 64 before them, or not. */
TARGET static inline uint64_t
ends_in_rest (const char *bytes, size_t length, bool has_before, V *all)
{
  char whole[WEIR_BLOCK] = { 0 };

  if (has_before)
    return ends_in_block (bytes + length - WEIR_BLOCK, all) >> (WEIR_BLOCK - length);
  memcpy (whole, bytes, length);
  return ends_in_block (whole, all);
}
#endif

TARGET static void
scan (const char *bytes, size_t length, WeirWindow *window)
{
  size_t n_blocks = length / WEIR_BLOCK, rest = length % WEIR_BLOCK;
  uint64_t blocks = 0;
  V all = ZERO;

#pragma GCC unroll 4
  for (size_t block = 0; block < n_blocks; block++)
    {
      uint64_t ends = ends_in_block (bytes + block * WEIR_BLOCK, &all);

      __builtin_prefetch (bytes + block * WEIR_BLOCK + WEIR_AHEAD, 0, 2);
      window->ends[block] = ends;
      blocks |= (uint64_t) (ends != 0) << block;
    }
  if (rest > 0)
    {
      uint64_t ends = ends_in_rest (bytes + n_blocks * WEIR_BLOCK, rest, n_blocks > 0, &all);

      window->ends[n_blocks] = ends;
      blocks |= (uint64_t) (ends != 0) << n_blocks;
    }
  window->blocks = blocks;
  window->high = !IS_ASCII (all);
}

#ifndef LOOK_UP

static size_t
utf8_valid_length (const char *text, size_t length)
{
  return weir_utf8_finish (text, 0, length);
}

#else

/*
 * The errors that two bytes in a row can be, one bit each. Three tables tell which are possible:
 * by the first byte's high nibble, by its low nibble, and by the second byte's high nibble; what
 * all three say is so. (Keiser and Lemire, "Validating UTF-8 in less than one instruction per byte".)
 */
#define TOO_SHORT (1 << 0)  /* a lead byte and no continuation */
#define TOO_LONG (1 << 1)   /* ASCII and a continuation */
#define OVERLONG_3 (1 << 2) /* E0 80..9F */
#define SURROGATE (1 << 3)  /* ED A0..BF */
#define OVERLONG_2 (1 << 4) /* C0, C1 */
#define TOO_LARGE (1 << 5)  /* F4 90..BF, F5.. 90.. */
#define OVERLONG_4 (1 << 6) /* F0 80..8F; also F5.. 80..8F */
#define TWO_CONTS (1 << 7)  /* two continuations: wrong, unless a lead byte stands before */
#define CARRY (TOO_SHORT | TOO_LONG | TWO_CONTS)

TARGET static inline V
errors (V bytes, V before)
{
  V prev1 = BEHIND (bytes, before, 1);
  V prev2 = BEHIND (bytes, before, 2);
  V prev3 = BEHIND (bytes, before, 3);
  V first_high = LOOK_UP (HIGH_NIBBLE (prev1),
                          TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
                          TWO_CONTS, TWO_CONTS, TWO_CONTS, TWO_CONTS,
                          TOO_SHORT | OVERLONG_2,
                          TOO_SHORT,
                          TOO_SHORT | OVERLONG_3 | SURROGATE,
                          TOO_SHORT | TOO_LARGE | OVERLONG_4);
  V first_low = LOOK_UP (AND (prev1, SPLAT (0x0F)),
                         CARRY | OVERLONG_2 | OVERLONG_3 | OVERLONG_4,
                         CARRY | OVERLONG_2,
                         CARRY, CARRY,
                         CARRY | TOO_LARGE,
                         CARRY | TOO_LARGE | OVERLONG_4, CARRY | TOO_LARGE | OVERLONG_4,
                         CARRY | TOO_LARGE | OVERLONG_4, CARRY | TOO_LARGE | OVERLONG_4,
                         CARRY | TOO_LARGE | OVERLONG_4, CARRY | TOO_LARGE | OVERLONG_4,
                         CARRY | TOO_LARGE | OVERLONG_4, CARRY | TOO_LARGE | OVERLONG_4,
                         CARRY | TOO_LARGE | OVERLONG_4 | SURROGATE,
                         CARRY | TOO_LARGE | OVERLONG_4, CARRY | TOO_LARGE | OVERLONG_4);
  V second_high = LOOK_UP (HIGH_NIBBLE (bytes),
                           TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
                           TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
                           TOO_LONG | OVERLONG_2 | TWO_CONTS | OVERLONG_3 | OVERLONG_4,
                           TOO_LONG | OVERLONG_2 | TWO_CONTS | OVERLONG_3 | TOO_LARGE,
                           TOO_LONG | OVERLONG_2 | TWO_CONTS | SURROGATE | TOO_LARGE,
                           TOO_LONG | OVERLONG_2 | TWO_CONTS | SURROGATE | TOO_LARGE,
                           TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT);
  V pairs = AND (AND (first_high, first_low), second_high);
  /* Bit 7 is due exactly where a lead byte of three stands two before, or one of four three before. */
  V third = OR (MINUS (prev2, SPLAT (0xE0 - 0x80)), MINUS (prev3, SPLAT (0xF0 - 0x80)));

  return XOR (AND (third, SPLAT (0x80)), pairs);
}

TARGET static size_t
utf8_valid_length (const char *text, size_t length)
{
  V before = ZERO;
  size_t at = 0;

  for (; length - at >= WIDTH; at += WIDTH)
    {
      V bytes = LOAD (text + at);

      if (IS_ASCII (OR (bytes, before)))
        continue;
      if (!IS_ZERO (errors (bytes, before)))
        return weir_utf8_finish (text, at, length);
      before = bytes;
    }
#ifdef LOAD_REST
  if (at < length && IS_ZERO (errors (LOAD_REST (text + at, length - at), before)))
    at = length;
#else
  /* The last vector again, ending where the text ends. */
  if (at < length && at >= 2 * WIDTH
      && IS_ZERO (errors (LOAD (text + length - WIDTH), LOAD (text + length - 2 * WIDTH))))
    at = length;
#endif
  return weir_utf8_finish (text, at, length);
}

#endif

const WeirPathFunctions PATH = { scan, utf8_valid_length };
