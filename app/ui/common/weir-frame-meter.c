/* SPDX-License-Identifier: MIT */
#include "weir-frame-meter.h"

#include <string.h>

static GArray *frames = NULL; /* of gint64: how long each took */
static GArray *jumps = NULL;
static gint64 last_us = 0;
static gint64 jump_us = 0; /* when the present one began */

void
weir_frame_meter_enable (void)
{
  if (frames == NULL)
    {
      frames = g_array_new (FALSE, FALSE, sizeof (gint64));
      jumps = g_array_new (FALSE, FALSE, sizeof (gint64));
    }
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

static void
painted (GdkFrameClock *clock)
{
  const gint64 took_us = g_get_monotonic_time () - jump_us;

  g_signal_handlers_disconnect_by_func (clock, painted, NULL);
  g_array_append_val (jumps, took_us);
  jump_us = 0;
}

void
weir_frame_meter_jump (GdkFrameClock *clock)
{
  if (jumps == NULL || jump_us != 0 || clock == NULL)
    return;
  jump_us = g_get_monotonic_time ();
  g_signal_connect (clock, "after-paint", G_CALLBACK (painted), NULL);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

/* "p50_ms", "p99_ms" and "worst_ms" after a prefix. times is sorted. */
static void
append_times (GString *text, const char *prefix, GArray *times)
{
  static const struct
  {
    const char *name;
    double part;
  } parts[] = { { "p50_ms", 0.5 }, { "p99_ms", 0.99 }, { "worst_ms", 1.0 } };

  g_array_sort (times, compare);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      const guint at = (guint) (parts[i].part * (times->len - 1));
      const double ms = times->len == 0 ? 0 : (double) g_array_index (times, gint64, at) / 1000;
      char number[G_ASCII_DTOSTR_BUF_SIZE];

      g_string_append_printf (text, ",\"%s%s\":%s", prefix, parts[i].name,
                              g_ascii_formatd (number, sizeof number, "%.1f", ms));
    }
}

/* Anonymous memory in bytes. Mapped files do not count. */
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
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (frames != NULL, FALSE);

  g_string_append_printf (text,
                          "{\"events\":%" G_GUINT64_FORMAT ",\"rows\":%" G_GUINT64_FORMAT
                          ",\"took_us\":%" G_GINT64_FORMAT ",\"rss_anon\":%" G_GUINT64_FORMAT
                          ",\"frames\":%u",
                          events, rows_shown, took_us, get_rss_anon (), frames->len);
  append_times (text, "", frames);
  g_string_append_printf (text, ",\"jumps\":%u", jumps->len);
  append_times (text, "jump_", jumps);
  g_string_append (text, "}\n");
  return g_file_set_contents (path, text->str, (gssize) text->len, error);
}
