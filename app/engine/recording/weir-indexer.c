/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-indexer-private.h"

#include <glib/gi18n-lib.h>

#include "core/weir-allocator.h"
#include "weir-marks-private.h"
#include "log/weir-statistics-private.h"
#include "base/weir-threads.h"

#define CHUNK_BYTES ((gsize) 256 << 10)
#define BATCH_ITEMS 256

struct _WeirIndexer
{
  WeirLog *log;
  char *path;
  GArray *files;
  char *marks;
  WeirSegments *segments;
  GThread *thread;
  atomic_bool cancelled;
  _Atomic guint64 n_done;
  guint64 n_total;

  GMutex lock;
  GCond changed;
  gboolean ended;

  /* The thread's. */
  WeirParser parser;
  char *rest_of_marks;
  WeirMarkLine line;
  gboolean has_line;
  guint64 mark_base; /* of the log: where the connection's first byte is or would be; wraps */
  guint connection;
  WeirConnectionInfo *info; /* what the marks say of it, or NULL */
};

/* --- Marks ----------------------------------------------------------------- */

static void
next_line (WeirIndexer *self)
{
  self->has_line =
      self->rest_of_marks != NULL && weir_marks_next (&self->rest_of_marks, &self->line);
}

static void
use_line (WeirIndexer *self)
{
  const WeirMarkLine *line = &self->line;

  if (line->what == 'r')
    weir_log_append_read (self->log, self->mark_base + line->offset, line->time_us);
  else if (line->what == 'n')
    weir_log_append_mark (self->log, line->offset, line->time_us, line->number, line->text, NULL);
  else
    {
      if (line->what == 'e' && self->info != NULL)
        {
          WeirConnectionInfo *ended = weir_connection_info_copy (self->info);

          weir_connection_info_unref (self->info);
          self->info = ended;
          ended->end = WEIR_END_SERVER;
          ended->ended_us = line->time_us;
          ended->told = g_strdup (line->text);
        }
      weir_log_append_mark (self->log, line->offset, line->time_us, 0, line->text, self->info);
    }
}

/* A 'c' line: the next connection. */
static void
use_connection (WeirIndexer *self)
{
  g_clear_pointer (&self->info, weir_connection_info_unref);
  self->info = weir_connection_info_new (self->line.number);
  self->info->began_us = self->line.time_us;
  self->info->url = g_strdup (self->line.text);
}

/* All marks of the connection that stand before end, an offset of the log. */
static void
use_lines_before (WeirIndexer *self, guint64 end)
{
  while (self->has_line && self->line.what != 'c'
         && (gint64) (self->mark_base + self->line.offset) < (gint64) end)
    {
      use_line (self);
      next_line (self);
    }
}

/* Goes on to the beginning of a connection's marks; those on the way are of connections without a
 * file: they failed, or their bytes were deleted. */
static void
find_connection (WeirIndexer *self, guint connection)
{
  while (self->has_line && !(self->line.what == 'c' && self->line.number >= connection))
    {
      if (self->line.what == 'c')
        {
          use_connection (self);
          weir_log_begin_connection (self->log, self->line.number, 0);
        }
      else if (self->line.what != 'r')
        use_line (self);
      next_line (self);
    }
  if (!self->has_line || self->line.number != connection)
    return;
  use_connection (self);
  next_line (self);
}

/* --- Bytes ----------------------------------------------------------------- */

static void
append_items (WeirIndexer *self)
{
  WeirItem items[BATCH_ITEMS];
  WeirLog *log = self->log;
  gsize n_items;
  WeirStatus status;

  do
    {
      status = weir_parser_next_batch (&self->parser, items, BATCH_ITEMS, &n_items);
      for (gsize i = 0; i < n_items && log->appended_rows < G_MAXUINT32 - 2; i++)
        {
          if (self->has_line)
            use_lines_before (self, log->connection_offset + items[i].end);
          weir_log_append_item (log, &items[i]);
        }
    }
  while (status == WEIR_ITEM);
  weir_log_publish_appended (log);
}

static void
end_connection (WeirIndexer *self)
{
  if (self->connection == 0)
    return;
  weir_parser_finish (&self->parser, FALSE);
  append_items (self);
  use_lines_before (self, G_MAXINT64);
}

static void
begin_connection (WeirIndexer *self, const WeirRecordedFile *file)
{
  end_connection (self);
  find_connection (self, file->connection);
  weir_parser_reset (&self->parser);
  self->connection = file->connection;
  self->log->connection_offset = self->log->appended_bytes;
  weir_log_begin_connection (self->log, file->connection, file->offset);
  weir_log_begin_meter (
      self->log, file->connection,
      self->info != NULL && self->info->number == file->connection ? self->info->began_us : 0);
  self->mark_base = self->log->appended_bytes - file->offset;
  /* A read whose time nobody wrote down. */
  if (self->log->appended_reads == 0 || !self->has_line)
    {
      self->log->read_time_us = G_MININT64 / 2;
      weir_log_append_read (self->log, self->log->appended_bytes, 0);
    }
}

static gboolean
index_file (WeirIndexer *self, const WeirRecordedFile *file, guint8 *chunk)
{
  guint64 begin = self->log->appended_bytes;

  for (guint64 at = 0, n; at < file->size && !atomic_load (&self->cancelled); at += n)
    {
      n = MIN (CHUNK_BYTES, file->size - at);
      if (!weir_segments_read (self->segments, begin + at, n, chunk))
        return FALSE;
      weir_parser_feed (&self->parser, chunk, n);
      self->log->appended_bytes += n;
      append_items (self);
      atomic_store_explicit (&self->n_done, self->log->appended_bytes, memory_order_release);
    }
  return TRUE;
}

static void
index_all (WeirIndexer *self)
{
  g_autofree guint8 *chunk = g_malloc (CHUNK_BYTES);
  guint64 next_offset = 0;

  next_line (self);
  for (guint i = 0; i < self->files->len && !atomic_load (&self->cancelled); i++)
    {
      const WeirRecordedFile *file = &g_array_index (self->files, WeirRecordedFile, i);

      if (file->connection != self->connection || file->offset != next_offset)
        begin_connection (self, file);
      if (!index_file (self, file, chunk))
        {
          g_autofree char *text =
              g_strdup_printf (_ ("“%s” could not be read to its end."), file->path);

          weir_log_append_mark (self->log, next_offset, 0, 0, text, NULL);
          return;
        }
      next_offset = file->offset + file->size;
    }
  end_connection (self);
  find_connection (self, G_MAXUINT);
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
  g_clear_pointer (&self->marks, g_free);
  g_clear_pointer (&self->info, weir_connection_info_unref);

  g_mutex_lock (&self->lock);
  self->ended = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return NULL;
}

WeirIndexer *
weir_indexer_new (WeirLog *log, const char *path, GArray *files, char *marks)
{
  WeirIndexer *self = g_new0 (WeirIndexer, 1);

  self->log = log;
  self->path = g_strdup (path);
  self->files = files;
  self->marks = self->rest_of_marks = marks;
  self->segments = weir_segments_new ();
  for (guint i = 0; i < files->len; i++)
    {
      const WeirRecordedFile *file = &g_array_index (files, WeirRecordedFile, i);

      weir_segments_add (self->segments, file->path, self->n_total);
      self->n_total += file->size;
      weir_segments_grow (self->segments, self->n_total);
    }
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  log->segments = self->segments;
  self->thread = g_thread_new ("weir-indexer", run, self);
  return self;
}

void
weir_indexer_free (WeirIndexer *self)
{
  atomic_store (&self->cancelled, true);
  g_thread_join (self->thread);
  weir_segments_free (self->segments);
  g_array_unref (self->files);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self->path);
  g_free (self);
}

WeirSegments *
weir_indexer_get_segments (WeirIndexer *self)
{
  return self->segments;
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
