/* SPDX-License-Identifier: MIT */
/* For G_MESSAGES_DEBUG=weir. */
#define G_LOG_DOMAIN "weir"

#include "weir-config.h"

#include "weir-runner-private.h"

#include "http/weir-backoff-private.h"
#include "weir-connection-private.h"
#include "weir-file-reader-private.h"
#include "weir-har-private.h"
#include "base/weir-io-private.h"
#include "base/weir-recording-folder.h"
#include "weir-watchdog-private.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* --- Wake: notices that the machine was suspended ---------------------------- */

/* Called in the I/O thread after each suspend. */
typedef void (*WakeFunc) (gint64 slept_us, gpointer data);

/* A smaller difference can be the time between reading the two clocks. */
#define SLEPT_US (2 * G_TIME_SPAN_SECOND)

typedef struct
{
  int fd;
  GSource *source;
  gint64 offset_us;
  WakeFunc function;
  gpointer data;
} Wake;

static gint64
read_clock (clockid_t id)
{
  struct timespec now;

  clock_gettime (id, &now);
  return now.tv_sec * G_TIME_SPAN_SECOND + now.tv_nsec / 1000;
}

/* How long the machine was suspended since it was started. */
static gint64
get_offset (void)
{
  return read_clock (CLOCK_BOOTTIME) - read_clock (CLOCK_MONOTONIC);
}

/* A timer that never expires. The kernel cancels the wait when the wall clock jumps, as after a suspend. */
static void
arm (int fd)
{
  struct itimerspec never = { .it_value = { .tv_sec = G_MAXINT32 } };

  timerfd_settime (fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);
}

static gboolean
on_clock_jumped (int fd, GIOCondition condition, gpointer data)
{
  Wake *self = data;
  gint64 slept = get_offset () - self->offset_us;
  guint64 ticks;
  gssize n = read (fd, &ticks, sizeof ticks);

  (void) n; /* it fails with ECANCELED, which is the signal */
  arm (fd);
  self->offset_us += slept;
  if (slept >= SLEPT_US)
    self->function (slept, self->data);
  return G_SOURCE_CONTINUE;
}

/* Returns: NULL if the system does not support it. */
static Wake *
wake_new (WakeFunc function, gpointer data)
{
  int fd = timerfd_create (CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  Wake *self;

  if (fd < 0)
    return NULL;
  arm (fd);
  self = g_new0 (Wake, 1);
  self->fd = fd;
  self->offset_us = get_offset ();
  self->function = function;
  self->data = data;
  self->source = g_unix_fd_source_new (fd, G_IO_IN);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_clock_jumped), self, NULL);
  g_source_attach (self->source, weir_io_get_context ());
  return self;
}

static void
wake_free (Wake *self)
{
  weir_io_clear_source (&self->source);
  close (self->fd);
  g_free (self);
}

/* --- The runner -------------------------------------------------------------- */

#define DEFAULT_RETRY_MS 3000
/* A server's "retry: 0" would otherwise cause thousands of connections a second. */
#define LEAST_SERVER_RETRY_MS 100
#define DEFAULT_MAX_RETRY_MS 30000

struct _WeirRunner
{
  WeirRequest *request;
  WeirSink *sink;
  WeirRunnerReport report;
  gpointer data;
  GDestroyNotify destroy;

  WeirIntake intake;
  SoupSession *session;
  SoupCookieJar *cookies; /* shared by the stream's sessions */
  WeirStreamState state;
  WeirConnectionInfo *info;
  WeirConnection *connection;
  WeirFileReader *reader;
  GSource *wait;
  WeirWatchdog watchdog;
  Wake *wake;

  char *next_id; /* set by the user, instead of the last one received; NULL: not set */
  guint n_connections;
  guint n_failures; /* in a row */
  gboolean ever_opened;
  gboolean ever_event; /* a connection brought one */
  gboolean resume_at_once;
  gboolean body_sent;
};

static void begin (WeirRunner *self);
static void on_woken (gint64 slept_us, gpointer data);

/* --- Reports ------------------------------------------------------------- */

static void
set_state (WeirRunner *self, WeirStreamState state, gint64 delay_ms, gboolean failed, char *text)
{
  WeirStreamStatus status = {
    .state = state,
    .connection = self->info,
    .attempt = self->n_failures,
    .delay_ms = delay_ms,
    .sent_us = state == WEIR_STREAM_STATE_CONNECTING ? self->watchdog.sent_us : 0,
    .failed = failed,
    .text = text,
  };

  g_debug ("connection %u: %s: %s", self->n_connections, weir_stream_state_get_name (state), text);
  self->state = state;
  weir_sink_state_changed (self->sink, &status);
  weir_sink_drained (self->sink);
  self->report (&status, NULL, self->data);
  g_free (text);
}

static void
note (WeirRunner *self, WeirNoteKind kind, char *text)
{
  WeirNote content = { kind, g_get_real_time (), text };

  g_debug ("connection %u: note %s: %s", self->n_connections, weir_note_kind_get_name (kind), text);
  weir_sink_note (self->sink, &content);
  weir_sink_drained (self->sink);
  self->report (NULL, &content, self->data);
  g_free (text);
}

static void
take_info (WeirRunner *self, WeirConnectionInfo *info)
{
  g_clear_pointer (&self->info, weir_connection_info_unref);
  self->info = info;
}

/* --- After an end --------------------------------------------- */

/* Statuses of gateways and of Cloudflare (520 to 527, 530) whose backend is starting or busy. */
static gboolean
is_temporary (guint status)
{
  return status == 502 || status == 503 || status == 504 || (status >= 520 && status <= 527)
         || status == 530;
}

/* Whether another connection can have another end. The first connection is repeated only if the user
 * allows attempts. */
static gboolean
is_worth_another (WeirRunner *self, const WeirConnectionInfo *info)
{
  const gboolean patient = weir_request_get_options (self->request)->max_attempts > 0;

  if (weir_request_get_path (self->request))
    return FALSE;
  switch (info->end)
    {
    case WEIR_END_SERVER:
    case WEIR_END_RESET:
    case WEIR_END_IDLE:
    case WEIR_END_MALFORMED:
    case WEIR_END_REFUSED:
    case WEIR_END_UNREACHABLE:
    case WEIR_END_DNS:
    case WEIR_END_PROXY:
      return self->ever_opened || patient;
    case WEIR_END_STATUS:
      if (info->status == 429 || info->status == 503)
        return info->retry_after_ms >= 0 || self->ever_opened || patient;
      if (info->status == 500)
        return patient;
      return is_temporary (info->status) && (self->ever_opened || patient);
    case WEIR_END_CONTENT_TYPE:
      /* A stream that had events may have more. */
      return info->no_event && (self->ever_event || patient);
    case WEIR_END_CANCELLED:
      return self->resume_at_once;
    case WEIR_END_NONE:
    case WEIR_END_TLS:
    case WEIR_END_NO_CONTENT:
    case WEIR_END_TOO_LARGE:
    case WEIR_END_REDIRECT:
    case WEIR_END_FILE:
    default:
      return FALSE;
    }
}

static void
end_stream (WeirRunner *self, gboolean failed, char *text)
{
  weir_io_clear_source (&self->wait);
  set_state (self, WEIR_STREAM_STATE_ENDED, 0, failed, text);
}

static gboolean
on_waited (gpointer data)
{
  WeirRunner *self = data;

  weir_io_clear_source (&self->wait);
  begin (self);
  return G_SOURCE_REMOVE;
}

static void
wait_for_next (WeirRunner *self, const WeirConnectionInfo *info)
{
  const WeirRequestOptions *options = weir_request_get_options (self->request);
  gint64 set = self->intake.retry_ms;
  guint asked = options->retry_ms ? options->retry_ms : DEFAULT_RETRY_MS;
  guint retry = set >= 0 ? (guint) MAX (set, MIN (asked, LEAST_SERVER_RETRY_MS)) : asked;
  guint cap = options->max_retry_ms ? options->max_retry_ms : DEFAULT_MAX_RETRY_MS;
  const WeirBackoff backoff = { retry, cap, self->n_failures, info->retry_after_ms };
  gint64 delay = self->resume_at_once ? 0 : weir_backoff_get_delay (&backoff, g_random_double ());
  g_autofree char *why = weir_connection_info_describe_end (info);

  g_debug ("connection %u: reconnect in %" G_GINT64_FORMAT
           " ms (reconnection time %u ms, limit %u ms, "
           "%u failures, Retry-After %" G_GINT64_FORMAT " ms)",
           self->n_connections, delay, retry, cap, self->n_failures, info->retry_after_ms);
  self->resume_at_once = FALSE;
  self->wait = weir_io_timeout (delay, on_waited, self);
  set_state (self, WEIR_STREAM_STATE_WAITING, delay, FALSE,
             g_strdup_printf (_ ("%s Connecting again in %.1f s."), why, delay / 1e3));
}

/* The server may have acted on a POST already; only the user knows whether it may do so twice. */
static gboolean
may_repeat (WeirRunner *self)
{
  const char *method = weir_request_get_method (self->request);

  if (weir_request_get_options (self->request)->repeat_body || !self->body_sent)
    return TRUE;
  return !weir_request_get_body (self->request)
         && (strcmp (method, "GET") == 0 || strcmp (method, "OPTIONS") == 0);
}

static void
decide (WeirRunner *self, const WeirConnectionInfo *info)
{
  const WeirRequestOptions *options = weir_request_get_options (self->request);
  g_autofree char *why = weir_connection_info_describe_end (info);
  gboolean normal = info->end == WEIR_END_SERVER || info->end == WEIR_END_NO_CONTENT
                    || info->end == WEIR_END_CANCELLED;

  if (options->no_reconnect || info->format != WEIR_BODY_SSE || !is_worth_another (self, info))
    end_stream (self, !normal || info->failed, g_steal_pointer (&why));
  else if (!may_repeat (self))
    {
      char *text = g_strdup_printf (
          _ ("%s The request has a body and is not sent again unless --repeat-body is given."),
          why);

      note (self, WEIR_NOTE_NOT_REPEATED, g_strdup (text));
      end_stream (self, !normal || info->failed, text);
    }
  else if (options->max_attempts > 0 && self->n_failures >= options->max_attempts)
    end_stream (
        self, TRUE,
        g_strdup_printf (ngettext ("Gave up after %u failed attempt. %s",
                                   "Gave up after %u failed attempts. %s", self->n_failures),
                         self->n_failures, why));
  else
    wait_for_next (self, info);
}

/* An HTTP/2 connection that stalled must not be used for the next request. */
static void
drop_dead_connection (WeirRunner *self, WeirEndReason end)
{
  if (end != WEIR_END_IDLE && end != WEIR_END_RESET && end != WEIR_END_UNREACHABLE)
    return;
  /* Aborting the session is not enough: it keeps a connection whose stream was just cancelled. */
  g_clear_object (&self->session);
}

/* Where the end itself does not say so already. */
static void
report_no_event (WeirRunner *self, const WeirConnectionInfo *info)
{
  WeirDiagnosis diagnosis;
  char *text;

  if (info->no_event || info->end == WEIR_END_CANCELLED)
    return;
  text = weir_intake_diagnose (&self->intake, self->request, &diagnosis);
  if (text != NULL)
    note (self, WEIR_NOTE_NO_EVENT, text);
}

static void
finish_connection (WeirRunner *self, WeirConnectionInfo *info)
{
  WeirConnectionInfo *last = weir_connection_info_copy (info);

  weir_watchdog_stop (&self->watchdog);
  last->n_reads = self->intake.n_reads;
  last->n_bytes = self->intake.n_bytes;
  last->n_events = self->intake.n_events;
  last->ended_us = g_get_real_time ();
  take_info (self, last);
  g_debug ("connection %u: ended as %s: %u reads, %" G_GUINT64_FORMAT " bytes, %" G_GUINT64_FORMAT
           " events",
           last->number, weir_end_reason_get_name (last->end), (guint) last->n_reads, last->n_bytes,
           last->n_events);

  self->ever_event = self->ever_event || last->n_events > 0;
  /* A connection that brought part of an event stream was a good one, however it ended. */
  self->n_failures =
      (last->n_bytes > 0 && !last->no_event) || self->resume_at_once ? 0 : self->n_failures + 1;
  if (self->intake.unfinished && last->method)
    note (self, WEIR_NOTE_DROPPED,
          g_strdup (_ ("The connection ended in the middle of an event; that event was dropped.")));
  report_no_event (self, last);
  weir_sink_connection_ended (self->sink, last);
  drop_dead_connection (self, last->end);
  decide (self, last);
}

/* --- One connection ------------------------------------------------------ */

static void
on_timed_out (WeirEndReason reason, char *evidence, gpointer data)
{
  WeirRunner *self = data;

  weir_connection_cut (self->connection, reason, evidence);
}

static void
on_connecting (gpointer data)
{
  WeirRunner *self = data;

  weir_watchdog_expect_connection (&self->watchdog);
}

static void
on_sending (gpointer data)
{
  WeirRunner *self = data;

  weir_watchdog_expect_head (&self->watchdog);
}

static void
on_waiting_for_head (gint64 waited_us, gpointer data)
{
  set_state (data, WEIR_STREAM_STATE_CONNECTING, 0, FALSE,
             g_strdup_printf (_ ("The request was sent %.0f s ago; there is no response head yet."),
                              (double) waited_us / 1e6));
}

static void
on_watchdog_note (WeirNoteKind kind, char *text, gpointer data)
{
  note (data, kind, text);
}

static void
on_connection_opened (WeirConnectionInfo *info, gpointer data)
{
  WeirRunner *self = data;

  self->ever_opened = TRUE;
  take_info (self, weir_connection_info_copy (info));
  weir_sink_connection_opened (self->sink, self->info);
  weir_watchdog_expect_bytes (&self->watchdog, weir_connection_is_http2 (self->connection));
  set_state (self, WEIR_STREAM_STATE_OPEN, 0, FALSE,
             info->insecure && info->tls
                 ? g_strdup_printf (_ ("Connected to %s. Certificates are not checked."), info->url)
                 : g_strdup_printf (_ ("Connected to %s"), info->url));
}

static void
on_connection_ended (WeirConnectionInfo *info, gpointer data)
{
  WeirRunner *self = data;
  WeirConnection *connection = g_steal_pointer (&self->connection);

  weir_connection_info_ref (info);
  weir_connection_free (connection);
  finish_connection (self, info);
  weir_connection_info_unref (info);
}

static void
on_file_ended (WeirConnectionInfo *info, gpointer data)
{
  WeirRunner *self = data;

  weir_connection_info_ref (info);
  g_clear_pointer (&self->reader, weir_file_reader_free);
  finish_connection (self, info);
  weir_connection_info_unref (info);
}

static void
make_session (WeirRunner *self)
{
  const char *proxy = weir_request_get_proxy (self->request);
  GTlsDatabase *database = weir_request_get_tls_database (self->request);

  /* WeirWatchdog has the timeouts. The default of two connections to a host would stop a third
   * stream. */
  self->session = soup_session_new_with_options ("timeout", 0, "idle-timeout", 30, "max-conns", 256,
                                                 "max-conns-per-host", 256, NULL);
  /* libsoup passes on what it cannot decode; WeirContentDecoder reports it instead. */
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CONTENT_DECODER);
  /* The user should see a 401. A proxy gets its credentials with the first request, and after a 407
   * libsoup 3.2 would repeat the request for a tunnel many times. */
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_AUTH_MANAGER);
  if (!self->cookies)
    self->cookies = soup_cookie_jar_new ();
  soup_session_add_feature (self->session, SOUP_SESSION_FEATURE (self->cookies));
  if (database)
    soup_session_set_tls_database (self->session, database);
  if (proxy && !*proxy)
    soup_session_set_proxy_resolver (self->session, NULL);
  else if (proxy)
    {
      g_autoptr (GProxyResolver) resolver = g_simple_proxy_resolver_new (proxy, NULL);

      soup_session_set_proxy_resolver (self->session, resolver);
    }
}

/* The ID to resume after. (transfer full) */
static char *
get_last_event_id (WeirRunner *self)
{
  WeirParser *parser = weir_reader_get_parser (self->intake.reader);
  WeirSpan id;

  if (self->next_id)
    {
      weir_parser_reset (parser);
      weir_parser_set_last_event_id (parser, self->next_id, strlen (self->next_id));
      g_clear_pointer (&self->next_id, g_free);
    }
  id = weir_parser_get_last_event_id (parser);
  return g_strndup (id.text ? id.text : "", id.length);
}

static WeirBodyFormat
find_file_format (WeirRunner *self)
{
  const WeirRequestOptions *options = weir_request_get_options (self->request);
  const char *path = weir_request_get_path (self->request);

  return options->read_as == WEIR_READ_AS_FORMAT ? options->format
                                                 : weir_recorded_file_guess_format (path);
}

static void
begin_file (WeirRunner *self, WeirConnectionInfo *info)
{
  const WeirRequestOptions *options = weir_request_get_options (self->request);
  char *evidence = NULL;

  self->reader = weir_file_reader_new (weir_request_get_path (self->request), &self->intake, info,
                                       on_file_ended, self);
  self->info->format = find_file_format (self);
  if (options->read_as == WEIR_READ_AS_FORMAT || self->info->format != WEIR_BODY_SSE)
    weir_file_reader_keep_encoding (self->reader);
  weir_intake_begin (&self->intake, self->info->format);
  weir_sink_connection_began (self->sink, self->info);
  if (!weir_file_reader_start (self->reader, &evidence))
    {
      g_clear_pointer (&self->reader, weir_file_reader_free);
      info->end = WEIR_END_FILE;
      info->failed = TRUE;
      info->evidence = evidence;
      finish_connection (self, info);
      return;
    }
  self->ever_opened = TRUE;
  weir_sink_connection_opened (self->sink, self->info);
  set_state (self, WEIR_STREAM_STATE_OPEN, 0, FALSE,
             g_strdup_printf (_ ("Reading %s"), weir_request_get_display_url (self->request)));
}

/* --- An HTTP archive ----------------------------------------------------- */

/* Pushes the body of a response, message by message if each has a time. */
static WeirIntakeStatus
push_entry (WeirRunner *self, const WeirHarEntry *entry)
{
  gsize length, begin = 0;
  const guint8 *bytes = g_bytes_get_data (entry->body, &length);
  WeirIntakeStatus status = WEIR_INTAKE_MORE;

  for (guint i = 0; entry->messages != NULL && i < entry->messages->len; i++)
    {
      const WeirHarMessage *message = &g_array_index (entry->messages, WeirHarMessage, i);

      if (message->time_us > 0)
        self->intake.wall_us = message->time_us;
      status = weir_intake_push (&self->intake, bytes + begin, message->end - begin);
      if (status != WEIR_INTAKE_MORE)
        return status;
      begin = message->end;
    }
  return length > begin ? weir_intake_push (&self->intake, bytes + begin, length - begin) : status;
}

/* One response of an archive, from its beginning to its end. */
static WeirIntakeStatus
read_entry (WeirRunner *self, const WeirHarEntry *entry)
{
  WeirConnectionInfo *last;
  WeirIntakeStatus status;

  take_info (self, weir_connection_info_copy (entry->info));
  weir_intake_begin (&self->intake, self->info->format);
  if (entry->info->request_body != NULL)
    weir_intake_set_request (&self->intake, entry->info->request_body,
                             strlen (entry->info->request_body));
  self->intake.wall_us = entry->answered_us;
  weir_sink_connection_began (self->sink, self->info);
  weir_sink_connection_opened (self->sink, self->info);
  set_state (self, WEIR_STREAM_STATE_OPEN, 0, FALSE,
             g_strdup_printf (_ ("Reading %s"), self->info->url));
  status = push_entry (self, entry);
  if (status == WEIR_INTAKE_MORE)
    status = weir_intake_finish (&self->intake);
  last = weir_connection_info_copy (self->info);
  last->n_reads = self->intake.n_reads;
  last->n_bytes = self->intake.n_bytes;
  last->n_events = self->intake.n_events;
  last->ended_us = entry->answered_us;
  last->end = WEIR_END_SERVER;
  last->evidence =
      g_strdup (entry->messages != NULL
                    ? _ ("The archive has the messages of this response, but not its bytes. The "
                         "bytes shown here were made from the messages.")
                    : _ ("The archive has no more of this response."));
  take_info (self, last);
  report_no_event (self, last);
  weir_sink_connection_ended (self->sink, last);
  weir_sink_drained (self->sink);
  return status;
}

static void
fail_archive (WeirRunner *self, WeirEndReason reason, char *evidence)
{
  WeirConnectionInfo *info = weir_connection_info_copy (self->info);

  info->end = reason;
  info->failed = TRUE;
  info->evidence = evidence;
  take_info (self, info);
  end_stream (self, TRUE, weir_connection_info_describe_end (info));
}

static void
begin_archive (WeirRunner *self)
{
  char *evidence = NULL;
  g_autoptr (GPtrArray) entries = weir_har_load (weir_request_get_path (self->request), &evidence);
  g_autofree char *missing = NULL;
  WeirIntakeStatus status = WEIR_INTAKE_MORE;
  guint64 n_events = 0;
  WeirConnectionInfo *last;

  if (entries == NULL)
    {
      fail_archive (self, WEIR_END_FILE, evidence);
      return;
    }
  missing = evidence;
  self->ever_opened = TRUE;
  for (guint i = 0; i < entries->len && status == WEIR_INTAKE_MORE; i++)
    {
      status = read_entry (self, entries->pdata[i]);
      n_events += self->intake.n_events;
    }
  self->intake.wall_us = 0;
  if (status == WEIR_INTAKE_LIMIT || status == WEIR_INTAKE_MEMORY)
    {
      fail_archive (self, WEIR_END_TOO_LARGE, weir_intake_describe_limit (&self->intake));
      return;
    }
  /* The state is about the whole archive. */
  last = weir_connection_info_copy (self->info);
  last->n_events = n_events;
  take_info (self, last);
  if (missing != NULL)
    note (self, WEIR_NOTE_NO_EVENT, g_strdup (missing));
  end_stream (self, FALSE, g_strjoin (" ", _ ("The archive ended."), missing, NULL));
}

static void
begin_http (WeirRunner *self, WeirConnectionInfo *info)
{
  const WeirRequestOptions *options = weir_request_get_options (self->request);
  g_autofree char *id = get_last_event_id (self);
  const WeirConnectionClient client = {
    on_connecting, on_sending, on_connection_opened, on_connection_ended, self,
  };
  WeirConnectionPlan plan;

  if (!self->session)
    make_session (self);
  if (!self->wake)
    self->wake = wake_new (on_woken, self);
  info->url = g_strdup (weir_request_get_display_url (self->request));
  info->method = g_strdup (weir_request_get_method (self->request));
  info->last_event_id = *id ? g_strdup (id) : NULL;
  take_info (self, weir_connection_info_copy (info));
  weir_intake_forget (&self->intake);
  self->watchdog.sent_us = 0;
  weir_sink_connection_began (self->sink, info);
  set_state (self, WEIR_STREAM_STATE_CONNECTING, 0, FALSE,
             g_strdup_printf (_ ("Connecting to %s"), info->url));
  if (options->insecure && self->n_connections == 1)
    note (self, WEIR_NOTE_INSECURE,
          g_strdup (_ ("Certificates are not checked: anyone on the way can read and change this "
                       "stream.")));

  plan = (WeirConnectionPlan){ self->session, self->request, id, &self->intake };
  self->connection = weir_connection_new (&plan, g_steal_pointer (&info), &client);
  self->body_sent = TRUE;
  weir_connection_start (self->connection);
}

static void
begin (WeirRunner *self)
{
  g_autoptr (WeirConnectionInfo) info = weir_connection_info_new (++self->n_connections);

  info->began_us = g_get_real_time ();
  if (weir_request_get_path (self->request))
    {
      info->url = g_strdup (weir_request_get_display_url (self->request));
      take_info (self, weir_connection_info_copy (info));
      if (weir_har_is (weir_request_get_path (self->request)))
        begin_archive (self);
      else
        begin_file (self, info);
    }
  else
    begin_http (self, info);
}

/* --- Commands -------------------------------------------------------------- */

void
weir_runner_open (WeirRunner *self)
{
  if (self->connection || self->reader)
    return;
  weir_io_clear_source (&self->wait);
  self->n_failures = 0;
  self->body_sent = FALSE;
  begin (self);
}

void
weir_runner_close (WeirRunner *self)
{
  self->resume_at_once = FALSE;
  if (self->connection)
    {
      weir_connection_cut (self->connection, WEIR_END_CANCELLED, g_strdup (_ ("Closed.")));
      return;
    }
  if (self->reader)
    {
      g_autoptr (WeirConnectionInfo) info = weir_connection_info_copy (self->info);

      g_clear_pointer (&self->reader, weir_file_reader_free);
      info->end = WEIR_END_CANCELLED;
      info->evidence = g_strdup (_ ("Closed."));
      finish_connection (self, info);
      return;
    }
  if (self->state != WEIR_STREAM_STATE_ENDED && self->state != WEIR_STREAM_STATE_IDLE)
    end_stream (self, FALSE, g_strdup (_ ("Closed.")));
}

void
weir_runner_cut (WeirRunner *self)
{
  if (self->connection)
    {
      self->resume_at_once = TRUE;
      weir_connection_cut (self->connection, WEIR_END_CANCELLED,
                           g_strdup (_ ("The user asked for a new connection.")));
    }
  else if (!self->reader)
    weir_runner_open (self);
}

void
weir_runner_set_last_event_id (WeirRunner *self, const char *id)
{
  g_free (self->next_id);
  self->next_id = g_strdup (id);
}

void
weir_runner_network_up (WeirRunner *self)
{
  if (self->state != WEIR_STREAM_STATE_WAITING)
    return;
  note (self, WEIR_NOTE_NETWORK, g_strdup (_ ("The network is back. Reconnecting now.")));
  on_waited (self);
}

static void
on_woken (gint64 slept_us, gpointer data)
{
  WeirRunner *self = data;

  note (self, WEIR_NOTE_SUSPENDED,
        g_strdup_printf (_ ("The computer was suspended for %.0f s."), slept_us / 1e6));
  /* TCP's keepalive finds out within a minute whether an open connection is still there. */
  if (self->state == WEIR_STREAM_STATE_WAITING)
    on_waited (self);
}

int
weir_runner_get_period_ms (WeirRunner *self)
{
  return g_atomic_int_get (&self->watchdog.period_ms);
}

gboolean
weir_runner_is_overdue (WeirRunner *self)
{
  return g_atomic_int_get (&self->watchdog.overdue);
}

void
weir_runner_abandon (WeirRunner *self)
{
  weir_io_clear_source (&self->wait);
  weir_watchdog_stop (&self->watchdog);
  g_clear_pointer (&self->wake, wake_free);
  g_clear_pointer (&self->connection, weir_connection_free);
  g_clear_pointer (&self->reader, weir_file_reader_free);
  if (self->session)
    soup_session_abort (self->session);
  g_clear_object (&self->session);
  g_clear_object (&self->cookies);
}

/* --- Life ---------------------------------------------------------------- */

WeirRunner *
weir_runner_new (WeirRequest *request,
                 WeirSink *sink,
                 WeirRunnerReport report,
                 gpointer data,
                 GDestroyNotify destroy)
{
  WeirRunner *self = g_atomic_rc_box_new0 (WeirRunner);
  const WeirWatchdogClient client = {
    on_timed_out,
    on_watchdog_note,
    on_waiting_for_head,
    self,
  };

  self->request = g_object_ref (request);
  self->sink = g_object_ref (sink);
  self->report = report;
  self->data = data;
  self->destroy = destroy;
  weir_intake_init (&self->intake, request, sink);
  weir_watchdog_init (&self->watchdog, request, &self->intake, &client);
  return self;
}

WeirRunner *
weir_runner_ref (WeirRunner *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
weir_runner_clear (gpointer data)
{
  WeirRunner *self = data;

  weir_intake_clear (&self->intake);
  g_clear_pointer (&self->info, weir_connection_info_unref);
  g_free (self->next_id);
  g_object_unref (self->request);
  g_object_unref (self->sink);
  self->destroy (self->data);
}

void
weir_runner_unref (WeirRunner *self)
{
  g_atomic_rc_box_release_full (self, weir_runner_clear);
}
