/* SPDX-License-Identifier: MIT */
/* weir-collect: stores the events of event streams in an engine. */
#include "weir-config.h"

#include "weir-collect-options.h"
#include "weir-collector.h"
#include "weir-metrics.h"
#include "weir-verify.h"

#include "app/engine/base/weir-file-limit.h"
#include "app/engine/base/weir-home.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum
{
  STATUS_DONE = 0,
  STATUS_FAILED = 1,
  STATUS_USAGE = 2,
  STATUS_FOUND = 3,
};

/* How long the end waits for the target. */
#define FINISH_US (10 * G_USEC_PER_SEC)

typedef struct
{
  WeirCollectOptions *options;
  GMainLoop *loop;
  WeirWriter *writer;
  GPtrArray *collectors; /* WeirCollector, in the order of the options */
  GHashTable *settings;  /* WeirCollector → the settings that it was made from */
  GPtrArray *
      next; /* WeirCollectStream: the streams after the last reload, until all changed ones ended */
  gboolean has_failed;
} Collect;

/* One line on standard error, without control characters. Called in any thread. */
static void
complain (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (char *at = valid; *at != '\0'; at++)
    if ((guchar) *at < 0x20 || *at == 0x7f)
      *at = ' ';
  fprintf (stderr, "weir-collect: %s\n", valid);
}

/* --- From the writer's thread ------------------------------------------------- */

typedef struct
{
  Collect *collect;
  const char *stream; /* interned */
  GPtrArray *records; /* resumed */
  char *sentence;     /* stopped */
} Message;

static void
message_free (gpointer data)
{
  Message *message = data;

  g_clear_pointer (&message->records, g_ptr_array_unref);
  g_free (message->sentence);
  g_free (message);
}

static WeirCollector *
find_collector (Collect *self, const char *stream)
{
  for (guint i = 0; i < self->collectors->len; i++)
    if (weir_collector_get_name (self->collectors->pdata[i]) == stream)
      return self->collectors->pdata[i];
  return NULL;
}

static gboolean
on_message (gpointer data)
{
  Message *message = data;
  WeirCollector *collector = find_collector (message->collect, message->stream);

  if (collector == NULL)
    return G_SOURCE_REMOVE;
  if (message->records != NULL)
    weir_collector_start (collector, message->records);
  else
    weir_collector_fail (collector, message->sentence);
  return G_SOURCE_REMOVE;
}

static void
send_message (Collect *self, const char *stream, GPtrArray *records, const char *sentence)
{
  Message *message = g_new0 (Message, 1);

  message->collect = self;
  message->stream = stream;
  message->records = records != NULL ? g_ptr_array_ref (records) : NULL;
  message->sentence = g_strdup (sentence);
  /* Not g_main_context_invoke(), which calls it in this thread if the main loop does not run yet. */
  g_idle_add_full (G_PRIORITY_DEFAULT, on_message, message, message_free);
}

static void
on_resumed (const char *stream, GPtrArray *records, gpointer user_data)
{
  send_message (user_data, stream, records, NULL);
}

static void
on_stopped (const char *stream, const char *sentence, gpointer user_data)
{
  send_message (user_data, stream, NULL, sentence);
}

static void
on_reported (const char *sentence, gpointer user_data)
{
  complain (sentence);
}

/* --- Streams ------------------------------------------------------------------ */

static void on_ended (WeirCollector *collector, Collect *self);

static void
add_stream (Collect *self, const WeirCollectStream *stream)
{
  WeirCollector *collector = weir_collector_new (stream->name, stream->request, self->writer);

  g_signal_connect (collector, "ended", G_CALLBACK (on_ended), self);
  g_ptr_array_add (self->collectors, collector);
  g_hash_table_insert (self->settings, collector, g_strdup (stream->settings));
  weir_writer_resume (self->writer, weir_collector_get_name (collector));
}

static const WeirCollectStream *
find_stream (GPtrArray *streams, const char *name)
{
  for (guint i = 0; i < streams->len; i++)
    if (g_str_equal (((WeirCollectStream *) streams->pdata[i])->name, name))
      return streams->pdata[i];
  return NULL;
}

static void
on_ended (WeirCollector *collector, Collect *self)
{
  const char *error = weir_collector_get_error (collector);
  const char *name = weir_collector_get_name (collector);
  const WeirCollectStream *next = self->next != NULL ? find_stream (self->next, name) : NULL;
  /* A stream that failed by itself starts again only with other settings. */
  const gboolean is_changed =
      next != NULL
      && !g_str_equal (next->settings, g_hash_table_lookup (self->settings, collector));

  if (error != NULL)
    {
      g_autofree char *text = g_strdup_printf ("%s: %s", name, error);

      complain (text);
      self->has_failed = TRUE;
    }
  g_hash_table_remove (self->settings, collector);
  g_ptr_array_remove (self->collectors, collector);
  if (is_changed)
    add_stream (self, next);
  if (self->collectors->len == 0)
    g_main_loop_quit (self->loop);
}

/* Stops the streams that were removed or changed. Those that were changed start again when they have ended. */
static void
stop_changed (Collect *self)
{
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->collectors->len; i++)
    {
      WeirCollector *collector = self->collectors->pdata[i];
      const WeirCollectStream *stream =
          find_stream (self->next, weir_collector_get_name (collector));

      if (stream == NULL
          || !g_str_equal (stream->settings, g_hash_table_lookup (self->settings, collector)))
        g_ptr_array_add (changed, g_object_ref (collector));
    }
  for (guint i = 0; i < changed->len; i++)
    weir_collector_stop (changed->pdata[i]);
}

static gboolean
on_reload (gpointer data)
{
  Collect *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) streams = weir_collect_options_read_streams (self->options->config, &error);

  if (streams == NULL)
    {
      g_autofree char *text =
          g_strdup_printf (_ ("%s The streams stay as they are."), error->message);

      complain (text);
      return G_SOURCE_CONTINUE;
    }
  g_clear_pointer (&self->next, g_ptr_array_unref);
  self->next = g_steal_pointer (&streams);
  /* New ones first, so that the program does not end for want of streams. */
  for (guint i = 0; i < self->next->len; i++)
    {
      const WeirCollectStream *stream = self->next->pdata[i];

      if (find_collector (self, g_intern_string (stream->name)) == NULL)
        add_stream (self, stream);
    }
  stop_changed (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_interrupted (gpointer data)
{
  Collect *self = data;
  g_autoptr (GPtrArray) collectors = g_ptr_array_new_with_free_func (g_object_unref);

  g_clear_pointer (&self->next, g_ptr_array_unref);
  for (guint i = 0; i < self->collectors->len; i++)
    g_ptr_array_add (collectors, g_object_ref (self->collectors->pdata[i]));
  for (guint i = 0; i < collectors->len; i++)
    weir_collector_stop (collectors->pdata[i]);
  return G_SOURCE_REMOVE;
}

/* --- The program -------------------------------------------------------------- */

static int
open_dead_letter (const char *path)
{
  int fd;

  if (path == NULL)
    return -1;
  fd = open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      g_autofree char *text = g_strdup_printf (
          _ ("The dead letter file “%s” cannot be opened: %s."), path, g_strerror (errno));

      complain (text);
    }
  return fd;
}

static int
collect (Collect *self)
{
  g_autoptr (GError) error = NULL;
  WeirMetrics *metrics = NULL;
  gboolean is_flushed;

  if (self->options->metrics != NULL)
    {
      g_autofree char *url = NULL;

      metrics = weir_metrics_new (self->options->metrics, self->collectors, self->writer, &error);
      if (metrics == NULL)
        {
          g_autofree char *text = g_strdup_printf (_ ("The metrics cannot be served at %s: %s"),
                                                   self->options->metrics, error->message);

          complain (text);
          return STATUS_FAILED;
        }
      url = weir_metrics_get_url (metrics);
      complain (url);
    }
  for (guint i = 0; i < self->options->streams->len; i++)
    add_stream (self, self->options->streams->pdata[i]);
  g_unix_signal_add (SIGTERM, on_interrupted, self);
  g_unix_signal_add (SIGINT, on_interrupted, self);
  g_unix_signal_add (SIGHUP, self->options->config != NULL ? on_reload : on_interrupted, self);
  g_main_loop_run (self->loop);
  is_flushed = weir_writer_finish (self->writer, FINISH_US);
  if (!is_flushed)
    complain (
        _ ("The target did not acknowledge the last records. Start weir-collect again to fetch "
           "their events from the server."));
  g_clear_pointer (&metrics, weir_metrics_free);
  return self->has_failed || !is_flushed ? STATUS_FAILED : STATUS_DONE;
}

static int
run (WeirCollectOptions *options)
{
  static const WeirWriterCallbacks callbacks = { on_resumed, on_stopped, on_reported };
  g_autoptr (GError) error = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GPtrArray) collectors = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) settings = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  Collect self = {
    .options = options, .loop = loop, .collectors = collectors, .settings = settings
  };
  WeirTarget *target = weir_target_new (&options->to, &error);
  const int dead_letter = target != NULL ? open_dead_letter (options->dead_letter) : -1;
  int status;

  if (target == NULL)
    {
      complain (error->message);
      return STATUS_USAGE;
    }
  if (dead_letter < 0 && options->dead_letter != NULL)
    {
      weir_target_free (target);
      return STATUS_USAGE;
    }
  self.writer = weir_writer_new (target, dead_letter, &callbacks, &self);
  status = collect (&self);
  g_clear_pointer (&self.next, g_ptr_array_unref);
  weir_writer_free (self.writer);
  if (dead_letter >= 0)
    close (dead_letter);
  return status;
}

static void
print_line (const char *sentence)
{
  puts (sentence);
}

static int
verify (WeirCollectOptions *options)
{
  const WeirCollectStream *stream = options->streams->pdata[0];
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirTarget) target = weir_target_new (&options->to, &error);
  WeirVerifyResult result;

  if (target == NULL || !weir_verify (target, stream->name, print_line, &result, &error))
    {
      complain (error->message);
      return STATUS_FAILED;
    }
  /* Translators: how many records, events, connections, missing records, gaps, connections out of order. */
  printf (_ ("%llu records, %llu events, %u connections; %llu records missing, %llu gaps, %llu "
             "connections out of order\n"),
          (unsigned long long) result.n_records, (unsigned long long) result.n_events,
          result.n_connections, (unsigned long long) result.n_missing,
          (unsigned long long) result.n_gaps, (unsigned long long) result.n_disordered);
  return result.n_missing + result.n_gaps + result.n_disordered > 0 ? STATUS_FOUND : STATUS_DONE;
}

int
main (int argc, char **argv)
{
  WeirCollectOptions options;
  g_autoptr (GError) error = NULL;
  int status = STATUS_DONE;

  weir_locale_init ();
  weir_file_limit_raise ();
  signal (SIGPIPE, SIG_IGN);
  if (!weir_collect_options_parse (&options, argc, argv, &error))
    {
      complain (error->message);
      status = STATUS_USAGE;
    }
  else if (!options.is_done)
    status = options.verify ? verify (&options) : run (&options);
  weir_collect_options_clear (&options);
  return status;
}
