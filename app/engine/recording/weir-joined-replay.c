/* SPDX-License-Identifier: MIT */
#include "weir-joined-replay.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"
/* An event that is larger is given before it is whole. */
#define MOST_HELD_BYTES ((gsize) 16 << 20)

struct _WeirJoinedReplay
{
  WeirReplay *replay;
  GString *held; /* bytes that were read */
  gsize n_given; /* of them, in the last call */
  gsize scanned; /* of them; the line that begins at line_begin is not complete */
  gsize line_begin;
  gsize whole;       /* of them: events and comments that are whole */
  gboolean in_event; /* the lines since then include a field */
  gboolean after_cr; /* the last byte that was scanned is a carriage return */
  gboolean has_given;
  gboolean at_start; /* no byte of this connection, or after these missing bytes, was read */
  gboolean has_ended;
  guint only;            /* the number of the connection whose bytes are given; 0: all */
  guint connection;      /* that is read */
  WeirBodyFormat format; /* of the connection */
  gint64 began_us;       /* the connection */
  gint64 time_us;
};

WeirJoinedReplay *
weir_joined_replay_new (const char *path, GError **error)
{
  WeirReplay *replay = weir_replay_new (path, error);
  WeirJoinedReplay *self;

  if (replay == NULL)
    return NULL;
  self = g_new0 (WeirJoinedReplay, 1);
  self->replay = replay;
  self->held = g_string_new (NULL);
  return self;
}

WeirJoinedReplay *
weir_joined_replay_new_for_connection (const char *path, guint connection, GError **error)
{
  WeirJoinedReplay *self = weir_joined_replay_new (path, error);

  if (self != NULL)
    self->only = connection;
  return self;
}

gint64
weir_joined_replay_get_began_us (WeirJoinedReplay *self)
{
  return self->began_us;
}

void
weir_joined_replay_free (WeirJoinedReplay *self)
{
  weir_replay_free (self->replay);
  g_string_free (self->held, TRUE);
  g_free (self);
}

/* Takes the line that ends with the byte at end. */
static void
take_line (WeirJoinedReplay *self, gsize end)
{
  const char *line = self->held->str + self->line_begin;

  if (end == self->line_begin)
    self->in_event = FALSE;
  else if (line[0] != ':')
    self->in_event = TRUE;
  self->line_begin = end + 1;
  if (!self->in_event)
    self->whole = end + 1;
}

/* Finds the ends of the lines that were read. */
static void
scan (WeirJoinedReplay *self)
{
  for (; self->scanned < self->held->len; self->scanned++)
    {
      const char byte = self->held->str[self->scanned];

      if (byte == '\n' && self->after_cr)
        {
          /* One line end with the carriage return. */
          self->line_begin = self->scanned + 1;
          if (!self->in_event)
            self->whole = self->scanned + 1;
        }
      else if (byte == '\n' || byte == '\r')
        take_line (self, self->scanned);
      self->after_cr = byte == '\r';
    }
}

/* Forgets the first n held bytes. */
static void
drop_held (WeirJoinedReplay *self, gsize n)
{
  g_string_erase (self->held, 0, (gssize) n);
  self->scanned -= n;
  self->line_begin -= n;
  self->whole -= MIN (self->whole, n);
}

/* The next bytes do not follow those that were read. */
static void
start_again (WeirJoinedReplay *self)
{
  g_string_truncate (self->held, 0);
  self->scanned = self->line_begin = self->whole = 0;
  self->in_event = self->after_cr = FALSE;
  self->at_start = TRUE;
}

/* Takes away a byte order mark that is not the first thing that is given: it is one only there.
 * Returns: FALSE if more bytes are needed to see one. */
static gboolean
strip_mark (WeirJoinedReplay *self)
{
  const gsize n = MIN (self->held->len, strlen (BYTE_ORDER_MARK));
  const gboolean is_mark = memcmp (self->held->str, BYTE_ORDER_MARK, n) == 0;

  if (self->has_given && is_mark && n < strlen (BYTE_ORDER_MARK))
    return FALSE;
  if (self->has_given && is_mark)
    g_string_erase (self->held, 0, (gssize) n);
  self->at_start = FALSE;
  return TRUE;
}

static void
take_bytes (WeirJoinedReplay *self, const WeirReplayStep *step)
{
  self->time_us = step->time_us;
  g_string_append_len (self->held, (const char *) step->bytes, (gssize) step->length);
  /* Each record names its end, so that what follows cannot complete one. */
  if (self->format != WEIR_BODY_SSE || self->only > 0)
    self->scanned = self->line_begin = self->whole = self->held->len;
  else if (!self->at_start || strip_mark (self))
    scan (self);
}

static gboolean
give (WeirJoinedReplay *self, gsize n, WeirJoinedBytes *bytes)
{
  self->n_given = n;
  self->has_given |= n > 0;
  *bytes = (WeirJoinedBytes){ self->time_us, (const guint8 *) self->held->str, n };
  return n > 0;
}

gboolean
weir_joined_replay_next (WeirJoinedReplay *self, WeirJoinedBytes *bytes)
{
  WeirReplayStep step;

  drop_held (self, self->n_given);
  self->n_given = 0;
  while (!self->has_ended && weir_replay_next (self->replay, &step, NULL))
    {
      if (step.kind == WEIR_REPLAY_BEGAN || step.kind == WEIR_REPLAY_GAP)
        {
          start_again (self);
          self->format = step.format;
        }
      if (step.kind == WEIR_REPLAY_BEGAN)
        {
          self->connection = step.number;
          self->began_us = step.time_us;
        }
      if (step.kind != WEIR_REPLAY_BYTES || (self->only > 0 && self->connection != self->only))
        continue;
      take_bytes (self, &step);
      if (self->held->len > MOST_HELD_BYTES)
        self->whole = self->held->len;
      if (self->whole > 0)
        return give (self, self->whole, bytes);
    }
  self->has_ended = TRUE;
  self->scanned = self->line_begin = self->held->len;
  return give (self, self->held->len, bytes);
}
