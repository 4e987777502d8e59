/* SPDX-License-Identifier: MIT */
/* weir-feed, the program: what it prints, and how it ends. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static const char *program;

/* Runs it with the arguments in words, waits, and gives its exit status. */
static int
run (const char *words, char **out, char **err)
{
  g_auto (GStrv) arguments = NULL;
  g_autofree char *line = g_strdup_printf ("'%s' %s", program, words);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_shell_parse_argv (line, NULL, &arguments, NULL));
  process =
      g_subprocess_newv ((const char *const *) arguments,
                         G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, out, err, &error);
  g_assert_no_error (error);
  return g_subprocess_get_exit_status (process);
}

static void
test_usage (void)
{
  static const char *const wrong[] = { "--port=x",        "--port=70000",    "--port=-1",
                                       "--scenario=none", "--rate=fast",     "--count=-1",
                                       "--count=x",       "--framing=udp",   "--unknown",
                                       "argument",        "--www=/nonesuch", "--require-bearer",
                                       "--framing" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *out = NULL;
      g_autofree char *err = NULL;

      g_assert_cmpint (run (wrong[i], &out, &err), ==, 2);
      g_assert_cmpstr (out, ==, "");
      g_assert_true (g_str_has_prefix (err, "weir-feed: "));
      g_assert_true (strchr (err, '\n') == err + strlen (err) - 1);
    }
}

/* What was wrong stands in the sentence, and what would be right. */
static void
test_sentences (void)
{
  static const struct
  {
    const char *argument;
    const char *said;
  } cases[] = {
    { "--port=x", "--port must be a number from 0 to 65535, not “x”." },
    { "--port=70000", "--port must be a number from 0 to 65535, not “70000”." },
    { "--count=-1", "--count must be a number from 0 to " },
    { "--unknown", "Unknown option --unknown; --help lists the options." },
    { "--scenario=none", "There is no scenario “none”. The scenarios are: demo, " },
    { "--fault=none", "There is no fault “none”. The faults are: cut-mid-event[=N], " },
    { "--fault=rst=x", "The fault rst takes a number from 0 to 2147483647, as in rst=3" },
    { "--fault=status", "The fault status needs a number from 200 to 599, as in status=503." },
    { "--fault=type", "as in type=text/html." },
    { "--fault=type=", "as in type=text/html." },
    { "--speed=10", "--speed needs --replay" },
    { "--cors=foo", "“foo” is not an origin for --cors. Write it like https://example.com" },
    { "--cors=https://example.com/", "is not an origin" },
    { "--cors=* --cors=http://", "“http://” is not an origin" },
    { "--framing=udp", "--framing must be event, block or close, not “udp”." },
    { "--replay=x --speed=fast", "--speed must be a number from 0 up, or step, not “fast”." },
    { "surplus", "The argument “surplus” is not an option; --help lists the options." },
    { "--fault=redirect-loop=1", "The fault redirect-loop takes no value." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *err = NULL;

      g_assert_cmpint (run (cases[i].argument, NULL, &err), ==, 2);
      g_test_message ("%s", err);
      g_assert_nonnull (strstr (err, cases[i].said));
    }
}

/* The help and the sentence list the same faults. */
static void
test_faults_listed (void)
{
  g_autofree char *help = NULL;
  g_autofree char *err = NULL;
  g_auto (GStrv) faults = NULL;
  char *list;

  g_assert_cmpint (run ("--help", &help, NULL), ==, 0);
  g_assert_cmpint (run ("--fault=none", NULL, &err), ==, 2);
  list = strstr (err, "The faults are: ") + strlen ("The faults are: ");
  list[strcspn (list, "\n") - 1] = '\0';
  faults = g_strsplit (list, ", ", -1);
  g_assert_cmpuint (g_strv_length (faults), >=, 13);
  for (gsize i = 0; faults[i]; i++)
    g_assert_nonnull (strstr (help, faults[i]));
}

static void
test_help (void)
{
  g_autofree char *help = NULL;
  g_autofree char *version = NULL;
  g_autofree char *err = NULL;

  g_assert_cmpint (run ("--help", &help, NULL), ==, 0);
  g_assert_nonnull (strstr (help, "--require-bearer=TOKEN"));
  g_assert_nonnull (strstr (help, "hostile"));
  g_assert_cmpint (run ("--version", &version, &err), ==, 0);
  g_assert_true (g_str_has_prefix (version, "weir-feed "));
}

/* Starts it, and reads the line with its address. */
static GSubprocess *
start (char **address)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *process =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error,
                        program, "--port=0", "--scenario=meeting", NULL);
  g_autoptr (GDataInputStream) lines = NULL;

  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  *address = g_data_input_stream_read_line_utf8 (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  return process;
}

static void
test_signals (void)
{
  static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      g_autofree char *address = NULL;
      g_autofree char *err = NULL;
      g_autoptr (GSubprocess) process = start (&address);

      g_assert_true (g_regex_match_simple ("^http://127\\.0\\.0\\.1:[0-9]+$", address, 0, 0));
      g_subprocess_send_signal (process, signals[i]);
      g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &err, NULL);
      g_subprocess_wait (process, NULL, NULL);
      g_assert_true (g_subprocess_get_if_exited (process));
      g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
      g_assert_cmpstr (err, ==, "");
    }
}

static void
test_port_in_use (void)
{
  g_autofree char *address = NULL;
  g_autofree char *err = NULL;
  g_autoptr (GSubprocess) process = start (&address);
  g_autofree char *arguments = g_strdup_printf ("--port=%s", strrchr (address, ':') + 1);

  g_assert_cmpint (run (arguments, NULL, &err), ==, 1);
  g_assert_nonnull (strstr (err, "another program uses this port"));
  g_subprocess_send_signal (process, SIGTERM);
  g_subprocess_wait (process, NULL, NULL);
}

/* A token from a file is no part of any process list. */
static void
test_bearer_file (void)
{
  g_autofree char *err = NULL;

  g_assert_cmpint (run ("--require-bearer=@/nonesuch", NULL, &err), ==, 2);
  g_assert_nonnull (strstr (err, "/nonesuch"));
  g_assert_nonnull (strstr (err, "--require-bearer"));
}

static void
test_replay_of_no_stream (void)
{
  g_autofree char *path = NULL;
  g_autofree char *err = NULL;
  g_autofree char *arguments = NULL;

  g_assert_cmpint (close (g_file_open_tmp ("weir-XXXXXX", &path, NULL)), ==, 0);
  g_assert_true (g_file_set_contents (path, "# A title\n\nSome text.\n", -1, NULL));
  arguments = g_strdup_printf ("'--replay=%s'", path);
  g_assert_cmpint (run (arguments, NULL, &err), ==, 2);
  g_assert_nonnull (strstr (err, path));
  g_assert_nonnull (strstr (err, "is not an event stream"));
  g_assert_cmpint (g_unlink (path), ==, 0);
}

int
main (int argc, char **argv)
{
  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];
  g_test_add_func ("/weir-feed/usage", test_usage);
  g_test_add_func ("/weir-feed/sentences", test_sentences);
  g_test_add_func ("/weir-feed/faults-listed", test_faults_listed);
  g_test_add_func ("/weir-feed/help", test_help);
  g_test_add_func ("/weir-feed/signals", test_signals);
  g_test_add_func ("/weir-feed/port-in-use", test_port_in_use);
  g_test_add_func ("/weir-feed/bearer-file", test_bearer_file);
  g_test_add_func ("/weir-feed/replay-of-no-stream", test_replay_of_no_stream);
  return g_test_run ();
}
