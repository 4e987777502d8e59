/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "tail.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *tail_program;

void
result_clear (Result *result)
{
  g_free (result->out);
  g_free (result->err);
}

/* standard_input is a file descriptor that the program gets, or -1. */
static GSubprocess *
spawn_reading (GSubprocessFlags flags, const char *const *arguments, int standard_input)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  if (standard_input >= 0)
    g_subprocess_launcher_take_stdin_fd (launcher, standard_input);
  g_ptr_array_add (argv, (gpointer) tail_program);
  for (; *arguments; arguments++)
    g_ptr_array_add (argv, (gpointer) *arguments);
  g_ptr_array_add (argv, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  return process;
}

GSubprocess *
spawn (GSubprocessFlags flags, const char *const *arguments)
{
  return spawn_reading (flags, arguments, -1);
}

typedef struct
{
  int fd;
  const char *bytes;
  gsize length;
} Input;

/* The program may end before it has read everything, which is no error here. */
static gpointer
write_input (gpointer data)
{
  const Input *input = data;

  for (gsize at = 0; at < input->length;)
    {
      const ssize_t n = write (input->fd, input->bytes + at, input->length - at);

      if (n < 0)
        break;
      at += n;
    }
  close (input->fd);
  return NULL;
}

/* Given the input, g_subprocess_communicate () would lose the output where it cannot write all of
 * it, so a thread writes it. */
Result
run (const char *const *arguments, const char *input, gssize length)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GBytes) out = NULL;
  g_autoptr (GBytes) err = NULL;
  g_autoptr (GError) error = NULL;
  Result result = { 0 };
  Input in = { -1, input, length < 0 ? strlen (input) : (gsize) length };
  GThread *writer;
  int fds[2];

  signal (SIGPIPE, SIG_IGN); /* GLib restores it in the program that it starts. */
  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  in.fd = fds[1];
  process = spawn_reading (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                           arguments, fds[0]);
  writer = g_thread_new ("input", write_input, &in);
  g_subprocess_communicate (process, NULL, NULL, &out, &err, &error);
  g_assert_no_error (error);
  g_thread_join (writer);
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

void
expect_out (const char *const *arguments, const char *input, const char *expected)
{
  g_auto (Result) result = run (arguments, input, -1);

  g_assert_cmpstr (result.err, ==, "");
  g_assert_cmpstr (result.out, ==, expected);
  g_assert_cmpint (result.status, ==, 0);
}

void
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

GString *
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
  g_ptr_array_add (command, (gpointer) tail_program);
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
