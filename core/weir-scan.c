/* SPDX-License-Identifier: MIT */
#include "weir-scan-private.h"

void
weir_scan (const char *bytes, size_t length, WeirWindow *window)
{
  window->high = 0;
  for (size_t block = 0; block * WEIR_BLOCK < length; block++)
    {
      size_t rest = length - block * WEIR_BLOCK;
      uint64_t ends = 0;
      uint8_t all = 0;

      for (unsigned i = 0; i < WEIR_BLOCK && i < rest; i++)
        {
          uint8_t byte = (uint8_t) bytes[block * WEIR_BLOCK + i];

          ends |= (uint64_t) (byte == '\n' || byte == '\r') << i;
          all |= byte;
        }
      window->ends[block] = ends;
      window->high |= (uint64_t) (all >> 7) << block;
    }
}
