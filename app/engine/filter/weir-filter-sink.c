/* SPDX-License-Identifier: MIT */
#include "weir-filter-sink.h"

#include "log/weir-log.h"
#include "recording/weir-recording.h"

struct _WeirFilterSink
{
  GObject parent_instance;

  WeirFilter *filter;
  WeirSink *next;
  GByteArray *held;   /* bytes of the connection whose items are not known yet */
  guint64 held_begin; /* the offset of the first of them */
  gint64 time_us;     /* when the latest of them were read */
  guint64 given;      /* bytes of this connection that next received */
  GArray *lines;      /* of Range: comments and reconnection times since the last event */
};

typedef struct
{
  guint64 begin, end;
} Range;

static void sink_init (WeirSinkInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirFilterSink,
                               weir_filter_sink,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (WEIR_TYPE_SINK, sink_init))

static void
weir_filter_sink_init (WeirFilterSink *self)
{
  self->held = g_byte_array_new ();
  self->lines = g_array_new (FALSE, FALSE, sizeof (Range));
}

static void
weir_filter_sink_finalize (GObject *object)
{
  WeirFilterSink *self = WEIR_FILTER_SINK (object);

  weir_filter_unref (self->filter);
  g_object_unref (self->next);
  g_byte_array_unref (self->held);
  g_array_unref (self->lines);
  G_OBJECT_CLASS (weir_filter_sink_parent_class)->finalize (object);
}

static void
weir_filter_sink_class_init (WeirFilterSinkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_filter_sink_finalize;
}

WeirFilterSink *
weir_filter_sink_new (WeirFilter *filter, WeirSink *next)
{
  WeirFilterSink *self;

  g_return_val_if_fail (filter != NULL, NULL);
  g_return_val_if_fail (WEIR_IS_SINK (next), NULL);

  self = g_object_new (WEIR_TYPE_FILTER_SINK, NULL);
  self->filter = weir_filter_ref (filter);
  self->next = g_object_ref (next);
  return self;
}

/* --- Bytes ------------------------------------------------------------------ */

static void
on_connection_began (WeirSink *sink, WeirConnectionInfo *info)
{
  WeirFilterSink *self = WEIR_FILTER_SINK (sink);

  g_byte_array_set_size (self->held, 0);
  g_array_set_size (self->lines, 0);
  self->held_begin = self->given = 0;
  weir_sink_connection_began (self->next, info);
}

static void
on_bytes_read (WeirSink *sink, gint64 time_us, const guint8 *bytes, gsize length)
{
  WeirFilterSink *self = WEIR_FILTER_SINK (sink);

  self->time_us = time_us;
  g_byte_array_append (self->held, bytes, (guint) length);
}

/* Forgets the bytes before offset. */
static void
forget_until (WeirFilterSink *self, guint64 offset)
{
  const guint64 n = MIN (offset - MIN (offset, self->held_begin), self->held->len);

  g_byte_array_remove_range (self->held, 0, (guint) n);
  self->held_begin += n;
}

static const guint8 *
peek (const WeirFilterSink *self, guint64 offset)
{
  return self->held->data + (offset - self->held_begin);
}

static void
give_bytes (WeirFilterSink *self, guint64 begin, guint64 end)
{
  if (begin >= end)
    return;
  weir_sink_bytes_read (self->next, self->time_us, peek (self, begin), (gsize) (end - begin));
  self->given += end - begin;
}

/* Gives an event's bytes without the comments and reconnection times between its fields, which are items
 * of their own. */
static void
give_event_bytes (WeirFilterSink *self, const WeirItem *event)
{
  guint64 at = event->begin;

  for (guint i = 0; i < self->lines->len; i++)
    {
      const Range *line = &g_array_index (self->lines, Range, i);

      if (line->begin < at || line->end > event->end)
        continue;
      give_bytes (self, at, line->begin);
      at = line->end;
      /* The range of a line that ends with CR LF ends after the CR. */
      if (at < event->end && *peek (self, at - 1) == '\r' && *peek (self, at) == '\n')
        at++;
    }
  give_bytes (self, at, event->end);
}

/* Gives an item with its bytes, at its new place. */
static gboolean
give (WeirFilterSink *self, const WeirItem *item)
{
  WeirItem moved = *item;

  if (item->begin < self->held_begin || item->end > self->held_begin + self->held->len)
    return TRUE;
  moved.begin = self->given;
  if (item->kind == WEIR_ITEM_EVENT)
    give_event_bytes (self, item);
  else
    give_bytes (self, item->begin, item->end);
  moved.end = self->given;
  return weir_sink_items (self->next, &moved, 1);
}

static gboolean
take (WeirFilterSink *self, const WeirItem *item)
{
  const Range range = { item->begin, item->end };
  gboolean wants_more = TRUE;

  /* The range of a finding lies in an item, or in a line that the parser ignores. */
  if (item->kind == WEIR_ITEM_FINDING)
    return TRUE;
  if (weir_filter_matches_item (self->filter, item))
    wants_more = give (self, item);
  if (item->kind != WEIR_ITEM_EVENT)
    {
      g_array_append_val (self->lines, range);
      return wants_more;
    }
  forget_until (self, item->end);
  g_array_set_size (self->lines, 0);
  return wants_more;
}

static gboolean
on_items (WeirSink *sink, const WeirItem *items, gsize n_items)
{
  for (gsize i = 0; i < n_items; i++)
    if (!take (WEIR_FILTER_SINK (sink), &items[i]))
      return FALSE;
  return TRUE;
}

static void
on_drained (WeirSink *sink)
{
  WeirFilterSink *self = WEIR_FILTER_SINK (sink);

  weir_sink_drained (self->next);
  if (WEIR_IS_LOG (self->next))
    weir_log_wait_written (WEIR_LOG (self->next));
}

/* --- What is given unchanged ------------------------------------------------- */

static void
on_state_changed (WeirSink *sink, const WeirStreamStatus *status)
{
  weir_sink_state_changed (WEIR_FILTER_SINK (sink)->next, status);
}

static void
on_connection_opened (WeirSink *sink, WeirConnectionInfo *info)
{
  weir_sink_connection_opened (WEIR_FILTER_SINK (sink)->next, info);
}

static void
on_connection_ended (WeirSink *sink, WeirConnectionInfo *info)
{
  weir_sink_connection_ended (WEIR_FILTER_SINK (sink)->next, info);
}

static void
on_note (WeirSink *sink, const WeirNote *note)
{
  weir_sink_note (WEIR_FILTER_SINK (sink)->next, note);
}

static void
sink_init (WeirSinkInterface *iface)
{
  iface->state_changed = on_state_changed;
  iface->connection_began = on_connection_began;
  iface->connection_opened = on_connection_opened;
  iface->connection_ended = on_connection_ended;
  iface->bytes_read = on_bytes_read;
  iface->items = on_items;
  iface->note = on_note;
  iface->drained = on_drained;
}
