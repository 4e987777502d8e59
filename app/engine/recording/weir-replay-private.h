/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/weir-recording-folder.h"
#include "weir-replay.h"

G_BEGIN_DECLS

const char *weir_replay_get_path (WeirReplay *self);
const WeirRecordingContents *weir_replay_get_contents (WeirReplay *self);

G_END_DECLS
