/* SPDX-License-Identifier: MIT */
/*
 * WeirRecorder: writes a log's bytes to a recording, in a thread of its own, and publishes the rows
 * once their bytes are written. The log's blocks are its buffer; it copies nothing.
 */
#pragma once

#include "weir-marks-private.h"
#include "weir-recording.h"
#include "weir-segments-private.h"
#include "stream/weir-sink.h"

G_BEGIN_DECLS

typedef struct _WeirRecorder WeirRecorder;

/* What the writer hands over: all that is below these numbers may be written and then published. */
typedef struct
{
  guint64 rows, bytes, events;
  guint64 last_event_end; /* an offset; files are cut where events end */
} WeirReady;

/* Makes the directory. log is not referenced: it frees the recorder before itself. */
WeirRecorder *weir_recorder_new (WeirLog *log,
                                 const char *path,
                                 const WeirRecordingOptions *options,
                                 GError **error);
/* Writes what is left, and ends the thread. */
void weir_recorder_free (WeirRecorder *self);

WeirSegments *weir_recorder_get_segments (WeirRecorder *self);
void weir_recorder_get_state (WeirRecorder *self, WeirRecordingState *state);

/* In the I/O thread: */

/* A connection begins at that offset of the log. */
void weir_recorder_begin (WeirRecorder *self, guint64 offset, gint64 time_us, const char *url);
/* Another line for the marks. */
void weir_recorder_mark (WeirRecorder *self, const WeirMarkLine *line);
/* Bytes that were deleted to make room since this was asked last: of this recording, and of others. */
void weir_recorder_take_freed (WeirRecorder *self, guint64 *own, guint64 *others);
/* More is ready. Blocks while the disk is too far behind. */
void weir_recorder_hand_over (WeirRecorder *self, const WeirReady *ready);

/* Blocks until all of it is written and published. */
void weir_recorder_wait_written (WeirRecorder *self);

G_END_DECLS
