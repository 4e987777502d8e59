/* SPDX-License-Identifier: MIT */
/*
 * weir-stream-item: a stream in the sidebar and the window: its settings and, after it was first opened,
 * the engine's stream, log and view.
 *
 * Properties (read-only, notify):
 *   "title"    its name, or one made of its address
 *   "state"    WeirStreamState
 *   "status"   one sentence about its state
 *   "rate"     events a second, renewed twice a second
 *   "alert-filter"      the filter of the alert; also notified when the silence changes
 *   "has-unseen-alert"  whether there was an alert since the stream was looked at
 */
#pragma once

#include "app/engine/recording/weir-bookmarks.h"
#include "app/engine/log/weir-log.h"
#include "app/engine/recording/weir-player.h"
#include "app/engine/stream/weir-stream.h"
#include "app/engine/filter/weir-view.h"
#include "list/weir-rate-history.h"
#include "weir-stream-config.h"

G_BEGIN_DECLS

#define WEIR_TYPE_STREAM_ITEM (weir_stream_item_get_type ())
G_DECLARE_FINAL_TYPE (WeirStreamItem, weir_stream_item, WEIR, STREAM_ITEM, GObject)

/* config is taken over. */
WeirStreamItem *weir_stream_item_new (WeirStreamConfig *config);

const WeirStreamConfig *weir_stream_item_get_config (WeirStreamItem *self);

/* Takes ownership of config. An open connection is closed, because the request changes. */
void weir_stream_item_set_config (WeirStreamItem *self, WeirStreamConfig *config);
/* What a check numbers its events by: "id" or a JSON path. */
void weir_stream_item_set_numbered_by (WeirStreamItem *self, const char *by);

/* The alerts, see WeirStreamConfig. */
void weir_stream_item_set_alert (WeirStreamItem *self, const char *filter, guint silence_s);
void weir_stream_item_set_has_unseen_alert (WeirStreamItem *self, gboolean has_unseen_alert);
gboolean weir_stream_item_get_has_unseen_alert (WeirStreamItem *self);

/* Connects or reconnects. Invalid settings become the item's error. */
void weir_stream_item_open (WeirStreamItem *self);
/* Connects to another address with the same settings. */
void weir_stream_item_open_address (WeirStreamItem *self, const char *address);
void weir_stream_item_close (WeirStreamItem *self);

/* Paths of its recordings that still exist. (transfer full) */
char **weir_stream_item_get_recordings (WeirStreamItem *self);

/* The recording at from has another path now. */
void weir_stream_item_rename_recording (WeirStreamItem *self, const char *from, const char *to);

/* Why recording stopped, as one sentence; NULL if it is recorded or need not be. (transfer
 * full) */
char *weir_stream_item_get_problem (WeirStreamItem *self);

/* TRUE for what can be replayed: a file on this machine that has been opened. */
gboolean weir_stream_item_can_replay (WeirStreamItem *self);
/* Starts a replay of the file from its beginning, or ends the replay and shows the whole
 * file. Read errors become the item's error. */
void weir_stream_item_set_replaying (WeirStreamItem *self, gboolean replaying);
/* What plays it; NULL: it is not replayed. (transfer none) */
WeirPlayer *weir_stream_item_get_player (WeirStreamItem *self);

/* Removes all rows. */
void weir_stream_item_clear (WeirStreamItem *self);

const char *weir_stream_item_get_title (WeirStreamItem *self);
WeirStreamState weir_stream_item_get_state (WeirStreamItem *self);
const char *weir_stream_item_get_status (WeirStreamItem *self);

/* The sentence of what failed, or NULL. */
const char *weir_stream_item_get_error (WeirStreamItem *self);

/* FALSE if the settings are invalid, so that trying again cannot help. */
gboolean weir_stream_item_can_open (WeirStreamItem *self);

/* TRUE while connected, connecting or waiting to reconnect. */
gboolean weir_stream_item_is_live (WeirStreamItem *self);

/* TRUE for a file on this machine. */
gboolean weir_stream_item_is_file (WeirStreamItem *self);

/* NULL until it was first opened. */
WeirStream *weir_stream_item_get_stream (WeirStreamItem *self);
WeirLog *weir_stream_item_get_log (WeirStreamItem *self);
WeirView *weir_stream_item_get_view (WeirStreamItem *self);

/* The bookmarks of its present log. The object stays the same as long as the item exists. */
WeirBookmarks *weir_stream_item_get_bookmarks (WeirStreamItem *self);
/* Blocks until changes are written. */
void weir_stream_item_flush_bookmarks (WeirStreamItem *self);

WeirRateHistory *weir_stream_item_get_history (WeirStreamItem *self);

/* When the next connection is begun, monotonic microseconds; 0 where none is waited for. */
gint64 weir_stream_item_get_resume_us (WeirStreamItem *self);

/* Connecting: how long the request has waited for its response head; 0: it has not waited long. */
gint64 weir_stream_item_get_head_wait_us (WeirStreamItem *self);

/* Open: how long ago the last event arrived, as a sentence; NULL while events arrive.
 * with_interval: and the learned interval between data. (transfer full) */
char *weir_stream_item_describe_silence (WeirStreamItem *self, gboolean with_interval);
/* Open: data is overdue, or, where no interval was learned, there was none for half a minute. */
gboolean weir_stream_item_is_quiet (WeirStreamItem *self);

/* Samples the rate; called by the list a few times a second. */
void weir_stream_item_sample (WeirStreamItem *self, gint64 now_us);

G_END_DECLS
