/* SPDX-License-Identifier: MIT */
/* What weir-tail prints, what it reads, and what it says where it is used wrongly. */
#define _GNU_SOURCE
#include "tail.h"
#include "tree.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *manual;

/* --- Formats ------------------------------------------------------------- */

#define STREAM                                                                                     \
  ":hi\nevent: a\nid: 7\ndata: one\ndata: \"two\"\\\n\nretry: 250\n\nData: x\ndata: 中\n\n"

static void
test_ndjson (void)
{
  expect_out (ARGS ("-"), STREAM,
              "{\"kind\":\"event\",\"type\":\"a\",\"data\":\"one\\n\\\"two\\\"\\\\\","
              "\"lastEventId\":\"7\"}\n"
              "{\"kind\":\"event\",\"type\":\"message\",\"data\":\"中\",\"lastEventId\":\"7\"}\n");
}

static void
test_offsets (void)
{
  expect_out (ARGS ("--format=ndjson", "--offsets", "-"), "data: x\n\n",
              "{\"kind\":\"event\",\"type\":\"message\",\"data\":\"x\",\"lastEventId\":\"\","
              "\"begin\":0,\"end\":9}\n");
}

static void
test_all (void)
{
  for (int chunk = 1; chunk < 9; chunk++)
    {
      g_autofree char *option = g_strdup_printf ("--chunk=%d", chunk);
      g_auto (Result) result =
          run (ARGS ("--all", "--offsets", option, "-"), STREAM "data: un", -1);
      g_auto (GStrv) lines = g_strsplit (result.out, "\n", -1);

      g_assert_cmpint (result.status, ==, 0);
      g_assert_true (g_str_has_prefix (lines[0], "{\"kind\":\"state\",\"state\":\"open\","));
      g_assert_cmpstr (lines[1], ==,
                       "{\"kind\":\"comment\",\"text\":\"hi\",\"begin\":0,\"end\":4}");
      g_assert_true (g_str_has_prefix (lines[2], "{\"kind\":\"event\",\"type\":\"a\","));
      g_assert_cmpstr (lines[3], ==, "{\"kind\":\"retry\",\"ms\":250,\"begin\":43,\"end\":54}");
      g_assert_cmpstr (lines[4], ==,
                       "{\"kind\":\"finding\",\"code\":\"field-name-case\",\"text\":\"Data: x\","
                       "\"begin\":55,\"end\":63}");
      g_assert_true (
          g_str_has_prefix (lines[6], "{\"kind\":\"finding\",\"code\":\"unfinished-event\""));
      g_assert_true (g_str_has_prefix (lines[7], "{\"kind\":\"state\",\"state\":\"ended\","));
      g_assert_null (strstr (lines[7], "\"error\""));
    }
}

static void
test_data_and_raw (void)
{
  g_auto (Result) raw = { 0 };

  expect_out (ARGS ("--format=data", "-"), STREAM, "one\n\"two\"\\\n中\n");
  expect_out (ARGS ("--format=raw", "-"), STREAM "un", STREAM "un");
  raw = run (ARGS ("--format=raw", "-"), "\xff\0\x1b\r\n", 5);
  g_assert_cmpmem (raw.out, raw.out_length, "\xff\0\x1b\r\n", 5);
}

static void
test_max_events (void)
{
  expect_out (ARGS ("--format=data", "--max-events=2", "-"), "data: 1\n\ndata: 2\n\ndata: 3\n\n",
              "1\n2\n");
  expect_out (ARGS ("--format=raw", "--max-events=1", "-"), ":c\ndata: 1\n\ndata: 2\n\n",
              ":c\ndata: 1\n\n");
}

/* What would take over a terminal, turn its text around, or break the JSON. */
static void
test_control_bytes (void)
{
  expect_out (
      ARGS ("-"),
      "data: \033[31m\x7f\xc2\x9b\xe2\x80\xae\xd8\x9c\xe2\x81\xa6\xc2\xa9\xe2\x80\x93\t\n\n",
      "{\"kind\":\"event\",\"type\":\"message\",\"data\":\"\\u001b[31m\\u007f\\u009b\\u202e"
      "\\u061c\\u2066©–\\t\",\"lastEventId\":\"\"}\n");
}

static void
test_long_values (void)
{
  g_autoptr (GString) input = g_string_new ("data: ");
  g_autoptr (GString) expected = g_string_new (NULL);

  for (int i = 0; i < 100000; i++)
    g_string_append (input, i % 7 ? "\x01" : "中\xe2\x80\xae");
  g_string_append (input, "\n\n");
  for (int i = 0; i < 100000; i++)
    g_string_append (expected, i % 7 ? "\\u0001" : "中\\u202e");
  {
    g_auto (Result) result = run (ARGS ("-"), input->str, (gssize) input->len);
    const char *data = strstr (result.out, "\"data\":\"");

    g_assert_nonnull (data);
    g_assert_true (g_str_has_prefix (data + 8, expected->str));
    g_assert_cmpstr (data + 8 + expected->len, ==, "\",\"lastEventId\":\"\"}\n");
  }
}

/* On a terminal: pretty, and never a control byte of the stream's. */
static void
test_terminal (void)
{
  const char *formats[] = { "--format=pretty", "--format=data", "--format=raw", "--format=ndjson" };

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      const char *const arguments[] = { "--all", formats[i], "-", NULL };
      g_autoptr (GBytes) input = g_bytes_new_static (
          "event: e\033]0;x\adata: \ndata: a\033[2J\xc2\x9b\rdata: b\b\n\n", 46);
      g_autoptr (GString) out = run_on_terminal (arguments, input);

      g_assert_cmpuint (out->len, >, 10);
      for (gsize j = 0; j < out->len; j++)
        g_assert_true ((guchar) out->str[j] >= 0x20 || out->str[j] == '\n' || out->str[j] == '\r'
                       || out->str[j] == '\t');
      g_assert_null (strstr (out->str, "\xc2\x9b"));
    }
}

/* --- Files and usage ----------------------------------------------------- */

static void
test_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir tail XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "a \xe4\xb8\xad.sse", NULL);

  g_assert_true (g_file_set_contents (file, "data: x\n\n", -1, NULL));
  expect_out (ARGS ("--format=data", file), "", "x\n");
  g_assert_true (g_file_set_contents (file, "{\"not\": \"a stream\"}\n", -1, NULL));
  expect_failure (ARGS (file), 1,
                  "is not an event stream. The body has 20 bytes and no event. It is JSON. It "
                  "begins with: “{\"not\": \"a stream\"}”");
  g_assert_true (g_file_set_contents (file, ": nothing yet\n", -1, NULL));
  expect_failure (ARGS (file), 0, "has no event in its 14 bytes");
  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  expect_out (ARGS (file), "", "");
  expect_failure (ARGS (folder), 1, "is a directory");
  g_assert_cmpint (unlink (file), ==, 0);
  expect_failure (ARGS (file), 1, "does not exist");
  expect_failure (ARGS ("no.such.host"), 1, "write http:// before it");
  g_assert_cmpint (rmdir (folder), ==, 0);
}

/* Some text is not a stream, wherever it ends; a stream is one, however little came of it. */
static void
test_what_is_a_stream (void)
{
  static const char *const streams[] = {
    "", ":", "id: 1\n", "retry: 1", "event: x\n", "a\n\nid\nb"
  };
  static const char *const unfinished[] = { "data", "data: 1\nda", "data: 1\ndata: 2\n" };
  static const char *const texts[] = { "hello", "foo: x\nhello", "foo\n", "Data: x\n\n", "\xff\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (streams); i++)
    for (int chunk = 1; chunk < 4; chunk += 2)
      {
        g_autofree char *option = g_strdup_printf ("--chunk=%d", chunk);
        g_auto (Result) result = run (ARGS ("--all", option, "-"), streams[i], -1);

        g_assert_cmpstr (result.err, ==, "");
        g_assert_cmpint (result.status, ==, 0);
      }
  for (gsize i = 0; i < G_N_ELEMENTS (unfinished); i++)
    {
      g_auto (Result) result = run (ARGS ("-"), unfinished[i], -1);
      g_auto (Result) flushed = run (ARGS ("--flush", "-"), unfinished[i], -1);

      g_assert_cmpint (result.status, ==, 1);
      g_assert_nonnull (strstr (result.err, "No blank line follows its data"));
      g_assert_cmpint (flushed.status, ==, 0);
      g_assert_cmpstr (flushed.err, ==, "");
    }
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_auto (Result) result = run (ARGS ("-"), texts[i], -1);

      g_assert_cmpint (result.status, ==, 1);
      g_assert_nonnull (strstr (result.err, "standard input is not an event stream"));
      g_assert_nonnull (strstr (result.err, "--all shows"));
    }
}

/* A line of an image or a program may begin with a colon; a NUL byte or two in a field is no image. */
static void
test_binary (void)
{
  static const char binary[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\5\0\0\0\3\n:\n\nid\n";
  static const char stream[] = "x\nda\0ta\0: x\n: a\0b\ndata: \0\n\n";
  g_auto (Result) whole = run (ARGS ("--format=none", "-"), binary, sizeof binary - 1);
  g_auto (Result) bytewise =
      run (ARGS ("--format=none", "--chunk=1", "-"), binary, sizeof binary - 1);
  g_auto (Result) good = run (ARGS ("--format=none", "-"), stream, sizeof stream - 1);

  g_assert_cmpint (whole.status, ==, 1);
  g_assert_nonnull (strstr (
      whole.err, "is not an event stream. The body has 30 bytes and no event. It is binary data."));
  g_assert_cmpint (bytewise.status, ==, 1);
  g_assert_cmpstr (bytewise.err, ==, whole.err);
  g_assert_cmpstr (good.err, ==, "");
  g_assert_cmpint (good.status, ==, 0);
}

#define ENTRY(url, type, text)                                                                     \
  "{\"startedDateTime\":\"2026-11-30T10:00:00.000Z\",\"request\":{\"method\":\"POST\",\"url\":"    \
  "\"" url "\",\"headers\":[{\"name\":\"Authorization\",\"value\":\"Bearer hush-hush\"}],"         \
  "\"postData\":{\"mimeType\":\"x\",\"text\":\"{\\\"q\\\":1}\"}},\"response\":{\"status\":200,"    \
  "\"headers\":[],\"content\":{\"mimeType\":\"" type "\"," text "}}}"

/* Each event stream of an archive is a connection, with its request and without its secrets. */
static void
test_archives (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir tail XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "a.har", NULL);
  static const char entries[] =
      "\xef\xbb\xbf {\n \"log\" : {\"version\":\"1.2\",\"entries\":[" ENTRY (
          "http://h/1?token=hush-hush", "text/event-stream;charset=utf-8",
          "\"text\":\"id: 7\\ndata: 你好\\n\\n\"") "," ENTRY ("http://h/2", "text/html",
                                                              "\"text\":\"data: no\\n\\n\"") "," ENTRY ("http://h/3",
                                                                                                        "text/event-stream",
                                                                                                        "\"size\":5") "," ENTRY ("http://h/4",
                                                                                                                                 "text/event-stream",
                                                                                                                                 "\"encoding\":\"base64\",\"text\":\"ZGF0YTogeAoK\"") "]}}";

  g_assert_true (g_file_set_contents (file, entries, -1, NULL));
  expect_out (ARGS ("--format=data", file), "", "你好\nx\n");
  {
    g_auto (Result) all = run (ARGS ("--all", "--format=ndjson", file), "", 0);

    g_assert_cmpint (all.status, ==, 0);
    g_assert_nonnull (strstr (all.out, "\"url\":\"http://h/1?token=***\",\"method\":\"POST\""));
    g_assert_nonnull (strstr (all.out, "\"requestBody\":\"{\\\"q\\\":1}\""));
    g_assert_nonnull (strstr (all.out, "\"connection\":2,\"url\":\"http://h/4\""));
    g_assert_null (strstr (all.out, "hush"));
    g_assert_nonnull (strstr (all.out, "1 event stream in the HTTP archive"));
  }
  g_assert_true (g_file_set_contents (
      file, "{\"log\":{\"entries\":[" ENTRY ("http://h/2", "text/html", "\"text\":\"x\"") "]}}", -1,
      NULL));
  expect_failure (ARGS (file), 1, "has 1 response, which is not an event stream");
  g_assert_true (g_file_set_contents (file, "{\"log\":{\"entries\":[", -1, NULL));
  expect_failure (ARGS (file), 1, "is not valid JSON");
  g_assert_cmpint (unlink (file), ==, 0);
  g_assert_cmpint (rmdir (folder), ==, 0);
}

#define MESSAGES                                                                                   \
  "\"size\":-1}},\"_eventSourceMessages\":[{\"time\":1700000000.25,\"eventName\":\"message\","     \
  "\"eventId\":\"\",\"data\":\"a\\nb\"},{\"time\":1700000001.5,\"eventName\":\"tick\","            \
  "\"eventId\":\"7\","                                                                             \
  "\"data\":\"c\"}],\"x\":{\"y\":{"

/* Browsers leave out the body of a stream. Its messages are read instead; without them, a sentence says
 * how to export it. Records are read as well. */
static void
test_archives_without_bodies (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir tail XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "a.har", NULL);

  g_assert_true (g_file_set_contents (
      file, "{\"log\":{\"entries\":[" ENTRY ("http://h/1", "text/event-stream", "\"size\":5") "]}}",
      -1, NULL));
  expect_failure (ARGS (file), 1, "its content.text is missing");
  expect_failure (ARGS (file), 1, "“Export HAR (with sensitive data)”");

  g_assert_true (g_file_set_contents (
      file, "{\"log\":{\"entries\":[" ENTRY ("http://h/1", "text/event-stream", MESSAGES) "]}}", -1,
      NULL));
  {
    g_auto (Result) all = run (ARGS ("--all", "--format=ndjson", file), "", 0);
    g_auto (Result) pretty = run (ARGS ("--format=pretty", file), "", 0);

    g_assert_cmpint (all.status, ==, 0);
    g_assert_nonnull (
        strstr (all.out, "\"type\":\"message\",\"data\":\"a\\nb\",\"lastEventId\":\"\""));
    g_assert_nonnull (strstr (all.out, "\"type\":\"tick\",\"data\":\"c\",\"lastEventId\":\"7\""));
    g_assert_nonnull (strstr (pretty.out, ":20.250  message\n"));
    g_assert_nonnull (strstr (all.out, "but not its bytes"));
  }

  g_assert_true (g_file_set_contents (
      file,
      "{\"log\":{\"entries\":[" ENTRY ("http://h/1", "application/x-ndjson",
                                       "\"text\":\"{\\\"a\\\":1}\\n{\\\"a\\\":2}\\n\"") "]}}",
      -1, NULL));
  expect_out (ARGS ("--format=data", file), "", "{\"a\":1}\n{\"a\":2}\n");
  g_assert_cmpint (unlink (file), ==, 0);
  g_assert_cmpint (rmdir (folder), ==, 0);
}

/* Messages of JSON-RPC are paired with the request of their connection. */
static void
test_json_rpc (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir tail XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "a.har", NULL);
  static const char archive[] =
      "{\"log\":{\"version\":\"1.2\",\"entries\":[{\"startedDateTime\":\"2026-11-30T10:00:00."
      "000Z\","
      "\"time\":40,\"request\":{\"method\":\"POST\",\"url\":\"http://h/mcp\",\"headers\":[],"
      "\"postData\":{\"mimeType\":\"application/json\",\"text\":\"{\\\"jsonrpc\\\":\\\"2.0\\\","
      "\\\"id\\\":7,\\\"method\\\":\\\"tools/call\\\"}\"}},\"response\":{\"status\":200,"
      "\"headers\":[{\"name\":\"Content-Type\",\"value\":\"text/event-stream\"}],\"content\":{"
      "\"mimeType\":\"text/event-stream\",\"text\":\"data: hello\\n\\ndata: {\\\"jsonrpc\\\":"
      "\\\"2.0\\\",\\\"id\\\":7,\\\"error\\\":{\\\"code\\\":-32602,\\\"message\\\":\\\"bad\\\"}}"
      "\\n\\n\"}}}]}}";

  g_assert_true (g_file_set_contents (file, archive, -1, NULL));
  {
    g_auto (Result) all = run (ARGS ("--all", "--format=ndjson", file), "", 0);
    g_auto (Result) few = run (ARGS ("--format=ndjson", file), "", 0);

    g_assert_cmpint (all.status, ==, 0);
    g_assert_nonnull (strstr (all.out, "{\"kind\":\"rpc\",\"message\":\"error\",\"method\":"
                                       "\"tools/call\",\"id\":7,"));
    g_assert_nonnull (strstr (all.out, ",\"code\":-32602,\"error\":\"bad\"}\n"));
    g_assert_nonnull (strstr (all.out, "\"note\":\"rpc\",\"text\":\"The data of event 1 are not "
                                       "JSON-RPC"));
    g_assert_null (strstr (few.out, "rpc\",\"message\""));
  }
  g_assert_cmpint (unlink (file), ==, 0);
  g_assert_cmpint (rmdir (folder), ==, 0);
}

/* A recording of what matches reads as these events, with their bytes as they came. */
static void
test_record_filtered (void)
{
  static const char stream[] =
      "\xef\xbb\xbfid: 1\r\ndata: no\r\n\r\n: aside\r\n"
      "event: alarm\r\n: between\r\nid: 2\r\ndata: one\r\n\r\n"
      "data:no\n\nevent:alarm\nretry: 5\ndata:two\n\nevent: alarm\ndata: cut";
  g_autofree char *folder = g_dir_make_tmp ("weir tail XXXXXX", NULL);
  g_autofree char *recording = g_build_filename (folder, "a.weir", NULL);

  {
    g_auto (Result) made = run (ARGS ("--filter=type:alarm", "--record-filtered", "--record",
                                      recording, "--format=none", "-"),
                                stream, sizeof stream - 1);
    g_auto (Result) raw = run (ARGS ("--format=raw", recording), "", 0);
    g_auto (Result) all = run (ARGS ("--format=ndjson", recording), "", 0);

    g_assert_cmpstr (made.err, ==, "");
    g_assert_cmpint (made.status, ==, 0);
    g_assert_cmpstr (raw.out, ==,
                     "event: alarm\r\nid: 2\r\ndata: one\r\n\revent:alarm\ndata:two\n\n");
    g_assert_cmpstr (
        all.out, ==,
        "{\"kind\":\"event\",\"type\":\"alarm\",\"data\":\"one\",\"lastEventId\":\"2\"}\n"
        "{\"kind\":\"event\",\"type\":\"alarm\",\"data\":\"two\",\"lastEventId\":\"2\"}\n");
  }
  {
    g_autofree char *comments = g_build_filename (folder, "b.weir", NULL);
    g_auto (Result) made = run (ARGS ("--filter=kind:comment", "--record-filtered", "--record",
                                      comments, "--format=none", "-"),
                                stream, sizeof stream - 1);
    g_auto (Result) raw = run (ARGS ("--format=raw", comments), "", 0);

    g_assert_cmpint (made.status, ==, 0);
    g_assert_cmpstr (raw.out, ==, ": aside\r: between\r");
    remove_tree (comments);
  }
  expect_failure (ARGS ("--record-filtered", "--filter=x", "-"), 2, "needs --record and --filter");
  expect_failure (ARGS ("--record-filtered", "--record", recording, "-"), 2,
                  "needs --record and --filter");
  remove_tree (recording);
  g_assert_cmpint (rmdir (folder), ==, 0);
}

/* UTF-16 is decoded, however it is read, and reported. */
static void
test_utf_16 (void)
{
  g_autoptr (GString) text = g_string_new ("data: 你好 😀\n\n");

  for (guint i = 0; i < 100000; i++)
    g_string_append (text, "😀");
  g_string_append (text, "\n\ndata: end\n\n");
  for (guint i = 0; i < 4; i++)
    {
      static const char *const names[] = { "UTF-16LE", "UTF-16BE" };
      const gboolean marked = i >= 2;
      g_autofree char *source = g_strconcat (marked ? "\xef\xbb\xbf" : "", text->str, NULL);
      gsize length;
      g_autofree char *coded = g_convert (source, -1, names[i % 2], "UTF-8", NULL, &length, NULL);
      g_auto (Result) data = run (ARGS ("--format=data", "-"), coded, (gssize) length);
      g_auto (Result) cut = run (ARGS ("--format=data", "-"), coded, (gssize) length - 1);
      g_auto (Result) all = run (ARGS ("--all", "-"), coded, (gssize) length);

      g_assert_cmpint (data.status, ==, 0);
      g_assert_cmpstr (data.err, ==, "");
      g_assert_cmpstr (data.out, ==, "你好 😀\nend\n");
      g_assert_cmpstr (cut.out, ==, "你好 😀\n");
      g_assert_nonnull (strstr (all.out, "\"note\":\"charset\",\"text\":\"The file is UTF-16"));
    }

  /* A NUL in a short field is not UTF-16, and --as=sse reads UTF-16 as the bytes that it is. */
  {
    g_auto (Result) nul =
        run (ARGS ("--format=data", "-"), "id: a\0b\ndata: 1\n\n", strlen ("id: a.b.data: 1.."));
    g_auto (Result) raw = run (ARGS ("--as=sse", "--all", "-"), "d\0a\0t\0a\0:\0a\0\n\0\n\0", 16);

    g_assert_cmpstr (nul.out, ==, "1\n");
    g_assert_null (strstr (raw.out, "charset"));
    g_assert_null (strstr (raw.out, "\"kind\":\"event\""));
  }
}

static void
test_usage (void)
{
  expect_failure (ARGS ("--nope", "-"), 2, "Unknown option --nope; --help lists the options.");
  expect_failure (ARGS ("--all"), 2, "Give an address, a file");
  expect_failure (ARGS ("a", "b"), 2, "one address or file at a time");
  expect_failure (ARGS ("--format=xml", "-"), 2, "not a format");
  expect_failure (ARGS ("--chunk=0", "-"), 2, "--chunk");
  expect_failure (ARGS ("--chunk=-1", "-"), 2, "--chunk");
  expect_failure (ARGS ("--max-events=x", "-"), 2, "--max-events must be a number from 1 to");
  expect_failure (ARGS ("--retry-ms=9999999999", "-"), 2, "2147483647, not “9999999999”.");
  expect_failure (ARGS ("--tap=8090"), 2, "as in --tap 8090 https://");
  expect_failure (ARGS ("--on-limit=cry", "-"), 2, "stop or skip");
  expect_failure (ARGS ("http://"), 2, "is not an address");
  expect_failure (ARGS ("gopher://h/"), 2, "cannot be read");
  expect_failure (ARGS ("javascript:1"), 2, "cannot be read");
  expect_failure (ARGS ("data:text/event-stream,data:1"), 2, "cannot be read");
  expect_failure (ARGS ("https:example.org"), 2, "Write it like http");
  expect_failure (ARGS ("http://exa mple/"), 2, "cannot contain a space");
  expect_failure (ARGS ("http://exa%20mple/"), 2, "cannot contain a space");
  expect_failure (ARGS ("http://exa<mple/"), 2, "its host name is invalid");
  expect_failure (ARGS ("http://a..b/"), 2, "its host name is invalid");
  expect_failure (ARGS ("localhost:99999"), 2, "Write it like http");
  expect_failure (ARGS ("-H", "A: b\r\nC: d", "http://h/"), 2, "line break");
  expect_failure (ARGS ("-H", "secret", "http://h/"), 2, "'Name: value'");
  expect_failure (ARGS ("-H", "@/no/such/file", "http://h/"), 2, "for --header cannot be read");
  expect_failure (ARGS ("-d", "@/no/such/file", "http://h/"), 2, "for --data cannot be read");
  expect_failure (ARGS ("--bearer=@/no/such/file", "http://h/"), 2, "for --bearer cannot be read");
  expect_failure (ARGS ("--user=@/no/such/file", "http://h/"), 2, "for --user cannot be read");
  expect_failure (ARGS ("-X", "GET POST", "http://h/"), 2, "not a method");
  expect_failure (ARGS ("--proxy", "what", "http://h/"), 2, "not a proxy");
  expect_failure (ARGS ("--cacert", "/no/such/file", "https://h/"), 2, "cannot be used");
  expect_failure (ARGS ("--last-event-id", "a\nb", "http://h/"), 2, "line break");
  expect_failure (ARGS ("--no-reconnect", "--max-attempts=3", "-"), 2, "not both");
  expect_failure (ARGS ("--no-idle-timeout", "--idle-timeout-ms=50", "-"), 2, "not both");
  expect_failure (ARGS ("--bearer=a", "--user=b:c", "http://h/"), 2, "one Authorization header");
  expect_failure (ARGS ("--user=nocolon", "http://h/"), 2, "--user takes NAME:PASSWORD");
  expect_failure (ARGS ("-H", "@/no/such/file", "http://h/"), 2,
                  ": “/no/such/file” for --header cannot be read: No such file or directory.\n");
  g_setenv ("WEIR_USER", "nocolon", TRUE);
  expect_failure (ARGS ("http://h/"), 2, "WEIR_USER takes NAME:PASSWORD");
  g_unsetenv ("WEIR_USER");
}

/* A recording is given by its name; it is not recorded again. */
static void
test_recordings (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir tail XXXXXX", NULL);
  g_autofree char *recording = g_build_filename (folder, "b.weir", NULL);
  g_autofree char *other = g_build_filename (folder, "a.weir", NULL);
  g_autofree char *file = g_build_filename (recording, "000001-000000000000000.sse", NULL);
  g_autofree char *named = g_strdup_printf (
      "%s contains recordings. Name one of them, such as “%s”.", folder, recording);

  g_assert_cmpint (g_mkdir (recording, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (other, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, "data: 1\n\ndata: long\n\n", -1, NULL));
  expect_out (ARGS ("--format=data", recording), "", "1\nlong\n");
  expect_failure (ARGS (folder), 1, named);
  expect_failure (ARGS (other), 1, "is a directory. Name a file in it.");
  expect_failure (ARGS ("--record", folder, recording), 2,
                  "is already a recording. Read it without --record.");
  expect_failure (
      ARGS ("--format=none", "--max-line-bytes=8", recording), 1,
      "000001-000000000000000.sse. A line is larger than the limit, after 1 event. Raise "
      "the limit with --max-line-bytes");
  g_assert_cmpint (g_unlink (file), ==, 0);
  g_assert_cmpint (g_rmdir (recording), ==, 0);
  g_assert_cmpint (g_rmdir (other), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_help_and_version (void)
{
  g_auto (Result) help = run (ARGS ("--help"), "", 0);
  g_auto (Result) version = run (ARGS ("--version"), "", 0);

  g_assert_cmpint (help.status, ==, 0);
  g_assert_nonnull (strstr (help.out, "--max-event-bytes"));
  g_assert_cmpint (version.status, ==, 0);
  g_assert_true (g_str_has_prefix (version.out, "weir-tail "));
}

static void
test_full_output (void)
{
  g_autoptr (GSubprocess) process = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDERR_PIPE, NULL, "/bin/sh", "-c",
      "for option in --help --version; do LC_ALL=C.UTF-8 \"$0\" $option >/dev/full; echo $? >&2; "
      "done; \"$0\" --help | true",
      tail_program, NULL);
  g_autofree char *err = NULL;

  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &err, NULL));
  g_assert_cmpstr (err, ==,
                   "weir-tail: The output cannot be written: No space left on device.\n1\n"
                   "weir-tail: The output cannot be written: No space left on device.\n1\n");
}

/* The manual has every option, as mdoc spells it. */
static void
test_manual (void)
{
  g_auto (Result) help = run (ARGS ("--help"), "", 0);
  g_autofree char *page = NULL;
  guint n = 0;

  g_assert_true (g_file_get_contents (manual, &page, NULL, NULL));
  for (const char *option = strstr (help.out, "--"); option; option = strstr (option + 2, "--"))
    {
      gsize length = strspn (option + 2, "abcdefghijklmnopqrstuvwxyz-");
      g_autofree char *spelled = g_strdup_printf ("Fl -%.*s", (int) length, option + 2);

      g_test_message ("%s", spelled);
      g_assert_nonnull (strstr (page, spelled));
      n++;
    }
  g_assert_cmpuint (n, >, 30);
}

static void
test_limits (void)
{
  g_auto (Result) stop = { 0 };
  g_auto (Result) line = { 0 };

  expect_out (ARGS ("--format=data", "--max-line-bytes=10", "--on-limit=skip", "-"),
              "data: 1\n\ndata: too long\n\ndata: 2\n\n", "1\n2\n");
  stop = run (ARGS ("--format=data", "--max-event-bytes=4", "-"),
              "data: 1\n\ndata: long\ndata: long\n\ndata: 2\n\n", -1);
  g_assert_cmpint (stop.status, ==, 1);
  g_assert_cmpstr (stop.out, ==, "1\n");
  g_test_message ("%s", stop.err);
  g_assert_nonnull (strstr (stop.err,
                            " An event is larger than the limit, after 1 event. Raise the "
                            "limit with --max-event-bytes, or skip what is too large "
                            "with --on-limit=skip.\n"));
  line = run (ARGS ("--max-line-bytes=10", "-"), "data: too long\n\n", -1);
  g_assert_nonnull (strstr (line.err, " A line is larger than the limit, after 0 events. Raise the "
                                      "limit with --max-line-bytes"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 3);
  tail_program = argv[1];
  manual = argv[2];
  g_test_add_func ("/tail/ndjson", test_ndjson);
  g_test_add_func ("/tail/offsets", test_offsets);
  g_test_add_func ("/tail/all", test_all);
  g_test_add_func ("/tail/data-and-raw", test_data_and_raw);
  g_test_add_func ("/tail/max-events", test_max_events);
  g_test_add_func ("/tail/control-bytes", test_control_bytes);
  g_test_add_func ("/tail/long-values", test_long_values);
  g_test_add_func ("/tail/terminal", test_terminal);
  g_test_add_func ("/tail/files", test_files);
  g_test_add_func ("/tail/what-is-a-stream", test_what_is_a_stream);
  g_test_add_func ("/tail/binary", test_binary);
  g_test_add_func ("/tail/archives", test_archives);
  g_test_add_func ("/tail/archives/without-bodies", test_archives_without_bodies);
  g_test_add_func ("/tail/json-rpc", test_json_rpc);
  g_test_add_func ("/tail/record-filtered", test_record_filtered);
  g_test_add_func ("/tail/utf-16", test_utf_16);
  g_test_add_func ("/tail/usage", test_usage);
  g_test_add_func ("/tail/recordings", test_recordings);
  g_test_add_func ("/tail/full-output", test_full_output);
  g_test_add_func ("/tail/help-and-version", test_help_and_version);
  g_test_add_func ("/tail/manual", test_manual);
  g_test_add_func ("/tail/limits", test_limits);
  return g_test_run ();
}
