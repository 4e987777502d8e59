/* SPDX-License-Identifier: MIT */
/*
 * The loops of a path with vectors. The including file defines the operations on a vector of WIDTH
 * bytes, and TARGET, the attribute that enables the instruction set.
 *
 * Required: LOAD, STORE, ZERO, OR, IS_ASCII, and ends_in(), which returns the line ends in the vectors
 * of a block as bits.
 *
 * With a byte shuffle: LOOK_UP (look up each byte in a table of 16 by its low nibble), SPLAT, AND, XOR,
 * MINUS (unsigned, saturating at 0), HIGH_NIBBLE, BEHIND (the bytes n positions earlier; prev is the
 * previous vector), TAIL (a vector that ends with these four bytes) and IS_ZERO. Without it: ONES.
 *
 * Optional: LOAD_PART (load an incomplete vector), LOAD_REST (defined if the file has its own
 * load_rest()), IS_PLAIN (whether a block and the vector before it are ASCII without a line end), STREAM
 * (store without filling the caches), LEAVE (clear the wide registers).
 */

#include <string.h>

#define VECTORS (WEIR_BLOCK / WIDTH)

/* Unrolled in all builds, because only then the vectors of a block stay in registers. */
#ifdef __clang__
#define FOR_EACH_VECTOR(i)                                                                         \
  _Pragma ("clang loop unroll(full)") for (unsigned i = 0; i < VECTORS; i++)
#else
#define FOR_EACH_VECTOR(i) for (unsigned i = 0; i < VECTORS; i++)
#endif

#ifndef LEAVE
#define LEAVE
#endif
#ifndef IS_PLAIN
#define IS_PLAIN(block, before) false
#endif

#ifdef LOOK_UP

/*
 * The errors that two consecutive bytes can have, one bit each. Three tables list the possible errors
 * by the high nibble of the first byte, by its low nibble, and by the high nibble of the second byte.
 * An error is present if all three list it. (Keiser and Lemire, "Validating UTF-8 in less than one
 * instruction per byte".)
 */
#define TOO_SHORT (1 << 0)  /* a lead byte without a continuation */
#define TOO_LONG (1 << 1)   /* a continuation after ASCII */
#define OVERLONG_3 (1 << 2) /* E0 80..9F */
#define SURROGATE (1 << 3)  /* ED A0..BF */
#define OVERLONG_2 (1 << 4) /* C0, C1 */
#define TOO_LARGE (1 << 5)  /* F4 90..BF, F5.. 90.. */
#define OVERLONG_4 (1 << 6) /* F0 80..8F; also F5.. 80..8F */
#define TWO_CONTS (1 << 7)  /* two continuations: an error unless a lead byte precedes them */
#define CARRY (TOO_SHORT | TOO_LONG | TWO_CONTS)

TARGET static inline V
errors (V bytes, V before)
{
  V prev1 = BEHIND (bytes, before, 1);
  V prev2 = BEHIND (bytes, before, 2);
  V prev3 = BEHIND (bytes, before, 3);
  V first_high = LOOK_UP (HIGH_NIBBLE (prev1), TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
                          TOO_LONG, TOO_LONG, TOO_LONG, TWO_CONTS, TWO_CONTS, TWO_CONTS, TWO_CONTS,
                          TOO_SHORT | OVERLONG_2, TOO_SHORT, TOO_SHORT | OVERLONG_3 | SURROGATE,
                          TOO_SHORT | TOO_LARGE | OVERLONG_4);
  V first_low =
      LOOK_UP (AND (prev1, SPLAT (0x0F)), CARRY | OVERLONG_2 | OVERLONG_3 | OVERLONG_4,
               CARRY | OVERLONG_2, CARRY, CARRY, CARRY | TOO_LARGE, CARRY | TOO_LARGE | OVERLONG_4,
               CARRY | TOO_LARGE | OVERLONG_4, CARRY | TOO_LARGE | OVERLONG_4,
               CARRY | TOO_LARGE | OVERLONG_4, CARRY | TOO_LARGE | OVERLONG_4,
               CARRY | TOO_LARGE | OVERLONG_4, CARRY | TOO_LARGE | OVERLONG_4,
               CARRY | TOO_LARGE | OVERLONG_4, CARRY | TOO_LARGE | OVERLONG_4 | SURROGATE,
               CARRY | TOO_LARGE | OVERLONG_4, CARRY | TOO_LARGE | OVERLONG_4);
  V second_high = LOOK_UP (HIGH_NIBBLE (bytes), TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
                           TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
                           TOO_LONG | OVERLONG_2 | TWO_CONTS | OVERLONG_3 | OVERLONG_4,
                           TOO_LONG | OVERLONG_2 | TWO_CONTS | OVERLONG_3 | TOO_LARGE,
                           TOO_LONG | OVERLONG_2 | TWO_CONTS | SURROGATE | TOO_LARGE,
                           TOO_LONG | OVERLONG_2 | TWO_CONTS | SURROGATE | TOO_LARGE, TOO_SHORT,
                           TOO_SHORT, TOO_SHORT, TOO_SHORT);
  V pairs = AND (AND (first_high, first_low), second_high);
  /* Bit 7 is set where a continuation is required: two bytes after the lead byte of a character of three
   * or four bytes, or three bytes after one of four. It must agree with TWO_CONTS. */
  V third = OR (MINUS (prev2, SPLAT (0xE0 - 0x80)), MINUS (prev3, SPLAT (0xF0 - 0x80)));

  return XOR (AND (third, SPLAT (0x80)), pairs);
}

/* 64 bytes of ones, then zeros: a slice of it is the mask of the valid bytes of an incomplete block. */
static const uint8_t own_bytes[2 * WEIR_BLOCK] = {
#define EIGHT 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF
  EIGHT, EIGHT, EIGHT, EIGHT, EIGHT, EIGHT, EIGHT, EIGHT,
#undef EIGHT
};

/* Returns: the errors in a block of which only the first length bytes are valid. */
TARGET static inline V
block_errors (const V *block, V before, size_t length)
{
  const char *mask = (const char *) own_bytes + WEIR_BLOCK - length;
  V all = ZERO;

  FOR_EACH_VECTOR (i)
    {
      V found = errors (block[i], i > 0 ? block[i - 1] : before);

      all = OR (all, length < WEIR_BLOCK ? AND (found, LOAD (mask + i * WIDTH)) : found);
    }
  return all;
}

#else

#define TAIL(bytes) ((bytes) &0x80808080 ? ONES : ZERO)
#define IS_ZERO IS_ASCII

/* Without a shuffle, any byte above 0x7F counts as a possible error. The lines are checked one by one. */
TARGET static inline V
block_errors (const V *block, V before, size_t length)
{
  V all = before;

  (void) length;
  FOR_EACH_VECTOR (i)
    all = OR (all, block[i]);
  return all;
}

#endif

/* The results of scan() so far. */
typedef struct
{
  uint64_t blocks;
  V before, errors;
  bool ascii;
} Scanned;

TARGET static inline void
scan_block (
    const V *block, size_t length, size_t at, bool utf8, WeirWindow *window, Scanned *scanned)
{
  uint64_t ends;
  V any = ZERO;

  if (IS_PLAIN (block, scanned->before))
    {
      window->ends[at] = 0;
      scanned->before = block[VECTORS - 1];
      return;
    }
  ends = ends_in (block);
  FOR_EACH_VECTOR (i)
    any = OR (any, block[i]);
  if (!IS_ASCII (OR (any, scanned->before)))
    {
      if (utf8)
        scanned->errors = OR (scanned->errors, block_errors (block, scanned->before, length));
      scanned->ascii = false;
    }
  scanned->before = block[VECTORS - 1];
  window->ends[at] = ends;
  scanned->blocks |= (uint64_t) (ends != 0) << at;
}

/* Loads fewer bytes than a block, followed by zeros. */
#ifndef LOAD_REST
TARGET static inline void
load_rest (const char *bytes, size_t length, V *block)
{
  char whole[WEIR_BLOCK] = { 0 };

  memcpy (whole, bytes, length);
  FOR_EACH_VECTOR (i)
    block[i] = LOAD (whole + i * WIDTH);
}
#endif

TARGET static void
scan (const char *bytes, size_t length, uint32_t before, bool utf8, WeirWindow *window)
{
  size_t n_blocks = length / WEIR_BLOCK, rest = length % WEIR_BLOCK;
  Scanned scanned = { 0, TAIL (before), ZERO, true };
  V block[VECTORS];

#ifdef WEIR_SMALL
  /* One loop for complete and incomplete blocks, so that the code exists once. */
  for (size_t at = 0; at * WEIR_BLOCK < length; at++)
    {
      const char *from = bytes + at * WEIR_BLOCK;

      if (at < n_blocks)
        FOR_EACH_VECTOR (i)
          block[i] = LOAD (from + i * WIDTH);
      else
        load_rest (from, rest, block);
      scan_block (block, at < n_blocks ? WEIR_BLOCK : rest, at, utf8, window, &scanned);
    }
#else
  for (size_t at = 0; at < n_blocks; at++)
    {
      const char *from = bytes + at * WEIR_BLOCK;

      FOR_EACH_VECTOR (i)
        block[i] = LOAD (from + i * WIDTH);
      __builtin_prefetch (from + WEIR_AHEAD, 0, 2);
      scan_block (block, WEIR_BLOCK, at, utf8, window, &scanned);
    }
  if (rest > 0)
    {
      load_rest (bytes + n_blocks * WEIR_BLOCK, rest, block);
      scan_block (block, rest, n_blocks, utf8, window, &scanned);
    }
#endif
  window->blocks = scanned.blocks;
  window->suspect = !IS_ZERO (scanned.errors);
  window->ascii = scanned.ascii;
  LEAVE;
}

/* Loads a block. Returns: whether it is ASCII without a line end. */
TARGET static inline bool
load_plain (const char *from, V *block)
{
  V any = ZERO;

  FOR_EACH_VECTOR (i)
    any = OR (any, block[i] = LOAD (from + i * WIDTH));
  return ends_in (block) == 0 && IS_ASCII (any);
}

TARGET static size_t
copy_plain (char *to, const char *from, size_t length)
{
  V block[VECTORS];
  size_t at = 0;

  for (; at < length && load_plain (from + at, block); at += WEIR_BLOCK)
    {
      __builtin_prefetch (from + at + WEIR_AHEAD, 0, 2);
      FOR_EACH_VECTOR (i)
        STORE (to + at + i * WIDTH, block[i]);
    }
  LEAVE;
  return at;
}

#ifdef STREAM

/* Stores without reading the destination into the caches first. */
TARGET static size_t
copy_plain_far (char *to, const char *from, size_t length)
{
  V block[VECTORS];
  size_t at = 0;

  for (; at < length && load_plain (from + at, block); at += WEIR_BLOCK)
    {
      __builtin_prefetch (from + at + WEIR_AHEAD, 0, 2);
      FOR_EACH_VECTOR (i)
        STREAM (to + at + i * WIDTH, block[i]);
    }
  _mm_sfence ();
  LEAVE;
  return at;
}

#else
#define copy_plain_far copy_plain
#endif

#ifdef LOOK_UP

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
#ifdef LOAD_PART
  if (at < length && IS_ZERO (errors (LOAD_PART (text + at, length - at), before)))
    at = length;
#else
  /* Check the last WIDTH bytes; they overlap the vector before. */
  if (at < length && at >= 2 * WIDTH
      && IS_ZERO (errors (LOAD (text + length - WIDTH), LOAD (text + length - 2 * WIDTH))))
    at = length;
#endif
  return weir_utf8_finish (text, at, length);
}

#else

static size_t
utf8_valid_length (const char *text, size_t length)
{
  return weir_utf8_finish (text, 0, length);
}

#endif

const WeirPathFunctions PATH = { scan, copy_plain, copy_plain_far, utf8_valid_length };
