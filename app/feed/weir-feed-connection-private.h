/* SPDX-License-Identifier: MIT */
/*
 * WeirFeedConnection: one client's connection to the sample server. It reads requests, hands each
 * to the site, and writes the answer as fast as the socket takes it. It lives in the feed's thread.
 */
#pragma once

#include "weir-feed-stream-private.h"

#include "app/engine/http/weir-http-head.h"

G_BEGIN_DECLS

typedef struct WeirFeedConnection WeirFeedConnection;

typedef struct
{
  /* Answers a request: calls respond or stream below, once, before it returns. body is NULL-ended.
   */
  void (*answer) (gpointer user_data,
                  WeirFeedConnection *connection,
                  const WeirHttpHead *request,
                  const char *body,
                  gsize length);
  /* The connection is closed, and about to let go of itself. */
  void (*closed) (gpointer user_data, WeirFeedConnection *connection);
} WeirFeedConnectionFuncs;

/* Takes the accepted socket, and runs in context. The caller unrefs what it gets. */
WeirFeedConnection *weir_feed_connection_new (GSocket *socket,
                                              GMainContext *context,
                                              const WeirFeedConnectionFuncs *funcs,
                                              gpointer user_data);
void weir_feed_connection_unref (WeirFeedConnection *self);

/* Cuts it, whatever it was doing. */
void weir_feed_connection_close (WeirFeedConnection *self);

/* Asks its stream, where it has one, for what is due by now. */
void weir_feed_connection_wake (WeirFeedConnection *self);

/* Answers with a body at hand. fields is a text of further header lines, each with its CRLF. */
void weir_feed_connection_respond (WeirFeedConnection *self,
                                   guint status,
                                   const char *fields,
                                   const char *type,
                                   const char *body,
                                   gsize length);

/* Answers 200 with a stream. Where the client can't read chunks, the connection's end is its end.
 */
void weir_feed_connection_stream (WeirFeedConnection *self,
                                  const char *fields,
                                  const WeirFeedStreamPlan *plan);

G_END_DECLS
