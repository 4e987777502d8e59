/* SPDX-License-Identifier: MIT */
/* The recorded log of weir-tail --record. It keeps no more in memory than the recorder's buffer. */
#pragma once

#include "app/engine/filter/weir-filter.h"
#include "app/engine/recording/weir-recording.h"

G_BEGIN_DECLS

/* Records to the path where if that ends in .weir, else to a new recording in the folder where, named
 * after url and the time. Returns: NULL with an error of one sentence. */
WeirLog *weir_tail_recording_new (const char *where, const char *url, GError **error);

/* A sink that records what matches filter (NULL: all) to log, and passes everything to next. Takes
 * next. (transfer full) */
WeirSink *weir_tail_recording_tee (WeirLog *log, WeirFilter *filter, WeirSink *next);

/* Why the recording of log stopped: one sentence, or NULL. (transfer full) */
char *weir_tail_recording_get_problem (WeirLog *log);

/* What was deleted from the recording to stay within its limit: one sentence, or NULL if nothing was.
 * (transfer full) */
char *weir_tail_recording_describe_freed (WeirLog *log);

G_END_DECLS
