/* SPDX-License-Identifier: MIT */
/* A player with the clock of a test. */
#pragma once

#include "weir-player.h"

G_BEGIN_DECLS

/* now_us is called in the player's thread. Call weir_player_clock_changed() when its time has changed. */
WeirPlayer *weir_player_new_by_clock (const char *path,
                                      WeirSink *sink,
                                      gint64 (*now_us) (gpointer data),
                                      gpointer data,
                                      GError **error);
void weir_player_clock_changed (WeirPlayer *self);
/* Blocks until the player waits for its clock or its user. */
void weir_player_wait_still (WeirPlayer *self);

G_END_DECLS
