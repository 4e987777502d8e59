/* SPDX-License-Identifier: MIT */
/* What is on disk, and what memory holds, while a log grows and when something fails. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/weir-memory.h"
#include "log-writer.h"
#include "log/weir-log-private.h"
#include "log/weir-row.h"
#include "recorded.h"
#include "recording/weir-disk-private.h"
#include "recording/weir-recording.h"
#include "tree.h"

/* --- Calls that are watched, or fail -------------------------------------------------- */

/* These take the place of the C library's in this program. */
static GMutex lock;
static GHashTable *synced_bytes; /* under the lock: inode → size when it was synced last */
static atomic_bool unlink_fails;

int fdatasync (int fd);
int unlink (const char *path);

int
fdatasync (int fd)
{
  struct stat info;

  g_assert_cmpint (fstat (fd, &info), ==, 0);
  g_mutex_lock (&lock);
  if (synced_bytes == NULL)
    synced_bytes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  g_hash_table_replace (synced_bytes,
                        g_memdup2 (&(gint64){ (gint64) info.st_ino }, sizeof (gint64)),
                        g_memdup2 (&(gint64){ info.st_size }, sizeof (gint64)));
  g_mutex_unlock (&lock);
  return fsync (fd);
}

int
unlink (const char *path)
{
  if (atomic_load (&unlink_fails) && g_str_has_suffix (path, ".sse"))
    {
      errno = EPERM;
      return -1;
    }
  return unlinkat (AT_FDCWD, path, 0);
}

/* --- On disk --------------------------------------------------------------------------- */

static guint
count_open_files (void)
{
  g_autoptr (GDir) directory = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (directory) != NULL)
    n++;
  return n;
}

/* A power cut takes nothing of a recording that was ended: all that is in its last body file was synced,
 * and so was the end of each file before. */
static void
test_synced (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.weir", NULL);
  const WeirRecordingOptions options = { .segment_bytes = 100000 };
  WeirLog *log = weir_log_new ();
  g_autoptr (GArray) files = NULL;
  LogWriter writer;
  const WeirRecordedFile *last;
  struct stat info;
  gint64 *size;

  g_assert_true (weir_log_record (log, path, &options, NULL));
  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  write_numbers (&writer, 0, 2000);
  log_writer_end (&writer);
  log_writer_clear (&writer);
  g_object_unref (log);

  files = weir_recording_list_files (path, NULL, NULL);
  g_assert_cmpuint (files->len, >, 3);
  last = &g_array_index (files, WeirRecordedFile, files->len - 1);
  g_assert_cmpint (stat (last->path, &info), ==, 0);
  g_mutex_lock (&lock);
  size = g_hash_table_lookup (synced_bytes, &(gint64){ (gint64) info.st_ino });
  g_assert_nonnull (size);
  g_assert_cmpint (*size, ==, info.st_size);
  g_mutex_unlock (&lock);
  remove_tree (folder);
}

/* No other program may delete files of a recording while it is written, also after its marks were
 * rewritten. */
static void
test_locked (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "l.weir", NULL);
  g_autofree char *marks = g_build_filename (path, "marks", NULL);
  const WeirRecordingOptions options = { .max_bytes = 1 << 20, .segment_bytes = 64 << 10 };
  WeirLog *log = weir_log_new ();
  struct stat first, now;
  LogWriter writer;

  g_assert_true (weir_log_record (log, path, &options, NULL));
  g_assert_true (weir_disk_is_written (path));
  g_assert_cmpint (stat (marks, &first), ==, 0);
  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  do
    {
      write_numbers (&writer, 0, 500);
      weir_log_wait_written (log);
      g_assert_cmpint (stat (marks, &now), ==, 0);
    }
  while (now.st_ino == first.st_ino);
  g_assert_true (weir_disk_is_written (path));
  log_writer_end (&writer);
  log_writer_clear (&writer);
  g_object_unref (log);
  g_assert_false (weir_disk_is_written (path));
  remove_tree (folder);
}

/* A file that could not be deleted is not counted as deleted, and its rows stay. */
static void
test_undeletable (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "u.weir", NULL);
  const WeirRecordingOptions options = { .max_bytes = 1 << 20, .segment_bytes = 64 << 10 };
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autofree char *first = NULL;
  WeirRecordingState state;
  LogWriter writer;

  g_assert_true (weir_log_record (log, path, &options, NULL));
  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  atomic_store (&unlink_fails, true);
  write_numbers (&writer, 0, 10000);
  weir_log_wait_written (log);
  weir_log_get_recording_state (log, &state);
  g_assert_true (state.recording);
  g_assert_cmpuint (state.freed_bytes, ==, 0);
  g_assert_cmpuint (state.disk_bytes, >, 2 << 20);
  weir_recording_state_clear (&state);
  first = data_of (log, 1);
  g_assert_true (g_str_has_prefix (first, "0 "));

  atomic_store (&unlink_fails, false);
  write_numbers (&writer, 10000, 1000);
  weir_log_wait_written (log);
  weir_log_get_recording_state (log, &state);
  g_assert_cmpuint (state.freed_bytes, >, 1 << 20);
  weir_recording_state_clear (&state);
  log_writer_clear (&writer);
  remove_tree (folder);
}

/* Few files are held open, however many are read. */
static void
test_open_files (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "f.weir", NULL);
  const WeirRecordingOptions options = { .segment_bytes = 10000 };
  WeirLog *log = weir_log_new ();
  g_autoptr (WeirLog) opened = NULL;
  LogWriter writer;
  guint n_files;

  g_assert_true (weir_log_record (log, path, &options, NULL));
  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  write_numbers (&writer, 0, 3000);
  log_writer_end (&writer);
  log_writer_clear (&writer);
  g_object_unref (log);

  n_files = count_open_files ();
  opened = open_log (path);
  for (guint64 row = 1; row <= 3000; row++)
    {
      g_autofree char *data = data_of (opened, row);

      g_assert_cmpuint (g_ascii_strtoull (data, NULL, 10), ==, row - 1);
    }
  g_assert_cmpuint (count_open_files (), >, n_files);
  g_assert_cmpuint (count_open_files (), <=, n_files + 16);
  weir_log_close_files (opened);
  g_assert_cmpuint (count_open_files (), ==, n_files);
  remove_tree (folder);
}

/* Times are kept as they were read, also where a clock was set back. */
static void
test_clock_set_back (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "c.weir", NULL);
  static const gint64 times[] = { 5000000, 9000000, 1000000, 1000050, 1000200, 8000000, 2 };
  WeirLog *log = weir_log_new ();
  g_autoptr (WeirLog) opened = NULL;
  LogWriter writer;

  g_assert_true (weir_log_record (log, path, NULL, NULL));
  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      writer.time_us = times[i] - 1000;
      log_writer_write (&writer, "data: x\n\n", 9, 0);
    }
  log_writer_end (&writer);
  log_writer_clear (&writer);
  weir_log_wait_written (log);
  opened = open_log (path);
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      /* Reads within a tenth of a millisecond are one. */
      const gint64 expected = times[i] == 1000050 ? 1000000 : times[i];
      WeirRowInfo live, again;

      g_assert_true (weir_log_get_row (log, i + 1, &live));
      g_assert_true (weir_log_get_row (opened, i + 1, &again));
      g_assert_cmpint (live.time_us, ==, expected);
      g_assert_cmpint (again.time_us, ==, expected);
    }
  g_object_unref (log);
  remove_tree (folder);
}

/* --- In memory --------------------------------------------------------------------------- */

static gboolean
is_kept (WeirLog *log, guint64 row)
{
  WeirRowInfo info;

  g_assert_true (weir_log_get_row (log, row, &info));
  return info.kind == WEIR_ROW_EVENT;
}

/* What can be read back leaves memory first; of what cannot, the log that holds most loses its oldest. */
static void
test_forgotten_first (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "r.weir", NULL);
  g_autoptr (WeirLog) small = weir_log_new ();
  g_autoptr (WeirLog) recorded = weir_log_new ();
  g_autoptr (WeirLog) large = weir_log_new ();
  const guint64 limit = weir_memory_get_limit ();
  LogWriter to_small, to_recorded, to_large;

  weir_memory_set_limit (32 << 20);
  g_assert_true (weir_log_record (recorded, path, NULL, NULL));
  log_writer_init (&to_small, small);
  log_writer_init (&to_recorded, recorded);
  log_writer_init (&to_large, large);
  log_writer_begin (&to_small);
  log_writer_begin (&to_recorded);
  log_writer_begin (&to_large);

  write_numbers (&to_small, 0, 12000);
  for (guint i = 0; i < 50; i++)
    {
      write_numbers (&to_recorded, i * 2000u, 2000);
      weir_log_wait_written (recorded);
    }
  g_assert_true (is_kept (small, 1));
  g_assert_true (is_kept (recorded, 1));

  for (guint i = 0; i < 100; i++)
    write_numbers (&to_large, i * 2000u, 2000);
  g_assert_true (is_kept (small, 1));
  g_assert_true (is_kept (recorded, 1));
  g_assert_false (is_kept (large, 1));
  g_assert_true (is_kept (large, 200000));

  log_writer_clear (&to_small);
  log_writer_clear (&to_recorded);
  log_writer_clear (&to_large);
  weir_memory_set_limit (limit);
  remove_tree (folder);
}

/* A server that flaps fills memory with marks; they count, and the texts of the oldest go. */
static void
test_flapping (void)
{
  WeirLog *log = weir_log_new ();
  const guint64 before = weir_memory_get_used ();
  g_autofree char *text = g_strnfill (1000, 'x');
  g_autoptr (WeirLogMark) first = NULL;
  g_autoptr (WeirLogMark) last = NULL;
  const WeirNote note = { WEIR_NOTE_NETWORK, 1, text };
  LogWriter writer;

  log_writer_init (&writer, log);
  for (guint i = 0; i < 20000; i++)
    {
      log_writer_begin (&writer);
      weir_sink_note (WEIR_SINK (log), &note);
      log_writer_end (&writer);
    }
  log_writer_clear (&writer);
  g_assert_cmpuint (weir_memory_get_used () - before, >, 4 << 20);
  g_assert_cmpuint (weir_log_get_counted_bytes (log), <=, WEIR_LOG_KEPT_MARK_BYTES + 2000);
  first = weir_log_get_mark (log, 1);
  last = weir_log_get_mark (log, 59998);
  g_assert_null (first->text);
  g_assert_cmpstr (last->text, ==, text);
  g_object_unref (log);
  g_assert_cmpuint (weir_memory_get_used (), <=, before);
}

/* A program may have hundreds of quiet streams: a short log takes no more memory than it needs. */
static void
test_short_logs (void)
{
  g_autoptr (GPtrArray) logs = g_ptr_array_new_with_free_func (g_object_unref);
  const guint64 before = weir_memory_get_used ();
  const guint n_logs = 300;

  for (guint i = 0; i < n_logs; i++)
    {
      WeirLog *log = weir_log_new ();
      LogWriter writer;

      g_ptr_array_add (logs, log);
      log_writer_init (&writer, log);
      log_writer_begin (&writer);
      write_numbers (&writer, 0, 10);
      log_writer_end (&writer);
      log_writer_clear (&writer);
    }
  g_assert_cmpuint (weir_memory_get_used () - before, >, (guint64) n_logs * 10 * 230);
  g_assert_cmpuint (weir_memory_get_used () - before, <, (guint64) n_logs << 14);
  g_ptr_array_set_size (logs, 0);
  g_assert_cmpuint (weir_memory_get_used (), ==, before);
}

/* A log that has as many rows as it can number says so in one row, and wants no more. */
static void
test_full (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  WeirParser parser;
  WeirItem item;
  guint64 n_rows;
  g_autoptr (WeirRow) last = NULL;
  g_autofree char *before = weir_sink_describe_end (WEIR_SINK (log));
  g_autofree char *after = NULL;

  g_assert_nonnull (strstr (before, "requested number of events"));
  log->max_rows = 3;
  weir_parser_init (&parser, NULL);
  weir_parser_feed (&parser, ":a\n:b\n:c\n:d\n:e\n", 15);
  for (guint i = 0; weir_parser_next (&parser, &item) == WEIR_ITEM; i++)
    g_assert_cmpint (weir_sink_items (WEIR_SINK (log), &item, 1), ==, i < 3);
  weir_parser_clear (&parser);
  n_rows = weir_log_get_n_rows (log);
  g_assert_cmpuint (n_rows, ==, 4);
  last = weir_row_new (log, 3);
  g_assert_cmpstr (weir_row_get_type_name (last), ==, "full");
  g_assert_nonnull (strstr (weir_row_get_preview (last), "at most 3 rows"));
  after = weir_sink_describe_end (WEIR_SINK (log));
  g_assert_nonnull (strstr (after, "at most 3 rows"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/durability/synced", test_synced);
  g_test_add_func ("/durability/locked", test_locked);
  g_test_add_func ("/durability/undeletable", test_undeletable);
  g_test_add_func ("/durability/open-files", test_open_files);
  g_test_add_func ("/durability/clock-set-back", test_clock_set_back);
  g_test_add_func ("/durability/forgotten-first", test_forgotten_first);
  g_test_add_func ("/durability/flapping", test_flapping);
  g_test_add_func ("/durability/short-logs", test_short_logs);
  g_test_add_func ("/durability/full", test_full);
  return g_test_run ();
}
