/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-intake-private.h"

#include "base/weir-text-cut.h"
#include "core/weir-allocator.h"

#include <glib/gi18n-lib.h>
#include <string.h>

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
  self->audit_path = options->audit_path;
  self->retry_ms = -1;
  weir_parser_init (&self->parser, &parser_options);
  if (id)
    weir_parser_set_last_event_id (&self->parser, id, strlen (id));
}

void
weir_intake_clear (WeirIntake *self)
{
  weir_parser_clear (&self->parser);
  weir_audit_clear (&self->audit);
}

void
weir_intake_begin (WeirIntake *self)
{
  gint64 now = g_get_monotonic_time ();

  weir_parser_reset (&self->parser);
  weir_audit_reconnected (&self->audit);
  weir_bunching_reset (&self->bunching);
  weir_rhythm_skip (&self->reads, now);
  weir_rhythm_skip (&self->comments, now);
  self->unfinished = FALSE;
  self->n_reads = self->n_bytes = self->n_events = 0;
  self->last_read_us = now;
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

/* The same of a counter in the data. */
static char *
describe_counter_gap (const char *path, unsigned long long from, unsigned long long to)
{
  unsigned long long missing = to - from - 1;

  return g_strdup_printf (ngettext ("A gap: %llu is missing at “%s” between %llu and %llu.",
                                    "A gap: %llu are missing at “%s” between %llu and %llu.",
                                    missing),
                          missing, path, from, to);
}

static void
tell_verdict (WeirIntake *self, WeirAuditVerdict verdict, const WeirItem *item)
{
  switch (verdict)
    {
    case WEIR_AUDIT_RESUMED:
      weir_intake_note (self, WEIR_NOTE_RESUMED,
                        g_strdup_printf (_ ("Resumed: the first id after the reconnect, %.*s, is "
                                            "new; no event came twice."),
                                         (int) weir_text_cut (item->last_event_id.text,
                                                              item->last_event_id.length, 200),
                                         item->last_event_id.text));
      break;
    case WEIR_AUDIT_REPEATED:
      weir_intake_note (self, WEIR_NOTE_REPEATED,
                        g_strdup_printf (ngettext ("%u event came again after the reconnect.",
                                                   "%u events came again after the reconnect.",
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
  guint64 number;

  if (event->has_id)
    {
      WeirAuditVerdict verdict = weir_audit_event (&self->audit, event->last_event_id);

      if (verdict != WEIR_AUDIT_NOTHING)
        tell_verdict (self, verdict, event);
    }
  if (self->audit_path
      && weir_audit_find_counter (event->data.text, event->data.length, self->audit_path, &number)
      && weir_sequence_follow (&self->counter, number))
    weir_intake_note (
        self, WEIR_NOTE_GAP,
        describe_counter_gap (self->audit_path, self->counter.gap_from, self->counter.gap_to));
}

/* FALSE: the sink wants no more. */
static gboolean
hand_over (WeirIntake *self, gsize n_items, gint64 now)
{
  guint n_events = 0;

  for (gsize i = 0; i < n_items; i++)
    {
      const WeirItem *item = &self->items[i];

      switch (item->kind)
        {
        case WEIR_ITEM_EVENT:
          n_events++;
          break;
        case WEIR_ITEM_COMMENT:
          weir_rhythm_beat (&self->comments, now);
          break;
        case WEIR_ITEM_RETRY:
          self->retry_ms = (gint64) MIN (item->retry_ms, G_MAXINT32);
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
  self->n_events += n_events;
  if (n_items > 0 && !weir_sink_items (self->sink, self->items, n_items))
    return FALSE;

  for (gsize i = 0; i < n_items; i++)
    if (self->items[i].kind == WEIR_ITEM_EVENT)
      audit (self, &self->items[i]);
  return TRUE;
}

static WeirIntakeStatus
take_items (WeirIntake *self, gint64 now)
{
  for (;;)
    {
      gsize n_items = 0;
      WeirStatus status =
          weir_parser_next_batch (&self->parser, self->items, WEIR_INTAKE_BATCH, &n_items);

      if (!hand_over (self, n_items, now))
        return WEIR_INTAKE_ENOUGH;
      switch (status)
        {
        case WEIR_ITEM:
          break;
        case WEIR_NEED_INPUT:
          return WEIR_INTAKE_MORE;
        case WEIR_LIMIT:
          return WEIR_INTAKE_LIMIT;
        case WEIR_NO_MEMORY:
          return WEIR_INTAKE_MEMORY;
        case WEIR_MISUSE:
        default:
          g_return_val_if_reached (WEIR_INTAKE_MEMORY);
        }
    }
}

WeirIntakeStatus
weir_intake_push (WeirIntake *self, const guint8 *bytes, gsize length)
{
  gint64 now = g_get_monotonic_time ();
  guint64 n_events = self->n_events;
  gsize left = length;
  WeirIntakeStatus status = WEIR_INTAKE_MORE;
  WeirBunch bunch;

  self->n_reads++;
  self->n_bytes += length;
  weir_rhythm_beat (&self->reads, now);
  weir_sink_bytes_read (self->sink, g_get_real_time (), bytes, length);

  while (left > 0 && status == WEIR_INTAKE_MORE)
    {
      gsize piece = self->chunk_bytes ? MIN (self->chunk_bytes, left) : left;

      weir_parser_feed (&self->parser, bytes, piece);
      status = take_items (self, now);
      bytes += piece;
      left -= piece;
    }

  if (weir_bunching_read (&self->bunching, now, (guint) (self->n_events - n_events), length,
                          &bunch))
    weir_intake_note (
        self, WEIR_NOTE_BUNCHED,
        g_strdup_printf (
            _ ("Events are held back on the way: %u came at once, in %zu bytes after %.1f s of "
               "silence, three times in a row. Look for a proxy that buffers, or a compressor "
               "that does not flush."),
            bunch.events, bunch.bytes, bunch.silence_us / 1e6));

  /* Not now: a sink that blocked is no silence of the server's. */
  self->last_read_us = g_get_monotonic_time ();
  return status;
}

WeirIntakeStatus
weir_intake_finish (WeirIntake *self)
{
  weir_parser_finish (&self->parser, self->flush);
  return take_items (self, g_get_monotonic_time ());
}

static const char *
name_limited (WeirFindingCode found)
{
  switch (found)
    {
    case WEIR_FINDING_LINE_TOO_LONG:
      return _ ("a line");
    case WEIR_FINDING_EVENT_TOO_LARGE:
      return _ ("an event");
    default:
      return _ ("a line or an event");
    }
}

char *
weir_limit_describe (const WeirParser *parser, WeirFindingCode found)
{
  const WeirCounters counters = weir_parser_get_counters (parser);

  /* Translators: %s is “a line” or “an event”. */
  return g_strdup_printf (ngettext ("%s is larger than allowed, after %llu event.",
                                    "%s is larger than allowed, after %llu events.",
                                    counters.events),
                          name_limited (found), (unsigned long long) counters.events);
}

char *
weir_intake_describe_limit (WeirIntake *self)
{
  return weir_limit_describe (&self->parser, self->found);
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
