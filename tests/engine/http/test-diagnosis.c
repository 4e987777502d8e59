/* SPDX-License-Identifier: MIT */
/* Why a body has no event, and what a response's Content-Type headers mean. */
#include "http/weir-mime-type-private.h"
#include "http/weir-refusal-private.h"

#include <string.h>

static void
test_kinds (void)
{
  static const struct
  {
    const char *body;
    gsize length; /* 0: a string */
    WeirDiagnosis expected;
  } cases[] = {
    { "hello", 0, WEIR_DIAGNOSIS_TEXT },
    { "[12:03] hello", 0, WEIR_DIAGNOSIS_TEXT },
    { "{hello}", 0, WEIR_DIAGNOSIS_TEXT },
    { ": ping\n\n", 0, WEIR_DIAGNOSIS_FIELDS },
    { "\xef\xbb\xbfid: 1\n\n", 0, WEIR_DIAGNOSIS_FIELDS },
    { "event: x\n\nretry: 5\n", 0, WEIR_DIAGNOSIS_FIELDS },
    { "data: {\"a\":1}\ndata: {\"a\":2}\n", 0, WEIR_DIAGNOSIS_NO_BLANK_LINE },
    { "data: {\"a\":\"x\\n\\ny\"}\n", 0, WEIR_DIAGNOSIS_NO_BLANK_LINE },
    { "data", 0, WEIR_DIAGNOSIS_NO_BLANK_LINE },
    { "data: a\\n\\ndata: b\\n\\n", 0, WEIR_DIAGNOSIS_LITERAL_LINES },
    { "event: x\\ndata: y", 0, WEIR_DIAGNOSIS_LITERAL_LINES },
    { "data: a\\r\\n\\r\\n\n", 0, WEIR_DIAGNOSIS_LITERAL_LINES },
    { "\"data: {}\\n\\n\"", 0, WEIR_DIAGNOSIS_LITERAL_LINES },
    { "1a\r\ndata: {\"a\":1}\r\n", 0, WEIR_DIAGNOSIS_CHUNK_SIZES },
    { "2F;ext=1\r\nid: 7\r\n", 0, WEIR_DIAGNOSIS_CHUNK_SIZES },
    { "2026-11-30T12:00:00.123Z data: a\n2026-11-30T12:00:01Z \n", 0, WEIR_DIAGNOSIS_TIME_STAMPS },
    { "[12:00:00] event: x\n[12:00:00] data: a\n", 0, WEIR_DIAGNOSIS_TIME_STAMPS },
    { "Nov 30 12:00:00 host app[1]: data: a\n", 0, WEIR_DIAGNOSIS_TIME_STAMPS },
    { "1796040000.123 data: a\n", 0, WEIR_DIAGNOSIS_TIME_STAMPS },
    { "> data: a\n> \n", 0, WEIR_DIAGNOSIS_PREFIXED },
    { "  data: a\n\n  data: b\n\n", 0, WEIR_DIAGNOSIS_INDENTED },
    { "b'data: a\\n\\n'b'data: b\\n\\n'", 0, WEIR_DIAGNOSIS_LITERAL_LINES },
    { "data=a\n\n", 0, WEIR_DIAGNOSIS_FIELD_NAMES },
    { "ZGF0YTogaGkKCmRhdGE6IGhv\nCgo=\n", 0, WEIR_DIAGNOSIS_BASE64 },
    { "ZGF0YTogaGkKCmRhdGE6IGhv is a word", 0, WEIR_DIAGNOSIS_TEXT },
    { "f:{\"messageId\":\"m\"}\n0:\"Hel\"\n0:\"lo\"\n", 0, WEIR_DIAGNOSIS_VERCEL },
    { "[{\"candidates\": []},\n{\"candidates\": []}]", 0, WEIR_DIAGNOSIS_GEMINI_ARRAY },
    { "<br />\n<b>Fatal error</b>: x", 0, WEIR_DIAGNOSIS_HTML },
    { "Data: a\n\n", 0, WEIR_DIAGNOSIS_FIELD_NAMES },
    { "data : a\n\n", 0, WEIR_DIAGNOSIS_FIELD_NAMES },
    { "{\"error\":{\"message\":\"x\"}}", 0, WEIR_DIAGNOSIS_JSON },
    { "\n[1,\n2]\n", 0, WEIR_DIAGNOSIS_JSON },
    { "{\"a\":{\"cut", 0, WEIR_DIAGNOSIS_JSON },
    { "{\"a\":1}\n{\"a\":2}\n", 0, WEIR_DIAGNOSIS_NDJSON },
    { "{\"a\":1}\r\n{\"a\":", 0, WEIR_DIAGNOSIS_NDJSON },
    { "\x1e{\"a\":1}\n\x1e{\"a\":2}\n", 0, WEIR_DIAGNOSIS_JSON_SEQ },
    { "<!DOCTYPE html><title>x</title>", 0, WEIR_DIAGNOSIS_HTML },
    { "<!-- x -->\n<HTML>", 0, WEIR_DIAGNOSIS_HTML },
    { "<?xml version='1.0'?><Error/>", 0, WEIR_DIAGNOSIS_XML },
    { "\xff\xfe"
      "d\0a\0t\0a\0:\0x\0\n\0\n\0",
      18, WEIR_DIAGNOSIS_UTF_16 },
    { "\0d\0a\0t\0a\0:\0x\0\n\0\n", 16, WEIR_DIAGNOSIS_UTF_16 },
    { "\xc4\xe3\xba\xc3\xa3\xac\xca\xc0\xbd\xe7\n", 0, WEIR_DIAGNOSIS_OTHER_CHARSET },
    { "data: \xc4\xe3\xba\xc3\n", 0, WEIR_DIAGNOSIS_NO_BLANK_LINE },
    { "\x1f\x8b\x08\0\0\0\0\0", 8, WEIR_DIAGNOSIS_GZIP },
    { "\x28\xb5\x2f\xfd\x04", 5, WEIR_DIAGNOSIS_ZSTD },
    { "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\5\0\0\0\3\n:\n", 26, WEIR_DIAGNOSIS_BINARY },
    { "\1\2\3", 0, WEIR_DIAGNOSIS_BINARY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const gsize length = cases[i].length ? cases[i].length : strlen (cases[i].body);

      g_autofree char *shown = g_strescape (cases[i].body, NULL);

      g_test_message ("%" G_GSIZE_FORMAT ": %s", i, shown);
      g_assert_cmpint (weir_diagnosis_find (cases[i].body, length), ==, cases[i].expected);
      g_assert_cmpstr (weir_diagnosis_get_cause (cases[i].expected), !=, "");
    }
}

/* The prelude of a frame with its checksum, and the same with one bit changed. */
static void
test_amazon (void)
{
  char frame[] = "\0\0\0\x10\0\0\0\0\x05\xc2\x48\xeb\x7d\x98\xc8\xff";

  g_assert_cmpint (weir_diagnosis_find (frame, 16), ==, WEIR_DIAGNOSIS_AMAZON);
  for (gsize n = 0; n < 12; n++)
    g_assert_false (weir_diagnosis_is_amazon (frame, n));
  frame[3] ^= 1;
  g_assert_cmpint (weir_diagnosis_find (frame, 16), !=, WEIR_DIAGNOSIS_AMAZON);
}

static void
expect_quote (const char *body, gsize length, const char *expected)
{
  g_autoptr (WeirRequest) request = weir_request_new ("http://h/?token=hush-hush", NULL);
  g_autofree char *quote =
      weir_refusal_quote (weir_diagnosis_find (body, length), body, length, request);

  g_assert_cmpstr (quote, ==, expected);
}

static void
test_quotes (void)
{
  static const char json[] = "{\"error\":{\"code\":400,\"message\":\"Too long for hush-hush\"}}";
  static const char page[] = "<html><title>\n Sign in </title>";
  static const char literal[] = "data: a\\n\\n";
  static const char utf_16[] = "\xff\xfe"
                               "d\0a\0t\0a\0:\0\x60\x4f\n\0";

  expect_quote (json, sizeof json - 1, "It says: “Too long for ***”");
  expect_quote (page, sizeof page - 1, "It says: “Sign in”");
  expect_quote (literal, sizeof literal - 1, "It begins with: “data: a\\n\\n”");
  expect_quote (utf_16, sizeof utf_16 - 1, "It begins with: “data:你”");
  expect_quote ("\x1f\x8b\x08", 3, NULL);
  expect_quote ("\xc4 x", 3, "It begins with: “\xef\xbf\xbd x”");
}

/* --- Fetch, "extract a MIME type" ------------------------------------------ */

static void
expect_type (const char *values, const char *essence, const char *charset)
{
  g_auto (WeirMimeType) type = { 0 };

  g_test_message ("%s", values ? values : "none");
  weir_mime_type_extract (&type, values);
  g_assert_cmpstr (type.essence, ==, essence);
  g_assert_cmpstr (type.charset, ==, charset);
}

static void
test_types (void)
{
  expect_type (NULL, NULL, NULL);
  expect_type ("", NULL, NULL);
  expect_type ("Text/Event-Stream", "text/event-stream", NULL);
  expect_type (" text/event-stream ;charset=\"utf-8\"", "text/event-stream", "utf-8");
  expect_type ("text/event-stream; x=\"a;charset=b\"; Charset=gbk; charset=c", "text/event-stream",
               "gbk");
  expect_type ("application/json, text/event-stream", "text/event-stream", NULL);
  expect_type ("text/event-stream, application/json", "application/json", NULL);
  expect_type ("text/event-stream, */*", "text/event-stream", NULL);
  expect_type ("text/event-stream, nonsense, a b/c", "text/event-stream", NULL);
  /* The examples of the standard. */
  expect_type ("text/plain;charset=gbk, text/html", "text/html", NULL);
  expect_type ("text/html;charset=gbk;a=b, text/html;x=y", "text/html", "gbk");
  expect_type ("text/html;charset=gbk, x/x, text/html;x=y", "text/html", NULL);
  expect_type ("text/html;\", \", text/event-stream", "text/event-stream", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/diagnosis/kinds", test_kinds);
  g_test_add_func ("/diagnosis/amazon", test_amazon);
  g_test_add_func ("/diagnosis/quotes", test_quotes);
  g_test_add_func ("/diagnosis/types", test_types);
  return g_test_run ();
}
