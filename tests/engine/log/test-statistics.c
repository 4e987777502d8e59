/* SPDX-License-Identifier: MIT */
/* How the events of a connection came, by a clock of the test's own. */
#include <math.h>
#include <string.h>

#include "log-writer.h"
#include "recorded.h"
#include "tree.h"
#include "recording/weir-recording.h"
#include "log/weir-statistics-private.h"

#define T0 G_GINT64_CONSTANT (1700000000000000)

/* A writer's next read comes a millisecond after this. */
static void
write_at (LogWriter *writer, gint64 time_us, const char *text)
{
  writer->time_us = time_us - 1000;
  log_writer_write (writer, text, strlen (text), 0);
}

/* Two connections: events after 20 ms, then every 10 ms with one silence of 3 s; and none at all. */
static void
fill (LogWriter *writer)
{
  gint64 time_us = T0 + 20000;

  log_writer_begin (writer);
  for (guint i = 0; i < 100; i++, time_us += i == 50 ? 3000000 : 10000)
    write_at (writer, time_us, "data: one\n\n");
  /* Two in one read. */
  write_at (writer, time_us, "data: one\n\ndata: two\n\n");
  log_writer_end (writer);
  log_writer_begin (writer);
  write_at (writer, time_us + 500000, ": nothing\n\n");
  log_writer_end (writer);
  weir_sink_drained (writer->sink);
}

static void
assert_near (gint64 value, gint64 expected)
{
  g_assert_cmpint (ABS (value - expected), <=, expected / 16);
}

static void
assert_statistics (WeirLog *log)
{
  const gint64 end_us = T0 + 20000 + 99 * 10000 + 3000000;
  WeirStatistics first, second;
  gint64 silence_end_us = T0 + 20000 + 49 * 10000 + 3000000;

  g_assert_true (weir_log_get_statistics (log, 50, &first));
  g_assert_cmpuint (first.connection, ==, 1);
  g_assert_cmpuint (first.n_events, ==, 102);
  g_assert_cmpuint (first.n_bytes, ==, 102 * strlen ("data: one\n\n"));
  g_assert_cmpint (first.began_us, ==, T0);
  g_assert_cmpint (first.first_us, ==, T0 + 20000);
  g_assert_cmpint (first.last_us, ==, end_us);
  assert_near (first.median_us, 10000);
  assert_near (first.p95_us, 10000);
  g_assert_cmpint (first.longest_us, ==, 3000000);
  g_assert_cmpint (first.longest_end_us, ==, silence_end_us);
  g_assert_cmpfloat_with_epsilon (weir_statistics_get_rate (&first),
                                  101e6 / (double) (end_us - first.first_us), 1e-9);

  g_assert_true (weir_log_get_statistics (log, weir_log_get_n_rows (log) - 1, &second));
  g_assert_cmpuint (second.connection, ==, 2);
  g_assert_cmpuint (second.n_events, ==, 0);
  g_assert_cmpuint (second.n_bytes, ==, strlen (": nothing\n\n"));
  g_assert_cmpint (second.first_us, ==, 0);
  g_assert_cmpint (second.median_us, ==, -1);
  g_assert_cmpint (second.p95_us, ==, -1);
  g_assert_cmpint (second.longest_us, ==, 0);
  g_assert_cmpfloat (weir_statistics_get_rate (&second), ==, 0);
}

static void
test_live (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  WeirStatistics none;
  LogWriter writer;

  g_assert_false (weir_log_get_statistics (log, 0, &none));
  log_writer_init (&writer, log);
  fill (&writer);
  assert_statistics (log);
  log_writer_clear (&writer);
}

/* A recording that is opened again tells the same. */
static void
test_recorded (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "s.weir", NULL);
  g_autoptr (WeirLog) opened = NULL;
  WeirLog *log = weir_log_new ();
  LogWriter writer;

  g_assert_true (weir_log_record (log, path, NULL, NULL));
  log_writer_init (&writer, log);
  fill (&writer);
  log_writer_clear (&writer);
  weir_log_wait_written (log);
  g_object_unref (log);
  opened = open_log (path);
  assert_statistics (opened);
  remove_tree (folder);
}

/* Where nobody knows when the bytes came, only what does not depend on it is told. */
static void
test_bare_file (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "bare.sse", NULL);
  g_autoptr (WeirLog) log = NULL;
  WeirStatistics statistics;

  g_assert_true (g_file_set_contents (path, "data: 1\n\ndata: 2\n\n", -1, NULL));
  log = open_log (path);
  g_assert_true (weir_log_get_statistics (log, 0, &statistics));
  g_assert_cmpuint (statistics.n_events, ==, 2);
  g_assert_cmpuint (statistics.n_bytes, ==, 18);
  g_assert_cmpint (statistics.first_us, ==, 0);
  g_assert_cmpint (statistics.median_us, ==, -1);
  remove_tree (folder);
}

/* Of very many connections the last are known. */
static void
test_forgotten (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  WeirStatistics statistics;
  LogWriter writer;

  log_writer_init (&writer, log);
  for (guint i = 0; i < 300; i++)
    {
      log_writer_begin (&writer);
      log_writer_end (&writer);
    }
  weir_sink_drained (WEIR_SINK (log));
  g_assert_false (weir_log_get_statistics (log, 0, &statistics));
  g_assert_true (weir_log_get_statistics (log, weir_log_get_n_rows (log) - 1, &statistics));
  g_assert_cmpuint (statistics.connection, ==, 300);
  log_writer_clear (&writer);
}

/* Any gap is told true to a sixteenth. */
static void
test_gaps (void)
{
  for (gint64 gap_us = 1; gap_us < G_GINT64_CONSTANT (1) << 41; gap_us += gap_us / 37 + 1)
    {
      WeirMeter meter = { 0 };
      WeirStatistics statistics;

      weir_meter_add_event (&meter, T0);
      weir_meter_add_event (&meter, T0 + gap_us);
      /* So that the longest gap does not correct the others. */
      weir_meter_add_event (&meter, T0 + gap_us + 2 * gap_us);
      weir_meter_read (&meter, &statistics);
      assert_near (statistics.median_us, gap_us);
      g_assert_cmpint (statistics.longest_us, ==, 2 * gap_us);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/statistics/live", test_live);
  g_test_add_func ("/statistics/recorded", test_recorded);
  g_test_add_func ("/statistics/bare-file", test_bare_file);
  g_test_add_func ("/statistics/forgotten", test_forgotten);
  g_test_add_func ("/statistics/gaps", test_gaps);
  return g_test_run ();
}
