/* SPDX-License-Identifier: MIT */
#include "weir-frame-meter.h"

#include <stdlib.h>
#include <string.h>

static GArray *frames = NULL; /* of gint64: how long each took */
static gint64 last_us = 0;

void
weir_frame_meter_enable (void)
{
  if (frames == NULL)
    frames = g_array_new (FALSE, FALSE, sizeof (gint64));
}

void
weir_frame_meter_add_frame (gint64 time_us)
{
  const gint64 took_us = time_us - last_us;

  if (frames == NULL)
    return;
  if (last_us != 0)
    g_array_append_val (frames, took_us);
  last_us = time_us;
}

void
weir_frame_meter_pause (void)
{
  last_us = 0;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static double
get_ms (double part)
{
  const guint i = (guint) (part * (frames->len - 1));

  return frames->len == 0 ? 0 : (double) g_array_index (frames, gint64, i) / 1000;
}

/* Anonymous memory in use, in bytes; what mapped files take says nothing of us. */
static guint64
get_rss_anon (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  line = strstr (status, "RssAnon:");
  return line != NULL ? g_ascii_strtoull (line + strlen ("RssAnon:"), NULL, 10) * 1024 : 0;
}

gboolean
weir_frame_meter_write (
    const char *path, guint64 events, guint64 rows_shown, gint64 took_us, GError **error)
{
  g_autofree char *text = NULL;
  char p50[G_ASCII_DTOSTR_BUF_SIZE], p99[G_ASCII_DTOSTR_BUF_SIZE], worst[G_ASCII_DTOSTR_BUF_SIZE];

  g_return_val_if_fail (frames != NULL, FALSE);

  g_array_sort (frames, compare);
  text = g_strdup_printf (
      "{\"events\":%" G_GUINT64_FORMAT ",\"rows\":%" G_GUINT64_FORMAT
      ",\"frames\":%u,\"p50_ms\":%s,\"p99_ms\":%s,\"worst_ms\":%s"
      ",\"took_us\":%" G_GINT64_FORMAT ",\"rss_anon\":%" G_GUINT64_FORMAT "}\n",
      events, rows_shown, frames->len, g_ascii_formatd (p50, sizeof p50, "%.1f", get_ms (0.5)),
      g_ascii_formatd (p99, sizeof p99, "%.1f", get_ms (0.99)),
      g_ascii_formatd (worst, sizeof worst, "%.1f", get_ms (1.0)), took_us, get_rss_anon ());
  return g_file_set_contents (path, text, -1, error);
}
