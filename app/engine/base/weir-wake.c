/* SPDX-License-Identifier: MIT */
#include "weir-wake-private.h"

#include "weir-io-private.h"

#include <glib-unix.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* A smaller difference can be the time between reading the two clocks. */
#define SLEPT_US (2 * G_TIME_SPAN_SECOND)

struct _WeirWake
{
  int fd;
  GSource *source;
  gint64 offset_us;
  WeirWakeFunc function;
  gpointer data;
};

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
  WeirWake *self = data;
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

WeirWake *
weir_wake_new (WeirWakeFunc function, gpointer data)
{
  int fd = timerfd_create (CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  WeirWake *self;

  if (fd < 0)
    return NULL;
  arm (fd);
  self = g_new0 (WeirWake, 1);
  self->fd = fd;
  self->offset_us = get_offset ();
  self->function = function;
  self->data = data;
  self->source = g_unix_fd_source_new (fd, G_IO_IN);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_clock_jumped), self, NULL);
  g_source_attach (self->source, weir_io_get_context ());
  return self;
}

void
weir_wake_free (WeirWake *self)
{
  weir_io_clear_source (&self->source);
  close (self->fd);
  g_free (self);
}
