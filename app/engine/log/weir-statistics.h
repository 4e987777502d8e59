/* SPDX-License-Identifier: MIT */
/*
 * WeirStatistics: how many events of one connection arrived, how soon, how fast and with which silences. A
 * log counts them while it is filled, live or from a recording.
 */
#pragma once

#include "weir-log.h"

G_BEGIN_DECLS

/* Times are wall clock in microseconds since 1970, of the reads that brought the events. */
typedef struct
{
  guint connection; /* its number, from 1 */
  guint64 n_events;
  guint64 n_bytes;  /* of its body */
  gint64 began_us;  /* 0: unknown */
  gint64 first_us;  /* when the first event arrived; 0: none did, or unknown */
  gint64 last_us;   /* when the last event arrived */
  gint64 median_us; /* of the gaps between two events, within a sixteenth; -1: there is no gap */
  gint64 p95_us;    /* the 95th percentile of them */
  gint64 longest_us, longest_end_us; /* the longest gap, and when it ended; 0 without a gap */
} WeirStatistics;

/* Of the connection that brought row. Returns: FALSE if it is no longer known; the last 256 are. */
gboolean weir_log_get_statistics (WeirLog *self, guint64 row, WeirStatistics *statistics);

/* Events a second between the first and the last; 0: fewer than two, or all at once. */
double weir_statistics_get_rate (const WeirStatistics *self);

G_END_DECLS
