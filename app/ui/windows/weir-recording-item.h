/* SPDX-License-Identifier: MIT */
/*
 * weir-recording-item: a recording on disk as the list of recordings shows it.
 *
 * Properties (read-only, notify):
 *   "title"     the name of its folder without the suffix
 *   "search"    what a search looks in: the title and the address
 *   "begin"     wall clock, microseconds since 1970; 0: unknown
 *   "size"      bytes of all of its files
 *   "n-events"  -1 until they are counted
 */
#pragma once

#include "app/engine/recording/weir-recording-summary.h"

G_BEGIN_DECLS

#define WEIR_TYPE_RECORDING_ITEM (weir_recording_item_get_type ())
G_DECLARE_FINAL_TYPE (WeirRecordingItem, weir_recording_item, WEIR, RECORDING_ITEM, GObject)

/* Takes the contents of summary. May be called in any thread. */
WeirRecordingItem *weir_recording_item_new (const char *path, WeirRecordingSummary *summary);

const char *weir_recording_item_get_path (WeirRecordingItem *self);
const char *weir_recording_item_get_title (WeirRecordingItem *self);
const WeirRecordingSummary *weir_recording_item_get_summary (WeirRecordingItem *self);

gint64 weir_recording_item_get_n_events (WeirRecordingItem *self);
void weir_recording_item_set_n_events (WeirRecordingItem *self, gint64 n_events);

/* The folder has another name now. */
void weir_recording_item_set_path (WeirRecordingItem *self, const char *path);

G_END_DECLS
