/* SPDX-License-Identifier: MIT */
#include "weir-delivery-private.h"

#include <stdio.h>

#include "core/weir-allocator.h"

#define BATCH_ITEMS 128

void
weir_delivery_init (WeirDelivery *self, WeirSink *sink, const WeirParserOptions *options)
{
  WeirParserOptions own = { .on_limit = WEIR_ON_LIMIT_SKIP };

  if (options != NULL)
    own = *options;
  own.allocator = weir_allocator_malloc ();
  *self = (WeirDelivery){ .sink = sink, .status = WEIR_NEED_INPUT };
  weir_parser_init (&self->parser, &own);
}

void
weir_delivery_clear (WeirDelivery *self)
{
  g_clear_pointer (&self->info, weir_connection_info_unref);
  weir_parser_clear (&self->parser);
}

void
weir_delivery_give_items (WeirDelivery *self)
{
  WeirItem items[BATCH_ITEMS];
  gsize n_items;

  do
    {
      self->status = weir_parser_next_batch (&self->parser, items, BATCH_ITEMS, &n_items);
      if (n_items > 0 && items[n_items - 1].kind == WEIR_ITEM_FINDING)
        self->found = items[n_items - 1].finding;
      if (n_items > 0 && !weir_sink_items (self->sink, items, n_items))
        self->enough = TRUE;
    }
  while (self->status == WEIR_ITEM && !self->enough);
}

gboolean
weir_delivery_give_event (WeirDelivery *self)
{
  WeirItem item;

  while (!self->enough && (self->status = weir_parser_next (&self->parser, &item)) == WEIR_ITEM)
    {
      self->enough = !weir_sink_items (self->sink, &item, 1);
      if (item.kind == WEIR_ITEM_EVENT)
        return TRUE;
    }
  return FALSE;
}

/* A file that holds a stream says nothing of a connection; its bytes do. */
static void
ensure_open (WeirDelivery *self)
{
  if (self->info == NULL || self->opened)
    return;
  self->opened = TRUE;
  weir_sink_connection_opened (self->sink, self->info);
}

void
weir_delivery_end (WeirDelivery *self, gint64 time_us, const char *told)
{
  g_autoptr (WeirConnectionInfo) ended = NULL;

  if (self->info == NULL)
    return;
  weir_parser_finish (&self->parser, FALSE);
  weir_delivery_give_items (self);
  ended = weir_connection_info_copy (self->info);
  ended->end = WEIR_END_SERVER;
  ended->ended_us = time_us;
  g_free (ended->told);
  ended->told = g_strdup (told);
  weir_sink_connection_ended (self->sink, ended);
  g_clear_pointer (&self->info, weir_connection_info_unref);
}

static void
begin_connection (WeirDelivery *self, const WeirReplayStep *step)
{
  weir_delivery_end (self, self->time_us, NULL);
  weir_parser_reset (&self->parser);
  self->info = weir_connection_info_new (step->number);
  self->info->began_us = step->time_us;
  self->info->url = g_strdup (step->text);
  self->opened = FALSE;
  weir_sink_connection_began (self->sink, self->info);
}

/* text is a status line, where a server answered. */
static void
open_connection (WeirDelivery *self, const char *text)
{
  WeirConnectionInfo *info;
  char version[8];
  guint status;
  int length = 0;

  if (self->info == NULL)
    return;
  if (sscanf (text, "HTTP/%7s %u %n", version, &status, &length) == 2 && length > 0)
    {
      info = weir_connection_info_copy (self->info);
      info->http_version = g_strdup (version);
      info->status = status;
      info->reason_phrase = g_strdup (text + length);
      weir_connection_info_unref (self->info);
      self->info = info;
    }
  ensure_open (self);
}

void
weir_delivery_take (WeirDelivery *self, const WeirReplayStep *step)
{
  WeirNote note;

  if (step->time_us > 0)
    self->time_us = step->time_us;
  switch (step->kind)
    {
    case WEIR_REPLAY_BEGAN:
      begin_connection (self, step);
      break;
    case WEIR_REPLAY_OPENED:
      open_connection (self, step->text);
      break;
    case WEIR_REPLAY_BYTES:
      ensure_open (self);
      weir_sink_bytes_read (self->sink, step->time_us, step->bytes, step->length);
      weir_parser_feed (&self->parser, step->bytes, step->length);
      self->status = WEIR_ITEM;
      break;
    case WEIR_REPLAY_NOTE:
      note = (WeirNote){ step->number, step->time_us, step->text };
      weir_sink_note (self->sink, &note);
      break;
    case WEIR_REPLAY_ENDED:
    default:
      weir_delivery_end (self, step->time_us, step->text);
      break;
    }
}
