/* SPDX-License-Identifier: MIT */
/*
 * WeirRhythm learns the interval at which something arrives. It finds a stream's heartbeat this way,
 * whether that is a comment, a "ping" event or the data itself.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WEIR_RHYTHM_GAPS 6

typedef struct
{
  gint64 last_us;
  gint64 gaps_us[WEIR_RHYTHM_GAPS];
  guint n_gaps; /* ever; the last WEIR_RHYTHM_GAPS are kept */
} WeirRhythm;

/* Something arrived at now_us (monotonic). Arrivals within 20 ms count as one. */
void weir_rhythm_beat (WeirRhythm *self, gint64 now_us);

/* A pause that says nothing about the rhythm (a reconnect, a blocked reader) is over. */
void weir_rhythm_skip (WeirRhythm *self, gint64 now_us);

/* The period in microseconds; 0 while the last gaps are too few or too uneven. */
gint64 weir_rhythm_get_period (const WeirRhythm *self);

/* When silence is worth a word, and when the connection must be taken for dead. */
gint64 weir_rhythm_get_overdue (gint64 period_us);
gint64 weir_rhythm_get_dead (gint64 period_us);

G_END_DECLS
