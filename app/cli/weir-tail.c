/* SPDX-License-Identifier: MIT */
/* weir-tail: prints the events of an event stream. */
#include "weir-config.h"

#include "weir-output.h"
#include "weir-printer.h"
#include "app/engine/base/weir-file-limit.h"
#include "app/engine/base/weir-home.h"
#include "app/engine/base/weir-interrupt.h"
#include "app/engine/base/weir-recording-folder.h"
#include "app/engine/recording/weir-recording.h"
#include "app/engine/base/weir-secrets.h"
#include "app/engine/recording/weir-replay.h"
#include "app/engine/stream/weir-stream.h"
#include "weir-tail-options.h"
#include "weir-tail-recording.h"
#include "weir-tap-command.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

enum
{
  STATUS_DONE = 0,
  STATUS_FAILED = 1,
  STATUS_USAGE = 2,
  STATUS_FOUND = 3,
};

typedef struct
{
  GMainLoop *loop;
  const WeirTailOptions *options;
  WeirStream *stream;
  WeirLog *log; /* the recorded log, or NULL */
  guint check;  /* of the recording; 0 after it has stopped */
  guint warned; /* the last connection that was warned about */
} Tail;

/* Prints one line on standard error. */
static void
print_error (const char *text)
{
  WeirOutput *output = g_new0 (WeirOutput, 1);

  output->fd = STDERR_FILENO;
  weir_output_string (output, "weir-tail: ");
  weir_output_safe (output, text, strlen (text), " ");
  weir_output_string (output, "\n");
  weir_output_flush (output);
  g_free (output);
}

static void
warn_insecure (Tail *self)
{
  WeirConnectionInfo *info = weir_stream_get_connection (self->stream);

  if (!info || !info->insecure || info->number == self->warned)
    return;
  self->warned = info->number;
  print_error (
      _ ("Certificates are not checked: anyone on the way can read and change this stream."));
}

/* Otherwise, a stream that reconnects although it is not an event stream would seem quiet. */
static void
print_error_before_reconnect (Tail *self)
{
  WeirConnectionInfo *info = weir_stream_get_connection (self->stream);

  if (info != NULL && info->no_event && !self->options->printer.all)
    print_error (weir_stream_get_status_text (self->stream));
}

static void
on_state (WeirStream *stream, GParamSpec *pspec, Tail *self)
{
  switch (weir_stream_get_state (stream))
    {
    case WEIR_STREAM_STATE_CONNECTING:
      warn_insecure (self);
      break;
    case WEIR_STREAM_STATE_ENDED:
      g_main_loop_quit (self->loop);
      break;
    case WEIR_STREAM_STATE_WAITING:
      print_error_before_reconnect (self);
      break;
    case WEIR_STREAM_STATE_IDLE:
    case WEIR_STREAM_STATE_OPEN:
    default:
      break;
    }
}

static gboolean
on_user_signal (gpointer data)
{
  weir_stream_cut (((Tail *) data)->stream);
  return G_SOURCE_CONTINUE;
}

static void
on_interrupted (gpointer data)
{
  weir_stream_close (((Tail *) data)->stream);
}

/* Returns: TRUE if the recording has stopped; prints the reason once. */
static gboolean
print_recording_problem (Tail *self)
{
  g_autofree char *problem = weir_tail_recording_get_problem (self->log);

  if (problem != NULL && self->check != 0)
    print_error (problem);
  return problem != NULL;
}

/* Reports a full disk at once, not only at the end. */
static gboolean
on_recording_checked (gpointer data)
{
  Tail *self = data;

  if (!print_recording_problem (self))
    return G_SOURCE_CONTINUE;
  self->check = 0;
  return G_SOURCE_REMOVE;
}

static int
finish_recording (Tail *self, int status)
{
  g_autofree char *freed = NULL;
  gboolean stopped;

  weir_log_sync (self->log);
  freed = weir_tail_recording_describe_freed (self->log);
  stopped = print_recording_problem (self);
  g_clear_handle_id (&self->check, g_source_remove);
  if (freed != NULL)
    print_error (freed);
  return stopped ? STATUS_FAILED : status;
}

/* Whether the request has credentials. */
static gboolean
has_credentials (WeirRequest *request)
{
  const char *name;
  const char *value;

  for (guint i = 0; weir_request_get_header (request, i, &name, &value); i++)
    if (weir_secrets_is_secret_header (name, value))
      return TRUE;
  return FALSE;
}

/* What to do about the limit that ended the stream; NULL: none did. */
static const char *
get_advice_on_limit (WeirPrinter *printer, const WeirTailOptions *options)
{
  if (weir_request_get_options (options->request)->on_limit == WEIR_ON_LIMIT_SKIP)
    return NULL;
  switch (weir_printer_get_limit (printer))
    {
    case WEIR_FINDING_LINE_TOO_LONG:
      return _ ("Raise the limit with --max-line-bytes, or skip what is too large with "
                "--on-limit=skip.");
    case WEIR_FINDING_EVENT_TOO_LARGE:
      return _ ("Raise the limit with --max-event-bytes, or skip what is too large with "
                "--on-limit=skip.");
    default:
      return NULL;
    }
}

/* Whether only the status or the content type of the response is wrong. */
static gboolean
is_refused_stream (const WeirConnectionInfo *info)
{
  if (!weir_connection_info_is_http (info) || info->no_event)
    return FALSE;
  return info->end == WEIR_END_CONTENT_TYPE
         || (info->end == WEIR_END_STATUS && info->status >= 200 && info->status <= 299);
}

/* A sentence that names the option that may help; NULL: none is known. */
static const char *
get_advice (const WeirConnectionInfo *info, WeirPrinter *printer, const WeirTailOptions *options)
{
  if (info == NULL)
    return NULL;
  if (info->end == WEIR_END_TOO_LARGE)
    return get_advice_on_limit (printer, options);
  if ((info->status == 401 || info->status == 403) && info->credentials_withheld)
    return _ ("If that address is right, give it instead of the first one.");
  if (info->status == 401)
    return has_credentials (options->request)
               ? _ ("Check the token, or the name and password, that was sent.")
               : _ ("Send a token with --bearer, or a name and password with --user.");
  if (info->status == 405 && info->changed_method != 0)
    return _ ("Give the address that the redirect leads to instead of the first one.");
  if (info->status == 405)
    return _ ("Choose another method with -X, or send a body with -d, which makes it a POST.");
  if (info->status == 407)
    return _ ("Give the proxy's name and password as in --proxy=http://NAME:PASSWORD@HOST:PORT.");
  if (is_refused_stream (info))
    return _ ("--accept-any reads it all the same.");
  if (info->end == WEIR_END_CONTENT_TYPE && !options->printer.all)
    return _ ("--all shows its contents.");
  return NULL;
}

static void
print_failure (const char *failure, const char *advice)
{
  g_autofree char *text = g_strjoin (" ", failure, advice, NULL);

  print_error (text);
}

static int
get_status (WeirStream *stream, WeirPrinter *printer, const WeirTailOptions *options)
{
  int error = weir_printer_get_error (printer);
  const char *failure = weir_stream_get_error (stream);

  if (error == EPIPE)
    return STATUS_DONE;
  if (error != 0)
    {
      g_autofree char *text =
          g_strdup_printf (_ ("The output cannot be written: %s."), g_strerror (error));

      print_error (text);
      return STATUS_FAILED;
    }
  if (failure)
    {
      print_failure (failure, get_advice (weir_stream_get_connection (stream), printer, options));
      return STATUS_FAILED;
    }
  return STATUS_DONE;
}

/* For an event stream of comments only, or of fields without data. */
static void
print_no_event (WeirStream *stream, WeirTailOptions *options)
{
  WeirConnectionInfo *info = weir_stream_get_connection (stream);
  const unsigned long long n = info != NULL ? info->n_bytes : 0;
  g_autofree char *text = NULL;

  if (options->printer.all || n == 0 || info->n_events > 0 || info->end == WEIR_END_CANCELLED)
    return;
  text = g_strdup_printf (ngettext ("%s has no event in its %llu byte, only comments or fields "
                                    "without data. --all shows them.",
                                    "%s has no event in its %llu bytes, only comments or fields "
                                    "without data. --all shows them.",
                                    n),
                          weir_request_get_display_url (options->request), n);
  print_error (text);
  options->has_reported_no_answer = TRUE;
}

/* The exit status for the answers, unless status is already a failure. */
static int
judge_answers (const WeirTailOptions *options, int status)
{
  if (status != STATUS_DONE)
    return status;
  if (options->printer.answer_status != NULL && !options->has_reported_no_answer
      && options->answer_status == WEIR_ANSWER_STATUS_NONE)
    print_error (_ ("No answer of a language model arrived."));
  return weir_tail_options_get_answer_status (options);
}

/* The exit status for --expect, unless status is already a failure. Prints a line for each expectation
 * that was not met. */
static int
judge_expectations (const WeirTailOptions *options, int status)
{
  g_auto (GStrv) unmet = NULL;

  if (options->expectations == NULL)
    return status;
  unmet = weir_expectations_describe_unmet (options->expectations);
  for (gsize i = 0; unmet[i] != NULL; i++)
    print_error (unmet[i]);
  return unmet[0] != NULL && status == STATUS_DONE ? STATUS_FOUND : status;
}

static gboolean
on_time_passed (gpointer data)
{
  weir_stream_close (data);
  return G_SOURCE_REMOVE;
}

/* Prints a recording without delays. */
static int
run_recording (WeirTailOptions *options, const char *path)
{
  const WeirRequestOptions *limits = weir_request_get_options (options->request);
  const WeirParserOptions parser = {
    .max_line_bytes = limits->max_line_bytes,
    .max_event_bytes = limits->max_event_bytes,
    .max_id_bytes = limits->max_id_bytes,
    .on_limit = limits->on_limit,
  };
  g_autoptr (WeirPrinter) printer = weir_printer_new (STDOUT_FILENO, &options->printer);
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirReplay) replay = weir_replay_new (path, &error);
  g_autofree char *skipped = NULL;
  int failure;

  if (replay)
    weir_replay_to_sink (replay, WEIR_SINK (printer), &parser, &error);
  skipped = replay ? weir_replay_describe_skipped (replay) : NULL;
  if (skipped)
    print_error (skipped);
  failure = weir_printer_get_error (printer);
  if (failure == EPIPE)
    return STATUS_DONE;
  if (failure != 0)
    g_set_error (error ? NULL : &error, G_IO_ERROR, G_IO_ERROR_FAILED,
                 _ ("The output cannot be written: %s."), g_strerror (failure));
  if (weir_printer_finish_check (printer) && !error)
    return STATUS_FOUND;
  if (error)
    print_failure (error->message, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE)
                                       ? get_advice_on_limit (printer, options)
                                       : NULL);
  return judge_expectations (options, judge_answers (options, error ? STATUS_FAILED : STATUS_DONE));
}

static int
run (WeirTailOptions *options)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (WeirPrinter) printer = weir_printer_new (STDOUT_FILENO, &options->printer);
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirLog) log =
      options->record ? weir_tail_recording_new (
          options->record, weir_request_get_display_url (options->request), &error)
                      : NULL;
  g_autoptr (WeirSink) sink =
      log ? weir_tail_recording_tee (log, options->record_filtered ? options->filter : NULL,
                                     WEIR_SINK (g_object_ref (printer)))
          : WEIR_SINK (g_object_ref (printer));
  g_autoptr (WeirStream) stream = weir_stream_new (options->request, sink);
  Tail tail = { .options = options, .loop = loop, .stream = stream, .log = log };
  int status;

  if (error)
    {
      print_error (error->message);
      return STATUS_FAILED;
    }
  g_signal_connect (stream, "notify::state", G_CALLBACK (on_state), &tail);
  g_unix_signal_add (SIGUSR1, on_user_signal, &tail);
  weir_interrupt_watch (WEIR_INTERRUPT_SIGNALS | WEIR_INTERRUPT_READER, on_interrupted, &tail);
  if (log)
    tail.check = g_timeout_add_seconds (1, on_recording_checked, &tail);
  if (options->within_ms > 0)
    g_timeout_add ((guint) options->within_ms, on_time_passed, stream);
  weir_stream_open (stream);
  g_main_loop_run (loop);
  g_signal_handlers_disconnect_by_data (stream, &tail);
  status = get_status (stream, printer, options);
  if (status == STATUS_DONE)
    print_no_event (stream, options);
  if (weir_printer_finish_check (printer) && status == STATUS_DONE)
    status = STATUS_FOUND;
  status = judge_expectations (options, judge_answers (options, status));
  return log ? finish_recording (&tail, status) : status;
}

/* With --format=answer, a file may hold an answer as lines of JSON, as Ollama sends it. */
static void
choose_format (const WeirTailOptions *options, const char *path)
{
  WeirRequestOptions *request = weir_request_get_options (options->request);

  if (path == NULL || options->printer.answer_status == NULL
      || request->read_as != WEIR_READ_BY_TYPE || !weir_recorded_file_is_json_lines (path))
    return;
  request->read_as = WEIR_READ_AS_FORMAT;
  request->format = WEIR_BODY_NDJSON;
}

static int
print (WeirTailOptions *options)
{
  const char *path = weir_request_get_path (options->request);

  if (path == NULL || !weir_recording_is (path))
    {
      choose_format (options, path);
      return run (options);
    }
  if (options->record != NULL)
    {
      g_autofree char *text =
          g_strdup_printf (_ ("“%s” is already a recording. Read it without --record."),
                           weir_request_get_display_url (options->request));

      print_error (text);
      return STATUS_USAGE;
    }
  return run_recording (options, path);
}

/* Otherwise, the next file that is opened would get the number of a closed standard stream. */
static void
hold_standard_streams (void)
{
  int fd;

  do
    fd = open ("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd > STDERR_FILENO)
    close (fd);
}

int
main (int argc, char **argv)
{
  WeirTailOptions options;
  g_autoptr (GError) error = NULL;
  int status = STATUS_DONE;

  hold_standard_streams ();
  weir_locale_init ();
  weir_file_limit_raise ();
  signal (SIGPIPE, SIG_IGN);

  if (!weir_tail_options_parse (&options, argc, argv, &error))
    {
      print_error (error->message);
      status = STATUS_USAGE;
    }
  else if (options.request)
    status = options.tap ? weir_tap_command_run (&options, print_error) : print (&options);
  weir_tail_options_clear (&options);
  return status;
}
