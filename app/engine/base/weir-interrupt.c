/* SPDX-License-Identifier: MIT */
#include "weir-interrupt.h"

#include <glib-unix.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define GIVE_UP_S 5

static const int signals[] = { SIGTERM, SIGINT, SIGHUP };

/* Signals belong to the process, so this does too. */
static struct
{
  guint sources[G_N_ELEMENTS (signals) + 1]; /* the signals and the reader; 0: not watched */
  guint timeout;
  void (*function) (gpointer);
  gpointer user_data;
} watch;

static gboolean
give_up (gpointer data)
{
  _exit (EXIT_FAILURE);
}

static void
interrupt (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (watch.sources); i++)
    g_clear_handle_id (&watch.sources[i], g_source_remove);
  watch.timeout = g_timeout_add_seconds (GIVE_UP_S, give_up, NULL);
  watch.function (watch.user_data);
}

static gboolean
on_signal (gpointer data)
{
  interrupt ();
  return G_SOURCE_CONTINUE; /* it has been removed */
}

static gboolean
on_reader_gone (int fd, GIOCondition condition, gpointer data)
{
  interrupt ();
  return G_SOURCE_CONTINUE; /* it has been removed */
}

static gboolean
is_ignored (int number)
{
  struct sigaction action;

  return sigaction (number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/* A quiet stream would not notice by writing. */
static guint
watch_reader (void)
{
  struct stat status;

  if (fstat (STDOUT_FILENO, &status) != 0
      || (!S_ISFIFO (status.st_mode) && !S_ISSOCK (status.st_mode)))
    return 0;
  return g_unix_fd_add (STDOUT_FILENO, G_IO_ERR, on_reader_gone, NULL);
}

void
weir_interrupt_watch (WeirInterruptCauses causes, void (*function) (gpointer), gpointer user_data)
{
  watch.function = function;
  watch.user_data = user_data;
  for (gsize i = 0; (causes & WEIR_INTERRUPT_SIGNALS) && i < G_N_ELEMENTS (signals); i++)
    if (!is_ignored (signals[i]))
      watch.sources[i] = g_unix_signal_add (signals[i], on_signal, NULL);
  if (causes & WEIR_INTERRUPT_READER)
    watch.sources[G_N_ELEMENTS (signals)] = watch_reader ();
}

void
weir_interrupt_unwatch (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (watch.sources); i++)
    g_clear_handle_id (&watch.sources[i], g_source_remove);
  g_clear_handle_id (&watch.timeout, g_source_remove);
}
