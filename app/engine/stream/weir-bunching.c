/* SPDX-License-Identifier: MIT */
#include "weir-bunching-private.h"

#define BURST_GAP_US (50 * G_TIME_SPAN_MILLISECOND)
#define SILENCE_US (800 * G_TIME_SPAN_MILLISECOND)
#define BUNCH_EVENTS 5
#define BUNCHES 3

void
weir_bunching_reset (WeirBunching *self)
{
  *self = (WeirBunching){ 0 };
}

static gboolean
burst_is_bunch (const WeirBunching *self)
{
  /* Events that happen at the same time still arrive in several reads. */
  return self->silence_us >= SILENCE_US && self->burst_events >= BUNCH_EVENTS
         && self->burst_events >= self->burst_reads * 3;
}

gboolean
weir_bunching_read (WeirBunching *self, const WeirBunchingRead *read, WeirBunch *bunch)
{
  gint64 gap = self->last_us ? read->time_us - self->last_us : 0;
  gboolean report = FALSE;

  if (gap > BURST_GAP_US)
    {
      if (burst_is_bunch (self))
        {
          self->n_bunches++;
          report = self->n_bunches >= BUNCHES && !self->reported;
          *bunch = (WeirBunch){ self->silence_us, self->burst_reads, self->burst_events,
                                self->burst_bytes };
        }
      else if (self->burst_events > 0)
        self->n_bunches = 0;
      self->silence_us = gap;
      self->burst_us = read->time_us;
      self->burst_reads = self->burst_events = 0;
      self->burst_bytes = 0;
    }

  self->last_us = read->time_us;
  self->burst_reads++;
  self->burst_events += read->n_events;
  self->burst_bytes += read->n_bytes;
  self->reported = self->reported || report;
  return report;
}
