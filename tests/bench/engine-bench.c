/* SPDX-License-Identifier: MIT */
/*
 * Measures the log without a window: engine-bench [--json FILE] [--megabytes N] [--folder DIR]
 *
 * append    a flood of 260-byte events in 64 KiB reads into a log in memory
 * record    the same, written to a recording
 * open      that recording's first rows, and its whole index, from a warm cache
 * filter    a rare and a common text over it, against LC_ALL=C grep -cF on the same bytes
 */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

#include "core/weir-allocator.h"
#include "base/weir-memory.h"
#include "recording/weir-recording.h"
#include "filter/weir-view.h"

#define READ_BYTES 65536u
#define N_ITEMS 256u

static char *json_path;
static char *folder;
static int megabytes = 2000;

static const GOptionEntry entries[] = {
  { "json", 0, 0, G_OPTION_ARG_FILENAME, &json_path, "Write the figures to FILE", "FILE" },
  { "folder", 0, 0, G_OPTION_ARG_FILENAME, &folder, "Where to record", "DIR" },
  { "megabytes", 0, 0, G_OPTION_ARG_INT, &megabytes, "How much", "N" },
  { NULL, 0, 0, 0, NULL, NULL, NULL },
};

/* Sixteen MiB of events, whole, to be sent again and again. */
static GString *
make_stream (guint64 *n_events)
{
  GString *stream = g_string_sized_new (17 << 20);

  for (*n_events = 0; stream->len < 16 << 20; (*n_events)++)
    g_string_append_printf (stream,
                            "id: %" G_GUINT64_FORMAT
                            "\ndata: {\"type\":\"%s\",\"title\":\"Page %" G_GUINT64_FORMAT
                            "\",\"comment\":\"%0*d\",\"bot\":%s}\n\n",
                            *n_events, *n_events % 10000 == 77 ? "quagmire" : "edit", *n_events,
                            160, 0, *n_events % 2 == 0 ? "true" : "false");
  return stream;
}

static double
seconds_since (gint64 begin)
{
  return (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC;
}

/* Feeds as the I/O thread does. */
static double
fill (WeirLog *log, const GString *stream, guint64 n_bytes, guint64 *n_fed)
{
  const WeirParserOptions options = { .allocator = weir_allocator_malloc () };
  g_autoptr (WeirConnectionInfo) info = weir_connection_info_new (1);
  WeirSink *sink = WEIR_SINK (log);
  WeirItem items[N_ITEMS];
  WeirParser parser;
  gint64 begin = g_get_monotonic_time ();
  guint64 n_rows = 0;

  info->began_us = g_get_real_time ();
  weir_parser_init (&parser, &options);
  weir_sink_connection_began (sink, info);
  for (*n_fed = 0; *n_fed < n_bytes;)
    for (gsize at = 0, n; at < stream->len && *n_fed < n_bytes; at += n, *n_fed += n)
      {
        WeirStatus status;
        gsize n_items;

        n = MIN (READ_BYTES, stream->len - at);
        weir_sink_bytes_read (sink, g_get_real_time (), (const guint8 *) stream->str + at, n);
        weir_parser_feed (&parser, stream->str + at, n);
        do
          {
            status = weir_parser_next_batch (&parser, items, N_ITEMS, &n_items);
            weir_sink_items (sink, items, n_items);
            n_rows += n_items;
          }
        while (status == WEIR_ITEM);
      }
  weir_sink_drained (sink);
  while (weir_log_get_n_rows (log) < n_rows)
    g_usleep (100);
  weir_parser_clear (&parser);
  return seconds_since (begin);
}

static void
put (JsonBuilder *figures, const char *name, double value)
{
  json_builder_set_member_name (figures, name);
  json_builder_add_double_value (figures, value);
  printf ("%-32s %14.3f\n", name, value);
}

static void
bench_fill (JsonBuilder *figures, const GString *stream, guint64 n_bytes, const char *path)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autoptr (GError) error = NULL;
  guint64 n_fed;
  double seconds;

  if (path != NULL
      && !weir_log_record (
          log, path, &(WeirRecordingOptions){ .max_bytes = G_MAXINT64, .segment_bytes = 64 << 20 },
          &error))
    g_error ("%s", error->message);
  seconds = fill (log, stream, n_bytes, &n_fed);
  put (figures, path != NULL ? "record_events_per_s" : "append_events_per_s",
       (double) weir_log_get_n_events (log) / seconds);
  put (figures, path != NULL ? "record_gb_per_s" : "append_gb_per_s",
       (double) n_fed / seconds / 1e9);
  if (path == NULL)
    put (figures, "append_memory_mb", (double) weir_memory_get_used () / 1e6);
}

static WeirLog *
bench_open (JsonBuilder *figures, const char *path)
{
  gint64 begin = g_get_monotonic_time ();
  WeirLog *log = weir_log_open (path, NULL);
  double first;
  guint64 total;

  while (weir_log_get_n_rows (log) < 100)
    g_usleep (100);
  first = seconds_since (begin);
  weir_log_wait_indexed (log);
  weir_log_get_indexed (log, &total);
  put (figures, "open_first_rows_ms", first * 1e3);
  put (figures, "open_index_gb_per_s", (double) total / seconds_since (begin) / 1e9);
  return log;
}

static double
bench_grep (const char *path, const char *text, guint64 *count)
{
  g_autofree char *quoted = g_shell_quote (path);
  g_autofree char *grep = g_strdup_printf ("LC_ALL=C grep -hcF '%s' %s/*.sse", text, quoted);
  g_autofree char *output = NULL;
  const char *const argv[] = { "/bin/sh", "-c", grep, NULL };
  gint64 begin = g_get_monotonic_time ();
  double seconds;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL, NULL, NULL);
  seconds = seconds_since (begin);
  *count = 0;
  for (const char *at = output; at != NULL && *at != '\0'; at = strchr (at, '\n') + 1)
    *count += g_ascii_strtoull (at, NULL, 10);
  return seconds;
}

static double
bench_view (WeirLog *log, const char *text, double *first, guint64 *count)
{
  g_autoptr (WeirView) view = weir_view_new (log);
  g_autoptr (WeirFilter) filter = weir_filter_new_text (text, TRUE);
  gint64 begin;
  guint64 total;

  weir_view_tick (view);
  begin = g_get_monotonic_time ();
  weir_view_set_filter (view, filter);
  *first = -1;
  do
    {
      weir_view_tick (view);
      if (*first < 0 && weir_view_get_filter (view) != NULL && weir_view_get_n_matches (view) > 0
          && weir_view_get_n_matches (view) < weir_log_get_n_rows (log))
        *first = seconds_since (begin);
      g_usleep (200);
    }
  while (weir_view_get_progress (view, &total) < total);
  *count = weir_view_get_n_matches (view);
  return seconds_since (begin);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  return (*(const double *) a > *(const double *) b) - (*(const double *) a < *(const double *) b);
}

static void
bench_filter (
    JsonBuilder *figures, WeirLog *log, const char *path, const char *text, const char *name)
{
  double greps[5], views[5], firsts[5];
  guint64 n_grep = 0, n_view = 0;
  g_autofree char *seconds = g_strdup_printf ("filter_%s_s", name);
  g_autofree char *grep_seconds = g_strdup_printf ("filter_%s_grep_s", name);
  g_autofree char *ratio = g_strdup_printf ("filter_%s_ratio", name);
  g_autofree char *first = g_strdup_printf ("filter_%s_first_ms", name);

  for (guint i = 0; i < G_N_ELEMENTS (greps); i++)
    {
      greps[i] = bench_grep (path, text, &n_grep);
      views[i] = bench_view (log, text, &firsts[i], &n_view);
    }
  if (n_grep != n_view)
    g_error ("“%s”: grep counts %" G_GUINT64_FORMAT ", the view %" G_GUINT64_FORMAT, text, n_grep,
             n_view);
  qsort (greps, G_N_ELEMENTS (greps), sizeof greps[0], compare_doubles);
  qsort (views, G_N_ELEMENTS (views), sizeof views[0], compare_doubles);
  qsort (firsts, G_N_ELEMENTS (firsts), sizeof firsts[0], compare_doubles);
  put (figures, seconds, views[2]);
  put (figures, grep_seconds, greps[2]);
  put (figures, ratio, views[2] / greps[2]);
  put (figures, first, firsts[2] * 1e3);
}

static void
remove_recording (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_unlink (file);
    }
  g_rmdir (path);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonBuilder) figures = json_builder_new ();
  g_autoptr (GString) stream = NULL;
  g_autofree char *path = NULL;
  g_autoptr (WeirLog) log = NULL;
  guint64 n_bytes, n_events;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("engine-bench: %s\n", error->message);
      return 2;
    }
  path = g_build_filename (folder != NULL ? folder : g_get_tmp_dir (), "engine-bench.weir", NULL);
  remove_recording (path);
  n_bytes = (guint64) megabytes * 1000000;
  stream = make_stream (&n_events);

  json_builder_begin_object (figures);
  bench_fill (figures, stream, n_bytes, NULL);
  bench_fill (figures, stream, n_bytes, path);
  log = bench_open (figures, path);
  bench_filter (figures, log, path, "quagmire", "rare");
  bench_filter (figures, log, path, "edit", "common");
  json_builder_end_object (figures);
  g_clear_object (&log);
  remove_recording (path);

  if (json_path != NULL)
    {
      g_autoptr (JsonNode) root = json_builder_get_root (figures);
      g_autofree char *text = json_to_string (root, TRUE);

      if (!g_file_set_contents (json_path, text, -1, &error))
        {
          g_printerr ("engine-bench: %s\n", error->message);
          return 1;
        }
    }
  return 0;
}
