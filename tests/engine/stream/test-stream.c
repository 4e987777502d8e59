/* SPDX-License-Identifier: MIT */
/* WeirStream against real sockets that behave as badly as they like. */
#include "fixture.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- What is asked ------------------------------------------------------- */

static void
reply_with_request (int fd, guint n, const char *request, gpointer data)
{
  g_auto (GStrv) lines = g_strsplit (request, "\r\n", -1);

  raw_send_head (fd);
  for (gsize i = 0; lines[i]; i++)
    {
      g_autofree char *line = g_strdup_printf ("data: %s\n\n", lines[i]);

      raw_send (fd, line);
    }
}

static void
test_headers (void)
{
  Fixture f;

  fixture_prepare (&f, reply_with_request, NULL, "/events?a=1");
  weir_request_get_options (f.request)->no_reconnect = TRUE;
  g_assert_true (weir_request_add_header_line (f.request, "X-Own: yes", NULL));
  g_assert_true (weir_request_add_header_line (f.request, "Cookie: sid=s3cret; b=c", NULL));
  g_assert_true (weir_request_set_last_event_id (f.request, "ä€😀", NULL));
  g_assert_true (weir_request_set_bearer (f.request, "s3cret", NULL));
  fixture_go (&f);
  story_wait (f.story, "ended server");

  g_assert_true (story_has (f.story, "event message ä€😀 GET /events?a=1 HTTP/1.1"));
  g_assert_true (story_has (f.story, "event message ä€😀 Accept: text/event-stream"));
  g_assert_true (story_has (f.story, "event message ä€😀 Cache-Control: no-cache"));
  g_assert_true (story_has (f.story, "event message ä€😀 User-Agent: weir/"));
  g_assert_true (story_has (f.story, "event message ä€😀 Last-Event-ID: ä€😀"));
  g_assert_true (story_has (f.story, "event message ä€😀 Authorization: Bearer s3cret"));
  g_assert_true (story_has (f.story, "event message ä€😀 X-Own: yes"));
  g_assert_true (story_has (f.story, "event message ä€😀 Cookie: sid=s3cret; b=c"));
  g_assert_nonnull (
      strstr (story_get_info (f.story)->request_headers, "Authorization: Bearer ***\n"));
  g_assert_null (strstr (story_get_info (f.story)->request_headers, "s3cret"));
  fixture_finish (&f);
}

static void
test_post (void)
{
  Fixture f;
  g_autoptr (GBytes) body = g_bytes_new_static ("{\"q\":1}", 7);

  fixture_prepare (&f, reply_with_request, NULL, "/ask");
  weir_request_set_body (f.request, body);
  fixture_go (&f);
  /* The end comes, and the request is not sent a second time. */
  story_wait (f.story, "note not-repeated");
  story_expect (f.story, "ended server");
  g_assert_true (story_has (f.story, "event message  POST /ask HTTP/1.1"));
  g_assert_true (story_has (f.story, "event message  {\"q\":1}"));
  g_assert_cmpuint (raw_server_get_n_connections (f.server), ==, 1);
  fixture_finish (&f);
}

static void
test_post_repeated (void)
{
  Fixture f;
  g_autoptr (GBytes) body = g_bytes_new_static ("{}", 2);

  fixture_prepare (&f, reply_with_request, NULL, "/ask");
  weir_request_set_body (f.request, body);
  weir_request_get_options (f.request)->repeat_body = TRUE;
  fixture_go (&f);
  story_wait (f.story, "waiting server");
  story_wait (f.story, "event message  POST /ask");
  fixture_finish (&f);
}

/* --- What is answered ---------------------------------------------------- */

/* data is the whole answer. */
static void
reply (int fd, guint n, const char *request, gpointer data)
{
  raw_send (fd, data);
}

static void
expect_answer (const char *answer, const char *line)
{
  Fixture f;

  fixture_start (&f, reply, (gpointer) answer);
  story_wait (f.story, line);
  fixture_finish (&f);
}

static void
test_answers (void)
{
  expect_answer ("HTTP/1.1 204 No Content\r\n\r\n", "ended no-content");
  expect_answer ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "failed status: ");
  expect_answer ("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", "failed status: ");
  expect_answer ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>",
                 "failed content-type: ");
  expect_answer ("HTTP/1.1 200 OK\r\n\r\ndata: x\n\n", "failed content-type: ");
  expect_answer ("HTTP/1.1 200 OK\r\nContent-Type: text/event-streams\r\n\r\n",
                 "failed content-type: ");
  expect_answer ("HTTP/1.1 200 OK\r\nContent-Type: TEXT/Event-Stream; charset=x\r\n\r\ndata: 1\n\n",
                 "event message  1");
  expect_answer ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream;charset=GBK\r\n\r\n",
                 "note charset: The server announces charset=GBK.");
  expect_answer ("HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 2\n\n",
                 "event message  2");
  expect_answer (
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9\r\n\r\ndata: 3\n\n",
      "event message  3");
  expect_answer ("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "failed redirect: ");
  expect_answer ("HTTP/1.1 301 Moved\r\nLocation: ftp://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
                 "failed redirect: ");
  expect_answer ("HTTP/1.1 307 Again\r\nLocation: /events\r\nContent-Length: 0\r\n\r\n",
                 "failed redirect: ");
  expect_answer ("HTTP/1.1 307 Again\r\nLocation: http://\r\nContent-Length: 0\r\n\r\n",
                 "failed redirect: ");
  expect_answer ("nonsense\r\n\r\n", "failed ");
}

static void
test_utf_8_announced (void)
{
  static const char *const types[] = {
    "text/event-stream",
    "text/event-stream; charset=utf-8",
    "text/event-stream;charset=\"UTF-8\"",
    "text/event-stream; charset=utf8",
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *answer =
          g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: %s\r\n\r\ndata: x\n\n", types[i]);
      Fixture f;

      fixture_start (&f, reply, answer);
      story_wait (f.story, "event message  x");
      g_assert_false (story_has (f.story, "note charset"));
      fixture_finish (&f);
    }
}

static void
test_refused (void)
{
  Story *story = story_new ();
  RawServer *server = raw_server_new (reply, (gpointer) "");
  g_autofree char *url = g_strdup (raw_server_get_address (server));
  g_autoptr (WeirRequest) request = NULL;
  WeirStream *stream;

  raw_server_free (server);
  request = weir_request_new (url, NULL);
  stream = weir_stream_new (request, WEIR_SINK (story));
  weir_stream_open (stream);
  story_wait (story, "failed refused: Nothing is listening at http://127.0.0.1:");
  g_object_unref (stream);
  g_object_unref (story);
}

/* --- Redirects ----------------------------------------------------------- */

/* The first request is sent elsewhere: to the address in data. */
static void
redirect (int fd, guint n, const char *request, gpointer data)
{
  g_autofree char *answer = g_strdup_printf (
      "HTTP/1.1 307 Go\r\nLocation: %s/there?token=abc\r\nContent-Length: 0\r\n\r\n",
      (char *) data);

  raw_send (fd, answer);
}

static void
test_redirect_drops_credentials (void)
{
  RawServer *there = raw_server_new (reply_with_request, NULL);
  Fixture f;

  fixture_prepare (&f, redirect, (gpointer) raw_server_get_address (there), "/here");
  weir_request_get_options (f.request)->no_reconnect = TRUE;
  g_assert_true (weir_request_set_bearer (f.request, "s3cret", NULL));
  g_assert_true (weir_request_add_header_line (f.request, "Cookie: a=b", NULL));
  g_assert_true (weir_request_add_header_line (f.request, "X-Plain: yes", NULL));
  g_assert_true (weir_request_add_header_line (f.request, "Accept-Language: zh", NULL));
  g_assert_true (weir_request_set_last_event_id (f.request, "7", NULL));
  fixture_go (&f);
  story_wait (f.story, "ended server");
  g_assert_true (story_has (f.story, "note redirected: Redirected (307) to another origin"));
  g_assert_true (story_has (f.story, "event message 7 GET /there?token=abc HTTP/1.1"));
  /* Only what Weir itself would send, and the position in the stream. */
  g_assert_true (story_has (f.story, "event message 7 Accept-Language: zh"));
  g_assert_true (story_has (f.story, "event message 7 Last-Event-ID: 7"));
  g_assert_false (story_has (f.story, "event message 7 X-Plain"));
  g_assert_false (story_has (f.story, "event message 7 Authorization"));
  g_assert_false (story_has (f.story, "event message 7 Cookie"));
  g_assert_true (g_str_has_suffix (story_get_info (f.story)->url, "/there?token=***"));
  fixture_finish (&f);
  raw_server_free (there);
}

static void
redirect_within (int fd, guint n, const char *request, gpointer data)
{
  if (g_strstr_len (request, -1, "/second"))
    reply_with_request (fd, n, request, data);
  else
    raw_send (fd, "HTTP/1.1 303 Go\r\nLocation: second\r\nContent-Length: 0\r\n\r\n");
}

static void
test_redirect_within (void)
{
  Fixture f;
  g_autoptr (GBytes) body = g_bytes_new_static ("{}", 2);

  fixture_prepare (&f, redirect_within, NULL, "/first");
  weir_request_get_options (f.request)->no_reconnect = TRUE;
  weir_request_set_body (f.request, body);
  g_assert_true (weir_request_set_basic (f.request, "me", "pw", NULL));
  fixture_go (&f);
  story_wait (f.story, "ended server");
  g_assert_true (story_has (f.story, "event message  GET /second HTTP/1.1"));
  g_assert_true (story_has (f.story, "event message  Authorization: Basic bWU6cHc="));
  fixture_finish (&f);
}

/* --- A proxy ------------------------------------------------------------- */

/* Asks for its own credentials first, and answers for the server then. */
static void
be_proxy (int fd, guint n, const char *request, gpointer data)
{
  if (strstr (request, "Proxy-Authorization: Basic bWU6cHc="))
    reply_with_request (fd, n, request, data);
  else
    raw_send (fd, "HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                  "Content-Length: 0\r\nConnection: close\r\n\r\n");
}

static void
test_proxy (void)
{
  Fixture f;
  g_autoptr (WeirRequest) request = weir_request_new ("http://example.invalid/events", NULL);
  g_autofree char *proxy = NULL;

  fixture_prepare (&f, be_proxy, NULL, "/");
  proxy =
      g_strdup_printf ("http://me:pw@%s", raw_server_get_address (f.server) + strlen ("http://"));
  g_set_object (&f.request, request);
  weir_request_get_options (f.request)->no_reconnect = TRUE;
  g_assert_true (weir_request_set_proxy (f.request, proxy, NULL));
  fixture_go (&f);
  story_wait (f.story, "ended server");
  g_assert_true (story_has (f.story, "event message  GET http://example.invalid/events HTTP/1.1"));
  g_assert_null (strstr (story_get_info (f.story)->request_headers, "bWU6cHc="));
  fixture_finish (&f);
}

static void
test_proxy_refuses (void)
{
  Fixture f;
  g_autofree char *proxy = NULL;

  fixture_prepare (&f, be_proxy, NULL, "/");
  proxy = g_strdup (raw_server_get_address (f.server));
  g_assert_true (weir_request_set_proxy (f.request, proxy, NULL));
  fixture_go (&f);
  story_wait (f.story, "failed proxy: Could not reach http:");
  fixture_finish (&f);
}

/* --- What is kept for the next connection -------------------------------- */

static void
set_cookie (int fd, guint n, const char *request, gpointer data)
{
  const char *cookie = strstr (request, "Cookie: ");
  g_autofree char *event = NULL;

  if (cookie)
    event = g_strdup_printf ("data: %.*s\n\n", (int) strcspn (cookie, "\r"), cookie);
  raw_send (fd, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                "Set-Cookie: session=s3cret; Path=/\r\nConnection: close\r\n\r\n");
  raw_send (fd, event ? event : "data: none\n\n");
  if (cookie)
    raw_wait_for_close (fd);
}

static void
test_cookies (void)
{
  Fixture f;

  fixture_start (&f, set_cookie, NULL);
  story_wait (f.story, "event message  none");
  story_wait (f.story, "event message  Cookie: session=s3cret");
  g_assert_nonnull (strstr (story_get_info (f.story)->request_headers, "Cookie: session=***"));
  g_assert_null (strstr (story_get_info (f.story)->response_headers, "s3cret"));
  fixture_finish (&f);
}

/* --- Wishes -------------------------------------------------------------- */

static void
test_cut (void)
{
  Fixture f;

  fixture_start (&f, stay_silent, (gpointer) "open");
  story_wait (f.story, "event message 7 x");
  weir_stream_cut (f.stream);
  story_expect (f.story, "waiting cancelled 0");
  story_expect (f.story, "connecting");
  g_assert_cmpuint (story_get_info (f.story)->number, ==, 2);
  story_expect (f.story, "open");
  g_assert_cmpstr (story_get_info (f.story)->last_event_id, ==, "7");
  story_wait (f.story, "event message 7 x");
  g_assert_true (weir_stream_set_last_event_id (f.stream, "99", NULL));
  weir_stream_cut (f.stream);
  story_wait (f.story, "open");
  g_assert_cmpstr (story_get_info (f.story)->last_event_id, ==, "99");
  g_assert_false (weir_stream_set_last_event_id (f.stream, "9\n9", NULL));
  fixture_finish (&f);
}

static void
test_close (void)
{
  Fixture f;

  fixture_start (&f, stay_silent, (gpointer) "open");
  story_wait (f.story, "event message 7 x");
  weir_stream_close (f.stream);
  story_wait (f.story, "ended cancelled");
  weir_stream_close (f.stream);
  weir_stream_open (f.stream);
  story_wait (f.story, "event message 7 x");
  fixture_finish (&f);
}

static void
test_close_while_connecting (void)
{
  Fixture f;

  fixture_start (&f, stay_silent, NULL);
  story_wait (f.story, "connecting");
  weir_stream_close (f.stream);
  story_wait (f.story, "ended cancelled");
  fixture_finish (&f);
}

static void
test_enough (void)
{
  Fixture f;

  fixture_prepare (&f, one_event_each, NULL, "/");
  story_set_enough (f.story, 2);
  fixture_go (&f);
  story_wait (f.story, "event message 2");
  story_wait (f.story, "ended cancelled");
  fixture_finish (&f);
}

/* --- The main thread's side ---------------------------------------------- */

static void
test_properties (void)
{
  Fixture f;

  fixture_start (&f, reply, (gpointer) "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  while (weir_stream_get_state (f.stream) != WEIR_STREAM_STATE_ENDED)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (strstr (weir_stream_get_error (f.stream), "404"));
  g_assert_cmpstr (weir_stream_get_status_text (f.stream), ==, weir_stream_get_error (f.stream));
  g_assert_cmpuint (weir_stream_get_connection (f.stream)->status, ==, 404);
  fixture_finish (&f);
}

static void
test_many_at_once (void)
{
  Fixture streams[40];

  for (gsize i = 0; i < G_N_ELEMENTS (streams); i++)
    fixture_start (&streams[i], stay_silent, (gpointer) "open");
  for (gsize i = 0; i < G_N_ELEMENTS (streams); i++)
    story_wait (streams[i].story, "event message 7 x");
  for (gsize i = 0; i < G_N_ELEMENTS (streams); i++)
    fixture_finish (&streams[i]);
}

/* --- Limits -------------------------------------------------------------- */

static void
endless_line (int fd, guint n, const char *request, gpointer data)
{
  g_autofree char *block = g_strnfill (65536, 'x');

  raw_send_head (fd);
  raw_send (fd, "data: 1\n\ndata: ");
  for (int i = 0; i < 512; i++)
    raw_send (fd, block);
  raw_send (fd, "\n\ndata: 2\n\n");
}

static void
test_limit (void)
{
  Fixture f;

  fixture_start (&f, endless_line, NULL);
  story_wait (f.story, "event message  1");
  story_wait (f.story, "failed too-large");
  fixture_finish (&f);

  fixture_prepare (&f, endless_line, NULL, "/");
  weir_request_get_options (f.request)->on_limit = WEIR_ON_LIMIT_SKIP;
  fixture_go (&f);
  story_wait (f.story, "finding line-too-long");
  story_wait (f.story, "event message  2");
  fixture_finish (&f);
}

static void
test_file (void)
{
  g_autofree char *name = NULL;
  g_autoptr (WeirRequest) request = NULL;
  Story *story = story_new ();
  WeirStream *stream;
  int fd = g_file_open_tmp ("weir-XXXXXX.sse", &name, NULL);

  g_assert_cmpint (write (fd, "id: 1\ndata: x\n\n", 15), ==, 15);
  close (fd);
  request = weir_request_new (name, NULL);
  stream = weir_stream_new (request, WEIR_SINK (story));
  weir_stream_open (stream);
  story_wait (story, "event message 1 x");
  story_wait (story, "ended server");
  g_object_unref (stream);
  g_clear_object (&request);

  g_assert_cmpint (unlink (name), ==, 0);
  request = weir_request_new (name, NULL);
  stream = weir_stream_new (request, WEIR_SINK (story));
  weir_stream_open (stream);
  story_wait (story, "failed file: The file");
  g_object_unref (stream);
  g_object_unref (story);
}

/* A pipe whose writer is silent can be closed, and a program that writes to it is read. */
static void
test_fifo (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-XXXXXX", NULL);
  g_autofree char *name = g_build_filename (folder, "pipe", NULL);
  g_autoptr (WeirRequest) request = NULL;
  Story *story = story_new ();
  WeirStream *stream;
  int fd;

  g_assert_cmpint (mkfifo (name, 0600), ==, 0);
  request = weir_request_new (name, NULL);
  stream = weir_stream_new (request, WEIR_SINK (story));
  weir_stream_open (stream);
  story_wait (story, "open");
  fd = open (name, O_WRONLY);
  g_assert_cmpint (write (fd, "data: 1\n\n", 9), ==, 9);
  story_wait (story, "event message  1");
  weir_stream_close (stream);
  story_wait (story, "ended cancelled");
  close (fd);
  g_object_unref (stream);
  g_object_unref (story);
  unlink (name);
  rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stream/headers", test_headers);
  g_test_add_func ("/stream/post", test_post);
  g_test_add_func ("/stream/post-repeated", test_post_repeated);
  g_test_add_func ("/stream/answers", test_answers);
  g_test_add_func ("/stream/utf-8-announced", test_utf_8_announced);
  g_test_add_func ("/stream/refused", test_refused);
  g_test_add_func ("/stream/redirect/credentials", test_redirect_drops_credentials);
  g_test_add_func ("/stream/redirect/within", test_redirect_within);
  g_test_add_func ("/stream/proxy", test_proxy);
  g_test_add_func ("/stream/proxy-refuses", test_proxy_refuses);
  g_test_add_func ("/stream/cookies", test_cookies);
  g_test_add_func ("/stream/cut", test_cut);
  g_test_add_func ("/stream/close", test_close);
  g_test_add_func ("/stream/close-while-connecting", test_close_while_connecting);
  g_test_add_func ("/stream/enough", test_enough);
  g_test_add_func ("/stream/properties", test_properties);
  g_test_add_func ("/stream/many-at-once", test_many_at_once);
  g_test_add_func ("/stream/limit", test_limit);
  g_test_add_func ("/stream/file", test_file);
  g_test_add_func ("/stream/fifo", test_fifo);
  return g_test_run ();
}
