/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "weir-config.h"

#include "weir-marks-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/weir-recording-folder.h"

/* A longer line is skipped. A URL is the longest text that Weir writes. */
#define MOST_LINE_BYTES ((gsize) 256 << 10)
#define BUFFER_BYTES (2 * MOST_LINE_BYTES)
/* A read brings at least one byte, and its line is shorter than 64. A gigabyte is for connections that
 * bring none. */
#define MOST_BYTES_WITHOUT_BODY (G_GUINT64_CONSTANT (1) << 30)
#define MOST_BYTES_PER_BODY_BYTE 64
/* What weir_marks_reader_get_span() reads of the end. */
#define TAIL_BYTES ((guint64) 64 << 10)

/* --- Writing ----------------------------------------------------------------- */

/* Appends text as valid UTF-8 on one line. */
static void
append_text (GString *lines, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  gsize begin;

  g_string_append_c (lines, ' ');
  begin = lines->len;
  g_string_append (lines, valid);
  for (gsize i = begin; i < lines->len; i++)
    if ((guchar) lines->str[i] < 0x20)
      lines->str[i] = ' ';
}

void
weir_marks_append (GString *lines, const WeirMarkLine *line)
{
  const guint64 first = line->what == 'c' ? line->number : line->offset;

  g_string_append_printf (lines, "%c %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT, line->what, first,
                          line->time_us);
  if (line->what == 'n')
    g_string_append_printf (lines, " %u", line->number);
  else if (line->what == 'e')
    g_string_append_printf (
        lines, " %s",
        weir_end_reason_get_name (line->reason != WEIR_END_NONE ? line->reason : WEIR_END_SERVER));
  if (line->text != NULL)
    append_text (lines, line->text);
  g_string_append_c (lines, '\n');
}

/* --- Parsing a line ------------------------------------------------------------ */

/* Takes a number of at most max, and the space after it. */
static gboolean
take_number (const char **at, guint64 max, guint64 *number)
{
  if (!g_ascii_isdigit (**at))
    return FALSE;
  for (*number = 0; g_ascii_isdigit (**at); (*at)++)
    {
      const guint64 digit = (guint64) (**at - '0');

      if (*number > (max - digit) / 10)
        return FALSE;
      *number = *number * 10 + digit;
    }
  if (**at == ' ')
    (*at)++;
  else if (**at != '\0')
    return FALSE;
  return TRUE;
}

/* Takes the reason of an end. Recordings from before reasons were written have none. */
static WeirEndReason
take_reason (const char **at)
{
  const gsize length = strcspn (*at, " ");
  g_autofree char *name = g_strndup (*at, length);
  WeirEndReason reason;

  if (!weir_end_reason_parse (name, &reason))
    return WEIR_END_SERVER;
  *at += length + ((*at)[length] == ' ');
  return reason;
}

/* Reads the numbers of a line; line->text is the unchanged rest of it. */
static gboolean
parse_line (const char *at, WeirMarkLine *line)
{
  guint64 first, time_us, kind = 0;

  if (at[0] == '\0' || strchr ("corne", at[0]) == NULL || at[1] != ' ')
    return FALSE;
  *line = (WeirMarkLine){ .what = at[0] };
  at += 2;
  if (!take_number (&at, line->what == 'c' ? G_MAXINT : WEIR_RECORDED_MAX_OFFSET, &first)
      || !take_number (&at, WEIR_MARKS_MAX_TIME_US, &time_us))
    return FALSE;
  if (line->what == 'n'
      && (!take_number (&at, G_MAXINT, &kind) || !weir_note_kind_is_known ((guint) kind)))
    return FALSE;
  if (line->what == 'c')
    line->number = (guint) first;
  else
    line->offset = first;
  if (line->what == 'n')
    line->number = (guint) kind;
  if (line->what == 'e')
    line->reason = take_reason (&at);
  line->time_us = (gint64) time_us;
  line->text = at;
  return line->what != 'c' || first > 0;
}

/* --- Reading ------------------------------------------------------------------- */

struct _WeirMarksReader
{
  int fd;
  guint64 size;    /* when it was opened */
  guint64 read_to; /* offset in the file: what was read into the buffer */
  char *buffer;
  gsize begin, end; /* in the buffer: what is still to be parsed */
  char *line;       /* in the buffer */
  char *valid_text; /* of the line, if it is not UTF-8 in the file */
  guint connection; /* of the last valid 'c' line */
  gboolean lost;    /* the connection's own line was skipped */
  guint64 n_skipped;
};

void
weir_marks_reader_rewind (WeirMarksReader *self)
{
  self->read_to = strlen (WEIR_MARKS_HEAD);
  self->begin = self->end = 0;
  self->connection = 0;
  self->lost = FALSE;
  self->n_skipped = 0;
}

/* Compares the first line with the version that is known.
 * Returns: FALSE with error set, or without one if the file breaks off before the end of that line. */
static gboolean
check_head (int fd, const char *path, GError **error)
{
  static const char word[] = "weir-recording ";
  char head[sizeof word + 16] = "";
  const ssize_t n = pread (fd, head, sizeof head - 1, 0);
  g_autofree char *shown = g_filename_display_name (path);
  const char *version = head + strlen (word);

  if (n < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _ ("“%s” cannot be read: %s."),
                   shown, g_strerror (errno));
      return FALSE;
    }
  if (g_str_has_prefix (head, WEIR_MARKS_HEAD))
    return TRUE;
  if ((gsize) n < strlen (WEIR_MARKS_HEAD) && strncmp (head, WEIR_MARKS_HEAD, (gsize) n) == 0)
    return FALSE;
  if (g_str_has_prefix (head, word) && g_ascii_isdigit (*version)
      && g_ascii_strtoull (version, NULL, 10) > WEIR_RECORDING_VERSION)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                 _ ("“%s” was recorded by a newer version of Weir. Update Weir to open it."),
                 shown);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _ ("“%s” does not hold the marks of a recording. Move it away to open the events "
                    "without their times."),
                 shown);
  return FALSE;
}

static gboolean
check_size (guint64 size, guint64 body_bytes, const char *path, GError **error)
{
  const guint64 max_bytes = MOST_BYTES_WITHOUT_BODY
                            + MIN (body_bytes, WEIR_RECORDED_MAX_OFFSET) * MOST_BYTES_PER_BODY_BYTE;
  g_autofree char *shown = NULL;
  g_autofree char *most = NULL;

  if (size <= max_bytes)
    return TRUE;
  shown = g_filename_display_name (path);
  most = g_format_size (max_bytes);
  g_set_error (
      error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
      _ ("“%s” is too large to read: Weir reads at most %s of it. Move it away to open the "
         "events without their times."),
      shown, most);
  return FALSE;
}

WeirMarksReader *
weir_marks_reader_new (const char *path, guint64 body_bytes, GError **error)
{
  g_autofree char *marks = g_build_filename (path, WEIR_MARKS_NAME, NULL);
  g_autoptr (GError) failure = NULL;
  WeirMarksReader *self;
  guint64 size;
  int fd = weir_recorded_file_open (marks, WEIR_LINKS_REFUSED, &size, &failure);

  if (fd < 0)
    {
      if (!g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  if (!check_size (size, body_bytes, marks, error) || !check_head (fd, marks, error))
    {
      close (fd);
      return NULL;
    }
  self = g_new0 (WeirMarksReader, 1);
  self->fd = fd;
  self->size = size;
  self->buffer = g_malloc (BUFFER_BYTES + 1);
  weir_marks_reader_rewind (self);
  return self;
}

void
weir_marks_reader_free (WeirMarksReader *self)
{
  close (self->fd);
  g_free (self->buffer);
  g_free (self->valid_text);
  g_free (self);
}

/* Reads more into the buffer. Returns: FALSE at the end of the file. */
static gboolean
fill_buffer (WeirMarksReader *self)
{
  ssize_t n;

  memmove (self->buffer, self->buffer + self->begin, self->end - self->begin);
  self->end -= self->begin;
  self->begin = 0;
  do
    n = pread (self->fd, self->buffer + self->end,
               (size_t) MIN (BUFFER_BYTES - self->end, self->size - self->read_to),
               (off_t) self->read_to);
  while (n < 0 && errno == EINTR);
  if (n <= 0)
    return FALSE;
  self->end += (gsize) n;
  self->read_to += (guint64) n;
  return TRUE;
}

/* Skips a line that is longer than the buffer. */
static void
skip_long_line (WeirMarksReader *self)
{
  const char *end;

  self->n_skipped++;
  do
    {
      self->begin = self->end;
      if (!fill_buffer (self))
        return;
      end = memchr (self->buffer, '\n', self->end);
    }
  while (end == NULL);
  self->begin = (gsize) (end + 1 - self->buffer);
}

/* Goes on to the next whole line. Returns: FALSE at the end. */
static gboolean
next_line (WeirMarksReader *self, gsize *length)
{
  for (;;)
    {
      char *begin = self->buffer + self->begin;
      char *end = memchr (begin, '\n', self->end - self->begin);

      if (end != NULL)
        {
          *end = '\0';
          *length = (gsize) (end - begin);
          self->line = begin;
          self->begin += *length + 1;
          return TRUE;
        }
      if (self->end - self->begin == BUFFER_BYTES)
        skip_long_line (self);
      else if (!fill_buffer (self))
        return FALSE;
    }
}

/* Makes line->text valid UTF-8; a NUL byte is not text. */
static void
validate_text (WeirMarksReader *self, gsize length, WeirMarkLine *line)
{
  const gsize rest = length - (gsize) (line->text - self->line);

  if (g_utf8_validate_len (line->text, rest, NULL))
    return;
  g_free (self->valid_text);
  self->valid_text = g_utf8_make_valid (line->text, (gssize) rest);
  line->text = self->valid_text;
}

/* Returns: FALSE if the line is of a connection that is not known. Only notes may come before the first
 * connection. */
static gboolean
take_connection (WeirMarksReader *self, const WeirMarkLine *line)
{
  if (line->what != 'c')
    return !self->lost && (self->connection > 0 || line->what == 'n');
  if (line->number <= self->connection)
    return FALSE;
  self->connection = line->number;
  self->lost = FALSE;
  return TRUE;
}

gboolean
weir_marks_reader_next (WeirMarksReader *self, WeirMarkLine *line)
{
  gsize length;

  while (next_line (self, &length))
    {
      if (length <= MOST_LINE_BYTES && parse_line (self->line, line)
          && take_connection (self, line))
        {
          validate_text (self, length, line);
          return TRUE;
        }
      if (g_str_has_prefix (self->line, "c "))
        self->lost = TRUE;
      self->n_skipped++;
    }
  return FALSE;
}

const char *
weir_marks_reader_get_line (WeirMarksReader *self)
{
  return self->line;
}

guint64
weir_marks_reader_get_n_skipped (WeirMarksReader *self)
{
  return self->n_skipped;
}

/* The latest time in the last part of the file, whose lines are read without their connections. */
static gint64
find_last_time (WeirMarksReader *self)
{
  gint64 last_us = 0;
  WeirMarkLine line;
  gsize length;

  weir_marks_reader_rewind (self);
  if (self->size > self->read_to + TAIL_BYTES)
    {
      self->read_to = self->size - TAIL_BYTES;
      /* The first line is not whole. */
      if (!next_line (self, &length))
        return 0;
    }
  while (next_line (self, &length))
    if (parse_line (self->line, &line))
      last_us = MAX (last_us, line.time_us);
  return last_us;
}

void
weir_marks_reader_get_span (WeirMarksReader *self, gint64 *begin_us, gint64 *end_us)
{
  WeirMarkLine line;

  weir_marks_reader_rewind (self);
  *begin_us = weir_marks_reader_next (self, &line) ? line.time_us : 0;
  *end_us = MAX (find_last_time (self), *begin_us);
  weir_marks_reader_rewind (self);
}

/* --- Trimming ------------------------------------------------------------------ */

/* Copies the lines that are kept. */
typedef struct
{
  FILE *out;
  guint connection; /* the first whose bytes are kept */
  guint64 offset;   /* of its first byte that is kept */
  guint current;
  GString *held; /* the read that may have brought that byte */
} Trimmer;

static void
put_line (Trimmer *self, const char *line)
{
  fputs (line, self->out);
  fputc ('\n', self->out);
}

static void
release_held (Trimmer *self)
{
  if (self->held->len > 0)
    put_line (self, self->held->str);
  g_string_truncate (self->held, 0);
}

static void
trim_line (Trimmer *self, const char *line, const WeirMarkLine *mark)
{
  if (mark->what == 'c')
    {
      release_held (self);
      self->current = mark->number;
    }
  if (self->current < self->connection)
    return;
  if (self->current > self->connection || mark->what == 'c' || mark->what == 'o'
      || mark->offset > self->offset)
    {
      release_held (self);
      put_line (self, line);
    }
  else if (mark->what == 'r')
    g_string_assign (self->held, line);
}

/* Writes the lines that are kept to fd, which stays open. */
static gboolean
copy_kept_lines (WeirMarksReader *reader, int fd, guint connection, guint64 offset)
{
  const int copied_fd = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  Trimmer self = { .connection = connection, .offset = offset };
  WeirMarkLine mark;
  gboolean ok;

  self.out = copied_fd >= 0 ? fdopen (copied_fd, "a") : NULL;
  if (self.out == NULL)
    {
      if (copied_fd >= 0)
        close (copied_fd);
      return FALSE;
    }
  self.held = g_string_new (NULL);
  fputs (WEIR_MARKS_HEAD, self.out);
  while (weir_marks_reader_next (reader, &mark))
    trim_line (&self, weir_marks_reader_get_line (reader), &mark);
  release_held (&self);
  g_string_free (self.held, TRUE);
  /* Half of the marks would be worse than all of them. */
  ok = reader->read_to == reader->size && fflush (self.out) == 0 && !ferror (self.out);
  return (fclose (self.out) == 0) & ok;
}

int
weir_marks_trim (const char *path, guint connection, guint64 offset)
{
  g_autofree char *marks = g_build_filename (path, WEIR_MARKS_NAME, NULL);
  g_autofree char *fresh = g_strconcat (marks, WEIR_MARKS_FRESH_SUFFIX, NULL);
  g_autoptr (WeirMarksReader) reader = weir_marks_reader_new (path, G_MAXUINT64, NULL);
  int fd;

  if (reader == NULL)
    return -1;
  unlink (fresh);
  fd = open (fresh, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0)
    return -1;
  /* The lock is taken before the new file gets the name, so that the name is always locked. */
  if ((flock (fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
      && copy_kept_lines (reader, fd, connection, offset) && fdatasync (fd) == 0
      && rename (fresh, marks) == 0)
    return fd;
  unlink (fresh);
  close (fd);
  return -1;
}
