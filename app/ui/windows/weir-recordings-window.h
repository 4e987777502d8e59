/* SPDX-License-Identifier: MIT */
/*
 * weir-recordings-window: all recordings on disk: open, replay, rename, reveal, export and delete them.
 *
 * Signals:
 *   "activated" (path, replay)  the recording is to be opened; replay: and replayed
 *   "renamed" (from, to)        a folder was renamed
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define WEIR_TYPE_RECORDINGS_WINDOW (weir_recordings_window_get_type ())
G_DECLARE_FINAL_TYPE (
    WeirRecordingsWindow, weir_recordings_window, WEIR, RECORDINGS_WINDOW, AdwWindow)

GtkWidget *weir_recordings_window_new (GtkWindow *parent);

G_END_DECLS
