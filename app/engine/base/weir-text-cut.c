/* SPDX-License-Identifier: MIT */
#include "weir-text-cut.h"

gsize
weir_text_cut (const char *text, gsize length, gsize max_bytes)
{
  gsize end = max_bytes;

  if (length <= max_bytes)
    return length;
  while (end > 0 && ((guchar) text[end] & 0xC0) == 0x80)
    end--;
  return end;
}
