/* SPDX-License-Identifier: MIT */
/* UTF-8 by the rules of the Encoding Standard, "UTF-8 decoder". */
#ifndef WEIR_UTF8_PRIVATE_H
#define WEIR_UTF8_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

/* U+FFFD in UTF-8. It replaces each maximal invalid part. */
#define WEIR_REPLACEMENT "\xEF\xBF\xBD"
#define WEIR_REPLACEMENT_LENGTH 3

/* Returns: the number of bytes at the start of text that are complete, valid characters. */
size_t weir_utf8_valid_length (const char *text, size_t length);

/* Returns: the length of the maximal invalid part at the start of text, which is not empty. Sets *cut if
 * this part is the whole text and may become valid when more bytes arrive. */
size_t weir_utf8_bad_length (const char *text, size_t length, bool *cut);

/* text is valid, except that its end may cut a character. Returns: the number of bytes of that character,
 * 0 to 3. */
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
