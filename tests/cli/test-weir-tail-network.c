/* SPDX-License-Identifier: MIT */
/* weir-tail and servers: their answers, credentials, ends, and whoever reads what it prints. */
#define _GNU_SOURCE
#include "raw-server.h"
#include "tail.h"
#include "tree.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- The network --------------------------------------------------------- */

static void
reply (int fd, guint n, const char *request, gpointer data)
{
  raw_send (fd, data);
}

static void
reply_bytes (int fd, guint n, const char *request, gpointer data)
{
  gsize length;
  const char *bytes = g_bytes_get_data (data, &length);

  raw_send_bytes (fd, bytes, length);
}

static void
expect_answer (const char *answer, int status, const char *sentence)
{
  RawServer *server = raw_server_new (reply, (gpointer) answer);
  g_autofree char *url = g_strconcat (raw_server_get_address (server), "/?token=abc", NULL);

  if (sentence)
    expect_failure (ARGS ("--bearer", "s3cret", url), status, sentence);
  else
    {
      g_auto (Result) result = run (ARGS ("--bearer", "s3cret", "--all", url), "", 0);

      g_assert_cmpint (result.status, ==, status);
      g_assert_cmpstr (result.err, ==, "");
      g_assert_null (strstr (result.out, "s3cret"));
      g_assert_null (strstr (result.out, "abc"));
    }
  raw_server_free (server);
}

/* Which option gives what the server asks for; not to who gave it. */
static void
test_credentials_wanted (void)
{
  RawServer *server =
      raw_server_new (reply, (gpointer) "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
  const char *url = raw_server_get_address (server);
  g_auto (Result) given = run (ARGS ("--bearer=wrong", url), "", 0);

  expect_failure (ARGS (url), 1, "Send a token with --bearer");
  g_assert_nonnull (strstr (given.err, "401 Unauthorized"));
  g_assert_null (strstr (given.err, "--bearer"));
  g_assert_nonnull (strstr (given.err, "Check the token, or the name and password"));
  raw_server_free (server);
  server = raw_server_new (
      reply, (gpointer) "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n");
  expect_failure (ARGS (raw_server_get_address (server)), 1, "another method with -X");
  raw_server_free (server);
  server = raw_server_new (reply, (gpointer) "HTTP/1.1 407 Who?\r\nContent-Length: 0\r\n\r\n");
  expect_failure (ARGS ("--proxy", raw_server_get_address (server), "http://h/"), 1,
                  "--proxy=http://NAME:PASSWORD@HOST:PORT");
  raw_server_free (server);
}

static void
test_answers (void)
{
  expect_answer ("HTTP/1.1 204 No Content\r\n\r\n", 0, NULL);
  expect_answer ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 1,
                 "answered 404 Not Found");
  expect_answer ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n", 1,
                 "Its content type is text/html, not text/event-stream. --accept-any reads it");
  expect_answer ("HTTP/1.1 400 Bad Request\r\nContent-Length: 39\r\n\r\n"
                 "{\"error\": {\"message\": \"Name a model.\"}}",
                 1, "The server says: “Name a model.”");
  expect_answer ("HTTP/1.1 418 \033[31mred\r\nContent-Length: 0\r\n\r\n", 1, "418 \\x1b[31mred");
  expect_answer ("HTTP/1.1 302 Go\r\nLocation: ftp://h/?token=x\r\nContent-Length: 0\r\n\r\n", 1,
                 "ftp://h/?token=***");
}

#define STREAM "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"

static void
expect_refusal (const char *answer, const char *expected, const char *advice)
{
  RawServer *server = raw_server_new (reply, (gpointer) answer);
  const char *url = raw_server_get_address (server);
  g_auto (Result) result = run (ARGS ("--format=data", url), "", 0);
  g_auto (Result) post = run (ARGS ("--format=data", "-d", "{}", url), "", 0);

  g_test_message ("%s", result.err);
  g_assert_cmpint (result.status, ==, 1);
  g_assert_nonnull (strstr (result.err, expected));
  if (advice != NULL)
    g_assert_nonnull (strstr (result.err, advice));
  g_assert_cmpstr (strchr (result.err, '\n'), ==, "\n");
  g_assert_cmpstr (post.err, ==, result.err);
  g_assert_cmpint (post.status, ==, 1);
  g_assert_cmpuint (raw_server_get_n_connections (server), ==, 2);
  raw_server_free (server);
}

/* A body that brought bytes and no event: what it is, and what it begins with. */
static void
test_no_event (void)
{
  expect_refusal (STREAM "{\"error\":{\"code\":400,\"message\":\"request is too long\"}}",
                  "It is JSON. It says: “request is too long”", NULL);
  expect_refusal (STREAM "<!doctype html><title>Sign in</title>",
                  "It is an HTML page. It says: “Sign in”", NULL);
  expect_refusal (STREAM "data: a\ndata: b\n", "only a blank line ends an event", NULL);
  expect_refusal (STREAM "data: a\\n\\n", "the two characters “\\n”", NULL);
  expect_refusal (STREAM "{\"a\":1}\n{\"a\":2}\n", "newline-delimited JSON", NULL);
  expect_refusal (STREAM "12:00:01 data: a\n12:00:02 \n", "A time stamp stands before", NULL);
}

#define RECORDS "{\"a\":1}\n\n{\"a\":2}"

static void
expect_records (const char *type, const char *option, const char *expected)
{
  g_autofree char *answer = g_strdup_printf (
      "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\n\r\n" RECORDS, type);
  RawServer *server = raw_server_new (reply, answer);
  g_auto (Result) result =
      run (ARGS ("--format=data", option, raw_server_get_address (server)), "", 0);

  g_test_message ("%s: %s", type, result.err);
  g_assert_cmpstr (result.out, ==, expected != NULL ? expected : "");
  g_assert_cmpint (result.status, ==, expected != NULL ? 0 : 1);
  /* Records cannot be resumed, so they are read once. */
  g_assert_cmpuint (raw_server_get_n_connections (server), ==, 1);
  raw_server_free (server);
}

/* Lines of JSON are events where the content type or --as says that they are. */
static void
test_records (void)
{
  static const char *const types[] = { "application/x-ndjson", "Application/NDJSON; charset=utf-8",
                                       "application/jsonl", "application/json-seq" };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    expect_records (types[i], "--http1.1", "{\"a\":1}\n{\"a\":2}\n");
  expect_records ("text/plain", "--as=ndjson", "{\"a\":1}\n{\"a\":2}\n");
  expect_records ("text/event-stream", "--as=ndjson", "{\"a\":1}\n{\"a\":2}\n");
  expect_records ("application/x-ndjson", "--as=sse", NULL);
  expect_records ("application/json", "--http1.1", NULL);
  expect_records ("text/event-stream", "--as=bedrock", NULL);
  expect_failure (ARGS ("--as=xml", "http://h/"), 2, "not a format for --as");
  expect_failure (ARGS ("--as=ndjson", "--tap=0", "http://h/"), 2, "cannot be used with --tap");
}

/* A recording keeps the bytes of records as they were received, and its names say in which format. */
static void
expect_recorded (const char *type, GBytes *body, const char *name)
{
  g_autofree char *head =
      g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\n\r\n", type);
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  g_autofree char *folder = g_dir_make_tmp ("weir-records-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "x.weir", NULL);
  g_autofree char *file = g_build_filename (path, name, NULL);
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (GBytes) stored = NULL;
  g_autofree char *bytes = NULL;
  RawServer *server;
  gsize length;

  g_byte_array_append (answer, (const guint8 *) head, (guint) strlen (head));
  g_byte_array_append (answer, g_bytes_get_data (body, NULL), (guint) g_bytes_get_size (body));
  whole = g_bytes_new (answer->data, answer->len);
  server = raw_server_new (reply_bytes, whole);
  {
    g_autofree char *option = g_strconcat ("--record=", path, NULL);
    g_auto (Result) live =
        run (ARGS ("--format=data", option, raw_server_get_address (server)), "", 0);
    g_auto (Result) again = run (ARGS ("--format=data", path), "", 0);

    g_test_message ("%s: %s%s", type, live.err, again.err);
    g_assert_cmpint (live.status, ==, 0);
    g_assert_cmpstr (live.out, ==, "{\"a\":1}\n{\"b\":\n2}\n");
    g_assert_cmpstr (again.out, ==, live.out);
  }
  g_assert_true (g_file_get_contents (file, &bytes, &length, NULL));
  stored = g_bytes_new (bytes, length);
  g_assert_true (g_bytes_equal (stored, body));
  raw_server_free (server);
  remove_tree (folder);
}

static void
test_recorded_records (void)
{
  static const char sequence[] = "\x1e{\"a\":1}\n\x1e{\"b\":\n2}\n";
  static const char envelopes[] = "\0\0\0\0\x07{\"a\":1}\2\0\0\0\x08{\"b\":\n2}";
  g_autoptr (GBytes) texts = g_bytes_new_static (sequence, sizeof sequence - 1);
  g_autoptr (GBytes) messages = g_bytes_new_static (envelopes, sizeof envelopes - 1);

  expect_recorded ("application/json-seq", texts, "000001-000000000000000.json-seq");
  expect_recorded ("application/connect+json", messages, "000001-000000000000000.connect");
}

/* One frame that is whole, sent in pieces of three bytes, and one whose checksum is wrong. */
static void
send_frames (int fd, guint n, const char *request, gpointer data)
{
  char frame[] = "\0\0\0\x10\0\0\0\0\x05\xc2\x48\xeb\x7d\x98\xc8\xff";

  raw_send (fd, "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\n\r\n");
  for (gsize at = 0; at < 16; at += 3)
    raw_send_bytes (fd, frame + at, MIN (3, 16 - at));
  frame[9] ^= 1;
  if (data != NULL)
    raw_send_bytes (fd, frame, 16);
}

static void
test_frames (void)
{
  RawServer *good = raw_server_new (send_frames, NULL);
  RawServer *bad = raw_server_new (send_frames, "");
  g_auto (Result) read = run (ARGS ("--format=data", raw_server_get_address (good)), "", 0);
  g_auto (Result) damaged = run (ARGS ("--format=data", raw_server_get_address (bad)), "", 0);

  g_assert_cmpint (read.status, ==, 0);
  g_assert_cmpstr (read.out, ==, "\n");
  g_assert_cmpint (damaged.status, ==, 1);
  g_assert_nonnull (strstr (damaged.err, "A frame is damaged"));
  raw_server_free (good);
  raw_server_free (bad);
}

/* The first connection has an event, those after it do not. */
static void
send_error_then_event (int fd, guint n, const char *request, gpointer data)
{
  raw_send (fd, STREAM);
  raw_send (fd, n == 2 ? "{\"message\":\"busy\"}" : "retry: 100\nid: 1\ndata: x\n\n");
}

/* A stream that had events is tried again, and the reason is printed meanwhile. */
static void
test_no_event_between (void)
{
  RawServer *server = raw_server_new (send_error_then_event, NULL);
  g_auto (Result) result = run (
      ARGS ("--format=data", "--max-events=2", "--retry-ms=0", raw_server_get_address (server)), "",
      0);

  g_assert_cmpstr (result.out, ==, "x\nx\n");
  g_assert_cmpint (result.status, ==, 0);
  g_assert_nonnull (strstr (result.err, "It is JSON. It says: “busy” Connecting again in 0.1 s."));
  raw_server_free (server);
}

static void
expect_events (const char *answer, const char *option, const char *note)
{
  RawServer *server = raw_server_new (reply, (gpointer) answer);
  const char *url = raw_server_get_address (server);
  g_auto (Result) result =
      run (ARGS ("--format=ndjson", "--all", "--no-reconnect", option, url), "", 0);

  g_test_message ("%s%s", result.out, result.err);
  g_assert_cmpint (result.status, ==, 0);
  g_assert_cmpstr (result.err, ==, "");
  g_assert_nonnull (strstr (result.out, "\"data\":\"x\""));
  if (note != NULL)
    g_assert_nonnull (strstr (result.out, note));
  else
    g_assert_null (strstr (result.out, "\"note\""));
  raw_server_free (server);
}

static void
test_accept_any (void)
{
  static const char created[] =
      "HTTP/1.1 201 Created\r\nContent-Type: text/event-stream\r\n\r\ndata: x\n\n";
  static const char accepted[] =
      "HTTP/1.1 202 Accepted\r\nContent-Type: text/event-stream\r\n\r\ndata: x\n\n";
  static const char plain[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\ndata: x\n\n";
  static const char untyped[] = "HTTP/1.1 200 OK\r\n\r\ndata: x\n\n";

  expect_refusal (created, "The server answered 201 Created.", "--accept-any");
  expect_refusal (accepted, "The server answered 202 Accepted.", "--accept-any");
  expect_refusal (plain, "Its content type is text/plain", "--accept-any");
  expect_refusal (untyped, "It has no content type", "--accept-any");
  expect_events (created, "--accept-any", "The status 201 was accepted as asked");
  expect_events (accepted, "--accept-any", "The status 202 was accepted as asked");
  expect_events (plain, "--accept-any", "The content type text/plain was accepted as asked");
  expect_events (untyped, "--accept-any", "without a content type was accepted");
  /* Several values: Fetch takes the last valid one. */
  expect_events ("HTTP/1.1 200 OK\r\nContent-Type: application/json, text/event-stream\r\n\r\n"
                 "data: x\n\n",
                 "--http1.1", NULL);
  expect_events ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                 "Content-Type: text/event-stream\r\n\r\ndata: x\n\n",
                 "--http1.1", NULL);
  expect_refusal (
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream, text/html\r\n\r\ndata: x\n\n",
      "Its content type is text/event-stream, text/html", "--accept-any");
}

/* data is the status; every other request is answered with an event. */
static void
send_status_in_between (int fd, guint n, const char *request, gpointer data)
{
  g_autofree char *answer = g_strdup_printf (
      "HTTP/1.1 %d Oh\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", GPOINTER_TO_INT (data));

  raw_send (fd, n % 2 == 0 ? answer : STREAM "retry: 0\ndata: x\n\n");
}

/* Statuses of gateways are waited for, others end the stream. */
static void
test_statuses (void)
{
  static const int temporary[] = { 502, 503, 504, 520, 522, 524, 527, 530 };
  static const int final[] = { 400, 401, 403, 404, 405, 410, 451, 500, 501, 519, 528, 529 };

  for (gsize i = 0; i < G_N_ELEMENTS (temporary); i++)
    {
      RawServer *server = raw_server_new (send_status_in_between, GINT_TO_POINTER (temporary[i]));

      expect_out (
          ARGS ("--format=data", "--max-events=2", "--retry-ms=0", raw_server_get_address (server)),
          "", "x\nx\n");
      g_assert_cmpuint (raw_server_get_n_connections (server), ==, 3);
      raw_server_free (server);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (final); i++)
    {
      RawServer *server = raw_server_new (send_status_in_between, GINT_TO_POINTER (final[i]));
      g_auto (Result) result =
          run (ARGS ("--format=data", "--retry-ms=0", raw_server_get_address (server)), "", 0);

      g_assert_cmpint (result.status, ==, 1);
      g_assert_cmpuint (raw_server_get_n_connections (server), ==, 2);
      raw_server_free (server);
    }
}

/* With --max-attempts a 500 and a refused connection are attempts; a 404 is final. */
static void
test_attempts (void)
{
  static const struct
  {
    const char *answer;
    guint n;
  } cases[] = {
    { "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", 3 },
    { "HTTP/1.1 522 Oh\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", 3 },
    { STREAM "<title>Busy</title>", 3 },
    { "HTTP/1.1 404 Oh\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      RawServer *server = raw_server_new (reply, (gpointer) cases[i].answer);
      g_auto (Result) result = run (ARGS ("--format=none", "--max-attempts=3", "--retry-ms=1",
                                          raw_server_get_address (server)),
                                    "", 0);

      g_assert_cmpint (result.status, ==, 1);
      g_assert_cmpuint (raw_server_get_n_connections (server), ==, cases[i].n);
      raw_server_free (server);
    }
}

/* The first request is redirected to the address in data; what follows is refused. */
static void
redirect_then_refuse (int fd, guint n, const char *request, gpointer data)
{
  raw_send (fd, strstr (request, "/there") ? "HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n" : data);
}

static void
test_redirect_changes_method (void)
{
  static const char *const answers[] = {
    "HTTP/1.1 301 Go\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 302 Go\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 303 Go\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      RawServer *server = raw_server_new (redirect_then_refuse, (gpointer) answers[i]);
      g_autofree char *url = g_strconcat (raw_server_get_address (server), "/here", NULL);
      g_auto (Result) result = run (ARGS ("-d", "{}", url), "", 0);

      g_assert_nonnull (strstr (result.err, "405"));
      g_assert_nonnull (strstr (result.err, "turned the request into a GET without its body."));
      g_assert_null (strstr (result.err, "-d"));
      raw_server_free (server);
    }
}

static void
redirect_to (int fd, guint n, const char *request, gpointer data)
{
  g_autofree char *answer = g_strdup_printf (
      "HTTP/1.1 307 Go\r\nLocation: %s/\r\nContent-Length: 0\r\n\r\n", (const char *) data);

  raw_send (fd, answer);
}

/* What was not sent cannot be wrong. */
static void
test_redirect_withholds_token (void)
{
  RawServer *there =
      raw_server_new (reply, (gpointer) "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
  RawServer *here = raw_server_new (redirect_to, (gpointer) raw_server_get_address (there));
  g_auto (Result) result = run (ARGS ("--bearer=t0ken", raw_server_get_address (here)), "", 0);
  g_auto (Result) bare = run (ARGS (raw_server_get_address (here)), "", 0);

  g_assert_nonnull (
      strstr (result.err, "led to another origin, so the credentials were not sent."));
  g_assert_null (strstr (result.err, "Check the token"));
  g_assert_nonnull (strstr (bare.err, "Send a token with --bearer"));
  raw_server_free (here);
  raw_server_free (there);
}

static void
end_with_retry (int fd, guint n, const char *request, gpointer data)
{
  raw_send (fd, STREAM);
  raw_send (fd, data);
}

/* retry: 0 and --retry-ms=0 are the floor; an absurd value of a server is limited, and reported. */
static void
test_retry_limits (void)
{
  static const struct
  {
    const char *option;
    const char *body;
    const char *delay;
    gboolean reported;
  } cases[] = {
    { "--retry-ms=0", "data: x\n\n", "\"delayMs\":100,", FALSE },
    { "--retry-ms=5000", "retry: 0\ndata: x\n\n", "\"delayMs\":100,", FALSE },
    { "--retry-ms=5000", "retry: 99999999\ndata: x\n\n", "\"delayMs\":3600000,", TRUE },
    { "--max-server-retry-ms=60000", "retry: 60001\ndata: x\n\n", "\"delayMs\":60000,", TRUE },
    { "--retry-ms=5000", "retry: 3600000\ndata: x\n\n", "\"delayMs\":3600000,", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      RawServer *server = raw_server_new (end_with_retry, (gpointer) cases[i].body);
      g_autoptr (GSubprocess) tail =
          spawn (G_SUBPROCESS_FLAGS_STDOUT_PIPE, ARGS ("--format=ndjson", "--all", cases[i].option,
                                                       raw_server_get_address (server)));
      g_autoptr (GDataInputStream) lines =
          g_data_input_stream_new (g_subprocess_get_stdout_pipe (tail));
      gboolean reported = FALSE;

      for (;;)
        {
          g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);

          g_assert_nonnull (line);
          reported = reported || strstr (line, "\"note\":\"retry\"") != NULL;
          if (strstr (line, "\"state\":\"waiting\"") == NULL)
            continue;
          g_test_message ("%s", line);
          g_assert_nonnull (strstr (line, cases[i].delay));
          break;
        }
      g_assert_cmpint (reported, ==, cases[i].reported);
      g_subprocess_force_exit (tail);
      g_subprocess_wait (tail, NULL, NULL);
      raw_server_free (server);
    }
}

/* A terminal where nothing arrives shows why; a pipe does not. */
static void
test_waiting_on_terminal (void)
{
  RawServer *server = raw_server_new (
      reply,
      (gpointer) "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
                 "retry: 500\ndata: x\n\n");
  const char *const arguments[] = { "--max-events=2", raw_server_get_address (server), NULL };
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  g_autoptr (GString) out = run_on_terminal (arguments, nothing);

  g_assert_nonnull (strstr (out->str, "Connecting again in 0.5 s."));
  g_assert_nonnull (strstr (strstr (out->str, "Connecting again"), "Connected to"));
  expect_out (ARGS ("--format=data", "--max-events=2", raw_server_get_address (server)), "",
              "x\nx\n");
  raw_server_free (server);
}

static void
test_no_reconnect (void)
{
  RawServer *server = raw_server_new (
      reply, (gpointer) "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: x\n\n");

  expect_out (ARGS ("--no-reconnect", "--format=data", raw_server_get_address (server)), "", "x\n");
  raw_server_free (server);
}

static void
one_event_then_wait (int fd, guint n, const char *request, gpointer data)
{
  g_autofree char *chunk = g_strdup_printf ("id: %u\ndata: %u\n\n", n, n);

  raw_send_chunked_head (fd);
  raw_send_chunk (fd, chunk);
  raw_wait_for_close (fd);
}

static void
read_line (GInputStream *stream, const char *expected)
{
  GString *line = g_string_new (NULL);
  char byte;

  while (g_input_stream_read (stream, &byte, 1, NULL, NULL) == 1 && byte != '\n')
    g_string_append_c (line, byte);
  g_assert_cmpstr (line->str, ==, expected);
  g_string_free (line, TRUE);
}

/* Output is there as soon as the input has nothing more to give, and SIGUSR1 cuts and resumes. */
static void
test_flush_and_cut (void)
{
  RawServer *server = raw_server_new (one_event_then_wait, NULL);
  g_autoptr (GSubprocess) process = spawn (G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                           ARGS ("--format=data", raw_server_get_address (server)));
  GInputStream *out = g_subprocess_get_stdout_pipe (process);

  read_line (out, "1");
  g_subprocess_send_signal (process, SIGUSR1);
  read_line (out, "2");
  g_subprocess_send_signal (process, SIGTERM);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  raw_server_free (server);
}

static void
test_closed_pipe (void)
{
  RawServer *server = raw_server_new (one_event_then_wait, NULL);
  g_autoptr (GSubprocess) process =
      spawn (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
             ARGS ("--format=data", raw_server_get_address (server)));
  char byte;

  read_line (g_subprocess_get_stdout_pipe (process), "1");
  /* The stream is quiet now: no write will tell that the reader went away. */
  g_assert_true (g_input_stream_close (g_subprocess_get_stdout_pipe (process), NULL, NULL));
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  g_assert_cmpint (
      g_input_stream_read (g_subprocess_get_stderr_pipe (process), &byte, 1, NULL, NULL), ==, 0);
  raw_server_free (server);
}

/* Each ends, and none writes where it should not. */
static void
test_closed_streams (void)
{
  const char *commands[] = { "printf 'data: x\\n\\n' | \"$0\" - >&-", "\"$0\" - <&-",
                             "\"$0\" /no/such/file 2>&-; test $? = 1",
                             "printf 'data: x\\n\\n' | \"$0\" - >/dev/full; test $? = 1" };

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (GSubprocess) process =
          g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL, "/bin/sh", "-c", commands[i],
                            tail_program, NULL);

      g_test_message ("%s", commands[i]);
      g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
    }
}

static void
reply_with_authorization (int fd, guint n, const char *request, gpointer data)
{
  const char *line = strstr (request, "Authorization: ");

  raw_send_head (fd);
  raw_send (fd, "data: ");
  if (line)
    raw_send_bytes (fd, line, strcspn (line, "\r"));
  raw_send (fd, "\n\n");
}

static void
test_secrets_from_files (void)
{
  RawServer *server = raw_server_new (reply_with_authorization, NULL);
  const char *url = raw_server_get_address (server);
  g_autofree char *file = NULL;
  g_autofree char *option = NULL;
  int fd = g_file_open_tmp ("weir-XXXXXX", &file, NULL);

  close (fd);
  option = g_strconcat ("@", file, NULL);
  g_assert_true (g_file_set_contents (file, "t0ken\n", -1, NULL));
  expect_out (ARGS ("--no-reconnect", "--format=data", "--bearer", option, url), "",
              "Authorization: Bearer t0ken\n");
  g_assert_true (g_file_set_contents (file, "me:pw\n", -1, NULL));
  expect_out (ARGS ("--no-reconnect", "--format=data", "--user", option, url), "",
              "Authorization: Basic bWU6cHc=\n");
  g_assert_true (g_file_set_contents (file, "Authorization: X y\nB: c\n", -1, NULL));
  expect_out (ARGS ("--no-reconnect", "--format=data", "-H", option, url), "",
              "Authorization: X y\n");
  g_assert_cmpint (unlink (file), ==, 0);
  g_setenv ("WEIR_BEARER", "env", TRUE);
  expect_out (ARGS ("--no-reconnect", "--format=data", url), "", "Authorization: Bearer env\n");
  /* What is asked for goes before what the environment holds. */
  expect_out (ARGS ("--no-reconnect", "--format=data", "-u", "me:pw", url), "",
              "Authorization: Basic bWU6cHc=\n");
  expect_out (ARGS ("--no-reconnect", "--format=data", "-H", "Authorization: X y", url), "",
              "Authorization: X y\n");
  g_setenv ("WEIR_USER", "me:pw", TRUE);
  expect_out (ARGS ("--no-reconnect", "--format=data", "--bearer=t", url), "",
              "Authorization: Bearer t\n");
  g_unsetenv ("WEIR_BEARER");
  expect_out (ARGS ("--no-reconnect", "--format=data", url), "", "Authorization: Basic bWU6cHc=\n");
  g_unsetenv ("WEIR_USER");
  raw_server_free (server);
}

/* Of the system's proxy as of one that was asked for: it is what was not reached, and not the server. */
static void
test_system_proxy (void)
{
  g_setenv ("http_proxy", "http://me:geheim@127.0.0.1:1", TRUE);
  expect_failure (ARGS ("--no-reconnect", "http://example.invalid/events"), 1,
                  "through the proxy. Nothing is listening at http://***@127.0.0.1:1");
  g_unsetenv ("http_proxy");
}

/* The answers' text alone is output; what is known of each, and that there was none, is told. */
static void
test_answer_format (void)
{
#define DELTA(delta) "data: {\"type\":\"content_block_delta\",\"delta\":{" delta "}}\n\n"
  g_autofree char *stream = g_strconcat (
      "event: message_start\n",
      "data: {\"type\":\"message_start\",\"message\":{\"id\":\"1\",\"model\":\"m\"}}\n\n",
      DELTA ("\"thinking\":\"Hm.\""), DELTA ("\"text\":\"\xe5\xa0\xb0 is\""), ": a comment\n\n",
      DELTA ("\"text\":\"\\na \\u001b[31mweir.\""),
      "data: {\"type\":\"content_block_start\",\"content_block\":{\"name\":\"measure\"}}\n\n",
      DELTA ("\"partial_json\":\"{}\""),
      "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},",
      "\"usage\":{\"output_tokens\":7}}\n\n", "data: {\"type\":\"message_stop\"}\n\n",
      "data: {\"id\":\"a\",\"object\":\"chat.completion.chunk\",",
      "\"choices\":[{\"delta\":{\"content\":\"Two.\"}}]}\n\n", NULL);
#undef DELTA
  g_auto (Result) text = run (ARGS ("--format=answer", "-"), stream, -1);
  g_auto (Result) all = run (ARGS ("--format=answer", "--all", "-"), stream, -1);
  g_autoptr (GBytes) input = g_bytes_new_static (stream, strlen (stream));
  g_autoptr (GString) terminal = run_on_terminal (ARGS ("--format=answer", "-"), input);
  g_auto (Result) none = run (ARGS ("--format=answer", "-"), "data: hello\n\n", -1);
  g_auto (Result) nothing = run (ARGS ("--format=answer", "-"), ": hello\n\n", -1);

  g_assert_cmpint (text.status, ==, 3);
  g_assert_cmpstr (text.out, ==, "\xe5\xa0\xb0 is\na \x1b[31mweir.\nTwo.\n");
  g_assert_cmpstr (text.err, ==,
                   "— complete: tool_use · m · Anthropic Messages · 7 tokens out\n"
                   "— cut off: finish_reason and [DONE] are missing · OpenAI Chat Completions · "
                   "about 1 token out (estimated)\n");
  g_assert_cmpstr (all.out, ==, "Hm.\n\n\xe5\xa0\xb0 is\na \x1b[31mweir.\n\nmeasure {}\nTwo.\n");
  g_assert_cmpstr (none.out, ==, "");
  g_assert_nonnull (strstr (terminal->str, "Hm."));
  g_assert_nonnull (strstr (terminal->str, "a \\x1b[31mweir."));
  g_assert_nonnull (strstr (none.err, "No answer of a language model arrived"));
  g_assert_null (strstr (nothing.err, "No answer"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  tail_program = argv[1];
  g_test_add_func ("/tail-network/terminal/waiting", test_waiting_on_terminal);
  g_test_add_func ("/tail-network/system-proxy", test_system_proxy);
  g_test_add_func ("/tail-network/answers", test_answers);
  g_test_add_func ("/tail-network/no-event", test_no_event);
  g_test_add_func ("/tail-network/records", test_records);
  g_test_add_func ("/tail-network/recorded-records", test_recorded_records);
  g_test_add_func ("/tail-network/frames", test_frames);
  g_test_add_func ("/tail-network/no-event-between", test_no_event_between);
  g_test_add_func ("/tail-network/accept-any", test_accept_any);
  g_test_add_func ("/tail-network/statuses", test_statuses);
  g_test_add_func ("/tail-network/attempts", test_attempts);
  g_test_add_func ("/tail-network/redirect-changes-method", test_redirect_changes_method);
  g_test_add_func ("/tail-network/redirect-withholds-token", test_redirect_withholds_token);
  g_test_add_func ("/tail-network/retry-limits", test_retry_limits);
  g_test_add_func ("/tail-network/credentials-wanted", test_credentials_wanted);
  g_test_add_func ("/tail-network/no-reconnect", test_no_reconnect);
  g_test_add_func ("/tail-network/flush-and-cut", test_flush_and_cut);
  g_test_add_func ("/tail-network/closed-pipe", test_closed_pipe);
  g_test_add_func ("/tail-network/closed-streams", test_closed_streams);
  g_test_add_func ("/tail-network/secrets-from-files", test_secrets_from_files);
  g_test_add_func ("/tail-network/answer-format", test_answer_format);
  return g_test_run ();
}
