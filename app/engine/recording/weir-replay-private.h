/* SPDX-License-Identifier: MIT */
#pragma once

#include "weir-recording-private.h"
#include "weir-replay.h"

G_BEGIN_DECLS

const char *weir_replay_get_path (WeirReplay *self);
const WeirRecordingContents *weir_replay_get_contents (WeirReplay *self);

/* What a step says of its connection: a changed copy of info, or a new one if it begins.
 * (transfer full) */
WeirConnectionInfo *weir_replay_step_apply (const WeirReplayStep *step,
                                            const WeirConnectionInfo *info);

G_END_DECLS
