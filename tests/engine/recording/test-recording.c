/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log-writer.h"
#include "recorded.h"
#include "tree.h"
#include "base/weir-memory.h"
#include "recording/weir-recording.h"
#include "recording/weir-replay.h"
#include "log/weir-row.h"

static void
assert_same_rows (WeirLog *a, WeirLog *b)
{
  g_assert_cmpuint (weir_log_get_n_rows (a), ==, weir_log_get_n_rows (b));
  for (guint64 i = 0; i < weir_log_get_n_rows (a); i++)
    {
      g_autoptr (WeirRow) one = weir_row_new (a, i);
      g_autoptr (WeirRow) other = weir_row_new (b, i);

      g_assert_cmpint (weir_row_get_kind (one), ==, weir_row_get_kind (other));
      g_assert_cmpint (weir_row_get_time_us (one), ==, weir_row_get_time_us (other));
      g_assert_cmpstr (weir_row_get_type_name (one), ==, weir_row_get_type_name (other));
      g_assert_cmpstr (weir_row_get_id (one), ==, weir_row_get_id (other));
      g_assert_true (g_bytes_equal (weir_row_get_raw (one), weir_row_get_raw (other)));
      g_assert_true (g_bytes_equal (weir_row_get_data (one), weir_row_get_data (other)));
    }
}

/* The same but for marks, whose words a replay finds itself. */
static void
assert_same_events (WeirLog *a, WeirLog *b)
{
  g_assert_cmpuint (weir_log_get_n_rows (a), ==, weir_log_get_n_rows (b));
  for (guint64 i = 0; i < weir_log_get_n_rows (a); i++)
    {
      g_autoptr (WeirRow) one = weir_row_new (a, i);
      g_autoptr (WeirRow) other = weir_row_new (b, i);

      g_assert_cmpint (weir_row_get_kind (one), ==, weir_row_get_kind (other));
      if (weir_row_get_kind (one) == WEIR_ROW_MARK)
        continue;
      g_assert_cmpint (weir_row_get_time_us (one), ==, weir_row_get_time_us (other));
      g_assert_true (g_bytes_equal (weir_row_get_raw (one), weir_row_get_raw (other)));
    }
}

/* What was recorded opens with the same rows, times and marks; the files hold the bytes verbatim. */
static void
test_round_trip (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.weir", NULL);
  g_autofree char *marks = g_build_filename (path, "marks", NULL);
  g_autofree char *first = g_build_filename (path, "000001-000000000000000.sse", NULL);
  g_autofree char *content = NULL;
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autoptr (WeirLog) opened = NULL;
  g_autoptr (GError) error = NULL;
  static const char one[] =
      ":x\nid: 1\ndata: a\n\nevent: t\ndata: b\r\ndata: c\r\n\r\nretry: 10\ndata";
  static const char two[] = "\xEF\xBB\xBF"
                            "data: \xFF"
                            "d\n\nid\ndata: e\n\n";
  WeirNote note = { WEIR_NOTE_OVERDUE, 1700000000500000, "nothing came\nfor 3 s" };
  WeirRecordingState state;
  LogWriter writer;
  GStatBuf info;
  gsize length;

  g_assert_true (weir_log_record (log, path, NULL, &error));
  g_assert_no_error (error);
  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  weir_sink_note (WEIR_SINK (log), &note);
  log_writer_write (&writer, one, strlen (one), 3);
  log_writer_end (&writer);
  log_writer_begin (&writer);
  log_writer_write (&writer, two, strlen (two), 5);
  log_writer_end (&writer);
  log_writer_clear (&writer);
  log_wait_for_rows (log, 14);
  g_assert_cmpuint (weir_log_get_n_rows (log), ==, 14);

  weir_log_get_recording_state (log, &state);
  g_assert_true (state.recording);
  g_assert_cmpstr (state.path, ==, path);
  g_assert_cmpuint (state.disk_bytes, ==, strlen (one) + strlen (two));
  weir_recording_state_clear (&state);

  g_assert_true (g_file_get_contents (first, &content, &length, NULL));
  g_assert_cmpmem (content, length, one, strlen (one));
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);
  g_assert_cmpint (g_stat (first, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);

  /* While it is written, and read-only. */
  opened = open_log (path);
  for (guint64 i = 0; i < weir_log_get_n_rows (log); i++)
    {
      g_autofree char *here = data_of (log, i);
      g_autofree char *there = data_of (opened, i);

      g_strdelimit (here, "\n", ' ');
      g_strdelimit (there, "\n", ' ');
      g_assert_cmpstr (here, ==, there);
    }
  g_clear_object (&opened);

  /* Without marks, the events are all there. */
  g_assert_cmpint (g_unlink (marks), ==, 0);
  opened = open_log (path);
  g_assert_cmpuint (weir_log_get_n_events (opened), ==, weir_log_get_n_events (log));
  g_clear_object (&log);
  remove_tree (folder);
}

static void
test_same_rows (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "b.weir", NULL);
  g_autoptr (GString) stream = g_string_new (NULL);
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autoptr (WeirLog) opened = NULL;
  g_autoptr (WeirReplay) replay = NULL;
  g_autoptr (GError) error = NULL;
  WeirRecordingOptions options = { .segment_bytes = 1000 };
  LogWriter writer;
  guint n_files = 0;
  const char *name;

  for (guint i = 0; i < 2000; i++)
    g_string_append_printf (stream, "event: t%u\nid: %u\ndata: value %u\n\n: c\r\n", i % 7, i, i);
  g_assert_true (weir_log_record (log, path, &options, NULL));
  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  log_writer_write (&writer, stream->str, stream->len, 777);
  log_writer_end (&writer);
  log_writer_clear (&writer);
  log_wait_for_rows (log, 4003);
  opened = open_log (path);
  assert_same_rows (log, opened);
  replay = weir_replay_new (path, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (WeirLog) replayed = weir_log_new ();

      weir_replay_rewind (replay);
      g_assert_true (weir_replay_to_sink (replay, WEIR_SINK (replayed), NULL, &error));
      g_assert_cmpuint (weir_log_get_n_bytes (replayed), ==, stream->len);
      assert_same_events (log, replayed);
    }

  /* Each file begins and ends where an event ends, or the comments behind it. */
  {
    g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);

    while ((name = g_dir_read_name (directory)) != NULL)
      if (g_str_has_suffix (name, ".sse"))
        {
          g_autofree char *file = g_build_filename (path, name, NULL);
          g_autofree char *content = NULL;
          gsize length;

          g_assert_true (g_file_get_contents (file, &content, &length, NULL));
          g_assert_true (g_str_has_prefix (content, "event: ")
                         || g_str_has_prefix (content, ": c"));
          n_files++;
        }
  }
  g_assert_cmpuint (n_files, >, 3);
  remove_tree (folder);
}

static void
test_refused (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "c.weir", NULL);
  g_autofree char *marks = g_build_filename (path, "marks", NULL);
  g_autofree char *missing = g_build_filename (folder, "missing.sse", NULL);
  g_autofree char *content = NULL;
  g_autoptr (WeirLog) log = weir_log_new ();
  GError *error = NULL;

  g_assert_null (weir_log_open (folder, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
  g_clear_error (&error);
  g_assert_null (weir_log_open (missing, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_assert_false (weir_log_record (log, path, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (marks, "weir-recording 2\nnew\n", -1, NULL));
  g_assert_null (weir_log_open (path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_true (g_file_get_contents (marks, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "weir-recording 2\nnew\n");
  g_assert_true (g_file_set_contents (marks, "hello", -1, NULL));
  g_assert_null (weir_log_open (path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&error);
  remove_tree (folder);
}

/* A file as curl -N leaves it, cut anywhere. */
static void
test_bare_file (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "curl.sse", NULL);
  g_autoptr (WeirLog) log = NULL;
  g_autofree char *data = NULL;

  g_assert_true (g_file_set_contents (path, "data: a\n\ndata: b\n\ndata: c", -1, NULL));
  log = open_log (path);
  g_assert_cmpuint (weir_log_get_n_events (log), ==, 2);
  data = data_of (log, 1);
  g_assert_cmpstr (data, ==, "b");

  /* Cut by another program: no crash, and nothing to show. */
  g_assert_cmpint (truncate (path, 0), ==, 0);
  g_free (data);
  data = data_of (log, 1);
  g_assert_cmpstr (data, ==, "");
  remove_tree (folder);
}

/* The rows of a log that are findings. */
static GArray *
list_findings (WeirLog *log)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint64 i = 0; i < weir_log_get_n_rows (log); i++)
    {
      WeirRowInfo info;

      g_assert_true (weir_log_get_row (log, i, &info));
      if (info.kind == WEIR_ROW_FINDING)
        g_array_append_val (rows, i);
    }
  return rows;
}

/* A file that breaks rules opens with the findings that reading it live gives. */
static void
test_bare_file_findings (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "odd.sse", NULL);
  g_autoptr (GString) stream = g_string_new (NULL);
  g_autoptr (WeirLog) live = weir_log_new ();
  g_autoptr (WeirLog) opened = NULL;
  g_autoptr (GArray) here = NULL;
  g_autoptr (GArray) there = NULL;
  LogWriter writer;

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (stream, "field%u: x\nretry: soon\ndata: \xFF\n\n", i);
  g_string_append (stream, "data: cut");
  g_assert_true (g_file_set_contents (path, stream->str, (gssize) stream->len, NULL));
  log_writer_init (&writer, live);
  log_writer_begin (&writer);
  log_writer_write (&writer, stream->str, stream->len, 777);
  log_writer_end (&writer);
  log_writer_clear (&writer);

  opened = open_log (path);
  here = list_findings (live);
  there = list_findings (opened);
  g_assert_cmpuint (here->len, ==, 3001);
  g_assert_cmpuint (there->len, ==, here->len);
  for (guint i = 0; i < here->len; i++)
    {
      g_autoptr (WeirRow) one = weir_row_new (live, g_array_index (here, guint64, i));
      g_autoptr (WeirRow) other = weir_row_new (opened, g_array_index (there, guint64, i));

      g_assert_cmpint (weir_row_get_finding (one), ==, weir_row_get_finding (other));
      g_assert_cmpstr (weir_row_get_preview (one), ==, weir_row_get_preview (other));
      g_assert_true (g_bytes_equal (weir_row_get_raw (one), weir_row_get_raw (other)));
    }
  remove_tree (folder);
}

/* --- kill -9 ---------------------------------------------------------------- */

/* The child: records numbers as fast as it can, and says after each write how many rows it showed. */
static void
record_until_killed (const char *path, int tell)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  WeirRecordingOptions options = { .segment_bytes = 1 << 20 };
  LogWriter writer;

  if (!weir_log_record (log, path, &options, NULL))
    _exit (1);
  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  for (guint64 i = 0;; i += 50)
    {
      guint64 n_rows;

      write_numbers (&writer, i, 50);
      n_rows = weir_log_get_n_rows (log);
      if (write (tell, &n_rows, sizeof n_rows) != sizeof n_rows)
        _exit (1);
    }
}

static guint64
last_told (int fd)
{
  guint64 told = 0, n_rows;

  while (read (fd, &n_rows, sizeof n_rows) == sizeof n_rows)
    told = n_rows;
  return told;
}

static gboolean
wait_readable (int fd, guint64 *n_rows)
{
  return read (fd, n_rows, sizeof *n_rows) == sizeof *n_rows;
}

static void
kill_once (const char *program, guint round)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "k.weir", NULL);
  const char *const argv[] = { program, "--record-until-killed", path, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirLog) log = NULL;
  guint64 shown = 0;
  GPid pid;
  int out;

  g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                            NULL, &out, NULL, &error);
  g_assert_no_error (error);
  /* A different moment each time: after so many of its messages. */
  for (guint i = 0; i <= round * 7 % 193; i++)
    g_assert_true (wait_readable (out, &shown));
  kill (pid, SIGKILL);
  shown = MAX (shown, last_told (out));
  waitpid (pid, NULL, 0);
  close (out);

  log = open_log (path);
  /* The last row may be the unfinished event's. */
  g_assert_cmpuint (weir_log_get_n_rows (log), >=, shown);
  for (guint64 i = 1; i < shown; i++)
    {
      g_autofree char *data = data_of (log, i);

      g_assert_cmpuint (g_ascii_strtoull (data, NULL, 10), ==, i - 1);
      g_assert_cmpuint (strlen (data), >, 230);
    }
  remove_tree (folder);
}

static void
test_killed (gconstpointer program)
{
  for (guint round = 0; round < 100; round++)
    kill_once (program, round);
}

/* --- Names ------------------------------------------------------------------ */

#define N_RACERS 16

typedef struct
{
  const char *folder;
  WeirLog *log;
  char *path;
} Racer;

static gpointer
race (gpointer data)
{
  Racer *racer = data;

  racer->path =
      weir_log_record_in (racer->log, racer->folder, "https://example.org/events", NULL, NULL);
  return NULL;
}

/* Whoever records to one folder at one time gets a name of his own. */
static void
test_names (void)
{
  g_autofree char *folder = make_folder ();
  g_autoptr (GHashTable) paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Racer racers[N_RACERS];
  GThread *threads[N_RACERS];

  for (guint i = 0; i < N_RACERS; i++)
    racers[i] = (Racer){ folder, weir_log_new (), NULL };
  for (guint i = 0; i < N_RACERS; i++)
    threads[i] = g_thread_new ("racer", race, &racers[i]);
  for (guint i = 0; i < N_RACERS; i++)
    {
      g_thread_join (threads[i]);
      g_assert_nonnull (racers[i].path);
      g_assert_true (weir_recording_is (racers[i].path));
      g_assert_true (g_hash_table_add (paths, racers[i].path));
    }
  for (guint i = 0; i < N_RACERS; i++)
    g_object_unref (racers[i].log);
  remove_tree (folder);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--record-until-killed") == 0)
    record_until_killed (argv[2], STDOUT_FILENO);

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recording/round-trip", test_round_trip);
  g_test_add_func ("/recording/same-rows", test_same_rows);
  g_test_add_func ("/recording/names", test_names);
  g_test_add_func ("/recording/refused", test_refused);
  g_test_add_func ("/recording/bare-file", test_bare_file);
  g_test_add_func ("/recording/bare-file-findings", test_bare_file_findings);
  g_test_add_data_func ("/recording/killed-a-hundred-times", argv[0], test_killed);
  return g_test_run ();
}
