/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-sink.h"

#include <glib/gi18n-lib.h>

G_DEFINE_INTERFACE (WeirSink, weir_sink, G_TYPE_OBJECT)

static void
weir_sink_default_init (WeirSinkInterface *iface)
{
}

const char *
weir_stream_state_get_name (WeirStreamState state)
{
  static const char *const names[] = { "idle", "connecting", "open", "waiting", "ended" };

  g_return_val_if_fail ((guint) state < G_N_ELEMENTS (names), "");

  return names[state];
}

static const char *const note_kind_names[] = {
  "",        "overdue",  "arrived",  "insecure",  "redirected",   "resumed", "repeated",
  "gap",     "bunched",  "network",  "suspended", "not-repeated", "dropped", "charset",
  "deleted", "no-event", "accepted", "retry",     "full",         "answer",  "rpc",
};

const char *
weir_note_kind_get_name (WeirNoteKind kind)
{
  g_return_val_if_fail ((guint) kind < G_N_ELEMENTS (note_kind_names), "");

  return note_kind_names[kind];
}

gboolean
weir_note_kind_is_known (guint number)
{
  return number > 0 && number < G_N_ELEMENTS (note_kind_names);
}

void
weir_sink_state_changed (WeirSink *self, const WeirStreamStatus *status)
{
  WeirSinkInterface *iface = WEIR_SINK_GET_IFACE (self);

  if (iface->state_changed)
    iface->state_changed (self, status);
}

void
weir_sink_connection_began (WeirSink *self, WeirConnectionInfo *info)
{
  WeirSinkInterface *iface = WEIR_SINK_GET_IFACE (self);

  if (iface->connection_began)
    iface->connection_began (self, info);
}

void
weir_sink_connection_opened (WeirSink *self, WeirConnectionInfo *info)
{
  WeirSinkInterface *iface = WEIR_SINK_GET_IFACE (self);

  if (iface->connection_opened)
    iface->connection_opened (self, info);
}

void
weir_sink_connection_ended (WeirSink *self, WeirConnectionInfo *info)
{
  WeirSinkInterface *iface = WEIR_SINK_GET_IFACE (self);

  if (iface->connection_ended)
    iface->connection_ended (self, info);
}

void
weir_sink_bytes_read (WeirSink *self, gint64 time_us, const guint8 *bytes, gsize length)
{
  WeirSinkInterface *iface = WEIR_SINK_GET_IFACE (self);

  if (iface->bytes_read)
    iface->bytes_read (self, time_us, bytes, length);
}

gboolean
weir_sink_items (WeirSink *self, const WeirItem *items, gsize n_items)
{
  WeirSinkInterface *iface = WEIR_SINK_GET_IFACE (self);

  return iface->items ? iface->items (self, items, n_items) : TRUE;
}

char *
weir_sink_describe_end (WeirSink *self)
{
  WeirSinkInterface *iface = WEIR_SINK_GET_IFACE (self);
  char *sentence = iface->describe_end ? iface->describe_end (self) : NULL;

  return sentence != NULL ? sentence : g_strdup (_ ("The requested number of events was read."));
}

void
weir_sink_note (WeirSink *self, const WeirNote *note)
{
  WeirSinkInterface *iface = WEIR_SINK_GET_IFACE (self);

  if (iface->note)
    iface->note (self, note);
}

void
weir_sink_drained (WeirSink *self)
{
  WeirSinkInterface *iface = WEIR_SINK_GET_IFACE (self);

  if (iface->drained)
    iface->drained (self);
}
