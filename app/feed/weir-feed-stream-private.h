/* SPDX-License-Identifier: MIT */
/*
 * WeirFeedStream: the body of one response. It returns each event when it is due. It knows no socket.
 */
#pragma once

#include "weir-fault-private.h"
#include "weir-feed-options.h"
#include "weir-scenario-private.h"

#include "app/engine/base/weir-reader.h"

G_BEGIN_DECLS

typedef struct WeirFeedStream WeirFeedStream;

typedef struct
{
  const WeirScenario *scenario;
  double rate;     /* events per second; 0: as fast as the socket accepts them */
  guint64 backlog; /* events that are sent at once before the rate counts */
  guint64 first;   /* the number of the first event */
  guint64 last;    /* of the last one; G_MAXUINT64: endless */
  WeirFeedFraming framing;
  gint64 heartbeat_us;
  WeirFault fault;
  const char *replay;     /* a recording's path, or NULL; the rate is not used then */
  guint connection;       /* of the recording: the one that is sent; 0: all, as one */
  WeirBodyFormat format;  /* of the replay */
  guint status;           /* of the response; 0: 200 */
  double speed;           /* 1: the original speed; 0: as fast as the socket accepts it */
  const guint64 *n_steps; /* a replay sends one event each time this grows; NULL: by speed */
} WeirFeedStreamPlan;

typedef enum
{
  WEIR_FEED_STREAM_BYTES, /* bytes and length are to be written */
  WEIR_FEED_STREAM_WAIT,  /* nothing is due before wake_us */
  WEIR_FEED_STREAM_DONE,  /* all was returned, with the last chunk unless a fault left it out */
  WEIR_FEED_STREAM_STALL, /* nothing will ever be due */
  WEIR_FEED_STREAM_RESET, /* the connection is to be reset */
} WeirFeedStreamStatus;

typedef struct
{
  const char *bytes; /* valid until the next call */
  gsize length;
  gint64 wake_us; /* monotonic */
} WeirFeedStreamOutput;

WeirFeedStream *weir_feed_stream_new (const WeirFeedStreamPlan *plan);
void weir_feed_stream_free (WeirFeedStream *self);

/* now_us is monotonic. Sets the members of output that the status names. */
WeirFeedStreamStatus
weir_feed_stream_next (WeirFeedStream *self, gint64 now_us, WeirFeedStreamOutput *output);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirFeedStream, weir_feed_stream_free)

G_END_DECLS
