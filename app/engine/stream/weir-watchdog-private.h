/* SPDX-License-Identifier: MIT */
/*
 * WeirWatchdog: the timeouts of a connection. Connecting and waiting for the response head have one
 * each. A silent body is closed only after the idle timeout that the user set. A silence that is long for
 * the stream's learned interval is only reported as "overdue". It belongs to the I/O thread.
 */
#pragma once

#include "weir-intake-private.h"

G_BEGIN_DECLS

typedef struct
{
  /* A timeout has passed: the connection is to be cut. Takes evidence. */
  void (*timed_out) (WeirEndReason reason, char *evidence, gpointer data);
  /* Takes text. */
  void (*note) (WeirNoteKind kind, char *text, gpointer data);
  /* The request was sent waited_us ago and has no response head yet. */
  void (*waiting) (gint64 waited_us, gpointer data);
  gpointer data;
} WeirWatchdogClient;

typedef struct
{
  WeirRequest *request;
  WeirIntake *intake;
  WeirWatchdogClient client;
  GSource *source;
  gint64 sent_us; /* monotonic: when the request was sent; 0: not yet */
  gboolean http2;
  int overdue;             /* atomic: silence was reported and has not ended */
  int period_ms;           /* atomic: the learned interval between data; 0: none */
  gint64 overdue_since_us; /* the last read before it */
} WeirWatchdog;

/* request and intake must outlive it. */
void weir_watchdog_init (WeirWatchdog *self,
                         WeirRequest *request,
                         WeirIntake *intake,
                         const WeirWatchdogClient *client);

/* The connection is being made: name, TCP, TLS and proxy. */
void weir_watchdog_expect_connection (WeirWatchdog *self);
/* The request is being sent, or has been sent. */
void weir_watchdog_expect_head (WeirWatchdog *self);
/* The response is an event stream; http2: it uses HTTP/2. */
void weir_watchdog_expect_bytes (WeirWatchdog *self, gboolean http2);
void weir_watchdog_stop (WeirWatchdog *self);

G_END_DECLS
