/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-stream.h"

#include "base/weir-io-private.h"
#include "weir-runner-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _WeirStream
{
  GObject parent_instance;

  WeirRequest *request;
  WeirSink *sink;
  WeirRunner *runner;
  GNetworkMonitor *monitor;
  gboolean network;

  WeirStreamState state;
  char *status_text;
  char *error;
  WeirConnectionInfo *connection;
  char *note;
  gint64 next_us;
};

enum
{
  PROP_STATE = 1,
  PROP_STATUS_TEXT,
  PROP_ERROR,
  PROP_CONNECTION,
  PROP_NOTE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (WeirStream, weir_stream, G_TYPE_OBJECT)

GType
weir_stream_state_get_type (void)
{
  static GType type = 0;

  if (g_once_init_enter (&type))
    {
      static const GEnumValue values[] = {
        { WEIR_STREAM_STATE_IDLE, "WEIR_STREAM_STATE_IDLE", "idle" },
        { WEIR_STREAM_STATE_CONNECTING, "WEIR_STREAM_STATE_CONNECTING", "connecting" },
        { WEIR_STREAM_STATE_OPEN, "WEIR_STREAM_STATE_OPEN", "open" },
        { WEIR_STREAM_STATE_WAITING, "WEIR_STREAM_STATE_WAITING", "waiting" },
        { WEIR_STREAM_STATE_ENDED, "WEIR_STREAM_STATE_ENDED", "ended" },
        { 0, NULL, NULL },
      };

      g_once_init_leave (&type, g_enum_register_static ("WeirStreamState", values));
    }
  return type;
}

/* --- News from the I/O thread -------------------------------------------- */

/* What both threads hold: where the stream is, as long as it is. News that nobody takes must not
 * keep it alive. */
typedef struct
{
  GWeakRef stream;
  GMainContext *context;
} Bridge;

typedef struct
{
  Bridge *bridge;
  gboolean is_note;
  WeirStreamState state;
  gboolean failed;
  WeirNoteKind kind;
  char *text;
  WeirConnectionInfo *connection;
  gint64 next_us;
} News;

static void
bridge_clear (gpointer data)
{
  Bridge *bridge = data;

  g_weak_ref_clear (&bridge->stream);
  g_main_context_unref (bridge->context);
}

static void
bridge_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, bridge_clear);
}

static void
news_free (gpointer data)
{
  News *news = data;

  bridge_unref (news->bridge);
  g_free (news->text);
  g_clear_pointer (&news->connection, weir_connection_info_unref);
  g_free (news);
}

static void
take_status (WeirStream *self, News *news)
{
  gboolean had_error = self->error != NULL;

  self->state = news->state;
  self->next_us = news->next_us;
  g_clear_pointer (&self->connection, weir_connection_info_unref);
  self->connection = g_steal_pointer (&news->connection);
  g_free (self->error);
  self->error = news->failed ? g_strdup (news->text) : NULL;
  g_free (self->status_text);
  self->status_text = g_steal_pointer (&news->text);
  if (self->note && self->state != WEIR_STREAM_STATE_OPEN)
    {
      g_clear_pointer (&self->note, g_free);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NOTE]);
    }
  if (had_error || self->error)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTION]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS_TEXT]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
take_note (WeirStream *self, News *news)
{
  g_free (self->note);
  self->note = news->kind == WEIR_NOTE_ARRIVED ? NULL : g_steal_pointer (&news->text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NOTE]);
}

static gboolean
take_news (gpointer data)
{
  News *news = data;
  g_autoptr (WeirStream) stream = g_weak_ref_get (&news->bridge->stream);

  if (!stream)
    return G_SOURCE_REMOVE;
  g_object_freeze_notify (G_OBJECT (stream));
  if (news->is_note)
    take_note (stream, news);
  else
    take_status (stream, news);
  g_object_thaw_notify (G_OBJECT (stream));
  return G_SOURCE_REMOVE;
}

static void
tell (const WeirStreamStatus *status, const WeirNote *note, gpointer data)
{
  Bridge *bridge = data;
  News *news = g_new0 (News, 1);

  news->bridge = g_atomic_rc_box_acquire (bridge);
  if (note)
    {
      news->is_note = TRUE;
      news->kind = note->kind;
      news->text = g_strdup (note->text);
    }
  else
    {
      news->state = status->state;
      news->failed = status->failed;
      if (status->state == WEIR_STREAM_STATE_WAITING && status->delay_ms >= 0)
        news->next_us = g_get_monotonic_time () + status->delay_ms * 1000;
      news->text = g_strdup (status->text);
      if (status->connection)
        news->connection = weir_connection_info_ref (status->connection);
    }
  weir_io_post (bridge->context, take_news, news, news_free);
}

/* --- Wishes to the I/O thread -------------------------------------------- */

typedef struct
{
  WeirRunner *runner;
  void (*function) (WeirRunner *runner);
  char *last_event_id;
} Wish;

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  weir_runner_unref (wish->runner);
  g_free (wish->last_event_id);
  g_free (wish);
}

static gboolean
grant (gpointer data)
{
  Wish *wish = data;

  if (wish->last_event_id)
    weir_runner_set_last_event_id (wish->runner, wish->last_event_id);
  else
    wish->function (wish->runner);
  return G_SOURCE_REMOVE;
}

static void
send_wish (WeirStream *self, void (*function) (WeirRunner *runner), const char *last_event_id)
{
  Wish *wish = g_new0 (Wish, 1);

  wish->runner = weir_runner_ref (self->runner);
  wish->function = function;
  wish->last_event_id = g_strdup (last_event_id);
  weir_io_post (weir_io_get_context (), grant, wish, wish_free);
}

static void
on_network_changed (GNetworkMonitor *monitor, gboolean available, WeirStream *self)
{
  if (available && !self->network)
    send_wish (self, weir_runner_network_up, NULL);
  self->network = available;
}

/* --- GObject ------------------------------------------------------------- */

static void
weir_stream_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WeirStream *self = WEIR_STREAM (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_STATUS_TEXT:
      g_value_set_string (value, self->status_text);
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    case PROP_CONNECTION:
      g_value_set_boxed (value, self->connection);
      break;
    case PROP_NOTE:
      g_value_set_string (value, self->note);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_stream_dispose (GObject *object)
{
  WeirStream *self = WEIR_STREAM (object);

  if (self->monitor)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_clear_object (&self->monitor);
  if (self->runner)
    {
      send_wish (self, weir_runner_abandon, NULL);
      g_clear_pointer (&self->runner, weir_runner_unref);
    }
  g_clear_object (&self->request);
  g_clear_object (&self->sink);
  G_OBJECT_CLASS (weir_stream_parent_class)->dispose (object);
}

static void
weir_stream_finalize (GObject *object)
{
  WeirStream *self = WEIR_STREAM (object);

  g_free (self->status_text);
  g_free (self->error);
  g_free (self->note);
  g_clear_pointer (&self->connection, weir_connection_info_unref);
  G_OBJECT_CLASS (weir_stream_parent_class)->finalize (object);
}

static void
weir_stream_class_init (WeirStreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = weir_stream_get_property;
  object_class->dispose = weir_stream_dispose;
  object_class->finalize = weir_stream_finalize;

  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, WEIR_TYPE_STREAM_STATE,
                                              WEIR_STREAM_STATE_IDLE, flags);
  properties[PROP_STATUS_TEXT] = g_param_spec_string ("status-text", NULL, NULL, "", flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  properties[PROP_CONNECTION] =
      g_param_spec_boxed ("connection", NULL, NULL, WEIR_TYPE_CONNECTION_INFO, flags);
  properties[PROP_NOTE] = g_param_spec_string ("note", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_stream_init (WeirStream *self)
{
  self->status_text = g_strdup (_ ("Not connected"));
}

WeirStream *
weir_stream_new (WeirRequest *request, WeirSink *sink)
{
  WeirStream *self;
  Bridge *bridge;

  g_return_val_if_fail (WEIR_IS_REQUEST (request), NULL);
  g_return_val_if_fail (WEIR_IS_SINK (sink), NULL);

  self = g_object_new (WEIR_TYPE_STREAM, NULL);
  bridge = g_atomic_rc_box_new0 (Bridge);
  g_weak_ref_init (&bridge->stream, self);
  bridge->context = g_main_context_ref_thread_default ();
  self->request = g_object_ref (request);
  self->sink = g_object_ref (sink);
  self->runner = weir_runner_new (request, sink, tell, bridge, bridge_unref);
  if (weir_request_get_url (request))
    {
      self->monitor = g_object_ref (g_network_monitor_get_default ());
      self->network = g_network_monitor_get_network_available (self->monitor);
      g_signal_connect (self->monitor, "network-changed", G_CALLBACK (on_network_changed), self);
    }
  return self;
}

void
weir_stream_open (WeirStream *self)
{
  g_return_if_fail (WEIR_IS_STREAM (self));
  send_wish (self, weir_runner_open, NULL);
}

void
weir_stream_close (WeirStream *self)
{
  g_return_if_fail (WEIR_IS_STREAM (self));
  send_wish (self, weir_runner_close, NULL);
}

void
weir_stream_cut (WeirStream *self)
{
  g_return_if_fail (WEIR_IS_STREAM (self));
  send_wish (self, weir_runner_cut, NULL);
}

gboolean
weir_stream_set_last_event_id (WeirStream *self, const char *id, GError **error)
{
  g_autoptr (WeirRequest) probe = NULL;

  g_return_val_if_fail (WEIR_IS_STREAM (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  probe = g_object_new (WEIR_TYPE_REQUEST, NULL);
  if (!weir_request_set_last_event_id (probe, id, error))
    return FALSE;
  send_wish (self, NULL, id);
  return TRUE;
}

WeirRequest *
weir_stream_get_request (WeirStream *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM (self), NULL);
  return self->request;
}

WeirSink *
weir_stream_get_sink (WeirStream *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM (self), NULL);
  return self->sink;
}

WeirStreamState
weir_stream_get_state (WeirStream *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM (self), WEIR_STREAM_STATE_IDLE);
  return self->state;
}

const char *
weir_stream_get_status_text (WeirStream *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM (self), NULL);
  return self->status_text;
}

const char *
weir_stream_get_error (WeirStream *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM (self), NULL);
  return self->error;
}

WeirConnectionInfo *
weir_stream_get_connection (WeirStream *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM (self), NULL);
  return self->connection;
}

const char *
weir_stream_get_note (WeirStream *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM (self), NULL);
  return self->note;
}

gint64
weir_stream_get_next_us (WeirStream *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM (self), 0);

  return self->next_us;
}
