/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-intake-private.h"

#include "base/weir-text-cut.h"
#include "core/weir-allocator.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- Answers of language models that are not complete ------------------------- */

/* The events of a connection among which the first one of a model is searched. */
#define ANSWER_WATCH_EVENTS 64

static void
answer_watch_clear (WeirAnswerWatch *self)
{
  g_clear_pointer (&self->answer, weir_answer_free);
}

/* A connection begins. */
static void
answer_watch_begin (WeirAnswerWatch *self)
{
  answer_watch_clear (self);
  self->n_searched = 0;
}

/* Returns: what is wrong with the answer that ends now, as a sentence; NULL: nothing. (transfer full) */
static char *
answer_watch_end (WeirAnswerWatch *self)
{
  g_autoptr (WeirAnswer) answer = g_steal_pointer (&self->answer);
  g_autofree char *words = NULL;
  WeirAnswerVerdict verdict;

  /* An error alone may be any stream's. */
  if (answer == NULL || answer->api == WEIR_ANSWER_API_NONE)
    return NULL;
  weir_answer_close (answer);
  weir_answer_judge (answer, &verdict);
  if (verdict.state == WEIR_ANSWER_COMPLETE)
    return NULL;
  words = weir_answer_describe_verdict (answer);
  /* Translators: the name of an API, and what is wrong: "cut off: [DONE] is missing". */
  return g_strdup_printf (_ ("%s: the answer is not complete (%s)."),
                          weir_answer_api_get_name (answer->api), words);
}

static void
drop_unbegun (WeirAnswerWatch *self)
{
  if (self->answer->has_begun)
    return;
  answer_watch_clear (self);
  self->n_searched++;
}

/* Returns: as answer_watch_end(), if item ends an answer. */
static char *
answer_watch_take (WeirAnswerWatch *self, const WeirItem *item, gint64 time_us)
{
  const WeirAnswerEvent event = { item->type, item->data, time_us };
  char *problem = NULL;

  if (self->n_searched == ANSWER_WATCH_EVENTS)
    return NULL;
  if (self->answer == NULL)
    self->answer = weir_answer_make ();
  if (weir_answer_take (self->answer, &event) == WEIR_ANSWER_NEXT)
    {
      problem = answer_watch_end (self);
      self->answer = weir_answer_make ();
      weir_answer_take (self->answer, &event);
    }
  drop_unbegun (self);
  if (problem == NULL && self->answer != NULL && self->answer->has_ended
      && !self->answer->has_error)
    problem = answer_watch_end (self);
  return problem;
}

/* --- The intake ----------------------------------------------------------------- */

/* A server's "retry: 99999999" would otherwise stop a stream for a day. */
#define DEFAULT_MAX_SERVER_RETRY_MS (60 * 60 * 1000)

void
weir_intake_init (WeirIntake *self, WeirRequest *request, WeirSink *sink)
{
  const WeirRequestOptions *options = weir_request_get_options (request);
  const char *id = weir_request_get_last_event_id (request);
  WeirParserOptions parser_options = {
    .max_line_bytes = options->max_line_bytes,
    .max_event_bytes = options->max_event_bytes,
    .max_id_bytes = options->max_id_bytes,
    .on_limit = options->on_limit,
    .allocator = weir_allocator_malloc (),
  };

  self->sink = sink;
  self->chunk_bytes = options->chunk_bytes;
  self->flush = options->flush;
  self->retry_ms = -1;
  self->max_retry_ms =
      options->max_server_retry_ms > 0 ? options->max_server_retry_ms : DEFAULT_MAX_SERVER_RETRY_MS;
  self->start = g_byte_array_new ();
  self->reader = weir_reader_new (&parser_options);
  self->rpc = weir_rpc_watch_new ();
  if (id)
    weir_parser_set_last_event_id (weir_reader_get_parser (self->reader), id, strlen (id));
}

void
weir_intake_clear (WeirIntake *self)
{
  g_clear_pointer (&self->reader, weir_reader_free);
  weir_audit_clear (&self->audit);
  answer_watch_clear (&self->answers);
  g_clear_pointer (&self->rpc, weir_rpc_watch_free);
  g_clear_pointer (&self->start, g_byte_array_unref);
}

void
weir_intake_forget (WeirIntake *self)
{
  self->unfinished = FALSE;
  self->n_reads = self->n_bytes = self->n_events = 0;
  g_byte_array_set_size (self->start, 0);
}

void
weir_intake_begin (WeirIntake *self, WeirBodyFormat format)
{
  gint64 now = g_get_monotonic_time ();

  self->format = format;
  weir_reader_begin (self->reader, format);
  weir_audit_reconnected (&self->audit);
  weir_bunching_reset (&self->bunching);
  answer_watch_begin (&self->answers);
  weir_rpc_watch_begin (self->rpc, NULL, 0, 0);
  weir_rhythm_skip (&self->reads, now);
  weir_rhythm_skip (&self->comments, now);
  weir_intake_forget (self);
  self->last_read_us = now;
}

void
weir_intake_set_request (WeirIntake *self, const char *body, gsize length)
{
  weir_rpc_watch_begin (self->rpc, body, length, 0);
}

void
weir_intake_note (WeirIntake *self, WeirNoteKind kind, char *text)
{
  WeirNote note = { kind, g_get_real_time (), text };

  weir_sink_note (self->sink, &note);
  g_free (text);
}

/* %llu and not G_GUINT64_FORMAT: a message that a macro cuts cannot be translated. */
static char *
describe_gap (unsigned long long from, unsigned long long to)
{
  unsigned long long missing = to - from - 1;

  return g_strdup_printf (ngettext ("A gap: %llu id is missing between %llu and %llu.",
                                    "A gap: %llu ids are missing between %llu and %llu.", missing),
                          missing, from, to);
}

static void
report_verdict (WeirIntake *self, WeirAuditVerdict verdict, const WeirItem *item)
{
  switch (verdict)
    {
    case WEIR_AUDIT_RESUMED:
      weir_intake_note (self, WEIR_NOTE_RESUMED,
                        g_strdup_printf (_ ("Resumed: the first ID after the reconnect, %.*s, is "
                                            "new. No event was received twice."),
                                         (int) weir_text_cut (item->last_event_id.text,
                                                              item->last_event_id.length, 200),
                                         item->last_event_id.text));
      break;
    case WEIR_AUDIT_REPEATED:
      weir_intake_note (
          self, WEIR_NOTE_REPEATED,
          g_strdup_printf (ngettext ("%u event was received again after the reconnect.",
                                     "%u events were received again after the reconnect.",
                                     self->audit.n_repeated),
                           self->audit.n_repeated));
      break;
    case WEIR_AUDIT_GAP:
      weir_intake_note (self, WEIR_NOTE_GAP,
                        describe_gap (self->audit.ids.gap_from, self->audit.ids.gap_to));
      break;
    case WEIR_AUDIT_NOTHING:
    default:
      break;
    }
}

static void
audit (WeirIntake *self, const WeirItem *event)
{
  WeirAuditVerdict verdict;

  if (!event->has_id)
    return;
  verdict = weir_audit_event (&self->audit, event->last_event_id);
  if (verdict != WEIR_AUDIT_NOTHING)
    report_verdict (self, verdict, event);
}

static void
take_retry (WeirIntake *self, guint64 ms)
{
  self->retry_ms = (gint64) MIN (ms, (guint64) self->max_retry_ms);
  if (ms > (guint64) self->max_retry_ms)
    weir_intake_note (self, WEIR_NOTE_RETRY,
                      g_strdup_printf (_ ("The server asks to wait %.0f s before each reconnect. "
                                          "Weir waits %.0f s, which is its limit."),
                                       (double) ms / 1e3, (double) self->max_retry_ms / 1e3));
}

static void
take_item (WeirIntake *self, const WeirItem *item)
{
  switch (item->kind)
    {
    case WEIR_ITEM_EVENT:
      self->n_events++;
      break;
    case WEIR_ITEM_COMMENT:
      weir_rhythm_beat (&self->comments, self->now_us);
      break;
    case WEIR_ITEM_RETRY:
      take_retry (self, item->retry_ms);
      break;
    case WEIR_ITEM_FINDING:
      self->found = item->finding;
      if (item->finding == WEIR_FINDING_UNFINISHED_EVENT)
        self->unfinished = TRUE;
      break;
    default:
      break;
    }
}

/* problem is taken. */
static void
note_problem (WeirIntake *self, WeirNoteKind kind, char *problem)
{
  if (problem != NULL)
    weir_intake_note (self, kind, problem);
}

static void
examine (WeirIntake *self, const WeirItem *event)
{
  audit (self, event);
  note_problem (self, WEIR_NOTE_ANSWER, answer_watch_take (&self->answers, event, self->now_us));
  weir_rpc_watch_take (self->rpc, event, self->now_us);
  note_problem (self, WEIR_NOTE_RPC, weir_rpc_watch_take_problem (self->rpc));
}

/* Returns: FALSE if the sink needs no more items. */
static gboolean
take_items (gpointer data, WeirItem *items, gsize n_items)
{
  WeirIntake *self = data;

  for (gsize i = 0; i < n_items; i++)
    take_item (self, &items[i]);
  if (!weir_sink_items (self->sink, items, n_items))
    return FALSE;
  for (gsize i = 0; i < n_items; i++)
    if (items[i].kind == WEIR_ITEM_EVENT)
      examine (self, &items[i]);
  return TRUE;
}

/* now_us: monotonic. */
static WeirIntakeStatus
give_items (WeirIntake *self, gint64 now_us)
{
  self->now_us = now_us;
  switch (weir_reader_drain (self->reader, take_items, self))
    {
    case WEIR_ITEM:
      return WEIR_INTAKE_ENOUGH;
    case WEIR_NEED_INPUT:
      self->unfinished |= weir_reader_is_cut (self->reader);
      return weir_reader_is_damaged (self->reader) ? WEIR_INTAKE_DAMAGED : WEIR_INTAKE_MORE;
    case WEIR_LIMIT:
      return WEIR_INTAKE_LIMIT;
    case WEIR_NO_MEMORY:
      return WEIR_INTAKE_MEMORY;
    case WEIR_MISUSE:
    default:
      g_return_val_if_reached (WEIR_INTAKE_MEMORY);
    }
}

static void
keep_start (WeirIntake *self, const guint8 *bytes, gsize length)
{
  if (self->n_events == 0 && self->start->len < WEIR_DIAGNOSIS_BYTES)
    g_byte_array_append (self->start, bytes,
                         (guint) MIN (length, WEIR_DIAGNOSIS_BYTES - self->start->len));
}

WeirIntakeStatus
weir_intake_push (WeirIntake *self, const guint8 *bytes, gsize length)
{
  gint64 now = g_get_monotonic_time ();
  guint64 n_events = self->n_events;
  gsize left = length;
  WeirIntakeStatus status = WEIR_INTAKE_MORE;
  WeirBunchingRead read;
  WeirBunch bunch;

  self->n_reads++;
  self->n_bytes += length;
  keep_start (self, bytes, length);
  weir_rhythm_beat (&self->reads, now);
  weir_sink_bytes_read (self->sink, self->wall_us > 0 ? self->wall_us : g_get_real_time (), bytes,
                        length);

  while (left > 0 && status == WEIR_INTAKE_MORE)
    {
      gsize piece = self->chunk_bytes ? MIN (self->chunk_bytes, left) : left;

      weir_reader_feed (self->reader, bytes, piece);
      status = give_items (self, now);
      bytes += piece;
      left -= piece;
    }

  read = (WeirBunchingRead){ now, (guint) (self->n_events - n_events), length };
  if (weir_bunching_read (&self->bunching, &read, &bunch))
    weir_intake_note (
        self, WEIR_NOTE_BUNCHED,
        g_strdup_printf (
            _ ("Events are held back on the way: %u arrived at once, in %zu bytes after %.1f s of "
               "silence, three times in a row. Check for a proxy that buffers or a compressor that "
               "does not flush."),
            bunch.events, bunch.bytes, bunch.silence_us / 1e6));

  /* Taken after the sink returned: a sink that blocks is not silence of the server. */
  self->last_read_us = g_get_monotonic_time ();
  return status;
}

WeirIntakeStatus
weir_intake_finish (WeirIntake *self)
{
  WeirIntakeStatus status;

  weir_reader_finish (self->reader, self->flush);
  status = give_items (self, g_get_monotonic_time ());
  if (status == WEIR_INTAKE_MORE)
    {
      note_problem (self, WEIR_NOTE_ANSWER, answer_watch_end (&self->answers));
      note_problem (self, WEIR_NOTE_RPC, weir_rpc_watch_end (self->rpc));
    }
  return status;
}

char *
weir_limit_describe (const WeirParser *parser, WeirFindingCode found)
{
  const unsigned long long n = weir_parser_get_counters (parser).events;

  switch (found)
    {
    case WEIR_FINDING_LINE_TOO_LONG:
      return g_strdup_printf (ngettext ("A line is larger than the limit, after %llu event.",
                                        "A line is larger than the limit, after %llu events.", n),
                              n);
    case WEIR_FINDING_EVENT_TOO_LARGE:
      return g_strdup_printf (ngettext ("An event is larger than the limit, after %llu event.",
                                        "An event is larger than the limit, after %llu events.", n),
                              n);
    default:
      return g_strdup_printf (
          ngettext ("A line or an event is larger than the limit, after %llu event.",
                    "A line or an event is larger than the limit, after %llu events.", n),
          n);
    }
}

char *
weir_intake_describe_limit (WeirIntake *self)
{
  return weir_limit_describe (weir_reader_get_parser (self->reader), self->found);
}

char *
weir_intake_diagnose (WeirIntake *self, WeirRequest *request, WeirDiagnosis *diagnosis)
{
  const char *start = (const char *) self->start->data;
  const unsigned long long n = self->n_bytes;
  g_autofree char *first = NULL;
  g_autofree char *quote = NULL;

  if (self->n_bytes == 0 || self->n_events > 0 || self->format != WEIR_BODY_SSE)
    return NULL;
  *diagnosis = weir_diagnosis_find (start, self->start->len);
  /* The start of a long body may lack the data that its end has. */
  if (*diagnosis == WEIR_DIAGNOSIS_FIELDS && self->unfinished
      && self->start->len >= WEIR_DIAGNOSIS_BYTES)
    *diagnosis = WEIR_DIAGNOSIS_NO_BLANK_LINE;
  first = g_strdup_printf (
      ngettext ("The body has %llu byte and no event.", "The body has %llu bytes and no event.", n),
      n);
  quote = weir_refusal_quote (*diagnosis, start, self->start->len, request);
  return g_strjoin (" ", first, weir_diagnosis_get_cause (*diagnosis), quote, NULL);
}

gint64
weir_intake_get_period (const WeirIntake *self)
{
  gint64 reads = weir_rhythm_get_period (&self->reads);
  gint64 comments = weir_rhythm_get_period (&self->comments);

  if (reads == 0 || comments == 0)
    return MAX (reads, comments);
  return MIN (reads, comments);
}
