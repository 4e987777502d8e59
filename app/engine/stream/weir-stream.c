/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-stream.h"

#include "base/weir-io-private.h"
#include "weir-runner-private.h"
#include "stream/weir-stream-enums.h"

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
  gint64 sent_us;
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

/* --- Updates from the I/O thread -------------------------------------------- */

/* Held by both threads. The reference is weak: an update that was not delivered yet must not keep the
 * stream alive. */
typedef struct
{
  GWeakRef stream;
  GMainContext *context;
} Link;

typedef struct
{
  Link *link;
  gboolean is_note;
  WeirStreamState state;
  gboolean failed;
  WeirNoteKind kind;
  char *text;
  WeirConnectionInfo *connection;
  gint64 next_us;
  gint64 sent_us;
} Update;

static void
link_clear (gpointer data)
{
  Link *link = data;

  g_weak_ref_clear (&link->stream);
  g_main_context_unref (link->context);
}

static void
link_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, link_clear);
}

static void
update_free (gpointer data)
{
  Update *update = data;

  link_unref (update->link);
  g_free (update->text);
  g_clear_pointer (&update->connection, weir_connection_info_unref);
  g_free (update);
}

static void
take_status (WeirStream *self, Update *update)
{
  gboolean had_error = self->error != NULL;

  self->state = update->state;
  self->next_us = update->next_us;
  self->sent_us = update->sent_us;
  g_clear_pointer (&self->connection, weir_connection_info_unref);
  self->connection = g_steal_pointer (&update->connection);
  g_free (self->error);
  self->error = update->failed ? g_strdup (update->text) : NULL;
  g_free (self->status_text);
  self->status_text = g_steal_pointer (&update->text);
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
take_note (WeirStream *self, Update *update)
{
  g_free (self->note);
  self->note = update->kind == WEIR_NOTE_ARRIVED ? NULL : g_steal_pointer (&update->text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NOTE]);
}

static gboolean
take_update (gpointer data)
{
  Update *update = data;
  g_autoptr (WeirStream) stream = g_weak_ref_get (&update->link->stream);

  if (!stream)
    return G_SOURCE_REMOVE;
  g_object_freeze_notify (G_OBJECT (stream));
  if (update->is_note)
    take_note (stream, update);
  else
    take_status (stream, update);
  g_object_thaw_notify (G_OBJECT (stream));
  return G_SOURCE_REMOVE;
}

static void
report (const WeirStreamStatus *status, const WeirNote *note, gpointer data)
{
  Link *link = data;
  Update *update = g_new0 (Update, 1);

  update->link = g_atomic_rc_box_acquire (link);
  if (note)
    {
      update->is_note = TRUE;
      update->kind = note->kind;
      update->text = g_strdup (note->text);
    }
  else
    {
      update->state = status->state;
      update->failed = status->failed;
      if (status->state == WEIR_STREAM_STATE_WAITING && status->delay_ms >= 0)
        update->next_us = g_get_monotonic_time () + status->delay_ms * 1000;
      update->sent_us = status->sent_us;
      update->text = g_strdup (status->text);
      if (status->connection)
        update->connection = weir_connection_info_ref (status->connection);
    }
  weir_io_post (link->context, take_update, update, update_free);
}

/* --- Commands to the I/O thread -------------------------------------------- */

typedef struct
{
  WeirRunner *runner;
  void (*function) (WeirRunner *runner);
  char *last_event_id;
} Command;

static void
command_free (gpointer data)
{
  Command *command = data;

  weir_runner_unref (command->runner);
  g_free (command->last_event_id);
  g_free (command);
}

static gboolean
run_command (gpointer data)
{
  Command *command = data;

  if (command->last_event_id)
    weir_runner_set_last_event_id (command->runner, command->last_event_id);
  else
    command->function (command->runner);
  return G_SOURCE_REMOVE;
}

static void
send_command (WeirStream *self, void (*function) (WeirRunner *runner), const char *last_event_id)
{
  Command *command = g_new0 (Command, 1);

  command->runner = weir_runner_ref (self->runner);
  command->function = function;
  command->last_event_id = g_strdup (last_event_id);
  weir_io_post (weir_io_get_context (), run_command, command, command_free);
}

static void
on_network_changed (GNetworkMonitor *monitor, gboolean available, WeirStream *self)
{
  if (available && !self->network)
    send_command (self, weir_runner_network_up, NULL);
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
      send_command (self, weir_runner_abandon, NULL);
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
  Link *link;

  g_return_val_if_fail (WEIR_IS_REQUEST (request), NULL);
  g_return_val_if_fail (WEIR_IS_SINK (sink), NULL);

  self = g_object_new (WEIR_TYPE_STREAM, NULL);
  link = g_atomic_rc_box_new0 (Link);
  g_weak_ref_init (&link->stream, self);
  link->context = g_main_context_ref_thread_default ();
  self->request = g_object_ref (request);
  self->sink = g_object_ref (sink);
  self->runner = weir_runner_new (request, sink, report, link, link_unref);
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
  send_command (self, weir_runner_open, NULL);
}

void
weir_stream_close (WeirStream *self)
{
  g_return_if_fail (WEIR_IS_STREAM (self));
  send_command (self, weir_runner_close, NULL);
}

void
weir_stream_cut (WeirStream *self)
{
  g_return_if_fail (WEIR_IS_STREAM (self));
  send_command (self, weir_runner_cut, NULL);
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
  send_command (self, NULL, id);
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

gint64
weir_stream_get_sent_us (WeirStream *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM (self), 0);

  return self->sent_us;
}

gint64
weir_stream_get_period_us (WeirStream *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM (self), 0);

  if (self->state != WEIR_STREAM_STATE_OPEN)
    return 0;
  return weir_runner_get_period_ms (self->runner) * G_TIME_SPAN_MILLISECOND;
}

gboolean
weir_stream_is_overdue (WeirStream *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM (self), FALSE);

  return self->state == WEIR_STREAM_STATE_OPEN && weir_runner_is_overdue (self->runner);
}
