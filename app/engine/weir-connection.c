/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-connection-private.h"

#include "weir-content-decoder-private.h"
#include "weir-end-private.h"
#include "weir-hangup-private.h"
#include "weir-head-private.h"
#include "weir-io-private.h"
#include "weir-refusal-private.h"
#include "weir-request-head-private.h"
#include "weir-secrets.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#define BUFFER_BYTES (128 * 1024)
/* So much is handed on at once; more would not stay in the processor's cache. */
#define FULL_BYTES (64 * 1024)
#define MAX_REDIRECTS 10
#define MAX_HEAD_BYTES (1024 * 1024)
/* So long at most the words in a refusal's body are waited for. */
#define WORDS_MS 2000

/* The socket of a session's last connection, which the next request may go over as well. */
#define SESSION_SOCKET "weir-socket"

/* Other streams want the thread as well: so long at most before the main loop has its turn. */
#define TURN_US (8 * G_TIME_SPAN_MILLISECOND)

struct _WeirConnection
{
  SoupSession *session;
  WeirRequest *request;
  WeirIntake *intake;
  WeirConnectionInfo *info;
  char *last_event_id;
  WeirConnectionClient client;

  GUri *origin; /* where credentials may go */
  GUri *uri;    /* where this request goes */
  GHashTable *visited;
  const char *method;
  gboolean without_body;

  SoupMessage *message;
  GCancellable *cancellable;
  GInputStream *body;
  GSocket *socket;
  WeirHangup *hangup;
  guint8 *buffer;
  gboolean in_call; /* libsoup owes us a callback */
  gboolean freed;
  gboolean over;
  gboolean pending_end; /* the body's end, or pending_error, stands behind the buffered bytes */
  GError *pending_error;

  gint64 start_us; /* monotonic */
  gint64 step_us;  /* when the present step of connecting began */
  WeirEndReason cut;
  char *cut_evidence;
  WeirEndReason refused; /* the answer is no event stream, and its body is read for the reason */
  char *refusal;         /* the evidence so far */
  gsize n_words;         /* bytes of the body, in the buffer */
  GSource *end_source;
};

static void send_request (WeirConnection *self);
static void read_more (WeirConnection *self);
static void read_words (WeirConnection *self);

WeirConnection *
weir_connection_new (SoupSession *session,
                     WeirRequest *request,
                     WeirIntake *intake,
                     WeirConnectionInfo *info,
                     const char *last_event_id,
                     const WeirConnectionClient *client)
{
  WeirConnection *self = g_new0 (WeirConnection, 1);

  self->session = g_object_ref (session);
  self->request = g_object_ref (request);
  self->intake = intake;
  self->info = weir_connection_info_ref (info);
  self->last_event_id = g_strdup (last_event_id);
  self->client = *client;
  self->uri = g_uri_parse (weir_request_get_url (request), SOUP_HTTP_URI_FLAGS, NULL);
  self->origin = g_uri_ref (self->uri);
  self->visited = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->method = weir_request_get_method (request);
  self->cancellable = g_cancellable_new ();
  return self;
}

/* Not before a read that is under way has come back: libsoup would keep the connection for ever. */
static void
close_body (WeirConnection *self)
{
  if (!self->body || self->in_call)
    return;
  g_input_stream_close (self->body, self->cancellable, NULL);
  g_clear_object (&self->body);
}

static void
drop_exchange (WeirConnection *self)
{
  g_clear_pointer (&self->hangup, weir_hangup_free);
  close_body (self);
  if (self->message)
    g_signal_handlers_disconnect_by_data (self->message, self);
  g_clear_object (&self->message);
  g_clear_object (&self->socket);
}

static void
destroy (WeirConnection *self)
{
  drop_exchange (self);
  g_object_unref (self->session);
  g_object_unref (self->request);
  weir_connection_info_unref (self->info);
  g_free (self->last_event_id);
  g_uri_unref (self->uri);
  g_uri_unref (self->origin);
  g_hash_table_unref (self->visited);
  g_object_unref (self->cancellable);
  g_free (self->cut_evidence);
  g_free (self->refusal);
  g_clear_error (&self->pending_error);
  g_free (self->buffer);
  g_free (self);
}

void
weir_connection_free (WeirConnection *self)
{
  weir_io_clear_source (&self->end_source);
  self->over = TRUE;
  self->freed = TRUE;
  g_cancellable_cancel (self->cancellable);
  if (!self->in_call)
    destroy (self);
}

/* TRUE: the callback is one of a connection that was given up, and that is gone now. */
static gboolean
take_callback (WeirConnection *self)
{
  self->in_call = FALSE;
  if (!self->freed)
    return FALSE;
  destroy (self);
  return TRUE;
}

static void
end (WeirConnection *self, WeirEndReason reason, gboolean failed, char *evidence)
{
  WeirConnectionInfo *info = self->info;

  g_return_if_fail (!self->over);

  weir_io_clear_source (&self->end_source);
  self->over = TRUE;
  info->end = self->cut ? self->cut : reason;
  info->failed = self->cut ? self->cut != WEIR_END_CANCELLED : failed;
  info->evidence = self->cut ? g_steal_pointer (&self->cut_evidence) : g_strdup (evidence);
  g_free (evidence);
  /* Closes what cannot be used again: an unread response, or an HTTP/2 stream. */
  g_cancellable_cancel (self->cancellable);
  drop_exchange (self);
  self->client.ended (info, self->client.data);
}

static gboolean
end_later (gpointer data)
{
  WeirConnection *self = data;

  end (self, self->cut, TRUE, NULL);
  return G_SOURCE_REMOVE;
}

void
weir_connection_cut (WeirConnection *self, WeirEndReason reason, char *evidence)
{
  /* A refusal ends soon by itself, and with the better reason; unless nobody wants to know it. */
  if (self->over || self->cut || (self->refused && reason != WEIR_END_CANCELLED))
    {
      g_free (evidence);
      return;
    }
  self->cut = reason;
  self->cut_evidence = evidence;
  g_cancellable_cancel (self->cancellable);
  /* Without waiting for libsoup's callback, which a stalled HTTP/2 stream may owe for long. */
  weir_io_clear_source (&self->end_source);
  self->end_source = weir_io_timeout (0, end_later, self);
}

gboolean
weir_connection_is_http2 (WeirConnection *self)
{
  return g_strcmp0 (self->info->http_version, "2") == 0;
}

/* --- The request --------------------------------------------------------- */

static gboolean
same_origin (GUri *a, GUri *b)
{
  return strcmp (g_uri_get_scheme (a), g_uri_get_scheme (b)) == 0
         && g_ascii_strcasecmp (g_uri_get_host (a), g_uri_get_host (b)) == 0
         && g_uri_get_port (a) == g_uri_get_port (b);
}

/* The cookie jar writes its own Cookie header over the one that the user gave. */
static void
add_own_cookies (WeirConnection *self, SoupMessageHeaders *headers)
{
  const char *kept = soup_message_headers_get_list (headers, "Cookie");
  g_autoptr (GString) cookies = g_string_new (kept);
  const char *name;
  const char *value;

  if (!same_origin (self->uri, self->origin))
    return;
  for (guint i = 0; weir_request_get_header (self->request, i, &name, &value); i++)
    if (g_ascii_strcasecmp (name, "Cookie") == 0)
      g_string_append_printf (cookies, "%s%s", cookies->len > 0 ? "; " : "", value);
  if (cookies->len > 0)
    soup_message_headers_replace (headers, "Cookie", cookies->str);
}

static void
on_starting (SoupMessage *message, WeirConnection *self)
{
  add_own_cookies (self, soup_message_get_request_headers (message));
  g_free (self->info->request_headers);
  self->info->request_headers = weir_head_copy_headers (soup_message_get_request_headers (message));
}

/* --- On the way ---------------------------------------------------------- */

/* A peer that is gone without a word is found out by TCP, within a minute. */
static void
watch_socket (GSocket *socket)
{
  g_socket_set_keepalive (socket, TRUE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPIDLE, 20, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPINTVL, 10, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPCNT, 3, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_USER_TIMEOUT, 50 * 1000, NULL);
}

static void
take_socket (WeirConnection *self, GIOStream *stream)
{
  g_autoptr (GSocketAddress) address = NULL;

  if (!G_IS_SOCKET_CONNECTION (stream))
    return;
  g_set_object (&self->socket, g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream)));
  g_object_set_data_full (G_OBJECT (self->session), SESSION_SOCKET, g_object_ref (self->socket),
                          g_object_unref);
  watch_socket (self->socket);
  address = g_socket_connection_get_remote_address (G_SOCKET_CONNECTION (stream), NULL);
  if (address && G_IS_INET_SOCKET_ADDRESS (address))
    {
      g_free (self->info->remote_address);
      self->info->remote_address = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));
    }
}

/* libsoup 3.2 has no word for it, but asks us before the handshake. */
static void
offer_http1_only (GTlsConnection *tls)
{
  static const char *const protocols[] = { "http/1.1", NULL };

  g_tls_connection_set_advertised_protocols (tls, protocols);
}

static void
on_network_event (SoupMessage *message,
                  GSocketClientEvent event,
                  GIOStream *stream,
                  WeirConnection *self)
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
                       WeirConnection *self)
{
  if (!weir_request_get_options (self->request)->insecure)
    return FALSE;
  g_free (self->info->certificate_errors);
  self->info->certificate_errors = weir_end_describe_tls_errors (errors);
  return TRUE;
}

static gboolean
on_request_certificate (SoupMessage *message, GTlsClientConnection *tls, WeirConnection *self)
{
  GTlsCertificate *certificate = weir_request_get_client_certificate (self->request);

  if (!certificate)
    return FALSE;
  soup_message_set_tls_client_certificate (message, certificate);
  return TRUE;
}

/* Only a proxy is answered: the server's own 401 is an answer that a person should see. This is
 * for the tunnel to an https address; see weir-request-head.c. */
static gboolean
on_authenticate (SoupMessage *message, SoupAuth *auth, gboolean retrying, WeirConnection *self)
{
  g_autoptr (GUri) proxy = weir_request_head_get_proxy (self->request);

  if (!soup_auth_is_for_proxy (auth) || retrying || !proxy)
    return FALSE;
  soup_auth_authenticate (auth, g_uri_get_user (proxy), g_uri_get_password (proxy));
  return TRUE;
}

/* --- The response head --------------------------------------------------- */

static gboolean
is_redirect (guint status)
{
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* FALSE: the redirect cannot be followed, and *evidence says why. */
static gboolean
follow_redirect (WeirConnection *self, char **evidence)
{
  guint status = soup_message_get_status (self->message);
  const char *location =
      soup_message_headers_get_one (soup_message_get_response_headers (self->message), "Location");
  g_autofree char *shown = location ? weir_secrets_mask_url (location) : NULL;
  g_autofree char *valid = shown ? g_utf8_make_valid (shown, -1) : NULL;
  g_autoptr (GUri) uri = NULL;
  g_autofree char *key = NULL;

  if (!location || !*location)
    {
      *evidence = g_strdup_printf (_ ("status %u without a Location."), status);
      return FALSE;
    }
  uri = g_uri_parse_relative (self->uri, location, SOUP_HTTP_URI_FLAGS, NULL);
  if (!uri || !g_uri_get_host (uri) || !*g_uri_get_host (uri)
      || (strcmp (g_uri_get_scheme (uri), "http") != 0
          && strcmp (g_uri_get_scheme (uri), "https") != 0))
    {
      *evidence = g_strdup_printf (_ ("to “%s”, which is no http or https address."), valid);
      return FALSE;
    }
  key = g_uri_to_string (uri);
  if (g_hash_table_contains (self->visited, key))
    {
      *evidence = g_strdup_printf (_ ("a loop: the redirects come back to “%s”."), valid);
      return FALSE;
    }
  if (++self->info->n_redirects > MAX_REDIRECTS)
    {
      *evidence =
          g_strdup_printf (_ ("more than %u redirects, the last to “%s”."), MAX_REDIRECTS, valid);
      return FALSE;
    }

  weir_intake_note (
      self->intake, WEIR_NOTE_REDIRECTED,
      same_origin (uri, self->origin)
          ? g_strdup_printf (_ ("Redirected (%u) to %s."), status, valid)
          : g_strdup_printf (_ ("Redirected (%u) to another origin, %s; credentials stay behind."),
                             status, valid));
  /* RFC 9110, 15.4: a POST becomes a GET, except for 307 and 308. */
  if (status == 303 || ((status == 301 || status == 302) && strcmp (self->method, "POST") == 0))
    {
      self->method = "GET";
      self->without_body = TRUE;
    }
  g_uri_unref (self->uri);
  self->uri = g_steal_pointer (&uri);
  return TRUE;
}

/* Takes evidence. */
static void
refuse (WeirConnection *self, WeirEndReason reason, char *evidence)
{
  self->refused = reason;
  self->refusal = evidence;
}

/* TRUE: the body is to be read, if only for the reason of a refusal. Otherwise it has ended, or a
 * redirect is followed. */
static gboolean
judge_head (WeirConnection *self)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);
  guint status = soup_message_get_status (self->message);
  char *evidence = NULL;

  weir_head_take (self->info, self->message);
  self->info->head_us = g_get_monotonic_time () - self->start_us;
  if (strlen (self->info->response_headers) > MAX_HEAD_BYTES)
    {
      end (self, WEIR_END_TOO_LARGE, TRUE, g_strdup (_ ("the response head is over 1 MiB.")));
      return FALSE;
    }
  if (is_redirect (status))
    {
      if (!follow_redirect (self, &evidence))
        {
          end (self, WEIR_END_REDIRECT, TRUE, evidence);
          return FALSE;
        }
      drop_exchange (self);
      weir_head_forget (self->info);
      send_request (self);
      return FALSE;
    }
  if (status == 204)
    {
      end (self, WEIR_END_NO_CONTENT, FALSE, g_strdup (_ ("status 204.")));
      return FALSE;
    }
  if (status != 200)
    {
      const char *phrase = self->info->reason_phrase;

      refuse (self, status == 407 ? WEIR_END_PROXY : WEIR_END_STATUS,
              g_strdup_printf (_ ("%u%s%s instead of an event stream."), status, *phrase ? " " : "",
                               phrase));
    }
  else if (!weir_head_is_event_stream (headers))
    refuse (self, WEIR_END_CONTENT_TYPE,
            self->info->content_type
                ? g_strdup_printf (_ ("its content type is %s, not text/event-stream."),
                                   self->info->content_type)
                : g_strdup (_ ("it has no content type; text/event-stream is needed.")));
  return TRUE;
}

/* --- A refusal ----------------------------------------------------------- */

static void
end_refused (WeirConnection *self)
{
  g_autofree char *words =
      weir_refusal_read_words ((const char *) self->buffer, self->n_words, self->request);
  g_autofree char *evidence = g_steal_pointer (&self->refusal);

  /* Many a body only repeats the status. */
  if (words == NULL || strstr (evidence, words) != NULL)
    end (self, self->refused, TRUE, g_steal_pointer (&evidence));
  else
    end (self, self->refused, TRUE,
         /* Translators: a sentence about the answer, and the server's own words. */
         g_strdup_printf (_ ("%s The server says: “%s”"), evidence, words));
}

static gboolean
on_words_waited (gpointer data)
{
  end_refused (data);
  return G_SOURCE_REMOVE;
}

static void
on_words_read (GObject *object, GAsyncResult *result, gpointer data)
{
  WeirConnection *self = data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (object), result, NULL);

  if (take_callback (self) || self->over)
    return;
  self->n_words += (gsize) MAX (n, 0);
  if (n > 0 && self->n_words < WEIR_REFUSAL_MOST_BYTES)
    read_words (self);
  else
    end_refused (self);
}

static void
read_words (WeirConnection *self)
{
  self->in_call = TRUE;
  g_input_stream_read_async (self->body, self->buffer + self->n_words,
                             WEIR_REFUSAL_MOST_BYTES - self->n_words, G_PRIORITY_DEFAULT,
                             self->cancellable, on_words_read, self);
}

/* --- The body ------------------------------------------------------------ */

/* libsoup reads an aborted chunked body as a clean end (fixed in 3.6.5), so the socket is asked:
 * after a proper last chunk a connection that may be kept alive is still there. */
static gboolean
peer_has_closed (WeirConnection *self)
{
  char byte;
  gssize n;

  if (!self->socket || g_socket_is_closed (self->socket))
    return FALSE;
  n = recv (g_socket_get_fd (self->socket), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return n == 0 || (n < 0 && errno == ECONNRESET);
}

static void
end_of_body (WeirConnection *self)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);
  SoupEncoding framing = soup_message_headers_get_encoding (headers);
  gboolean closed = peer_has_closed (self);
  WeirIntakeStatus status = weir_intake_finish (self->intake);

  if (status == WEIR_INTAKE_ENOUGH)
    end (self, WEIR_END_CANCELLED, FALSE, g_strdup (_ ("Enough was read.")));
  else if (weir_connection_is_http2 (self))
    end (self, WEIR_END_SERVER, FALSE, g_strdup (_ ("the server ended the HTTP/2 stream.")));
  else if (framing == SOUP_ENCODING_CHUNKED && closed && self->intake->unfinished)
    end (self, WEIR_END_RESET, TRUE,
         g_strdup (_ ("the connection was closed in the middle of an event.")));
  else if (framing == SOUP_ENCODING_CHUNKED && closed)
    end (self, WEIR_END_SERVER, FALSE,
         g_strdup (_ ("the server closed the connection; whether it meant to is not known.")));
  else if (framing == SOUP_ENCODING_CHUNKED)
    end (self, WEIR_END_SERVER, FALSE, g_strdup (_ ("the server sent its last chunk.")));
  else if (framing == SOUP_ENCODING_CONTENT_LENGTH)
    end (self, WEIR_END_SERVER, FALSE, g_strdup (_ ("all of the announced length came.")));
  else
    end (self, WEIR_END_SERVER, FALSE,
         g_strdup (_ ("the server closed the connection; no length was announced, so whether it "
                      "meant to is not known.")));
}

static void
end_with_error (WeirConnection *self, GError *error)
{
  char *evidence = NULL;
  GTlsCertificateFlags flags =
      self->message ? soup_message_get_tls_peer_certificate_errors (self->message) : 0;
  WeirEndReason reason = weir_end_classify (error, flags, &evidence);
  const char *proxy = weir_request_get_proxy (self->request);

  if (reason == WEIR_END_TLS && flags == 0 && self->info->tls_us < 0)
    evidence = weir_end_advise_http (evidence);
  if (self->body && !self->cut)
    weir_intake_finish (self->intake);
  if (proxy && *proxy)
    reason = weir_end_blame_proxy (reason, proxy, &evidence);
  end (self, reason, TRUE, evidence);
}

/* FALSE: the connection is over. */
static gboolean
take_bytes (WeirConnection *self, gsize length)
{
  if (self->info->first_byte_us < 0)
    self->info->first_byte_us = g_get_monotonic_time () - self->start_us;

  switch (weir_intake_push (self->intake, self->buffer, length))
    {
    case WEIR_INTAKE_MORE:
      return TRUE;
    case WEIR_INTAKE_ENOUGH:
      end (self, WEIR_END_CANCELLED, FALSE, g_strdup (_ ("Enough was read.")));
      return FALSE;
    case WEIR_INTAKE_LIMIT:
      end (self, WEIR_END_TOO_LARGE, TRUE, weir_intake_describe_limit (self->intake));
      return FALSE;
    case WEIR_INTAKE_MEMORY:
    default:
      end (self, WEIR_END_TOO_LARGE, TRUE, g_strdup (_ ("there is not enough memory.")));
      return FALSE;
    }
}

/* Adds to the buffer what is there already, from `filled` bytes on. An HTTP/1 read gives one HTTP
 * chunk at most, so asking again at once is twice as fast as going through the main loop, and one
 * large feed is cheaper than many small ones. An end of the body is kept for later.
 * Returns how full the buffer is; *more says whether there was still more to have. */
static gsize
fill_buffer (WeirConnection *self, gsize filled, gboolean *more)
{
  GPollableInputStream *pollable;

  *more = FALSE;
  if (!G_IS_POLLABLE_INPUT_STREAM (self->body))
    return filled;
  pollable = G_POLLABLE_INPUT_STREAM (self->body);
  if (!g_pollable_input_stream_can_poll (pollable))
    return filled;

  while (filled < FULL_BYTES)
    {
      gssize n = g_pollable_input_stream_read_nonblocking (
          pollable, self->buffer + filled, BUFFER_BYTES - filled, NULL, &self->pending_error);

      if (g_error_matches (self->pending_error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          g_clear_error (&self->pending_error);
          return filled;
        }
      if (n <= 0)
        {
          self->pending_end = TRUE;
          return filled;
        }
      filled += (gsize) n;
    }
  *more = TRUE;
  return filled;
}

/* The end that fill_buffer() came upon behind its bytes. */
static void
take_pending_end (WeirConnection *self)
{
  g_autoptr (GError) error = g_steal_pointer (&self->pending_error);

  if (error)
    end_with_error (self, error);
  else
    end_of_body (self);
}

static void
on_read (GObject *object, GAsyncResult *result, gpointer data)
{
  WeirConnection *self = data;
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (object), result, &error);
  gint64 until = g_get_monotonic_time () + TURN_US;
  gsize filled;
  gboolean more;

  if (take_callback (self) || self->over)
    return;
  if (n < 0)
    {
      end_with_error (self, error);
      return;
    }
  if (n == 0)
    {
      end_of_body (self);
      return;
    }

  filled = (gsize) n;
  do
    {
      filled = fill_buffer (self, filled, &more);
      if (filled > 0 && !take_bytes (self, filled))
        return;
      filled = 0;
    }
  while (more && g_get_monotonic_time () < until);

  weir_sink_drained (self->intake->sink);
  if (self->pending_end)
    take_pending_end (self);
  else
    read_more (self);
}

static void
read_more (WeirConnection *self)
{
  self->in_call = TRUE;
  g_input_stream_read_async (self->body, self->buffer, BUFFER_BYTES, G_PRIORITY_DEFAULT,
                             self->cancellable, on_read, self);
}

static void
on_hangup (gpointer data)
{
  WeirConnection *self = data;

  weir_intake_finish (self->intake);
  end (self, WEIR_END_RESET, TRUE,
       g_strdup (_ ("the connection was closed in the middle of the HTTP/2 stream.")));
}

static void
watch_hangup (WeirConnection *self)
{
  GSocket *socket = g_object_get_data (G_OBJECT (self->session), SESSION_SOCKET);

  if (weir_connection_is_http2 (self) && socket && !g_socket_is_closed (socket))
    self->hangup = weir_hangup_new (socket, &self->intake->n_bytes, on_hangup, self);
}

/* HTML Standard, 9.2.5: an event stream is always UTF-8, whatever its response says. */
static void
note_charset (WeirConnection *self)
{
  g_autofree char *charset =
      weir_head_find_other_charset (soup_message_get_response_headers (self->message));

  if (charset)
    weir_intake_note (
        self->intake, WEIR_NOTE_CHARSET,
        g_strdup_printf (_ ("The server announces charset=%s. Every client reads an event stream "
                            "as UTF-8, and so does Weir; if characters are garbled, the server "
                            "has to send UTF-8."),
                         charset));
}

static void
on_sent (GObject *object, GAsyncResult *result, gpointer data)
{
  WeirConnection *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) body = soup_session_send_finish (SOUP_SESSION (object), result, &error);

  if (take_callback (self) || self->over)
    return;
  if (!body)
    {
      end_with_error (self, error);
      return;
    }
  if (!judge_head (self))
    return;
  self->body = weir_content_decoder_wrap (
      body,
      soup_message_headers_get_list (soup_message_get_response_headers (self->message),
                                     "Content-Encoding"),
      &error);
  self->buffer = g_malloc (BUFFER_BYTES);
  if (self->refused && self->body)
    {
      self->end_source = weir_io_timeout (WORDS_MS, on_words_waited, self);
      read_words (self);
      return;
    }
  if (self->refused)
    {
      end_refused (self);
      return;
    }
  if (!self->body)
    {
      end_with_error (self, error);
      return;
    }
  watch_hangup (self);
  weir_intake_begin (self->intake);
  self->client.opened (self->info, self->client.data);
  note_charset (self);
  read_more (self);
}

static void
send_request (WeirConnection *self)
{
  g_autofree char *url = g_uri_to_string (self->uri);
  GBytes *body = weir_request_get_body (self->request);

  g_free (self->info->url);
  self->info->url = weir_secrets_mask_url (url);
  g_free (self->info->method);
  self->info->method = g_strdup (self->method);
  g_hash_table_add (self->visited, g_steal_pointer (&url));

  self->message = soup_message_new_from_uri (self->method, self->uri);
  soup_message_set_flags (self->message, SOUP_MESSAGE_NO_REDIRECT);
  weir_request_head_fill (soup_message_get_request_headers (self->message), self->request,
                          self->uri, !same_origin (self->uri, self->origin), self->last_event_id);
  if (body && !self->without_body)
    {
      const char *type = soup_message_headers_get_one (
          soup_message_get_request_headers (self->message), "Content-Type");
      g_autofree char *copy = g_strdup (type ? type : "application/json");

      soup_message_set_request_body_from_bytes (self->message, copy, body);
    }

  /* Behind the cookie jar, which adds its header then. */
  g_signal_connect_after (self->message, "starting", G_CALLBACK (on_starting), self);
  g_signal_connect (self->message, "network-event", G_CALLBACK (on_network_event), self);
  g_signal_connect (self->message, "accept-certificate", G_CALLBACK (on_accept_certificate), self);
  g_signal_connect (self->message, "request-certificate", G_CALLBACK (on_request_certificate),
                    self);
  g_signal_connect (self->message, "authenticate", G_CALLBACK (on_authenticate), self);

  self->in_call = TRUE;
  self->step_us = g_get_monotonic_time ();
  soup_session_send_async (self->session, self->message, G_PRIORITY_DEFAULT, self->cancellable,
                           on_sent, self);
}

void
weir_connection_start (WeirConnection *self)
{
  self->start_us = g_get_monotonic_time ();
  self->info->insecure = weir_request_get_options (self->request)->insecure;
  send_request (self);
}
