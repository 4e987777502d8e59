/* SPDX-License-Identifier: MIT */
/*
 * WeirConnection: one HTTP exchange of a stream, redirects included. It sends the request, checks
 * the response head, reads the body into the intake, and reports the end with the evidence. It belongs
 * to the I/O thread.
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
  /* A connection is being made: name, TCP, TLS and proxy. Called again for each redirect. */
  void (*connecting) (gpointer data);
  /* The connection was made and the request is being sent; called again once it was sent. */
  void (*sending) (gpointer data);
  /* The response is an event stream. */
  void (*opened) (WeirConnectionInfo *info, gpointer data);
  /* It has ended; called once, from the main loop. info is complete. */
  void (*ended) (WeirConnectionInfo *info, gpointer data);
  gpointer data;
} WeirConnectionClient;

/* What a connection requests, and where its bytes go. intake must outlive the connection. */
typedef struct
{
  SoupSession *session;
  WeirRequest *request;
  const char *last_event_id; /* NULL or "": none is sent; copied */
  WeirIntake *intake;
} WeirConnectionPlan;

/* info has its number; the connection sets the rest. */
WeirConnection *weir_connection_new (const WeirConnectionPlan *plan,
                                     WeirConnectionInfo *info,
                                     const WeirConnectionClient *client);

void weir_connection_start (WeirConnection *self);

/* Ends it here; ended is called from the main loop. Takes evidence. */
void weir_connection_cut (WeirConnection *self, WeirEndReason reason, char *evidence);

/* Ends it without calling ended. */
void weir_connection_free (WeirConnection *self);

/* Whether the exchange uses HTTP/2, where TCP's own tests do not see a stalled stream. */
gboolean weir_connection_is_http2 (WeirConnection *self);

G_END_DECLS
