/* SPDX-License-Identifier: MIT */
/*
 * WeirFeedStream: the body of one answer, event after event, when each is due. It knows no socket.
 */
#pragma once

#include "weir-fault-private.h"
#include "weir-feed.h"
#include "weir-scenario-private.h"

G_BEGIN_DECLS

typedef struct WeirFeedStream WeirFeedStream;

typedef struct
{
  const WeirScenario *scenario;
  double rate;     /* events a second; 0: as fast as the socket takes them */
  guint64 backlog; /* so many go out at once before it */
  guint64 first;   /* the number of the first event */
  guint64 last;    /* of the last one; G_MAXUINT64: endless */
  WeirFeedFraming framing;
  gint64 heartbeat_us;
  WeirFault fault;
  const char *replay;     /* a recording's path, or NULL; the rate is not used then */
  double speed;           /* 1: as it came; 0: as fast as the socket takes it */
  const guint64 *n_steps; /* a replay sends an event each time this goes up; NULL: by speed */
} WeirFeedStreamPlan;

typedef enum
{
  WEIR_FEED_STREAM_BYTES, /* *bytes and *length are to be written; they live until the next call */
  WEIR_FEED_STREAM_WAIT,  /* nothing is due before *wake_us */
  WEIR_FEED_STREAM_DONE,  /* that was all: the last chunk included, unless a fault left it out */
  WEIR_FEED_STREAM_STALL, /* nothing will ever be due */
  WEIR_FEED_STREAM_RESET, /* the connection is to be reset */
} WeirFeedStreamStatus;

WeirFeedStream *weir_feed_stream_new (const WeirFeedStreamPlan *plan);
void weir_feed_stream_free (WeirFeedStream *self);

/* now_us and wake_us are monotonic. */
WeirFeedStreamStatus weir_feed_stream_next (
    WeirFeedStream *self, gint64 now_us, const char **bytes, gsize *length, gint64 *wake_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirFeedStream, weir_feed_stream_free)

G_END_DECLS
