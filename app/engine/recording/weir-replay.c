/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-replay.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "weir-delivery-private.h"
#include "stream/weir-intake-private.h"
#include "weir-marks-private.h"
#include "base/weir-recognition-private.h"
#include "weir-recording-private.h"

#define STEP_BYTES ((gsize) 64 << 10)

struct _WeirReplay
{
  GArray *files;
  char *marks;

  char *copy; /* of the marks, which reading them cuts up */
  char *rest;
  WeirMarkLine line;
  gboolean has_line;
  guint file; /* the one that is read, or is next */
  int fd;
  guint64 position; /* in the connection */
  guint connection; /* 0: none begun */
  gint64 time_us;
  guint8 *buffer;
};

static void
next_line (WeirReplay *self)
{
  self->has_line = self->rest != NULL && weir_marks_next (&self->rest, &self->line);
}

void
weir_replay_rewind (WeirReplay *self)
{
  g_free (self->copy);
  self->copy = self->rest = g_strdup (self->marks);
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  self->file = self->connection = 0;
  self->position = 0;
  self->time_us = 0;
  next_line (self);
}

WeirReplay *
weir_replay_new (const char *path, GError **error)
{
  WeirReplay *self;
  char *marks;
  GArray *files;

  g_return_val_if_fail (path != NULL, NULL);

  files = weir_recording_load (path, &marks, error);
  if (files == NULL)
    return NULL;
  self = g_new0 (WeirReplay, 1);
  self->files = files;
  self->marks = marks;
  self->fd = -1;
  self->buffer = g_malloc (STEP_BYTES);
  weir_replay_rewind (self);
  return self;
}

void
weir_replay_free (WeirReplay *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_array_unref (self->files);
  g_free (self->marks);
  g_free (self->copy);
  g_free (self->buffer);
  g_free (self);
}

static const WeirRecordedFile *
get_file (WeirReplay *self)
{
  return self->file < self->files->len ? &g_array_index (self->files, WeirRecordedFile, self->file)
                                       : NULL;
}

/* The file that goes on where the last one ended, or NULL. */
static const WeirRecordedFile *
get_file_here (WeirReplay *self)
{
  const WeirRecordedFile *file = get_file (self);

  if (file == NULL || file->connection != self->connection)
    return NULL;
  return file;
}

static gboolean
step_of_line (WeirReplay *self, WeirReplayStep *step)
{
  const WeirMarkLine *line = &self->line;

  *step = (WeirReplayStep){ .time_us = line->time_us, .number = line->number, .text = line->text };
  switch (line->what)
    {
    case 'c':
      step->kind = WEIR_REPLAY_BEGAN;
      self->connection = line->number;
      self->position = 0;
      break;
    case 'o':
      step->kind = WEIR_REPLAY_OPENED;
      break;
    case 'n':
      step->kind = WEIR_REPLAY_NOTE;
      break;
    default:
      step->kind = WEIR_REPLAY_ENDED;
    }
  return TRUE;
}

static gboolean
fail (const WeirRecordedFile *file, int code, GError **error)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _ ("“%s” cannot be read: %s."),
               file->path, g_strerror (code));
  return FALSE;
}

/* The next bytes of file, up to the next mark. */
static gboolean
read_bytes (WeirReplay *self, const WeirRecordedFile *file, WeirReplayStep *step, GError **error)
{
  guint64 end = file->offset + file->size;
  gssize n;

  if (self->fd < 0)
    self->fd = open (file->path, O_RDONLY | O_CLOEXEC);
  if (self->fd < 0)
    return fail (file, errno, error);
  if (self->has_line && self->line.what != 'c')
    end = MIN (end, self->line.offset);
  do
    n = pread (self->fd, self->buffer, MIN (STEP_BYTES, end - self->position),
               (off_t) (self->position - file->offset));
  while (n < 0 && errno == EINTR);
  if (n <= 0)
    return fail (file, n < 0 ? errno : EIO, error);
  *step = (WeirReplayStep){ .kind = WEIR_REPLAY_BYTES,
                            .time_us = self->time_us,
                            .number = self->connection,
                            .bytes = self->buffer,
                            .length = (gsize) n };
  self->position += (guint64) n;
  return TRUE;
}

static void
end_file (WeirReplay *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  self->file++;
}

gboolean
weir_replay_next (WeirReplay *self, WeirReplayStep *step, GError **error)
{
  for (;;)
    {
      const WeirRecordedFile *file = get_file_here (self);

      /* The oldest files may have been deleted. */
      if (file != NULL && self->position < file->offset)
        self->position = file->offset;
      if (file != NULL && self->position >= file->offset + file->size)
        {
          end_file (self);
          continue;
        }
      if (self->has_line && self->line.what == 'r'
          && (file == NULL || self->line.offset <= self->position))
        {
          self->time_us = self->line.time_us;
          next_line (self);
          continue;
        }
      if (self->has_line && self->line.what != 'r' && self->line.what != 'c'
          && (file == NULL || self->line.offset <= self->position))
        {
          step_of_line (self, step);
          next_line (self);
          return TRUE;
        }
      if (file != NULL)
        return read_bytes (self, file, step, error);

      /* The next connection: as the marks have it, or, without them, as the files do. */
      file = get_file (self);
      if (self->has_line && (file == NULL || self->line.number <= file->connection))
        {
          step_of_line (self, step);
          next_line (self);
          return TRUE;
        }
      if (file == NULL)
        return FALSE;
      self->connection = file->connection;
      self->position = file->offset;
      *step = (WeirReplayStep){ .kind = WEIR_REPLAY_BEGAN,
                                .number = file->connection,
                                .text = file->path };
      return TRUE;
    }
}

gboolean
weir_replay_check (WeirReplay *self, GError **error)
{
  WeirRecognition recognition;
  WeirReplayStep step;
  GError *failure = NULL;
  gboolean empty = TRUE, good = FALSE;
  const char *evidence;

  g_return_val_if_fail (self != NULL, FALSE);

  weir_recognition_init (&recognition);
  while (!good && weir_replay_next (self, &step, &failure))
    if (step.kind == WEIR_REPLAY_BYTES)
      {
        empty = FALSE;
        good = weir_recognition_take (&recognition, step.bytes, step.length);
      }
  good = failure == NULL && (empty || weir_recognition_finish (&recognition));
  evidence = weir_recognition_describe (&recognition);
  weir_recognition_clear (&recognition);
  weir_replay_rewind (self);
  if (failure != NULL)
    g_propagate_error (error, failure);
  else if (!good)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("%s is not an event stream: %s"),
                 g_array_index (self->files, WeirRecordedFile, 0).path, evidence);
  return good;
}

/* --- To a sink ---------------------------------------------------------------- */

static void
fail_at_limit (WeirReplay *self, const WeirDelivery *delivery, GError **error)
{
  const WeirRecordedFile *file = get_file (self);
  g_autofree char *evidence = weir_limit_describe (&delivery->parser, delivery->found);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, _ ("Stopped reading %s: %s"),
               file != NULL ? file->path : "", evidence);
}

gboolean
weir_replay_to_sink (WeirReplay *self,
                     WeirSink *sink,
                     const WeirParserOptions *options,
                     GError **error)
{
  WeirDelivery delivery;
  WeirReplayStep step;
  GError *failure = NULL;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (WEIR_IS_SINK (sink), FALSE);

  weir_delivery_init (&delivery, sink, options);
  while (!delivery.enough && delivery.status != WEIR_LIMIT
         && weir_replay_next (self, &step, &failure))
    {
      weir_delivery_take (&delivery, &step);
      weir_delivery_give_items (&delivery);
    }
  if (delivery.status == WEIR_LIMIT)
    fail_at_limit (self, &delivery, &failure);
  else if (!delivery.enough)
    weir_delivery_end (&delivery, delivery.time_us, NULL);
  weir_sink_drained (sink);
  weir_delivery_clear (&delivery);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return failure == NULL;
}

void
weir_replay_get_span (WeirReplay *self, gint64 *begin_us, gint64 *end_us)
{
  g_autofree char *copy = g_strdup (self->marks);
  char *rest = copy;
  WeirMarkLine line;

  *begin_us = *end_us = 0;
  while (rest != NULL && weir_marks_next (&rest, &line))
    {
      if (*begin_us == 0)
        *begin_us = line.time_us;
      *end_us = MAX (*end_us, line.time_us);
    }
}
