/* SPDX-License-Identifier: MIT */
#include "weir-format.h"

#include <glib/gi18n.h>
#include <time.h>

static void
broken_down (gint64 time_us, gboolean utc, struct tm *tm)
{
  time_t seconds = (time_t) (time_us / G_USEC_PER_SEC);

  if (utc)
    gmtime_r (&seconds, tm);
  else
    localtime_r (&seconds, tm);
}

const char *
weir_format_time (char buffer[WEIR_FORMAT_LENGTH],
                  gint64 time_us,
                  gint64 start_us,
                  WeirTimeFormat format)
{
  int ms = (int) (time_us % G_USEC_PER_SEC / 1000);
  struct tm tm;

  if (time_us <= 0)
    return "–";

  switch (format)
    {
    case WEIR_TIME_ELAPSED:
      g_snprintf (buffer, WEIR_FORMAT_LENGTH, "%.3f",
                  (double) (time_us - start_us) / G_USEC_PER_SEC);
      break;
    case WEIR_TIME_ISO:
      broken_down (time_us, TRUE, &tm);
      g_snprintf (buffer, WEIR_FORMAT_LENGTH, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                  tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
                  ms);
      break;
    case WEIR_TIME_CLOCK:
    default:
      broken_down (time_us, FALSE, &tm);
      g_snprintf (buffer, WEIR_FORMAT_LENGTH, "%02d:%02d:%02d.%03d", tm.tm_hour, tm.tm_min,
                  tm.tm_sec, ms);
      break;
    }
  return buffer;
}

const char *
weir_format_gap (char buffer[WEIR_FORMAT_LENGTH], gint64 gap_us)
{
  double ms = (double) gap_us / 1000;

  if (gap_us <= 0)
    return "0";
  if (ms < 10)
    g_snprintf (buffer, WEIR_FORMAT_LENGTH, _ ("+%.1f ms"), ms);
  else if (ms < 1000)
    g_snprintf (buffer, WEIR_FORMAT_LENGTH, _ ("+%.0f ms"), ms);
  else if (ms < 100000)
    g_snprintf (buffer, WEIR_FORMAT_LENGTH, _ ("+%.2f s"), ms / 1000);
  else
    g_snprintf (buffer, WEIR_FORMAT_LENGTH, "+%d:%02d", (int) (ms / 60000), (int) (ms / 1000) % 60);
  return buffer;
}

const char *
weir_format_size (char buffer[WEIR_FORMAT_LENGTH], guint64 bytes)
{
  if (bytes < 1000)
    g_snprintf (buffer, WEIR_FORMAT_LENGTH, _ ("%u B"), (guint) bytes);
  else if (bytes < 1000 * 1000)
    g_snprintf (buffer, WEIR_FORMAT_LENGTH, _ ("%.1f kB"), (double) bytes / 1e3);
  else if (bytes < 1000 * 1000 * 1000)
    g_snprintf (buffer, WEIR_FORMAT_LENGTH, _ ("%.1f MB"), (double) bytes / 1e6);
  else
    g_snprintf (buffer, WEIR_FORMAT_LENGTH, _ ("%.2f GB"), (double) bytes / 1e9);
  return buffer;
}

const char *
weir_format_count (char buffer[WEIR_FORMAT_LENGTH], guint64 count)
{
  g_snprintf (buffer, WEIR_FORMAT_LENGTH, "%'" G_GUINT64_FORMAT, count);
  return buffer;
}

const char *
weir_format_rate (char buffer[WEIR_FORMAT_LENGTH], double per_second)
{
  if (per_second < 0.05)
    return "0/s";
  if (per_second < 10)
    g_snprintf (buffer, WEIR_FORMAT_LENGTH, _ ("%.1f/s"), per_second);
  else if (per_second < 10000)
    g_snprintf (buffer, WEIR_FORMAT_LENGTH, _ ("%.0f/s"), per_second);
  else if (per_second < 1e6)
    g_snprintf (buffer, WEIR_FORMAT_LENGTH, _ ("%.0fk/s"), per_second / 1e3);
  else
    g_snprintf (buffer, WEIR_FORMAT_LENGTH, _ ("%.2fM/s"), per_second / 1e6);
  return buffer;
}

const char *
weir_format_age (char buffer[WEIR_FORMAT_LENGTH], gint64 age_us)
{
  const int seconds = (int) (MAX (age_us, 0) / G_USEC_PER_SEC);

  if (seconds < 60)
    g_snprintf (buffer, WEIR_FORMAT_LENGTH, _ ("%d s"), seconds);
  else if (seconds < 3600)
    g_snprintf (buffer, WEIR_FORMAT_LENGTH, _ ("%d min %d s"), seconds / 60,
                seconds % 60 / 10 * 10);
  else
    g_snprintf (buffer, WEIR_FORMAT_LENGTH, _ ("%d h %d min"), seconds / 3600, seconds % 3600 / 60);
  return buffer;
}
