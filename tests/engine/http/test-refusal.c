/* SPDX-License-Identifier: MIT */
/* What a server says of the reason why its answer is no event stream. */
#include "fixture.h"
#include "http/weir-refusal-private.h"

#include <string.h>

/* --- The words in a body ------------------------------------------------- */

static void
expect_words (const char *body, const char *expected)
{
  g_autoptr (WeirRequest) request = weir_request_new ("http://h/", NULL);
  g_autofree char *words = weir_refusal_read_words (body, strlen (body), request);

  g_assert_cmpstr (words, ==, expected);
}

static void
test_json (void)
{
  expect_words ("{\"error\":{\"type\":\"x\",\"message\":\"Name a \\u201cmodel\\u201d.\"}}",
                "Name a “model”.");
  expect_words ("{\"type\":\"error\",\"error\":{\"message\":\"Overloaded\"}}", "Overloaded");
  expect_words ("[{\"error\":{\"code\":400,\"message\":\"Bad key\"}}]", "Bad key");
  expect_words ("{\"code\":1,\"message\":\"No such room\"}", "No such room");
  expect_words ("{\"error\":\"not allowed\",\"status\":403}", "not allowed");
  expect_words ("{\"detail\":\"Not here\"}", "Not here");
  /* The sentence before the word, whichever comes first. */
  expect_words ("{\"error\":\"invalid\",\"message\":\"The id is too long.\"}",
                "The id is too long.");
  expect_words ("{\"error\":{\"message\":\"first\"},\"message\":\"second\"}", "first");
  expect_words ("{\"success\":false,\"errors\":[{\"code\":1,\"message\":\"No such zone\"}]}",
                "No such zone");
  expect_words ("{\"errors\":[\"Model is invalid\",\"Room is full\"]}", "Model is invalid");
  expect_words ("{\"error\":\"invalid_token\",\"error_description\":\"It expired.\"}",
                "It expired.");
  expect_words (
      "{\"detail\":[{\"loc\":[\"body\",\"q\"],\"msg\":\"Field required\"},{\"loc\":[\"x\"],"
      "\"msg\":\"y\"}]}",
      "body.q: Field required");
  expect_words ("{\"code\":40101,\"msg\":\"token expired\",\"data\":null}", "token expired");
  expect_words ("{\"error_code\":336003,\"error_msg\":\"too long\"}", "too long");
  expect_words ("{\"Message\":\"Not authorized\"}", "Not authorized");
  expect_words ("{\"errorMessage\":\"Timed out\",\"errorType\":\"X\"}", "Timed out");
  expect_words ("{\"fault\":{\"faultstring\":\"Invalid key\"}}", "Invalid key");
  expect_words ("{\"base_resp\":{\"status_code\":1004,\"status_msg\":\"login fail\"}}",
                "login fail");
  expect_words ("\"Bad model\"", "Bad model");
  /* Neither deeper down nor of another kind. */
  expect_words ("{\"a\":[{\"message\":\"x\"}],\"message\":1}",
                "{\"a\":[{\"message\":\"x\"}],\"message\":1}");
  expect_words ("{\"error\":{\"message\":\"cut\",\"stack\":\"at li", "cut");
}

static void
test_text (void)
{
  g_autofree char *body = g_strnfill (WEIR_REFUSAL_MOST_BYTES, 'x');
  g_autofree char *line = g_strnfill (200, 'x');
  g_autofree char *expected = g_strconcat (line, "…", NULL);

  expect_words ("", NULL);
  expect_words (" \r\n\t", NULL);
  expect_words ("\n  Too many\r\n\trequests. \n", "Too many requests.");
  expect_words ("a\033[31mb\x7f\xc2\x9b"
                "c\xe2\x80\xae",
                "a [31mb c\xef\xbf\xbd");
  expect_words ("\xff\xd8\xff\xe0 a picture", NULL);
  expect_words (body, expected);
  /* A character that is cut where reading stopped. */
  memcpy (body + WEIR_REFUSAL_MOST_BYTES - 2, "\xe4\xb8", 2);
  expect_words (body, expected);
  expect_words ("cut \xe4\xb8", NULL);
}

static void
test_pages (void)
{
  expect_words ("<html>\r\n<head><TITLE>403\nForbidden</TITLE></head><body>…", "403 Forbidden");
  expect_words ("<!doctype html><p>Nothing to say", NULL);
  expect_words (
      "<title>Denied &mdash; A &amp; B &#124; &#x43;&#xe4;&eacute;&nbsp;&unknown; &#0; & c;", NULL);
  expect_words ("<title>Denied &mdash; A &amp; B &#124; &#x43;&#xe4;&eacute;&nbsp;&unknown; &#0; & "
                "c;</title>",
                "Denied — A & B | Cäé &unknown; &#0; & c;");
  expect_words ("<title>Error</title><body><pre>Cannot GET &#47;events</pre>",
                "Cannot GET /events");
  expect_words ("<title>Error</title><body>", "Error");
  expect_words ("<html><body><h1>Bad Request</h1>", "Bad Request");
  expect_words ("<?xml version=\"1.0\"?><Error><Code>X</Code><Message>Access Denied</Message>",
                "Access Denied");
}

static void
test_secrets (void)
{
  static const char body[] = "{\"message\": \"t0p-bearer, hush&hush, pass-w0rd, coo-kie, abc, "
                             "hush%26hush and GET /?id=visible\"}";
  g_autoptr (WeirRequest) request =
      weir_request_new ("http://h/?id=visible&token=hush%26hush&key=abc", NULL);
  g_autofree char *words = NULL;

  weir_request_add_header (request, "X-Api-Token", "t0p-bearer", NULL);
  weir_request_add_header (request, "Cookie", "a=coo-kie; b=c", NULL);
  g_assert_true (weir_request_set_basic (request, "me", "pass-w0rd", NULL));
  words = weir_refusal_read_words (body, strlen (body), request);
  g_assert_cmpstr (words, ==, "***, ***, ***, ***, abc, *** and GET /?id=visible");
  g_assert_true (weir_request_set_bearer (request, "visible", NULL));
  g_free (words);
  words = weir_refusal_read_words (body, strlen (body), request);
  g_assert_nonnull (strstr (words, "GET /?id=***"));
}

/* --- On the way ---------------------------------------------------------- */

static void
reply (int fd, guint n, const char *request, gpointer data)
{
  raw_send (fd, data);
}

static void
reply_and_wait (int fd, guint n, const char *request, gpointer data)
{
  raw_send (fd, data);
  raw_wait_for_close (fd);
}

static void
expect_sentence (RawHandler handler, const char *answer, const char *kind, const char *end)
{
  Fixture f;
  const char *line;

  fixture_start (&f, handler, (gpointer) answer);
  line = story_wait (f.story, kind);
  g_test_message ("%s", line);
  g_assert_true (g_str_has_suffix (line, end));
  fixture_finish (&f);
}

static void
test_sentences (void)
{
  expect_sentence (reply,
                   "HTTP/1.1 400 Bad Request\r\nContent-Length: 29\r\n\r\n"
                   "{\"message\": \"Name a model.\"}\n",
                   "failed status: ",
                   "The server answered 400 Bad Request. The server says: “Name a "
                   "model.”");
  expect_sentence (reply,
                   "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Sign in</title>",
                   "failed content-type: ", "The server says: “Sign in”");
  expect_sentence (reply,
                   "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\ndata: {\"a\":1}\n\ndata",
                   "failed content-type: ",
                   "Its content type is text/plain, not text/event-stream. Its body reads like an "
                   "event stream; if it is one, the server has to announce “Content-Type: "
                   "text/event-stream”.");
  expect_sentence (reply,
                   "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nStarting, come back later.",
                   "failed content-type: ", "The server says: “Starting, come back later.”");
  expect_sentence (reply, "HTTP/1.1 404 Not Found\r\n\r\n<title>404 Not Found</title>",
                   "failed status: ", "The server answered 404 Not Found.");
  expect_sentence (reply,
                   "HTTP/1.1 500 Oh\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnone",
                   "failed status: ", "The server answered 500 Oh.");
  expect_sentence (reply,
                   "HTTP/1.1 500 Oh\r\nContent-Encoding: zzz\r\nContent-Length: 4\r\n\r\nnone",
                   "failed status: ", "The server answered 500 Oh.");
}

/* A body that goes on for ever is not waited for. */
static void
test_stalled (void)
{
  expect_sentence (reply_and_wait,
                   "HTTP/1.1 502 Oh\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHalf \r\n",
                   "failed status: ", "The server says: “Half”");
  expect_sentence (reply_and_wait, "HTTP/1.1 502 Oh\r\nContent-Length: 9\r\n\r\n",
                   "failed status: ", "The server answered 502 Oh.");
}

static void
answer_without_end (int fd, guint n, const char *request, gpointer data)
{
  raw_send (fd, "HTTP/1.1 503 Oh\r\nRetry-After: 0\r\nContent-Length: 9\r\n\r\nHalf");
  g_atomic_int_set ((int *) data, TRUE);
  raw_wait_for_close (fd);
}

/* Whoever closes the stream while the reason is read has closed it. */
static void
test_closed (void)
{
  int answered = FALSE;
  Fixture f;

  fixture_start (&f, answer_without_end, &answered);
  while (!g_atomic_int_get (&answered))
    g_main_context_iteration (NULL, FALSE);
  weir_stream_close (f.stream);
  story_wait (f.story, "ended cancelled");
  fixture_finish (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/refusal/json", test_json);
  g_test_add_func ("/refusal/text", test_text);
  g_test_add_func ("/refusal/pages", test_pages);
  g_test_add_func ("/refusal/secrets", test_secrets);
  g_test_add_func ("/refusal/sentences", test_sentences);
  g_test_add_func ("/refusal/stalled", test_stalled);
  g_test_add_func ("/refusal/closed", test_closed);
  return g_test_run ();
}
