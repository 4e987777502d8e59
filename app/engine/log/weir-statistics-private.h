/* SPDX-License-Identifier: MIT */
/* WeirMeter: counts a connection's events as they come; for one writer and any readers, without a lock. */
#pragma once

#include <stdatomic.h>

#include "weir-statistics.h"

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

void weir_meter_add_event (WeirMeter *self, gint64 time_us);
/* All but the number of bytes. */
void weir_meter_read (WeirMeter *self, WeirStatistics *statistics);

/* The connection that a log is filled with from now on: the writer's. */
void weir_log_begin_meter (WeirLog *self, guint connection, gint64 began_us);

G_END_DECLS
