/* SPDX-License-Identifier: MIT */
#include "weir-feed-connection-private.h"

#include "app/engine/http/weir-http-body.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#define MAX_BODY_BYTES ((gsize) 4 << 20)
/* One connection writes at most this much before the others have their turn. */
#define TURN_BYTES ((gsize) 4 << 20)
/* How long a client may take to read the end and close. */
#define LINGER_US (2 * G_USEC_PER_SEC)
#define KEEPALIVE_AFTER_S 60

typedef enum
{
  READING,   /* a request */
  WRITING,   /* the response */
  LINGERING, /* the response is complete; waiting for the client to close */
  CLOSED,
} State;

struct WeirFeedConnection
{
  grefcount refs;
  GSocket *socket;
  GMainContext *context;
  const WeirFeedConnectionFuncs *funcs;
  gpointer user_data;
  WeirFeedTimeouts timeouts;

  GSource *readable;
  GSource *writable;
  GSource *timer;
  State state;
  gint64 reading_since_us; /* monotonic */
  gboolean is_used;        /* for at least one request */

  GString *input;     /* received and not used yet */
  gsize measured;     /* how much of it was searched for the head's end */
  WeirHttpHead *head; /* of the request whose body is being read, or which is being answered */
  WeirHttpBody framing;
  GString *body;

  GString *output;
  const char *pending; /* the bytes left to write, of output or of the stream */
  gsize n_pending;
  WeirFeedStream *stream;
  gboolean keep_alive;
};

static void run (WeirFeedConnection *self);
static void watch_input (WeirFeedConnection *self);

static WeirFeedConnection *
hold (WeirFeedConnection *self)
{
  g_ref_count_inc (&self->refs);
  return self;
}

void
weir_feed_connection_unref (WeirFeedConnection *self)
{
  if (!g_ref_count_dec (&self->refs))
    return;
  g_assert (self->state == CLOSED);
  g_clear_object (&self->socket);
  g_clear_pointer (&self->head, weir_http_head_free);
  g_clear_pointer (&self->stream, weir_feed_stream_free);
  g_string_free (self->input, TRUE);
  g_string_free (self->output, TRUE);
  g_string_free (self->body, TRUE);
  g_main_context_unref (self->context);
  g_free (self);
}

static void
drop_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

void
weir_feed_connection_close (WeirFeedConnection *self)
{
  if (self->state == CLOSED)
    return;
  self->state = CLOSED;
  drop_source (&self->readable);
  drop_source (&self->writable);
  drop_source (&self->timer);
  g_socket_close (self->socket, NULL);
  self->funcs->closed (self->user_data, self);
}

static void refuse (WeirFeedConnection *self, guint status, const char *sentence);

/* The client took too long to send its request. */
static void
give_up_reading (WeirFeedConnection *self)
{
  if (self->head == NULL && self->input->len == 0)
    {
      weir_feed_connection_close (self);
      return;
    }
  refuse (self, 408, "The request did not arrive in time.");
  run (self);
}

static gboolean
on_timer (gpointer user_data)
{
  WeirFeedConnection *self = hold (user_data);

  drop_source (&self->timer);
  if (self->state == LINGERING)
    weir_feed_connection_close (self);
  else if (self->state == READING)
    give_up_reading (self);
  else
    run (self);
  weir_feed_connection_unref (self);
  return G_SOURCE_REMOVE;
}

static void
set_timer (WeirFeedConnection *self, gint64 at_us)
{
  drop_source (&self->timer);
  self->timer = g_timeout_source_new (0);
  g_source_set_ready_time (self->timer, at_us);
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, self->context);
}

static gboolean
on_writable (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  WeirFeedConnection *self = hold (user_data);

  run (self);
  weir_feed_connection_unref (self);
  return G_SOURCE_CONTINUE;
}

static void
watch_output (WeirFeedConnection *self)
{
  if (self->writable != NULL)
    return;
  self->writable = g_socket_create_source (self->socket, G_IO_OUT, NULL);
  g_source_set_callback (self->writable, G_SOURCE_FUNC (on_writable), self, NULL);
  g_source_attach (self->writable, self->context);
}

/* --- Reading requests ------------------------------------------------------------- */

/* Waits for a request: without a byte of it on a connection that was used already as long as for a
 * body, else as long as for a head. */
static void
await_request (WeirFeedConnection *self)
{
  const gint64 now_us = g_get_monotonic_time ();
  const gboolean is_idle = self->is_used && self->input->len == 0;

  self->state = READING;
  self->reading_since_us = now_us;
  set_timer (self, now_us + (is_idle ? self->timeouts.body_us : self->timeouts.head_us));
}

static void
refuse (WeirFeedConnection *self, guint status, const char *sentence)
{
  g_autofree char *line = g_strconcat (sentence, "\n", NULL);
  const WeirFeedResponse response = {
    .status = status,
    .fields = "",
    .type = "text/plain; charset=utf-8",
    .body = line,
    .length = strlen (line),
  };

  self->keep_alive = FALSE;
  weir_feed_connection_respond (self, &response);
}

/* Takes the request's head from the input. Returns FALSE if it is incomplete, or was refused. */
static gboolean
take_head (WeirFeedConnection *self)
{
  g_autoptr (GError) error = NULL;
  gsize length = weir_http_head_measure (self->input->str, self->input->len, self->measured);

  self->measured = self->input->len;
  if (length == 0 && self->input->len < WEIR_HTTP_MAX_HEAD_BYTES)
    return FALSE;
  if (length == 0 || length > WEIR_HTTP_MAX_HEAD_BYTES)
    {
      refuse (self, 431, "The request's header is larger than 64 KiB.");
      return FALSE;
    }
  self->measured = 0;
  self->head = weir_http_head_parse_request (self->input->str, length, &error);
  if (self->head == NULL || !weir_http_body_init (&self->framing, self->head, NULL, &error))
    {
      refuse (self, 400, error->message);
      return FALSE;
    }
  g_string_erase (self->input, 0, length);
  g_string_truncate (self->body, 0);
  self->keep_alive = weir_http_head_keeps_alive (self->head);
  self->is_used = TRUE;
  set_timer (self, g_get_monotonic_time () + self->timeouts.body_us);
  if (!weir_http_body_is_done (&self->framing)
      && weir_http_head_has_token (self->head, "Expect", "100-continue"))
    g_socket_send (self->socket, "HTTP/1.1 100 Continue\r\n\r\n", 25, NULL, NULL);
  return TRUE;
}

static gboolean
take_body (WeirFeedConnection *self)
{
  g_autoptr (GError) error = NULL;
  gsize used = 0;

  while (used < self->input->len && !weir_http_body_is_done (&self->framing))
    {
      const WeirSpan input = { self->input->str + used, self->input->len - used };
      WeirSpan payload;
      gssize n = weir_http_body_read (&self->framing, &input, &payload, &error);

      if (n < 0)
        {
          refuse (self, 400, error->message);
          return FALSE;
        }
      used += n;
      g_string_append_len (self->body, payload.text, (gssize) payload.length);
      if (self->body->len > MAX_BODY_BYTES)
        {
          refuse (self, 413, "The request's body is larger than 4 MiB.");
          return FALSE;
        }
    }
  g_string_erase (self->input, 0, used);
  return weir_http_body_is_done (&self->framing);
}

/* Returns FALSE if more input is needed. */
static gboolean
take_request (WeirFeedConnection *self)
{
  if (self->head == NULL && !take_head (self))
    return self->state != READING;
  if (!take_body (self))
    return self->state != READING;
  self->funcs->answer (self->user_data, self,
                       &(WeirFeedRequest){ self->head, self->body->str, self->body->len });
  g_assert (self->state != READING);
  return TRUE;
}

static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  WeirFeedConnection *self = hold (user_data);
  g_autoptr (GError) error = NULL;
  char bytes[16384];
  gssize n =
      g_socket_receive_with_blocking (self->socket, bytes, sizeof bytes, FALSE, NULL, &error);

  if (n > 0 && self->state == READING && self->head != NULL)
    set_timer (self, g_get_monotonic_time () + self->timeouts.body_us);
  if (n > 0 && self->state != LINGERING)
    g_string_append_len (self->input, bytes, n);
  if (n > 0 && self->state == READING && self->head == NULL && self->input->len == (gsize) n)
    await_request (self); /* these are the request's first bytes */
  if (n == 0 || (n < 0 && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)))
    weir_feed_connection_close (self);
  else if (self->state == READING)
    run (self);
  else if (self->state == WRITING && self->input->len >= WEIR_HTTP_MAX_HEAD_BYTES)
    drop_source (&self->readable); /* enough requests wait; read on after this response */
  weir_feed_connection_unref (self);
  return G_SOURCE_CONTINUE;
}

static void
watch_input (WeirFeedConnection *self)
{
  if (self->readable != NULL)
    return;
  self->readable = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->readable, G_SOURCE_FUNC (on_readable), self, NULL);
  g_source_attach (self->readable, self->context);
}

/* --- Writing answers -------------------------------------------------------------- */

static const char *
find_reason (guint status)
{
  static const struct
  {
    guint status;
    const char *reason;
  } reasons[] = {
    { 200, "OK" },
    { 204, "No Content" },
    { 301, "Moved Permanently" },
    { 302, "Found" },
    { 303, "See Other" },
    { 307, "Temporary Redirect" },
    { 308, "Permanent Redirect" },
    { 400, "Bad Request" },
    { 401, "Unauthorized" },
    { 403, "Forbidden" },
    { 404, "Not Found" },
    { 405, "Method Not Allowed" },
    { 408, "Request Timeout" },
    { 410, "Gone" },
    { 413, "Content Too Large" },
    { 421, "Misdirected Request" },
    { 429, "Too Many Requests" },
    { 431, "Request Header Fields Too Large" },
    { 500, "Internal Server Error" },
    { 502, "Bad Gateway" },
    { 503, "Service Unavailable" },
    { 504, "Gateway Timeout" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (reasons[i].status == status)
      return reasons[i].reason;
  return "Status";
}

static void
begin_answer (WeirFeedConnection *self, guint status, const char *fields)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *date = g_date_time_format (now, "%a, %d %b %Y %H:%M:%S GMT");

  g_string_printf (self->output, "HTTP/1.1 %u %s\r\nDate: %s\r\nServer: weir-feed\r\n%s%s", status,
                   find_reason (status), date, self->keep_alive ? "" : "Connection: close\r\n",
                   fields);
  self->state = WRITING;
  drop_source (&self->timer);
}

static void
end_head (WeirFeedConnection *self)
{
  g_string_append (self->output, "\r\n");
}

static void
send_output (WeirFeedConnection *self)
{
  self->pending = self->output->str;
  self->n_pending = self->output->len;
}

static gboolean
is_head_request (WeirFeedConnection *self)
{
  return self->head != NULL && strcmp (self->head->method, "HEAD") == 0;
}

void
weir_feed_connection_respond (WeirFeedConnection *self, const WeirFeedResponse *response)
{
  g_assert (self->state == READING);
  begin_answer (self, response->status, response->fields);
  if (response->status != 204)
    g_string_append_printf (self->output,
                            "Content-Length: %" G_GSIZE_FORMAT "\r\nContent-Type: %s\r\n",
                            response->length, response->type);
  end_head (self);
  if (response->status != 204 && !is_head_request (self))
    g_string_append_len (self->output, response->body, response->length);
  send_output (self);
}

void
weir_feed_connection_stream (WeirFeedConnection *self,
                             const char *fields,
                             const WeirFeedStreamPlan *plan)
{
  WeirFeedStreamPlan mine = *plan;

  g_assert (self->state == READING);
  if (self->head->minor_version == 0 || mine.fault.kind == WEIR_FAULT_NO_LENGTH)
    mine.framing = WEIR_FEED_FRAMING_CLOSE;
  if (mine.framing == WEIR_FEED_FRAMING_CLOSE || mine.fault.kind != WEIR_FAULT_NONE)
    self->keep_alive = FALSE;
  begin_answer (self, mine.status != 0 ? mine.status : 200, fields);
  g_string_append_printf (self->output,
                          "Content-Type: %s\r\nCache-Control: no-store\r\n"
                          "X-Accel-Buffering: no\r\n",
                          mine.fault.kind == WEIR_FAULT_TYPE
                              ? mine.fault.text
                              : weir_body_format_get_content_type (mine.format));
  if (mine.fault.kind == WEIR_FAULT_BAD_GZIP)
    g_string_append (self->output, "Content-Encoding: gzip\r\n");
  if (mine.framing != WEIR_FEED_FRAMING_CLOSE)
    g_string_append (self->output, "Transfer-Encoding: chunked\r\n");
  end_head (self);
  send_output (self);
  if (!is_head_request (self))
    self->stream = weir_feed_stream_new (&mine);
}

static void
finish_answer (WeirFeedConnection *self)
{
  g_clear_pointer (&self->stream, weir_feed_stream_free);
  g_clear_pointer (&self->head, weir_http_head_free);
  drop_source (&self->writable);
  watch_input (self);
  if (self->keep_alive)
    {
      await_request (self);
      return;
    }
  /* Closing now, with input unread, would reset the connection before the client has read all. */
  g_socket_shutdown (self->socket, FALSE, TRUE, NULL);
  self->state = LINGERING;
  set_timer (self, g_get_monotonic_time () + LINGER_US);
}

static void
reset (WeirFeedConnection *self)
{
  const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

  setsockopt (g_socket_get_fd (self->socket), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  weir_feed_connection_close (self);
}

/* Sets pending to the next bytes to write. Returns: FALSE if there are none now. */
static gboolean
refill (WeirFeedConnection *self)
{
  WeirFeedStreamOutput output;

  switch (self->stream == NULL
              ? WEIR_FEED_STREAM_DONE
              : weir_feed_stream_next (self->stream, g_get_monotonic_time (), &output))
    {
    case WEIR_FEED_STREAM_BYTES:
      self->pending = output.bytes;
      self->n_pending = output.length;
      return TRUE;
    case WEIR_FEED_STREAM_WAIT:
      drop_source (&self->writable);
      set_timer (self, output.wake_us);
      return FALSE;
    case WEIR_FEED_STREAM_STALL:
      drop_source (&self->writable);
      return FALSE;
    case WEIR_FEED_STREAM_RESET:
      reset (self);
      return FALSE;
    case WEIR_FEED_STREAM_DONE:
    default:
      finish_answer (self);
      return FALSE;
    }
}

static void
write_answer (WeirFeedConnection *self)
{
  gsize written = 0;

  do
    {
      while (self->n_pending > 0)
        {
          g_autoptr (GError) error = NULL;
          gssize n = written < TURN_BYTES ? g_socket_send_with_blocking (
                         self->socket, self->pending, self->n_pending, FALSE, NULL, &error)
                                          : 0;
          if (n == 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
            {
              watch_output (self);
              return;
            }
          if (n < 0)
            {
              weir_feed_connection_close (self);
              return;
            }
          self->pending += n;
          self->n_pending -= n;
          written += n;
        }
    }
  while (refill (self));
}

static void
run (WeirFeedConnection *self)
{
  /* A loop, because a thousand requests in one packet must not nest a thousand calls. */
  for (;;)
    {
      if (self->state == READING && !take_request (self))
        return;
      if (self->state != WRITING)
        return;
      write_answer (self);
      if (self->state != READING)
        return;
    }
}

void
weir_feed_connection_wake (WeirFeedConnection *self)
{
  if (self->state == WRITING && self->stream != NULL)
    set_timer (self, 0);
}

gint64
weir_feed_connection_get_waiting_since (WeirFeedConnection *self)
{
  return self->state == READING && self->head == NULL ? self->reading_since_us : G_MAXINT64;
}

WeirFeedConnection *
weir_feed_connection_new (GSocket *socket,
                          const WeirFeedTimeouts *timeouts,
                          const WeirFeedConnectionFuncs *funcs,
                          gpointer user_data)
{
  WeirFeedConnection *self = g_new0 (WeirFeedConnection, 1);

  g_ref_count_init (&self->refs);
  self->socket = g_object_ref (socket);
  self->context = g_main_context_ref_thread_default ();
  self->timeouts = *timeouts;
  self->funcs = funcs;
  self->user_data = user_data;
  self->input = g_string_new (NULL);
  self->body = g_string_new (NULL);
  self->output = g_string_new (NULL);
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_AFTER_S, NULL);
  g_socket_set_keepalive (socket, TRUE);
  watch_input (self);
  await_request (self);
  return self;
}
