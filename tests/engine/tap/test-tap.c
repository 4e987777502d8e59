/* SPDX-License-Identifier: MIT */
/* How long a tap waits for its clients, and how many requests it takes at once. tests/feed/test-tap.py has the
 * rest. */
#include "tap/weir-tap.h"

#include <string.h>
#include <unistd.h>

#include "raw-server.h"

#define GET "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define POST "POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n"
/* Long enough for a busy machine, where it must not pass. */
#define LONG_MS 60000
#define SHORT_MS 300

typedef struct
{
  RawServer *server;
  WeirRequest *request;
  WeirTap *tap;
  GSocketConnection *client;
} Fixture;

static WeirSink *
show_nothing (guint number, gpointer user_data)
{
  return NULL;
}

static GSocketConnection *
connect_to (const char *address)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection;

  g_socket_client_set_timeout (client, 60);
  connection =
      g_socket_client_connect_to_host (client, address + strlen ("http://"), 0, NULL, &error);
  g_assert_no_error (error);
  return connection;
}

static void
fixture_begin (Fixture *self, RawHandler handler, gpointer data, const WeirTapOptions *chosen)
{
  WeirTapOptions options = *chosen;
  g_autoptr (GError) error = NULL;

  self->server = raw_server_new (handler, data);
  self->request = weir_request_new (raw_server_get_address (self->server), &error);
  g_assert_no_error (error);
  options.address = "127.0.0.1:0";
  options.upstream = self->request;
  options.func = show_nothing;
  self->tap = weir_tap_new (&options, &error);
  g_assert_no_error (error);
  self->client = connect_to (weir_tap_get_address (self->tap));
}

static void
fixture_end (Fixture *self)
{
  g_object_unref (self->client);
  weir_tap_stop (self->tap);
  g_object_unref (self->tap);
  raw_server_free (self->server);
  g_object_unref (self->request);
}

static void
send_text (Fixture *self, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (self->client)), text,
                             strlen (text), NULL, NULL, &error);
  g_assert_no_error (error);
}

/* Returns: (transfer full): what the tap sends until it closes. */
static char *
read_all (Fixture *self)
{
  GInputStream *stream = g_io_stream_get_input_stream (G_IO_STREAM (self->client));
  g_autoptr (GString) text = g_string_new (NULL);
  char bytes[4096];
  gssize n;

  while ((n = g_input_stream_read (stream, bytes, sizeof bytes, NULL, NULL)) > 0)
    g_string_append_len (text, bytes, n);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Reads one response of three bytes. */
static void
expect_answer (Fixture *self)
{
  static const char end[] = "\r\n\r\nyes";
  GInputStream *stream = g_io_stream_get_input_stream (G_IO_STREAM (self->client));
  g_autoptr (GString) text = g_string_new (NULL);
  char byte;

  while (!g_str_has_suffix (text->str, end))
    {
      g_assert_cmpint (g_input_stream_read (stream, &byte, 1, NULL, NULL), ==, 1);
      g_string_append_c (text, byte);
    }
}

static void
send_yes (int fd)
{
  raw_send (fd, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes");
}

/* A RawHandler. */
static void
answer_and_wait (int fd, guint n, const char *request, gpointer data)
{
  send_yes (fd);
  raw_wait_for_close (fd);
}

static void
test_half_head (void)
{
  const WeirTapOptions options = { .head_timeout_ms = SHORT_MS, .body_timeout_ms = LONG_MS };
  g_autofree char *answer = NULL;
  Fixture fixture;

  fixture_begin (&fixture, answer_and_wait, NULL, &options);
  send_text (&fixture, "GET /events HTTP/1.1\r\nHost: lo");
  answer = read_all (&fixture);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 408 "));
  g_assert_cmpuint (raw_server_get_n_connections (fixture.server), ==, 0);
  fixture_end (&fixture);
}

static void
test_nothing (void)
{
  const WeirTapOptions options = { .head_timeout_ms = SHORT_MS, .body_timeout_ms = LONG_MS };
  g_autofree char *answer = NULL;
  Fixture fixture;

  fixture_begin (&fixture, answer_and_wait, NULL, &options);
  answer = read_all (&fixture);
  g_assert_cmpstr (answer, ==, "");
  fixture_end (&fixture);
}

/* Each byte of a head is no progress. */
static void
test_slow_head (void)
{
  const WeirTapOptions options = { .head_timeout_ms = SHORT_MS, .body_timeout_ms = LONG_MS };
  const gint64 patience = g_get_monotonic_time () + LONG_MS * G_TIME_SPAN_MILLISECOND;
  GOutputStream *out;
  Fixture fixture;

  fixture_begin (&fixture, answer_and_wait, NULL, &options);
  out = g_io_stream_get_output_stream (G_IO_STREAM (fixture.client));
  send_text (&fixture, "GET /");
  while (g_output_stream_write (out, "x", 1, NULL, NULL) == 1)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, patience);
      g_usleep (20000);
    }
  fixture_end (&fixture);
}

/* A RawHandler. */
static void
wait_for_close (int fd, guint n, const char *request, gpointer data)
{
  raw_wait_for_close (fd);
}

/* The upstream gets the head, and the end when the client's time is over. */
static void
test_half_body (void)
{
  const WeirTapOptions options = { .head_timeout_ms = LONG_MS, .body_timeout_ms = SHORT_MS };
  g_autofree char *answer = NULL;
  Fixture fixture;

  fixture_begin (&fixture, wait_for_close, NULL, &options);
  send_text (&fixture, POST "half");
  answer = read_all (&fixture);
  g_assert_cmpstr (answer, ==, "");
  fixture_end (&fixture);
}

/* A connection without a request, after one that was answered, is not cut. */
static void
test_idle (void)
{
  const WeirTapOptions options = { .head_timeout_ms = SHORT_MS, .body_timeout_ms = SHORT_MS };
  GSocket *socket;
  Fixture fixture;

  fixture_begin (&fixture, answer_and_wait, NULL, &options);
  send_text (&fixture, GET);
  expect_answer (&fixture);
  socket = g_socket_connection_get_socket (fixture.client);
  /* Neither bytes nor an end. */
  g_assert_false (g_socket_condition_timed_wait (
      socket, G_IO_IN | G_IO_HUP, 3 * SHORT_MS * G_TIME_SPAN_MILLISECOND, NULL, NULL));
  fixture_end (&fixture);
}

/* --- Pipelined requests ------------------------------------------------------------------ */

#define N_REQUESTS 100
#define N_AT_ONCE 32

typedef struct
{
  gint n_seen;     /* requests that arrived */
  gint n_answered; /* requests that may be answered */
} Pipeline;

static guint
count_heads (const char *text, gsize length)
{
  guint n = 0;

  for (gsize i = 0; i + 4 <= length; i++)
    n += memcmp (text + i, "\r\n\r\n", 4) == 0;
  return n;
}

/* A RawHandler: answers as many requests as it may, and counts those that arrived. */
static void
answer_in_turn (int fd, guint n, const char *request, gpointer data)
{
  Pipeline *pipeline = data;
  g_autoptr (GString) text = g_string_new (request);
  g_autoptr (GSocket) socket = g_socket_new_from_fd (dup (fd), NULL);
  gint n_sent = 0;
  char bytes[65536];
  gssize got = 1;

  while (n_sent < N_REQUESTS && got != 0)
    {
      const gint n_seen = (gint) count_heads (text->str, text->len);

      g_atomic_int_set (&pipeline->n_seen, n_seen);
      for (; n_sent < MIN (n_seen, g_atomic_int_get (&pipeline->n_answered)); n_sent++)
        send_yes (fd);
      got = -1;
      if (g_socket_condition_timed_wait (socket, G_IO_IN, 10 * G_TIME_SPAN_MILLISECOND, NULL, NULL))
        got = g_socket_receive (socket, bytes, sizeof bytes, NULL, NULL);
      if (got > 0)
        g_string_append_len (text, bytes, got);
    }
}

/* No more requests go to the upstream than may wait for their responses; none is lost. */
static void
test_pipelining (void)
{
  const WeirTapOptions options = { 0 };
  Pipeline pipeline = { 0 };
  g_autoptr (GString) requests = g_string_new (NULL);
  Fixture fixture;

  for (guint i = 0; i < N_REQUESTS; i++)
    g_string_append (requests, GET);
  fixture_begin (&fixture, answer_in_turn, &pipeline, &options);
  send_text (&fixture, requests->str);
  for (gint n = 0; n < N_REQUESTS; n++)
    {
      const gint most = MIN (n + N_AT_ONCE, N_REQUESTS);

      while (g_atomic_int_get (&pipeline.n_seen) < most)
        g_usleep (1000);
      g_assert_cmpint (g_atomic_int_get (&pipeline.n_seen), ==, most);
      g_atomic_int_set (&pipeline.n_answered, n + 1);
      expect_answer (&fixture);
    }
  fixture_end (&fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tap/half-head", test_half_head);
  g_test_add_func ("/tap/nothing", test_nothing);
  g_test_add_func ("/tap/slow-head", test_slow_head);
  g_test_add_func ("/tap/half-body", test_half_body);
  g_test_add_func ("/tap/idle", test_idle);
  g_test_add_func ("/tap/pipelining", test_pipelining);
  return g_test_run ();
}
