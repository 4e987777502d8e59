/* SPDX-License-Identifier: MIT */
#include "weir-feed-stream-private.h"
#include "weir-flood-private.h"

#include <string.h>

/* What is due goes out in writes of about this size. */
#define WRITE_BYTES ((gsize) 64 << 10)

struct WeirFeedStream
{
  WeirFeedStreamPlan plan;
  guint64 next;      /* the number of the next event */
  gint64 started_us; /* when the first was due; 0: not yet asked */
  gint64 written_us; /* when there were bytes last */
  gboolean done;     /* the last chunk was given */
  WeirFlood *flood;  /* the fast way, or NULL */
  GString *events;   /* the events of this write */
  GString *out;      /* and as they go on the wire */
};

WeirFeedStream *
weir_feed_stream_new (const WeirFeedStreamPlan *plan)
{
  WeirFeedStream *self = g_new0 (WeirFeedStream, 1);

  self->plan = *plan;
  self->next = plan->first;
  self->events = g_string_new (NULL);
  self->out = g_string_new (NULL);
  if (plan->scenario == &weir_scenario_flood && plan->rate == 0)
    self->flood = weir_flood_new (plan->framing);
  return self;
}

void
weir_feed_stream_free (WeirFeedStream *self)
{
  g_clear_pointer (&self->flood, weir_flood_free);
  g_string_free (self->events, TRUE);
  g_string_free (self->out, TRUE);
  g_free (self);
}

/* Puts what is in events on the wire, as one chunk, and empties it. */
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

/* How many events should have gone out by now. */
static guint64
count_due (WeirFeedStream *self, gint64 now_us)
{
  guint64 planned = self->plan.last - self->plan.first + 1;
  double due;

  if (self->plan.rate == 0)
    return planned;
  due = (double) (now_us - self->started_us) * self->plan.rate / G_USEC_PER_SEC + 1;
  return due < (double) planned ? (guint64) due : planned;
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

static gint64
find_wake (WeirFeedStream *self)
{
  gint64 heartbeat = self->written_us + self->plan.heartbeat_us;
  double gap = (double) (self->next - self->plan.first) * G_USEC_PER_SEC / self->plan.rate;

  if (gap > (double) (heartbeat - self->started_us))
    return heartbeat;
  return self->started_us + (gint64) gap + 1;
}

WeirFeedStreamStatus
weir_feed_stream_next (
    WeirFeedStream *self, gint64 now_us, const char **bytes, gsize *length, gint64 *wake_us)
{
  g_string_truncate (self->out, 0);
  if (self->started_us == 0)
    self->started_us = self->written_us = now_us;
  if (self->done)
    return WEIR_FEED_STREAM_DONE;
  if (self->next > self->plan.last)
    {
      self->done = TRUE;
      if (self->plan.framing == WEIR_FEED_FRAMING_CLOSE)
        return WEIR_FEED_STREAM_DONE;
      g_string_append (self->out, "0\r\n\r\n");
    }
  else if (self->flood != NULL)
    {
      guint n_events;

      *bytes = weir_flood_next (self->flood, self->next, self->plan.last, length, &n_events);
      self->next += n_events;
      return WEIR_FEED_STREAM_BYTES;
    }
  else
    append_due (self, count_due (self, now_us));
  if (self->out->len == 0 && now_us - self->written_us >= self->plan.heartbeat_us)
    {
      g_string_append (self->events, ": heartbeat\n\n");
      frame (self);
    }
  if (self->out->len == 0)
    {
      *wake_us = find_wake (self);
      return WEIR_FEED_STREAM_WAIT;
    }
  self->written_us = now_us;
  *bytes = self->out->str;
  *length = self->out->len;
  return WEIR_FEED_STREAM_BYTES;
}
