/* SPDX-License-Identifier: MIT */
/* UTF-8 by the Encoding Standard's rules ("UTF-8 decoder"). */
#ifndef WEIR_UTF8_PRIVATE_H
#define WEIR_UTF8_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

/* U+FFFD, which stands for each maximal bad part. */
#define WEIR_REPLACEMENT "\xEF\xBF\xBD"
#define WEIR_REPLACEMENT_LENGTH 3

/* How many bytes at the start of text are whole, valid characters. */
size_t weir_utf8_valid_length (const char *text, size_t length);

/* The length of the maximal bad part that text (not empty) starts with. cut says that it is the
 * whole text and might become a character if more followed. */
size_t weir_utf8_bad_length (const char *text, size_t length, bool *cut);

/* Of text that is valid but for its end: how many bytes there start a character that is cut, 0 to 3. */
static inline size_t
weir_utf8_cut_length (const char *text, size_t length)
{
  for (size_t n = 1; n <= 3 && n <= length; n++)
    {
      unsigned char byte = (unsigned char) text[length - n];

      if (byte < 0x80)
        return 0;
      if (byte >= 0xC0)
        return n < (byte < 0xE0 ? 2u : byte < 0xF0 ? 3u : 4u) ? n : 0;
    }
  return 0;
}

#endif
