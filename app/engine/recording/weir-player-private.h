/* SPDX-License-Identifier: MIT */
/* A player by a clock of the caller's, for tests. */
#pragma once

#include "weir-player.h"

G_BEGIN_DECLS

/* now_us is asked in the player's thread; when it has changed, weir_player_look() is to be called. */
WeirPlayer *weir_player_new_by_clock (const char *path,
                                      WeirSink *sink,
                                      gint64 (*now_us) (gpointer data),
                                      gpointer data,
                                      GError **error);
void weir_player_look (WeirPlayer *self);
/* Waits until the player has nothing to do before its clock or its user moves. */
void weir_player_wait_still (WeirPlayer *self);

G_END_DECLS
