/* SPDX-License-Identifier: MIT */
#include "weir-segments-private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/weir-bisect.h"
#include "base/weir-memory.h"

#define MOST_OPEN_FILES 16
/* Of all recordings of the program, which may open about a thousand files. */
#define MOST_OPEN_FILES_IN_PROGRAM 128

typedef struct
{
  char *path;
  WeirLinks links;
  guint64 begin, end; /* offsets of the log */
  int fd;             /* -1: not open */
  guint readers;
} Segment;

typedef struct
{
  GPtrArray *segments;
  guint64 offset;
} Sought;

static _Atomic guint n_open_in_program;

struct _WeirSegments
{
  GMutex lock;
  GPtrArray *segments;
  guint n_open;
  guint next_to_close;
};

static void
close_descriptor (Segment *segment)
{
  if (segment->fd < 0)
    return;
  close (segment->fd);
  segment->fd = -1;
  n_open_in_program--;
}

static gssize
count_bytes (const Segment *segment)
{
  return (gssize) (sizeof *segment + strlen (segment->path) + 1);
}

static void
segment_free (Segment *segment)
{
  weir_memory_count (-count_bytes (segment));
  close_descriptor (segment);
  g_free (segment->path);
  g_free (segment);
}

WeirSegments *
weir_segments_new (void)
{
  WeirSegments *self = g_new0 (WeirSegments, 1);

  g_mutex_init (&self->lock);
  self->segments = g_ptr_array_new_with_free_func ((GDestroyNotify) segment_free);
  return self;
}

void
weir_segments_free (WeirSegments *self)
{
  g_ptr_array_unref (self->segments);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
weir_segments_add (WeirSegments *self, const char *path, WeirLinks links, guint64 offset)
{
  Segment *segment = g_new0 (Segment, 1);

  segment->path = g_strdup (path);
  segment->links = links;
  segment->begin = segment->end = offset;
  segment->fd = -1;
  weir_memory_count (count_bytes (segment));
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->segments, segment);
  g_mutex_unlock (&self->lock);
}

void
weir_segments_grow (WeirSegments *self, guint64 end)
{
  g_mutex_lock (&self->lock);
  ((Segment *) g_ptr_array_index (self->segments, self->segments->len - 1))->end = end;
  g_mutex_unlock (&self->lock);
}

char *
weir_segments_get_deletable (WeirSegments *self)
{
  char *path = NULL;

  g_mutex_lock (&self->lock);
  if (self->segments->len > 1)
    path = g_strdup (((Segment *) g_ptr_array_index (self->segments, 0))->path);
  g_mutex_unlock (&self->lock);
  return path;
}

void
weir_segments_drop_oldest (WeirSegments *self)
{
  Segment *oldest;

  g_mutex_lock (&self->lock);
  oldest = g_ptr_array_index (self->segments, 0);
  /* A reader has the file open, and finishes. */
  while (oldest->readers > 0)
    {
      g_mutex_unlock (&self->lock);
      g_thread_yield ();
      g_mutex_lock (&self->lock);
    }
  self->n_open -= oldest->fd >= 0;
  g_ptr_array_remove_index (self->segments, 0);
  self->next_to_close = 0;
  g_mutex_unlock (&self->lock);
}

char *
weir_segments_get_oldest (WeirSegments *self)
{
  char *path = NULL;

  g_mutex_lock (&self->lock);
  if (self->segments->len > 0)
    path = g_strdup (((Segment *) g_ptr_array_index (self->segments, 0))->path);
  g_mutex_unlock (&self->lock);
  return path;
}

guint64
weir_segments_get_begin (WeirSegments *self)
{
  guint64 begin;

  g_mutex_lock (&self->lock);
  begin = self->segments->len > 0 ? ((Segment *) g_ptr_array_index (self->segments, 0))->begin : 0;
  g_mutex_unlock (&self->lock);
  return begin;
}

guint64
weir_segments_get_end (WeirSegments *self)
{
  guint64 end = 0;

  g_mutex_lock (&self->lock);
  if (self->segments->len > 0)
    end = ((Segment *) g_ptr_array_index (self->segments, self->segments->len - 1))->end;
  g_mutex_unlock (&self->lock);
  return end;
}

gboolean
weir_segments_have_byte (WeirSegments *self, guint64 offset)
{
  return offset >= weir_segments_get_begin (self) && offset < weir_segments_get_end (self);
}

static gboolean
segment_ends_before (gconstpointer data, guint64 number)
{
  const Sought *sought = data;

  return ((Segment *) g_ptr_array_index (sought->segments, number))->end <= sought->offset;
}

/* Returns: the segment that holds offset, or NULL. */
static Segment *
find_segment (WeirSegments *self, guint64 offset)
{
  const Sought sought = { self->segments, offset };
  const guint64 number = weir_bisect (0, self->segments->len, segment_ends_before, &sought);
  Segment *segment;

  if (number == self->segments->len)
    return NULL;
  segment = g_ptr_array_index (self->segments, number);
  return offset >= segment->begin ? segment : NULL;
}

static void
close_file (WeirSegments *self, Segment *segment)
{
  if (segment->fd < 0 || segment->readers > 0)
    return;
  close_descriptor (segment);
  self->n_open--;
}

void
weir_segments_close_files (WeirSegments *self)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->segments->len; i++)
    close_file (self, g_ptr_array_index (self->segments, i));
  g_mutex_unlock (&self->lock);
}

static void
close_another (WeirSegments *self)
{
  for (guint i = 0; i < self->segments->len && self->n_open >= MOST_OPEN_FILES; i++)
    {
      self->next_to_close = (self->next_to_close + 1) % self->segments->len;
      close_file (self, g_ptr_array_index (self->segments, self->next_to_close));
    }
}

/* The segment that holds offset, open; to be given back with release(). */
static Segment *
acquire (WeirSegments *self, guint64 offset, guint64 *begin, guint64 *end)
{
  Segment *segment;

  g_mutex_lock (&self->lock);
  segment = find_segment (self, offset);
  if (segment != NULL && segment->fd < 0)
    {
      close_another (self);
      segment->fd = weir_recorded_file_open (segment->path, segment->links, NULL, NULL);
      self->n_open += segment->fd >= 0;
      n_open_in_program += segment->fd >= 0;
    }
  if (segment != NULL && segment->fd < 0)
    segment = NULL;
  if (segment != NULL)
    {
      segment->readers++;
      *begin = segment->begin;
      *end = segment->end;
    }
  g_mutex_unlock (&self->lock);
  return segment;
}

static void
release (WeirSegments *self, Segment *segment)
{
  g_mutex_lock (&self->lock);
  segment->readers--;
  if (n_open_in_program > MOST_OPEN_FILES_IN_PROGRAM)
    close_file (self, segment);
  g_mutex_unlock (&self->lock);
}

static gboolean
read_all (int fd, guint64 offset, gsize length, guint8 *bytes)
{
  while (length > 0)
    {
      ssize_t n = pread (fd, bytes, length, (off_t) offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      offset += (guint64) n;
      bytes += n;
      length -= (gsize) n;
    }
  return TRUE;
}

gboolean
weir_segments_read (WeirSegments *self, guint64 offset, gsize length, guint8 *bytes)
{
  while (length > 0)
    {
      guint64 begin = 0, end = 0;
      Segment *segment = acquire (self, offset, &begin, &end);
      gsize n;
      gboolean ok;

      if (segment == NULL)
        return FALSE;
      n = (gsize) MIN (length, end - offset);
      ok = read_all (segment->fd, offset - begin, n, bytes);
      release (self, segment);
      if (!ok)
        return FALSE;
      offset += n;
      bytes += n;
      length -= n;
    }
  return TRUE;
}
