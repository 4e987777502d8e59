/* SPDX-License-Identifier: MIT */
#include "weir-rate-history.h"

#include "app/engine/base/weir-bisect.h"

#define MAX_SAMPLES 8192
#define RATE_WINDOW_US (2 * G_USEC_PER_SEC)

struct _WeirRateHistory
{
  GObject parent_instance;

  GArray *samples; /* of WeirSample, by time */
};

G_DEFINE_FINAL_TYPE (WeirRateHistory, weir_rate_history, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
weir_rate_history_finalize (GObject *object)
{
  g_array_unref (WEIR_RATE_HISTORY (object)->samples);
  G_OBJECT_CLASS (weir_rate_history_parent_class)->finalize (object);
}

static void
weir_rate_history_class_init (WeirRateHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_rate_history_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_rate_history_init (WeirRateHistory *self)
{
  self->samples = g_array_new (FALSE, FALSE, sizeof (WeirSample));
}

WeirRateHistory *
weir_rate_history_new (void)
{
  return g_object_new (WEIR_TYPE_RATE_HISTORY, NULL);
}

/* Halves the resolution of the older half, which is drawn coarser anyway. */
static void
thin_out (WeirRateHistory *self)
{
  const guint half = self->samples->len / 2;
  guint kept = 0;

  for (guint i = 0; i < self->samples->len; i++)
    if (i >= half || i % 2 == 0)
      g_array_index (self->samples, WeirSample, kept++) =
          g_array_index (self->samples, WeirSample, i);
  g_array_set_size (self->samples, kept);
}

void
weir_rate_history_add (WeirRateHistory *self, const WeirSample *sample)
{
  g_return_if_fail (WEIR_IS_RATE_HISTORY (self));

  if (self->samples->len >= MAX_SAMPLES)
    thin_out (self);
  g_array_append_val (self->samples, *sample);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

void
weir_rate_history_clear (WeirRateHistory *self)
{
  g_return_if_fail (WEIR_IS_RATE_HISTORY (self));

  g_array_set_size (self->samples, 0);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

guint
weir_rate_history_get_length (WeirRateHistory *self)
{
  return self->samples->len;
}

const WeirSample *
weir_rate_history_get (WeirRateHistory *self, guint i)
{
  g_return_val_if_fail (i < self->samples->len, NULL);

  return &g_array_index (self->samples, WeirSample, i);
}

typedef struct
{
  GArray *samples;
  gint64 time_us;
} Sought;

static gboolean
sample_is_before (gconstpointer data, guint64 place)
{
  const Sought *sought = data;

  return g_array_index (sought->samples, WeirSample, place).time_us <= sought->time_us;
}

const WeirSample *
weir_rate_history_find (WeirRateHistory *self, gint64 time_us)
{
  const Sought sought = { self->samples, time_us };

  if (self->samples->len == 0)
    return NULL;
  return &g_array_index (self->samples, WeirSample,
                         weir_bisect (1, self->samples->len, sample_is_before, &sought) - 1);
}

static gboolean
get_window (WeirRateHistory *self, const WeirSample **first, const WeirSample **last)
{
  if (self->samples->len < 2)
    return FALSE;
  *last = &g_array_index (self->samples, WeirSample, self->samples->len - 1);
  *first = weir_rate_history_find (self, (*last)->time_us - RATE_WINDOW_US);
  return (*first)->time_us < (*last)->time_us;
}

double
weir_rate_history_get_rate (WeirRateHistory *self)
{
  const WeirSample *first, *last;

  if (!get_window (self, &first, &last))
    return 0;
  return (double) (last->events - first->events) * G_USEC_PER_SEC
         / (double) (last->time_us - first->time_us);
}

double
weir_rate_history_get_byte_rate (WeirRateHistory *self)
{
  const WeirSample *first, *last;

  if (!get_window (self, &first, &last))
    return 0;
  return (double) (last->bytes - first->bytes) * G_USEC_PER_SEC
         / (double) (last->time_us - first->time_us);
}
