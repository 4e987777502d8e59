/* SPDX-License-Identifier: MIT */
/* Answers of language models: any bytes, as an event stream, lines of JSON or Amazon's frames, give the same
 * answers with any cuts, in valid UTF-8. */
#include "assemble.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *input, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *input, size_t size)
{
  const gsize split = size > 0 ? (input[size / 2] * size) >> 8 : 0;

  for (int format = FORMAT_EVENTS; format <= FORMAT_FRAMES; format++)
    {
      g_autofree char *whole = assemble ((const char *) input, size, (Format) format, size);
      g_autofree char *cut = assemble ((const char *) input, size, (Format) format, split);

      g_assert_cmpstr (whole, ==, cut);
    }
  return 0;
}
