/* SPDX-License-Identifier: MIT */
/* weir-tail as its users run it: a process with a standard input, output and error. */
#define _GNU_SOURCE
#include "raw-server.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char *program;
static const char *manual;

typedef struct
{
  int status; /* exit status; -1: it was killed by a signal */
  char *out;
  gsize out_length;
  char *err;
} Result;

static void
result_clear (Result *result)
{
  g_free (result->out);
  g_free (result->err);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Result, result_clear)

static GSubprocess *
spawn (GSubprocessFlags flags, const char *const *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  g_ptr_array_add (argv, (gpointer) program);
  for (; *arguments; arguments++)
    g_ptr_array_add (argv, (gpointer) *arguments);
  g_ptr_array_add (argv, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  return process;
}

static Result
run (const char *const *arguments, const char *input, gssize length)
{
  g_autoptr (GSubprocess) process =
      spawn (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                 | G_SUBPROCESS_FLAGS_STDERR_PIPE,
             arguments);
  g_autoptr (GBytes) in = g_bytes_new (input, length < 0 ? strlen (input) : (gsize) length);
  g_autoptr (GBytes) out = NULL;
  g_autoptr (GBytes) err = NULL;
  Result result = { 0 };

  /* It may well end before it has read all. */
  g_subprocess_communicate (process, in, NULL, &out, &err, NULL);
  g_subprocess_wait (process, NULL, NULL);
  result.status =
      g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;
  result.out_length = out ? g_bytes_get_size (out) : 0;
  result.out = g_malloc0 (result.out_length + 1);
  if (result.out_length > 0)
    memcpy (result.out, g_bytes_get_data (out, NULL), result.out_length);
  result.err = g_strndup (err && g_bytes_get_size (err) ? g_bytes_get_data (err, NULL) : "",
                          err ? g_bytes_get_size (err) : 0);
  return result;
}

#define ARGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
expect_out (const char *const *arguments, const char *input, const char *expected)
{
  g_auto (Result) result = run (arguments, input, -1);

  g_assert_cmpstr (result.err, ==, "");
  g_assert_cmpstr (result.out, ==, expected);
  g_assert_cmpint (result.status, ==, 0);
}

/* One line on standard error that says expected, and nothing else. */
static void
expect_failure (const char *const *arguments, int status, const char *expected)
{
  g_auto (Result) result = run (arguments, "", 0);
  const char *end = strchr (result.err, '\n');

  g_test_message ("%s", result.err);
  g_assert_cmpint (result.status, ==, status);
  g_assert_cmpstr (result.out, ==, "");
  g_assert_true (g_str_has_prefix (result.err, "weir-tail: "));
  g_assert_nonnull (strstr (result.err, expected));
  g_assert_nonnull (end);
  g_assert_cmpstr (end, ==, "\n");
}

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

/* What the program prints on a terminal, given these arguments and that input. */
static GString *
run_on_terminal (const char *const *arguments, GBytes *input)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE);
  g_autoptr (GPtrArray) command = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  GString *out = g_string_new (NULL);
  char bytes[4096];
  ssize_t n;
  int master = posix_openpt (O_RDWR | O_NOCTTY);

  g_assert_cmpint (grantpt (master), ==, 0);
  g_assert_cmpint (unlockpt (master), ==, 0);
  g_subprocess_launcher_setenv (launcher, "NO_COLOR", "1", TRUE);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  g_subprocess_launcher_take_stdout_fd (launcher, open (ptsname (master), O_RDWR | O_NOCTTY));
  g_ptr_array_add (command, (gpointer) program);
  for (gsize i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (command, (gpointer) arguments[i]);
  g_ptr_array_add (command, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) command->pdata, NULL);
  g_clear_object (&launcher);
  g_assert_true (g_subprocess_communicate (process, input, NULL, NULL, NULL, NULL));
  while ((n = read (master, bytes, sizeof bytes)) > 0)
    g_string_append_len (out, bytes, n);
  close (master);
  return out;
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
  expect_failure (ARGS (file), 1, "is not an event stream: none of its lines is a field");
  g_assert_true (g_file_set_contents (file, ": nothing yet\n", -1, NULL));
  expect_failure (ARGS (file), 0, "holds no event in its 14 bytes");
  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  expect_out (ARGS (file), "", "");
  expect_failure (ARGS (folder), 1, "is a directory");
  g_assert_cmpint (unlink (file), ==, 0);
  expect_failure (ARGS (file), 1, "There is no file");
  expect_failure (ARGS ("no.such.host"), 1, "write http:// before it");
  g_assert_cmpint (rmdir (folder), ==, 0);
}

/* Some text is not a stream, wherever it ends; a stream is one, however little came of it. */
static void
test_what_is_a_stream (void)
{
  static const char *const streams[] = { "",         "data",       ":",          "id: 1\n",
                                         "retry: 1", "event: x\n", "a\n\nid\nb", "data: 1\nda" };
  static const char *const texts[] = { "hello", "foo: x\nhello", "foo\n", "Data: x\n\n", "\xff\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (streams); i++)
    for (int chunk = 1; chunk < 4; chunk += 2)
      {
        g_autofree char *option = g_strdup_printf ("--chunk=%d", chunk);
        g_auto (Result) result = run (ARGS ("--all", option, "-"), streams[i], -1);

        g_assert_cmpstr (result.err, ==, "");
        g_assert_cmpint (result.status, ==, 0);
      }
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_auto (Result) result = run (ARGS ("-"), texts[i], -1);

      g_assert_cmpint (result.status, ==, 1);
      g_assert_nonnull (strstr (result.err, "standard input is not an event stream"));
      g_assert_nonnull (strstr (result.err, "--all shows"));
    }
}

static void
test_usage (void)
{
  expect_failure (ARGS ("--nope", "-"), 2, "Unknown option --nope; --help lists the options.");
  expect_failure (ARGS ("--all"), 2, "Say what to read");
  expect_failure (ARGS ("a", "b"), 2, "Only one");
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
  expect_failure (ARGS ("https:example.org"), 2, "should look like");
  expect_failure (ARGS ("http://exa mple/"), 2, "holds no space");
  expect_failure (ARGS ("http://exa%20mple/"), 2, "holds no space");
  expect_failure (ARGS ("http://exa<mple/"), 2, "no such host name");
  expect_failure (ARGS ("http://a..b/"), 2, "no such host name");
  expect_failure (ARGS ("localhost:99999"), 2, "should look like");
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

  expect_out (ARGS ("--format=data", "--max-line-bytes=10", "--on-limit=skip", "-"),
              "data: 1\n\ndata: too long\n\ndata: 2\n\n", "1\n2\n");
  stop = run (ARGS ("--format=data", "--max-event-bytes=4", "-"),
              "data: 1\n\ndata: long\ndata: long\n\ndata: 2\n\n", -1);
  g_assert_cmpint (stop.status, ==, 1);
  g_assert_cmpstr (stop.out, ==, "1\n");
  g_assert_nonnull (strstr (stop.err, "larger than allowed"));
}

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
      g_autoptr (GSubprocess) process = g_subprocess_new (
          G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL, "/bin/sh", "-c", commands[i], program, NULL);

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
  g_unsetenv ("WEIR_BEARER");
  raw_server_free (server);
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
  g_assert_cmpint (argc, ==, 3);
  program = argv[1];
  manual = argv[2];
  g_test_add_func ("/tail/ndjson", test_ndjson);
  g_test_add_func ("/tail/offsets", test_offsets);
  g_test_add_func ("/tail/all", test_all);
  g_test_add_func ("/tail/data-and-raw", test_data_and_raw);
  g_test_add_func ("/tail/max-events", test_max_events);
  g_test_add_func ("/tail/control-bytes", test_control_bytes);
  g_test_add_func ("/tail/long-values", test_long_values);
  g_test_add_func ("/tail/terminal", test_terminal);
  g_test_add_func ("/tail/terminal/waiting", test_waiting_on_terminal);
  g_test_add_func ("/tail/files", test_files);
  g_test_add_func ("/tail/what-is-a-stream", test_what_is_a_stream);
  g_test_add_func ("/tail/usage", test_usage);
  g_test_add_func ("/tail/help-and-version", test_help_and_version);
  g_test_add_func ("/tail/manual", test_manual);
  g_test_add_func ("/tail/limits", test_limits);
  g_test_add_func ("/tail/answers", test_answers);
  g_test_add_func ("/tail/credentials-wanted", test_credentials_wanted);
  g_test_add_func ("/tail/no-reconnect", test_no_reconnect);
  g_test_add_func ("/tail/flush-and-cut", test_flush_and_cut);
  g_test_add_func ("/tail/closed-pipe", test_closed_pipe);
  g_test_add_func ("/tail/closed-streams", test_closed_streams);
  g_test_add_func ("/tail/secrets-from-files", test_secrets_from_files);
  g_test_add_func ("/tail/answer-format", test_answer_format);
  return g_test_run ();
}
