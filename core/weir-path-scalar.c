/* SPDX-License-Identifier: MIT */
/* Plain C. The other paths must give the same results. */
#include "weir-path-private.h"

#include <string.h>

#define EACH(byte) (UINT64_C (0x0101010101010101) * (byte))

/* Returns: bit 7 of each byte that is zero. Exact, because no carry crosses a byte. */
static uint64_t
zero_bytes (uint64_t eight)
{
  return ~(((eight & EACH (0x7F)) + EACH (0x7F)) | eight | EACH (0x7F));
}

/* Returns: bit 7 of each byte as eight bits, the first byte's in the lowest. */
static uint64_t
gather (uint64_t eight)
{
  return (eight >> 7) * UINT64_C (0x0102040810204080) >> 56;
}

static uint64_t
load (const char *bytes, size_t length)
{
  const uint8_t *from = (const uint8_t *) bytes;
  uint64_t eight = 0;

#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  if (length == 8)
    {
      memcpy (&eight, bytes, 8);
      return eight;
    }
#endif
  for (size_t i = 0; i < length; i++)
    eight |= (uint64_t) from[i] << 8 * i;
  return eight;
}

static void
scan (const char *bytes, size_t length, uint32_t before, bool utf8, WeirWindow *window)
{
  uint64_t high = before;

  window->blocks = 0;
  for (size_t at = 0; at < length; at += WEIR_BLOCK)
    {
      uint64_t ends = 0;

      __builtin_prefetch (bytes + at + WEIR_AHEAD, 0, 2);
      for (unsigned i = 0; i < WEIR_BLOCK && at + i < length; i += 8)
        {
          uint64_t eight = load (bytes + at + i, length - at - i < 8 ? length - at - i : 8);

          ends |= gather (zero_bytes (eight ^ EACH ('\n')) | zero_bytes (eight ^ EACH ('\r'))) << i;
          high |= eight & EACH (0x80);
        }
      window->ends[at / WEIR_BLOCK] = ends;
      window->blocks |= (uint64_t) (ends != 0) << at / WEIR_BLOCK;
    }
  window->ascii = (high & EACH (0x80)) == 0;
  window->suspect = utf8 && !window->ascii;
}

static size_t
copy_plain (char *to, const char *from, size_t length)
{
  for (size_t at = 0; at < length; at += WEIR_BLOCK)
    {
      uint64_t other = 0;

      for (unsigned i = 0; i < WEIR_BLOCK; i += 8)
        {
          uint64_t eight = load (from + at + i, 8);

          other |= zero_bytes (eight ^ EACH ('\n')) | zero_bytes (eight ^ EACH ('\r'))
                   | (eight & EACH (0x80));
        }
      if (other != 0)
        return at;
      memcpy (to + at, from + at, WEIR_BLOCK);
    }
  return length;
}

static size_t
utf8_valid_length (const char *text, size_t length)
{
  return weir_utf8_finish (text, 0, length);
}

const WeirPathFunctions weir_path_scalar = { scan, copy_plain, copy_plain, utf8_valid_length };
