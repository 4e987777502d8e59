/* SPDX-License-Identifier: MIT */
#include "weir-statistics-private.h"

#include "base/weir-bisect.h"
#include "weir-log-private.h"

/* --- The meter ------------------------------------------------------------------- */

#define LOAD(place) atomic_load_explicit (&(place), memory_order_relaxed)

/* The middle of a bucket. */
static gint64
get_gap (guint bucket)
{
  const guint octave = bucket / 8 + 2;

  if (bucket < 8)
    return bucket;
  return (gint64) ((8 + bucket % 8) * 2 + 1) << (octave - 3) >> 1;
}

/* Returns: the given percentile of n gaps. */
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

typedef struct
{
  WeirLog *log;
  guint64 row;
} Sought;

static gboolean
meter_begins_before (gconstpointer data, guint64 number)
{
  const Sought *sought = data;
  const WeirMeter *meter = g_ptr_array_index (sought->log->meters, number);

  return meter->first_row <= sought->row;
}

gboolean
weir_log_get_statistics (WeirLog *self, guint64 row, WeirStatistics *statistics)
{
  const Sought sought = { self, row };
  guint found; /* meters that begin at row or before it: the last one counted it */

  g_return_val_if_fail (WEIR_IS_LOG (self), FALSE);

  g_mutex_lock (&self->marks_lock);
  found = (guint) weir_bisect (0, self->meters->len, meter_begins_before, &sought);
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
