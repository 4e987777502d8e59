/* SPDX-License-Identifier: MIT */
/* What a WeirStream does when a connection ends, breaks or goes silent, against real sockets. */
#include "fixture.h"

#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* --- Reconnecting -------------------------------------------------------- */

/* A server's small reconnection time is raised to the floor, unless the user chose a smaller one. */
static void
test_least_retry (void)
{
  Fixture f;

  fixture_prepare (&f, one_event_each, NULL, "/events");
  weir_request_get_options (f.request)->retry_ms = 0;
  fixture_go (&f);
  story_wait (f.story, "waiting server 100");
  fixture_finish (&f);
}

static void
test_reconnect (void)
{
  Fixture f;

  fixture_start (&f, one_event_each, NULL);
  story_expect (f.story, "connecting");
  story_expect (f.story, "open");
  story_expect (f.story, "retry 5");
  story_expect (f.story, "event message 1 none");
  story_expect (f.story, "waiting server 5");
  story_expect (f.story, "connecting");
  story_expect (f.story, "open");
  story_expect (f.story, "retry 5");
  story_expect (f.story, "event message 2 Last-Event-ID: 1");
  story_expect (f.story, "note resumed");
  fixture_finish (&f);
}

static void
then_204 (int fd, guint n, const char *request, gpointer data)
{
  if (n < 3)
    one_event_each (fd, n, request, data);
  else
    raw_send (fd, "HTTP/1.1 204 No Content\r\n\r\n");
}

static void
test_204_stops (void)
{
  Fixture f;

  fixture_start (&f, then_204, NULL);
  story_wait (f.story, "ended no-content");
  g_assert_cmpuint (raw_server_get_n_connections (f.server), ==, 3);
  fixture_finish (&f);
}

static void
reset_in_mid_event (int fd, guint n, const char *request, gpointer data)
{
  raw_send_chunked_head (fd);
  if (n == 1)
    {
      raw_send_chunk (fd, "id: 1\ndata: one\n\nid: 2\ndata: tw");
      raw_reset (fd);
      return;
    }
  raw_send_chunk (fd, "id: 2\ndata: two\n\n");
  raw_wait_for_close (fd);
}

static void
test_reset (void)
{
  Fixture f;

  fixture_start (&f, reset_in_mid_event, NULL);
  story_wait (f.story, "finding unfinished-event");
  story_expect (f.story, "note dropped");
  story_expect (f.story, "waiting reset");
  story_wait (f.story, "event message 2 two");
  fixture_finish (&f);
}

static void
abort_chunked (int fd, guint n, const char *request, gpointer data)
{
  raw_send_chunked_head (fd);
  raw_send_chunk (fd, "data: one\n\ndata: tw");
}

/* libsoup 3.2 reads this as a clean end. */
static void
test_aborted_chunks (void)
{
  Fixture f;

  fixture_start (&f, abort_chunked, NULL);
  story_wait (f.story, "event message  one");
  story_wait (f.story, "waiting reset");
  fixture_finish (&f);
}

/* Many chunks at once, and nothing behind them that would wake anybody. */
static void
send_many_chunks (int fd, guint n, const char *request, gpointer data)
{
  g_autoptr (GString) chunks = g_string_new (NULL);

  raw_send_chunked_head (fd);
  for (guint i = 1; i <= 5000; i++)
    {
      g_autofree char *event = g_strdup_printf ("id: %u\ndata: %*s\n\n", i, (int) (i % 300), "x");

      g_string_append_printf (chunks, "%zx\r\n%s\r\n", strlen (event), event);
    }
  raw_send_bytes (fd, chunks->str, chunks->len);
  raw_wait_for_close (fd);
}

static void
test_many_chunks (void)
{
  Fixture f;

  fixture_start (&f, send_many_chunks, NULL);
  for (guint i = 1; i <= 5000; i++)
    {
      g_autofree char *line = g_strdup_printf ("event message %u %*s", i, (int) (i % 300), "x");

      g_assert_cmpstr (story_wait (f.story, "event message"), ==, line);
    }
  fixture_finish (&f);
}

static void
say_come_later (int fd, guint n, const char *request, gpointer data)
{
  raw_send (
      fd,
      "HTTP/1.1 503 Later\r\nRetry-After: 3600\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

static void
test_retry_after (void)
{
  Fixture f;

  fixture_start (&f, say_come_later, NULL);
  g_assert_cmpstr (story_wait (f.story, "waiting status"), ==, "waiting status 3600000");
  weir_stream_close (f.stream);
  story_wait (f.story, "ended");
  fixture_finish (&f);
}

static void
close_at_once (int fd, guint n, const char *request, gpointer data)
{
  raw_send_head (fd);
}

static void
test_max_attempts (void)
{
  Fixture f;

  fixture_prepare (&f, close_at_once, NULL, "/");
  weir_request_get_options (f.request)->max_attempts = 3;
  fixture_go (&f);
  story_wait (f.story, "failed server: Gave up after 3 failed attempts.");
  g_assert_cmpuint (raw_server_get_n_connections (f.server), ==, 3);
  /* By hand it can go on. */
  weir_stream_open (f.stream);
  story_wait (f.story, "failed server: Gave up after 3 failed attempts.");
  g_assert_cmpuint (raw_server_get_n_connections (f.server), ==, 6);
  fixture_finish (&f);
}

/* --- Silence ------------------------------------------------------------- */

static void
test_idle (void)
{
  Fixture f;

  fixture_prepare (&f, stay_silent, (gpointer) "open", "/");
  weir_request_get_options (f.request)->idle_timeout_ms = 200;
  fixture_go (&f);
  story_wait (f.story, "event message 7 x");
  story_wait (f.story, "note overdue");
  story_wait (f.story, "waiting idle");
  story_wait (f.story, "event message 7 x");
  fixture_finish (&f);
}

static void
test_head_timeout (void)
{
  Fixture f;

  fixture_prepare (&f, stay_silent, NULL, "/");
  weir_request_get_options (f.request)->head_timeout_ms = 100;
  fixture_go (&f);
  story_wait (f.story, "failed unreachable: Could not reach");
  fixture_finish (&f);
}

/* Comments at a steady pace, and then none until the test says so. */
static void
beat_then_pause (int fd, guint n, const char *request, gpointer go_on)
{
  eventfd_t value;

  raw_send_chunked_head (fd);
  for (int i = 0; i < 9; i++)
    {
      raw_send_chunk (fd, ":\n");
      g_usleep (150 * 1000);
    }
  g_assert_cmpint (eventfd_read (GPOINTER_TO_INT (go_on), &value), ==, 0);
  raw_send_chunk (fd, ":\n");
  raw_wait_for_close (fd);
}

static void
test_learned_rhythm (void)
{
  int go_on = eventfd (0, EFD_CLOEXEC);
  Fixture f;

  fixture_start (&f, beat_then_pause, GINT_TO_POINTER (go_on));
  story_wait (f.story, "note overdue: Overdue: no data for");
  g_assert_cmpint (eventfd_write (go_on, 1), ==, 0);
  story_wait (f.story, "note arrived");
  fixture_finish (&f);
  close (go_on);
}

/* What a proxy that buffers makes of a steady stream. */
static void
send_bunches (int fd, guint n, const char *request, gpointer data)
{
  raw_send_chunked_head (fd);
  for (int i = 0; i < 5; i++)
    {
      raw_send_chunk (fd, "data: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\ndata: 5\n\ndata: 6\n\n");
      g_usleep (900 * 1000);
    }
  raw_wait_for_close (fd);
}

static void
test_bunched (void)
{
  Fixture f;

  fixture_start (&f, send_bunches, NULL);
  story_wait (f.story, "note bunched: Events are held back on the way: 6 arrived at once");
  fixture_finish (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reconnect/least-retry", test_least_retry);
  g_test_add_func ("/reconnect/after-an-end", test_reconnect);
  g_test_add_func ("/reconnect/204-stops", test_204_stops);
  g_test_add_func ("/reconnect/reset", test_reset);
  g_test_add_func ("/reconnect/aborted-chunks", test_aborted_chunks);
  g_test_add_func ("/reconnect/many-chunks", test_many_chunks);
  g_test_add_func ("/reconnect/retry-after", test_retry_after);
  g_test_add_func ("/reconnect/max-attempts", test_max_attempts);
  g_test_add_func ("/reconnect/idle", test_idle);
  g_test_add_func ("/reconnect/head-timeout", test_head_timeout);
  g_test_add_func ("/reconnect/learned-rhythm", test_learned_rhythm);
  g_test_add_func ("/reconnect/bunched", test_bunched);
  return g_test_run ();
}
