/* SPDX-License-Identifier: MIT */
/* The readers of HTTP/1.x heads and bodies. */
#include "app/engine/http/weir-http-body.h"

#include <string.h>

static void
test_measure (void)
{
  static const char request[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\nrest";
  gsize whole = strlen (request) - strlen ("rest");

  for (gsize length = 0; length < strlen (request); length++)
    for (gsize from = 0; from <= MIN (length, whole - 1); from++)
      g_assert_cmpuint (weir_http_head_measure (request, length, from), ==,
                        length < whole ? 0 : whole);
  g_assert_cmpuint (weir_http_head_measure ("GET / HTTP/1.1\n\n", 16, 0), ==, 16);
  /* As TLS begins. */
  g_assert_cmpuint (weir_http_head_measure ("\x16\x03\x01", 3, 0), ==, 3);
}

static WeirHttpHead *
parse_request (const char *text, GError **error)
{
  return weir_http_head_parse_request (text, strlen (text), error);
}

static void
test_request (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirHttpHead) head =
      parse_request ("POST /a?b=%20 HTTP/1.1\r\nHost: x:1\r\nEMPTY:\r\nx-list: one ,  Two\r\n"
                     "X-List:three\r\n\r\n",
                     &error);

  g_assert_no_error (error);
  g_assert_cmpstr (head->method, ==, "POST");
  g_assert_cmpstr (head->target, ==, "/a?b=%20");
  g_assert_cmpuint (head->status, ==, 0);
  g_assert_cmpstr (weir_http_head_get (head, "host"), ==, "x:1");
  g_assert_cmpstr (weir_http_head_get (head, "Empty"), ==, "");
  g_assert_null (weir_http_head_get (head, "Hos"));
  g_assert_cmpuint (weir_http_head_count (head, "X-List"), ==, 2);
  g_assert_true (weir_http_head_has_token (head, "X-LIST", "two"));
  g_assert_true (weir_http_head_has_token (head, "X-LIST", "Three"));
  g_assert_false (weir_http_head_has_token (head, "X-LIST", "tw"));
  g_assert_true (weir_http_head_keeps_alive (head));
}

static void
test_refused_heads (void)
{
  static const char *const requests[] = {
    "GET /\r\n\r\n",
    "GET  / HTTP/1.1\r\n\r\n",
    "GET / HTTP/2.0\r\n\r\n",
    "GET / HTTP/1.1 \r\n\r\n",
    "G(T / HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\r\nno colon\r\n\r\n",
    "GET / HTTP/1.1\r\nspace : x\r\n\r\n",
    "GET / HTTP/1.1\r\n folded: x\r\n\r\n",
    "GET / HTTP/1.1\r\na: b\rc\r\n\r\n",
    "\r\n\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse_request (requests[i], &error));
      g_assert_error (error, WEIR_HTTP_ERROR, WEIR_HTTP_ERROR_MALFORMED);
    }
}

static void
test_response (void)
{
  g_autoptr (GError) error = NULL;
  static const char text[] = "HTTP/1.0 404 Not Found\r\n\r\n";
  static const char bare[] = "HTTP/1.1 200\r\n\r\n";
  static const char wrong[] = "HTTP/1.1 2000 x\r\n\r\n";
  static const char zero[] = "HTTP/1.1 000 x\r\n\r\n";
  g_autoptr (WeirHttpHead) head = weir_http_head_parse_response (text, strlen (text), &error);
  g_autoptr (WeirHttpHead) short_one = weir_http_head_parse_response (bare, strlen (bare), &error);

  g_assert_no_error (error);
  g_assert_cmpuint (head->status, ==, 404);
  g_assert_cmpstr (head->reason, ==, "Not Found");
  g_assert_false (weir_http_head_keeps_alive (head));
  g_assert_cmpstr (short_one->reason, ==, "");
  g_assert_null (weir_http_head_parse_response (wrong, strlen (wrong), &error));
  g_assert_error (error, WEIR_HTTP_ERROR, WEIR_HTTP_ERROR_MALFORMED);
  g_assert_null (weir_http_head_parse_response (zero, strlen (zero), NULL));
}

/* Reads a body in pieces of step bytes; what is left over goes to rest. NULL: refused. */
static char *
read_body (const char *head_text, const char *bytes, gsize step, gboolean *done, gsize *rest)
{
  g_autoptr (WeirHttpHead) head = parse_request (head_text, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  gsize length = strlen (bytes);
  gsize at = 0;
  WeirHttpBody body;

  if (!weir_http_body_init (&body, head, NULL, NULL))
    return NULL;
  while (at < length && !weir_http_body_is_done (&body))
    {
      const WeirSpan input = { bytes + at, MIN (step, length - at) };
      WeirSpan payload;
      gssize n = weir_http_body_read (&body, &input, &payload, NULL);

      if (n < 0)
        return NULL;
      at += n;
      g_string_append_len (text, payload.text, payload.length);
    }
  *done = weir_http_body_is_done (&body);
  *rest = length - at;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_bodies (void)
{
  static const struct
  {
    const char *field, *bytes, *body;
    gboolean done;
    gsize rest;
  } cases[] = {
    { "", "next", "", TRUE, 4 },
    { "Content-Length: 0\r\n", "next", "", TRUE, 4 },
    { "Content-Length: 5\r\n", "hellonext", "hello", TRUE, 4 },
    { "Content-Length: 50\r\n", "hello", "hello", FALSE, 0 },
    { "Transfer-Encoding: chunked\r\n", "0\r\n\r\nnext", "", TRUE, 4 },
    { "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n00A;x=\"y\"\r\n, world!!!\r\n0\r\n\r\nnext",
      "hello, world!!!", TRUE, 4 },
    { "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\nTrailer: x\r\nB: y\r\n\r\nnext", "abc",
      TRUE, 4 },
    { "Transfer-Encoding: chunked\r\n", "3\nabc\n0\n\nnext", "abc", TRUE, 4 },
    { "Transfer-Encoding: chunked\r\n", "5\r\nhel", "hel", FALSE, 0 },
    { "Transfer-Encoding: chunked\r\n", "zz\r\n", NULL, FALSE, 0 },
    { "Transfer-Encoding: chunked\r\n", "\r\n", NULL, FALSE, 0 },
    { "Transfer-Encoding: chunked\r\n", "2\r\nabc\r\n", NULL, FALSE, 0 },
    { "Transfer-Encoding: chunked\r\n", "2x\r\nab\r\n", NULL, FALSE, 0 },
    { "Transfer-Encoding: chunked\r\n", "10000000000000000\r\n", NULL, FALSE, 0 },
    { "Transfer-Encoding: gzip\r\n", "", NULL, FALSE, 0 },
    { "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "", NULL, FALSE, 0 },
    { "Content-Length: 5\r\nContent-Length: 6\r\n", "", NULL, FALSE, 0 },
    { "Content-Length: -5\r\n", "", NULL, FALSE, 0 },
    { "Content-Length: 5, 5\r\n", "", NULL, FALSE, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize step = 1; step < 40; step++)
      {
        g_autofree char *head = g_strdup_printf ("PUT / HTTP/1.1\r\n%s\r\n", cases[i].field);
        gboolean done = FALSE;
        gsize rest = 0;
        g_autofree char *body = read_body (head, cases[i].bytes, step, &done, &rest);

        g_assert_cmpstr (body, ==, cases[i].body);
        g_assert_cmpint (done, ==, cases[i].done);
        g_assert_cmpuint (rest, ==, cases[i].rest);
      }
}

static WeirHttpBodyKind
kind_of_response (const char *text, const char *method)
{
  g_autoptr (WeirHttpHead) head = weir_http_head_parse_response (text, strlen (text), NULL);
  WeirHttpBody body;

  g_assert_true (weir_http_body_init (&body, head, method, NULL));
  g_assert_cmpint (body.kind == WEIR_HTTP_BODY_NONE, ==, weir_http_body_is_done (&body));
  return body.kind;
}

static void
test_response_bodies (void)
{
  static const char *const none[] = { "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
                                      "HTTP/1.1 304 \r\n\r\n",
                                      "HTTP/1.1 101 Switching Protocols\r\n\r\n" };

  for (guint i = 0; i < G_N_ELEMENTS (none); i++)
    g_assert_cmpint (kind_of_response (none[i], "GET"), ==, WEIR_HTTP_BODY_NONE);
  g_assert_cmpint (kind_of_response ("HTTP/1.1 200 OK\r\n\r\n", "GET"), ==,
                   WEIR_HTTP_BODY_UNTIL_CLOSE);
  g_assert_cmpint (kind_of_response ("HTTP/1.1 200 OK\r\n\r\n", "HEAD"), ==, WEIR_HTTP_BODY_NONE);
  g_assert_cmpint (
      kind_of_response ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "GET"), ==,
      WEIR_HTTP_BODY_CHUNKED);
  g_assert_cmpint (kind_of_response ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "GET"), ==,
                   WEIR_HTTP_BODY_LENGTH);
}

/* Chunked is the last coding, and is there once; otherwise others read another end of the body. */
static void
test_codings (void)
{
  static const struct
  {
    const char *fields;
    gboolean is_chunked;
  } cases[] = {
    { "Transfer-Encoding: chunked\r\n", TRUE },
    { "Transfer-Encoding: CHUNKED\r\n", TRUE },
    { "Transfer-Encoding: gzip, chunked\r\n", TRUE },
    { "Transfer-Encoding: gzip\r\ntransfer-encoding: chunked\r\n", TRUE },
    { "Transfer-Encoding: chunked, gzip\r\n", FALSE },
    { "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", FALSE },
    { "Transfer-Encoding: gzip, chunked\r\nTransfer-Encoding: chunkedx\r\n", FALSE },
    { "Transfer-Encoding: chunked, chunked\r\n", FALSE },
    { "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", FALSE },
    { "Transfer-Encoding: chunked;q=1\r\n", FALSE },
    { "Transfer-Encoding:\r\n", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("POST / HTTP/1.1\r\n%s\r\n", cases[i].fields);
      g_autoptr (WeirHttpHead) head = parse_request (text, NULL);
      WeirHttpBody body;

      g_assert_cmpint (weir_http_body_init (&body, head, NULL, NULL), ==, cases[i].is_chunked);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/head/measure", test_measure);
  g_test_add_func ("/http/head/request", test_request);
  g_test_add_func ("/http/head/refused", test_refused_heads);
  g_test_add_func ("/http/head/response", test_response);
  g_test_add_func ("/http/body/of-requests", test_bodies);
  g_test_add_func ("/http/body/of-responses", test_response_bodies);
  g_test_add_func ("/http/body/codings", test_codings);
  return g_test_run ();
}
