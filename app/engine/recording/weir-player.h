/* SPDX-License-Identifier: MIT */
/*
 * WeirPlayer: plays a recording to a sink: at its recorded speed, faster, or event by event. It calls the
 * sink in a thread of its own, with the recorded times. For the main thread; only the last unref blocks,
 * until the sink returns.
 */
#pragma once

#include "stream/weir-sink.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean playing;
  gboolean ended;     /* all was played, or it failed */
  char *error;        /* one sentence: what could not be read; NULL: no error */
  gint64 position_us; /* of what was played last, from the beginning of the recording */
  gint64 duration_us; /* 0: unknown */
  double speed;
} WeirPlayerState;

#define WEIR_TYPE_PLAYER (weir_player_get_type ())
G_DECLARE_FINAL_TYPE (WeirPlayer, weir_player, WEIR, PLAYER, GObject)

/* Opens the recording or the event stream file at path. The player is paused at its beginning. References
 * sink.
 * Returns: NULL with error set if path cannot be read as one. */
WeirPlayer *weir_player_new (const char *path, WeirSink *sink, GError **error);

void weir_player_set_playing (WeirPlayer *self, gboolean playing);
/* 1: the recorded speed, N: N times as fast, 0: as fast as the sink takes it. */
void weir_player_set_speed (WeirPlayer *self, double speed);
/* Plays up to the next event, and pauses. */
void weir_player_step (WeirPlayer *self);

/* Sets state, which is to be cleared with weir_player_state_clear(). */
void weir_player_get_state (WeirPlayer *self, WeirPlayerState *state);
void weir_player_state_clear (WeirPlayerState *state);

G_END_DECLS
