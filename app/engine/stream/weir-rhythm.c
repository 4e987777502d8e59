/* SPDX-License-Identifier: MIT */
#include "weir-rhythm-private.h"

#define SAME_BEAT_US (20 * G_TIME_SPAN_MILLISECOND)
#define MIN_PERIOD_US (100 * G_TIME_SPAN_MILLISECOND)

void
weir_rhythm_beat (WeirRhythm *self, gint64 now_us)
{
  gint64 gap = now_us - self->last_us;

  if (self->last_us != 0)
    {
      if (gap < SAME_BEAT_US)
        return;
      self->gaps_us[self->n_gaps++ % WEIR_RHYTHM_GAPS] = gap;
    }
  self->last_us = now_us;
}

void
weir_rhythm_skip (WeirRhythm *self, gint64 now_us)
{
  self->last_us = now_us;
}

gint64
weir_rhythm_get_period (const WeirRhythm *self)
{
  gint64 sum = 0, least = G_MAXINT64, most = 0, mean;

  if (self->n_gaps < WEIR_RHYTHM_GAPS)
    return 0;
  for (guint i = 0; i < WEIR_RHYTHM_GAPS; i++)
    {
      sum += self->gaps_us[i];
      least = MIN (least, self->gaps_us[i]);
      most = MAX (most, self->gaps_us[i]);
    }
  mean = sum / WEIR_RHYTHM_GAPS;
  if (mean < MIN_PERIOD_US || most - least > mean / 2)
    return 0;
  return mean;
}

gint64
weir_rhythm_get_overdue (gint64 period_us)
{
  return period_us * 3 / 2 + G_TIME_SPAN_SECOND;
}

gint64
weir_rhythm_get_dead (gint64 period_us)
{
  return MAX (period_us * 4 + 5 * G_TIME_SPAN_SECOND, 15 * G_TIME_SPAN_SECOND);
}
