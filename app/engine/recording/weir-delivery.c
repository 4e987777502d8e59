/* SPDX-License-Identifier: MIT */
#include "weir-delivery-private.h"

#include "core/weir-allocator.h"

#include <stdio.h>

/* --- The connection of a step ---------------------------------------------------- */

/* Reads text as a status line, if it is one. */
static void
set_answer (WeirConnectionInfo *info, const char *text)
{
  char version[8];
  guint status;
  int length = 0;

  if (sscanf (text, "HTTP/%7s %u %n", version, &status, &length) != 2 || length == 0 || status < 100
      || status > 999)
    return;
  g_free (info->http_version);
  g_free (info->reason_phrase);
  info->http_version = g_strdup (version);
  info->status = status;
  info->reason_phrase = g_strdup (text + length);
}

static void
set_request (WeirConnectionInfo *info, const WeirConnectionInfo *request)
{
  info->method = g_strdup (request->method);
  info->request_headers = g_strdup (request->request_headers);
  info->request_body = g_strdup (request->request_body);
  info->request_bytes = request->request_bytes;
}

static void
set_end (WeirConnectionInfo *info, const WeirReplayStep *step)
{
  info->end = step->reason;
  info->failed = step->reason != WEIR_END_SERVER && step->reason != WEIR_END_NO_CONTENT
                 && step->reason != WEIR_END_CANCELLED;
  info->ended_us = step->time_us;
  g_free (info->end_sentence);
  info->end_sentence = step->text != NULL && *step->text != '\0' ? g_strdup (step->text) : NULL;
}

WeirConnectionInfo *
weir_delivery_apply_step (const WeirReplayStep *step, const WeirConnectionInfo *info)
{
  WeirConnectionInfo *changed;

  if (step->kind == WEIR_REPLAY_BEGAN)
    {
      changed = weir_connection_info_new (step->number);
      changed->began_us = step->time_us;
      changed->url = g_strdup (step->text);
      changed->format = step->format;
      if (step->request != NULL)
        set_request (changed, step->request);
      return changed;
    }
  changed = weir_connection_info_copy (info);
  if (step->kind == WEIR_REPLAY_OPENED)
    set_answer (changed, step->text);
  else if (step->kind == WEIR_REPLAY_ENDED)
    set_end (changed, step);
  return changed;
}

/* --- The delivery ------------------------------------------------------------------ */

void
weir_delivery_init (WeirDelivery *self, WeirSink *sink, const WeirParserOptions *options)
{
  WeirParserOptions own = { .on_limit = WEIR_ON_LIMIT_SKIP };

  if (options != NULL)
    own = *options;
  own.allocator = weir_allocator_malloc ();
  *self = (WeirDelivery){ .sink = sink, .status = WEIR_NEED_INPUT };
  self->reader = weir_reader_new (&own);
}

void
weir_delivery_clear (WeirDelivery *self)
{
  g_clear_pointer (&self->info, weir_connection_info_unref);
  g_clear_pointer (&self->reader, weir_reader_free);
}

/* Gives items to the sink. The parser counts from the last gap, a sink from the connection's first byte.
 * Returns: FALSE if the sink needs no more items. */
static gboolean
give (gpointer data, WeirItem *items, gsize n_items)
{
  WeirDelivery *self = data;

  if (items[n_items - 1].kind == WEIR_ITEM_FINDING)
    self->found = items[n_items - 1].finding;
  for (gsize i = 0; self->base > 0 && i < n_items; i++)
    {
      items[i].begin += self->base;
      items[i].end += self->base;
    }
  for (gsize i = 0; i < n_items; i++)
    self->n_events += items[i].kind == WEIR_ITEM_EVENT;
  self->enough = !weir_sink_items (self->sink, items, n_items);
  return !self->enough;
}

void
weir_delivery_give_items (WeirDelivery *self)
{
  if (!self->enough)
    self->status = weir_reader_drain (self->reader, give, self);
}

gboolean
weir_delivery_give_event (WeirDelivery *self)
{
  WeirItem item;

  while (!self->enough && (self->status = weir_reader_next (self->reader, &item)) == WEIR_ITEM)
    {
      const gboolean is_event = item.kind == WEIR_ITEM_EVENT;

      give (self, &item, 1);
      if (is_event)
        return TRUE;
    }
  return FALSE;
}

/* text: NULL for the address. */
static void
report_state (WeirDelivery *self, WeirStreamState state, gint64 time_us, const char *text)
{
  const WeirStreamStatus status = {
    .state = state,
    .connection = self->info,
    .time_us = time_us,
    .failed = self->info->failed,
    .text = text != NULL && *text != '\0' ? text : self->info->url,
  };

  weir_sink_state_changed (self->sink, &status);
}

/* In a recording without marks, the first bytes show that the connection was answered. */
static void
ensure_open (WeirDelivery *self, gint64 time_us, const char *text)
{
  if (self->info == NULL || self->opened)
    return;
  self->opened = TRUE;
  weir_sink_connection_opened (self->sink, self->info);
  report_state (self, WEIR_STREAM_STATE_OPEN, time_us, text);
}

static void
set_info (WeirDelivery *self, WeirConnectionInfo *info)
{
  g_clear_pointer (&self->info, weir_connection_info_unref);
  self->info = info;
}

/* Gives what the reader still has, and drops what is unfinished. */
static void
finish_bytes (WeirDelivery *self)
{
  weir_reader_finish (self->reader, FALSE);
  weir_delivery_give_items (self);
}

static void
end_connection (WeirDelivery *self, const WeirReplayStep *step)
{
  g_autofree char *text = NULL;

  if (self->info == NULL)
    return;
  finish_bytes (self);
  set_info (self, weir_delivery_apply_step (step, self->info));
  self->info->n_bytes = self->n_given;
  self->info->n_events = self->n_events;
  text = weir_connection_info_describe_end (self->info);
  report_state (self, WEIR_STREAM_STATE_ENDED, step->time_us, text);
  weir_sink_connection_ended (self->sink, self->info);
  set_info (self, NULL);
}

void
weir_delivery_end (WeirDelivery *self)
{
  const WeirReplayStep step = { .kind = WEIR_REPLAY_ENDED,
                                .time_us = self->time_us,
                                .reason = WEIR_END_SERVER };

  end_connection (self, &step);
}

static void
begin_connection (WeirDelivery *self, const WeirReplayStep *step)
{
  weir_delivery_end (self);
  weir_reader_begin (self->reader, step->format);
  set_info (self, weir_delivery_apply_step (step, NULL));
  self->opened = FALSE;
  self->n_given = self->base = self->n_events = 0;
  weir_sink_connection_began (self->sink, self->info);
}

static void
open_connection (WeirDelivery *self, const WeirReplayStep *step)
{
  if (self->info == NULL || self->opened)
    return;
  set_info (self, weir_delivery_apply_step (step, self->info));
  ensure_open (self, step->time_us, step->text);
}

void
weir_delivery_take (WeirDelivery *self, const WeirReplayStep *step)
{
  WeirNote note;

  switch (step->kind)
    {
    case WEIR_REPLAY_BEGAN:
      begin_connection (self, step);
      break;
    case WEIR_REPLAY_GAP:
      finish_bytes (self);
      weir_reader_begin (self->reader, step->format);
      self->base = self->n_given;
      break;
    case WEIR_REPLAY_OPENED:
      open_connection (self, step);
      break;
    case WEIR_REPLAY_BYTES:
      ensure_open (self, step->time_us, NULL);
      weir_sink_bytes_read (self->sink, step->time_us, step->bytes, step->length);
      weir_reader_feed (self->reader, step->bytes, step->length);
      self->n_given += step->length;
      self->status = WEIR_ITEM;
      break;
    case WEIR_REPLAY_NOTE:
      note = (WeirNote){ step->number, step->time_us, step->text };
      weir_sink_note (self->sink, &note);
      break;
    case WEIR_REPLAY_ENDED:
    default:
      end_connection (self, step);
      break;
    }
  if (step->time_us > 0)
    self->time_us = step->time_us;
}
