/* SPDX-License-Identifier: MIT */
/*
 * weir-replay-bar: the controls of a recording that is being replayed: go and pause, the next event, how
 * fast, and where in the recording it is.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/recording/weir-player.h"

G_BEGIN_DECLS

#define WEIR_TYPE_REPLAY_BAR (weir_replay_bar_get_type ())
G_DECLARE_FINAL_TYPE (WeirReplayBar, weir_replay_bar, WEIR, REPLAY_BAR, GtkWidget)

/* player is referenced. NULL hides the bar. */
void weir_replay_bar_set_player (WeirReplayBar *self, WeirPlayer *player);

/* Adds the actions of the bar to map: "replay-play" pauses or continues, "replay-step" shows
 * the next event. */
void weir_replay_bar_add_actions (WeirReplayBar *self, GActionMap *map);

G_END_DECLS
