/* SPDX-License-Identifier: MIT */
/* A check reads a whole log in a thread: what it finds, where, and how it is cancelled. */
#include "checks/weir-check.h"

#include <string.h>

#include "log-writer.h"
#include "recorded.h"
#include "tree.h"
#include "checks/weir-check-text.h"
#include "base/weir-memory.h"
#include "recording/weir-recording.h"

typedef struct
{
  GMainLoop *loop;
  GError *error;
} Run;

static void
finished (GObject *source, GAsyncResult *result, gpointer data)
{
  Run *run = data;

  weir_check_run_finish (WEIR_CHECK (source), result, &run->error);
  g_main_loop_quit (run->loop);
}

static GError *
run_check (WeirCheck *check, GCancellable *cancellable)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Run run = { loop, NULL };

  weir_check_run_async (check, cancellable, finished, &run);
  g_main_loop_run (loop);
  return run.error;
}

static char *
describe_all (WeirCheck *check)
{
  g_autoptr (GListModel) findings = weir_check_get_findings (check);
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (findings); i++)
    {
      g_autoptr (WeirCheckFinding) finding = g_list_model_get_item (findings, i);

      g_string_append_printf (lines, "%d%s %s\n", (int) weir_check_finding_get_row (finding),
                              weir_check_finding_is_schema (finding) ? "s" : "",
                              weir_check_finding_get_text (finding));
    }
  return g_string_free (lines, FALSE);
}

#define ONE                                                                                        \
  "id: 1\ndata: {\"a\": 1, \"c\": 0}\n\n: a comment\n\nid: 2\ndata: {\"a\": 2, \"c\": 0}\n\n"
#define TWO "id: 4\ndata: {\"a\": \"3\"}\n\nretry: 9\n\nid: 4\ndata: {\"a\": \"3\", \"b\": 1}\n\n"

static void
fill (LogWriter *writer)
{
  log_writer_begin (writer);
  log_writer_write (writer, ONE, strlen (ONE), 0);
  log_writer_end (writer);
  log_writer_begin (writer);
  log_writer_write (writer, TWO, strlen (TWO), 7);
  log_writer_end (writer);
}

/* Rows: 0 mark, 1 event, 2 comment, 3 event, 4 mark, 5 mark, 6 event, 7 retry, 8 event, 9 mark. */
#define EXPECTED                                                                                   \
  "6 3 is missing, between 2 and 4; at a reconnect\n"                                              \
  "6s $.a of message changed from number to string\n"                                              \
  "6s $.c of message is missing from here on: 2 events\n"                                          \
  "8 4 was repeated\n"                                                                             \
  "8s $.b of message is new: number\n"

static void
expect_all (WeirLog *log)
{
  g_autoptr (WeirCheck) check = weir_check_new (log, "id", NULL);
  g_autofree char *lines = NULL;
  guint64 total;

  g_assert_no_error (run_check (check, NULL));
  lines = describe_all (check);
  g_assert_cmpstr (lines, ==, EXPECTED);
  g_assert_cmpuint (weir_check_get_n_left (check), ==, 0);
  g_assert_cmpuint (weir_check_get_n_gone (check), ==, 0);
  g_assert_cmpuint (weir_check_get_progress (check, &total), ==, weir_log_get_n_rows (log));
  g_assert_cmpuint (total, ==, weir_log_get_n_rows (log));
}

static void
test_log (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  LogWriter writer;

  log_writer_init (&writer, log);
  fill (&writer);
  expect_all (log);
  log_writer_clear (&writer);
}

static void
test_recording (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.weir", NULL);
  g_autoptr (GError) error = NULL;
  WeirLog *log = weir_log_new ();
  LogWriter writer;

  weir_log_record (log, path, NULL, &error);
  g_assert_no_error (error);
  log_writer_init (&writer, log);
  fill (&writer);
  log_writer_clear (&writer);
  weir_log_wait_written (log);
  g_object_unref (log);

  log = weir_log_open (path, &error);
  g_assert_no_error (error);
  /* It is waited for until it is indexed. */
  expect_all (log);
  g_object_unref (log);
  remove_tree (folder);
}

static void
test_wrong_path (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (weir_check_new (log, "$.a[", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
test_cancelled (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autoptr (WeirCheck) check = weir_check_new (log, "id", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  LogWriter writer;
  guint64 total;

  log_writer_init (&writer, log);
  fill (&writer);
  g_cancellable_cancel (cancellable);
  error = run_check (check, cancellable);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (weir_check_get_progress (check, &total), ==, 0);
  log_writer_clear (&writer);
}

/* More findings than are kept are counted. */
static void
test_many (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autoptr (WeirCheck) check = NULL;
  g_autoptr (GListModel) findings = NULL;
  g_autoptr (GString) stream = g_string_new (NULL);
  const guint n = WEIR_CHECK_MOST_FINDINGS + 20;
  WeirSequenceSummary sequence;
  LogWriter writer;

  for (guint i = 0; i <= n; i++)
    g_string_append_printf (stream, "id: %u\ndata: x\n\n", 2 * i);
  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  log_writer_write (&writer, stream->str, stream->len, 65536);
  check = weir_check_new (log, "id", NULL);
  g_assert_no_error (run_check (check, NULL));
  findings = weir_check_get_findings (check);
  g_assert_cmpuint (g_list_model_get_n_items (findings), ==, WEIR_CHECK_MOST_FINDINGS);
  g_assert_cmpuint (weir_check_get_n_left (check), ==, 20);
  weir_check_get_sequence (check, &sequence);
  g_assert_cmpuint (sequence.n_gaps, ==, n);
  log_writer_clear (&writer);
}

/* What is no longer in memory, and not on disk, is counted. */
static void
test_gone (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autoptr (WeirCheck) check = weir_check_new (log, "id", NULL);
  const guint64 limit = weir_memory_get_limit ();
  const guint64 n = 120000;
  WeirSequenceSummary sequence;
  LogWriter writer;

  weir_memory_set_limit (16 << 20);
  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  write_numbers (&writer, 0, n);
  log_writer_clear (&writer);
  g_assert_no_error (run_check (check, NULL));
  weir_check_get_sequence (check, &sequence);
  g_assert_cmpuint (weir_check_get_n_gone (check), >, n / 4);
  g_assert_cmpuint (sequence.n_without, >, n / 4);
  g_assert_cmpuint (weir_check_get_n_gone (check) + sequence.n_without, ==, n);
  weir_memory_set_limit (limit);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/check/log", test_log);
  g_test_add_func ("/check/recording", test_recording);
  g_test_add_func ("/check/wrong-path", test_wrong_path);
  g_test_add_func ("/check/cancelled", test_cancelled);
  g_test_add_func ("/check/many", test_many);
  g_test_add_func ("/check/gone", test_gone);
  return g_test_run ();
}
