/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-watchdog-private.h"

#include "base/weir-io-private.h"

#include <glib/gi18n-lib.h>

#define DEFAULT_CONNECT_TIMEOUT_MS 30000
/* As long as browsers wait. A server may send its head together with its first event. */
#define DEFAULT_HEAD_TIMEOUT_MS 300000
/* TCP's own tests do not see a stalled HTTP/2 stream, so such a silence is worth a report. */
#define HTTP2_OVERDUE_US (5 * G_TIME_SPAN_MINUTE)
/* How long a request waits for its response head before the state says so, and how often again. */
#define FIRST_REPORT_US (2 * G_TIME_SPAN_SECOND)
#define REPORT_US (10 * G_TIME_SPAN_SECOND)

static gboolean on_check (gpointer data);

void
weir_watchdog_init (WeirWatchdog *self,
                    WeirRequest *request,
                    WeirIntake *intake,
                    const WeirWatchdogClient *client)
{
  *self = (WeirWatchdog){ .request = request, .intake = intake, .client = *client };
}

void
weir_watchdog_stop (WeirWatchdog *self)
{
  weir_io_clear_source (&self->source);
}

static void
call_in (WeirWatchdog *self, gint64 delay_us, GSourceFunc function)
{
  weir_io_clear_source (&self->source);
  self->source = weir_io_timeout ((delay_us + 999) / 1000, function, self);
}

/* --- The response head --------------------------------------------------- */

static gint64
get_connect_timeout_us (WeirWatchdog *self)
{
  const guint ms = weir_request_get_options (self->request)->connect_timeout_ms;

  return (ms > 0 ? ms : DEFAULT_CONNECT_TIMEOUT_MS) * G_TIME_SPAN_MILLISECOND;
}

static gint64
get_head_timeout_us (WeirWatchdog *self)
{
  const guint ms = weir_request_get_options (self->request)->head_timeout_ms;

  return (ms > 0 ? ms : DEFAULT_HEAD_TIMEOUT_MS) * G_TIME_SPAN_MILLISECOND;
}

static gboolean
on_not_connected (gpointer data)
{
  WeirWatchdog *self = data;

  weir_watchdog_stop (self);
  self->client.timed_out (
      WEIR_END_UNREACHABLE,
      g_strdup_printf (_ ("No connection was made within %.1f s. --connect-timeout-ms sets this "
                          "timeout."),
                       (double) get_connect_timeout_us (self) / 1e6),
      self->client.data);
  return G_SOURCE_REMOVE;
}

void
weir_watchdog_expect_connection (WeirWatchdog *self)
{
  self->sent_us = 0;
  call_in (self, get_connect_timeout_us (self), on_not_connected);
}

static gboolean
on_no_head (gpointer data)
{
  WeirWatchdog *self = data;
  const gint64 waited = g_get_monotonic_time () - self->sent_us;
  const gint64 limit = get_head_timeout_us (self);
  gint64 next;

  if (waited >= limit)
    {
      weir_watchdog_stop (self);
      self->client.timed_out (
          WEIR_END_UNREACHABLE,
          g_strdup_printf (_ ("The request was sent, but no response head arrived within %.1f s. "
                              "--head-timeout-ms sets this timeout."),
                           (double) limit / 1e6),
          self->client.data);
      return G_SOURCE_REMOVE;
    }
  if (waited >= FIRST_REPORT_US)
    self->client.waiting (waited, self->client.data);
  next = waited < FIRST_REPORT_US ? FIRST_REPORT_US - waited : REPORT_US - waited % REPORT_US;
  call_in (self, MIN (next, limit - waited), on_no_head);
  return G_SOURCE_REMOVE;
}

void
weir_watchdog_expect_head (WeirWatchdog *self)
{
  self->sent_us = g_get_monotonic_time ();
  call_in (self, MIN (FIRST_REPORT_US, get_head_timeout_us (self)), on_no_head);
}

/* --- The body ------------------------------------------------------------ */

/* The timeout that the user set, in microseconds; 0: none. */
static gint64
get_idle_timeout_us (WeirWatchdog *self)
{
  return weir_request_get_options (self->request)->idle_timeout_ms * G_TIME_SPAN_MILLISECOND;
}

/* The silence after which a stream is overdue; 0: never. */
static gint64
get_overdue_us (WeirWatchdog *self)
{
  const gint64 period = weir_intake_get_period (self->intake);

  if (period > 0)
    return weir_rhythm_get_overdue (period);
  if (get_idle_timeout_us (self) > 0)
    return get_idle_timeout_us (self) / 2;
  return self->http2 ? HTTP2_OVERDUE_US : 0;
}

static char *
describe_overdue (WeirWatchdog *self, gint64 silence)
{
  const double seconds = (double) silence / 1e6;
  const double period = (double) weir_intake_get_period (self->intake) / 1e6;
  const double limit = (double) get_idle_timeout_us (self) / 1e6;

  if (period > 0 && limit > 0)
    return g_strdup_printf (
        _ ("Overdue: no data for %.1f s. This stream usually sends every %.1f s, as far as can be "
           "inferred. The idle timeout is %.1f s."),
        seconds, period, limit);
  if (period > 0)
    return g_strdup_printf (
        _ ("Overdue: no data for %.1f s. This stream usually sends every %.1f s, as far as can be "
           "inferred. Weir keeps waiting; --idle-timeout-ms sets a timeout."),
        seconds, period);
  if (limit > 0)
    return g_strdup_printf (_ ("Overdue: no data for %.1f s. The idle timeout is %.1f s."), seconds,
                            limit);
  return g_strdup_printf (
      _ ("Overdue: no data for %.1f s. Over HTTP/2 a stalled stream looks like a quiet one. Weir "
         "keeps waiting; --idle-timeout-ms sets a timeout."),
      seconds);
}

static void
report_overdue (WeirWatchdog *self, gint64 silence)
{
  g_atomic_int_set (&self->overdue, TRUE);
  self->overdue_since_us = self->intake->last_read_us;
  self->client.note (WEIR_NOTE_OVERDUE, describe_overdue (self, silence), self->client.data);
}

static void
report_arrived (WeirWatchdog *self)
{
  g_atomic_int_set (&self->overdue, FALSE);
  self->client.note (WEIR_NOTE_ARRIVED, g_strdup (_ ("Data is arriving again.")),
                     self->client.data);
}

static gboolean
on_check (gpointer data)
{
  WeirWatchdog *self = data;
  const gint64 silence = g_get_monotonic_time () - self->intake->last_read_us;
  const gint64 limit = get_idle_timeout_us (self);
  const gint64 overdue = get_overdue_us (self);
  gint64 next = G_TIME_SPAN_SECOND;

  g_atomic_int_set (&self->period_ms,
                    (int) (weir_intake_get_period (self->intake) / G_TIME_SPAN_MILLISECOND));
  if (limit > 0 && silence >= limit)
    {
      weir_watchdog_stop (self);
      self->client.timed_out (
          WEIR_END_IDLE,
          g_strdup_printf (_ ("No data for %.1f s. The idle timeout is %.1f s."),
                           (double) silence / 1e6, (double) limit / 1e6),
          self->client.data);
      return G_SOURCE_REMOVE;
    }
  if (self->overdue && self->intake->last_read_us > self->overdue_since_us)
    report_arrived (self);
  else if (!self->overdue && overdue > 0 && silence >= overdue)
    report_overdue (self, silence);

  if (limit > 0)
    next = MIN (next, limit - silence);
  if (!self->overdue && overdue > silence)
    next = MIN (next, overdue - silence);
  call_in (self, next, on_check);
  return G_SOURCE_REMOVE;
}

void
weir_watchdog_expect_bytes (WeirWatchdog *self, gboolean http2)
{
  self->http2 = http2;
  g_atomic_int_set (&self->overdue, FALSE);
  g_atomic_int_set (&self->period_ms, 0);
  call_in (self, 0, on_check);
}
