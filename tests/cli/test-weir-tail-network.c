/* SPDX-License-Identifier: MIT */
/* weir-tail and servers: their answers, credentials, ends, and whoever reads what it prints. */
#define _GNU_SOURCE
#include "raw-server.h"
#include "tail.h"

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
                 "its content type is text/html");
  expect_answer ("HTTP/1.1 400 Bad Request\r\nContent-Length: 39\r\n\r\n"
                 "{\"error\": {\"message\": \"Name a model.\"}}",
                 1, "The server says: “Name a model.”");
  expect_answer ("HTTP/1.1 418 \033[31mred\r\nContent-Length: 0\r\n\r\n", 1, "418 \\x1b[31mred");
  expect_answer ("HTTP/1.1 302 Go\r\nLocation: ftp://h/?token=x\r\nContent-Length: 0\r\n\r\n", 1,
                 "ftp://h/?token=***");
}

/* Whoever looks at a terminal where nothing comes is told why, without asking; a pipe is not. */
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
                  "through the proxy: nothing listens at http://***@127.0.0.1:1");
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

  g_assert_cmpint (text.status, ==, 0);
  g_assert_cmpstr (text.out, ==, "\xe5\xa0\xb0 is\na \x1b[31mweir.\nTwo.\n");
  g_assert_cmpstr (text.err, ==,
                   "— m · Anthropic Messages · 7 tokens out · finished: tool_use\n"
                   "— OpenAI Chat Completions · 1 piece\n");
  g_assert_cmpstr (all.out, ==, "Hm.\n\n\xe5\xa0\xb0 is\na \x1b[31mweir.\n\nmeasure {}\nTwo.\n");
  g_assert_cmpstr (none.out, ==, "");
  g_assert_nonnull (strstr (terminal->str, "Hm."));
  g_assert_nonnull (strstr (terminal->str, "a \\x1b[31mweir."));
  g_assert_nonnull (strstr (none.err, "No answer of a language model came"));
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
  g_test_add_func ("/tail-network/credentials-wanted", test_credentials_wanted);
  g_test_add_func ("/tail-network/no-reconnect", test_no_reconnect);
  g_test_add_func ("/tail-network/flush-and-cut", test_flush_and_cut);
  g_test_add_func ("/tail-network/closed-pipe", test_closed_pipe);
  g_test_add_func ("/tail-network/closed-streams", test_closed_streams);
  g_test_add_func ("/tail-network/secrets-from-files", test_secrets_from_files);
  g_test_add_func ("/tail-network/answer-format", test_answer_format);
  return g_test_run ();
}
