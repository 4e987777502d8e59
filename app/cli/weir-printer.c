/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-printer.h"

#include "weir-answer-printer.h"
#include "app/engine/answer/weir-answer-assembly.h"
#include "app/engine/base/weir-text-cut.h"
#include "app/engine/stream/weir-rpc.h"
#include "weir-check-printer.h"
#include "weir-ndjson.h"
#include "weir-output.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define INDENT "    "
#define QUOTED_BYTES 200
#define DIM "\033[2m"
#define BOLD "\033[1m"
#define YELLOW "\033[33m"
#define RED "\033[31m"
#define PLAIN "\033[0m"

struct _WeirPrinter
{
  GObject parent_instance;

  WeirPrinterOptions options;
  WeirOutput *output;
  WeirNdjson ndjson;
  WeirAnswerAssembly *assembly; /* NULL if no option asks for answers */
  WeirAnswerPrinter *answers;   /* NULL: another format */
  WeirRpcWatch *rpc;            /* NULL: its lines are not printed */
  gboolean has_events;
  char *first_data; /* the start of the first event; NULL before it, or if it is not needed */
  WeirCheckPrinter *check; /* NULL: not asked for */
  WeirStreamState state;
  guint64 n_events;
  WeirFindingCode limit; /* the finding of the last item that was too large; 0: none */
  guint requested;       /* the last connection whose request was printed; 0: none */
  gint64 line_us;        /* of the state or note that is printed; 0: now */
  gboolean waited;       /* the next connection is a new one */
  gint64 time_us;        /* of the latest read */
  guint64 offset;        /* of the bytes read since the connection began */
  GByteArray *held;      /* with raw and max_events: the latest read, until its items are parsed */
  guint64 held_begin;
};

static void sink_init (WeirSinkInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirPrinter,
                               weir_printer,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (WEIR_TYPE_SINK, sink_init))

/* The compiler computes the literal's length. */
#define PUT(text) weir_output_bytes (self->output, text, sizeof text - 1)

/* --- Pretty -------------------------------------------------------------- */

static void
put_colour (WeirPrinter *self, const char *colour)
{
  if (self->options.colour)
    weir_output_string (self->output, colour);
}

static void
put_safe (WeirPrinter *self, WeirSpan span, const char *indent)
{
  weir_output_safe (self->output, span.text, span.length, indent);
}

static void
put_clock (WeirPrinter *self, gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_us / G_TIME_SPAN_SECOND);
  char text[16];

  g_snprintf (text, sizeof text, "%02d:%02d:%02d.%03d", g_date_time_get_hour (time),
              g_date_time_get_minute (time), g_date_time_get_second (time),
              (int) (time_us / 1000 % 1000));
  put_colour (self, DIM);
  weir_output_string (self->output, text);
  put_colour (self, PLAIN);
  PUT ("  ");
  if (self->options.stream == 0)
    return;
  PUT ("[");
  weir_output_number (self->output, self->options.stream);
  PUT ("] ");
}

static void
put_range (WeirPrinter *self, const WeirItem *item)
{
  if (!self->options.offsets)
    return;
  put_colour (self, DIM);
  PUT ("  [");
  weir_output_number (self->output, item->begin);
  PUT ("..");
  weir_output_number (self->output, item->end);
  PUT (")");
  put_colour (self, PLAIN);
}

static void
print_event_pretty (WeirPrinter *self, const WeirItem *item)
{
  put_colour (self, BOLD);
  put_safe (self, item->type, INDENT);
  put_colour (self, PLAIN);
  if (item->last_event_id.length > 0)
    {
      put_colour (self, DIM);
      PUT ("  #");
      put_safe (self, item->last_event_id, INDENT);
      put_colour (self, PLAIN);
    }
  put_range (self, item);
  PUT ("\n" INDENT);
  put_safe (self, item->data, INDENT);
  PUT ("\n");
}

static void
print_item_pretty (WeirPrinter *self, const WeirItem *item)
{
  put_clock (self, self->time_us);
  switch (item->kind)
    {
    case WEIR_ITEM_EVENT:
      print_event_pretty (self, item);
      return;
    case WEIR_ITEM_COMMENT:
      put_colour (self, DIM);
      PUT (": ");
      put_safe (self, item->text, INDENT);
      break;
    case WEIR_ITEM_RETRY:
      put_colour (self, DIM);
      PUT ("retry ");
      weir_output_number (self->output, item->retry_ms);
      PUT (" ms");
      break;
    case WEIR_ITEM_FINDING:
    default:
      put_colour (self, YELLOW);
      PUT ("! ");
      weir_output_string (self->output, _ (weir_finding_sentence (item->finding)));
      if (item->text.length > 0)
        {
          PUT ("\n" INDENT);
          put_safe (self, item->text, INDENT);
        }
      break;
    }
  put_colour (self, PLAIN);
  put_range (self, item);
  PUT ("\n");
}

static void
print_line_pretty (WeirPrinter *self, const char *colour, const char *mark, const char *text)
{
  put_clock (self, self->line_us > 0 ? self->line_us : g_get_real_time ());
  put_colour (self, colour);
  weir_output_string (self->output, mark);
  weir_output_safe (self->output, text, strlen (text), INDENT);
  put_colour (self, PLAIN);
  PUT ("\n");
}

/* --- The sink ------------------------------------------------------------ */

static void
print_item (WeirPrinter *self, const WeirItem *item)
{
  if (item->kind != WEIR_ITEM_EVENT && !self->options.all)
    return;
  switch (self->options.format)
    {
    case WEIR_FORMAT_NDJSON:
      weir_ndjson_print_item (&self->ndjson, item);
      break;
    case WEIR_FORMAT_PRETTY:
      print_item_pretty (self, item);
      break;
    case WEIR_FORMAT_DATA:
      if (item->kind != WEIR_ITEM_EVENT)
        return;
      if (self->options.terminal)
        put_safe (self, item->data, NULL);
      else
        weir_output_bytes (self->output, item->data.text, item->data.length);
      PUT ("\n");
      break;
    case WEIR_FORMAT_ANSWER:
    case WEIR_FORMAT_RAW:
    case WEIR_FORMAT_NONE:
    default:
      break;
    }
}

static void
print_raw (WeirPrinter *self, const guint8 *bytes, gsize length)
{
  if (self->options.terminal)
    weir_output_safe (self->output, (const char *) bytes, length, NULL);
  else
    weir_output_bytes (self->output, (const char *) bytes, length);
}

static void
release_held (WeirPrinter *self)
{
  if (self->held->len > 0)
    print_raw (self, self->held->data, self->held->len);
  g_byte_array_set_size (self->held, 0);
}

static void
on_bytes_read (WeirSink *sink, gint64 time_us, const guint8 *bytes, gsize length)
{
  WeirPrinter *self = WEIR_PRINTER (sink);

  self->time_us = time_us;
  if (self->options.format == WEIR_FORMAT_RAW)
    {
      release_held (self);
      self->held_begin = self->offset;
      if (self->options.max_events)
        g_byte_array_append (self->held, bytes, (guint) length);
      else
        print_raw (self, bytes, length);
    }
  self->offset += length;
}

/* An ID that is too long is ignored, and does not end the stream. */
static gboolean
is_of_limit (WeirFindingCode finding)
{
  return finding == WEIR_FINDING_LINE_TOO_LONG || finding == WEIR_FINDING_EVENT_TOO_LARGE;
}

/* --- Answers of language models ------------------------------------------- */

static void
print_remark (const char *words)
{
  WeirOutput *errors = g_new0 (WeirOutput, 1);

  errors->fd = STDERR_FILENO;
  weir_output_message (errors, words);
  g_free (errors);
}

static void
note_verdict (WeirPrinter *self, const WeirAnswer *answer)
{
  WeirAnswerStatus *status = self->options.answer_status;
  WeirAnswerVerdict verdict;

  if (status == NULL)
    return;
  weir_answer_judge (answer, &verdict);
  if (verdict.state == WEIR_ANSWER_FAILED)
    *status = WEIR_ANSWER_STATUS_FAILED;
  else if (verdict.state != WEIR_ANSWER_COMPLETE && *status != WEIR_ANSWER_STATUS_FAILED)
    *status = WEIR_ANSWER_STATUS_INCOMPLETE;
  else if (*status == WEIR_ANSWER_STATUS_NONE)
    *status = WEIR_ANSWER_STATUS_COMPLETE;
}

static void
on_answer_ended (WeirAnswer *answer, const WeirAnswerContext *context, gpointer user_data)
{
  WeirPrinter *self = user_data;

  note_verdict (self, answer);
  if (self->answers != NULL)
    weir_answer_printer_finish (self->answers, answer, context);
  else if (self->options.format == WEIR_FORMAT_NDJSON)
    weir_ndjson_print_answer (&self->ndjson, answer, context);
  else if (self->options.expect_answer)
    {
      g_autofree char *words = weir_answer_describe (answer, context);

      weir_output_flush (self->output);
      print_remark (words);
    }
}

/* A gateway or web framework that fails after the head was sent may write a web page or JSON between
 * the events. */
static void
take_stray_for_answer (WeirPrinter *self, const WeirItem *item)
{
  WeirAnswer *answer = weir_answer_assembly_take_stray (self->assembly, &item->text, self->time_us);

  if (self->answers != NULL && answer != NULL)
    weir_answer_printer_update (self->answers, answer);
}

static void
print_no_answer (WeirPrinter *self)
{
  g_autofree char *clean = NULL;
  g_autofree char *quote = NULL;
  g_autofree char *words = NULL;

  if (self->first_data != NULL && *self->first_data != '\0')
    {
      clean = weir_answer_clean (self->first_data);
      quote = g_strdup_printf (_ ("The first event is: “%s”"), clean);
    }
  words =
      g_strjoin (" ", _ ("No answer of a language model arrived; --format=data prints the data."),
                 quote, NULL);
  weir_answer_printer_remark (self->answers, words);
}

/* Called before the event is printed. */
static void
take_for_answer (WeirPrinter *self, const WeirItem *item)
{
  const WeirAnswerEvent event = { item->type, item->data, self->time_us };
  WeirAnswer *answer;

  if (!self->has_events)
    self->first_data = g_strndup (item->data.text,
                                  weir_text_cut (item->data.text, item->data.length, QUOTED_BYTES));
  self->has_events = TRUE;
  answer = weir_answer_assembly_take (self->assembly, &event);
  if (self->answers != NULL && answer != NULL)
    weir_answer_printer_update (self->answers, answer);
}

static void
end_answer (WeirPrinter *self, const WeirConnectionInfo *info)
{
  const gboolean is_cancelled = info->end == WEIR_END_CANCELLED;

  weir_answer_assembly_end (self->assembly, is_cancelled);
  /* Reading stopped early, so the answer is not judged. */
  if (is_cancelled && !self->options.expect_answer && self->options.answer_status != NULL
      && *self->options.answer_status == WEIR_ANSWER_STATUS_NONE)
    *self->options.answer_status = WEIR_ANSWER_STATUS_COMPLETE;
  if (self->answers == NULL)
    return;
  weir_answer_printer_drop (self->answers);
  if (self->has_events && self->options.answer_status != NULL
      && *self->options.answer_status == WEIR_ANSWER_STATUS_NONE)
    {
      *self->options.has_reported_no_answer = TRUE;
      print_no_answer (self);
    }
}

static void
print_rpc (WeirPrinter *self, const WeirItem *event)
{
  GPtrArray *messages = weir_rpc_watch_take (self->rpc, event, self->time_us);

  for (guint i = 0; messages != NULL && i < messages->len; i++)
    {
      gint64 latency_us;
      const char *method = weir_rpc_watch_get_method (self->rpc, messages->pdata[i], &latency_us);

      weir_ndjson_print_rpc (&self->ndjson, messages->pdata[i], method, latency_us);
    }
}

static gboolean
on_items (WeirSink *sink, const WeirItem *items, gsize n_items)
{
  WeirPrinter *self = WEIR_PRINTER (sink);

  for (gsize i = 0; i < n_items; i++)
    {
      const gboolean may_hold_answer = self->assembly != NULL && items[i].kind == WEIR_ITEM_EVENT;
      const gboolean is_wanted = self->options.filter == NULL
                                 || weir_filter_matches_item (self->options.filter, &items[i]);

      if (may_hold_answer)
        take_for_answer (self, &items[i]);
      else if (self->assembly != NULL && items[i].kind == WEIR_ITEM_FINDING
               && items[i].finding == WEIR_FINDING_UNKNOWN_FIELD)
        take_stray_for_answer (self, &items[i]);
      if (is_wanted)
        print_item (self, &items[i]);
      if (self->rpc != NULL && items[i].kind == WEIR_ITEM_EVENT && is_wanted)
        print_rpc (self, &items[i]);
      if (may_hold_answer)
        weir_answer_assembly_settle (self->assembly);
      if (items[i].kind == WEIR_ITEM_FINDING && is_of_limit (items[i].finding))
        self->limit = items[i].finding;
      if (self->check != NULL && items[i].kind == WEIR_ITEM_EVENT)
        weir_check_printer_take (self->check, &items[i]);
      if (self->options.expectations != NULL
          && weir_expectations_take (self->options.expectations, &items[i])
          && !self->options.expect_answer)
        return FALSE;
      if (items[i].kind != WEIR_ITEM_EVENT || !is_wanted
          || ++self->n_events != self->options.max_events)
        continue;
      if (self->held->len > items[i].end - self->held_begin)
        g_byte_array_set_size (self->held, (guint) (items[i].end - self->held_begin));
      return FALSE;
    }
  return self->output->error == 0;
}

/* A terminal shows why nothing arrives, and when the stream continues. */
static gboolean
explains_silence (WeirPrinter *self, const WeirStreamStatus *status)
{
  gboolean again = self->waited && status->state == WEIR_STREAM_STATE_OPEN;

  self->waited = status->state == WEIR_STREAM_STATE_WAITING
                 || (self->waited && status->state == WEIR_STREAM_STATE_CONNECTING);
  return self->options.terminal
         && (again || status->state == WEIR_STREAM_STATE_WAITING || status->sent_us > 0);
}

/* A state, and once for each connection its request. */
static void
print_state_pretty (WeirPrinter *self, const WeirStreamStatus *status)
{
  const WeirConnectionInfo *info = status->connection;

  self->line_us = status->time_us;
  print_line_pretty (self, status->failed ? RED : DIM, "— ", status->text);
  if (info == NULL || info->request_headers == NULL || info->number == self->requested)
    return;
  self->requested = info->number;
  if (self->options.stream == 0)
    {
      g_autofree char *line = g_strdup_printf ("%s %s", info->method, info->url);

      print_line_pretty (self, DIM, "> ", line);
    }
  if (*info->request_headers != '\0')
    print_line_pretty (self, DIM, "> ", info->request_headers);
  if (info->request_body != NULL)
    print_line_pretty (self, DIM, "> ", info->request_body);
}

/* Whether a tap's exchange failed or was not an event stream. Without --all, only its end shows that. */
static gboolean
is_only_in_tap (WeirPrinter *self, const WeirStreamStatus *status)
{
  return self->options.stream > 0 && status->state == WEIR_STREAM_STATE_ENDED
         && (!self->options.all || self->options.format == WEIR_FORMAT_DATA
             || self->options.format == WEIR_FORMAT_RAW || self->options.format == WEIR_FORMAT_NONE
             || self->options.format == WEIR_FORMAT_ANSWER)
         && (status->failed || status->connection->end != WEIR_END_SERVER)
         && status->connection->end != WEIR_END_CANCELLED;
}

static void
print_tap_end (WeirPrinter *self, const WeirStreamStatus *status)
{
  const WeirConnectionInfo *info = status->connection;
  g_autofree char *text = g_strdup_printf ("[%u] %s %s: %s", self->options.stream, info->method,
                                           info->url, status->text);

  weir_output_flush (self->output);
  print_remark (text);
}

static void
on_state_changed (WeirSink *sink, const WeirStreamStatus *status)
{
  WeirPrinter *self = WEIR_PRINTER (sink);

  self->state = status->state;
  if (is_only_in_tap (self, status))
    print_tap_end (self, status);
  if (!explains_silence (self, status) && !self->options.all)
    return;
  if (self->options.format == WEIR_FORMAT_NDJSON)
    weir_ndjson_print_state (&self->ndjson, status);
  else if (self->options.format == WEIR_FORMAT_PRETTY)
    print_state_pretty (self, status);
}

static void
on_note (WeirSink *sink, const WeirNote *note)
{
  WeirPrinter *self = WEIR_PRINTER (sink);

  if (!self->options.all)
    return;
  if (self->options.format == WEIR_FORMAT_NDJSON)
    weir_ndjson_print_note (&self->ndjson, self->state, note);
  else if (self->options.format == WEIR_FORMAT_PRETTY)
    {
      self->line_us = note->time_us;
      print_line_pretty (self, YELLOW, "! ", note->text);
    }
}

static void
on_connection_ended (WeirSink *sink, WeirConnectionInfo *info)
{
  WeirPrinter *self = WEIR_PRINTER (sink);

  if (self->assembly != NULL)
    end_answer (self, info);
}

static void
begin_rpc (WeirPrinter *self, const WeirConnectionInfo *info)
{
  weir_rpc_watch_begin (self->rpc, info->request_body,
                        info->request_body != NULL ? strlen (info->request_body) : 0,
                        info->began_us + MAX (info->sent_us, 0));
}

static void
on_connection_opened (WeirSink *sink, WeirConnectionInfo *info)
{
  WeirPrinter *self = WEIR_PRINTER (sink);

  self->offset = 0;
  if (self->rpc != NULL)
    begin_rpc (self, info);
  if (self->assembly != NULL)
    weir_answer_assembly_begin (self->assembly, info);
  if (self->check != NULL)
    weir_check_printer_begin (self->check);
}

static void
on_drained (WeirSink *sink)
{
  WeirPrinter *self = WEIR_PRINTER (sink);

  release_held (self);
  weir_output_flush (self->output);
}

static void
sink_init (WeirSinkInterface *iface)
{
  iface->state_changed = on_state_changed;
  iface->connection_opened = on_connection_opened;
  iface->connection_ended = on_connection_ended;
  iface->bytes_read = on_bytes_read;
  iface->items = on_items;
  iface->note = on_note;
  iface->drained = on_drained;
}

/* --- GObject ------------------------------------------------------------- */

static void
weir_printer_finalize (GObject *object)
{
  g_clear_pointer (&WEIR_PRINTER (object)->assembly, weir_answer_assembly_free);
  g_clear_pointer (&WEIR_PRINTER (object)->answers, weir_answer_printer_free);
  g_clear_pointer (&WEIR_PRINTER (object)->rpc, weir_rpc_watch_free);
  g_clear_pointer (&WEIR_PRINTER (object)->check, weir_check_printer_free);
  g_byte_array_unref (WEIR_PRINTER (object)->held);
  g_free (WEIR_PRINTER (object)->first_data);
  g_free (WEIR_PRINTER (object)->output);
  G_OBJECT_CLASS (weir_printer_parent_class)->finalize (object);
}

static void
weir_printer_class_init (WeirPrinterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_printer_finalize;
}

static void
weir_printer_init (WeirPrinter *self)
{
  self->held = g_byte_array_new ();
  self->output = g_new0 (WeirOutput, 1);
}

/* Without --all, NDJSON has only events. */
static gboolean
prints_answer_lines (WeirPrinter *self)
{
  return self->options.format == WEIR_FORMAT_NDJSON
         && (self->options.all || self->options.expect_answer || self->options.prices != NULL);
}

static void
make_answers (WeirPrinter *self)
{
  const gboolean is_answer = self->options.format == WEIR_FORMAT_ANSWER;
  const WeirAnswerPrinterOptions options = {
    .terminal = self->options.terminal,
    .colour = self->options.colour,
    .all = self->options.all || self->options.terminal,
    .is_whole = self->options.is_file,
    .turns = self->options.turns,
  };

  if (!is_answer && !self->options.expect_answer && !prints_answer_lines (self))
    return;
  self->assembly =
      weir_answer_assembly_new (is_answer || self->options.expect_answer, on_answer_ended, self);
  weir_answer_assembly_set_prices (self->assembly, self->options.prices);
  if (is_answer)
    self->answers = weir_answer_printer_new (self->output, &options);
}

WeirPrinter *
weir_printer_new (int fd, const WeirPrinterOptions *options)
{
  WeirPrinter *self = g_object_new (WEIR_TYPE_PRINTER, NULL);

  self->options = *options;
  self->output->fd = fd;
  self->ndjson = (WeirNdjson){ self->output, options->offsets, options->stream };
  make_answers (self);
  if (options->format == WEIR_FORMAT_NDJSON && options->all)
    self->rpc = weir_rpc_watch_new ();
  if (options->check_sequence != NULL || options->check_schema)
    self->check =
        weir_check_printer_new (self->output, options->check_sequence, options->check_schema);
  return self;
}

int
weir_printer_get_error (WeirPrinter *self)
{
  g_return_val_if_fail (WEIR_IS_PRINTER (self), 0);
  return self->output->error;
}

WeirFindingCode
weir_printer_get_limit (WeirPrinter *self)
{
  g_return_val_if_fail (WEIR_IS_PRINTER (self), 0);
  return self->limit;
}

gboolean
weir_printer_finish_check (WeirPrinter *self)
{
  g_return_val_if_fail (WEIR_IS_PRINTER (self), FALSE);
  return self->check != NULL && weir_check_printer_finish (self->check);
}
