/* SPDX-License-Identifier: MIT */
/* WeirMeter: counts a connection's events as they arrive, for one writer and any readers, without a
 * lock. */
#pragma once

#include <glib.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* Gaps below 8 µs one by one, above them an eighth of a doubling each, up to 2^42 µs. */
#define WEIR_METER_GAPS 320u

typedef struct WeirMeter
{
  guint connection;
  guint64 first_row, begin; /* of the log: its first row, and its body's first byte */
  gint64 began_us;
  _Atomic guint64 n_events;
  _Atomic gint64 first_us, last_us, longest_us, longest_end_us;
  _Atomic guint32 gaps[WEIR_METER_GAPS];
} WeirMeter;

/* Counts an event of a read at time_us; 0: unknown. */
void weir_meter_add_event (WeirMeter *self, gint64 time_us);

G_END_DECLS
