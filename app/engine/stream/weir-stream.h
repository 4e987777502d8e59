/* SPDX-License-Identifier: MIT */
/*
 * WeirStream: an event stream that the user added; what survives a reconnect. It belongs to the
 * main thread; the reading is done in the I/O thread, which calls the sink.
 *
 * Properties (read-only, notify in the main context of the thread that made it):
 *   "state"       WeirStreamState
 *   "status-text" one sentence for people, never NULL
 *   "error"       the sentence of the failure that ended it, or NULL
 *   "connection"  the latest WeirConnectionInfo, or NULL
 *   "note"        the latest note's sentence ("overdue: …"), or NULL; gone when it is out of date
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

/* Connects; from waiting, at once; from ended, again, with the failures forgotten. */
void weir_stream_open (WeirStream *self);

/* Ends it for good (state ended, cancelled); nothing when it has ended already. */
void weir_stream_close (WeirStream *self);

/* Cuts the connection now and resumes at once with the last event ID. */
void weir_stream_cut (WeirStream *self);

/* The id to resume behind, instead of the last one received; "" for none. Asked at the next
 * connection. FALSE with an error when it holds U+0000, CR or LF. */
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

/* Connecting: when the request was sent that has no response head yet, by g_get_monotonic_time(); 0:
 * none was sent, or less than two seconds ago. Notified with "status-text". */
gint64 weir_stream_get_sent_us (WeirStream *self);

G_END_DECLS
