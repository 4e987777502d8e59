/* SPDX-License-Identifier: MIT */
/* What a stream does when the machine wakes up, when nothing comes for long, and when the network
 * comes back. */
#define _GNU_SOURCE
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <string.h>

#include "fixture.h"

/* --- A machine that sleeps when told to, instead of the C library's ------------ */

static _Atomic int wake_fd = -1;
static gint slept_s;
static gint passed_s; /* awake */

int
clock_gettime (clockid_t id, struct timespec *now)
{
  long result = syscall (SYS_clock_gettime, id, now);

  if (id == CLOCK_BOOTTIME)
    now->tv_sec += g_atomic_int_get (&slept_s);
  if (id == CLOCK_BOOTTIME || id == CLOCK_MONOTONIC)
    now->tv_sec += g_atomic_int_get (&passed_s);
  return (int) result;
}

int
timerfd_create (clockid_t id, int flags)
{
  wake_fd = eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC);
  return wake_fd;
}

int
timerfd_settime (int fd, int flags, const struct itimerspec *value, struct itimerspec *before)
{
  return 0;
}

static void
sleep_for (gint seconds)
{
  g_atomic_int_add (&slept_s, seconds);
  g_assert_cmpint (eventfd_write (wake_fd, 1), ==, 0);
}

/* The time that passes; what is due by then is done, as if the thread had waited for it. */
static void
let_pass (gint seconds)
{
  g_atomic_int_add (&passed_s, seconds);
  g_assert_cmpint (eventfd_write (wake_fd, 1), ==, 0);
}

/* --- A stream ------------------------------------------------------------------ */

/* The first connection ends after its event, or goes silent; the next one goes on. */
static void
serve (int fd, guint n, const char *request, gpointer silent)
{
  raw_send_head (fd);
  raw_send (fd, n == 1 ? "id: 1\ndata: first\n\n" : "id: 2\ndata: second\n\n");
  if (n > 1 || silent)
    raw_wait_for_close (fd);
}

static void
start (Fixture *f, gboolean silent)
{
  fixture_prepare (f, serve, silent ? f : NULL, "/");
  /* Longer than a test may take: only what is tested here brings the second connection. */
  weir_request_get_options (f->request)->retry_ms = 600000;
  weir_request_get_options (f->request)->max_retry_ms = 600000;
  fixture_go (f);
  story_wait (f->story, silent ? "event message 1 first" : "waiting server");
}

static void
finish (Fixture *f)
{
  story_wait (f->story, "event message 2 second");
  g_assert_cmpuint (raw_server_get_n_connections (f->server), ==, 2);
  fixture_finish (f);
}

static void
test_waiting (void)
{
  Fixture f;

  start (&f, FALSE);
  sleep_for (3600);
  story_expect (f.story, "note suspended: The computer was suspended for 3600 s.");
  story_expect (f.story, "connecting");
  finish (&f);
}

/* A moment that only looks like sleep is none; the real one after it is measured by itself. */
static void
test_clock_set (void)
{
  Fixture f;

  start (&f, FALSE);
  sleep_for (0);
  sleep_for (90);
  story_expect (f.story, "note suspended: The computer was suspended for 90 s.");
  finish (&f);
}

/* The server has nothing to say for five minutes, and then says it on the same connection. */
static void
serve_patiently (int fd, guint n, const char *request, gpointer go_on)
{
  eventfd_t value;

  raw_send_head (fd);
  raw_send (fd, "id: 1\ndata: first\n\n");
  g_assert_cmpint (eventfd_read (GPOINTER_TO_INT (go_on), &value), ==, 0);
  raw_send (fd, "id: 2\ndata: second\n\n");
  raw_wait_for_close (fd);
}

static void
test_silence (void)
{
  int go_on = eventfd (0, EFD_CLOEXEC);
  Fixture f;

  fixture_start (&f, serve_patiently, GINT_TO_POINTER (go_on));
  story_wait (f.story, "event message 1 first");
  let_pass (300);
  g_assert_cmpint (eventfd_write (go_on, 1), ==, 0);
  story_expect (f.story, "event message 2 second");
  g_assert_cmpuint (raw_server_get_n_connections (f.server), ==, 1);
  fixture_finish (&f);
  close (go_on);
}

/* A suspended machine is no reason to end a quiet stream. */
static void
test_open (void)
{
  int go_on = eventfd (0, EFD_CLOEXEC);
  Fixture f;

  fixture_start (&f, serve_patiently, GINT_TO_POINTER (go_on));
  story_wait (f.story, "event message 1 first");
  sleep_for (3600);
  story_expect (f.story, "note suspended");
  let_pass (60);
  g_assert_cmpint (eventfd_write (go_on, 1), ==, 0);
  story_expect (f.story, "event message 2 second");
  g_assert_cmpuint (raw_server_get_n_connections (f.server), ==, 1);
  fixture_finish (&f);
  close (go_on);
}

/* Quick events at an even pace, and then a long silence before the last one. */
static void
serve_rhythm (int fd, guint n, const char *request, gpointer go_on)
{
  eventfd_t value;

  raw_send_head (fd);
  for (int i = 0; i < 9; i++)
    {
      raw_send (fd, "data: tick\n\n");
      g_usleep (150 * 1000);
    }
  g_assert_cmpint (eventfd_read (GPOINTER_TO_INT (go_on), &value), ==, 0);
  raw_send (fd, "data: alarm\n\n");
  raw_wait_for_close (fd);
}

/* What is inferred from a rhythm is reported, and ends nothing; also not the answer to a POST. */
static void
test_rhythm (gconstpointer body)
{
  int go_on = eventfd (0, EFD_CLOEXEC);
  Fixture f;
  const char *line;

  fixture_prepare (&f, serve_rhythm, GINT_TO_POINTER (go_on), "/");
  if (body != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (body, strlen (body));

      weir_request_set_body (f.request, bytes);
    }
  fixture_go (&f);
  for (int i = 0; i < 9; i++)
    story_wait (f.story, "event message  tick");
  line = story_wait (f.story, "note overdue: Overdue: no data for ");
  g_assert_nonnull (strstr (line, "This stream usually sends every 0."));
  g_assert_nonnull (strstr (line, "inferred"));
  g_assert_nonnull (strstr (line, "--idle-timeout-ms"));
  let_pass (3600);
  g_assert_cmpint (eventfd_write (go_on, 1), ==, 0);
  story_wait (f.story, "event message  alarm");
  story_wait (f.story, "note arrived: Data is arriving again.");
  g_assert_cmpuint (raw_server_get_n_connections (f.server), ==, 1);
  fixture_finish (&f);
  close (go_on);
}

/* The response head arrives together with the first event. */
static void
serve_late_head (int fd, guint n, const char *request, gpointer go_on)
{
  eventfd_t value;

  g_assert_cmpint (eventfd_read (GPOINTER_TO_INT (go_on), &value), ==, 0);
  raw_send_head (fd);
  raw_send (fd, "data: late\n\n");
  raw_wait_for_close (fd);
}

static void
test_late_head (void)
{
  int go_on = eventfd (0, EFD_CLOEXEC);
  Fixture f;

  fixture_start (&f, serve_late_head, GINT_TO_POINTER (go_on));
  story_expect (f.story, "connecting");
  /* The state after two seconds: the request was sent. */
  story_expect (f.story, "connecting");
  let_pass (60);
  story_expect (f.story, "connecting");
  g_assert_cmpint (eventfd_write (go_on, 1), ==, 0);
  story_expect (f.story, "open");
  story_expect (f.story, "event message  late");
  fixture_finish (&f);
  close (go_on);
}

static void
test_no_head (void)
{
  int go_on = eventfd (0, EFD_CLOEXEC);
  Fixture f;

  fixture_start (&f, serve_late_head, GINT_TO_POINTER (go_on));
  story_expect (f.story, "connecting");
  story_expect (f.story, "connecting");
  let_pass (300);
  story_wait (f.story, "failed unreachable: Could not reach http");
  g_assert_true (story_has (f.story, "failed unreachable"));
  g_assert_cmpint (eventfd_write (go_on, 1), ==, 0);
  fixture_finish (&f);
  close (go_on);
}

static void
test_network (void)
{
  GNetworkMonitor *monitor = g_network_monitor_get_default ();
  Fixture f;

  start (&f, FALSE);
  g_signal_emit_by_name (monitor, "network-changed", FALSE);
  g_signal_emit_by_name (monitor, "network-changed", TRUE);
  story_expect (f.story, "note network: The network is back. Reconnecting now.");
  story_expect (f.story, "connecting");
  finish (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wake/waiting", test_waiting);
  g_test_add_func ("/wake/clock-set", test_clock_set);
  g_test_add_func ("/wake/open", test_open);
  g_test_add_func ("/wake/silence", test_silence);
  g_test_add_data_func ("/wake/rhythm", NULL, test_rhythm);
  g_test_add_data_func ("/wake/rhythm-of-post", "{}", test_rhythm);
  g_test_add_func ("/wake/late-head", test_late_head);
  g_test_add_func ("/wake/no-head", test_no_head);
  g_test_add_func ("/wake/network", test_network);
  return g_test_run ();
}
