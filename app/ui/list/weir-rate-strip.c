/* SPDX-License-Identifier: MIT */
#include "weir-rate-strip.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "common/weir-format.h"

#define HEIGHT 56
#define TOP 14
#define MIN_BAR 4
/* Samples are taken twice per second. A shorter bar would contain one or none. */
#define MIN_BAR_US ((gint64) G_USEC_PER_SEC)
#define MIN_SPAN_US (60 * (gint64) G_USEC_PER_SEC)
#define MAX_SPAN_US (600 * (gint64) G_USEC_PER_SEC)

struct _WeirRateStrip
{
  GtkWidget parent_instance;

  WeirRateHistory *history;
  double drag_begin; /* -1: none */
  double drag_end;
};

G_DEFINE_FINAL_TYPE (WeirRateStrip, weir_rate_strip, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_RANGE_SELECTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

typedef struct
{
  gint64 begin_us;
  gint64 span_us;
  int width;
  int n_bars;
} Scale;

static float
get_x (const Scale *scale, int bar)
{
  return (float) scale->width * (float) bar / (float) scale->n_bars;
}

static gboolean
get_scale (WeirRateStrip *self, Scale *scale)
{
  const guint n = self->history != NULL ? weir_rate_history_get_length (self->history) : 0;
  gint64 first_us, last_us;

  if (n < 2)
    return FALSE;
  first_us = weir_rate_history_get (self->history, 0)->time_us;
  last_us = weir_rate_history_get (self->history, n - 1)->time_us;
  scale->width = gtk_widget_get_width (GTK_WIDGET (self));
  scale->span_us = CLAMP (last_us - first_us, MIN_SPAN_US, MAX_SPAN_US);
  scale->n_bars = CLAMP ((int) (scale->span_us / MIN_BAR_US), 1, MAX (1, scale->width / MIN_BAR));
  scale->begin_us = last_us - scale->span_us;
  /* A bar keeps its samples while time moves on: bars begin at whole multiples. */
  scale->begin_us -= scale->begin_us % (scale->span_us / scale->n_bars);
  return TRUE;
}

static const WeirSample *
sample_at (WeirRateStrip *self, const Scale *scale, int bar)
{
  return weir_rate_history_find (self->history,
                                 scale->begin_us + scale->span_us * bar / scale->n_bars);
}

static void
draw_bar (GtkSnapshot *snapshot,
          const Scale *scale,
          const GdkRGBA *color,
          int bar,
          double share,
          int height)
{
  const float x = get_x (scale, bar), width = get_x (scale, bar + 1) - x - 1;
  const float length = share > 0 ? MAX (1.0f, (float) share * (float) (height - TOP)) : 0;

  gtk_snapshot_append_color (snapshot, color,
                             &GRAPHENE_RECT_INIT (x, (float) height - length, width, length));
}

static void
get_most (WeirRateStrip *self, const Scale *scale, double *events, double *bytes)
{
  *events = *bytes = 0;
  for (int i = 0; i < scale->n_bars; i++)
    {
      const WeirSample *before = sample_at (self, scale, i),
                       *after = sample_at (self, scale, i + 1);

      *events = MAX (*events, (double) (after->events - before->events));
      *bytes = MAX (*bytes, (double) (after->bytes - before->bytes));
    }
}

static void
draw_label (WeirRateStrip *self,
            GtkSnapshot *snapshot,
            const Scale *scale,
            double most,
            const GdkRGBA *color)
{
  char rate[WEIR_FORMAT_LENGTH];
  const double per_second = most * G_USEC_PER_SEC * scale->n_bars / (double) scale->span_us;
  g_autofree char *text = g_strdup_printf (
      _ ("up to %s · last %d min"), weir_format_rate (rate, per_second),
      (int) MAX (1, (scale->span_us + 30 * G_USEC_PER_SEC) / (60 * G_USEC_PER_SEC)));
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (12, 0));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
draw_bars (WeirRateStrip *self, GtkSnapshot *snapshot, const Scale *scale, const GdkRGBA *color)
{
  const int height = gtk_widget_get_height (GTK_WIDGET (self));
  GdkRGBA events, bytes, mark, text;
  double most_events, most_bytes;

  events = bytes = text = *color;
  events.alpha = 0.85f;
  bytes.alpha = 0.25f;
  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &text);
  text.alpha *= 0.6f;
  get_most (self, scale, &most_events, &most_bytes);
  for (int i = 0; i < scale->n_bars; i++)
    {
      const WeirSample *before = sample_at (self, scale, i),
                       *after = sample_at (self, scale, i + 1);

      draw_bar (snapshot, scale, &bytes, i,
                (double) (after->bytes - before->bytes) / MAX (most_bytes, 1), height);
      draw_bar (snapshot, scale, &events, i,
                (double) (after->events - before->events) / MAX (most_events, 1) * 0.8, height);
      if (after->connections != before->connections && before->connections > 0)
        {
          gdk_rgba_parse (&mark, "#e5a50a");
          gtk_snapshot_append_color (snapshot, &mark,
                                     &GRAPHENE_RECT_INIT (get_x (scale, i), 0, 2, (float) height));
        }
      if (after->findings != before->findings)
        {
          gdk_rgba_parse (&mark, "#e66100");
          gtk_snapshot_append_color (
              snapshot, &mark, &GRAPHENE_RECT_INIT (get_x (scale, i), TOP - 4, MIN_BAR - 1, 3));
        }
    }
  /* Without data there is no scale. */
  if (most_bytes > 0)
    draw_label (self, snapshot, scale, most_events, &text);
}

static void
weir_rate_strip_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WeirRateStrip *self = WEIR_RATE_STRIP (widget);
  const float height = (float) gtk_widget_get_height (widget);
  GdkRGBA color = { 0.2f, 0.5f, 0.9f, 1 };
  Scale scale;

  if (!get_scale (self, &scale))
    return;
  gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), "accent_color", &color);
  draw_bars (self, snapshot, &scale, &color);
  if (self->drag_begin < 0)
    return;
  color.alpha = 0.2f;
  gtk_snapshot_append_color (snapshot, &color,
                             &GRAPHENE_RECT_INIT ((float) MIN (self->drag_begin, self->drag_end), 0,
                                                  (float) ABS (self->drag_end - self->drag_begin),
                                                  height));
}

static void
weir_rate_strip_measure (GtkWidget *widget,
                         GtkOrientation orientation,
                         int for_size,
                         int *minimum,
                         int *natural,
                         int *minimum_baseline,
                         int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : 0;
}

static guint64
row_at (WeirRateStrip *self, const Scale *scale, double x)
{
  const int width = MAX (1, gtk_widget_get_width (GTK_WIDGET (self)));
  const gint64 time_us = scale->begin_us + (gint64) ((double) scale->span_us * x / width);

  return weir_rate_history_find (self->history, time_us)->rows;
}

static void
drag_begun (WeirRateStrip *self, double x, double y)
{
  self->drag_begin = self->drag_end = x;
}

static void
dragged (WeirRateStrip *self, double x, double y)
{
  self->drag_end = CLAMP (self->drag_begin + x, 0, gtk_widget_get_width (GTK_WIDGET (self)));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
drag_ended (WeirRateStrip *self, double x, double y)
{
  Scale scale;

  if (get_scale (self, &scale))
    {
      const guint64 first = row_at (self, &scale, MIN (self->drag_begin, self->drag_end));
      const guint64 end = row_at (self, &scale, MAX (self->drag_begin, self->drag_end) + MIN_BAR);

      if (end > first)
        g_signal_emit (self, signals[SIGNAL_RANGE_SELECTED], 0, first, end - first);
    }
  self->drag_begin = -1;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
weir_rate_strip_dispose (GObject *object)
{
  weir_rate_strip_set_history (WEIR_RATE_STRIP (object), NULL);
  G_OBJECT_CLASS (weir_rate_strip_parent_class)->dispose (object);
}

static void
weir_rate_strip_class_init (WeirRateStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_rate_strip_dispose;
  widget_class->snapshot = weir_rate_strip_snapshot;
  widget_class->measure = weir_rate_strip_measure;
  gtk_widget_class_set_css_name (widget_class, "ratestrip");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);

  signals[SIGNAL_RANGE_SELECTED] =
      g_signal_new ("range-selected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 2, G_TYPE_UINT64, G_TYPE_UINT64);
}

static void
weir_rate_strip_init (WeirRateStrip *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  self->drag_begin = -1;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  /* Time runs from left to right on an axis, also where text does not. */
  gtk_widget_set_direction (GTK_WIDGET (self), GTK_TEXT_DIR_LTR);
  gtk_widget_set_tooltip_text (
      GTK_WIDGET (self), _ ("Events (dark) and bytes (light) over time; drag to select rows"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Events and bytes over time"), -1);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begun), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (dragged), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (drag_ended), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
}

void
weir_rate_strip_set_history (WeirRateStrip *self, WeirRateHistory *history)
{
  g_return_if_fail (WEIR_IS_RATE_STRIP (self));

  if (self->history == history)
    return;
  if (self->history != NULL)
    g_signal_handlers_disconnect_by_data (self->history, self);
  g_set_object (&self->history, history);
  if (history != NULL)
    g_signal_connect_object (history, "changed", G_CALLBACK (gtk_widget_queue_draw), self,
                             G_CONNECT_SWAPPED);
}
