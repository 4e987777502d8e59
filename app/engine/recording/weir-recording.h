/* SPDX-License-Identifier: MIT */
/*
 * weir-recording: writes a log to a recording, and opens one as a log. docs/recording-format.md describes
 * the files.
 */
#pragma once

#include "base/weir-recording-folder.h"
#include "log/weir-log.h"
#include "weir-recording-state.h"

G_BEGIN_DECLS

void weir_recording_state_clear (WeirRecordingState *state);

/* Records log, which must still be empty, to a new folder at path. A row is published once its bytes are
 * written.
 * Returns: FALSE with error set if the folder exists or cannot be created. */
gboolean weir_log_record (WeirLog *log,
                          const char *path,
                          const WeirRecordingOptions *options,
                          GError **error);

/* Records log to a new recording in folder, which is named after url and the time.
 * Returns: (transfer full): its path, or NULL with error set. */
char *weir_log_record_in (WeirLog *log,
                          const char *folder,
                          const char *url,
                          const WeirRecordingOptions *options,
                          GError **error);

/* In the writer's thread: blocks until all that was handed over is written and published. Does nothing if
 * log is not recorded. */
void weir_log_wait_written (WeirLog *log);

/* After the writer's last call: blocks until the disk has all that was handed over. If the disk fails, the
 * recording's state has the problem. */
void weir_log_sync (WeirLog *log);

/* Opens a recording, or a file that holds an event stream, as a log, which is filled in the background.
 * Of a recording that is being written, it has what was there when it was opened.
 * Returns: NULL with error set if path is neither. */
WeirLog *weir_log_open (const char *path, GError **error);
/* Returns: how many of total bytes weir_log_open() has read; equal to total at the end. */
guint64 weir_log_get_indexed (WeirLog *log, guint64 *total);
/* Blocks until all are read. */
void weir_log_wait_indexed (WeirLog *log);

/* Sets state, which is to be cleared with weir_recording_state_clear(). */
void weir_log_get_recording_state (WeirLog *log, WeirRecordingState *state);

G_END_DECLS
