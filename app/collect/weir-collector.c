/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-collector.h"

#include "app/engine/recording/weir-recording.h"
#include "app/engine/recording/weir-replay.h"

#include <glib/gi18n.h>
#include <string.h>

/* The ids of the newest events, by which a repeated event is known. */
#define N_RECENT 256

struct _WeirCollector
{
  GObject parent;
  const char *name; /* interned */
  WeirRequest *request;
  WeirWriter *writer;
  WeirStream *stream; /* NULL for a recording, and before the start */
  GThread *reader;    /* of a recording */
  char *error;
  gboolean is_ended; /* "ended" was emitted, or will not be */

  /* The thread that calls the sink. */
  WeirOrigin origin;
  guint64 sequence;  /* of the newest record */
  guint64 n_to_skip; /* a file is read from its beginning: records that are stored already */
  guint connection;
  guint connection_offset; /* connections of earlier processes */
  GString *recent[N_RECENT];
  guint n_recent;    /* ever added; the newest is at (n_recent - 1) % N_RECENT */
  GHashTable *known; /* after a reconnect, until a new id arrives: ids of recent; otherwise NULL */
  gboolean has_gap;  /* events of this connection have no ids to continue from */
  gint64 read_us;    /* wall clock, of the newest read */
  gint64 ended_us;   /* wall clock, end of the connection before */

  int is_stopping; /* atomic */
  GMutex lock;
  WeirCollectorCounts counts; /* under the lock */
};

enum
{
  ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void weir_collector_sink_init (WeirSinkInterface *iface);

G_DEFINE_TYPE_WITH_CODE (WeirCollector,
                         weir_collector,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (WEIR_TYPE_SINK, weir_collector_sink_init))

/* --- Ids -------------------------------------------------------------------- */

static const GString *
get_newest_id (WeirCollector *self)
{
  return self->n_recent > 0 ? self->recent[(self->n_recent - 1) % N_RECENT] : NULL;
}

static void
add_recent (WeirCollector *self, WeirSpan id)
{
  GString **place = &self->recent[self->n_recent++ % N_RECENT];

  if (*place == NULL)
    *place = g_string_sized_new (id.length);
  g_string_truncate (*place, 0);
  g_string_append_len (*place, id.text, (gssize) id.length);
}

/* From now on, events with these ids are repetitions. */
static void
begin_resumption (WeirCollector *self)
{
  g_clear_pointer (&self->known, g_hash_table_unref);
  self->has_gap = self->sequence > 0 && self->n_recent == 0;
  if (self->n_recent == 0)
    return;
  self->known = g_hash_table_new ((GHashFunc) g_string_hash, (GEqualFunc) g_string_equal);
  for (guint i = 0; i < MIN (self->n_recent, N_RECENT); i++)
    g_hash_table_add (self->known, self->recent[i]);
}

static gboolean
is_known (WeirCollector *self, WeirSpan id)
{
  GString key = { (char *) id.text, id.length, id.length };

  return self->known != NULL && g_hash_table_contains (self->known, &key);
}

/* A decimal number without sign. */
static gboolean
parse_number (const char *bytes, gsize length, guint64 *number)
{
  *number = 0;
  if (length == 0 || length > 18)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (bytes[i]))
        return FALSE;
      *number = *number * 10 + (guint64) (bytes[i] - '0');
    }
  return TRUE;
}

/* --- Records ---------------------------------------------------------------- */

static gboolean
push (WeirCollector *self, WeirCollectRecord *model)
{
  model->origin = self->origin;
  model->sequence = ++self->sequence;
  model->connection = self->connection;
  if (model->sequence <= self->n_to_skip)
    return TRUE;
  return weir_writer_push (self->writer, weir_collect_record_new (model));
}

/* data is JSON. */
static gboolean
push_gap (WeirCollector *self, const char *data)
{
  const GString *id = get_newest_id (self);
  WeirCollectRecord model = {
    .kind = WEIR_COLLECT_RECORD_GAP,
    .time_us = self->read_us,
    .type = weir_span (""),
    .id = id != NULL ? (WeirSpan){ id->str, id->len } : weir_span (""),
    .data = weir_span (data),
  };

  g_mutex_lock (&self->lock);
  self->counts.n_gaps++;
  g_mutex_unlock (&self->lock);
  return push (self, &model);
}

/* Without ids, events between two connections may be missing. */
static gboolean
record_time_gap (WeirCollector *self)
{
  g_autofree char *data = g_strdup_printf ("{\"reason\":\"no-ids\",\"from\":%" G_GINT64_FORMAT
                                           ",\"to\":%" G_GINT64_FORMAT "}",
                                           self->ended_us, self->read_us);

  return push_gap (self, data);
}

/* The first new id after a reconnect: whether it follows the last one. */
static gboolean
check_continuation (WeirCollector *self, WeirSpan id)
{
  const GString *newest = get_newest_id (self);
  g_autofree char *data = NULL;
  guint64 after, before;

  if (!parse_number (newest->str, newest->len, &after)
      || !parse_number (id.text, id.length, &before) || before == after + 1)
    return TRUE;
  if (before > after)
    data = g_strdup_printf ("{\"reason\":\"ids\",\"after\":\"%" G_GUINT64_FORMAT
                            "\",\"before\":\"%" G_GUINT64_FORMAT "\",\"missing\":%" G_GUINT64_FORMAT
                            "}",
                            after, before, before - after - 1);
  else
    data = g_strdup_printf ("{\"reason\":\"restarted\",\"after\":\"%" G_GUINT64_FORMAT
                            "\",\"before\":\"%" G_GUINT64_FORMAT "\"}",
                            after, before);
  return push_gap (self, data);
}

static void
count_event (WeirCollector *self, const WeirItem *event, gboolean is_repeated)
{
  g_mutex_lock (&self->lock);
  if (is_repeated)
    self->counts.n_repeated++;
  else
    {
      self->counts.n_events++;
      self->counts.n_bytes += event->data.length;
      self->counts.last_us = self->read_us;
    }
  g_mutex_unlock (&self->lock);
}

static gboolean
take_event (WeirCollector *self, const WeirItem *event)
{
  const WeirSpan id = event->last_event_id;
  const gboolean has_id = event->has_id && id.length > 0;
  WeirCollectRecord model = {
    .kind = WEIR_COLLECT_RECORD_EVENT,
    .time_us = self->read_us,
    .type = event->type,
    .id = id,
    .data = event->data,
  };

  if (has_id && is_known (self, id))
    {
      count_event (self, event, TRUE);
      return TRUE;
    }
  if (self->has_gap && !has_id && !record_time_gap (self))
    return FALSE;
  self->has_gap = FALSE;
  if (has_id && self->known != NULL)
    {
      g_clear_pointer (&self->known, g_hash_table_unref);
      if (!check_continuation (self, id))
        return FALSE;
    }
  if (has_id)
    add_recent (self, id);
  count_event (self, event, FALSE);
  return push (self, &model);
}

/* --- The sink --------------------------------------------------------------- */

static void
on_connection_began (WeirSink *sink, WeirConnectionInfo *info)
{
  WeirCollector *self = WEIR_COLLECTOR (sink);

  self->connection = self->connection_offset + info->number;
}

static void
on_connection_opened (WeirSink *sink, WeirConnectionInfo *info)
{
  WeirCollector *self = WEIR_COLLECTOR (sink);

  if (self->n_to_skip == 0 && self->reader == NULL)
    begin_resumption (self);
  g_mutex_lock (&self->lock);
  self->counts.is_open = TRUE;
  self->counts.n_connections++;
  g_mutex_unlock (&self->lock);
}

static void
on_connection_ended (WeirSink *sink, WeirConnectionInfo *info)
{
  WeirCollector *self = WEIR_COLLECTOR (sink);

  self->ended_us = info->ended_us;
  g_mutex_lock (&self->lock);
  self->counts.is_open = FALSE;
  g_mutex_unlock (&self->lock);
}

static void
on_bytes_read (WeirSink *sink, gint64 time_us, const guint8 *bytes, gsize length)
{
  WEIR_COLLECTOR (sink)->read_us = time_us;
}

static gboolean
on_items (WeirSink *sink, const WeirItem *items, gsize n_items)
{
  WeirCollector *self = WEIR_COLLECTOR (sink);

  if (g_atomic_int_get (&self->is_stopping))
    return FALSE;
  for (gsize i = 0; i < n_items; i++)
    if (items[i].kind == WEIR_ITEM_EVENT && !take_event (self, &items[i]))
      return FALSE;
  return TRUE;
}

static void
weir_collector_sink_init (WeirSinkInterface *iface)
{
  iface->connection_began = on_connection_began;
  iface->connection_opened = on_connection_opened;
  iface->connection_ended = on_connection_ended;
  iface->bytes_read = on_bytes_read;
  iface->items = on_items;
}

/* --- The end ---------------------------------------------------------------- */

static void
end (WeirCollector *self)
{
  if (self->is_ended)
    return;
  self->is_ended = TRUE;
  if (self->stream != NULL)
    g_signal_handlers_disconnect_by_data (self->stream, self);
  g_clear_object (&self->stream); /* which has a reference to its sink */
  g_signal_emit (self, signals[ENDED], 0);
}

static void
on_state (WeirStream *stream, GParamSpec *pspec, WeirCollector *self)
{
  if (weir_stream_get_state (stream) != WEIR_STREAM_STATE_ENDED)
    return;
  if (self->error == NULL)
    self->error = g_strdup (weir_stream_get_error (stream));
  end (self);
}

static gboolean
on_recording_read (gpointer data)
{
  WeirCollector *self = data;

  end (self);
  return G_SOURCE_REMOVE;
}

static gpointer
read_recording (gpointer data)
{
  g_autoptr (WeirCollector) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirReplay) replay = weir_replay_new (weir_request_get_path (self->request), &error);

  if (replay != NULL)
    weir_replay_to_sink (replay, WEIR_SINK (self), NULL, &error);
  if (error != NULL)
    self->error = g_strdup (error->message);
  /* Not g_main_context_invoke(), which calls it in this thread if the main loop does not run yet. */
  g_idle_add_full (G_PRIORITY_DEFAULT, on_recording_read, g_object_ref (self), g_object_unref);
  return NULL;
}

/* --- The object ------------------------------------------------------------- */

static void
weir_collector_finalize (GObject *object)
{
  WeirCollector *self = WEIR_COLLECTOR (object);

  g_clear_pointer (&self->reader, g_thread_unref);
  g_clear_object (&self->request);
  g_clear_pointer (&self->known, g_hash_table_unref);
  for (guint i = 0; i < N_RECENT; i++)
    if (self->recent[i] != NULL)
      g_string_free (self->recent[i], TRUE);
  g_free (self->error);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (weir_collector_parent_class)->finalize (object);
}

static void
weir_collector_class_init (WeirCollectorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_collector_finalize;
  signals[ENDED] = g_signal_new ("ended", WEIR_TYPE_COLLECTOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
weir_collector_init (WeirCollector *self)
{
  g_mutex_init (&self->lock);
}

/* Random, so that a second process is noticed. */
static const char *
get_writer_name (void)
{
  static gsize once;
  static const char *name;

  if (g_once_init_enter (&once))
    {
      g_autofree char *uuid = g_uuid_string_random ();

      name = g_intern_string (uuid);
      g_once_init_leave (&once, 1);
    }
  return name;
}

WeirCollector *
weir_collector_new (const char *name, WeirRequest *request, WeirWriter *writer)
{
  WeirCollector *self = g_object_new (WEIR_TYPE_COLLECTOR, NULL);

  self->name = g_intern_string (name);
  self->request = g_object_ref (request);
  self->writer = writer;
  self->origin = (WeirOrigin){ self->name, g_intern_string (weir_request_get_display_url (request)),
                               get_writer_name () };
  return self;
}

const char *
weir_collector_get_name (WeirCollector *self)
{
  return self->name;
}

void
weir_collector_get_counts (WeirCollector *self, WeirCollectorCounts *counts)
{
  g_mutex_lock (&self->lock);
  *counts = self->counts;
  g_mutex_unlock (&self->lock);
}

const char *
weir_collector_get_error (WeirCollector *self)
{
  return self->error;
}

/* Continues after newest. */
static void
restore (WeirCollector *self, GPtrArray *newest)
{
  const gboolean is_file = weir_request_get_path (self->request) != NULL;
  const WeirCollectRecord *last = newest->len > 0 ? newest->pdata[0] : NULL;
  g_autofree char *id = NULL;

  if (last == NULL)
    return;
  if (is_file)
    {
      self->n_to_skip = last->sequence;
      return;
    }
  self->sequence = last->sequence;
  self->connection_offset = last->connection;
  self->ended_us = last->time_us;
  for (guint i = newest->len; i-- > 0;)
    {
      const WeirCollectRecord *record = newest->pdata[i];
      const GString *previous = get_newest_id (self);

      if (record->kind == WEIR_COLLECT_RECORD_EVENT && record->id.length > 0
          && (previous == NULL || previous->len != record->id.length
              || memcmp (previous->str, record->id.text, record->id.length) != 0))
        add_recent (self, record->id);
    }
  id = g_strndup (last->id.text, last->id.length);
  if (*id != '\0')
    weir_stream_set_last_event_id (self->stream, id, NULL);
}

void
weir_collector_start (WeirCollector *self, GPtrArray *newest)
{
  const char *path = weir_request_get_path (self->request);

  if (g_atomic_int_get (&self->is_stopping))
    {
      end (self);
      return;
    }
  if (path != NULL && weir_recording_is (path))
    {
      restore (self, newest);
      self->reader = g_thread_new ("recording", read_recording, g_object_ref (self));
      return;
    }
  self->stream = weir_stream_new (self->request, WEIR_SINK (self));
  restore (self, newest);
  g_signal_connect (self->stream, "notify::state", G_CALLBACK (on_state), self);
  weir_stream_open (self->stream);
}

void
weir_collector_stop (WeirCollector *self)
{
  g_atomic_int_set (&self->is_stopping, TRUE);
  if (self->stream != NULL)
    weir_stream_close (self->stream);
  else if (self->reader == NULL)
    end (self);
}

void
weir_collector_fail (WeirCollector *self, const char *sentence)
{
  if (self->error == NULL)
    self->error = g_strdup (sentence);
  weir_collector_stop (self);
}
