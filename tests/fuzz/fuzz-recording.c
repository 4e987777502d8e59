/* SPDX-License-Identifier: MIT */
/*
 * A recording of unknown origin: marks, bookmarks and bytes. Every reader gives the same events, every text
 * is UTF-8, and every search and export of it succeeds. The input is three parts, each ended by 0xFF 0xFF: the file
 * marks, the file bookmarks, and the bytes of one segment; a part that is missing is a missing file.
 */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdint.h>
#include <string.h>

#include "export/weir-export.h"
#include "filter/weir-filter-private.h"
#include "log/weir-row.h"
#include "recording/weir-bookmarks.h"
#include "recording/weir-recording.h"
#include "recording/weir-replay.h"

int LLVMFuzzerTestOneInput (const uint8_t *input, size_t size);

/* --- The files ------------------------------------------------------------------ */

static const char *const names[] = { "marks", "bookmarks", "000001-000000000000000.sse" };

static const char *
get_folder (void)
{
  static char *folder = NULL;

  if (folder == NULL)
    {
      g_autofree char *parent = g_dir_make_tmp ("weir-fuzz-XXXXXX", NULL);

      folder = g_build_filename (parent, "x.weir", NULL);
      g_mkdir (folder, 0700);
    }
  return folder;
}

static void
write_files (const uint8_t *input, size_t size)
{
  const uint8_t *at = input, *end = input + size;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (get_folder (), names[i], NULL);
      const uint8_t *stop = at;

      while (stop < end && !(stop[0] == 0xFF && stop + 1 < end && stop[1] == 0xFF))
        stop++;
      if (at < end)
        g_assert_true (g_file_set_contents_full (path, (const char *) at, stop - at,
                                                 G_FILE_SET_CONTENTS_NONE, 0600, NULL));
      else
        g_unlink (path);
      at = end - stop > 2 ? stop + 2 : end;
    }
}

/* --- The log -------------------------------------------------------------------- */

static void
assert_text (const char *text)
{
  if (text != NULL)
    g_assert_true (g_utf8_validate (text, -1, NULL));
}

static void
check_connection (WeirConnectionInfo *info)
{
  g_autofree char *end = NULL;

  if (info == NULL)
    return;
  assert_text (info->url);
  assert_text (info->evidence);
  assert_text (info->end_sentence);
  end = weir_connection_info_describe_end (info);
  assert_text (end);
}

static guint64
check_rows (WeirLog *log)
{
  guint64 n_events = 0;

  for (guint64 i = 0; i < weir_log_get_n_rows (log); i++)
    {
      g_autoptr (WeirRow) row = weir_row_new (log, i);
      const char *preview = weir_row_get_preview (row);
      gsize length;
      const char *data = g_bytes_get_data (weir_row_get_data (row), &length);

      assert_text (preview);
      g_assert_cmpuint (strlen (preview), <=, 512);
      assert_text (weir_row_get_type_name (row));
      assert_text (weir_row_get_id (row));
      g_assert_true (length == 0 || g_utf8_validate_len (data, length, NULL)
                     || memchr (data, '\0', length) != NULL);
      weir_row_get_raw (row);
      check_connection (weir_row_get_connection (row));
      n_events += weir_row_get_kind (row) == WEIR_ROW_EVENT;
    }
  return n_events;
}

static void
check_bookmarks (WeirLog *log)
{
  g_autoptr (WeirBookmarks) bookmarks = weir_bookmarks_new ();
  g_autofree char *problem = NULL;

  weir_bookmarks_set_log (bookmarks, log);
  weir_bookmarks_find_rows (bookmarks);
  for (guint64 i = 0; i < weir_log_get_n_rows (log); i++)
    assert_text (weir_bookmarks_get_note (bookmarks, i));
  problem = weir_bookmarks_take_problem (bookmarks);
  assert_text (problem);
}

/* --- Search --------------------------------------------------------------------- */

static void
check_search (WeirLog *log)
{
  static const char *const texts[] = { "a", "\xE6\xB0\xB4", "\uFFFD", "one\ntwo" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (WeirFilter) filter = weir_filter_new_text (texts[i], i % 2);
      g_autoptr (WeirMatcher) matcher = weir_matcher_new (filter, log);
      roaring_bitmap_t *matches = roaring_bitmap_create ();
      atomic_bool cancelled = FALSE;

      g_assert_true (
          weir_matcher_scan (matcher, 0, weir_log_get_n_rows (log), matches, &cancelled));
      g_assert_cmpuint (roaring_bitmap_get_cardinality (matches), <=, weir_log_get_n_rows (log));
      roaring_bitmap_free (matches);
    }
}

/* --- Exports -------------------------------------------------------------------- */

static void
on_exported (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  weir_export_run_finish (WEIR_EXPORT (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static void
check_exports (WeirLog *log)
{
  static const char *const endings[] = { "x.sse", "x.ndjson", "x.csv", "x.har" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *parent = g_path_get_dirname (get_folder ());
      g_autofree char *path = g_build_filename (parent, endings[i], NULL);
      g_autofree char *text = NULL;
      g_autoptr (WeirExport) one = weir_export_new (log, NULL, (WeirExportFormat) i, path);
      gboolean done = FALSE;
      gsize length;

      weir_export_run_async (one, NULL, on_exported, &done);
      while (!done)
        g_main_context_iteration (NULL, TRUE);
      g_assert_true (g_file_get_contents (path, &text, &length, NULL));
      for (gsize at = 0; at < length; at += strlen (text + at) + 1)
        assert_text (text + at);
    }
}

/* --- Replay --------------------------------------------------------------------- */

typedef struct
{
  GObject parent;
  guint64 n_events;
} Counter;

typedef struct
{
  GObjectClass parent;
} CounterClass;

static GType counter_get_type (void);

static gboolean
count_items (WeirSink *sink, const WeirItem *items, gsize n_items)
{
  for (gsize i = 0; i < n_items; i++)
    ((Counter *) sink)->n_events += items[i].kind == WEIR_ITEM_EVENT;
  return TRUE;
}

static void
check_note (WeirSink *sink, const WeirNote *note)
{
  assert_text (note->text);
}

static void
sink_init (WeirSinkInterface *iface)
{
  iface->items = count_items;
  iface->note = check_note;
}

G_DEFINE_TYPE_WITH_CODE (Counter,
                         counter,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (WEIR_TYPE_SINK, sink_init))

static void
counter_class_init (CounterClass *klass)
{
}

static void
counter_init (Counter *self)
{
}

static void
check_replay (guint64 n_events)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirReplay) replay = weir_replay_new (get_folder (), &error);
  g_autoptr (GObject) counter = g_object_new (counter_get_type (), NULL);
  g_autofree char *skipped = NULL;
  gint64 begin, end;

  if (replay == NULL)
    return;
  weir_replay_get_span (replay, &begin, &end);
  weir_replay_to_sink (replay, WEIR_SINK (counter), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (((Counter *) counter)->n_events, ==, n_events);
  skipped = weir_replay_describe_skipped (replay);
  assert_text (skipped);
}

int
LLVMFuzzerTestOneInput (const uint8_t *input, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirLog) log = NULL;
  guint64 n_events;

  write_files (input, size);
  log = weir_log_open (get_folder (), &error);
  if (log == NULL)
    {
      assert_text (error->message);
      return 0;
    }
  weir_log_wait_indexed (log);
  n_events = check_rows (log);
  check_bookmarks (log);
  check_search (log);
  check_replay (n_events);
  check_exports (log);
  return 0;
}
