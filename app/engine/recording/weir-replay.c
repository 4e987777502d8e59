/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-replay-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "base/weir-recognition-private.h"
#include "stream/weir-intake-private.h"
#include "weir-delivery-private.h"
#include "weir-marks-private.h"
#include "weir-recorded-request-private.h"

#define BUFFER_BYTES ((gsize) 64 << 10)

struct _WeirReplay
{
  char *path;
  WeirRecordingContents contents;
  WeirMarksReader *marks; /* NULL: none */

  /* The next mark. */
  WeirMarkLine line;
  gboolean has_line;
  gboolean gave_mark; /* it was the last step, which borrows its text */

  /* The connection that is read; 0: none yet. */
  guint connection;
  guint64 position;     /* of its next byte */
  guint64 mark_offset;  /* of its last mark */
  gint64 time_us;       /* of the read that brought the next byte; 0: unknown */
  gboolean has_ended;   /* its end was given */
  guint64 n_late_marks; /* after the end of their connection, which none can be */

  /* The file that is read, or is next, and what was read of it. */
  guint file;
  int fd;
  guint8 *buffer;
  guint64 buffer_begin; /* offset in the connection */
  gsize buffer_length;
  char *address;               /* of a connection without marks */
  WeirConnectionInfo *request; /* of the connection, or NULL */
};

/* --- Opening and rewinding ------------------------------------------------------ */

static void
next_line (WeirReplay *self)
{
  self->has_line = self->marks != NULL && weir_marks_reader_next (self->marks, &self->line);
}

static void
close_file (WeirReplay *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  self->buffer_length = 0;
}

/* The connection of that number is read from now on. */
static void
start_connection (WeirReplay *self, guint number)
{
  self->connection = number;
  self->position = self->mark_offset = 0;
  self->time_us = 0;
  self->has_ended = FALSE;
}

void
weir_replay_rewind (WeirReplay *self)
{
  close_file (self);
  self->file = 0;
  self->gave_mark = FALSE;
  self->n_late_marks = 0;
  start_connection (self, 0);
  if (self->marks != NULL)
    weir_marks_reader_rewind (self->marks);
  next_line (self);
}

WeirReplay *
weir_replay_new (const char *path, GError **error)
{
  g_autoptr (WeirReplay) self = g_new0 (WeirReplay, 1);
  g_autoptr (GError) failure = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  self->fd = -1;
  self->path = g_strdup (path);
  if (!weir_recording_contents_load (&self->contents, path, error))
    return NULL;
  if (self->contents.is_folder)
    self->marks = weir_marks_reader_new (path, self->contents.n_bytes, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  self->buffer = g_malloc (BUFFER_BYTES);
  weir_replay_rewind (self);
  return g_steal_pointer (&self);
}

void
weir_replay_free (WeirReplay *self)
{
  close_file (self);
  weir_recording_contents_clear (&self->contents);
  g_clear_pointer (&self->marks, weir_marks_reader_free);
  g_free (self->path);
  g_free (self->address);
  g_clear_pointer (&self->request, weir_connection_info_unref);
  g_free (self->buffer);
  g_free (self);
}

const char *
weir_replay_get_path (WeirReplay *self)
{
  return self->path;
}

const WeirRecordingContents *
weir_replay_get_contents (WeirReplay *self)
{
  return &self->contents;
}

/* --- Steps ---------------------------------------------------------------------- */

static const WeirRecordedFile *
get_file (WeirReplay *self)
{
  return self->file < self->contents.files->len
             ? &g_array_index (self->contents.files, WeirRecordedFile, self->file)
             : NULL;
}

/* Goes on to the file that holds the connection's next bytes. Returns: NULL if it has none left. */
static const WeirRecordedFile *
find_bytes (WeirReplay *self)
{
  const WeirRecordedFile *file;

  while ((file = get_file (self)) != NULL && file->connection == self->connection)
    {
      const gboolean is_read = self->fd >= 0 && self->position >= file->offset + file->size;

      if (!is_read && file->size > 0)
        return file;
      close_file (self);
      self->file++;
    }
  return NULL;
}

/* The next mark describes the bytes before the position. An end waits for all of the bytes. */
static gboolean
is_mark_due (WeirReplay *self, gboolean has_bytes)
{
  if (!self->has_line || self->line.what == 'c')
    return FALSE;
  return !has_bytes || (self->line.what != 'e' && self->line.offset <= self->position);
}

static WeirReplayKind
get_kind (const WeirMarkLine *line)
{
  switch (line->what)
    {
    case 'c':
      return WEIR_REPLAY_BEGAN;
    case 'o':
      return WEIR_REPLAY_OPENED;
    case 'n':
      return WEIR_REPLAY_NOTE;
    default:
      return WEIR_REPLAY_ENDED;
    }
}

/* Takes the next mark, which describes the connection. Returns: FALSE if it makes no step. */
static gboolean
take_mark (WeirReplay *self, WeirReplayStep *step)
{
  const WeirMarkLine *line = &self->line;

  if (line->what == 'r')
    {
      self->time_us = line->time_us;
      return FALSE;
    }
  if (self->has_ended && line->what != 'n')
    {
      self->n_late_marks++;
      return FALSE;
    }
  self->has_ended |= line->what == 'e';
  self->mark_offset = MAX (self->mark_offset, MIN (line->offset, self->position));
  *step = (WeirReplayStep){ .kind = get_kind (line),
                            .time_us = line->time_us,
                            .number = line->number,
                            .offset = self->mark_offset,
                            .reason = line->reason,
                            .text = line->text };
  return TRUE;
}

static gboolean
fail (const WeirRecordedFile *file, int code, GError **error)
{
  g_autofree char *shown = g_filename_display_name (file->path);

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _ ("“%s” cannot be read: %s."),
               shown, g_strerror (code));
  return FALSE;
}

static gboolean
open_file (WeirReplay *self, const WeirRecordedFile *file, GError **error)
{
  self->fd = weir_recorded_file_open (file->path, file->links, NULL, error);
  self->buffer_length = 0;
  return self->fd >= 0;
}

static gboolean
fill_buffer (WeirReplay *self, const WeirRecordedFile *file, GError **error)
{
  const guint64 left = file->offset + file->size - self->position;
  ssize_t n;

  do
    n = pread (self->fd, self->buffer, (size_t) MIN (BUFFER_BYTES, left),
               (off_t) (self->position - file->offset));
  while (n < 0 && errno == EINTR);
  if (n <= 0)
    return fail (file, n < 0 ? errno : EIO, error);
  self->buffer_begin = self->position;
  self->buffer_length = (gsize) n;
  return TRUE;
}

/* Gives the bytes from the position to the next mark. */
static gboolean
give_bytes (WeirReplay *self, const WeirRecordedFile *file, WeirReplayStep *step, GError **error)
{
  guint64 end = self->buffer_begin + self->buffer_length;

  if (self->buffer_length == 0 || self->position >= end)
    {
      if (!fill_buffer (self, file, error))
        return FALSE;
      end = self->buffer_begin + self->buffer_length;
    }
  if (self->has_line && self->line.what != 'c' && self->line.what != 'e')
    end = MIN (end, self->line.offset);
  *step = (WeirReplayStep){ .kind = WEIR_REPLAY_BYTES,
                            .time_us = self->time_us,
                            .number = self->connection,
                            .offset = self->position,
                            .bytes = self->buffer + (self->position - self->buffer_begin),
                            .length = (gsize) (end - self->position) };
  self->position = end;
  return TRUE;
}

/* Opens file. Returns: TRUE with a step if bytes are missing before it. */
static gboolean
enter_file (WeirReplay *self, const WeirRecordedFile *file, WeirReplayStep *step)
{
  const guint64 position = self->position;

  self->position = file->offset;
  if (file->offset == position)
    return FALSE;
  *step = (WeirReplayStep){ .kind = WEIR_REPLAY_GAP,
                            .number = self->connection,
                            .offset = file->offset,
                            .format = file->format };
  return TRUE;
}

/* (transfer none): NULL if the recording does not have the connection's request. */
static const WeirConnectionInfo *
load_request (WeirReplay *self)
{
  g_clear_pointer (&self->request, weir_connection_info_unref);
  if (self->contents.is_folder)
    self->request = weir_recorded_request_load (self->path, self->connection);
  return self->request;
}

/* Begins the next connection: of those in the marks and the files, the one with the lower number. */
static gboolean
begin_connection (WeirReplay *self, WeirReplayStep *step)
{
  const WeirRecordedFile *file = get_file (self);
  const gboolean in_marks =
      self->has_line && (file == NULL || self->line.number <= file->connection);
  WeirBodyFormat format = WEIR_BODY_SSE;

  if (!in_marks && file == NULL)
    return FALSE;
  start_connection (self, in_marks ? self->line.number : file->connection);
  /* The oldest files may have been deleted. */
  if (file != NULL && file->connection == self->connection)
    {
      self->position = file->offset;
      format = file->format;
    }
  *step = (WeirReplayStep){ .kind = WEIR_REPLAY_BEGAN,
                            .number = self->connection,
                            .offset = self->position,
                            .format = format,
                            .in_marks = in_marks,
                            .request = load_request (self) };
  if (in_marks)
    {
      step->time_us = self->line.time_us;
      step->text = self->line.text;
      self->gave_mark = TRUE;
      return TRUE;
    }
  g_free (self->address);
  self->address =
      self->request != NULL ? g_strdup (self->request->url) : g_utf8_make_valid (file->path, -1);
  step->text = self->address;
  return TRUE;
}

gboolean
weir_replay_next (WeirReplay *self, WeirReplayStep *step, GError **error)
{
  if (self->gave_mark)
    next_line (self);
  self->gave_mark = FALSE;
  /* Each turn gives a step, drops a mark or opens a file. */
  for (;;)
    {
      const WeirRecordedFile *file = find_bytes (self);

      if (is_mark_due (self, file != NULL))
        {
          self->gave_mark = take_mark (self, step);
          if (self->gave_mark)
            return TRUE;
          next_line (self);
          continue;
        }
      if (file == NULL)
        return begin_connection (self, step);
      if (self->fd >= 0)
        return give_bytes (self, file, step, error);
      if (!open_file (self, file, error))
        return FALSE;
      if (enter_file (self, file, step))
        return TRUE;
    }
}

gboolean
weir_replay_has_requests (WeirReplay *self)
{
  return self->contents.is_folder && weir_recorded_requests_measure (self->path) > 0;
}

void
weir_replay_get_span (WeirReplay *self, gint64 *begin_us, gint64 *end_us)
{
  *begin_us = *end_us = 0;
  if (self->marks != NULL)
    weir_marks_reader_get_span (self->marks, begin_us, end_us);
  weir_replay_rewind (self);
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
    if (step.kind == WEIR_REPLAY_BEGAN)
      good = step.format != WEIR_BODY_SSE;
    else if (step.kind == WEIR_REPLAY_BYTES)
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
    {
      g_autofree char *shown = g_filename_display_name (self->path);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("%s is not an event stream. %s"),
                   shown, evidence);
    }
  return good;
}

char *
weir_replay_describe_skipped (WeirReplay *self)
{
  const guint64 n_lines =
      self->n_late_marks
      + (self->marks != NULL ? weir_marks_reader_get_n_skipped (self->marks) : 0);
  g_autofree char *shown = g_filename_display_name (self->path);
  g_autofree char *lines = NULL;
  g_autofree char *files = NULL;

  if (n_lines > 0)
    lines = g_strdup_printf (
        ngettext ("%llu line of the marks in “%s” is malformed or out of range and was skipped. "
                  "The events are complete.",
                  "%llu lines of the marks in “%s” are malformed or out of range and were skipped. "
                  "The events are complete.",
                  n_lines),
        (unsigned long long) n_lines, shown);
  if (self->contents.n_refused > 0)
    files = g_strdup_printf (ngettext ("%u file in “%s” is not a regular file and was skipped.",
                                       "%u files in “%s” are not regular files and were skipped.",
                                       self->contents.n_refused),
                             self->contents.n_refused, shown);
  if (lines != NULL && files != NULL)
    return g_strjoin (" ", files, lines, NULL);
  return lines != NULL ? g_steal_pointer (&lines) : g_steal_pointer (&files);
}

/* --- To a sink ---------------------------------------------------------------- */

static void
fail_at_limit (WeirReplay *self, const WeirDelivery *delivery, GError **error)
{
  const WeirRecordedFile *file = get_file (self);
  g_autofree char *shown = g_filename_display_name (file != NULL ? file->path : self->path);
  g_autofree char *evidence =
      weir_limit_describe (weir_reader_get_parser (delivery->reader), delivery->found);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, _ ("Stopped reading %s. %s"), shown,
               evidence);
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
    weir_delivery_end (&delivery);
  weir_sink_drained (sink);
  weir_delivery_clear (&delivery);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return failure == NULL;
}
