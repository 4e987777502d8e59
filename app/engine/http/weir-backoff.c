/* SPDX-License-Identifier: MIT */
#include "weir-backoff-private.h"

#include <libsoup/soup.h>

#define A_DAY_MS ((gint64) 24 * 60 * 60 * 1000)

gint64
weir_backoff_get_delay (const WeirBackoff *self, double random)
{
  const gint64 cap = MAX (self->cap_ms, self->retry_ms);
  gint64 delay = self->retry_ms;

  for (guint i = 1; i < self->n_failures && delay < cap; i++)
    delay = MAX (delay, 100) * 2;
  delay = MIN (delay, cap);
  if (self->n_failures > 1)
    delay -= (gint64) (delay / 4 * random);
  return MAX (delay, self->retry_after_ms);
}

gint64
weir_backoff_parse_retry_after (const char *value, gint64 now_us)
{
  g_autofree char *text = g_strstrip (g_strdup (value));
  g_autoptr (GDateTime) date = NULL;
  guint64 seconds;
  gint64 delay;

  if (g_ascii_isdigit (*text))
    {
      if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT32, &seconds, NULL))
        return -1;
      return MIN ((gint64) seconds * 1000, A_DAY_MS);
    }
  date = soup_date_time_new_from_http_string (text);
  if (!date)
    return -1;
  delay = g_date_time_to_unix (date) * 1000 - now_us / 1000;
  return CLAMP (delay, 0, A_DAY_MS);
}
