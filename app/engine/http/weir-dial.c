/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-dial-private.h"

#include "weir-end-private.h"
#include "weir-request-private.h"
#include "weir-route-private.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* The socket of a session's last connection, which the next request may reuse. */
#define SESSION_SOCKET "weir-socket"

void
weir_dial_init (WeirDial *self,
                SoupSession *session,
                WeirRequest *request,
                WeirConnectionInfo *info)
{
  *self = (WeirDial){ .session = session, .request = request, .info = info };
}

/* --- On the way ---------------------------------------------------------- */

void
weir_dial_watch_socket (GSocket *socket)
{
  g_socket_set_keepalive (socket, TRUE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPIDLE, 20, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPINTVL, 10, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPCNT, 3, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_USER_TIMEOUT, 50 * 1000, NULL);
}

static void
take_socket (WeirDial *self, GIOStream *stream)
{
  g_autoptr (GSocketAddress) address = NULL;

  if (!G_IS_SOCKET_CONNECTION (stream))
    return;
  g_set_object (&self->socket, g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream)));
  g_object_set_data_full (G_OBJECT (self->session), SESSION_SOCKET, g_object_ref (self->socket),
                          g_object_unref);
  weir_dial_watch_socket (self->socket);
  address = g_socket_connection_get_remote_address (G_SOCKET_CONNECTION (stream), NULL);
  if (address && G_IS_INET_SOCKET_ADDRESS (address))
    {
      g_free (self->info->remote_address);
      self->info->remote_address = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));
    }
}

/* libsoup 3.2 has no function for it, but emits this event before the handshake. */
static void
offer_http1_only (GTlsConnection *tls)
{
  static const char *const protocols[] = { "http/1.1", NULL };

  g_tls_connection_set_advertised_protocols (tls, protocols);
}

static void
on_network_event (SoupMessage *message, GSocketClientEvent event, GIOStream *stream, WeirDial *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 step = now - self->step_us;

  switch (event)
    {
    case G_SOCKET_CLIENT_RESOLVED:
      self->info->dns_us = step;
      break;
    case G_SOCKET_CLIENT_CONNECTED:
      self->info->tcp_us = step;
      take_socket (self, stream);
      break;
    case G_SOCKET_CLIENT_TLS_HANDSHAKING:
      if (weir_request_get_options (self->request)->http1 && G_IS_TLS_CONNECTION (stream))
        offer_http1_only (G_TLS_CONNECTION (stream));
      break;
    case G_SOCKET_CLIENT_TLS_HANDSHAKED:
      self->info->tls_us = step;
      break;
    case G_SOCKET_CLIENT_RESOLVING:
    case G_SOCKET_CLIENT_CONNECTING:
    case G_SOCKET_CLIENT_PROXY_NEGOTIATING:
    case G_SOCKET_CLIENT_PROXY_NEGOTIATED:
    case G_SOCKET_CLIENT_COMPLETE:
    default:
      break;
    }
  self->step_us = now;
}

static gboolean
on_accept_certificate (SoupMessage *message,
                       GTlsCertificate *certificate,
                       GTlsCertificateFlags errors,
                       WeirDial *self)
{
  if (!weir_request_get_options (self->request)->insecure)
    return FALSE;
  g_free (self->info->certificate_errors);
  self->info->certificate_errors = weir_end_describe_tls_errors (errors);
  return TRUE;
}

/* A client certificate identifies the user, so it is not sent to another origin after a redirect. */
static gboolean
on_request_certificate (SoupMessage *message, GTlsClientConnection *tls, WeirDial *self)
{
  GTlsCertificate *certificate = weir_request_get_client_certificate (self->request);
  g_autoptr (GUri) own =
      g_uri_parse (weir_request_get_url (self->request), SOUP_HTTP_URI_FLAGS, NULL);

  if (!certificate || !weir_route_is_same_origin (own, soup_message_get_uri (message)))
    return FALSE;
  soup_message_set_tls_client_certificate (message, certificate);
  return TRUE;
}

/* libsoup makes the CONNECT request. It gets the credentials in advance, because libsoup 3.2 reacts to a
 * 407 by requesting a tunnel to the proxy itself. */
static void
on_request_queued (SoupSession *session, SoupMessage *message, WeirDial *self)
{
  g_autofree char *value = NULL;

  if (soup_message_get_method (message) != SOUP_METHOD_CONNECT)
    return;
  value = weir_request_dup_proxy_authorization (self->request);
  if (value)
    soup_message_headers_replace (soup_message_get_request_headers (message), "Proxy-Authorization",
                                  value);
}

void
weir_dial_begin (WeirDial *self, SoupMessage *message)
{
  g_signal_connect (message, "network-event", G_CALLBACK (on_network_event), self);
  g_signal_connect (message, "accept-certificate", G_CALLBACK (on_accept_certificate), self);
  g_signal_connect (message, "request-certificate", G_CALLBACK (on_request_certificate), self);
  g_signal_connect (self->session, "request-queued", G_CALLBACK (on_request_queued), self);
  self->step_us = g_get_monotonic_time ();
}

void
weir_dial_end (WeirDial *self, SoupMessage *message)
{
  if (message)
    g_signal_handlers_disconnect_by_data (message, self);
  g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->socket);
}

void
weir_dial_find_proxy_async (WeirDial *self,
                            SoupMessage *message,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autofree char *url = g_uri_to_string (soup_message_get_uri (message));
  const char *proxy = weir_request_get_proxy (self->request);
  g_autoptr (GProxyResolver) given = NULL;

  if (proxy != NULL)
    given = g_simple_proxy_resolver_new (*proxy != '\0' ? proxy : "direct://", NULL);
  g_proxy_resolver_lookup_async (given != NULL ? given : g_proxy_resolver_get_default (), url,
                                 cancellable, callback, user_data);
}

char *
weir_dial_find_proxy_finish (GObject *source, GAsyncResult *result)
{
  g_auto (GStrv) found = g_proxy_resolver_lookup_finish (G_PROXY_RESOLVER (source), result, NULL);

  return found && *found && !g_str_has_prefix (*found, "direct:") ? g_strdup (*found) : NULL;
}

/* --- The socket ---------------------------------------------------------- */

gboolean
weir_dial_is_closed (WeirDial *self)
{
  char byte;
  gssize n;

  if (!self->socket || g_socket_is_closed (self->socket))
    return FALSE;
  n = recv (g_socket_get_fd (self->socket), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return n == 0 || (n < 0 && errno == ECONNRESET);
}

GSocket *
weir_dial_get_session_socket (WeirDial *self)
{
  GSocket *socket = g_object_get_data (G_OBJECT (self->session), SESSION_SOCKET);

  return socket && !g_socket_is_closed (socket) ? socket : NULL;
}
