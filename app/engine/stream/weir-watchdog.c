/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-watchdog-private.h"

#include "base/weir-io-private.h"

#include <glib/gi18n-lib.h>

#define DEFAULT_CONNECT_TIMEOUT_MS 30000
/* A stalled HTTP/2 stream looks like a quiet one to TCP, and libsoup would wait for ever. */
#define HTTP2_IDLE_MS (5 * 60 * 1000)
/* After a suspend the peer has this long to show that it is still there. */
#define WOKEN_IDLE_MS 10000

static gboolean on_look (gpointer data);

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

/* How long a silence may last, in microseconds; 0: for ever. */
static gint64
get_limit (WeirWatchdog *self)
{
  const WeirRequestOptions *options = weir_request_get_options (self->request);
  const gint64 period = weir_intake_get_period (self->intake);

  if (self->woken_us > self->intake->last_read_us)
    return WOKEN_IDLE_MS * G_TIME_SPAN_MILLISECOND + self->woken_us - self->intake->last_read_us;
  if (options->idle_timeout_ms > 0)
    return options->idle_timeout_ms * G_TIME_SPAN_MILLISECOND;
  if (options->no_idle_timeout)
    return 0;
  if (period > 0)
    return weir_rhythm_get_dead (period);
  return self->http2 ? HTTP2_IDLE_MS * G_TIME_SPAN_MILLISECOND : 0;
}

static void
tell_overdue (WeirWatchdog *self, gint64 silence, gint64 period, gint64 limit)
{
  char *text = period > 0
                   ? g_strdup_printf (
                       _ ("Overdue: nothing came for %.1f s; this stream's rhythm is %.1f s."),
                       silence / 1e6, period / 1e6)
                   : g_strdup_printf (_ ("Overdue: nothing came for %.1f s; cut after %.1f s."),
                                      silence / 1e6, limit / 1e6);

  self->overdue = TRUE;
  self->overdue_since_us = self->intake->last_read_us;
  self->client.note (WEIR_NOTE_OVERDUE, text, self->client.data);
}

static void
tell_arrived (WeirWatchdog *self)
{
  self->overdue = FALSE;
  self->client.note (WEIR_NOTE_ARRIVED, g_strdup (_ ("It goes on: what was overdue came.")),
                     self->client.data);
}

static void
look_in (WeirWatchdog *self, gint64 delay_ms)
{
  weir_io_clear_source (&self->source);
  self->source = weir_io_timeout (delay_ms, on_look, self);
}

static gboolean
on_look (gpointer data)
{
  WeirWatchdog *self = data;
  const gint64 silence = g_get_monotonic_time () - self->intake->last_read_us;
  const gint64 limit = get_limit (self);
  const gint64 period = weir_intake_get_period (self->intake);
  const gint64 overdue = period > 0 ? weir_rhythm_get_overdue (period) : limit / 2;
  gint64 next = G_TIME_SPAN_SECOND;

  if (limit > 0 && silence >= limit)
    {
      weir_watchdog_stop (self);
      self->client.silent (WEIR_END_IDLE,
                           g_strdup_printf (_ ("nothing came for %.1f s, and %.1f s are allowed."),
                                            silence / 1e6, limit / 1e6),
                           self->client.data);
      return G_SOURCE_REMOVE;
    }
  if (self->overdue && self->intake->last_read_us > self->overdue_since_us)
    tell_arrived (self);
  else if (!self->overdue && overdue > 0 && silence >= overdue)
    tell_overdue (self, silence, period, limit);

  if (limit > 0)
    next = MIN (next, limit - silence);
  if (!self->overdue && overdue > silence)
    next = MIN (next, overdue - silence);
  look_in (self, next / 1000 + 1);
  return G_SOURCE_REMOVE;
}

static guint
get_connect_timeout_ms (WeirWatchdog *self)
{
  const guint ms = weir_request_get_options (self->request)->connect_timeout_ms;

  return ms > 0 ? ms : DEFAULT_CONNECT_TIMEOUT_MS;
}

static gboolean
on_no_answer (gpointer data)
{
  WeirWatchdog *self = data;

  weir_watchdog_stop (self);
  self->client.silent (
      WEIR_END_UNREACHABLE,
      g_strdup_printf (_ ("no answer within %.1f s."), get_connect_timeout_ms (self) / 1e3),
      self->client.data);
  return G_SOURCE_REMOVE;
}

void
weir_watchdog_expect_answer (WeirWatchdog *self)
{
  weir_io_clear_source (&self->source);
  self->source = weir_io_timeout (get_connect_timeout_ms (self), on_no_answer, self);
}

void
weir_watchdog_expect_bytes (WeirWatchdog *self, gboolean http2)
{
  self->http2 = http2;
  self->overdue = FALSE;
  look_in (self, 0);
}

void
weir_watchdog_wake (WeirWatchdog *self)
{
  self->woken_us = g_get_monotonic_time ();
  look_in (self, 0);
}
