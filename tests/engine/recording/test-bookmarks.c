/* SPDX-License-Identifier: MIT */
/* Bookmarks: where rows stand whatever becomes of the rest, and the file that keeps the bookmarks. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "log-writer.h"
#include "recorded.h"
#include "tree.h"
#include "recording/weir-bookmarks.h"
#include "log/weir-log-key.h"
#include "recording/weir-recording.h"
#include "log/weir-row.h"

/* --- Logs ------------------------------------------------------------------------ */

/* Comments inside of events, findings that are complete at one byte, and what a stream's end cuts. */
#define ODD                                                                                        \
  "\xEF\xBB\xBF: hello\ndata: a\n: within\ndata: b\n\nid: 1\0002\nDate: x\nfoo\nretry: x\n\n"      \
  "retry: 20\ndata: \xFF\xFE\nevent: t\nretry: -1\nid: 3\n\nid: 4\n\ndata: cut"

static void
note (LogWriter *writer, const char *text)
{
  const WeirNote said = { WEIR_NOTE_OVERDUE, writer->time_us, text };

  weir_sink_note (writer->sink, &said);
}

/* Three connections, the second of which brings nothing; notes at all places, two at one of them. */
static void
write_odd (WeirLog *log)
{
  LogWriter writer;

  log_writer_init (&writer, log);
  note (&writer, "before all");
  for (guint i = 0; i < 3; i++)
    {
      log_writer_begin (&writer);
      for (guint n = 0; i != 1 && n < 40; n++)
        {
          log_writer_write (&writer, ODD, sizeof ODD - 1, 1 + (n * 7 + i) % 30);
          note (&writer, "once");
          note (&writer, "twice");
          log_writer_write (&writer, "\n\ndata: on\n\n", 12, 0);
        }
      log_writer_end (&writer);
      note (&writer, "behind it");
    }
  log_writer_clear (&writer);
}

static WeirLog *
record_odd (const char *path)
{
  const WeirRecordingOptions options = { .segment_bytes = 1500 };
  WeirLog *log = weir_log_new ();

  g_assert_true (weir_log_record (log, path, &options, NULL));
  write_odd (log);
  weir_log_wait_written (log);
  return log;
}

/* The n-th event's row. */
static guint64
get_event (WeirLog *log, guint n)
{
  WeirRowInfo info;

  for (guint64 row = 0; weir_log_get_row (log, row, &info); row++)
    if (info.kind == WEIR_ROW_EVENT && n-- == 0)
      return row;
  g_assert_not_reached ();
}

/* Records so many events, which are written when it returns. */
static WeirLog *
record_events (const char *path, guint n)
{
  WeirLog *log = weir_log_new ();
  LogWriter writer;

  g_assert_true (weir_log_record (log, path, NULL, NULL));
  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  write_numbers (&writer, 0, n);
  log_writer_clear (&writer);
  log_wait_for_rows (log, n + 1);
  return log;
}

/* --- Keys ------------------------------------------------------------------------- */

static void
assert_keys_lead_back (WeirLog *log)
{
  WeirLogKey key, before = { 0 };

  for (guint64 row = 0; row < weir_log_get_n_rows (log); row++)
    {
      g_assert_true (weir_log_get_key (log, row, &key));
      g_assert_cmpint (weir_log_key_compare (&key, &before), !=, 0);
      g_assert_cmpuint (key.connection, >=, before.connection);
      g_assert_cmpuint (weir_log_find_key (log, &key), ==, row);
      before = key;
      key.nth += 100;
      g_assert_cmpuint (weir_log_find_key (log, &key), ==, WEIR_NO_ROW);
    }
  g_assert_false (weir_log_get_key (log, weir_log_get_n_rows (log), &key));
  key = (WeirLogKey){ 4, 7, WEIR_ROW_EVENT, 0 };
  g_assert_cmpuint (weir_log_find_key (log, &key), ==, WEIR_NO_ROW);
  key = (WeirLogKey){ 4, 0, WEIR_ROW_MARK, 0 };
  g_assert_cmpuint (weir_log_find_key (log, &key), ==, WEIR_NO_ROW);
}

static void
assert_same_place (WeirLog *log, guint64 row, WeirLog *other)
{
  g_autoptr (WeirRow) here = weir_row_new (log, row), there = NULL;
  WeirLogKey key;
  guint64 found;

  g_assert_true (weir_log_get_key (log, row, &key));
  found = weir_log_find_key (other, &key);
  g_assert_cmpuint (found, !=, WEIR_NO_ROW);
  there = weir_row_new (other, found);
  g_assert_cmpint (weir_row_get_kind (here), ==, weir_row_get_kind (there));
  g_assert_cmpstr (weir_row_get_type_name (here), ==, weir_row_get_type_name (there));
  g_assert_cmpstr (weir_row_get_preview (here), ==, weir_row_get_preview (there));
}

/* A key leads to the same row when the recording is indexed anew, and when its oldest files are gone. */
static void
test_keys (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.weir", NULL);
  g_autoptr (WeirLog) log = record_odd (path), opened = NULL, rest = NULL;
  g_autoptr (GArray) files = NULL;
  guint64 kept = 0;

  assert_keys_lead_back (log);
  opened = open_log (path);
  g_assert_cmpuint (weir_log_get_n_rows (opened), ==, weir_log_get_n_rows (log));
  assert_keys_lead_back (opened);
  for (guint64 row = 0; row < weir_log_get_n_rows (log); row++)
    assert_same_place (log, row, opened);

  files = weir_recording_list_files (path, NULL, NULL);
  g_assert_cmpuint (files->len, >, 6);
  /* Two at the beginning, and one that leaves a gap. */
  g_unlink (g_array_index (files, WeirRecordedFile, 0).path);
  g_unlink (g_array_index (files, WeirRecordedFile, 1).path);
  g_unlink (g_array_index (files, WeirRecordedFile, 4).path);
  rest = open_log (path);
  assert_keys_lead_back (rest);
  for (guint64 row = 0; row < weir_log_get_n_rows (rest); row++)
    {
      WeirRowInfo info;

      g_assert_true (weir_log_get_row (rest, row, &info));
      if (info.kind != WEIR_ROW_EVENT)
        continue;
      assert_same_place (rest, row, log);
      kept++;
    }
  g_assert_cmpuint (kept, >, weir_log_get_n_events (log) / 2);
  g_assert_cmpuint (kept, <, weir_log_get_n_events (log));
  remove_tree (folder);
}

/* --- Bookmarks ------------------------------------------------------------------------ */

static WeirBookmarks *
bookmarks_of (WeirLog *log)
{
  WeirBookmarks *bookmarks = weir_bookmarks_new ();

  weir_bookmarks_set_log (bookmarks, log);
  return bookmarks;
}

static gboolean
toggle (WeirBookmarks *bookmarks, guint64 first, guint64 n)
{
  g_autoptr (WeirRows) rows = weir_rows_new ();

  weir_rows_add (rows, first, n);
  return weir_bookmarks_toggle (bookmarks, rows);
}

static void
count (guint *n)
{
  ++*n;
}

static void
test_toggle (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autoptr (WeirBookmarks) bookmarks = NULL;
  g_autofree char *long_note = g_strnfill (3000, 'x');
  guint n_changes = 0;

  write_odd (log);
  bookmarks = bookmarks_of (log);
  g_signal_connect_swapped (bookmarks, "changed", G_CALLBACK (count), &n_changes);
  g_assert_false (weir_bookmarks_are_kept (bookmarks));
  g_assert_null (weir_bookmarks_get_note (bookmarks, 5));
  g_assert_true (toggle (bookmarks, 5, 1));
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_true (weir_bookmarks_contains (bookmarks, 5));
  g_assert_false (weir_bookmarks_contains (bookmarks, 4));
  g_assert_cmpstr (weir_bookmarks_get_note (bookmarks, 5), ==, "");

  weir_bookmarks_set_note (bookmarks, 5, "two\nlines\tand <b>");
  g_assert_cmpuint (n_changes, ==, 2);
  g_assert_cmpstr (weir_bookmarks_get_note (bookmarks, 5), ==, "two lines and <b>");

  /* Of some that are and some that are not, all are. */
  g_assert_true (toggle (bookmarks, 3, 4));
  g_assert_cmpuint (weir_bookmarks_get_n (bookmarks), ==, 4);
  g_assert_cmpstr (weir_bookmarks_get_note (bookmarks, 5), ==, "two lines and <b>");
  g_assert_false (toggle (bookmarks, 3, 4));
  g_assert_cmpuint (weir_bookmarks_get_n (bookmarks), ==, 0);
  g_assert_false (weir_bookmarks_contains (bookmarks, 5));
  g_assert_true (toggle (bookmarks, 5, 1));
  g_assert_cmpstr (weir_bookmarks_get_note (bookmarks, 5), ==, "two lines and <b>");

  weir_bookmarks_set_note (bookmarks, 5, long_note);
  g_assert_cmpuint (strlen (weir_bookmarks_get_note (bookmarks, 5)), ==, 1000);
  weir_bookmarks_set_log (bookmarks, NULL);
  g_assert_cmpuint (weir_bookmarks_get_n (bookmarks), ==, 0);
}

static void
test_next (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autoptr (WeirBookmarks) bookmarks = NULL;

  write_odd (log);
  bookmarks = bookmarks_of (log);
  g_assert_cmpuint (weir_bookmarks_find_next (bookmarks, 3, FALSE), ==, WEIR_NO_ROW);
  g_assert_cmpuint (weir_bookmarks_find_next (bookmarks, 3, TRUE), ==, WEIR_NO_ROW);
  toggle (bookmarks, 90, 1);
  g_assert_cmpuint (weir_bookmarks_find_next (bookmarks, 90, FALSE), ==, 90);
  g_assert_cmpuint (weir_bookmarks_find_next (bookmarks, 90, TRUE), ==, 90);
  toggle (bookmarks, 7, 1);
  toggle (bookmarks, 30, 1);
  g_assert_cmpuint (weir_bookmarks_find_next (bookmarks, 7, FALSE), ==, 30);
  g_assert_cmpuint (weir_bookmarks_find_next (bookmarks, 29, FALSE), ==, 30);
  g_assert_cmpuint (weir_bookmarks_find_next (bookmarks, 90, FALSE), ==, 7);
  g_assert_cmpuint (weir_bookmarks_find_next (bookmarks, WEIR_NO_ROW, FALSE), ==, 7);
  g_assert_cmpuint (weir_bookmarks_find_next (bookmarks, 90, TRUE), ==, 30);
  g_assert_cmpuint (weir_bookmarks_find_next (bookmarks, 8, TRUE), ==, 7);
  g_assert_cmpuint (weir_bookmarks_find_next (bookmarks, 7, TRUE), ==, 90);
  g_assert_cmpuint (weir_bookmarks_find_next (bookmarks, WEIR_NO_ROW, TRUE), ==, 90);
}

/* --- The file ------------------------------------------------------------------------- */

static char *
read_bookmarks (const char *recording)
{
  g_autofree char *path = g_build_filename (recording, "bookmarks", NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

static void
write_bookmarks (const char *recording, const char *text)
{
  g_autofree char *path = g_build_filename (recording, "bookmarks", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* Every kind of row is bookmarked again when the recording is opened, which it is while it is written. */
static void
test_there_and_back (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.weir", NULL);
  g_autofree char *file = g_build_filename (path, "bookmarks", NULL);
  g_autoptr (WeirLog) log = record_odd (path), opened = NULL;
  g_autoptr (WeirBookmarks) bookmarks = bookmarks_of (log), again = NULL;
  const guint64 n_rows = weir_log_get_n_rows (log);
  guint n = 0;
  GStatBuf info;

  g_assert_true (weir_bookmarks_are_kept (bookmarks));
  g_assert_null (weir_bookmarks_take_problem (bookmarks));
  for (guint64 row = 0; row < n_rows; row += 3, n++)
    {
      g_autofree char *text = g_strdup_printf ("备注 %" G_GUINT64_FORMAT, row);

      g_assert_true (toggle (bookmarks, row, 1));
      if (row % 2 == 0)
        weir_bookmarks_set_note (bookmarks, row, text);
    }
  weir_bookmarks_flush (bookmarks);
  g_assert_cmpint (g_stat (file, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);

  opened = open_log (path);
  again = bookmarks_of (opened);
  g_assert_cmpuint (weir_bookmarks_get_n (again), ==, n);
  for (guint64 row = 0; row < n_rows; row++)
    {
      WeirLogKey key;
      guint64 there;

      g_assert_true (weir_log_get_key (log, row, &key));
      there = weir_log_find_key (opened, &key);
      g_assert_cmpint (weir_bookmarks_contains (again, there), ==, row % 3 == 0);
      g_assert_cmpstr (weir_bookmarks_get_note (again, there), ==,
                       weir_bookmarks_get_note (bookmarks, row));
    }

  /* With the last one, the file goes. */
  for (guint64 row = 0; row < n_rows; row += 3)
    g_assert_false (toggle (bookmarks, row, 1));
  weir_bookmarks_flush (bookmarks);
  g_assert_cmpint (g_stat (file, &info), !=, 0);
  remove_tree (folder);
}

/* The words of the file, which others may read as well. */
static void
test_words (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.weir", NULL);
  g_autoptr (WeirLog) log = record_events (path, 3);
  g_autoptr (WeirBookmarks) bookmarks = bookmarks_of (log);
  g_autofree char *text = NULL, *then = NULL;

  toggle (bookmarks, 0, 1);
  weir_bookmarks_flush (bookmarks);
  toggle (bookmarks, 2, 1);
  weir_bookmarks_set_note (bookmarks, 2, " here");
  /* Without a word to it: as when the window is closed. */
  g_clear_object (&bookmarks);
  text = read_bookmarks (path);
  g_assert_cmpstr (text, ==, "weir-bookmarks 1\n1 0 mark\n1 480 event  here\n");

  bookmarks = bookmarks_of (log);
  g_assert_cmpstr (weir_bookmarks_get_note (bookmarks, 2), ==, " here");
  toggle (bookmarks, 0, 1);
  weir_bookmarks_flush (bookmarks);
  then = read_bookmarks (path);
  g_assert_cmpstr (then, ==, "weir-bookmarks 1\n1 480 event  here\n");
  remove_tree (folder);
}

/* Lines that are not understood, and rows that are not there, stay in the file. */
static void
test_unreadable (void)
{
  static const char *const bad[] = {
    "1 480",
    "1 480 other",
    "x 480 event",
    "1 480 event+ a",
    "1 480 event+x",
    "1 480 eventful",
    "99999999999 480 event",
    "1 480 event a\x01",
    "1 480 event \xFF",
    "-1 480 event",
    " 1 480 event",
    "1 99999999999999999999999 event",
  };
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.weir", NULL);
  g_autoptr (WeirLog) log = record_events (path, 4);
  g_autoptr (WeirBookmarks) bookmarks = NULL;
  g_autoptr (GString) text = g_string_new ("weir-bookmarks 1\n");
  g_autofree char *long_note = g_strnfill (1001, 'x');
  g_autofree char *problem = NULL, *now = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_string_append_printf (text, "%s\n", bad[i]);
  g_string_append_printf (text, "1 480 event %s\n", long_note);
  g_string_append (text, "7 480 event not there\n1 960 event there");
  write_bookmarks (path, text->str);

  bookmarks = bookmarks_of (log);
  problem = weir_bookmarks_take_problem (bookmarks);
  g_assert_nonnull (problem);
  g_assert_nonnull (strstr (problem, "13 bookmarks"));
  g_assert_null (weir_bookmarks_take_problem (bookmarks));
  g_assert_false (weir_bookmarks_contains (bookmarks, 2));
  g_assert_cmpstr (weir_bookmarks_get_note (bookmarks, 4), ==, "there");
  g_assert_cmpuint (weir_bookmarks_find_next (bookmarks, 4, FALSE), ==, 4);
  g_assert_cmpuint (weir_bookmarks_get_n (bookmarks), ==, 2);

  toggle (bookmarks, 1, 1);
  weir_bookmarks_flush (bookmarks);
  now = read_bookmarks (path);
  g_string_append (text, "\n1 240 event\n");
  g_assert_cmpstr (now, ==, text->str);
  remove_tree (folder);
}

/* What is no file of bookmarks of this version is told of, and left alone. */
static void
test_foreign (void)
{
  static const char newer[] = "weir-bookmarks 2\n1 480 event x\n";
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.weir", NULL);
  g_autofree char *file = g_build_filename (path, "bookmarks", NULL);
  g_autoptr (WeirLog) log = record_events (path, 2);
  g_autoptr (WeirBookmarks) bookmarks = NULL;
  g_autofree char *first = NULL, *second = NULL, *now = NULL;

  write_bookmarks (path, newer);
  bookmarks = bookmarks_of (log);
  first = weir_bookmarks_take_problem (bookmarks);
  g_assert_nonnull (first);
  toggle (bookmarks, 1, 1);
  weir_bookmarks_flush (bookmarks);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  second = weir_bookmarks_take_problem (bookmarks);
  g_assert_cmpstr (second, ==, first);
  now = read_bookmarks (path);
  g_assert_cmpstr (now, ==, newer);
  g_assert_true (weir_bookmarks_contains (bookmarks, 1));

  /* Nor is anything waited for that never comes, or followed elsewhere. */
  g_clear_object (&bookmarks);
  g_unlink (file);
  g_assert_cmpint (mkfifo (file, 0600), ==, 0);
  bookmarks = bookmarks_of (log);
  g_free (first);
  first = weir_bookmarks_take_problem (bookmarks);
  g_assert_nonnull (first);
  remove_tree (folder);
}

/* The same recording in two windows: neither takes away what the other wrote. */
static void
test_two (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.weir", NULL);
  g_autoptr (WeirLog) log = record_events (path, 3), opened = open_log (path);
  g_autoptr (WeirBookmarks) one = bookmarks_of (log), other = bookmarks_of (opened);
  g_autofree char *text = NULL;

  toggle (one, 1, 1);
  weir_bookmarks_flush (one);
  toggle (other, 2, 1);
  weir_bookmarks_flush (other);
  text = read_bookmarks (path);
  g_assert_cmpstr (text, ==, "weir-bookmarks 1\n1 240 event\n1 480 event\n");
  remove_tree (folder);
}

/* A plain file keeps none; read again, it has those of before, at the same rows. */
static void
test_plain_file (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.sse", NULL);
  g_autoptr (WeirLog) log = NULL, again = NULL;
  g_autoptr (WeirBookmarks) bookmarks = NULL;

  g_assert_true (g_file_set_contents (path, "data: a\n\ndata: b\n\n: c\n", -1, NULL));
  log = open_log (path);
  bookmarks = bookmarks_of (log);
  g_assert_false (weir_bookmarks_are_kept (bookmarks));
  toggle (bookmarks, get_event (log, 1), 1);
  weir_bookmarks_set_note (bookmarks, get_event (log, 1), "b");
  again = open_log (path);
  weir_bookmarks_set_log (bookmarks, again);
  g_assert_cmpstr (weir_bookmarks_get_note (bookmarks, get_event (again, 1)), ==, "b");
  g_assert_cmpuint (weir_bookmarks_get_n (bookmarks), ==, 1);
  remove_tree (folder);
}

/* --- As a part of the recording --------------------------------------------------------- */

/* They count among what a recording takes, and go with its last file. */
static void
test_deletion (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *old_path = g_build_filename (folder, "old.weir", NULL);
  g_autofree char *new_path = g_build_filename (folder, "new.weir", NULL);
  const WeirRecordingOptions options = { .max_bytes = 300000, .whole_folder = TRUE };
  WeirLog *old = record_events (old_path, 200), *log = weir_log_new ();
  LogWriter writer;

  g_object_unref (old);
  write_bookmarks (old_path, "weir-bookmarks 1\n1 480 event x\n");
  g_assert_true (weir_recording_is (old_path));
  g_assert_true (weir_log_record (log, new_path, &options, NULL));
  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  write_numbers (&writer, 0, 1500);
  log_writer_clear (&writer);
  log_wait_for_rows (log, 1501);
  g_assert_false (g_file_test (old_path, G_FILE_TEST_EXISTS));
  g_object_unref (log);
  remove_tree (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bookmarks/keys", test_keys);
  g_test_add_func ("/bookmarks/toggle", test_toggle);
  g_test_add_func ("/bookmarks/next", test_next);
  g_test_add_func ("/bookmarks/there-and-back", test_there_and_back);
  g_test_add_func ("/bookmarks/words", test_words);
  g_test_add_func ("/bookmarks/unreadable", test_unreadable);
  g_test_add_func ("/bookmarks/foreign", test_foreign);
  g_test_add_func ("/bookmarks/two", test_two);
  g_test_add_func ("/bookmarks/plain-file", test_plain_file);
  g_test_add_func ("/bookmarks/deletion", test_deletion);
  return g_test_run ();
}
