/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "weir-marks-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* What of the lines is kept, one after the other. */
typedef struct
{
  FILE *out;
  guint connection; /* the first whose bytes are there */
  guint64 offset;   /* of them in it */
  guint current;
  GString *held; /* a read that may have brought the first of them */
} Trimmer;

static void
put (Trimmer *self, const char *line)
{
  fputs (line, self->out);
  fputc ('\n', self->out);
}

static void
release_held (Trimmer *self)
{
  if (self->held->len > 0)
    put (self, self->held->str);
  g_string_truncate (self->held, 0);
}

/* line: without its end. */
static void
take (Trimmer *self, const char *line, const WeirMarkLine *mark)
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
      put (self, line);
    }
  else if (mark->what == 'r')
    g_string_assign (self->held, line);
}

static gboolean
copy (const char *path, FILE *out, guint connection, guint64 offset)
{
  FILE *in = fopen (path, "re");
  Trimmer self = { out, connection, offset, 0, NULL };
  char *line = NULL;
  size_t size = 0;

  if (in == NULL)
    return FALSE;
  self.held = g_string_new (NULL);
  fputs (WEIR_MARKS_HEAD, out);
  while (getline (&line, &size, in) > 0)
    {
      char *rest = line;
      WeirMarkLine mark;

      if (weir_marks_next (&rest, &mark))
        take (&self, line, &mark);
    }
  release_held (&self);
  free (line);
  g_string_free (self.held, TRUE);
  /* Half a list would be worse than a long one. */
  return !ferror (in) & (fclose (in) == 0);
}

/* Into the file at fd, which stays open. */
static gboolean
copy_to (const char *path, int fd, guint connection, guint64 offset)
{
  int second = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  FILE *out = second >= 0 ? fdopen (second, "a") : NULL;
  gboolean copied;

  if (out == NULL)
    {
      if (second >= 0)
        close (second);
      return FALSE;
    }
  copied = copy (path, out, connection, offset) && fflush (out) == 0 && !ferror (out);
  return (fclose (out) == 0) & copied;
}

int
weir_marks_trim (const char *path, guint connection, guint64 offset)
{
  g_autofree char *fresh = g_strconcat (path, WEIR_MARKS_FRESH_SUFFIX, NULL);
  int fd;

  unlink (fresh);
  fd = open (fresh, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0)
    return -1;
  /* Whoever looks at the name from now on finds it locked, as it was. */
  if ((flock (fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
      && copy_to (path, fd, connection, offset) && fdatasync (fd) == 0 && rename (fresh, path) == 0)
    return fd;
  unlink (fresh);
  close (fd);
  return -1;
}
