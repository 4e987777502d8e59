/* SPDX-License-Identifier: MIT */
/*
 * WeirRecorder: the storage of a log that is recorded. It writes the log's bytes to a recording, in a
 * thread of its own, and publishes the rows once their bytes are written. The log's blocks are its
 * buffer; it copies nothing.
 */
#pragma once

#include "log/weir-log.h"
#include "weir-recording-state.h"

G_BEGIN_DECLS

typedef struct _WeirRecorder WeirRecorder;

/* Makes the folder at path, and becomes the storage of log, which is empty.
 * Returns: FALSE with error set, and log as it was. */
gboolean weir_recorder_attach (WeirLog *log,
                               const char *path,
                               const WeirRecordingOptions *options,
                               GError **error);

/* Returns: (transfer none): the recorder of log, or NULL if it is not recorded. */
WeirRecorder *weir_recorder_of (WeirLog *log);

/* Sets what a recorder knows of state. */
void weir_recorder_get_state (WeirRecorder *self, WeirRecordingState *state);

/* In the log's writer: blocks until all that was handed over is written and published. */
void weir_recorder_wait_written (WeirRecorder *self);
/* The same, and until the disk has it. If that fails, the state says so afterwards. */
void weir_recorder_sync (WeirRecorder *self);

G_END_DECLS
