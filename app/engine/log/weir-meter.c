/* SPDX-License-Identifier: MIT */
#include "weir-meter-private.h"

#define LOAD(place) atomic_load_explicit (&(place), memory_order_relaxed)
#define STORE(place, value) atomic_store_explicit (&(place), value, memory_order_relaxed)

static guint
get_bucket (gint64 gap_us)
{
  const guint64 gap = (guint64) gap_us;
  const guint octave = gap < 8 ? 3 : 63 - (guint) __builtin_clzll (gap);

  return gap < 8 ? (guint) gap
                 : MIN ((octave - 2) * 8 + (guint) (gap >> (octave - 3) & 7), WEIR_METER_GAPS - 1);
}

void
weir_meter_add_event (WeirMeter *self, gint64 time_us)
{
  const gint64 last_us = LOAD (self->last_us);
  const gint64 gap_us = MAX (time_us - last_us, 0);
  const guint bucket = get_bucket (gap_us);

  STORE (self->n_events, LOAD (self->n_events) + 1);
  if (time_us <= 0)
    return;
  STORE (self->last_us, time_us);
  if (last_us == 0)
    {
      STORE (self->first_us, time_us);
      return;
    }
  STORE (self->gaps[bucket], LOAD (self->gaps[bucket]) + 1);
  if (gap_us <= LOAD (self->longest_us))
    return;
  STORE (self->longest_us, gap_us);
  STORE (self->longest_end_us, time_us);
}
