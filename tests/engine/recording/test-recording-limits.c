/* SPDX-License-Identifier: MIT */
/* What is no longer kept: in memory, on disk, and by whoever deletes files of a recording. */
#include <glib/gstdio.h>
#include <string.h>

#include "log-writer.h"
#include "recorded.h"
#include "tree.h"
#include "log/weir-log-private.h"
#include "base/weir-memory.h"
#include "recording/weir-recording.h"
#include "log/weir-row.h"
#include "filter/weir-view.h"

/* What leaves memory is read back from the recording; past the disk limit the oldest goes. */
static void
test_eviction (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "d.weir", NULL);
  g_autoptr (WeirLog) log = weir_log_new ();
  WeirRecordingOptions options = { .max_bytes = 40 << 20, .segment_bytes = 4 << 20 };
  guint64 limit = weir_memory_get_limit ();
  WeirRecordingState state;
  LogWriter writer;
  guint n_gone = 0;

  weir_memory_set_limit (16 << 20);
  g_assert_true (weir_log_record (log, path, &options, NULL));
  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  for (guint i = 0; i < 150; i++)
    {
      write_numbers (&writer, (guint64) i * 2000, 2000);
      /* What is not written yet cannot leave memory. */
      weir_log_wait_written (log);
    }
  log_writer_clear (&writer);
  log_wait_for_rows (log, 300001);

  g_assert_cmpuint (weir_memory_get_used (), <=, 24 << 20);
  weir_log_get_recording_state (log, &state);
  g_assert_cmpuint (state.disk_bytes, <=, 44 << 20);
  g_assert_cmpuint (state.freed_bytes, >, 20 << 20);
  g_assert_null (state.problem);
  weir_recording_state_clear (&state);

  for (guint64 number = 0, i = 0; number < weir_log_get_n_rows (log); number++)
    {
      g_autoptr (WeirRow) row = NULL;
      g_autofree char *data = NULL;
      WeirRowInfo info;

      g_assert_true (weir_log_get_row (log, number, &info));
      if (info.kind == WEIR_ROW_MARK || i++ % 97 != 0)
        continue;
      row = weir_row_new (log, number);
      data = data_of (log, number);
      if (weir_row_get_kind (row) == WEIR_ROW_GONE)
        {
          n_gone++;
          g_assert_cmpstr (data, ==, "");
          g_assert_cmpstr (weir_row_get_preview (row), !=, "");
        }
      else
        g_assert_cmpuint (g_ascii_strtoull (data, NULL, 10), ==, i - 1);
    }
  g_assert_cmpuint (n_gone, >, 500);
  g_assert_cmpuint (n_gone, <, 2500);
  weir_memory_set_limit (limit);
  remove_tree (folder);
}

static guint64
measure (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  GStatBuf info;

  return g_stat (path, &info) == 0 ? (guint64) info.st_size : 0;
}

static guint64
measure_all (const char *folder)
{
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;
  guint64 total = 0;

  g_assert_nonnull (directory);
  while ((name = g_dir_read_name (directory)) != NULL)
    total += measure (folder, name);
  return total;
}

static gboolean
has_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* A request is deleted with the last bytes of its connection, and all of them with their recording. */
static void
test_requests (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "r.weir", NULL);
  g_autofree char *second = g_build_filename (folder, "s.weir", NULL);
  WeirRecordingOptions options = { .max_bytes = 1 << 20,
                                   .segment_bytes = 64 << 10,
                                   .whole_folder = TRUE };
  WeirLog *log = weir_log_new ();
  LogWriter writer;

  g_assert_true (weir_log_record (log, path, &options, NULL));
  log_writer_init (&writer, log);
  writer.body = "{\"model\":\"m\"}";
  for (guint i = 0; i < 3; i++)
    {
      log_writer_begin (&writer);
      write_numbers (&writer, 0, 2000);
      weir_log_wait_written (log);
      log_writer_end (&writer);
      weir_log_wait_written (log);
    }
  log_writer_clear (&writer);
  g_clear_object (&log);
  g_assert_false (has_file (path, "000001.request"));
  g_assert_true (has_file (path, "000003.request"));

  log = open_log (path);
  {
    g_autoptr (WeirLogMark) mark = weir_log_get_mark (log, 0);

    g_assert_nonnull (mark->connection);
    g_assert_cmpstr (mark->connection->request_headers, ==, "Accept: text/event-stream\n");
    g_assert_cmpstr (mark->connection->request_body, ==, "{\"model\":\"m\"}");
    g_assert_cmpuint (mark->connection->request_bytes, ==, strlen ("{\"model\":\"m\"}"));
  }
  g_clear_object (&log);

  log = weir_log_new ();
  g_assert_true (weir_log_record (log, second, &options, NULL));
  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  for (guint i = 0; i < 4; i++)
    {
      write_numbers (&writer, 0, 2000);
      weir_log_wait_written (log);
    }
  log_writer_clear (&writer);
  g_clear_object (&log);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  remove_tree (folder);
}

/* What is said of each read counts like the bytes, and goes with them: many small events for long
 * must not outgrow the limit. */
static void
test_marks_limit (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "m.weir", NULL);
  WeirRecordingOptions options = { .max_bytes = 6 << 20, .segment_bytes = 256 << 10 };
  const guint n_events = 600000;
  g_autoptr (WeirLog) opened = NULL;
  WeirLog *log = weir_log_new ();
  guint64 n_kept = 0, next = 0, n_told = 0;
  WeirRecordingState state;
  LogWriter writer;
  gint64 begin_us;

  g_assert_true (weir_log_record (log, path, &options, NULL));
  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  begin_us = writer.time_us;
  for (guint i = 0; i < n_events; i++)
    {
      g_autofree char *event = g_strdup_printf ("data: %u\n\n", i);

      log_writer_write (&writer, event, strlen (event), 0);
      /* As a connection does, which reads no more until enough is written. */
      if (i % 10000 == 0)
        weir_log_wait_written (log);
    }
  log_writer_end (&writer);
  log_writer_clear (&writer);
  weir_log_wait_written (log);
  weir_log_get_recording_state (log, &state);
  g_assert_null (state.problem);
  g_assert_cmpuint (state.freed_bytes, >, 1 << 20);
  weir_recording_state_clear (&state);
  g_object_unref (log);
  /* Half a megabyte of either may come before the next look. */
  g_assert_cmpuint (measure_all (path), <=, options.max_bytes + (1 << 20));

  opened = open_log (path);
  for (guint64 i = 0; i < weir_log_get_n_rows (opened); i++)
    {
      g_autoptr (WeirRow) row = weir_row_new (opened, i);
      g_autofree char *data = NULL;

      n_told += weir_row_get_kind (row) == WEIR_ROW_MARK
                && strstr (weir_row_get_preview (row), "of this recording were deleted") != NULL;
      if (weir_row_get_kind (row) != WEIR_ROW_EVENT)
        continue;
      data = data_of (opened, i);
      if (n_kept++ > 0)
        g_assert_cmpuint (g_ascii_strtoull (data, NULL, 10), ==, next);
      next = g_ascii_strtoull (data, NULL, 10);
      g_assert_cmpint (weir_row_get_time_us (row), ==, begin_us + ((gint64) next + 1) * 1000);
      next++;
    }
  g_assert_cmpuint (next, ==, n_events);
  /* Nor is more deleted than that: each event takes about 40 bytes of the limit. */
  g_assert_cmpuint (n_kept, >, 100000);
  g_assert_cmpuint (n_told, >, 0);
  remove_tree (folder);
}

/* Without a recording, the oldest is forgotten and says so. */
static void
test_forgotten (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  guint64 limit = weir_memory_get_limit ();
  g_autoptr (WeirRow) first = NULL;
  g_autofree char *last = NULL;
  LogWriter writer;

  weir_memory_set_limit (16 << 20);
  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  for (guint i = 0; i < 100; i++)
    write_numbers (&writer, (guint64) i * 2000, 2000);
  log_writer_clear (&writer);
  g_assert_cmpuint (weir_memory_get_used (), <=, 24 << 20);
  first = weir_row_new (log, 1);
  g_assert_cmpint (weir_row_get_kind (first), ==, WEIR_ROW_GONE);
  last = data_of (log, 200000);
  g_assert_cmpuint (g_ascii_strtoull (last, NULL, 10), ==, 199999);
  weir_memory_set_limit (limit);
}

/* The directory of a recording goes away while it is written. */
static void
test_disk_lost (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "e.weir", NULL);
  g_autoptr (WeirLog) log = weir_log_new ();
  WeirRecordingState state;
  g_autofree char *last = NULL;
  LogWriter writer;

  g_assert_true (weir_log_record (log, path, NULL, NULL));
  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  write_numbers (&writer, 0, 10);
  log_wait_for_rows (log, 11);
  /* The directory goes away: the next connection's file cannot be made. */
  remove_tree (path);
  log_writer_end (&writer);
  log_writer_begin (&writer);
  write_numbers (&writer, 10, 10);
  log_wait_for_rows (log, 23);
  weir_log_get_recording_state (log, &state);
  g_assert_false (state.recording);
  g_assert_nonnull (state.problem);
  weir_recording_state_clear (&state);
  last = data_of (log, 22);
  g_assert_cmpuint (g_ascii_strtoull (last, NULL, 10), ==, 19);
  log_writer_clear (&writer);
  remove_tree (folder);
}

/* Deletes the recording's oldest files, up to n; gives the bytes that they had. */
static guint64
delete_oldest (const char *path, guint n)
{
  g_autoptr (GArray) files = weir_recording_list_files (path, NULL, NULL);
  guint64 n_bytes = 0;

  g_assert_cmpuint (files->len, >, n);
  for (guint i = 0; i < n; i++)
    {
      const WeirRecordedFile *file = &g_array_index (files, WeirRecordedFile, i);

      n_bytes += file->size;
      g_assert_cmpint (g_remove (file->path), ==, 0);
    }
  return n_bytes;
}

static guint
count_matches (WeirLog *log, const char *word)
{
  g_autoptr (WeirView) view = weir_view_new (log);
  g_autoptr (WeirFilter) filter = weir_filter_new_text (word, FALSE);
  guint64 total;

  weir_view_set_filter (view, filter);
  do
    {
      weir_view_tick (view);
      g_usleep (1000);
    }
  while (weir_view_get_progress (view, &total) < total);
  return g_list_model_get_n_items (G_LIST_MODEL (view));
}

/* A recording that somebody looks at loses its oldest files to the limit of another program: what was in
 * them is said to be gone, in rows and in filters, and the rest is as it was. */
static void
test_viewed (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "v.weir", NULL);
  const WeirRecordingOptions options = { .segment_bytes = 4 << 20 };
  const guint64 limit = weir_memory_get_limit ();
  const guint n_events = 200000;
  g_autoptr (WeirLog) written = weir_log_new ();
  g_autoptr (WeirLog) viewed = NULL;
  guint64 n_deleted, first_kept = 0;
  LogWriter writer;

  g_assert_true (weir_log_record (written, path, &options, NULL));
  log_writer_init (&writer, written);
  log_writer_begin (&writer);
  for (guint i = 0; i < n_events; i += 2000)
    write_numbers (&writer, i, 2000);
  log_writer_end (&writer);
  log_writer_clear (&writer);
  weir_log_wait_written (written);

  weir_memory_set_limit (16 << 20);
  viewed = open_log (path);
  weir_log_close_files (viewed);
  n_deleted = delete_oldest (path, 3);
  for (guint64 number = 1; number <= n_events; number++)
    {
      g_autofree char *data = NULL;
      WeirRowInfo info;

      g_assert_true (weir_log_get_row (viewed, number, &info));
      g_assert_cmpint (info.kind, ==, WEIR_ROW_EVENT);
      if (number % 97 != 0 && info.offset + info.size > n_deleted)
        continue;
      data = data_of (viewed, number);
      if (info.offset + info.size <= n_deleted)
        {
          g_autoptr (WeirRow) row = weir_row_new (viewed, number);

          g_assert_cmpstr (data, ==, "");
          g_assert_cmpstr (weir_row_get_preview (row), ==, "Deleted");
        }
      else
        g_assert_cmpuint (g_ascii_strtoull (data, NULL, 10), ==, number - 1);
      if (*data != '\0' && first_kept == 0)
        first_kept = number;
    }
  g_assert_cmpuint (first_kept, >, 40000);
  g_assert_cmpuint (count_matches (viewed, "000"), >=, n_events - first_kept);
  g_assert_cmpuint (count_matches (viewed, "000"), <=, n_events - first_kept + 200);
  weir_memory_set_limit (limit);
  remove_tree (folder);
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* A program may open a thousand files, and have hundreds of recordings of many connections. */
static void
test_open_files (void)
{
  g_autofree char *folder = make_folder ();
  g_autoptr (GPtrArray) logs = g_ptr_array_new_with_free_func (g_object_unref);
  const guint n_logs = 40, n_connections = 20;
  const guint before = count_descriptors ();

  for (guint i = 0; i < n_logs; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.weir", i);
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (WeirLog) written = weir_log_new ();
      LogWriter writer;

      g_assert_true (weir_log_record (written, path, &(WeirRecordingOptions){ 0 }, NULL));
      log_writer_init (&writer, written);
      for (guint j = 0; j < n_connections; j++)
        {
          log_writer_begin (&writer);
          write_numbers (&writer, j, 1);
          log_writer_end (&writer);
        }
      log_writer_clear (&writer);
      weir_log_wait_written (written);
      g_ptr_array_add (logs, open_log (path));
    }
  for (guint i = 0; i < n_logs; i++)
    {
      WeirLog *log = g_ptr_array_index (logs, i);
      guint64 n_events = 0;

      for (guint64 number = 0; number < weir_log_get_n_rows (log); number++)
        {
          g_autofree char *data = data_of (log, number);
          WeirRowInfo info;

          g_assert_true (weir_log_get_row (log, number, &info));
          if (info.kind == WEIR_ROW_EVENT)
            g_assert_cmpuint (g_ascii_strtoull (data, NULL, 10), ==, n_events++);
        }
      g_assert_cmpuint (n_events, ==, n_connections);
      g_assert_cmpuint (count_descriptors (), <=, before + 150);
    }
  g_assert_cmpuint (count_descriptors (), >, before + 50);
  g_ptr_array_set_size (logs, 0);
  remove_tree (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recording-limits/eviction", test_eviction);
  g_test_add_func ("/recording-limits/marks", test_marks_limit);
  g_test_add_func ("/recording-limits/requests", test_requests);
  g_test_add_func ("/recording-limits/forgotten", test_forgotten);
  g_test_add_func ("/recording-limits/disk-lost", test_disk_lost);
  g_test_add_func ("/recording-limits/viewed", test_viewed);
  g_test_add_func ("/recording-limits/open-files", test_open_files);
  return g_test_run ();
}
