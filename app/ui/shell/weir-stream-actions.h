/* SPDX-License-Identifier: MIT */
/*
 * weir-stream-actions: the window's actions on streams: "win.new-stream", "win.edit-stream",
 * "win.duplicate-stream" and so on.
 */
#pragma once

#include "weir-main-window.h"

G_BEGIN_DECLS

/* Adds the actions to those of window. */
void weir_stream_actions_add (WeirMainWindow *window);

G_END_DECLS
