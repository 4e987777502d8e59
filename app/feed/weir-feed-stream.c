/* SPDX-License-Identifier: MIT */
#include "weir-feed-stream-private.h"

#include "weir-flood-private.h"

#include <string.h>

#include "app/engine/base/weir-reader.h"
#include "app/engine/recording/weir-joined-replay.h"
#include "core/weir-allocator.h"

/* Bytes that are due are written in blocks of about this size. */
#define WRITE_BYTES ((gsize) 64 << 10)

/* --- A replay, event by event ------------------------------------------------------ */

typedef struct
{
  WeirJoinedReplay *replay;
  WeirReader *reader;
  GString *read;  /* bytes that were read and not returned yet */
  guint64 offset; /* of the first byte in read */
} WeirFeedStepper;

static WeirFeedStepper *
stepper_new (const char *path)
{
  const WeirParserOptions options = { .on_limit = WEIR_ON_LIMIT_SKIP,
                                      .allocator = weir_allocator_malloc () };
  WeirJoinedReplay *replay = weir_joined_replay_new (path, NULL);
  WeirFeedStepper *self;

  if (replay == NULL)
    return NULL;
  self = g_new0 (WeirFeedStepper, 1);
  self->replay = replay;
  self->read = g_string_new (NULL);
  self->reader = weir_reader_new (&options);
  return self;
}

static void
stepper_free (WeirFeedStepper *self)
{
  weir_joined_replay_free (self->replay);
  weir_reader_free (self->reader);
  g_string_free (self->read, TRUE);
  g_free (self);
}

static gboolean
find_event (WeirFeedStepper *self, guint64 *end)
{
  WeirItem item;

  while (weir_reader_next (self->reader, &item) == WEIR_ITEM)
    if (item.kind == WEIR_ITEM_EVENT)
      {
        *end = item.end;
        return TRUE;
      }
  return FALSE;
}

static gboolean
read_more (WeirFeedStepper *self)
{
  WeirJoinedBytes bytes;

  if (!weir_joined_replay_next (self->replay, &bytes))
    return FALSE;
  g_string_append_len (self->read, (const char *) bytes.bytes, (gssize) bytes.length);
  weir_reader_feed (self->reader, bytes.bytes, bytes.length);
  return TRUE;
}

/* Appends the bytes up to the end of the next event, or all that is left. Returns FALSE if nothing is
 * left. */
static gboolean
stepper_next (WeirFeedStepper *self, GString *bytes)
{
  guint64 end;
  gsize n;

  while (!find_event (self, &end))
    if (!read_more (self))
      {
        end = self->offset + self->read->len;
        break;
      }
  n = (gsize) (end - self->offset);
  g_string_append_len (bytes, self->read->str, (gssize) n);
  g_string_erase (self->read, 0, (gssize) n);
  self->offset = end;
  return n > 0;
}

/* --- The stream -------------------------------------------------------------------- */

struct WeirFeedStream
{
  WeirFeedStreamPlan plan;
  guint64 next;             /* the number of the next event */
  gint64 started_us;        /* when the first was due; 0: not started */
  gint64 written_us;        /* when the last bytes were returned */
  gboolean done;            /* the last bytes were returned */
  gsize dripped;            /* bytes of out that were returned, with the fault slow-drip */
  gint64 drip_us;           /* when its next byte is due */
  WeirFlood *flood;         /* writes the scenario flood quickly, or NULL */
  WeirJoinedReplay *replay; /* sent instead of a scenario, or NULL */
  WeirJoinedBytes due;      /* its next bytes; empty: read more */
  WeirReader *counter;      /* of its events, for a fault after some of them; or NULL */
  gboolean counter_has_due; /* all of the due bytes are in the counter */
  guint64 position;         /* of the due bytes in what the counter reads */
  guint64 n_counted;        /* events that were sent */
  gint64 replay_us;         /* when its first bytes were recorded */
  WeirFeedStepper *stepper; /* a replay by steps, or NULL */
  guint64 n_stepped;
  GString *events; /* the events of this write */
  GString *out;    /* the same with their framing */
};

static void
begin_replay (WeirFeedStream *self)
{
  const WeirParserOptions options = { .on_limit = WEIR_ON_LIMIT_SKIP,
                                      .allocator = weir_allocator_malloc () };
  const WeirFeedStreamPlan *plan = &self->plan;

  self->replay = plan->connection > 0
                     ? weir_joined_replay_new_for_connection (plan->replay, plan->connection, NULL)
                     : weir_joined_replay_new (plan->replay, NULL);
  if (!weir_fault_counts_events (&plan->fault) && plan->fault.kind != WEIR_FAULT_BAD_GZIP)
    return;
  self->counter = weir_reader_new (&options);
  weir_reader_begin (self->counter, plan->format);
}

WeirFeedStream *
weir_feed_stream_new (const WeirFeedStreamPlan *plan)
{
  WeirFeedStream *self = g_new0 (WeirFeedStream, 1);

  self->plan = *plan;
  self->next = plan->first;
  self->events = g_string_new (NULL);
  self->out = g_string_new (NULL);
  if (plan->n_steps != NULL)
    {
      self->stepper = stepper_new (plan->replay);
      self->n_stepped = *plan->n_steps;
    }
  else if (plan->replay != NULL)
    begin_replay (self);
  if (plan->replay == NULL && plan->scenario == &weir_scenario_flood && plan->rate == 0
      && plan->fault.kind == WEIR_FAULT_NONE)
    self->flood = weir_flood_new (plan->framing);
  return self;
}

void
weir_feed_stream_free (WeirFeedStream *self)
{
  g_clear_pointer (&self->flood, weir_flood_free);
  g_clear_pointer (&self->replay, weir_joined_replay_free);
  g_clear_pointer (&self->counter, weir_reader_free);
  g_clear_pointer (&self->stepper, stepper_free);
  g_string_free (self->events, TRUE);
  g_string_free (self->out, TRUE);
  g_free (self);
}

/* Moves the events to out, as one chunk. */
static void
frame (WeirFeedStream *self)
{
  if (self->plan.framing != WEIR_FEED_FRAMING_CLOSE)
    g_string_append_printf (self->out, "%" G_GSIZE_MODIFIER "x\r\n", self->events->len);
  g_string_append_len (self->out, self->events->str, self->events->len);
  if (self->plan.framing != WEIR_FEED_FRAMING_CLOSE)
    g_string_append (self->out, "\r\n");
  g_string_truncate (self->events, 0);
}

/* How many events should have been sent by now, of those up to planned. */
static guint64
count_paced (WeirFeedStream *self, guint64 planned, gint64 now_us)
{
  double due;

  if (self->plan.rate == 0)
    return planned;
  due = (double) (now_us - self->started_us) * self->plan.rate / G_USEC_PER_SEC + 1
        + (double) self->plan.backlog;
  return due < (double) planned ? (guint64) due : planned;
}

/* How many events should have been sent by now, before the fault. */
static guint64
count_due (WeirFeedStream *self, gint64 now_us)
{
  guint64 planned = self->plan.last - self->plan.first + 1;

  if (weir_fault_counts_events (&self->plan.fault))
    planned = MIN (planned, self->plan.fault.number);
  return count_paced (self, planned, now_us);
}

static void
append_due (WeirFeedStream *self, guint64 due)
{
  while (self->next - self->plan.first < due && self->out->len + self->events->len < WRITE_BYTES)
    {
      self->plan.scenario->append (self->events, self->next++);
      if (self->plan.framing == WEIR_FEED_FRAMING_EVENT)
        frame (self);
    }
  if (self->events->len > 0)
    frame (self);
}

static void
append_end (WeirFeedStream *self)
{
  if (self->plan.framing != WEIR_FEED_FRAMING_CLOSE)
    g_string_append (self->out, "0\r\n\r\n");
}

static gint64
find_wake (WeirFeedStream *self)
{
  gint64 heartbeat = self->written_us + self->plan.heartbeat_us;
  double n_paced = (double) (self->next - self->plan.first) - (double) self->plan.backlog;
  double gap = n_paced * G_USEC_PER_SEC / self->plan.rate;

  if (gap > (double) (heartbeat - self->started_us))
    return heartbeat;
  return self->started_us + (gint64) gap + 1;
}

/* --- Reading a replay --------------------------------------------------------------- */

/* Reads the next bytes, unless some are waiting. Returns: FALSE at the end. */
static gboolean
find_bytes (WeirFeedStream *self)
{
  WeirItem item;

  if (self->due.length > 0)
    return TRUE;
  /* What the counter still has of the last bytes lives only until the next ones are read. */
  while (self->counter_has_due && weir_reader_next (self->counter, &item) == WEIR_ITEM)
    ;
  self->counter_has_due = FALSE;
  if (self->replay == NULL || !weir_joined_replay_next (self->replay, &self->due))
    return FALSE;
  if (self->replay_us == 0)
    {
      const gint64 began_us = weir_joined_replay_get_began_us (self->replay);

      /* A connection is sent with the time that its first byte took. */
      self->replay_us = self->plan.connection > 0 && began_us > 0 ? began_us : self->due.time_us;
    }
  return TRUE;
}

/* Appends n of the due bytes. */
static void
append_bytes (WeirFeedStream *self, gsize n)
{
  g_string_append_len (self->events, (const char *) self->due.bytes, (gssize) n);
  self->due.bytes += n;
  self->due.length -= n;
  self->position += n;
}

/* Appends the due bytes, up to the end of the next event if events are counted. Returns: TRUE if one
 * ended. */
static gboolean
append_due_bytes (WeirFeedStream *self)
{
  WeirItem item;

  if (self->counter != NULL && !self->counter_has_due)
    {
      weir_reader_feed (self->counter, self->due.bytes, self->due.length);
      self->counter_has_due = TRUE;
    }
  while (self->counter != NULL && weir_reader_next (self->counter, &item) == WEIR_ITEM)
    if (item.kind == WEIR_ITEM_EVENT)
      {
        append_bytes (self, MIN ((gsize) (item.end - self->position), self->due.length));
        self->n_counted++;
        return TRUE;
      }
  append_bytes (self, self->due.length);
  return FALSE;
}

/* Appends the next event of the scenario or the replay, even before it is due. Returns: FALSE after the
 * last event. */
static gboolean
append_next_event (WeirFeedStream *self)
{
  if (self->plan.replay == NULL)
    {
      self->plan.scenario->append (self->events, self->next++);
      return TRUE;
    }
  while (find_bytes (self))
    if (append_due_bytes (self))
      return TRUE;
  return FALSE;
}

/* --- Faults ----------------------------------------------------------------------- */

/* Appends part of the next event, in a chunk that announces all of it. Returns FALSE if it cannot be cut,
 * and then appends the whole event. */
static gboolean
append_cut_event (WeirFeedStream *self)
{
  gboolean chunked = self->plan.framing != WEIR_FEED_FRAMING_CLOSE;
  gsize length, cut;

  if (!append_next_event (self))
    {
      if (self->events->len > 0)
        frame (self);
      self->done = TRUE;
      append_end (self);
      return TRUE;
    }
  length = self->events->len;
  cut = weir_fault_find_cut (&self->plan.fault, self->events->str, length);
  frame (self);
  if (cut == 0)
    return FALSE;
  g_string_truncate (self->out, self->out->len - (chunked ? strlen ("\r\n") : 0) - (length - cut));
  return TRUE;
}

static gboolean
is_fault_due (WeirFeedStream *self, gint64 now_us)
{
  const guint64 n_sent = self->next - self->plan.first;

  if (self->plan.replay != NULL)
    return weir_fault_counts_events (&self->plan.fault)
           && self->n_counted >= self->plan.fault.number;
  if (!weir_fault_counts_events (&self->plan.fault) || n_sent < self->plan.fault.number)
    return FALSE;
  /* An event that cannot be cut is sent as a whole, and the next one when it is due. */
  return n_sent == self->plan.fault.number || n_sent < count_paced (self, G_MAXUINT64, now_us);
}

/* The fault in place of the next event. */
static WeirFeedStreamStatus
commit_fault (WeirFeedStream *self)
{
  switch (self->plan.fault.kind)
    {
    case WEIR_FAULT_STALL:
      return WEIR_FEED_STREAM_STALL;
    case WEIR_FAULT_RST:
      return WEIR_FEED_STREAM_RESET;
    case WEIR_FAULT_CUT_MID_EVENT:
    case WEIR_FAULT_CUT_MID_CHAR:
      self->done = append_cut_event (self);
      return WEIR_FEED_STREAM_BYTES;
    case WEIR_FAULT_BAD_CHUNK:
      g_string_append (self->out, "this is not a chunk\r\n");
      break;
    case WEIR_FAULT_FLAP:
      append_end (self);
      break;
    default:
      break;
    }
  self->done = TRUE;
  return self->out->len > 0 ? WEIR_FEED_STREAM_BYTES : WEIR_FEED_STREAM_DONE;
}

static void
append_bad_gzip (WeirFeedStream *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint64 n = 0; n < self->plan.fault.number && self->next <= self->plan.last; n++)
    if (!append_next_event (self))
      break;
  g_string_append_len (text, self->events->str, (gssize) self->events->len);
  g_string_truncate (self->events, 0);
  weir_fault_append_bad_gzip (self->events, text->str, text->len);
  frame (self);
  append_end (self);
  self->done = TRUE;
}

/* --- Replay ----------------------------------------------------------------------- */

/* When the next bytes are due. */
static gint64
find_due (WeirFeedStream *self)
{
  double wait_us;

  if (self->plan.speed <= 0 || self->due.time_us <= self->replay_us)
    return self->started_us;
  /* A slow replay of a long recording may be due later than there is time. */
  wait_us = (double) (self->due.time_us - self->replay_us) / self->plan.speed;
  return self->started_us + (gint64) MIN (wait_us, (double) (G_MAXINT64 / 4));
}

static WeirFeedStreamStatus
settle (WeirFeedStream *self)
{
  if (self->done)
    append_end (self);
  if (self->out->len > 0)
    return WEIR_FEED_STREAM_BYTES;
  return self->done ? WEIR_FEED_STREAM_DONE : WEIR_FEED_STREAM_WAIT;
}

static WeirFeedStreamStatus
produce_replay (WeirFeedStream *self, gint64 now_us, gint64 *wake_us)
{
  /* A connection keeps its reads, and a read is a chunk. */
  const gboolean frames_each =
      self->plan.framing == WEIR_FEED_FRAMING_EVENT || self->plan.connection > 0;

  if (self->done)
    return WEIR_FEED_STREAM_DONE;
  if (self->plan.fault.kind == WEIR_FAULT_BAD_GZIP)
    append_bad_gzip (self);
  else if (is_fault_due (self, now_us))
    return commit_fault (self);
  while (!self->done && !is_fault_due (self, now_us)
         && self->out->len + self->events->len < WRITE_BYTES)
    {
      if (!find_bytes (self))
        {
          self->done = TRUE;
          break;
        }
      if (find_due (self) > now_us)
        break;
      append_due_bytes (self);
      if (frames_each && self->due.length == 0)
        frame (self);
    }
  if (self->events->len > 0)
    frame (self);
  if (!self->done && !is_fault_due (self, now_us))
    *wake_us = find_due (self);
  if (self->plan.fault.kind == WEIR_FAULT_BAD_GZIP)
    return WEIR_FEED_STREAM_BYTES;
  return settle (self);
}

/* --- Replay by steps -------------------------------------------------------------- */

static WeirFeedStreamStatus
produce_steps (WeirFeedStream *self, gint64 now_us, gint64 *wake_us)
{
  if (self->done)
    return WEIR_FEED_STREAM_DONE;
  while (self->n_stepped < *self->plan.n_steps && !self->done && self->out->len < WRITE_BYTES)
    {
      self->n_stepped++;
      self->done = self->stepper == NULL || !stepper_next (self->stepper, self->events);
      if (self->events->len > 0)
        frame (self);
    }
  /* A step wakes the connection. */
  *wake_us = now_us + self->plan.heartbeat_us;
  return settle (self);
}

/* --- The next bytes ---------------------------------------------------------------- */

/* Fills out. */
static WeirFeedStreamStatus
produce (WeirFeedStream *self, gint64 now_us, gint64 *wake_us)
{
  if (self->done)
    return WEIR_FEED_STREAM_DONE;
  if (self->next > self->plan.last)
    {
      self->done = TRUE;
      append_end (self);
      return self->out->len > 0 ? WEIR_FEED_STREAM_BYTES : WEIR_FEED_STREAM_DONE;
    }
  if (self->plan.fault.kind == WEIR_FAULT_BAD_GZIP)
    append_bad_gzip (self);
  else if (is_fault_due (self, now_us))
    return commit_fault (self);
  else
    append_due (self, count_due (self, now_us));
  if (self->out->len == 0 && now_us - self->written_us >= self->plan.heartbeat_us)
    {
      g_string_append (self->events, ": heartbeat\n\n");
      frame (self);
    }
  if (self->out->len > 0)
    return WEIR_FEED_STREAM_BYTES;
  *wake_us = find_wake (self);
  return WEIR_FEED_STREAM_WAIT;
}

/* Returns out byte by byte. */
static WeirFeedStreamStatus
drip (WeirFeedStream *self, gint64 now_us, WeirFeedStreamOutput *output)
{
  if (now_us < self->drip_us)
    {
      output->wake_us = self->drip_us;
      return WEIR_FEED_STREAM_WAIT;
    }
  self->drip_us = now_us + (gint64) self->plan.fault.number * 1000;
  output->bytes = self->out->str + self->dripped++;
  output->length = 1;
  return WEIR_FEED_STREAM_BYTES;
}

WeirFeedStreamStatus
weir_feed_stream_next (WeirFeedStream *self, gint64 now_us, WeirFeedStreamOutput *output)
{
  WeirFeedStreamStatus status;

  if (self->started_us == 0)
    self->started_us = self->written_us = now_us;
  if (self->flood != NULL && self->next <= self->plan.last)
    {
      guint n_events;

      output->bytes =
          weir_flood_next (self->flood, self->next, self->plan.last, &output->length, &n_events);
      self->next += n_events;
      return WEIR_FEED_STREAM_BYTES;
    }
  if (self->plan.fault.kind == WEIR_FAULT_SLOW_DRIP && self->dripped < self->out->len)
    return drip (self, now_us, output);
  g_string_truncate (self->out, 0);
  self->dripped = 0;
  if (self->plan.n_steps != NULL)
    status = produce_steps (self, now_us, &output->wake_us);
  else if (self->replay != NULL)
    status = produce_replay (self, now_us, &output->wake_us);
  else
    status = produce (self, now_us, &output->wake_us);
  if (status != WEIR_FEED_STREAM_BYTES)
    return status;
  self->written_us = now_us;
  if (self->plan.fault.kind == WEIR_FAULT_SLOW_DRIP)
    return drip (self, now_us, output);
  output->bytes = self->out->str;
  output->length = self->out->len;
  return WEIR_FEED_STREAM_BYTES;
}
