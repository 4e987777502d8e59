/* SPDX-License-Identifier: MIT */
#include "weir-utf8-private.h"

#include "weir-path-private.h"

#include <string.h>

/* The bytes that must follow a lead byte: their number, and the bounds of the first one. */
typedef struct
{
  uint8_t more, low, high;
} Lead;

static Lead
lead (uint8_t byte)
{
  if (byte >= 0xC2 && byte <= 0xDF)
    return (Lead){ 1, 0x80, 0xBF };
  if (byte >= 0xE0 && byte <= 0xEF)
    return (Lead){ 2, byte == 0xE0 ? 0xA0 : 0x80, byte == 0xED ? 0x9F : 0xBF };
  if (byte >= 0xF0 && byte <= 0xF4)
    return (Lead){ 3, byte == 0xF0 ? 0x90 : 0x80, byte == 0xF4 ? 0x8F : 0xBF };
  return (Lead){ 0 };
}

/* Returns: how many of the bytes that lead requires are at text. */
static size_t
trail (Lead lead, const uint8_t *text, size_t length)
{
  size_t n = 0;

  while (n < lead.more && n < length && text[n] >= lead.low && text[n] <= lead.high)
    {
      lead.low = 0x80;
      lead.high = 0xBF;
      n++;
    }
  return n;
}

size_t
weir_utf8_finish (const char *text, size_t good, size_t length)
{
  const uint8_t *bytes = (const uint8_t *) text;
  size_t at = good;

  /* Go back to the start of the last character. */
  while (at > 0 && good - at < 3 && bytes[at - 1] >= 0x80 && bytes[at - 1] < 0xC0)
    at--;
  if (at > 0 && bytes[at - 1] >= 0xC0)
    at--;
  else
    at = good;

  while (at < length)
    {
      uint64_t eight;
      Lead first;

      if (length - at >= sizeof eight)
        {
          memcpy (&eight, bytes + at, sizeof eight);
          if ((eight & UINT64_C (0x8080808080808080)) == 0)
            {
              at += sizeof eight;
              continue;
            }
        }
      if (bytes[at] < 0x80)
        {
          at++;
          continue;
        }
      first = lead (bytes[at]);
      if (first.more == 0 || trail (first, bytes + at + 1, length - at - 1) < first.more)
        break;
      at += 1u + first.more;
    }
  return at;
}

size_t
weir_utf8_bad_length (const char *text, size_t length, bool *cut)
{
  const uint8_t *bytes = (const uint8_t *) text;
  Lead first = lead (bytes[0]);
  size_t there = trail (first, bytes + 1, length - 1);

  *cut = first.more > there && 1 + there == length;
  return 1 + there;
}

size_t
weir_utf8_valid_length (const char *text, size_t length)
{
  return weir_path_functions ()->utf8_valid_length (text, length);
}
