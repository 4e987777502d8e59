/* SPDX-License-Identifier: MIT */
/*
 * WeirConnection: one HTTP exchange of a stream, redirects included: sends the request, judges the
 * response head, reads the body into the intake, and tells its end with the evidence. It lives in
 * the I/O thread.
 */
#pragma once

#include "http/weir-connection-info.h"
#include "weir-intake-private.h"
#include "http/weir-request.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _WeirConnection WeirConnection;

typedef struct
{
  /* The response is an event stream. */
  void (*opened) (WeirConnectionInfo *info, gpointer data);
  /* It is over; called once, from the main loop. info is complete. */
  void (*ended) (WeirConnectionInfo *info, gpointer data);
  gpointer data;
} WeirConnectionClient;

/* info is the story to fill in, with its number; session, intake and request are kept as long as
 * the connection. last_event_id is copied; NULL or "": none is sent. */
WeirConnection *weir_connection_new (SoupSession *session,
                                     WeirRequest *request,
                                     WeirIntake *intake,
                                     WeirConnectionInfo *info,
                                     const char *last_event_id,
                                     const WeirConnectionClient *client);

void weir_connection_start (WeirConnection *self);

/* Ends it for a reason of ours; ended is called from the main loop. evidence is taken. */
void weir_connection_cut (WeirConnection *self, WeirEndReason reason, char *evidence);

/* Gives it up without a word. */
void weir_connection_free (WeirConnection *self);

/* Whether the exchange runs over HTTP/2, where TCP's own watchdogs do not see a stalled stream. */
gboolean weir_connection_is_http2 (WeirConnection *self);

G_END_DECLS
