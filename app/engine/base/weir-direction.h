/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* Whether c changes the direction of writing (Unicode, UAX #9: marks, embeddings, overrides, isolates). In text
 * from a stream it could reorder the rest of the line on the screen. */
static inline gboolean
weir_turns_direction (gunichar c)
{
  return c == 0x61C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E)
         || (c >= 0x2066 && c <= 0x2069);
}
