/* SPDX-License-Identifier: MIT */
/*
 * weir-rate-history: the number of rows, events and bytes of a stream over time, sampled a few
 * times per second, for the sparkline and the rate chart. When it grows long, every other sample
 * is removed.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef struct
{
  gint64 time_us; /* wall clock */
  guint64 rows;   /* in the log until then */
  guint64 events; /* of these rows */
  guint64 bytes;  /* received until then */
  guint64 findings;
  guint connections; /* begun until then */
} WeirSample;

#define WEIR_TYPE_RATE_HISTORY (weir_rate_history_get_type ())
G_DECLARE_FINAL_TYPE (WeirRateHistory, weir_rate_history, WEIR, RATE_HISTORY, GObject)

WeirRateHistory *weir_rate_history_new (void);

/* Adds a sample, later than those before; "changed" follows. */
void weir_rate_history_add (WeirRateHistory *self, const WeirSample *sample);
void weir_rate_history_clear (WeirRateHistory *self);

guint weir_rate_history_get_length (WeirRateHistory *self);
const WeirSample *weir_rate_history_get (WeirRateHistory *self, guint i);

/* The last sample at or before time_us, or the first; NULL if there is none. */
const WeirSample *weir_rate_history_find (WeirRateHistory *self, gint64 time_us);

/* Events per second over the last one or two seconds. */
double weir_rate_history_get_rate (WeirRateHistory *self);
double weir_rate_history_get_byte_rate (WeirRateHistory *self);

G_END_DECLS
