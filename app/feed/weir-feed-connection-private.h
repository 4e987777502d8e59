/* SPDX-License-Identifier: MIT */
/*
 * WeirFeedConnection: one client's connection to the sample server. It reads requests, passes each to
 * the site, and writes the response as fast as the socket accepts it. It runs in the feed's thread.
 */
#pragma once

#include "weir-feed-stream-private.h"

#include "app/engine/http/weir-http-head.h"

G_BEGIN_DECLS

typedef struct WeirFeedConnection WeirFeedConnection;

typedef struct
{
  const WeirHttpHead *head;
  const char *body; /* ends in NUL */
  gsize length;
} WeirFeedRequest;

typedef struct
{
  guint status;
  const char *fields; /* further header lines, each with its CRLF */
  const char *type;   /* this and the body: unused with status 204 */
  const char *body;
  gsize length;
} WeirFeedResponse;

typedef struct
{
  /* Answers a request: calls respond or stream below, once, before it returns. */
  void (*answer) (gpointer user_data,
                  WeirFeedConnection *connection,
                  const WeirFeedRequest *request);
  /* The connection is closed. The caller may unref it. */
  void (*closed) (gpointer user_data, WeirFeedConnection *connection);
} WeirFeedConnectionFuncs;

/* How long a client may take, in microseconds. */
typedef struct
{
  gint64 head_us; /* for the whole head */
  gint64 body_us; /* without a byte of the body, or between two requests */
} WeirFeedTimeouts;

/* Takes over the accepted socket and runs in the thread-default context. (transfer full) */
WeirFeedConnection *weir_feed_connection_new (GSocket *socket,
                                              const WeirFeedTimeouts *timeouts,
                                              const WeirFeedConnectionFuncs *funcs,
                                              gpointer user_data);
void weir_feed_connection_unref (WeirFeedConnection *self);

/* Closes it at once, in any state. */
void weir_feed_connection_close (WeirFeedConnection *self);

/* Since when it has waited for a request's head (monotonic); G_MAXINT64 if it does not. */
gint64 weir_feed_connection_get_waiting_since (WeirFeedConnection *self);

/* Sends the events of its stream that are due, if it has a stream. */
void weir_feed_connection_wake (WeirFeedConnection *self);

/* Answers with a complete body. */
void weir_feed_connection_respond (WeirFeedConnection *self, const WeirFeedResponse *response);

/* Answers 200 with a stream and further header lines, each with its CRLF. For an HTTP/1.0 client, which cannot read chunks, the stream ends with the
 * connection. */
void weir_feed_connection_stream (WeirFeedConnection *self,
                                  const char *fields,
                                  const WeirFeedStreamPlan *plan);

G_END_DECLS
