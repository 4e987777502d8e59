/* SPDX-License-Identifier: MIT */
#include "weir-feed-options.h"

#include <string.h>

G_DEFINE_QUARK (weir - feed - error - quark, weir_feed_error)

gboolean
weir_feed_framing_parse (const char *name, WeirFeedFraming *framing)
{
  static const char *const names[] = {
    [WEIR_FEED_FRAMING_BLOCK] = "block",
    [WEIR_FEED_FRAMING_EVENT] = "event",
    [WEIR_FEED_FRAMING_CLOSE] = "close",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (name, names[i]) == 0)
      {
        *framing = (WeirFeedFraming) i;
        return TRUE;
      }
  return FALSE;
}
