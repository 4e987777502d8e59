/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-recording.h"

#include <glib/gi18n-lib.h>
#include "log/weir-log-private.h"
#include "weir-delivery-private.h"
#include "weir-recorder-private.h"
#include "base/weir-threads.h"
#include "core/weir-allocator.h"
#include "weir-replay-private.h"
#include "weir-segments-private.h"

/* --- The indexer: the storage of a log that is filled from files, in a thread --- */

typedef struct
{
  WeirLogStorage storage; /* the first member */
  WeirLog *log;
  char *path;
  guint64 n_total;    /* bytes */
  WeirReplay *replay; /* the thread's, which closes it at the end */
  WeirSegments *segments;
  GThread *thread;
  atomic_bool cancelled;
  _Atomic guint64 n_done;

  GMutex lock;
  GCond changed;
  gboolean ended; /* under the lock */

  /* The thread's. */
  WeirReader *reader;
  WeirConnectionInfo *info; /* of the connection, if the marks describe it; or NULL */
  guint64 position;         /* of the connection's next byte */
} WeirIndexer;

/* --- Its steps --------------------------------------------------------------- */

static gboolean
append_batch (gpointer data, WeirItem *items, gsize n_items)
{
  WeirLog *log = ((WeirIndexer *) data)->log;

  for (gsize i = 0; i < n_items && log->appended_rows < log->max_rows; i++)
    weir_log_append_item (log, &items[i]);
  return TRUE;
}

static void
append_items (WeirIndexer *self)
{
  weir_reader_drain (self->reader, append_batch, self);
  weir_log_publish_appended (self->log);
}

static void
set_info (WeirIndexer *self, WeirConnectionInfo *info)
{
  g_clear_pointer (&self->info, weir_connection_info_unref);
  self->info = info;
}

/* The bytes that follow begin at step->offset of the connection, and are parsed from a fresh start. */
static void
start_bytes (WeirIndexer *self, const WeirReplayStep *step)
{
  WeirLog *log = self->log;

  weir_reader_finish (self->reader, FALSE);
  append_items (self);
  weir_reader_begin (self->reader, step->format);
  if (step->kind == WEIR_REPLAY_BEGAN)
    set_info (self, step->in_marks ? weir_delivery_apply_step (step, NULL) : NULL);
  self->position = step->offset;
  log->connection_offset = log->appended_bytes;
  log->format = step->format;
  weir_log_begin_connection (log, step->number, step->offset);
  weir_log_begin_meter (log, step->number, self->info != NULL ? self->info->began_us : 0);
}

static void
append_bytes (WeirIndexer *self, const WeirReplayStep *step)
{
  WeirLog *log = self->log;

  weir_log_append_read (log, log->appended_bytes, step->time_us);
  weir_reader_feed (self->reader, step->bytes, step->length);
  log->appended_bytes += step->length;
  self->position = step->offset + step->length;
  append_items (self);
  atomic_store_explicit (&self->n_done, log->appended_bytes, memory_order_release);
}

/* A mark about the connection, or a note. */
static void
append_mark (WeirIndexer *self, const WeirReplayStep *step)
{
  const gboolean is_note = step->kind == WEIR_REPLAY_NOTE;
  const WeirStoredMark mark = { .offset = step->offset,
                                .time_us = step->time_us,
                                .note = is_note ? step->number : 0,
                                .text = step->text };

  if (self->log->appended_rows >= self->log->max_rows)
    return;
  if (step->kind == WEIR_REPLAY_ENDED)
    {
      weir_reader_finish (self->reader, FALSE);
      append_items (self);
    }
  if (!is_note && self->info != NULL)
    set_info (self, weir_delivery_apply_step (step, self->info));
  weir_log_append_mark (self->log, &mark, is_note ? NULL : self->info);
}

static void
take_step (WeirIndexer *self, const WeirReplayStep *step)
{
  switch (step->kind)
    {
    case WEIR_REPLAY_BEGAN:
    case WEIR_REPLAY_GAP:
      start_bytes (self, step);
      break;
    case WEIR_REPLAY_BYTES:
      append_bytes (self, step);
      break;
    case WEIR_REPLAY_OPENED:
    case WEIR_REPLAY_NOTE:
    case WEIR_REPLAY_ENDED:
    default:
      append_mark (self, step);
      break;
    }
}

/* --- Its thread --------------------------------------------------------------- */

static void
append_sentence (WeirIndexer *self, const char *text)
{
  weir_log_append_mark (self->log, &(WeirStoredMark){ .offset = self->position, .text = text },
                        NULL);
}

static void
index_all (WeirIndexer *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *skipped = NULL;
  WeirReplayStep step;

  while (!atomic_load (&self->cancelled) && weir_replay_next (self->replay, &step, &error))
    take_step (self, &step);
  if (atomic_load (&self->cancelled))
    return;
  weir_reader_finish (self->reader, FALSE);
  append_items (self);
  if (error != NULL)
    append_sentence (self, error->message);
  if (self->log->appended_rows >= self->log->max_rows)
    append_sentence (self,
                     _ ("The rest is not shown: Weir shows as many rows of a recording as a log "
                        "can number."));
  skipped = weir_replay_describe_skipped (self->replay);
  if (skipped != NULL)
    append_sentence (self, skipped);
  weir_log_publish_appended (self->log);
}

static gpointer
run (gpointer data)
{
  WeirIndexer *self = data;
  const WeirParserOptions options = { .on_limit = WEIR_ON_LIMIT_SKIP,
                                      .allocator = weir_allocator_malloc () };

  weir_threads_begin ();
  self->reader = weir_reader_new (&options);
  index_all (self);
  g_clear_pointer (&self->reader, weir_reader_free);
  g_clear_pointer (&self->replay, weir_replay_free);
  set_info (self, NULL);

  g_mutex_lock (&self->lock);
  self->ended = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return NULL;
}

/* Which file holds which bytes of the log. */
static WeirSegments *
make_segments (const WeirRecordingContents *contents)
{
  WeirSegments *segments = weir_segments_new ();
  guint64 end = 0;

  for (guint i = 0; i < contents->files->len; i++)
    {
      const WeirRecordedFile *file = &g_array_index (contents->files, WeirRecordedFile, i);

      weir_segments_add (segments, file->path, file->links, end);
      end += file->size;
      weir_segments_grow (segments, end);
    }
  return segments;
}

/* --- Its functions as a storage ---------------------------------------------- */

static gboolean
indexer_read (WeirLogStorage *storage, guint64 offset, gsize length, guint8 *bytes)
{
  return weir_segments_read (((WeirIndexer *) storage)->segments, offset, length, bytes);
}

static gboolean
indexer_has_byte (WeirLogStorage *storage, guint64 offset)
{
  return weir_segments_have_byte (((WeirIndexer *) storage)->segments, offset);
}

static void
indexer_close_files (WeirLogStorage *storage)
{
  weir_segments_close_files (((WeirIndexer *) storage)->segments);
}

/* Stops the thread, wherever it is. */
static void
indexer_free (WeirLogStorage *storage)
{
  WeirIndexer *self = (WeirIndexer *) storage;

  atomic_store (&self->cancelled, true);
  g_thread_join (self->thread);
  weir_segments_free (self->segments);
  g_free (self->path);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

static const WeirLogStorageClass indexer_class = {
  .read = indexer_read,
  .has_byte = indexer_has_byte,
  .close_files = indexer_close_files,
  .free = indexer_free,
};

static void
indexer_attach (WeirLog *log, WeirReplay *replay)
{
  WeirIndexer *self = g_new0 (WeirIndexer, 1);

  self->storage.class = &indexer_class;
  self->log = log;
  self->path = g_strdup (weir_replay_get_path (replay));
  self->n_total = weir_replay_get_contents (replay)->n_bytes;
  self->segments = make_segments (weir_replay_get_contents (replay));
  self->replay = replay;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  log->storage = &self->storage;
  self->thread = g_thread_new ("weir-indexer", run, self);
}

static WeirIndexer *
indexer_of (WeirLog *log)
{
  return log->storage != NULL && log->storage->class == &indexer_class
             ? (WeirIndexer *) log->storage
             : NULL;
}

static const char *
indexer_get_path (WeirIndexer *self)
{
  return self->path;
}

static guint64
indexer_get_done (WeirIndexer *self, guint64 *total)
{
  *total = self->n_total;
  return atomic_load_explicit (&self->n_done, memory_order_acquire);
}

static void
indexer_wait (WeirIndexer *self)
{
  g_mutex_lock (&self->lock);
  while (!self->ended)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}

/* --- Recordings -------------------------------------------------------------- */

void
weir_recording_state_clear (WeirRecordingState *state)
{
  g_clear_pointer (&state->path, g_free);
  g_clear_pointer (&state->problem, g_free);
  g_clear_pointer (&state->notice, g_free);
}

/* What a recording of url that begins at time_us is called. */
static char *
make_name (const char *url, gint64 time_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);
  g_autofree char *time = g_date_time_format (local, "%Y-%m-%d %H.%M.%S");
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autofree char *name = NULL;

  if (uri != NULL && g_uri_get_host (uri) != NULL && g_uri_get_host (uri)[0] != '\0')
    name = g_strdup (g_uri_get_host (uri));
  else
    name = g_path_get_basename (url);
  g_strdelimit (name, "/\\:*?\"<>|\n\r\t", '-');
  if (name[0] == '.')
    name[0] = '-';
  return g_strconcat (name, " ", time, NULL);
}

gboolean
weir_log_record (WeirLog *log,
                 const char *path,
                 const WeirRecordingOptions *options,
                 GError **error)
{
  g_return_val_if_fail (WEIR_IS_LOG (log), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (log->appended_rows == 0 && log->appended_bytes == 0, FALSE);
  g_return_val_if_fail (log->storage == NULL, FALSE);

  return weir_recorder_attach (log, path, options, error);
}

char *
weir_log_record_in (WeirLog *log,
                    const char *folder,
                    const char *url,
                    const WeirRecordingOptions *options,
                    GError **error)
{
  g_autofree char *name = make_name (url, g_get_real_time ());

  /* Creating the folder decides who gets the name: another program may try the same one now. */
  for (guint i = 1;; i++)
    {
      g_autofree char *number = i == 1 ? g_strdup ("") : g_strdup_printf (" (%u)", i);
      g_autofree char *path = g_strconcat (folder, "/", name, number, WEIR_RECORDING_SUFFIX, NULL);
      g_autoptr (GError) failure = NULL;

      if (weir_log_record (log, path, options, &failure))
        return g_steal_pointer (&path);
      if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_EXISTS)
          || g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_BUSY))
        continue;
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
}

void
weir_log_wait_written (WeirLog *log)
{
  WeirRecorder *recorder;

  g_return_if_fail (WEIR_IS_LOG (log));

  recorder = weir_recorder_of (log);
  if (recorder != NULL)
    weir_recorder_wait_written (recorder);
}

void
weir_log_sync (WeirLog *log)
{
  WeirRecorder *recorder;

  g_return_if_fail (WEIR_IS_LOG (log));

  recorder = weir_recorder_of (log);
  if (recorder != NULL)
    weir_recorder_sync (recorder);
}

/* --- Opening --------------------------------------------------------------- */

WeirLog *
weir_log_open (const char *path, GError **error)
{
  g_autoptr (WeirReplay) replay = NULL;
  WeirLog *log;

  g_return_val_if_fail (path != NULL, NULL);

  replay = weir_replay_new (path, error);
  if (replay == NULL)
    return NULL;
  log = weir_log_new ();
  indexer_attach (log, g_steal_pointer (&replay));
  return log;
}

guint64
weir_log_get_indexed (WeirLog *log, guint64 *total)
{
  WeirIndexer *indexer;

  g_return_val_if_fail (WEIR_IS_LOG (log), 0);
  g_return_val_if_fail (total != NULL, 0);

  indexer = indexer_of (log);
  if (indexer != NULL)
    return indexer_get_done (indexer, total);
  *total = weir_log_get_n_bytes (log);
  return *total;
}

void
weir_log_wait_indexed (WeirLog *log)
{
  WeirIndexer *indexer;

  g_return_if_fail (WEIR_IS_LOG (log));

  indexer = indexer_of (log);
  if (indexer != NULL)
    indexer_wait (indexer);
}

void
weir_log_get_recording_state (WeirLog *log, WeirRecordingState *state)
{
  WeirRecorder *recorder;
  WeirIndexer *indexer;

  g_return_if_fail (WEIR_IS_LOG (log));
  g_return_if_fail (state != NULL);

  *state = (WeirRecordingState){ 0 };
  recorder = weir_recorder_of (log);
  indexer = indexer_of (log);
  if (recorder != NULL)
    weir_recorder_get_state (recorder, state);
  if (indexer != NULL)
    {
      state->path = g_strdup (indexer_get_path (indexer));
      indexer_get_done (indexer, &state->disk_bytes);
    }
  state->memory_bytes = weir_blocks_get_memory (&log->bytes)
                        + weir_blocks_get_memory (&log->records)
                        + weir_blocks_get_memory (&log->reads) + weir_log_get_counted_bytes (log);
}
