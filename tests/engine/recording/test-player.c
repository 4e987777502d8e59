/* SPDX-License-Identifier: MIT */
/* Playing a recording in its own time, faster and event by event, by a clock of the test's own. */
#include <glib/gstdio.h>
#include <stdatomic.h>
#include <string.h>

#include "log-writer.h"
#include "recorded.h"
#include "tree.h"
#include "recording/weir-player-private.h"
#include "recording/weir-recording.h"
#include "log/weir-row.h"

#define MS 1000
#define T0 G_GINT64_CONSTANT (1700000000000000)
/* The recording: events so many milliseconds after its beginning. */
static const guint moments[] = { 10, 110, 110, 210, 1210, 1310 };

static _Atomic gint64 now_us;

static gint64
get_now (gpointer unused)
{
  return now_us;
}

typedef struct
{
  char *folder;
  char *path;
  WeirLog *recorded;
  WeirLog *log;
  WeirPlayer *player;
} Fixture;

static void
write_event (LogWriter *writer, gint64 time_us, const char *text)
{
  writer->time_us = time_us - MS;
  log_writer_write (writer, text, strlen (text), 0);
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  LogWriter writer;

  fixture->folder = make_folder ();
  fixture->path = g_build_filename (fixture->folder, "p.weir", NULL);
  fixture->recorded = weir_log_new ();
  g_assert_true (weir_log_record (fixture->recorded, fixture->path, NULL, NULL));
  log_writer_init (&writer, fixture->recorded);
  log_writer_begin (&writer);
  write_event (&writer, T0 + moments[0] * MS, ": c\n\nid: 1\ndata: 1\n\n");
  /* Two events in one read. */
  write_event (&writer, T0 + moments[1] * MS, "data: 2\n\ndata: 3\n\n");
  write_event (&writer, T0 + moments[3] * MS, "data: 4\n\nda");
  write_event (&writer, T0 + moments[4] * MS, "ta: 5\n\n");
  log_writer_end (&writer);
  log_writer_begin (&writer);
  write_event (&writer, T0 + moments[5] * MS, "data: 6\n\n");
  log_writer_end (&writer);
  log_writer_clear (&writer);
  weir_log_wait_written (fixture->recorded);

  now_us = 5000 * MS;
  fixture->log = weir_log_new ();
  fixture->player =
      weir_player_new_by_clock (fixture->path, WEIR_SINK (fixture->log), get_now, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_clear_object (&fixture->player);
  g_clear_object (&fixture->log);
  g_clear_object (&fixture->recorded);
  remove_tree (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static void
pass (Fixture *fixture, gint64 us)
{
  now_us += us;
  weir_player_clock_changed (fixture->player);
  weir_player_wait_still (fixture->player);
}

static void
assert_events (Fixture *fixture, guint64 n)
{
  weir_player_wait_still (fixture->player);
  g_assert_cmpuint (weir_log_get_n_events (fixture->log), ==, n);
}

static void
assert_position (Fixture *fixture, gint64 position_ms, gboolean playing, gboolean ended)
{
  WeirPlayerState state;

  weir_player_get_state (fixture->player, &state);
  g_assert_cmpint (state.position_us, ==, position_ms * MS);
  g_assert_cmpint (state.duration_us, >=, moments[5] * MS);
  g_assert_cmpint (state.playing, ==, playing);
  g_assert_cmpint (state.ended, ==, ended);
  g_assert_null (state.error);
  weir_player_state_clear (&state);
}

/* What came out is what was recorded, at the times of then. */
static void
assert_same (Fixture *fixture)
{
  const guint64 n_rows = weir_log_get_n_rows (fixture->log);

  g_assert_cmpuint (n_rows, ==, weir_log_get_n_rows (fixture->recorded));
  for (guint64 i = 0; i < n_rows; i++)
    {
      g_autoptr (WeirRow) played = weir_row_new (fixture->log, i);
      g_autoptr (WeirRow) recorded = weir_row_new (fixture->recorded, i);

      g_assert_cmpint (weir_row_get_kind (played), ==, weir_row_get_kind (recorded));
      g_assert_true (g_bytes_equal (weir_row_get_raw (played), weir_row_get_raw (recorded)));
      g_assert_cmpstr (weir_row_get_id (played), ==, weir_row_get_id (recorded));
      g_assert_cmpint (weir_row_get_time_us (played), ==, weir_row_get_time_us (recorded));
      g_assert_cmpstr (weir_row_get_preview (played), ==, weir_row_get_preview (recorded));
    }
}

static void
test_own_time (Fixture *fixture, gconstpointer unused)
{
  assert_events (fixture, 0);
  pass (fixture, 100000 * MS);
  assert_events (fixture, 0);
  weir_player_set_playing (fixture->player, TRUE);
  assert_events (fixture, 0);
  pass (fixture, 9 * MS);
  assert_events (fixture, 0);
  pass (fixture, 1 * MS);
  assert_events (fixture, 1);
  pass (fixture, 99 * MS);
  assert_events (fixture, 1);
  pass (fixture, 1 * MS);
  assert_events (fixture, 3);
  assert_position (fixture, 110, TRUE, FALSE);
  pass (fixture, 600 * MS);
  assert_events (fixture, 4);
  /* A pause in a gap does not begin the gap again. */
  weir_player_set_playing (fixture->player, FALSE);
  pass (fixture, 100000 * MS);
  assert_events (fixture, 4);
  weir_player_set_playing (fixture->player, TRUE);
  pass (fixture, 499 * MS);
  assert_events (fixture, 4);
  pass (fixture, 1 * MS);
  assert_events (fixture, 5);
  pass (fixture, 100 * MS);
  assert_events (fixture, 6);
  pass (fixture, 10 * MS);
  assert_position (fixture, 1310, FALSE, TRUE);
  assert_same (fixture);
}

static void
test_faster (Fixture *fixture, gconstpointer unused)
{
  weir_player_set_speed (fixture->player, 10);
  weir_player_set_playing (fixture->player, TRUE);
  assert_events (fixture, 0);
  pass (fixture, 11 * MS);
  assert_events (fixture, 3);
  /* Half of the gap of a second at ten times the speed, and half of it at a hundred times. */
  pass (fixture, 10 * MS);
  assert_events (fixture, 4);
  pass (fixture, 50 * MS);
  weir_player_set_speed (fixture->player, 100);
  pass (fixture, 4 * MS);
  assert_events (fixture, 4);
  pass (fixture, 1 * MS);
  assert_events (fixture, 5);
  weir_player_set_speed (fixture->player, 0);
  assert_events (fixture, 6);
  assert_position (fixture, 1310, FALSE, TRUE);
  assert_same (fixture);
}

static void
test_steps (Fixture *fixture, gconstpointer unused)
{
  static const guint positions[] = { 10, 110, 110, 210, 1210, 1310 };

  for (guint i = 0; i < 6; i++)
    {
      weir_player_step (fixture->player);
      assert_events (fixture, i + 1);
      assert_position (fixture, positions[i], FALSE, FALSE);
      pass (fixture, 100000 * MS);
      assert_events (fixture, i + 1);
    }
  weir_player_step (fixture->player);
  weir_player_wait_still (fixture->player);
  assert_position (fixture, 1310, FALSE, TRUE);
  weir_player_step (fixture->player);
  weir_player_set_playing (fixture->player, TRUE);
  assert_events (fixture, 6);
  assert_same (fixture);
}

/* Steps and playing take turns, in the middle of a read too. */
static void
test_turns (Fixture *fixture, gconstpointer unused)
{
  weir_player_step (fixture->player);
  weir_player_step (fixture->player);
  assert_events (fixture, 2);
  weir_player_set_playing (fixture->player, TRUE);
  assert_events (fixture, 3);
  pass (fixture, 100 * MS);
  assert_events (fixture, 4);
  weir_player_step (fixture->player);
  assert_events (fixture, 5);
  assert_position (fixture, 1210, FALSE, FALSE);
  weir_player_set_speed (fixture->player, 0);
  weir_player_set_playing (fixture->player, TRUE);
  assert_events (fixture, 6);
  assert_same (fixture);
}

/* Letting it go in the middle harms nothing. */
static void
test_abandoned (Fixture *fixture, gconstpointer unused)
{
  weir_player_set_playing (fixture->player, TRUE);
  assert_events (fixture, 0);
  pass (fixture, 60 * MS);
  g_clear_object (&fixture->player);
  g_assert_cmpuint (weir_log_get_n_events (fixture->log), ==, 1);
}

/* Where nobody knows when what came, it comes at once; and what is no stream is refused. */
static void
test_bare_file (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "b.sse", NULL);
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autoptr (WeirPlayer) player = NULL;
  g_autoptr (GError) error = NULL;
  WeirPlayerState state;

  g_assert_null (weir_player_new (path, WEIR_SINK (log), &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "data: 1\n\ndata: 2\n\ndata: 3\n\n", -1, NULL));
  player = weir_player_new (path, WEIR_SINK (log), &error);
  g_assert_no_error (error);
  weir_player_step (player);
  weir_player_wait_still (player);
  g_assert_cmpuint (weir_log_get_n_events (log), ==, 1);
  weir_player_set_playing (player, TRUE);
  weir_player_wait_still (player);
  g_assert_cmpuint (weir_log_get_n_events (log), ==, 3);
  weir_player_get_state (player, &state);
  g_assert_true (state.ended);
  g_assert_cmpint (state.duration_us, ==, 0);
  weir_player_state_clear (&state);
  remove_tree (folder);
}

/* A file that goes away is said; what came before stays. */
static void
test_lost (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GDir) directory = g_dir_open (fixture->path, 0, NULL);
  const char *name;
  WeirPlayerState state;

  while ((name = g_dir_read_name (directory)) != NULL)
    if (g_str_has_suffix (name, ".sse"))
      {
        g_autofree char *file = g_build_filename (fixture->path, name, NULL);

        g_remove (file);
      }
  weir_player_set_speed (fixture->player, 0);
  weir_player_set_playing (fixture->player, TRUE);
  weir_player_wait_still (fixture->player);
  weir_player_get_state (fixture->player, &state);
  g_assert_true (state.ended);
  g_assert_nonnull (state.error);
  weir_player_state_clear (&state);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/player/own-time", Fixture, NULL, set_up, test_own_time, tear_down);
  g_test_add ("/player/faster", Fixture, NULL, set_up, test_faster, tear_down);
  g_test_add ("/player/steps", Fixture, NULL, set_up, test_steps, tear_down);
  g_test_add ("/player/turns", Fixture, NULL, set_up, test_turns, tear_down);
  g_test_add ("/player/abandoned", Fixture, NULL, set_up, test_abandoned, tear_down);
  g_test_add ("/player/lost", Fixture, NULL, set_up, test_lost, tear_down);
  g_test_add_func ("/player/bare-file", test_bare_file);
  return g_test_run ();
}
