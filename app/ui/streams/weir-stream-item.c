/* SPDX-License-Identifier: MIT */
#include "weir-stream-item.h"

#include "app/engine/recording/weir-recording.h"
#include "common/weir-format.h"
#include "common/weir-settings.h"

#include <glib/gi18n.h>

struct _WeirStreamItem
{
  GObject parent_instance;

  WeirStreamConfig *config;
  char *title;
  WeirStream *stream;
  WeirLog *log;
  WeirView *view;
  WeirBookmarks *bookmarks;
  WeirRateHistory *history;
  char *error;          /* of a config that makes no request */
  gboolean cannot_open; /* the error is about the settings, not the server */
  gint64 resume_us;
  gboolean is_recording; /* opened from disk */
  char *problem;         /* why nothing is recorded */
  WeirPlayer *player;    /* of a replay, or NULL */
  gboolean played;       /* all of it, or it failed */
  gboolean has_unseen_alert;
  char *waiting;    /* the status while there is no response head */
  gint64 opened_us; /* monotonic, as the next two: 0: not open */
  gint64 event_us;  /* when the last event was sampled; 0: none since it was opened */
  gint64 data_us;
  guint64 n_events; /* as sampled last */
  guint64 n_bytes;
};

/* A pause between events that is worth a word. */
#define SILENCE_US (10 * G_TIME_SPAN_SECOND)
/* Without a learned interval, the pause after which a stream counts as quiet. */
#define QUIET_US (30 * G_TIME_SPAN_SECOND)

G_DEFINE_FINAL_TYPE (WeirStreamItem, weir_stream_item, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_STATE,
  PROP_STATUS,
  PROP_RATE,
  PROP_ALERT_FILTER,
  PROP_HAS_UNSEEN_ALERT,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
drop_stream (WeirStreamItem *self)
{
  g_clear_object (&self->player);
  if (self->stream == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->stream, self);
  weir_stream_close (self->stream);
  g_clear_object (&self->stream);
}

static void
weir_stream_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WeirStreamItem *self = WEIR_STREAM_ITEM (object);

  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_STATE:
      g_value_set_int (value, weir_stream_item_get_state (self));
      break;
    case PROP_STATUS:
      g_value_set_string (value, weir_stream_item_get_status (self));
      break;
    case PROP_RATE:
      g_value_set_double (value, weir_rate_history_get_rate (self->history));
      break;
    case PROP_ALERT_FILTER:
      g_value_set_string (value, self->config->alert_filter);
      break;
    case PROP_HAS_UNSEEN_ALERT:
      g_value_set_boolean (value, self->has_unseen_alert);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_stream_item_finalize (GObject *object)
{
  WeirStreamItem *self = WEIR_STREAM_ITEM (object);

  drop_stream (self);
  g_clear_object (&self->view);
  g_clear_object (&self->log);
  g_clear_object (&self->bookmarks);
  g_clear_object (&self->history);
  g_clear_pointer (&self->config, weir_stream_config_free);
  g_free (self->title);
  g_free (self->error);
  g_free (self->problem);
  g_free (self->waiting);
  G_OBJECT_CLASS (weir_stream_item_parent_class)->finalize (object);
}

static void
weir_stream_item_class_init (WeirStreamItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = weir_stream_item_get_property;
  object_class->finalize = weir_stream_item_finalize;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, 0, G_MAXINT, 0, flags);
  properties[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, flags);
  properties[PROP_RATE] = g_param_spec_double ("rate", NULL, NULL, 0, G_MAXDOUBLE, 0, flags);
  properties[PROP_ALERT_FILTER] = g_param_spec_string ("alert-filter", NULL, NULL, NULL, flags);
  properties[PROP_HAS_UNSEEN_ALERT] =
      g_param_spec_boolean ("has-unseen-alert", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_stream_item_init (WeirStreamItem *self)
{
  self->history = weir_rate_history_new ();
}

WeirStreamItem *
weir_stream_item_new (WeirStreamConfig *config)
{
  WeirStreamItem *self = g_object_new (WEIR_TYPE_STREAM_ITEM, NULL);

  self->config = config;
  self->title = weir_stream_config_get_title (config);
  return self;
}

const WeirStreamConfig *
weir_stream_item_get_config (WeirStreamItem *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (self), NULL);

  return self->config;
}

static void
notify_state (WeirStreamItem *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS]);
}

static void
update_title (WeirStreamItem *self)
{
  g_free (self->title);
  self->title = weir_stream_config_get_title (self->config);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

void
weir_stream_item_set_config (WeirStreamItem *self, WeirStreamConfig *config)
{
  g_autoptr (WeirStreamConfig) before = NULL;

  g_return_if_fail (WEIR_IS_STREAM_ITEM (self));

  drop_stream (self);
  self->is_recording = FALSE;
  g_clear_pointer (&self->error, g_free);
  before = self->config;
  self->config = config;
  update_title (self);
  notify_state (self);
  if (g_strcmp0 (before->alert_filter, config->alert_filter) != 0
      || before->alert_silence_s != config->alert_silence_s)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ALERT_FILTER]);
}

void
weir_stream_item_set_alert (WeirStreamItem *self, const char *filter, guint silence_s)
{
  g_return_if_fail (WEIR_IS_STREAM_ITEM (self));

  weir_stream_config_set_alert (self->config, filter, silence_s);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ALERT_FILTER]);
}

void
weir_stream_item_set_has_unseen_alert (WeirStreamItem *self, gboolean has_unseen_alert)
{
  g_return_if_fail (WEIR_IS_STREAM_ITEM (self));

  if (self->has_unseen_alert == has_unseen_alert)
    return;
  self->has_unseen_alert = has_unseen_alert;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_UNSEEN_ALERT]);
}

gboolean
weir_stream_item_get_has_unseen_alert (WeirStreamItem *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (self), FALSE);

  return self->has_unseen_alert;
}

void
weir_stream_item_set_numbered_by (WeirStreamItem *self, const char *by)
{
  g_return_if_fail (WEIR_IS_STREAM_ITEM (self));

  g_free (self->config->numbered_by);
  self->config->numbered_by = g_strdup (by);
}

static void
state_changed (WeirStreamItem *self)
{
  const WeirStreamState state = weir_stream_get_state (self->stream);

  self->resume_us = 0;
  if (state == WEIR_STREAM_STATE_WAITING)
    self->resume_us = weir_stream_get_next_us (self->stream);
  if (state != WEIR_STREAM_STATE_OPEN)
    self->opened_us = 0;
  else if (self->opened_us == 0)
    self->opened_us = g_get_monotonic_time ();
  notify_state (self);
}

char **
weir_stream_item_get_recordings (WeirStreamItem *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (self), NULL);

  return weir_stream_config_get_recordings (self->config);
}

void
weir_stream_item_rename_recording (WeirStreamItem *self, const char *from, const char *to)
{
  g_return_if_fail (WEIR_IS_STREAM_ITEM (self));

  weir_stream_config_rename_recording (self->config, from, to);
  update_title (self);
}

char *
weir_stream_item_get_problem (WeirStreamItem *self)
{
  WeirRecordingState state = { 0 };
  char *problem;

  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (self), NULL);

  if (self->problem != NULL || self->log == NULL)
    return g_strdup (self->problem);
  weir_log_get_recording_state (self->log, &state);
  problem = g_strdup (state.problem != NULL ? state.problem : state.notice);
  weir_recording_state_clear (&state);
  return problem;
}

/* Written before it is shown, as long as that is wished and can be done. */
static void
record (WeirStreamItem *self, WeirRequest *request)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  weir_settings_apply_memory_limit ();
  if (self->config->no_record || weir_request_get_path (request) != NULL)
    return;
  path = weir_settings_record (self->log, weir_request_get_display_url (request), &error);
  g_free (self->problem);
  self->problem = error != NULL ? g_strdup (error->message) : NULL;
  if (path != NULL)
    weir_stream_config_add_recording (self->config, path);
}

/* A recording is read from disk without a connection. */
static gboolean
open_recording (WeirStreamItem *self, GError **error)
{
  g_autoptr (WeirLog) log = weir_log_open (self->config->address, error);

  if (log == NULL)
    return FALSE;
  g_set_object (&self->log, log);
  g_clear_object (&self->view);
  self->view = weir_view_new (log);
  self->is_recording = TRUE;
  return TRUE;
}

static gboolean
ensure_stream (WeirStreamItem *self, GError **error)
{
  g_autoptr (WeirRequest) request = NULL;

  if (self->stream != NULL)
    return TRUE;
  request = weir_stream_config_to_request (self->config, error);
  if (request == NULL)
    return FALSE;
  if (self->log == NULL)
    {
      self->log = weir_log_new ();
      record (self, request);
      self->view = weir_view_new (self->log);
    }
  self->stream = weir_stream_new (request, WEIR_SINK (self->log));
  g_signal_connect_swapped (self->stream, "notify::state", G_CALLBACK (state_changed), self);
  g_signal_connect_swapped (self->stream, "notify::status-text", G_CALLBACK (notify_state), self);
  g_signal_connect_swapped (self->stream, "notify::note", G_CALLBACK (notify_state), self);
  return TRUE;
}

void
weir_stream_item_open (WeirStreamItem *self)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (WEIR_IS_STREAM_ITEM (self));

  g_clear_pointer (&self->error, g_free);
  if (self->player != NULL)
    {
      /* The log of a replay is not the log of the file. */
      drop_stream (self);
      g_clear_object (&self->view);
      g_clear_object (&self->log);
    }
  if (weir_stream_config_is_read_from_disk (self->config))
    {
      if (!open_recording (self, &error))
        self->error = g_strdup (error->message);
    }
  else if (ensure_stream (self, &error))
    weir_stream_open (self->stream);
  else
    self->error = g_strdup (error->message);
  self->cannot_open = error != NULL && error->domain == WEIR_REQUEST_ERROR
                      && error->code != WEIR_REQUEST_ERROR_FILE;
  notify_state (self);
}

void
weir_stream_item_open_address (WeirStreamItem *self, const char *address)
{
  WeirStreamConfig *config;

  g_return_if_fail (WEIR_IS_STREAM_ITEM (self));

  config = weir_stream_config_copy (self->config);
  g_free (config->address);
  config->address = g_strdup (address);
  weir_stream_item_set_config (self, config);
  weir_stream_item_open (self);
}

void
weir_stream_item_close (WeirStreamItem *self)
{
  g_return_if_fail (WEIR_IS_STREAM_ITEM (self));

  if (self->player != NULL)
    weir_stream_item_set_replaying (self, FALSE);
  else if (self->stream != NULL)
    weir_stream_close (self->stream);
}

/* --- Replay ------------------------------------------------------------------ */

gboolean
weir_stream_item_can_replay (WeirStreamItem *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (self), FALSE);

  return self->log != NULL && self->error == NULL
         && (self->player != NULL || weir_stream_item_is_file (self));
}

WeirPlayer *
weir_stream_item_get_player (WeirStreamItem *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (self), NULL);

  return self->player;
}

static void
begin_replay (WeirStreamItem *self)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autoptr (GError) error = NULL;
  WeirPlayer *player = weir_player_new (self->config->address, WEIR_SINK (log), &error);

  if (player == NULL)
    {
      self->error = g_strdup (error->message);
      return;
    }
  drop_stream (self);
  self->player = player;
  self->played = FALSE;
  g_set_object (&self->log, log);
  g_clear_object (&self->view);
  self->view = weir_view_new (log);
  weir_rate_history_clear (self->history);
  weir_player_set_playing (player, TRUE);
}

void
weir_stream_item_set_replaying (WeirStreamItem *self, gboolean replaying)
{
  g_return_if_fail (WEIR_IS_STREAM_ITEM (self));

  if (replaying == (self->player != NULL) || (replaying && !weir_stream_item_can_replay (self)))
    return;
  if (!replaying)
    {
      weir_rate_history_clear (self->history);
      weir_stream_item_open (self);
      return;
    }
  begin_replay (self);
  notify_state (self);
}

/* A player emits no signal. */
static void
update_player_state (WeirStreamItem *self)
{
  WeirPlayerState state;

  if (self->player == NULL || self->played)
    return;
  weir_player_get_state (self->player, &state);
  self->played = state.ended;
  if (state.error != NULL)
    self->error = g_strdup (state.error);
  weir_player_state_clear (&state);
  if (self->played)
    notify_state (self);
}

void
weir_stream_item_clear (WeirStreamItem *self)
{
  const gboolean live = weir_stream_item_is_live (self);

  g_return_if_fail (WEIR_IS_STREAM_ITEM (self));

  drop_stream (self);
  g_clear_object (&self->view);
  g_clear_object (&self->log);
  if (self->bookmarks != NULL)
    weir_bookmarks_set_log (self->bookmarks, NULL);
  weir_rate_history_clear (self->history);
  if (live)
    weir_stream_item_open (self);
  else
    notify_state (self);
}

const char *
weir_stream_item_get_title (WeirStreamItem *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (self), NULL);

  return self->title;
}

WeirStreamState
weir_stream_item_get_state (WeirStreamItem *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (self), WEIR_STREAM_STATE_IDLE);

  if (self->player != NULL)
    return self->played ? WEIR_STREAM_STATE_ENDED : WEIR_STREAM_STATE_OPEN;
  if (self->error != NULL || self->is_recording)
    return WEIR_STREAM_STATE_ENDED;
  return self->stream != NULL ? weir_stream_get_state (self->stream) : WEIR_STREAM_STATE_IDLE;
}

const char *
weir_stream_item_get_status (WeirStreamItem *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (self), NULL);

  if (self->error != NULL)
    return self->error;
  if (self->player != NULL)
    return self->played ? _ ("The replay has ended") : _ ("Replay of a recording");
  if (self->is_recording)
    return _ ("Recording");
  if (self->stream == NULL)
    return _ ("Not connected");
  if (weir_stream_item_get_head_wait_us (self) > 0)
    {
      char age[WEIR_FORMAT_LENGTH];

      weir_format_age (age, weir_stream_item_get_head_wait_us (self));
      g_free (self->waiting);
      self->waiting = g_strdup_printf (_ ("Request sent, no response head for %s"), age);
      return self->waiting;
    }
  return weir_stream_get_status_text (self->stream);
}

const char *
weir_stream_item_get_error (WeirStreamItem *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (self), NULL);

  if (self->error != NULL)
    return self->error;
  return self->stream != NULL ? weir_stream_get_error (self->stream) : NULL;
}

gboolean
weir_stream_item_can_open (WeirStreamItem *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (self), FALSE);

  return !self->cannot_open;
}

gboolean
weir_stream_item_is_live (WeirStreamItem *self)
{
  const WeirStreamState state = weir_stream_item_get_state (self);

  return state == WEIR_STREAM_STATE_CONNECTING || state == WEIR_STREAM_STATE_OPEN
         || state == WEIR_STREAM_STATE_WAITING;
}

gboolean
weir_stream_item_is_file (WeirStreamItem *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (self), FALSE);

  return self->is_recording || self->player != NULL
         || (self->stream != NULL
             && weir_request_get_path (weir_stream_get_request (self->stream)) != NULL);
}

WeirStream *
weir_stream_item_get_stream (WeirStreamItem *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (self), NULL);

  return self->stream;
}

WeirLog *
weir_stream_item_get_log (WeirStreamItem *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (self), NULL);

  return self->log;
}

WeirView *
weir_stream_item_get_view (WeirStreamItem *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (self), NULL);

  return self->view;
}

WeirBookmarks *
weir_stream_item_get_bookmarks (WeirStreamItem *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (self), NULL);

  if (self->bookmarks == NULL)
    self->bookmarks = weir_bookmarks_new ();
  if (self->log != NULL)
    weir_bookmarks_set_log (self->bookmarks, self->log);
  return self->bookmarks;
}

void
weir_stream_item_flush_bookmarks (WeirStreamItem *self)
{
  g_return_if_fail (WEIR_IS_STREAM_ITEM (self));

  if (self->bookmarks != NULL)
    weir_bookmarks_flush (self->bookmarks);
}

WeirRateHistory *
weir_stream_item_get_history (WeirStreamItem *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (self), NULL);

  return self->history;
}

gint64
weir_stream_item_get_resume_us (WeirStreamItem *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (self), 0);

  return self->resume_us;
}

gint64
weir_stream_item_get_head_wait_us (WeirStreamItem *self)
{
  gint64 sent_us;

  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (self), 0);

  if (self->stream == NULL || self->error != NULL)
    return 0;
  sent_us = weir_stream_get_sent_us (self->stream);
  return sent_us > 0 ? g_get_monotonic_time () - sent_us : 0;
}

/* Whether data is awaited from a server. */
static gboolean
is_open (WeirStreamItem *self)
{
  return self->opened_us > 0 && self->stream != NULL && !weir_stream_item_is_file (self);
}

gboolean
weir_stream_item_is_quiet (WeirStreamItem *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (self), FALSE);

  if (!is_open (self))
    return FALSE;
  if (weir_stream_is_overdue (self->stream))
    return TRUE;
  return weir_stream_get_period_us (self->stream) == 0
         && g_get_monotonic_time () - MAX (self->data_us, self->opened_us) >= QUIET_US;
}

char *
weir_stream_item_describe_silence (WeirStreamItem *self, gboolean with_interval)
{
  char age[WEIR_FORMAT_LENGTH];
  gint64 silence_us, period_us;

  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (self), NULL);

  if (!is_open (self))
    return NULL;
  silence_us = g_get_monotonic_time () - (self->event_us > 0 ? self->event_us : self->opened_us);
  if (silence_us < SILENCE_US && !weir_stream_is_overdue (self->stream))
    return NULL;
  weir_format_age (age, silence_us);
  period_us = weir_stream_get_period_us (self->stream);
  if (self->event_us == 0)
    return g_strdup_printf (_ ("No event for %s"), age);
  if (period_us == 0 || !with_interval)
    return g_strdup_printf (_ ("Last event %s ago"), age);
  return g_strdup_printf (_ ("Last event %s ago. Data usually arrives every %.1f s."), age,
                          (double) period_us / 1e6);
}

static void
sample_arrivals (WeirStreamItem *self, const WeirSample *sample)
{
  const gint64 now_us = g_get_monotonic_time ();

  /* A log that was cleared begins with no event. */
  if (sample->events != self->n_events)
    self->event_us = sample->events > 0 ? now_us : 0;
  if (sample->bytes != self->n_bytes)
    self->data_us = now_us;
  self->n_events = sample->events;
  self->n_bytes = sample->bytes;
}

void
weir_stream_item_sample (WeirStreamItem *self, gint64 now_us)
{
  WeirSample sample = { .time_us = now_us };
  WeirConnectionInfo *connection =
      self->stream != NULL ? weir_stream_get_connection (self->stream) : NULL;

  g_return_if_fail (WEIR_IS_STREAM_ITEM (self));

  update_player_state (self);
  if (self->log == NULL || weir_stream_item_get_state (self) == WEIR_STREAM_STATE_IDLE)
    return;
  sample.rows = weir_log_get_n_rows (self->log);
  sample.events = weir_log_get_n_events (self->log);
  sample.bytes = weir_log_get_n_bytes (self->log);
  sample.findings = weir_log_get_n_findings (self->log);
  sample.connections = connection != NULL ? connection->number : 0;
  sample_arrivals (self, &sample);
  weir_rate_history_add (self->history, &sample);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RATE]);
}
