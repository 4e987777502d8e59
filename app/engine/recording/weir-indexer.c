/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-indexer-private.h"

#include <glib/gi18n-lib.h>

#include "base/weir-parser-drain.h"
#include "base/weir-threads.h"
#include "core/weir-allocator.h"
#include "log/weir-log-private.h"
#include "weir-replay-private.h"
#include "weir-segments-private.h"

struct _WeirIndexer
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
  WeirParser parser;
  WeirConnectionInfo *info; /* of the connection, if the marks describe it; or NULL */
  guint64 position;         /* of the connection's next byte */
};

/* --- Steps ------------------------------------------------------------------ */

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
  weir_parser_drain (&self->parser, append_batch, self);
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

  weir_parser_finish (&self->parser, FALSE);
  append_items (self);
  weir_parser_reset (&self->parser);
  if (step->kind == WEIR_REPLAY_BEGAN)
    set_info (self, step->in_marks ? weir_replay_step_apply (step, NULL) : NULL);
  self->position = step->offset;
  log->connection_offset = log->appended_bytes;
  weir_log_begin_connection (log, step->number, step->offset);
  weir_log_begin_meter (log, step->number, self->info != NULL ? self->info->began_us : 0);
}

static void
append_bytes (WeirIndexer *self, const WeirReplayStep *step)
{
  WeirLog *log = self->log;

  weir_log_append_read (log, log->appended_bytes, step->time_us);
  weir_parser_feed (&self->parser, step->bytes, step->length);
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
      weir_parser_finish (&self->parser, FALSE);
      append_items (self);
    }
  if (!is_note && self->info != NULL)
    set_info (self, weir_replay_step_apply (step, self->info));
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

/* --- The thread --------------------------------------------------------------- */

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
  weir_parser_finish (&self->parser, FALSE);
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
  weir_parser_init (&self->parser, &options);
  index_all (self);
  weir_parser_clear (&self->parser);
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

/* --- The storage -------------------------------------------------------------- */

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

void
weir_indexer_attach (WeirLog *log, WeirReplay *replay)
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

WeirIndexer *
weir_indexer_of (WeirLog *log)
{
  return log->storage != NULL && log->storage->class == &indexer_class
             ? (WeirIndexer *) log->storage
             : NULL;
}

const char *
weir_indexer_get_path (WeirIndexer *self)
{
  return self->path;
}

guint64
weir_indexer_get_done (WeirIndexer *self, guint64 *total)
{
  *total = self->n_total;
  return atomic_load_explicit (&self->n_done, memory_order_acquire);
}

void
weir_indexer_wait (WeirIndexer *self)
{
  g_mutex_lock (&self->lock);
  while (!self->ended)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}
