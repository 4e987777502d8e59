/* SPDX-License-Identifier: MIT */
/*
 * weir-check-window: checks all that a stream holds now for gaps in the numbering of its events and for
 * changes of their JSON's shape, and lists what is found. What numbers the events is remembered with
 * the stream.
 *
 * Signals: "activated" (guint64 row), when a finding is chosen; WEIR_NO_ROW where the list was cleared
 * since. "remembered", when the stream is numbered by something else than before.
 */
#pragma once

#include <adwaita.h>

#include "streams/weir-stream-item.h"

G_BEGIN_DECLS

#define WEIR_TYPE_CHECK_WINDOW (weir_check_window_get_type ())
G_DECLARE_FINAL_TYPE (WeirCheckWindow, weir_check_window, WEIR, CHECK_WINDOW, AdwWindow)

/* item must have a log and is referenced. The check starts at once. */
GtkWidget *weir_check_window_new (GtkWindow *parent, WeirStreamItem *item);

WeirStreamItem *weir_check_window_get_item (WeirCheckWindow *self);

G_END_DECLS
