/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-tap-link-private.h"

#include "base/weir-io-private.h"
#include "http/weir-content-decoder-private.h"
#include "http/weir-dial-private.h"
#include "http/weir-end-private.h"
#include "http/weir-http-body.h"
#include "http/weir-http-head.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#define READ_BYTES ((gsize) 64 << 10)
/* The most requests without a complete response. */
#define MAX_EXCHANGES 32

struct WeirTapLink
{
  grefcount refs;
  WeirTapViewer *viewer;
  const WeirTapUpstream *upstream;
  WeirTapLinkClosed closed;
  gpointer user_data;
  GCancellable *cancellable;
  gboolean is_closed;

  /* Requests, from the client to the server. */
  GSocketConnection *client;
  char from_client[READ_BYTES];
  GByteArray *input;   /* received, and not yet forwarded */
  gsize measured;      /* how many of its bytes were searched for the end of a head */
  GByteArray *request; /* being sent to the server */
  WeirHttpBody body;   /* of the request that is being read */
  gboolean in_body;
  gboolean is_paused;      /* neither reads nor writes until a response is complete */
  gboolean is_upgraded;    /* the rest is another protocol and is not examined */
  gboolean asks_upgrade;   /* the last request asks for another protocol and has no response */
  gboolean is_half_closed; /* the client sends nothing more */
  GSource *timeout;
  char *refusal; /* the tap itself responds; nothing is read after it */

  /* Responses, from the server to the client. */
  GSocketConnection *server; /* NULL: not connected yet */
  char from_server[READ_BYTES];
  GQueue exchanges;    /* requests without a complete response, oldest first */
  gboolean is_parsing; /* the responses are valid HTTP so far */
  GByteArray *head;    /* the part of the response's head that has arrived */
  gboolean in_answer;  /* the head was read, the body follows */
  WeirHttpBody answer;
  GTlsCertificateFlags tls_errors;
};

static void read_client (WeirTapLink *self);
static void read_server (WeirTapLink *self);
static void take_requests (WeirTapLink *self);

static WeirTapLink *
hold (WeirTapLink *self)
{
  g_ref_count_inc (&self->refs);
  return self;
}

void
weir_tap_link_unref (WeirTapLink *self)
{
  if (!g_ref_count_dec (&self->refs))
    return;
  g_queue_clear_full (&self->exchanges, (GDestroyNotify) weir_tap_exchange_free);
  g_clear_object (&self->client);
  g_clear_object (&self->server);
  g_clear_object (&self->cancellable);
  g_byte_array_unref (self->input);
  g_byte_array_unref (self->request);
  g_byte_array_unref (self->head);
  g_free (self->refusal);
  g_free (self);
}

void
weir_tap_link_close (WeirTapLink *self)
{
  if (self->is_closed)
    return;
  self->is_closed = TRUE;
  weir_io_clear_source (&self->timeout);
  g_cancellable_cancel (self->cancellable);
  g_queue_clear_full (&self->exchanges, (GDestroyNotify) weir_tap_exchange_free);
  g_socket_close (g_socket_connection_get_socket (self->client), NULL);
  if (self->server != NULL)
    g_socket_close (g_socket_connection_get_socket (self->server), NULL);
  self->closed (self, self->user_data);
}

static void
send_at_once (GSocketConnection *connection)
{
  g_socket_set_option (g_socket_connection_get_socket (connection), IPPROTO_TCP, TCP_NODELAY, 1,
                       NULL);
}

/* --- Responses ---------------------------------------------------------------------------- */

static void
end_exchange (WeirTapLink *self, WeirEndReason reason, const char *evidence)
{
  WeirTapExchange *exchange = g_queue_pop_head (&self->exchanges);

  if (exchange == NULL)
    return;
  weir_tap_exchange_ended (exchange, reason, evidence);
  weir_tap_exchange_free (exchange);
}

/* Continues with requests that waited for a response. */
static void
resume_requests (WeirTapLink *self)
{
  self->asks_upgrade = FALSE;
  if (!self->is_paused || self->is_closed)
    return;
  self->is_paused = FALSE;
  take_requests (self);
}

/* The upstream accepted another protocol: from now on nothing is examined. */
static void
upgrade (WeirTapLink *self)
{
  self->is_parsing = FALSE;
  self->is_upgraded = TRUE;
  g_queue_clear_full (&self->exchanges, (GDestroyNotify) weir_tap_exchange_free);
  resume_requests (self);
}

/* The rest is forwarded without being examined. */
static void
stop_parsing (WeirTapLink *self, const char *evidence)
{
  self->is_parsing = FALSE;
  end_exchange (self, WEIR_END_MALFORMED, evidence);
}

/* Takes a response's head. Returns how many bytes it used. */
static gsize
parse_head (WeirTapLink *self, const char *bytes, gsize length)
{
  WeirTapExchange *exchange = g_queue_peek_head (&self->exchanges);
  gsize before = self->head->len;
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirHttpHead) head = NULL;
  gsize n;

  g_byte_array_append (self->head, (const guint8 *) bytes, (guint) length);
  n = weir_http_head_measure ((const char *) self->head->data, self->head->len, before);
  if (n == 0 && self->head->len <= WEIR_HTTP_MAX_HEAD_BYTES)
    return length;
  if (n > 0)
    head = weir_http_head_parse_response ((const char *) self->head->data, n, &error);
  g_byte_array_set_size (self->head, 0);
  if (head != NULL && head->status == 101 && self->asks_upgrade)
    {
      upgrade (self);
      return length;
    }
  if (exchange == NULL || head == NULL || head->status == 101
      || !weir_http_body_init (&self->answer, head, weir_tap_exchange_get_method (exchange),
                               &error))
    {
      stop_parsing (self, error ? error->message : _ ("The response head is larger than 64 KiB."));
      return length;
    }
  if (head->status >= 200)
    {
      weir_tap_exchange_answered (exchange, head);
      self->in_answer = TRUE;
    }
  return n - before;
}

static gsize
parse_body (WeirTapLink *self, const char *bytes, gsize length)
{
  g_autoptr (GError) error = NULL;
  const WeirSpan input = { bytes, length };
  WeirSpan payload;
  gssize n = weir_http_body_read (&self->answer, &input, &payload, &error);

  if (n < 0)
    {
      stop_parsing (self, error->message);
      return length;
    }
  if (payload.length > 0)
    weir_tap_exchange_read (g_queue_peek_head (&self->exchanges), payload.text, payload.length);
  return (gsize) n;
}

static void
parse_answer (WeirTapLink *self, const char *bytes, gsize length)
{
  while (self->is_parsing && length > 0)
    {
      gsize n =
          self->in_answer ? parse_body (self, bytes, length) : parse_head (self, bytes, length);

      bytes += n;
      length -= n;
      if (self->is_parsing && self->in_answer && weir_http_body_is_done (&self->answer))
        {
          self->in_answer = FALSE;
          end_exchange (self, WEIR_END_SERVER, _ ("The response is complete."));
          resume_requests (self);
        }
    }
}

/* The server closed its side. */
static void
parse_end (WeirTapLink *self, const GError *error)
{
  g_autofree char *evidence = NULL;

  if (error != NULL)
    {
      WeirEndReason reason = weir_end_classify (error, 0, &evidence);

      end_exchange (self, reason, evidence);
    }
  else if (self->in_answer && self->answer.kind == WEIR_HTTP_BODY_UNTIL_CLOSE)
    end_exchange (self, WEIR_END_SERVER,
                  _ ("The server closed the connection. It announced no length, so it is unknown "
                     "whether that was intended."));
  else
    end_exchange (self, WEIR_END_RESET,
                  _ ("The server closed the connection before the response was complete."));
}

/* Resets the client's connection if the server's was reset. */
static void
pass_on_end (WeirTapLink *self, const GError *error)
{
  const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

  if (error != NULL)
    setsockopt (g_socket_get_fd (g_socket_connection_get_socket (self->client)), SOL_SOCKET,
                SO_LINGER, &at_once, sizeof at_once);
  weir_tap_link_close (self);
}

static void
on_answer_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WeirTapLink *self = user_data;

  const gboolean is_done = self->is_half_closed && !self->is_upgraded && !self->in_answer
                           && g_queue_is_empty (&self->exchanges);

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL) || is_done)
    weir_tap_link_close (self);
  else if (!self->is_closed)
    read_server (self);
  weir_tap_link_unref (self);
}

static void
on_server_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WeirTapLink *self = user_data;
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (self->is_closed)
    {
      weir_tap_link_unref (self);
      return;
    }
  if (n <= 0)
    {
      parse_end (self, error);
      pass_on_end (self, error);
    }
  else
    {
      /* Forwarded first, because parsing takes time. */
      g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (self->client)),
                                       self->from_server, (gsize) n, G_PRIORITY_DEFAULT,
                                       self->cancellable, on_answer_written, hold (self));
      parse_answer (self, self->from_server, (gsize) n);
    }
  weir_tap_link_unref (self);
}

static void
read_server (WeirTapLink *self)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (self->server)),
                             self->from_server, READ_BYTES, G_PRIORITY_DEFAULT, self->cancellable,
                             on_server_read, hold (self));
}

/* --- Responses of the tap itself ------------------------------------------------------------------- */

static void
on_refusal_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WeirTapLink *self = user_data;

  if (!self->is_closed)
    g_socket_shutdown (g_socket_connection_get_socket (self->client), FALSE, TRUE, NULL);
  weir_tap_link_close (self);
  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
  weir_tap_link_unref (self);
}

/* Sends a response of one sentence, and closes. */
static void
refuse (WeirTapLink *self, const char *status, const char *sentence)
{
  g_assert (self->refusal == NULL);
  weir_io_clear_source (&self->timeout);
  self->refusal =
      g_strdup_printf ("HTTP/1.1 %s\r\nContent-Type: text/plain; charset=utf-8\r\n"
                       "Content-Length: %" G_GSIZE_FORMAT "\r\nConnection: close\r\n\r\n%s\n",
                       status, strlen (sentence) + 1, sentence);

  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (self->client)),
                                   self->refusal, strlen (self->refusal), G_PRIORITY_DEFAULT,
                                   self->cancellable, on_refusal_written, hold (self));
}

/* --- Requests ------------------------------------------------------------------------------ */

/* With DNS rebinding, a page of another site sends that site's name in Host. */
static gboolean
is_own_host (const WeirHttpHead *head)
{
  const char *host = weir_http_head_get (head, "Host");
  g_autoptr (GSocketConnectable) parsed = NULL;
  g_autoptr (GInetAddress) address = NULL;
  const char *name;

  if (host == NULL)
    return head->minor_version == 0;
  parsed = g_network_address_parse (host, 80, NULL);
  if (parsed == NULL || weir_http_head_count (head, "Host") != 1)
    return FALSE;
  name = g_network_address_get_hostname (G_NETWORK_ADDRESS (parsed));
  address = g_inet_address_new_from_string (name);
  return g_ascii_strcasecmp (name, "localhost") == 0
         || (address && g_inet_address_get_is_loopback (address));
}

/* Browsers send no Origin with a GET for an image or a script, but Sec-Fetch-Site. Programs send
 * neither. */
static gboolean
is_allowed_origin (WeirTapLink *self, const WeirHttpHead *head)
{
  const char *origin = weir_http_head_get (head, "Origin");
  const char *host = weir_http_head_get (head, "Host");
  const char *const *cors = (const char *const *) self->viewer->cors;
  g_autofree char *own = g_strconcat ("http://", host != NULL ? host : "", NULL);

  if (cors != NULL && g_strv_contains (cors, "*"))
    return TRUE;
  if (origin == NULL)
    return g_strcmp0 (weir_http_head_get (head, "Sec-Fetch-Site"), "cross-site") != 0;
  return g_ascii_strcasecmp (origin, own) == 0 || (cors != NULL && g_strv_contains (cors, origin));
}

static gboolean
asks_for_upgrade (const WeirHttpHead *head)
{
  return weir_http_head_get (head, "Upgrade") != NULL
         && weir_http_head_has_token (head, "Connection", "upgrade");
}

static void
append_head (GByteArray *out, const WeirHttpHead *head)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_printf (text, "%s %s HTTP/1.%u\r\n", head->method, head->target, head->minor_version);
  for (guint i = 0; i < head->fields->len; i++)
    {
      const WeirHttpField *field = &g_array_index (head->fields, WeirHttpField, i);

      g_string_append_printf (text, "%s: %s\r\n", field->name, field->value);
    }
  g_string_append (text, "\r\n");
  g_byte_array_append (out, (const guint8 *) text->str, (guint) text->len);
}

/* The codings of an Accept-Encoding that can be decoded here. (transfer full) */
static char *
filter_codings (const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, ",", -1);
  GString *kept = g_string_new (NULL);

  for (char **part = parts; *part; part++)
    {
      g_autofree char *name = NULL;

      g_strstrip (*part);
      name = g_ascii_strdown (*part, (gssize) strcspn (*part, "; \t"));
      if (weir_content_decoder_knows (name) || strcmp (name, "identity") == 0)
        g_string_append_printf (kept, "%s%s", kept->len > 0 ? ", " : "", *part);
    }
  if (kept->len == 0)
    g_string_append (kept, "identity");
  return g_string_free (kept, FALSE);
}

/* The path to ask the upstream for. */
static char *
map_target (const WeirTapUpstream *self, const char *target)
{
  gsize length = strlen (self->prefix);

  if (length == 0 || target[0] != '/'
      || (g_str_has_prefix (target, self->prefix)
          && (target[length] == '/' || target[length] == '?' || target[length] == '\0')))
    return g_strdup (target);
  if (strcmp (target, "/") == 0)
    return g_strdup (self->prefix);
  return g_strconcat (self->prefix, target, NULL);
}

static void
set_field (WeirHttpField *field, char *value)
{
  g_free (field->value);
  field->value = value;
}

/* Sets the upstream's host name and path, and removes content codings that the tap cannot decode. */
static void
rewrite_head (const WeirTapUpstream *self, WeirHttpHead *head)
{
  char *target = map_target (self, head->target);

  g_free (head->target);
  head->target = target;
  for (guint i = 0; i < head->fields->len; i++)
    {
      WeirHttpField *field = &g_array_index (head->fields, WeirHttpField, i);

      if (g_ascii_strcasecmp (field->name, "Host") == 0)
        set_field (field, g_strdup (self->authority));
      else if (g_ascii_strcasecmp (field->name, "Accept-Encoding") == 0)
        set_field (field, filter_codings (field->value));
    }
}

/* Takes a request's head from the input. Returns FALSE if more is needed, or if it was refused. */
static gboolean
take_head (WeirTapLink *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirHttpHead) head = NULL;
  g_autofree char *url = NULL;
  gsize length =
      weir_http_head_measure ((const char *) self->input->data, self->input->len, self->measured);

  self->measured = self->input->len;
  if (length == 0 && self->input->len <= WEIR_HTTP_MAX_HEAD_BYTES)
    return FALSE;
  if (length > 0)
    head = weir_http_head_parse_request ((const char *) self->input->data, length, &error);
  if (head == NULL || !weir_http_body_init (&self->body, head, NULL, &error))
    {
      refuse (self, "400 Bad Request",
              error ? error->message : "The request's header is larger than 64 KiB.");
      return FALSE;
    }
  if (!is_own_host (head))
    {
      refuse (self, "421 Misdirected Request",
              "This tap answers only to its own address: the Host header names another.");
      return FALSE;
    }
  if (!is_allowed_origin (self, head))
    {
      refuse (
          self, "403 Forbidden",
          "This tap refuses requests of web pages from other origins. --cors=ORIGIN allows one.");
      return FALSE;
    }
  self->asks_upgrade = asks_for_upgrade (head);
  rewrite_head (self->upstream, head);
  append_head (self->request, head);
  url = g_strconcat (self->upstream->base, head->target, NULL);
  g_queue_push_tail (&self->exchanges, weir_tap_exchange_new (self->viewer, head, url));
  g_byte_array_remove_range (self->input, 0, (guint) length);
  self->measured = 0;
  self->in_body = TRUE;
  return TRUE;
}

/* Moves the available part of a request's body to the output. Returns: FALSE if more input is needed. */
static gboolean
take_body (WeirTapLink *self)
{
  gsize at = 0;

  while (at < self->input->len && !weir_http_body_is_done (&self->body))
    {
      g_autoptr (GError) error = NULL;
      const WeirSpan input = { (const char *) self->input->data + at, self->input->len - at };
      WeirSpan payload;
      gssize n = weir_http_body_read (&self->body, &input, &payload, &error);

      if (n < 0)
        {
          refuse (self, "400 Bad Request", error->message);
          return FALSE;
        }
      if (payload.length > 0)
        weir_tap_exchange_take_body (g_queue_peek_tail (&self->exchanges), payload.text,
                                     payload.length);
      at += (gsize) n;
    }
  g_byte_array_append (self->request, self->input->data, (guint) at);
  if (at > 0)
    g_byte_array_remove_range (self->input, 0, (guint) at);
  self->in_body = !weir_http_body_is_done (&self->body);
  return !self->in_body;
}

static void
on_request_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WeirTapLink *self = user_data;

  /* A server that stopped reading may still respond. The end is noticed when reading from it. */
  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL)
      && !self->is_closed)
    {
      g_byte_array_set_size (self->request, 0);
      take_requests (self);
    }
  weir_tap_link_unref (self);
}

static void
send_request (WeirTapLink *self)
{
  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (self->server)),
                                   self->request->data, self->request->len, G_PRIORITY_DEFAULT,
                                   self->cancellable, on_request_written, hold (self));
}

/* --- The connection to the upstream ---------------------------------------------------------- */

static gboolean
on_certificate (GTlsConnection *tls,
                GTlsCertificate *certificate,
                GTlsCertificateFlags errors,
                gpointer user_data)
{
  WeirTapLink *self = user_data;

  self->tls_errors = errors;
  return weir_request_get_options (self->viewer->upstream)->insecure;
}

static void
on_connecting (GSocketClient *client,
               GSocketClientEvent event,
               GSocketConnectable *connectable,
               GIOStream *stream,
               gpointer user_data)
{
  WeirTapLink *self = user_data;
  WeirRequest *request = self->viewer->upstream;

  if (event == G_SOCKET_CLIENT_CONNECTED && G_IS_SOCKET_CONNECTION (stream))
    {
      send_at_once (G_SOCKET_CONNECTION (stream));
      weir_dial_watch_socket (g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream)));
    }
  if (event != G_SOCKET_CLIENT_TLS_HANDSHAKING)
    return;
  if (weir_request_get_tls_database (request) != NULL)
    g_tls_connection_set_database (G_TLS_CONNECTION (stream),
                                   weir_request_get_tls_database (request));
  if (weir_request_get_client_certificate (request) != NULL)
    g_tls_connection_set_certificate (G_TLS_CONNECTION (stream),
                                      weir_request_get_client_certificate (request));
  g_signal_connect (stream, "accept-certificate", G_CALLBACK (on_certificate), self);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WeirTapLink *self = user_data;
  g_autoptr (GError) error = NULL;
  GSocketConnection *server =
      g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (source), result, &error);

  if (self->is_closed)
    g_clear_object (&server);
  else if (server == NULL)
    {
      g_autofree char *evidence = NULL;
      WeirEndReason reason = weir_end_classify (error, self->tls_errors, &evidence);
      g_autofree char *sentence =
          g_strdup_printf ("The tap can't reach %s: %s", self->upstream->base, evidence);

      end_exchange (self, reason, evidence);
      refuse (self, "502 Bad Gateway", sentence);
    }
  else
    {
      self->server = server;
      send_request (self);
      read_server (self);
    }
  weir_tap_link_unref (self);
}

static void
connect_to_server (WeirTapLink *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  const char *proxy = weir_request_get_proxy (self->viewer->upstream);

  g_socket_client_set_tls (client, self->upstream->tls);
  if (proxy != NULL && *proxy == '\0')
    g_socket_client_set_enable_proxy (client, FALSE);
  else if (proxy != NULL)
    {
      g_autoptr (GProxyResolver) resolver = g_simple_proxy_resolver_new (proxy, NULL);

      g_socket_client_set_proxy_resolver (client, resolver);
    }
  g_signal_connect (client, "event", G_CALLBACK (on_connecting), self);
  g_socket_client_connect_to_host_async (client, self->upstream->host, self->upstream->port,
                                         self->cancellable, on_connected, hold (self));
}

/* --- The client ------------------------------------------------------------------------------- */

static gboolean
on_timeout (gpointer user_data)
{
  WeirTapLink *self = user_data;

  weir_io_clear_source (&self->timeout);
  if (self->input->len > 0 && !self->in_body)
    refuse (self, "408 Request Timeout", "The rest of the request did not arrive in time.");
  else
    weir_tap_link_close (self);
  return G_SOURCE_REMOVE;
}

/* A connection without a request may be idle without limit. */
static void
restart_timeout (WeirTapLink *self)
{
  const gboolean in_head = self->input->len > 0 || self->server == NULL;

  if (self->in_body || !in_head)
    weir_io_clear_source (&self->timeout);
  if (self->is_upgraded || self->timeout != NULL)
    return;
  /* Each byte of a body is progress; a head has to be complete in time. */
  if (self->in_body)
    self->timeout = weir_io_timeout (self->viewer->body_timeout_ms, on_timeout, self);
  else if (in_head)
    self->timeout = weir_io_timeout (self->viewer->head_timeout_ms, on_timeout, self);
}

static gboolean
may_take_request (WeirTapLink *self)
{
  return !self->asks_upgrade && g_queue_get_length (&self->exchanges) < MAX_EXCHANGES;
}

/* Moves complete parts from the input to the request that is sent. */
static void
take_input (WeirTapLink *self)
{
  if (self->is_upgraded)
    {
      g_byte_array_append (self->request, self->input->data, self->input->len);
      g_byte_array_set_size (self->input, 0);
      return;
    }
  while (self->in_body || (may_take_request (self) && take_head (self)))
    if (!take_body (self))
      return;
}

/* Shuts down the sending side of the server's connection too, as the client did. */
static void
half_close_server (WeirTapLink *self)
{
  GSocket *socket = g_socket_connection_get_socket (self->server);

  if (self->upstream->tls)
    g_output_stream_close_async (g_io_stream_get_output_stream (G_IO_STREAM (self->server)),
                                 G_PRIORITY_DEFAULT, self->cancellable, NULL, NULL);
  else
    g_socket_shutdown (socket, FALSE, TRUE, NULL);
}

/* Parses the input, then sends, waits for a response, or reads. */
static void
take_requests (WeirTapLink *self)
{
  take_input (self);
  if (self->is_closed || self->refusal != NULL)
    return;
  if (self->request->len > 0)
    weir_io_clear_source (&self->timeout);
  if (self->request->len > 0 && self->server != NULL)
    send_request (self);
  else if (self->request->len > 0)
    connect_to_server (self);
  else if (!self->is_upgraded && !self->in_body && !may_take_request (self))
    self->is_paused = TRUE;
  else
    read_client (self);
}

static void
on_client_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WeirTapLink *self = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (n == 0 && (self->is_upgraded || !g_queue_is_empty (&self->exchanges)) && !self->is_closed)
    {
      self->is_half_closed = TRUE;
      weir_io_clear_source (&self->timeout);
      half_close_server (self);
    }
  else if (n <= 0)
    weir_tap_link_close (self);
  else if (!self->is_closed && self->refusal == NULL)
    {
      g_byte_array_append (self->input, (const guint8 *) self->from_client, (guint) n);
      take_requests (self);
    }
  weir_tap_link_unref (self);
}

static void
read_client (WeirTapLink *self)
{
  restart_timeout (self);
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (self->client)),
                             self->from_client, READ_BYTES, G_PRIORITY_DEFAULT, self->cancellable,
                             on_client_read, hold (self));
}

WeirTapLink *
weir_tap_link_new (GSocketConnection *client,
                   WeirTapViewer *viewer,
                   const WeirTapUpstream *upstream,
                   WeirTapLinkClosed closed,
                   gpointer user_data)
{
  WeirTapLink *self = g_new0 (WeirTapLink, 1);

  g_ref_count_init (&self->refs);
  self->client = g_object_ref (client);
  self->viewer = viewer;
  self->upstream = upstream;
  self->closed = closed;
  self->user_data = user_data;
  self->cancellable = g_cancellable_new ();
  self->input = g_byte_array_new ();
  self->request = g_byte_array_new ();
  self->head = g_byte_array_new ();
  self->is_parsing = TRUE;
  g_queue_init (&self->exchanges);
  send_at_once (client);
  read_client (self);
  return self;
}
