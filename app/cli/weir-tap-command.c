/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-tap-command.h"

#include "weir-printer.h"
#include "weir-tail-recording.h"
#include "app/engine/base/weir-interrupt.h"
#include "app/engine/tap/weir-tap.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct
{
  const WeirTailOptions *options;
  void (*print_error) (const char *text);
  GMainLoop *loop;
  WeirAnswerTurns turns; /* belongs to the I/O thread */
  GMutex lock;
  GHashTable *logs; /* under the lock: the recorded streams' logs, by number */
  int failed;       /* atomic: a recording failed to start, or stopped */
} Command;

/* In the I/O thread. A stream that cannot be recorded is still shown. */
static WeirSink *
record (Command *self, guint number, WeirSink *printer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirLog) log = weir_tail_recording_new (
      self->options->record, weir_request_get_display_url (self->options->request), &error);
  WeirSink *tee;

  if (log == NULL)
    {
      self->print_error (error->message);
      g_atomic_int_set (&self->failed, TRUE);
      return printer;
    }
  tee = weir_tail_recording_tee (log, self->options->record_filtered ? self->options->filter : NULL,
                                 printer);
  g_mutex_lock (&self->lock);
  g_hash_table_insert (self->logs, GUINT_TO_POINTER (number), g_steal_pointer (&log));
  g_mutex_unlock (&self->lock);
  return tee;
}

/* In the I/O thread, so the lines of several streams do not mix. */
static WeirSink *
make_sink (guint number, gpointer user_data)
{
  Command *self = user_data;
  WeirPrinterOptions options = self->options->printer;
  WeirSink *printer;

  options.stream = number;
  options.turns = &self->turns;
  printer = WEIR_SINK (weir_printer_new (STDOUT_FILENO, &options));
  return self->options->record != NULL ? record (self, number, printer) : printer;
}

static void
finish_recording (Command *self, WeirLog *log)
{
  g_autofree char *problem = NULL;
  g_autofree char *freed = NULL;

  weir_log_sync (log);
  problem = weir_tail_recording_get_problem (log);
  freed = weir_tail_recording_describe_freed (log);
  if (problem != NULL)
    {
      self->print_error (problem);
      g_atomic_int_set (&self->failed, TRUE);
    }
  if (freed != NULL)
    self->print_error (freed);
}

static void
on_stream_ended (WeirTap *tap, guint number, WeirConnectionInfo *info, Command *self)
{
  const guint64 max_events = self->options->printer.max_events;
  gpointer log = NULL;

  g_mutex_lock (&self->lock);
  g_hash_table_steal_extended (self->logs, GUINT_TO_POINTER (number), NULL, &log);
  g_mutex_unlock (&self->lock);
  if (log != NULL)
    finish_recording (self, log);
  g_clear_object (&log);
  if (max_events > 0 && info->n_events >= max_events)
    g_main_loop_quit (self->loop);
}

/* Closes all connections, and waits until the recordings are on disk. */
static void
finish_recordings (Command *self, WeirTap *tap)
{
  gboolean open = TRUE;

  weir_tap_stop (tap);
  while (open)
    {
      g_mutex_lock (&self->lock);
      open = g_hash_table_size (self->logs) > 0;
      g_mutex_unlock (&self->lock);
      if (open)
        g_main_context_iteration (NULL, TRUE);
    }
}

static void
on_interrupted (gpointer user_data)
{
  g_main_loop_quit (user_data);
}

static void
warn (const WeirTailOptions *options, void (*print_error) (const char *text))
{
  if (weir_request_get_options (options->request)->insecure)
    print_error (
        _ ("Certificates are not checked: anyone on the way can read and change what the tap "
           "passes on."));
  for (gsize i = 0; options->ignored != NULL && options->ignored[i] != NULL; i++)
    {
      g_autofree char *text = g_strdup_printf (
          _ ("%s has no effect with --tap: requests are sent as the client made them."),
          options->ignored[i]);

      print_error (text);
    }
}

int
weir_tap_command_run (WeirTailOptions *options, void (*print_error) (const char *text))
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GHashTable) logs = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  Command self = { .options = options, .print_error = print_error, .loop = loop, .logs = logs };
  g_autoptr (GError) error = NULL;
  g_autofree char *hint = NULL;
  const WeirTapOptions tap_options = {
    .address = options->tap,
    .upstream = options->request,
    .cors = (const char *const *) options->cors,
    .func = make_sink,
    .user_data = &self,
  };
  g_autoptr (WeirTap) tap = weir_tap_new (&tap_options, &error);

  if (tap == NULL)
    {
      print_error (error->message);
      return g_error_matches (error, WEIR_TAP_ERROR, WEIR_TAP_ERROR_ADDRESS) ? 2 : EXIT_FAILURE;
    }
  g_signal_connect (tap, "stream-ended", G_CALLBACK (on_stream_ended), &self);
  weir_interrupt_watch (WEIR_INTERRUPT_SIGNALS | WEIR_INTERRUPT_READER, on_interrupted, loop);
  /* Translators: the tap's address, and the upstream's. */
  hint = g_strdup_printf (_ ("%s is a tap on %s"), weir_tap_get_address (tap),
                          weir_request_get_display_url (options->request));
  print_error (hint);
  warn (options, print_error);
  g_main_loop_run (loop);
  finish_recordings (&self, tap);
  if (g_atomic_int_get (&self.failed))
    return EXIT_FAILURE;
  /* A tap that saw no answer has no problem to report, unless one is expected. */
  if (options->answer_status == WEIR_ANSWER_STATUS_NONE && !options->printer.expect_answer)
    return EXIT_SUCCESS;
  return weir_tail_options_get_answer_status (options);
}
