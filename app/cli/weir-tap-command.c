/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-tap-command.h"

#include "weir-printer.h"
#include "weir-tap.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct
{
  const WeirPrinterOptions *options;
  GMainLoop *loop;
} Command;

/* In the I/O thread, which has one stream at a time print whole lines. */
static WeirSink *
make_printer (guint number, gpointer user_data)
{
  Command *self = user_data;
  WeirPrinterOptions options = *self->options;

  options.stream = number;
  return WEIR_SINK (weir_printer_new (STDOUT_FILENO, &options));
}

static void
on_stream_ended (WeirTap *tap, guint number, WeirConnectionInfo *info, Command *self)
{
  if (self->options->max_events > 0 && info->n_events >= self->options->max_events)
    g_main_loop_quit (self->loop);
}

static gboolean
on_signal (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_reader_gone (int fd, GIOCondition condition, gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

int
weir_tap_command_run (WeirTailOptions *options, void (*complain) (const char *text))
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Command self = { &options->printer, loop };
  g_autoptr (GError) error = NULL;
  g_autofree char *hint = NULL;
  g_autoptr (WeirTap) tap =
      weir_tap_new (options->tap, options->request, make_printer, &self, NULL, &error);

  if (tap == NULL)
    {
      complain (error->message);
      return g_error_matches (error, WEIR_TAP_ERROR, WEIR_TAP_ERROR_ADDRESS) ? 2 : EXIT_FAILURE;
    }
  g_signal_connect (tap, "stream-ended", G_CALLBACK (on_stream_ended), &self);
  g_unix_signal_add (SIGINT, on_signal, loop);
  g_unix_signal_add (SIGTERM, on_signal, loop);
  g_unix_fd_add (STDOUT_FILENO, G_IO_ERR, on_reader_gone, loop);
  /* Translators: the tap's address, and the upstream's. */
  hint = g_strdup_printf (_ ("%s is a tap on %s"), weir_tap_get_address (tap),
                          weir_request_get_display_url (options->request));
  complain (hint);
  g_main_loop_run (loop);
  return EXIT_SUCCESS;
}
