/* SPDX-License-Identifier: MIT */
/*
 * A recording: a stream on disk. It is a directory NAME.weir that holds, for each connection, one or
 * more .sse files: the body's bytes verbatim after content decoding, cut where an event ends; their
 * names sort in the order of the stream (connection, offset in it). Beside them `marks` says when
 * connections began and ended, and why, and when each read came; without it, the times are lost
 * and nothing else. Files are 0600 in a 0700 directory.
 */
#pragma once

#include "base/weir-recording-folder.h"
#include "log/weir-log.h"
#include "weir-recording-state.h"

G_BEGIN_DECLS

void weir_recording_state_clear (WeirRecordingState *state);

/* Records log, which must be empty still, to a new directory path. A row is published once its bytes
 * are written. FALSE with a sentence for the user where the directory cannot be made, or is there. */
gboolean weir_log_record (WeirLog *log,
                          const char *path,
                          const WeirRecordingOptions *options,
                          GError **error);

/* The same, to a new directory in folder that is named after url and the time. Returns its path
 * (transfer full); NULL with a sentence for the user. */
char *weir_log_record_in (WeirLog *log,
                          const char *folder,
                          const char *url,
                          const WeirRecordingOptions *options,
                          GError **error);

/* In the writer's thread: blocks until all that was handed over is written and published. Nothing where
 * log is not recorded. */
void weir_log_wait_written (WeirLog *log);

/* A log of a recording, or of any file that holds an event stream, read in the background and left
 * untouched; one that is being written is read as far as it was when it was opened. */
WeirLog *weir_log_open (const char *path, GError **error);
/* How far weir_log_open() has come: bytes of *total. Equal at the end. */
guint64 weir_log_get_indexed (WeirLog *log, guint64 *total);
/* Blocks until it is done. */
void weir_log_wait_indexed (WeirLog *log);

/* Where the log's bytes are; clear it with weir_recording_state_clear(). */
void weir_log_get_recording_state (WeirLog *log, WeirRecordingState *state);

G_END_DECLS
