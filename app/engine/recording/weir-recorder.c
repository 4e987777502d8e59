/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-recorder-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "weir-disk-private.h"
#include "log/weir-log-private.h"
#include "weir-marks-private.h"
#include "weir-recorded-request-private.h"
#include "weir-segments-private.h"
#include "weir-syncer-private.h"
#include "base/weir-bisect.h"
#include "base/weir-threads.h"

/* --- Recording --------------------------------------------------------------- */

#define DEFAULT_SEGMENT_BYTES ((guint64) 64 << 20)
/* If more bytes than this wait for the disk, the socket waits. */
#define MOST_BEHIND ((guint64) 96 << 20)
/* The marks grow by at least this many bytes before they are rewritten. */
#define MARKS_STEP ((guint64) 1 << 20)
/* A few bytes wait at most this long for more, because waking up for each of a thousand events a second
 * costs more than writing them. The first bytes after a silence do not wait. */
#define GATHER_US (4 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  guint64 offset;
  guint number;
  WeirBodyFormat format;
} Boundary;

typedef struct
{
  guint connection;
  GString *text;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_string_free (request->text, TRUE);
  g_free (request);
}

struct _WeirRecorder
{
  WeirLogStorage storage; /* the first member */
  WeirLog *log;
  char *path;
  char *shown; /* path as UTF-8, to be shown */
  guint64 segment_bytes;
  WeirSegments *segments;
  WeirDiskUser disk;
  GThread *writer;
  WeirSyncer *syncer;

  GMutex lock;
  GCond more;    /* for the writer */
  GCond written; /* for who waits for the disk */

  /* Under the lock. */
  WeirLogReady ready;
  GString *marks;
  GArray *boundaries;  /* Boundary: connections whose bytes are not written yet */
  GPtrArray *requests; /* of Request, which are not written yet */
  gboolean stopping;
  guint64 n_written; /* bytes of the log */
  guint n_waiting;   /* for the disk */
  gboolean idle;     /* the writer waits for anything to write */
  gboolean waits;    /* the I/O thread, for the disk */
  int sync_error;    /* errno of the syncer, for the writer; 0: none */
  char *problem;
  int error; /* errno of problem */

  /* The I/O thread's. */
  guint n_connections;
  guint64 connection_offset; /* of the log */
  gint64 request_bytes; /* of the connection's body when its request was handed over; -1: not yet */
  guint64 reported_freed; /* bytes */
  guint64 reported_freed_older;

  /* The writer's. */
  int marks_fd;
  guint64 marks_bytes;
  guint64 trimmed_marks_bytes; /* when they were rewritten */
  guint64 trimmed_begin;       /* of what was there then, an offset of the log */
  int segment_fd;
  guint64 n_published;      /* rows */
  guint64 segment_begin;    /* offset of the log */
  guint64 connection_begin; /* offset of the log */
  guint connection;
  WeirBodyFormat format;
  gboolean failed;
};

/* --- Files ----------------------------------------------------------------- */

static int
create_file (WeirRecorder *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->path, name, NULL);

  return open (path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
}

static void
refuse_written (WeirRecorder *self, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
               _ ("Another program or stream is writing the recording “%s”. Choose another name, "
                  "or end that "
                  "recording first."),
               self->shown);
}

static gboolean
make_directory (WeirRecorder *self, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (self->path);
  int saved;

  if (g_mkdir_with_parents (parent, 0700) != 0 || mkdir (self->path, 0700) != 0)
    {
      saved = errno;
      if (saved == EEXIST && weir_disk_is_written (self->path))
        refuse_written (self, error);
      else if (saved == EEXIST)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                     _ ("There is already something named “%s”. Choose another name."),
                     self->shown);
      else
        g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved),
                     _ ("The recording “%s” cannot be created: %s."), self->shown,
                     g_strerror (saved));
      return FALSE;
    }
  self->marks_fd = create_file (self, "marks");
  if (self->marks_fd < 0
      || !weir_disk_write (&self->disk, self->marks_fd, WEIR_MARKS_HEAD, strlen (WEIR_MARKS_HEAD)))
    {
      saved = errno;
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved),
                   _ ("The recording “%s” cannot be written: %s."), self->shown,
                   g_strerror (saved));
      return FALSE;
    }
  /* On a file system without locks, recording works, and no program deletes the files. */
  if (flock (self->marks_fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    {
      refuse_written (self, error);
      return FALSE;
    }
  return TRUE;
}

/* --- The writer's thread ---------------------------------------------------- */

static void
fail (WeirRecorder *self)
{
  int saved = errno;

  self->failed = TRUE;
  weir_blocks_set_loss (&self->log->bytes, WEIR_BLOCKS_FORGOTTEN);
  g_mutex_lock (&self->lock);
  self->error = saved;
  self->problem = g_strdup_printf (_ ("Recording to “%s” stopped: %s. The view goes on."),
                                   self->shown, g_strerror (saved));
  g_mutex_unlock (&self->lock);
}

static void
close_segment (WeirRecorder *self)
{
  if (self->segment_fd < 0)
    return;
  weir_syncer_add (self->syncer, self->segment_fd);
  close (self->segment_fd);
  self->segment_fd = -1;
}

static gboolean
open_segment (WeirRecorder *self, guint64 offset)
{
  g_autofree char *name = weir_recorded_file_make_name (
      self->connection, offset - self->connection_begin, self->format);
  g_autofree char *path = g_build_filename (self->path, name, NULL);

  close_segment (self);
  self->segment_fd = create_file (self, name);
  if (self->segment_fd < 0 && errno == ENOSPC && weir_disk_free_oldest (&self->disk))
    self->segment_fd = create_file (self, name);
  if (self->segment_fd < 0)
    return FALSE;
  self->segment_begin = offset;
  weir_segments_add (self->segments, path, WEIR_LINKS_REFUSED, offset);
  weir_syncer_add_folder (self->syncer, self->path);
  return TRUE;
}

/* Writes [begin, end) of the log, which lies in one block, to the open file. */
static gboolean
write_piece (WeirRecorder *self, guint64 begin, guint64 end)
{
  guint64 block = begin / WEIR_BLOCK_SIZE;
  const guint8 *bytes = weir_blocks_pin (&self->log->bytes, block);
  gboolean ok;

  g_assert (bytes != NULL); /* not evictable before it is written */
  ok =
      weir_disk_write (&self->disk, self->segment_fd, bytes + begin % WEIR_BLOCK_SIZE, end - begin);
  weir_blocks_unpin (&self->log->bytes, block);
  if (!ok)
    return FALSE;
  weir_segments_grow (self->segments, end);
  weir_disk_note_written (&self->disk, end - begin);
  return TRUE;
}

static void
note_written (WeirRecorder *self, guint64 n_written)
{
  g_mutex_lock (&self->lock);
  self->n_written = n_written;
  if (self->n_waiting > 0)
    g_cond_broadcast (&self->written);
  g_mutex_unlock (&self->lock);
  atomic_store_explicit (&self->log->bytes.n_evictable, n_written / WEIR_BLOCK_SIZE,
                         memory_order_release);
}

typedef struct
{
  WeirLog *log;
  guint64 offset;
} Sought;

/* A record that the recorder has not published is kept. */
static gboolean
row_begins_before (gconstpointer data, guint64 row)
{
  const Sought *sought = data;
  WeirRecord record;

  return weir_log_get_record (sought->log, row, &record) && record.offset < sought->offset;
}

/* Returns: the first end of an event, not before at, that makes the open file long enough; G_MAXUINT64
 * if there is none yet. */
static guint64
find_cut (WeirRecorder *self, guint64 at, const WeirLogReady *ready)
{
  const Sought sought = { self->log, MAX (self->segment_begin + self->segment_bytes, at) };
  WeirRecord record;
  guint64 row;

  if (ready->last_event_end < sought.offset)
    return G_MAXUINT64;
  row = weir_bisect (self->n_published, ready->rows, row_begins_before, &sought);
  /* The event before may reach past the target. */
  for (row = MAX (row, self->n_published + 1) - 1; row < ready->rows; row++)
    if (weir_log_get_record (self->log, row, &record) && record.kind == WEIR_ROW_EVENT
        && record.offset + record.size >= sought.offset)
      return record.offset + record.size;
  return G_MAXUINT64;
}

/* Writes bytes of one connection. */
static void
write_bytes (WeirRecorder *self, guint64 begin, guint64 end, const WeirLogReady *ready)
{
  guint64 cut = self->segment_fd >= 0 ? find_cut (self, begin, ready) : begin;

  for (guint64 at = begin, stop; at < end; at = stop)
    {
      if (!self->failed && at == cut)
        {
          if (!open_segment (self, at))
            fail (self);
          cut = find_cut (self, at, ready);
        }
      stop = MIN (end, (at / WEIR_BLOCK_SIZE + 1) * WEIR_BLOCK_SIZE);
      if (cut > at)
        stop = MIN (stop, cut);
      if (!self->failed && !write_piece (self, at, stop))
        fail (self);
      note_written (self, stop);
    }
}

static void
write_request (WeirRecorder *self, const Request *request)
{
  g_autofree char *name = weir_recorded_request_make_name (request->connection);
  g_autofree char *path = g_build_filename (self->path, name, NULL);
  int fd;

  if (self->failed)
    return;
  /* A tap knows all of a body only after the answer has begun. */
  unlink (path);
  fd = create_file (self, name);
  if (fd < 0 && errno == ENOSPC && weir_disk_free_oldest (&self->disk))
    fd = create_file (self, name);
  if (fd < 0 || !weir_disk_write (&self->disk, fd, request->text->str, request->text->len))
    fail (self);
  if (fd >= 0)
    {
      weir_syncer_add (self->syncer, fd);
      weir_syncer_add_folder (self->syncer, self->path);
      close (fd);
    }
  weir_disk_note_written (&self->disk, request->text->len);
}

static void
write_marks (WeirRecorder *self, GString *marks)
{
  if (self->failed || marks->len == 0)
    return;
  if (!weir_disk_write (&self->disk, self->marks_fd, marks->str, marks->len))
    {
      fail (self);
      return;
    }
  self->marks_bytes += marks->len;
  weir_disk_note_written (&self->disk, marks->len);
  weir_syncer_add (self->syncer, self->marks_fd);
}

/* Removes the marks of deleted bytes: at once if they were deleted to free space, otherwise when the
 * marks have doubled in size. */
static void
trim_marks (WeirRecorder *self)
{
  const guint64 begin = weir_segments_get_begin (self->segments);
  g_autofree char *oldest = NULL;
  g_autofree char *name = NULL;
  struct stat info;
  WeirRecordedFile file;
  int fd;

  if (self->failed || begin == self->trimmed_begin
      || (!atomic_load (&self->disk.marks_are_long)
          && self->marks_bytes
                 < MAX (MARKS_STEP, self->trimmed_marks_bytes) + self->trimmed_marks_bytes))
    return;
  atomic_store (&self->disk.marks_are_long, FALSE);
  oldest = weir_segments_get_oldest (self->segments);
  name = g_path_get_basename (oldest);
  if (!weir_recorded_file_parse_name (name, &file))
    return;
  weir_recorded_requests_delete (self->path, file.connection);
  fd = weir_marks_trim (self->path, file.connection, file.offset);
  if (fd >= 0)
    {
      close (self->marks_fd);
      self->marks_fd = fd;
      weir_syncer_add_folder (self->syncer, self->path);
    }
  /* If that failed, it is tried again after as much again. */
  self->marks_bytes = fstat (self->marks_fd, &info) == 0 ? (guint64) info.st_size : 0;
  self->trimmed_marks_bytes = self->marks_bytes;
  self->trimmed_begin = begin;
}

/* What could not be synced may be lost. */
static void
stop_after_sync_error (WeirRecorder *self)
{
  int error;

  g_mutex_lock (&self->lock);
  error = self->sync_error;
  g_mutex_unlock (&self->lock);
  if (error == 0)
    return;
  errno = error;
  if (!self->failed)
    fail (self);
  g_mutex_lock (&self->lock);
  self->sync_error = 0;
  g_mutex_unlock (&self->lock);
}

/* What was handed over since the last time. */
typedef struct
{
  WeirLogReady ready;
  GString *marks;
  GArray *boundaries;
  GPtrArray *requests;
} Batch;

/* Under the lock. */
static Batch
take_batch (WeirRecorder *self)
{
  const Batch batch = { self->ready, self->marks, self->boundaries, self->requests };

  self->marks = g_string_new (NULL);
  self->boundaries = g_array_new (FALSE, FALSE, sizeof (Boundary));
  self->requests = g_ptr_array_new_with_free_func (request_free);
  return batch;
}

static void
clear_batch (Batch *batch)
{
  g_string_free (batch->marks, TRUE);
  g_array_unref (batch->boundaries);
  g_ptr_array_unref (batch->requests);
}

/* Writes all that is ready, and publishes it. */
static void
write_batch (WeirRecorder *self, const Batch *batch)
{
  const WeirLogReady *ready = &batch->ready;
  const GArray *boundaries = batch->boundaries;
  guint64 at = self->n_written;

  stop_after_sync_error (self);
  for (guint i = 0; i < batch->requests->len; i++)
    write_request (self, g_ptr_array_index (batch->requests, i));
  write_marks (self, batch->marks);
  for (guint i = 0; i < boundaries->len; i++)
    {
      Boundary *boundary = &g_array_index (boundaries, Boundary, i);

      write_bytes (self, at, boundary->offset, ready);
      at = boundary->offset;
      close_segment (self);
      self->connection_begin = at;
      self->connection = boundary->number;
      self->format = boundary->format;
    }
  write_bytes (self, at, ready->bytes, ready);
  trim_marks (self);
  weir_log_publish (self->log, ready->rows, ready->bytes, ready->events);
}

static gboolean
has_more (WeirRecorder *self)
{
  return self->ready.rows != self->n_published || self->ready.bytes != self->n_written
         || self->marks->len > 0 || self->sync_error != 0;
}

static gboolean
has_much (WeirRecorder *self)
{
  return self->ready.bytes - self->n_written >= WEIR_HAND_OVER_BYTES;
}

/* Under the lock. Returns: FALSE if the recorder ends and all is written. */
static gboolean
wait_for_more (WeirRecorder *self)
{
  self->idle = TRUE;
  while (!self->stopping && !has_more (self))
    g_cond_wait (&self->more, &self->lock);
  self->idle = FALSE;
  return has_more (self);
}

/* Under the lock. */
static void
gather (WeirRecorder *self)
{
  const gint64 until = g_get_monotonic_time () + GATHER_US;

  while (!self->stopping && !has_much (self) && g_cond_wait_until (&self->more, &self->lock, until))
    ;
}

static gpointer
run_writer (gpointer data)
{
  WeirRecorder *self = data;

  weir_threads_begin ();
  g_mutex_lock (&self->lock);
  while (wait_for_more (self))
    {
      Batch batch = take_batch (self);

      g_mutex_unlock (&self->lock);
      write_batch (self, &batch);
      clear_batch (&batch);
      if (self->segment_fd >= 0)
        weir_syncer_add (self->syncer, self->segment_fd);
      g_mutex_lock (&self->lock);
      self->n_published = batch.ready.rows;
      if (self->n_waiting > 0)
        g_cond_broadcast (&self->written);
      gather (self);
    }
  g_mutex_unlock (&self->lock);
  close_segment (self);
  return NULL;
}

/* --- The storage ------------------------------------------------------------- */

static gboolean
recorder_read (WeirLogStorage *storage, guint64 offset, gsize length, guint8 *bytes)
{
  return weir_segments_read (((WeirRecorder *) storage)->segments, offset, length, bytes);
}

static gboolean
recorder_has_byte (WeirLogStorage *storage, guint64 offset)
{
  return weir_segments_have_byte (((WeirRecorder *) storage)->segments, offset);
}

static void
recorder_close_files (WeirLogStorage *storage)
{
  weir_segments_close_files (((WeirRecorder *) storage)->segments);
}

/* Writes what is left, and ends the thread. */
static void
recorder_free (WeirLogStorage *storage)
{
  WeirRecorder *self = (WeirRecorder *) storage;

  g_mutex_lock (&self->lock);
  self->stopping = TRUE;
  g_cond_signal (&self->more);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&self->writer, g_thread_join);
  weir_disk_leave (&self->disk);
  g_clear_pointer (&self->syncer, weir_syncer_free);

  if (self->marks_fd >= 0)
    close (self->marks_fd);
  weir_segments_free (self->segments);
  g_string_free (self->marks, TRUE);
  g_array_unref (self->boundaries);
  g_ptr_array_unref (self->requests);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->more);
  g_cond_clear (&self->written);
  g_free (self->problem);
  g_free (self->path);
  g_free (self->shown);
  g_free (self);
}

static void
recorder_begin_connection (WeirLogStorage *storage, guint64 offset, const WeirConnectionInfo *info)
{
  WeirRecorder *self = (WeirRecorder *) storage;
  const Boundary boundary = { offset, ++self->n_connections, WEIR_BODY_SSE };
  const WeirMarkLine line = {
    .what = 'c', .number = boundary.number, .time_us = info->began_us, .text = info->url
  };

  self->connection_offset = offset;
  self->request_bytes = -1;
  g_mutex_lock (&self->lock);
  g_array_append_val (self->boundaries, boundary);
  weir_marks_append (self->marks, &line);
  g_mutex_unlock (&self->lock);
}

/* Under the lock. */
static void
add_request (WeirRecorder *self, const WeirConnectionInfo *info)
{
  GString *text = weir_recorded_request_format (info);
  Request *request;

  if (text == NULL)
    return;
  request = g_new (Request, 1);
  *request = (Request){ self->n_connections, text };
  g_ptr_array_add (self->requests, request);
  self->request_bytes = (gint64) info->request_bytes;
}

static void
recorder_add_mark (WeirLogStorage *storage,
                   const WeirStoredMark *mark,
                   const WeirConnectionInfo *info)
{
  static const char letters[] = {
    [WEIR_STORED_OPENED] = 'o',
    [WEIR_STORED_READ] = 'r',
    [WEIR_STORED_NOTE] = 'n',
    [WEIR_STORED_ENDED] = 'e',
  };
  WeirRecorder *self = (WeirRecorder *) storage;
  const WeirMarkLine line = { .what = letters[mark->kind],
                              .number = mark->note,
                              .offset = mark->offset,
                              .time_us = mark->time_us,
                              .reason = mark->reason,
                              .text = mark->text };

  g_mutex_lock (&self->lock);
  if (info != NULL && (gint64) info->request_bytes != self->request_bytes)
    add_request (self, info);
  weir_marks_append (self->marks, &line);
  if (mark->kind == WEIR_STORED_OPENED)
    {
      /* The format is known before the first byte. */
      const Boundary boundary = { self->connection_offset, self->n_connections, info->format };

      g_array_append_val (self->boundaries, boundary);
    }
  g_mutex_unlock (&self->lock);
}

static void
recorder_hand_over (WeirLogStorage *storage, const WeirLogReady *ready)
{
  WeirRecorder *self = (WeirRecorder *) storage;

  g_mutex_lock (&self->lock);
  self->ready = *ready;
  if (self->idle || has_much (self))
    g_cond_signal (&self->more);
  self->waits = ready->bytes - self->n_written > MOST_BEHIND
                || (self->waits && ready->bytes - self->n_written > MOST_BEHIND / 2);
  self->n_waiting++;
  while (ready->bytes - self->n_written > MOST_BEHIND)
    g_cond_wait (&self->written, &self->lock);
  self->n_waiting--;
  g_mutex_unlock (&self->lock);
}

static void
recorder_take_freed (WeirLogStorage *storage, guint64 *own, guint64 *others)
{
  WeirRecorder *self = (WeirRecorder *) storage;
  const guint64 freed = atomic_load (&self->disk.freed_bytes);
  const guint64 freed_older = atomic_load (&self->disk.freed_older_bytes);

  *own = freed - self->reported_freed;
  *others = freed_older - self->reported_freed_older;
  self->reported_freed = freed;
  self->reported_freed_older = freed_older;
}

static const WeirLogStorageClass recorder_class = {
  .read = recorder_read,
  .has_byte = recorder_has_byte,
  .close_files = recorder_close_files,
  .free = recorder_free,
  .begin_connection = recorder_begin_connection,
  .add_mark = recorder_add_mark,
  .hand_over = recorder_hand_over,
  .take_freed = recorder_take_freed,
};

/* In any thread. */
static void
on_sync_failed (gpointer user_data, int error)
{
  WeirRecorder *self = user_data;

  g_mutex_lock (&self->lock);
  self->sync_error = error;
  g_cond_signal (&self->more);
  g_mutex_unlock (&self->lock);
}

static void
add_new_folder (WeirRecorder *self)
{
  g_autofree char *parent = g_path_get_dirname (self->path);

  weir_syncer_add (self->syncer, self->marks_fd);
  weir_syncer_add_folder (self->syncer, self->path);
  weir_syncer_add_folder (self->syncer, parent);
}

static void
on_deleted (gpointer user_data)
{
  weir_syncer_drop_deleted (((WeirRecorder *) user_data)->syncer);
}

/* --- Users ------------------------------------------------------------------- */

/* (transfer full) */
static WeirRecorder *
make_recorder (WeirLog *log, const char *path)
{
  WeirRecorder *self = g_new0 (WeirRecorder, 1);

  self->storage.class = &recorder_class;
  self->log = log;
  self->path = g_str_has_suffix (path, WEIR_RECORDING_SUFFIX)
                   ? g_strdup (path)
                   : g_strconcat (path, WEIR_RECORDING_SUFFIX, NULL);
  self->shown = g_filename_display_name (self->path);
  self->segments = weir_segments_new ();
  self->marks_fd = self->segment_fd = -1;
  self->marks = g_string_new (NULL);
  self->boundaries = g_array_new (FALSE, FALSE, sizeof (Boundary));
  self->requests = g_ptr_array_new_with_free_func (request_free);
  g_mutex_init (&self->lock);
  g_cond_init (&self->more);
  g_cond_init (&self->written);
  return self;
}

gboolean
weir_recorder_attach (WeirLog *log,
                      const char *path,
                      const WeirRecordingOptions *options,
                      GError **error)
{
  static const WeirRecordingOptions defaults = { 0 };
  WeirRecorder *self = make_recorder (log, path);
  guint64 max_bytes;

  if (!make_directory (self, error))
    {
      recorder_free (&self->storage);
      return FALSE;
    }
  if (options == NULL)
    options = &defaults;
  self->syncer = weir_syncer_new (on_sync_failed, self);
  self->disk.deleted = on_deleted;
  self->disk.user_data = self;
  max_bytes = weir_disk_join (&self->disk, self->path, self->segments, options);
  self->segment_bytes = options->segment_bytes;
  if (self->segment_bytes == 0)
    self->segment_bytes = CLAMP (max_bytes / 16, 1, DEFAULT_SEGMENT_BYTES);
  add_new_folder (self);
  self->writer = g_thread_new ("weir-recorder", run_writer, self);
  log->storage = &self->storage;
  weir_blocks_set_loss (&log->bytes, WEIR_BLOCKS_ON_DISK);
  return TRUE;
}

WeirRecorder *
weir_recorder_of (WeirLog *log)
{
  return log->storage != NULL && log->storage->class == &recorder_class
             ? (WeirRecorder *) log->storage
             : NULL;
}

void
weir_recorder_get_state (WeirRecorder *self, WeirRecordingState *state)
{
  state->disk_bytes =
      weir_segments_get_end (self->segments) - weir_segments_get_begin (self->segments);
  state->freed_bytes = atomic_load (&self->disk.freed_bytes);
  state->freed_older_bytes = atomic_load (&self->disk.freed_older_bytes);
  g_mutex_lock (&self->lock);
  state->recording = self->problem == NULL;
  state->path = g_strdup (self->path);
  state->problem = g_strdup (self->problem);
  state->error = self->error;
  if (self->waits && self->problem == NULL)
    state->notice = g_strdup_printf (_ ("The disk is too slow for the recording “%s”. The stream "
                                        "waits for it; nothing is lost."),
                                     self->shown);
  g_mutex_unlock (&self->lock);
}

void
weir_recorder_wait_written (WeirRecorder *self)
{
  g_mutex_lock (&self->lock);
  self->n_waiting++;
  while (self->ready.bytes != self->n_written || self->ready.rows != self->n_published)
    g_cond_wait (&self->written, &self->lock);
  self->n_waiting--;
  g_mutex_unlock (&self->lock);
}

void
weir_recorder_sync (WeirRecorder *self)
{
  weir_recorder_wait_written (self);
  weir_syncer_wait (self->syncer);
  /* If that failed, the writer says so. */
  g_mutex_lock (&self->lock);
  self->n_waiting++;
  while (self->sync_error != 0)
    g_cond_wait (&self->written, &self->lock);
  self->n_waiting--;
  g_mutex_unlock (&self->lock);
}
