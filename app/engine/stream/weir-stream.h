/* SPDX-License-Identifier: MIT */
/*
 * WeirStream: an event stream that the user added. It survives reconnects. It belongs to the main
 * thread; the I/O thread reads, and calls the sink.
 *
 * Properties (read-only, notify in the main context of the thread that made it):
 *   "state"       WeirStreamState
 *   "status-text" one sentence for the user, never NULL
 *   "error"       the sentence of the failure that ended it, or NULL
 *   "connection"  the latest WeirConnectionInfo, or NULL
 *   "note"        the latest note's sentence ("overdue: …"), or NULL; reset when it no longer applies
 */
#pragma once

#include <gio/gio.h>

#include "http/weir-request.h"
#include "weir-sink.h"

G_BEGIN_DECLS

#define WEIR_TYPE_STREAM (weir_stream_get_type ())
G_DECLARE_FINAL_TYPE (WeirStream, weir_stream, WEIR, STREAM, GObject)

/* A stream that is idle. Both are kept by reference; sink is called in the I/O thread only. */
WeirStream *weir_stream_new (WeirRequest *request, WeirSink *sink);

/* Connects: at once if it is waiting, and with a new count of failures if it has ended. */
void weir_stream_open (WeirStream *self);

/* Ends it as cancelled, without another connection. Does nothing if it has ended. */
void weir_stream_close (WeirStream *self);

/* Closes the connection and reconnects at once with the last event ID. */
void weir_stream_cut (WeirStream *self);

/* Sets the ID for the next connection, instead of the last one received; "" for none.
 * Returns: FALSE with an error if it contains U+0000, CR or LF. */
gboolean weir_stream_set_last_event_id (WeirStream *self, const char *id, GError **error);

WeirRequest *weir_stream_get_request (WeirStream *self);
WeirSink *weir_stream_get_sink (WeirStream *self);
WeirStreamState weir_stream_get_state (WeirStream *self);
const char *weir_stream_get_status_text (WeirStream *self);
const char *weir_stream_get_error (WeirStream *self);
WeirConnectionInfo *weir_stream_get_connection (WeirStream *self);
const char *weir_stream_get_note (WeirStream *self);

/* Waiting: when the next connection is made, by g_get_monotonic_time(); 0: not by the clock. */
gint64 weir_stream_get_next_us (WeirStream *self);

/* While connecting: when the request was sent, by g_get_monotonic_time(), if that was two or more seconds
 * ago and there is no response head; otherwise 0. Notified with "status-text". */
gint64 weir_stream_get_sent_us (WeirStream *self);

/* Open: the interval between data that was learned, in microseconds; 0: none. Not notified. */
gint64 weir_stream_get_period_us (WeirStream *self);

/* Open: data is overdue, by the learned interval or the idle timeout. Notified with "note". */
gboolean weir_stream_is_overdue (WeirStream *self);

G_END_DECLS
