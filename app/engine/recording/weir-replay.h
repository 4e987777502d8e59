/* SPDX-License-Identifier: MIT */
/*
 * WeirReplay: reads a recording, or a file that holds an event stream, from its beginning, step by step
 * as it was recorded. Everything that reads recordings reads them through it, so that all of it gives
 * the same events: the files' bytes count, and marks only describe them. For one thread at a time; it
 * blocks on the disk.
 */
#pragma once

#include "stream/weir-sink.h"
#include "weir-replay-step.h"

G_BEGIN_DECLS

typedef struct _WeirReplay WeirReplay;

/* Returns: NULL with error set if path cannot be read as one. */
WeirReplay *weir_replay_new (const char *path, GError **error);
void weir_replay_free (WeirReplay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirReplay, weir_replay_free)

/* Goes on to the next step.
 * Returns: FALSE at the end, or with error set if a file cannot be read. */
gboolean weir_replay_next (WeirReplay *self, WeirReplayStep *step, GError **error);

/* When it was recorded, from its first to its last mark; 0: unknown. Starts from the beginning again. */
void weir_replay_get_span (WeirReplay *self, gint64 *begin_us, gint64 *end_us);

/* Checks that the bytes are an event stream's, or that there are none. It reads as far as necessary, and
 * then rewinds.
 * Returns: FALSE with error set if they are not. */
gboolean weir_replay_check (WeirReplay *self, GError **error);

/* Returns: TRUE if the recording holds the request of a connection. */
gboolean weir_replay_has_requests (WeirReplay *self);

/* Starts from the beginning again. */
void weir_replay_rewind (WeirReplay *self);

/* After the last step: a sentence about marks and files of the recording that were skipped.
 * Returns: (transfer full): NULL if there were none. */
char *weir_replay_describe_skipped (WeirReplay *self);

/* Gives sink all the rest as the I/O thread would, as fast as it takes it, parsed with options (NULL:
 * the default limits, skipping what is over).
 * Returns: FALSE with error set if a file cannot be read, or a limit stopped it. */
gboolean weir_replay_to_sink (WeirReplay *self,
                              WeirSink *sink,
                              const WeirParserOptions *options,
                              GError **error);

G_END_DECLS
