/* SPDX-License-Identifier: MIT */
/*
 * WeirDial: connecting to a server. It measures name lookup, TCP and TLS, answers libsoup's signals about
 * certificates and the proxy, and holds the socket.
 */
#pragma once

#include <libsoup/soup.h>

#include "weir-connection-info.h"
#include "weir-request.h"

G_BEGIN_DECLS

typedef struct
{
  SoupSession *session;
  WeirRequest *request;
  WeirConnectionInfo *info;
  GSocket *socket; /* the one that was made for this request, or NULL */
  gint64 step_us;  /* monotonic: when the present step began */
} WeirDial;

/* All three must outlive it. */
void weir_dial_init (WeirDial *self,
                     SoupSession *session,
                     WeirRequest *request,
                     WeirConnectionInfo *info);
/* The message is about to be sent. */
void weir_dial_begin (WeirDial *self, SoupMessage *message);
/* The exchange is over; message may be NULL. */
void weir_dial_end (WeirDial *self, SoupMessage *message);

/* Finds the proxy that message goes through, either the request's or the system's. The system may ask the
 * network for it, which takes time. */
void weir_dial_find_proxy_async (WeirDial *self,
                                 SoupMessage *message,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
/* Returns: (transfer full): the proxy's address, or NULL if there is none. */
char *weir_dial_find_proxy_finish (GObject *source, GAsyncResult *result);

/* Sets TCP's timers so that a lost peer is noticed within a minute. */
void weir_dial_watch_socket (GSocket *socket);

/* Whether the server's FIN or RST has arrived. */
gboolean weir_dial_is_closed (WeirDial *self);
/* The session's last open socket, which this request may reuse; NULL: none. (transfer none) */
GSocket *weir_dial_get_session_socket (WeirDial *self);

G_END_DECLS
