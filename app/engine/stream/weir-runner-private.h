/* SPDX-License-Identifier: MIT */
/*
 * WeirRunner: the part of a stream in the I/O thread that survives a reconnect. It decides whether and
 * when the next connection is made. Call all functions except new, ref and unref in the I/O thread.
 */
#pragma once

#include "http/weir-request.h"
#include "weir-sink.h"

G_BEGIN_DECLS

typedef struct _WeirRunner WeirRunner;

/* Called in the I/O thread for every change of state and every note; the other one is NULL. */
typedef void (*WeirRunnerReport) (const WeirStreamStatus *status,
                                  const WeirNote *note,
                                  gpointer data);

WeirRunner *weir_runner_new (WeirRequest *request,
                             WeirSink *sink,
                             WeirRunnerReport report,
                             gpointer data,
                             GDestroyNotify destroy);
WeirRunner *weir_runner_ref (WeirRunner *self);
void weir_runner_unref (WeirRunner *self);

/* The commands of WeirStream. */
void weir_runner_open (WeirRunner *self);
void weir_runner_close (WeirRunner *self);
void weir_runner_cut (WeirRunner *self);
void weir_runner_set_last_event_id (WeirRunner *self, const char *id);

/* The network is back: a waiting stream connects at once. */
void weir_runner_network_up (WeirRunner *self);

/* What the watchdog of the connection has learned; may be called in any thread. */
int weir_runner_get_period_ms (WeirRunner *self);
gboolean weir_runner_is_overdue (WeirRunner *self);

/* The stream was finalized: stops without a report. */
void weir_runner_abandon (WeirRunner *self);

G_END_DECLS
