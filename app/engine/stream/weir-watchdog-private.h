/* SPDX-License-Identifier: MIT */
/*
 * WeirWatchdog: how long a connection may be silent. For an answer it waits as long as the request
 * allows; for bytes as well, or else as long as the stream's own rhythm lets expect, and says before
 * that something is overdue. It lives in the I/O thread.
 */
#pragma once

#include "weir-intake-private.h"

G_BEGIN_DECLS

typedef struct
{
  /* It has been silent for too long; takes evidence. */
  void (*silent) (WeirEndReason reason, char *evidence, gpointer data);
  /* Takes text. */
  void (*note) (WeirNoteKind kind, char *text, gpointer data);
  gpointer data;
} WeirWatchdogClient;

typedef struct
{
  WeirRequest *request;
  WeirIntake *intake;
  WeirWatchdogClient client;
  GSource *source;
  gboolean http2;
  gboolean overdue;
  gint64 overdue_since_us; /* the last read before it */
  gint64 woken_us;         /* monotonic; 0: not since the last bytes */
} WeirWatchdog;

/* request and intake must outlive it. */
void weir_watchdog_init (WeirWatchdog *self,
                         WeirRequest *request,
                         WeirIntake *intake,
                         const WeirWatchdogClient *client);

/* A request is sent. */
void weir_watchdog_expect_answer (WeirWatchdog *self);
/* The answer is an event stream; http2, that it comes over HTTP/2. */
void weir_watchdog_expect_bytes (WeirWatchdog *self, gboolean http2);
/* The machine has slept: the peer has to show soon that it is still there. */
void weir_watchdog_wake (WeirWatchdog *self);
void weir_watchdog_stop (WeirWatchdog *self);

G_END_DECLS
