/* SPDX-License-Identifier: MIT */
#include "weir-tee.h"

#include "weir-recording.h"

struct _WeirTee
{
  GObject parent_instance;

  WeirSink *first;
  WeirSink *second;
};

static void weir_tee_sink_init (WeirSinkInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirTee,
                               weir_tee,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (WEIR_TYPE_SINK, weir_tee_sink_init))

static void
weir_tee_init (WeirTee *self)
{
}

static void
weir_tee_finalize (GObject *object)
{
  WeirTee *self = WEIR_TEE (object);

  g_clear_object (&self->first);
  g_clear_object (&self->second);
  G_OBJECT_CLASS (weir_tee_parent_class)->finalize (object);
}

static void
weir_tee_class_init (WeirTeeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_tee_finalize;
}

WeirTee *
weir_tee_new (WeirSink *first, WeirSink *second)
{
  WeirTee *self;

  g_return_val_if_fail (WEIR_IS_SINK (first), NULL);
  g_return_val_if_fail (WEIR_IS_SINK (second), NULL);

  self = g_object_new (WEIR_TYPE_TEE, NULL);
  self->first = g_object_ref (first);
  self->second = g_object_ref (second);
  return self;
}

static void
weir_tee_state_changed (WeirSink *sink, const WeirStreamStatus *status)
{
  WeirTee *self = WEIR_TEE (sink);

  weir_sink_state_changed (self->first, status);
  weir_sink_state_changed (self->second, status);
}

static void
weir_tee_connection_began (WeirSink *sink, WeirConnectionInfo *info)
{
  WeirTee *self = WEIR_TEE (sink);

  weir_sink_connection_began (self->first, info);
  weir_sink_connection_began (self->second, info);
}

static void
weir_tee_connection_opened (WeirSink *sink, WeirConnectionInfo *info)
{
  WeirTee *self = WEIR_TEE (sink);

  weir_sink_connection_opened (self->first, info);
  weir_sink_connection_opened (self->second, info);
}

static void
weir_tee_connection_ended (WeirSink *sink, WeirConnectionInfo *info)
{
  WeirTee *self = WEIR_TEE (sink);

  weir_sink_connection_ended (self->first, info);
  weir_sink_connection_ended (self->second, info);
}

static void
weir_tee_bytes_read (WeirSink *sink, gint64 time_us, const guint8 *bytes, gsize length)
{
  WeirTee *self = WEIR_TEE (sink);

  weir_sink_bytes_read (self->first, time_us, bytes, length);
  weir_sink_bytes_read (self->second, time_us, bytes, length);
}

static gboolean
weir_tee_items (WeirSink *sink, const WeirItem *items, gsize n_items)
{
  WeirTee *self = WEIR_TEE (sink);
  gboolean more = weir_sink_items (self->first, items, n_items);

  return weir_sink_items (self->second, items, n_items) && more;
}

static char *
weir_tee_describe_end (WeirSink *sink)
{
  WeirTee *self = WEIR_TEE (sink);

  /* The second one has its count of events. */
  return weir_sink_describe_end (self->first);
}

static void
weir_tee_note (WeirSink *sink, const WeirNote *note)
{
  WeirTee *self = WEIR_TEE (sink);

  weir_sink_note (self->first, note);
  weir_sink_note (self->second, note);
}

static void
weir_tee_drained (WeirSink *sink)
{
  WeirTee *self = WEIR_TEE (sink);

  weir_sink_drained (self->first);
  if (WEIR_IS_LOG (self->first))
    weir_log_wait_written (WEIR_LOG (self->first));
  weir_sink_drained (self->second);
}

static void
weir_tee_sink_init (WeirSinkInterface *iface)
{
  iface->state_changed = weir_tee_state_changed;
  iface->connection_began = weir_tee_connection_began;
  iface->connection_opened = weir_tee_connection_opened;
  iface->connection_ended = weir_tee_connection_ended;
  iface->bytes_read = weir_tee_bytes_read;
  iface->items = weir_tee_items;
  iface->describe_end = weir_tee_describe_end;
  iface->note = weir_tee_note;
  iface->drained = weir_tee_drained;
}
