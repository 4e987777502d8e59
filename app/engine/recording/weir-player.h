/* SPDX-License-Identifier: MIT */
/*
 * WeirPlayer: plays a recording into a sink as it came then: in its own time, faster, or event by event.
 * The sink is called in a thread of the player's, and is told the times of then. For the main thread;
 * nothing blocks but letting it go, which waits for what is being given.
 */
#pragma once

#include "stream/weir-sink.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean playing;
  gboolean ended;     /* all of it was given, or it failed */
  char *error;        /* one sentence: what could not be read; NULL: nothing */
  gint64 position_us; /* since the recording's beginning, of what was given last */
  gint64 duration_us; /* 0: nobody knows when what came */
  double speed;
} WeirPlayerState;

#define WEIR_TYPE_PLAYER (weir_player_get_type ())
G_DECLARE_FINAL_TYPE (WeirPlayer, weir_player, WEIR, PLAYER, GObject)

/* Of the recording, or file of an event stream, at path; it stands at its beginning. sink is kept by
 * reference. NULL with a sentence where path cannot be read as one. */
WeirPlayer *weir_player_new (const char *path, WeirSink *sink, GError **error);

void weir_player_set_playing (WeirPlayer *self, gboolean playing);
/* 1: as it came, N: N times as fast, 0: as fast as the sink takes it. */
void weir_player_set_speed (WeirPlayer *self, double speed);
/* Gives the next event, with what stands before it, and stays there. */
void weir_player_step (WeirPlayer *self);

/* As of now; to be cleared with weir_player_state_clear(). */
void weir_player_get_state (WeirPlayer *self, WeirPlayerState *state);
void weir_player_state_clear (WeirPlayerState *state);

G_END_DECLS
