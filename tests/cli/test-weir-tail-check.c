/* SPDX-License-Identifier: MIT */
/* weir-tail --check-sequence and --check-schema: what they tell, where, and how the program then ends. */
#include "raw-server.h"
#include "tail.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#define CLEAN "id: 1\ndata: {\"seq\": 7}\n\nid: 2\ndata: {\"seq\": 8}\n\n"
#define BROKEN                                                                                     \
  CLEAN "id: 4\ndata: {\"seq\": \"9\"}\n\nid: 4\ndata: {\"seq\": \"9\"}\n\nid: 5\ndata: "          \
        "{\"seq\": 10}\n\n"

static void
expect (
    const char *const *arguments, const char *input, int status, const char *out, const char *err)
{
  g_auto (Result) result = run (arguments, input, -1);

  g_assert_cmpstr (result.err, ==, err);
  g_assert_cmpstr (result.out, ==, out);
  g_assert_cmpint (result.status, ==, status);
}

static void
test_clean (void)
{
  expect (ARGS ("--check-sequence=id", "--format=none", "-"), CLEAN, 0, "",
          "— No gaps: 2 events, numbered 1 to 2\n");
  expect (ARGS ("--check-sequence", "$.seq", "--check-schema", "--format=none", "-"), CLEAN, 0, "",
          "— No gaps: 2 events, numbered 7 to 8\n— The JSON schema did not change · event types: 1 "
          "· paths: 2\n");
}

static void
test_found (void)
{
  expect (ARGS ("--check-sequence=id", "--format=none", "-"), BROKEN, 3, "",
          "— event 3: 3 is missing, between 2 and 4\n"
          "— event 4: 4 was repeated\n"
          "— 5 events, numbered 1 to 5 · missing: 1 · gaps: 1 · repeated: 1\n");
  expect (ARGS ("--check-schema", "--format=none", "-"), BROKEN, 3, "",
          "— event 3: $.seq of message changed from number to string\n"
          "— 1 change of the JSON schema · event types: 1 · paths: 2\n");
  expect (ARGS ("--check-sequence=id", "--format=none", "-"),
          "id: 5\ndata: x\n\nid: 6\ndata: x\n\nid: 5\ndata: x\n\nid: 6\ndata: x\n\n", 3, "",
          "— events 3 to 4: 2 events were repeated: 5 to 6\n"
          "— 4 events, numbered 5 to 6 · repeated: 2\n");
}

/* What is printed stays as it was, and only what was printed is checked. */
static void
test_beside_the_output (void)
{
  expect (ARGS ("--check-sequence=id", "--format=data", "--max-events=2", "-"), BROKEN, 0,
          "{\"seq\": 7}\n{\"seq\": 8}\n", "— No gaps: 2 events, numbered 1 to 2\n");
  expect (ARGS ("--format=none", "--all", "-"), BROKEN, 0, "", "");
}

static void
test_control_bytes (void)
{
  expect (ARGS ("--check-sequence=id", "--check-schema", "--format=none", "-"),
          "event: \033]0;x\a\nid: \033[2J1\ndata: {}\n\n"
          "event: \033]0;x\a\nid: \033[2J3\ndata: {\"\xc2\x9b\\u001b\xe2\x80\xae\": 1}\n\n",
          3, "",
          "— event 2:  [2J2 is missing, between  [2J1 and  [2J3\n"
          "— event 2: $[\" \\u001b[U+202E]\"] of  ]0;x  is new: number\n"
          "— 2 events, numbered  [2J1 to  [2J3 · missing: 1 · gaps: 1\n"
          "— 1 change of the JSON schema · event types: 1 · paths: 2\n");
}

/* Over two connections. */
static void
test_recording (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-tail-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "a.weir", NULL);
  static const struct
  {
    const char *name, *content;
  } files[] = {
    { "marks", "weir-recording 1\nc 1 1700000000000000 http://h/\no 0 1700000000000000 OK\n"
               "r 0 1700000000000000\nc 2 1700000001000000 http://h/\no 0 1700000001000000 OK\n"
               "r 0 1700000001000000\n" },
    { "1-0.sse", "id: 1\ndata: x\n\n" },
    { "2-0.sse", "id: 3\ndata: x\n\n" },
  };

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *file = g_build_filename (path, files[i].name, NULL);

      g_assert_true (g_file_set_contents (file, files[i].content, -1, NULL));
    }
  expect (ARGS ("--check-sequence=id", "--format=none", path), "", 3, "",
          "— event 2: 2 is missing, between 1 and 3; at a reconnect\n"
          "— 2 events, numbered 1 to 3 · missing: 1 · gaps: 1\n");
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *file = g_build_filename (path, files[i].name, NULL);

      g_assert_cmpint (g_unlink (file), ==, 0);
    }
  g_assert_cmpint (g_rmdir (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
send_and_wait (int fd, guint n, const char *request, gpointer data)
{
  raw_send_chunked_head (fd);
  raw_send_chunk (fd, BROKEN);
  raw_wait_for_close (fd);
}

/* A line comes with its event, and an interruption still gives the sum. */
static void
test_interrupted (void)
{
  RawServer *server = raw_server_new (send_and_wait, NULL);
  g_autoptr (GSubprocess) process =
      spawn (G_SUBPROCESS_FLAGS_STDERR_PIPE,
             ARGS ("--check-sequence=id", "--format=none", raw_server_get_address (server)));
  g_autoptr (GDataInputStream) lines =
      g_data_input_stream_new (g_subprocess_get_stderr_pipe (process));
  static const char *const expected[] = {
    "— event 3: 3 is missing, between 2 and 4",
    "— event 4: 4 was repeated",
    "— 5 events, numbered 1 to 5 · missing: 1 · gaps: 1 · repeated: 1",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autofree char *line = NULL;

      if (i == 2)
        g_subprocess_send_signal (process, SIGINT);
      line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
      g_assert_cmpstr (line, ==, expected[i]);
    }
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 3);
  raw_server_free (server);
}

static void
refuse (int fd, guint n, const char *request, gpointer data)
{
  raw_send (fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
}

/* What went wrong with the stream comes before what was found in it. */
static void
test_failure (void)
{
  RawServer *server = raw_server_new (refuse, NULL);
  g_auto (Result) result =
      run (ARGS ("--check-sequence=id", "--format=none", raw_server_get_address (server)), "", 0);

  g_assert_cmpint (result.status, ==, 1);
  g_assert_nonnull (strstr (result.err, "404 Not Found"));
  g_assert_nonnull (strstr (result.err, "— No event has such a number\n"));
  raw_server_free (server);
}

#define EVENTS                                                                                     \
  "id: 7\ndata: {\"a\":1,\"text\":\"Grüße\"}\n\nevent: done\ndata: "                             \
  "{\"choices\":[{\"finish_reason\":"                                                              \
  "\"stop\"}]}\n\n: a comment\nevent: last\ndata: 3\n\n"

/* What is printed with a filter: the numbers of the events, and "c" for the comment. */
static void
expect_filtered (const char *expression, const char *expected)
{
  static const char *const marks[] = { "\"a\\\":1", "\"type\":\"done\"", "\"data\":\"3\"",
                                       "a comment" };
  g_autofree char *option = g_strconcat ("--filter=", expression, NULL);
  g_auto (Result) result = run (ARGS ("--all", option, "-"), EVENTS, -1);
  g_autoptr (GString) found = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    if (strstr (result.out, marks[i]) != NULL)
      g_string_append_c (found, "123c"[i]);
  g_test_message ("%s: %s", expression, result.out);
  g_assert_cmpint (result.status, ==, 0);
  g_assert_cmpstr (found->str, ==, expected);
}

/* Each question of the filter language, as the window asks it of rows. */
static void
test_filter (void)
{
  expect_filtered ("type:done", "2");
  expect_filtered ("id:7", "123");
  expect_filtered ("kind:comment", "c");
  expect_filtered ("NOT kind:event", "c");
  expect_filtered ("size:<30 kind:event", "3");
  expect_filtered ("grüsse", "");
  expect_filtered ("GRÜSSE OR grÜße", "1");
  expect_filtered ("comment", "c");
  expect_filtered ("done", "2");
  expect_filtered ("7", "1");
  expect_filtered ("/^3$/", "3");
  expect_filtered ("$.a == 1", "1");
  expect_filtered ("$.choices[0].finish_reason == \"stop\" OR (last AND -type:done)", "23");
  expect_out (ARGS ("--filter=$.choices", "--max-events=1", "--format=data", "-"), EVENTS,
              "{\"choices\":[{\"finish_reason\":\"stop\"}]}\n");
}

static void
test_expectations (void)
{
  g_auto (Result) met =
      run (ARGS ("--expect=type=done", "--expect=$.choices[0].finish_reason == \"stop\"",
                 "--format=data", "-"),
           EVENTS, -1);
  g_auto (Result) unmet = run (
      ARGS ("--expect=type=none", "--expect=$.a == 1", "--expect=$.a == 2", "--format=none", "-"),
      EVENTS, -1);

  /* It ends where the last one is met. */
  g_assert_cmpint (met.status, ==, 0);
  g_assert_cmpstr (met.err, ==, "");
  g_assert_null (strstr (met.out, "\n3\n"));
  g_assert_cmpint (unmet.status, ==, 3);
  g_assert_cmpstr (unmet.err, ==,
                   "weir-tail: Not met: “type=none” matched none of 3 events.\n"
                   "weir-tail: Not met: “$.a == 2” matched none of 3 events.\n");
}

static void
send_one_and_wait (int fd, guint n, const char *request, gpointer data)
{
  raw_send_head (fd);
  raw_send (fd, "event: first\ndata: 1\n\n");
  raw_wait_for_close (fd);
}

/* A stream that has no end: met at once, or given up in time. */
static void
test_within (void)
{
  RawServer *server = raw_server_new (send_one_and_wait, NULL);
  const char *url = raw_server_get_address (server);
  g_auto (Result) met =
      run (ARGS ("--expect=type=first", "--within=1h", "--format=data", url), "", 0);
  g_auto (Result) unmet = run (
      ARGS ("--expect=type=first", "--expect=type=second", "--within=700ms", "--format=data", url),
      "", 0);

  g_assert_cmpstr (met.out, ==, "1\n");
  g_assert_cmpint (met.status, ==, 0);
  g_assert_cmpint (unmet.status, ==, 3);
  g_assert_nonnull (strstr (unmet.err, "Not met: “type=second” matched none of "));
  g_assert_null (strstr (unmet.err, "first"));
  raw_server_free (server);
}

static void
test_usage (void)
{
  expect_failure (ARGS ("--check-sequence=seq", "-"), 2, "is id or a JSON path");
  expect_failure (ARGS ("--check-sequence=$.a[", "-"), 2, "has an error at character 5");
  expect_failure (ARGS ("--check-sequence=\xff", "-"), 2, "not valid UTF-8");
  expect_failure (ARGS ("--check-schema", "--tap=0", "http://h/"), 2, "A tap shows many streams");
  expect_failure (ARGS ("--filter=type:x OR \"a", "-"), 2, "At character 13: The quotation");
  expect_failure (ARGS ("--filter=", "-"), 2, "The filter is empty");
  expect_failure (ARGS ("--filter=x", "--format=raw", "-"), 2, "--format=raw");
  expect_failure (ARGS ("--expect=(a", "-"), 2, "At character 3: A closing bracket is missing");
  expect_failure (ARGS ("--expect=$.a ===", "-"), 2, "character 8");
  expect_failure (ARGS ("--within=5s", "-"), 2, "--within needs --expect");
  expect_failure (ARGS ("--expect=a", "--within=soon", "-"), 2, "not a time for --within");
  expect_failure (ARGS ("--expect=a", "--within=0s", "-"), 2, "not a time for --within");
  expect_failure (ARGS ("--expect=a", "--tap=0", "http://h/"), 2, "cannot be used with --tap");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  tail_program = argv[1];
  g_test_add_func ("/tail-check/clean", test_clean);
  g_test_add_func ("/tail-check/found", test_found);
  g_test_add_func ("/tail-check/beside-the-output", test_beside_the_output);
  g_test_add_func ("/tail-check/control-bytes", test_control_bytes);
  g_test_add_func ("/tail-check/recording", test_recording);
  g_test_add_func ("/tail-check/interrupted", test_interrupted);
  g_test_add_func ("/tail-check/failure", test_failure);
  g_test_add_func ("/tail-check/filter", test_filter);
  g_test_add_func ("/tail-check/expectations", test_expectations);
  g_test_add_func ("/tail-check/within", test_within);
  g_test_add_func ("/tail-check/usage", test_usage);
  return g_test_run ();
}
