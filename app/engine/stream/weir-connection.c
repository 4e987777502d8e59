/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "weir-config.h"

#include "weir-connection-private.h"

#include "http/weir-content-decoder-private.h"
#include "http/weir-dial-private.h"
#include "http/weir-end-private.h"
#include "http/weir-connection-info-private.h"
#include "base/weir-io-private.h"
#include "http/weir-refusal-private.h"
#include "http/weir-request-body.h"
#include "http/weir-request-private.h"
#include "http/weir-route-private.h"
#include "base/weir-secrets.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <string.h>

/* --- The body: bytes from libsoup to the parser ------------------------------- */

/* One read returns at most one HTTP chunk. The bytes that are already available are added to it: reading
 * again at once is twice as fast as a turn of the main loop, and feeding one large block is cheaper than
 * feeding many small ones. */
#define BODY_BYTES (128 * 1024)
/* A block of this size is fed at once. More would not stay in the processor's cache. */
#define FULL_BYTES (64 * 1024)

typedef struct
{
  GInputStream *stream; /* NULL: it was not opened, or is closed */
  guint8 *bytes;        /* BODY_BYTES of them */
  gboolean ended;       /* the body's end, or error, follows the bytes that were read */
  GError *error;
} Body;

/* Takes stream. */
static void
body_open (Body *self, GInputStream *stream)
{
  self->stream = stream;
  self->bytes = g_malloc (BODY_BYTES);
}

/* Not while a read is pending. */
static void
body_close (Body *self, GCancellable *cancellable)
{
  if (!self->stream)
    return;
  g_input_stream_close (self->stream, cancellable, NULL);
  g_clear_object (&self->stream);
}

static void
body_clear (Body *self)
{
  g_clear_object (&self->stream);
  g_clear_error (&self->error);
  g_clear_pointer (&self->bytes, g_free);
}

/* Adds the bytes that are available to the first filled ones. Sets *more if there may be more.
 * Returns: the new number of bytes. */
static gsize
body_fill (Body *self, gsize filled, gboolean *more)
{
  GPollableInputStream *pollable;

  *more = FALSE;
  if (!G_IS_POLLABLE_INPUT_STREAM (self->stream))
    return filled;
  pollable = G_POLLABLE_INPUT_STREAM (self->stream);
  if (!g_pollable_input_stream_can_poll (pollable))
    return filled;

  while (filled < FULL_BYTES)
    {
      gssize n = g_pollable_input_stream_read_nonblocking (pollable, self->bytes + filled,
                                                           BODY_BYTES - filled, NULL, &self->error);

      if (g_error_matches (self->error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          g_clear_error (&self->error);
          return filled;
        }
      if (n <= 0)
        {
          self->ended = TRUE;
          return filled;
        }
      filled += (gsize) n;
    }
  *more = TRUE;
  return filled;
}

/* --- Hangup: the server closed its side ---------------------------------------- */

/* libsoup 3.2 does not report this for HTTP/2: reads would never return. The bytes that were sent before
 * the end may still be in TLS and HTTP/2 for this time. */
#define GRACE_MS 200

typedef struct
{
  GSocket *socket;
  GSource *source; /* the socket's, then the timeout's */
  const guint64 *n_bytes;
  guint64 n_bytes_before;
  GSourceOnceFunc function;
  gpointer data;
} Hangup;

static gboolean
on_grace_over (gpointer data)
{
  Hangup *self = data;

  if (*self->n_bytes != self->n_bytes_before)
    {
      self->n_bytes_before = *self->n_bytes;
      return G_SOURCE_CONTINUE;
    }
  weir_io_clear_source (&self->source);
  self->function (self->data);
  return G_SOURCE_REMOVE;
}

static gboolean
on_closed (int fd, GIOCondition condition, gpointer data)
{
  Hangup *self = data;

  weir_io_clear_source (&self->source);
  self->n_bytes_before = *self->n_bytes;
  self->source = weir_io_timeout (GRACE_MS, on_grace_over, self);
  return G_SOURCE_REMOVE;
}

/* Calls function once, in the I/O thread, after the peer closed socket and *n_bytes has not grown for
 * GRACE_MS. n_bytes must stay valid until hangup_free(). */
static Hangup *
hangup_new (GSocket *socket, const guint64 *n_bytes, GSourceOnceFunc function, gpointer data)
{
  Hangup *self = g_new0 (Hangup, 1);

  self->socket = g_object_ref (socket);
  self->n_bytes = n_bytes;
  self->function = function;
  self->data = data;
  /* GLib has no name for this event, but passes it to poll(). */
  self->source = g_unix_fd_source_new (g_socket_get_fd (socket), (GIOCondition) POLLRDHUP);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_closed), self, NULL);
  g_source_attach (self->source, weir_io_get_context ());
  return self;
}

static void
hangup_free (Hangup *self)
{
  weir_io_clear_source (&self->source);
  g_object_unref (self->socket);
  g_free (self);
}

/* --- The connection ---------------------------------------------------------- */

#define MAX_HEAD_BYTES (1024 * 1024)
/* The longest wait for the body of a refusal. */
#define WORDS_MS 2000

/* Other streams need the thread too: the longest time before the main loop runs again. */
#define TURN_US (8 * G_TIME_SPAN_MILLISECOND)

struct _WeirConnection
{
  SoupSession *session;
  WeirRequest *request;
  WeirIntake *intake;
  WeirConnectionInfo *info;
  char *last_event_id;
  WeirConnectionClient client;

  WeirRoute route;
  WeirDial dial;

  SoupMessage *message;
  GCancellable *cancellable;
  Body body;
  Hangup *hangup;
  gboolean in_call; /* a callback of libsoup is outstanding */
  gboolean freed;
  gboolean over;

  gint64 start_us; /* monotonic */
  WeirEndReason cut;
  char *cut_evidence;
  WeirEndReason refused; /* the response is refused, and its body is read for the reason */
  char *refusal;         /* the evidence so far */
  gsize n_words;         /* bytes of the body, in the buffer */
  GSource *end_source;
};

static void send_request (WeirConnection *self);
static void read_more (WeirConnection *self);
static void read_words (WeirConnection *self);

WeirConnection *
weir_connection_new (const WeirConnectionPlan *plan,
                     WeirConnectionInfo *info,
                     const WeirConnectionClient *client)
{
  WeirConnection *self = g_new0 (WeirConnection, 1);

  self->session = g_object_ref (plan->session);
  self->request = g_object_ref (plan->request);
  self->intake = plan->intake;
  self->info = weir_connection_info_ref (info);
  self->last_event_id = g_strdup (plan->last_event_id);
  self->client = *client;
  weir_route_init (&self->route, self->request);
  weir_dial_init (&self->dial, self->session, self->request, self->info);
  self->cancellable = g_cancellable_new ();
  return self;
}

static void
drop_exchange (WeirConnection *self)
{
  g_clear_pointer (&self->hangup, hangup_free);
  /* Not before a pending read has returned: libsoup would keep the connection for ever. */
  if (!self->in_call)
    body_close (&self->body, self->cancellable);
  weir_dial_end (&self->dial, self->message);
  if (self->message)
    g_signal_handlers_disconnect_by_data (self->message, self);
  g_clear_object (&self->message);
}

static void
destroy (WeirConnection *self)
{
  drop_exchange (self);
  g_object_unref (self->session);
  g_object_unref (self->request);
  weir_connection_info_unref (self->info);
  g_free (self->last_event_id);
  weir_route_clear (&self->route);
  g_object_unref (self->cancellable);
  g_free (self->cut_evidence);
  g_free (self->refusal);
  body_clear (&self->body);
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

/* Returns: TRUE if the connection was freed in the meantime; self is then invalid. */
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
  /* Closes what cannot be used again: an unread response or an HTTP/2 stream. */
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
  /* A refusal ends soon with the better reason, unless the user closes the stream. */
  if (self->over || self->cut || (self->refused && reason != WEIR_END_CANCELLED))
    {
      g_free (evidence);
      return;
    }
  self->cut = reason;
  self->cut_evidence = evidence;
  g_cancellable_cancel (self->cancellable);
  /* Without waiting for libsoup's callback, which a stalled HTTP/2 stream may never make. */
  weir_io_clear_source (&self->end_source);
  self->end_source = weir_io_timeout (0, end_later, self);
}

gboolean
weir_connection_is_http2 (WeirConnection *self)
{
  return g_strcmp0 (self->info->http_version, "2") == 0;
}

/* --- The request --------------------------------------------------------- */

/* The cookie jar replaces the Cookie header that the user gave. */
static void
add_own_cookies (WeirConnection *self, SoupMessageHeaders *headers)
{
  const char *kept = soup_message_headers_get_list (headers, "Cookie");
  g_autoptr (GString) cookies = g_string_new (kept);
  const char *name;
  const char *value;

  if (weir_route_is_foreign (&self->route))
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
  self->info->request_headers = weir_headers_to_text (soup_message_get_request_headers (message));
  self->client.sending (self->client.data);
}

static void
on_wrote_body (SoupMessage *message, WeirConnection *self)
{
  self->info->sent_us = g_get_monotonic_time () - self->start_us;
  self->client.sending (self->client.data);
}

/* --- The response head --------------------------------------------------- */

/* Returns FALSE if the redirect cannot be followed; *evidence says why. */
static gboolean
follow_redirect (WeirConnection *self, char **evidence)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);
  char *sentence = weir_route_follow (&self->route, soup_message_get_status (self->message),
                                      soup_message_headers_get_one (headers, "Location"), evidence);

  self->info->n_redirects = self->route.n_redirects;
  self->info->changed_method = self->route.changed_method;
  if (sentence == NULL)
    return FALSE;
  weir_intake_note (self->intake, WEIR_NOTE_REDIRECTED, sentence);
  return TRUE;
}

/* Takes evidence. */
static void
refuse (WeirConnection *self, WeirEndReason reason, char *evidence)
{
  self->refused = reason;
  self->refusal = evidence;
}

static gboolean
accept_status (WeirConnection *self, guint status)
{
  if (status == 200)
    return TRUE;
  if (!weir_request_get_options (self->request)->accept_any || status < 200 || status > 299)
    return FALSE;
  weir_intake_note (self->intake, WEIR_NOTE_ACCEPTED,
                    g_strdup_printf (_ ("The status %u was accepted as asked. Browsers refuse an "
                                        "event stream whose status is not 200."),
                                     status));
  return TRUE;
}

static gboolean
accept_type (WeirConnection *self)
{
  const WeirRequestOptions *options = weir_request_get_options (self->request);
  g_auto (WeirMimeType) type = { 0 };
  const char *shown = self->info->content_type;

  weir_headers_get_type (soup_message_get_response_headers (self->message), &type);
  self->info->format = options->format;
  if (options->read_as == WEIR_READ_AS_FORMAT || weir_mime_type_is_event_stream (&type)
      || weir_mime_type_get_records (&type, &self->info->format))
    return TRUE;
  if (!options->accept_any)
    return FALSE;
  weir_intake_note (
      self->intake, WEIR_NOTE_ACCEPTED,
      shown ? g_strdup_printf (_ ("The content type %s was accepted as asked. Browsers refuse "
                                  "everything but text/event-stream."),
                               shown)
            : g_strdup (_ ("A response without a content type was accepted as asked. Browsers "
                           "refuse everything but text/event-stream.")));
  return TRUE;
}

/* The status, and what redirects did to the request before. (transfer full) */
static char *
describe_status (WeirConnection *self)
{
  const char *phrase = self->info->reason_phrase;
  g_autofree char *changes = weir_route_describe_changes (&self->route);
  g_autofree char *status =
      *phrase != '\0'
          ? g_strdup_printf (_ ("The server answered %u %s."), self->info->status, phrase)
          : g_strdup_printf (_ ("The server answered %u."), self->info->status);

  return g_strjoin (" ", status, changes, NULL);
}

/* Returns TRUE if the body is to be read, even if only for the reason of a refusal. Otherwise the
 * connection has ended, or a redirect is followed. */
static gboolean
judge_head (WeirConnection *self)
{
  guint status = soup_message_get_status (self->message);
  char *evidence = NULL;

  weir_connection_info_take_head (self->info, self->message);
  self->info->head_us = g_get_monotonic_time () - self->start_us;
  if (strlen (self->info->response_headers) > MAX_HEAD_BYTES)
    {
      end (self, WEIR_END_TOO_LARGE, TRUE, g_strdup (_ ("The response head is over 1 MiB.")));
      return FALSE;
    }
  if (weir_route_is_redirect (status))
    {
      if (!follow_redirect (self, &evidence))
        {
          end (self, WEIR_END_REDIRECT, TRUE, evidence);
          return FALSE;
        }
      drop_exchange (self);
      weir_connection_info_forget_head (self->info);
      send_request (self);
      return FALSE;
    }
  if (status == 204)
    {
      end (self, WEIR_END_NO_CONTENT, FALSE, g_strdup (_ ("The server answered 204.")));
      return FALSE;
    }
  if (!accept_status (self, status))
    refuse (self, status == 407 ? WEIR_END_PROXY : WEIR_END_STATUS, describe_status (self));
  else if (!accept_type (self))
    refuse (self, WEIR_END_CONTENT_TYPE,
            self->info->content_type
                ? g_strdup_printf (_ ("Its content type is %s, not text/event-stream."),
                                   self->info->content_type)
                : g_strdup (_ ("It has no content type; text/event-stream is needed.")));
  return TRUE;
}

/* --- A refusal ----------------------------------------------------------- */

static void
end_refused (WeirConnection *self)
{
  const char *body = (const char *) self->body.bytes;

  g_free (self->info->refused_body);
  self->info->refused_body = self->n_words > 0 ? weir_refusal_hide_secrets (
                                 g_utf8_make_valid (body, (gssize) self->n_words), self->request)
                                               : NULL;
  end (self, self->refused, TRUE,
       weir_refusal_describe (self->refused, g_steal_pointer (&self->refusal), body, self->n_words,
                              self->request));
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
  g_input_stream_read_async (self->body.stream, self->body.bytes + self->n_words,
                             WEIR_REFUSAL_MOST_BYTES - self->n_words, G_PRIORITY_DEFAULT,
                             self->cancellable, on_words_read, self);
}

/* --- The body ------------------------------------------------------------ */

/* Ends a connection that brought bytes and no event. Returns FALSE if it is an event stream. */
static gboolean
end_without_event (WeirConnection *self)
{
  WeirDiagnosis diagnosis;
  char *evidence = weir_intake_diagnose (self->intake, self->request, &diagnosis);

  if (evidence == NULL || diagnosis == WEIR_DIAGNOSIS_FIELDS)
    {
      g_free (evidence);
      return FALSE;
    }
  self->info->no_event = TRUE;
  end (self, WEIR_END_CONTENT_TYPE, TRUE, evidence);
  return TRUE;
}

/* libsoup reads an aborted chunked body as a clean end (fixed in 3.6.5), so the socket is examined:
 * after a proper last chunk a connection that may be kept alive is still open. */
static void
end_of_body (WeirConnection *self)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);
  SoupEncoding framing = soup_message_headers_get_encoding (headers);
  gboolean closed = weir_dial_is_closed (&self->dial);
  WeirIntakeStatus status = weir_intake_finish (self->intake);
  char *evidence = NULL;
  WeirEndReason reason;

  if (status == WEIR_INTAKE_ENOUGH)
    {
      end (self, WEIR_END_CANCELLED, FALSE, weir_sink_describe_end (self->intake->sink));
      return;
    }
  if (status == WEIR_INTAKE_DAMAGED
      || (self->info->format != WEIR_BODY_SSE && self->intake->unfinished))
    {
      end (self, WEIR_END_MALFORMED, TRUE,
           g_strdup (_ ("The body ended in the middle of a frame.")));
      return;
    }
  if (weir_connection_is_http2 (self))
    {
      if (!end_without_event (self))
        end (self, WEIR_END_SERVER, FALSE, g_strdup (_ ("The server ended the HTTP/2 stream.")));
      return;
    }
  reason = weir_end_of_body (framing, closed, self->intake->unfinished, &evidence);
  if (reason == WEIR_END_SERVER && end_without_event (self))
    g_free (evidence);
  else
    end (self, reason, reason == WEIR_END_RESET, evidence);
}

typedef struct
{
  WeirConnection *connection;
  WeirEndReason reason;
  char *evidence;
} Failure;

static void
on_proxy_found (GObject *source, GAsyncResult *result, gpointer data)
{
  Failure *failure = data;
  WeirConnection *self = failure->connection;
  g_autofree char *proxy = weir_dial_find_proxy_finish (source, result);
  char *evidence = g_steal_pointer (&failure->evidence);
  const WeirEndReason reason = failure->reason;

  g_free (failure);
  if (take_callback (self) || self->over)
    g_free (evidence);
  else if (proxy != NULL)
    end (self, WEIR_END_PROXY, TRUE, weir_end_blame_proxy (reason, proxy, evidence));
  else
    end (self, reason, TRUE, evidence);
}

static void
end_with_error (WeirConnection *self, GError *error)
{
  char *evidence = NULL;
  GTlsCertificateFlags flags =
      self->message ? soup_message_get_tls_peer_certificate_errors (self->message) : 0;
  WeirEndReason reason = weir_end_classify (error, flags, &evidence);
  Failure *failure;

  if (reason == WEIR_END_TLS && flags == 0 && self->info->tls_us < 0)
    evidence = weir_end_advise_http (evidence);
  if (self->body.stream && !self->cut)
    weir_intake_finish (self->intake);
  if (!weir_end_is_on_the_way (reason) || self->message == NULL || self->cut)
    {
      end (self, reason, TRUE, evidence);
      return;
    }
  failure = g_new (Failure, 1);
  *failure = (Failure){ self, reason, evidence };
  self->in_call = TRUE;
  weir_dial_find_proxy_async (&self->dial, self->message, self->cancellable, on_proxy_found,
                              failure);
}

/* Returns FALSE if the connection has ended. */
static gboolean
take_bytes (WeirConnection *self, gsize length)
{
  if (self->info->first_byte_us < 0)
    self->info->first_byte_us = g_get_monotonic_time () - self->start_us;

  switch (weir_intake_push (self->intake, self->body.bytes, length))
    {
    case WEIR_INTAKE_MORE:
      return TRUE;
    case WEIR_INTAKE_ENOUGH:
      end (self, WEIR_END_CANCELLED, FALSE, weir_sink_describe_end (self->intake->sink));
      return FALSE;
    case WEIR_INTAKE_LIMIT:
      end (self, WEIR_END_TOO_LARGE, TRUE, weir_intake_describe_limit (self->intake));
      return FALSE;
    case WEIR_INTAKE_DAMAGED:
      end (self, WEIR_END_MALFORMED, TRUE,
           g_strdup (_ ("A frame is damaged: its checksum is wrong, or it is too large.")));
      return FALSE;
    case WEIR_INTAKE_MEMORY:
    default:
      end (self, WEIR_END_TOO_LARGE, TRUE, g_strdup (_ ("There is not enough memory.")));
      return FALSE;
    }
}

/* The end or the error that body_fill() found after its bytes. */
static void
take_end (WeirConnection *self)
{
  g_autoptr (GError) error = g_steal_pointer (&self->body.error);

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
      filled = body_fill (&self->body, filled, &more);
      if (filled > 0 && !take_bytes (self, filled))
        return;
      filled = 0;
    }
  while (more && g_get_monotonic_time () < until);

  weir_sink_drained (self->intake->sink);
  if (self->body.ended)
    take_end (self);
  else
    read_more (self);
}

static void
read_more (WeirConnection *self)
{
  self->in_call = TRUE;
  g_input_stream_read_async (self->body.stream, self->body.bytes, BODY_BYTES, G_PRIORITY_DEFAULT,
                             self->cancellable, on_read, self);
}

static void
on_hangup (gpointer data)
{
  WeirConnection *self = data;

  weir_intake_finish (self->intake);
  end (self, WEIR_END_RESET, TRUE,
       g_strdup (_ ("The connection was closed in the middle of the HTTP/2 stream.")));
}

static void
watch_hangup (WeirConnection *self)
{
  GSocket *socket = weir_dial_get_session_socket (&self->dial);

  if (weir_connection_is_http2 (self) && socket)
    self->hangup = hangup_new (socket, &self->intake->n_bytes, on_hangup, self);
}

/* HTML Standard, 9.2.5: an event stream is always UTF-8, whatever its response says. */
static void
note_charset (WeirConnection *self)
{
  g_autofree char *charset =
      weir_headers_find_other_charset (soup_message_get_response_headers (self->message));

  if (charset)
    weir_intake_note (
        self->intake, WEIR_NOTE_CHARSET,
        g_strdup_printf (_ ("The server announces charset=%s. Every client reads an event stream "
                            "as UTF-8, and so does Weir. If characters are garbled, the server "
                            "has to send UTF-8."),
                         charset));
}

/* The intake pairs responses of JSON-RPC with the requests in the body. */
static void
tell_request (WeirConnection *self)
{
  GBytes *body = weir_request_get_body (self->request);
  gsize length;
  const char *bytes = body != NULL ? g_bytes_get_data (body, &length) : NULL;

  if (bytes != NULL && !self->route.without_body)
    weir_intake_set_request (self->intake, bytes, length);
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
  body_open (&self->body,
             weir_content_decoder_wrap (
                 body,
                 soup_message_headers_get_list (soup_message_get_response_headers (self->message),
                                                "Content-Encoding"),
                 &error));
  if (self->refused && self->body.stream)
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
  if (!self->body.stream)
    {
      end_with_error (self, error);
      return;
    }
  watch_hangup (self);
  weir_intake_begin (self->intake, self->info->format);
  tell_request (self);
  self->client.opened (self->info, self->client.data);
  note_charset (self);
  read_more (self);
}

/* What is sent as the body, NULL if none is; its secrets are masked. */
static void
take_body (WeirConnection *self, GBytes *body)
{
  gsize length = 0;
  const char *bytes = body != NULL ? g_bytes_get_data (body, &length) : NULL;

  g_clear_pointer (&self->info->request_body, g_free);
  self->info->request_bytes = length;
  if (length > 0)
    self->info->request_body =
        weir_request_body_mask (bytes, MIN (length, WEIR_MAX_REQUEST_BODY), self->request);
}

static void
keep_body (WeirConnection *self, GBytes *body)
{
  gsize length;
  const char *bytes = g_bytes_get_data (body, &length);

  g_free (self->info->request_body);
  self->info->request_body =
      weir_request_body_mask (bytes, MIN (length, WEIR_MAX_REQUEST_BODY), self->request);
  self->info->request_bytes = length;
}

static void
send_request (WeirConnection *self)
{
  g_autofree char *url = g_uri_to_string (self->route.uri);
  GBytes *body = weir_request_get_body (self->request);

  g_free (self->info->url);
  self->info->url = weir_secrets_mask_url (url);
  g_free (self->info->method);
  self->info->method = g_strdup (self->route.method);
  self->info->credentials_withheld =
      self->route.has_credentials && weir_route_is_foreign (&self->route);
  self->info->sent_us = -1;

  self->message = soup_message_new_from_uri (self->route.method, self->route.uri);
  soup_message_set_flags (self->message, SOUP_MESSAGE_NO_REDIRECT);
  weir_request_fill_head (soup_message_get_request_headers (self->message), self->request,
                          self->route.uri, weir_route_is_foreign (&self->route),
                          self->last_event_id);
  if (self->route.without_body)
    soup_message_headers_remove (soup_message_get_request_headers (self->message), "Content-Type");
  if (body && !self->route.without_body)
    {
      const char *type = soup_message_headers_get_one (
          soup_message_get_request_headers (self->message), "Content-Type");
      g_autofree char *copy = g_strdup (type ? type : "application/json");

      soup_message_set_request_body_from_bytes (self->message, copy, body);
      keep_body (self, body);
    }
  take_body (self, self->route.without_body ? NULL : body);

  /* After the cookie jar, which adds its header then. */
  g_signal_connect_after (self->message, "starting", G_CALLBACK (on_starting), self);
  g_signal_connect (self->message, "wrote-body", G_CALLBACK (on_wrote_body), self);
  self->client.connecting (self->client.data);
  weir_dial_begin (&self->dial, self->message);
  self->in_call = TRUE;
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
