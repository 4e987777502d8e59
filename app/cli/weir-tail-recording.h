/* SPDX-License-Identifier: MIT */
/* What weir-tail --record makes: a log that is recorded, whose memory is but the recorder's buffer. */
#pragma once

#include "app/engine/filter/weir-filter.h"
#include "app/engine/recording/weir-recording.h"

G_BEGIN_DECLS

/* Records to where itself if it is named NAME.weir, else to a new recording in the folder where,
 * named after url and the time. NULL with a sentence for the user. */
WeirLog *weir_tail_recording_new (const char *where, const char *url, GError **error);

/* A sink that records to log what filter (NULL: all) matches, and then gives all to next. next is taken
 * over. (transfer full) */
WeirSink *weir_tail_recording_tee (WeirLog *log, WeirFilter *filter, WeirSink *next);

/* Why log is not recorded any more: one sentence, or NULL. (transfer full) */
char *weir_tail_recording_get_problem (WeirLog *log);

/* What was deleted of the recording to stay within its limit: one sentence, or NULL where it is
 * whole. (transfer full) */
char *weir_tail_recording_describe_freed (WeirLog *log);

G_END_DECLS
