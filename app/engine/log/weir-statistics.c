/* SPDX-License-Identifier: MIT */
#include "weir-statistics-private.h"

#include "weir-log-private.h"

/* --- The meter ------------------------------------------------------------------- */

static guint
get_bucket (gint64 gap_us)
{
  const guint64 gap = (guint64) gap_us;
  const guint octave = gap < 8 ? 3 : 63 - (guint) __builtin_clzll (gap);

  return gap < 8 ? (guint) gap
                 : MIN ((octave - 2) * 8 + (guint) (gap >> (octave - 3) & 7), WEIR_METER_GAPS - 1);
}

/* The middle of a bucket. */
static gint64
get_gap (guint bucket)
{
  const guint octave = bucket / 8 + 2;

  if (bucket < 8)
    return bucket;
  return (gint64) ((8 + bucket % 8) * 2 + 1) << (octave - 3) >> 1;
}

#define LOAD(place) atomic_load_explicit (&(place), memory_order_relaxed)
#define STORE(place, value) atomic_store_explicit (&(place), value, memory_order_relaxed)

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

/* The gap that so many per cent of n are not longer than. */
static gint64
find_percentile (const guint32 *gaps, guint64 n, guint percent)
{
  const guint64 wanted = (n * percent + 99) / 100;
  guint64 seen = 0;

  for (guint i = 0; i < WEIR_METER_GAPS; i++)
    if ((seen += gaps[i]) >= wanted)
      return get_gap (i);
  return -1;
}

void
weir_meter_read (WeirMeter *self, WeirStatistics *statistics)
{
  guint32 gaps[WEIR_METER_GAPS];
  guint64 n = 0;

  for (guint i = 0; i < WEIR_METER_GAPS; i++)
    n += gaps[i] = LOAD (self->gaps[i]);
  *statistics = (WeirStatistics){
    .connection = self->connection,
    .n_events = LOAD (self->n_events),
    .began_us = self->began_us,
    .first_us = LOAD (self->first_us),
    .last_us = LOAD (self->last_us),
    .median_us = n > 0 ? find_percentile (gaps, n, 50) : -1,
    .p95_us = n > 0 ? find_percentile (gaps, n, 95) : -1,
    .longest_us = LOAD (self->longest_us),
    .longest_end_us = LOAD (self->longest_end_us),
  };
  /* No share of the gaps is longer than all of them. */
  statistics->median_us = MIN (statistics->median_us, statistics->longest_us);
  statistics->p95_us = MIN (statistics->p95_us, statistics->longest_us);
  if (n == 0)
    statistics->median_us = statistics->p95_us = -1;
}

double
weir_statistics_get_rate (const WeirStatistics *self)
{
  if (self->n_events < 2 || self->last_us <= self->first_us)
    return 0;
  return (double) (self->n_events - 1) * G_USEC_PER_SEC / (double) (self->last_us - self->first_us);
}

/* --- In a log --------------------------------------------------------------------- */

void
weir_log_begin_meter (WeirLog *self, guint connection, gint64 began_us)
{
  WeirMeter *meter = g_new0 (WeirMeter, 1);

  meter->connection = connection;
  meter->first_row = self->appended_rows;
  meter->begin = self->appended_bytes;
  meter->began_us = began_us;
  g_mutex_lock (&self->marks_lock);
  g_ptr_array_add (self->meters, meter);
  if (self->meters->len > WEIR_LOG_KEPT_CONNECTIONS)
    g_ptr_array_remove_index (self->meters, 0);
  g_mutex_unlock (&self->marks_lock);
  self->meter = meter;
}

/* Under the lock: the meter that counted row's connection, by its place + 1; 0: none. */
static guint
find_meter (WeirLog *self, guint64 row)
{
  guint low = 0, high = self->meters->len;

  while (low < high)
    {
      const guint middle = (low + high) / 2;

      if (((WeirMeter *) g_ptr_array_index (self->meters, middle))->first_row <= row)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

gboolean
weir_log_get_statistics (WeirLog *self, guint64 row, WeirStatistics *statistics)
{
  guint found;

  g_return_val_if_fail (WEIR_IS_LOG (self), FALSE);

  g_mutex_lock (&self->marks_lock);
  found = find_meter (self, row);
  if (found > 0)
    {
      WeirMeter *meter = g_ptr_array_index (self->meters, found - 1);
      const WeirMeter *next =
          found < self->meters->len ? g_ptr_array_index (self->meters, found) : NULL;
      const guint64 end = next != NULL ? next->begin : weir_log_get_n_bytes (self);

      weir_meter_read (meter, statistics);
      statistics->n_bytes = end - MIN (meter->begin, end);
    }
  g_mutex_unlock (&self->marks_lock);
  return found > 0;
}
