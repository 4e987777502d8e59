/* SPDX-License-Identifier: MIT */
#include "weir-sparkline.h"

#define WIDTH 56
#define HEIGHT 18
#define N_POINTS 28
#define SPAN_US (60 * G_USEC_PER_SEC)

struct _WeirSparkline
{
  GtkWidget parent_instance;

  WeirRateHistory *history;
};

G_DEFINE_FINAL_TYPE (WeirSparkline, weir_sparkline, GTK_TYPE_WIDGET)

/* Fills values with events per step, and gives the greatest. */
static double
read_values (WeirSparkline *self, double values[N_POINTS])
{
  const guint n = weir_rate_history_get_length (self->history);
  const gint64 end_us = weir_rate_history_get (self->history, n - 1)->time_us;
  guint64 before = weir_rate_history_find (self->history, end_us - SPAN_US)->events;
  double most = 0;

  for (int i = 0; i < N_POINTS; i++)
    {
      const gint64 until = end_us - SPAN_US + SPAN_US * (i + 1) / N_POINTS;
      const guint64 events = weir_rate_history_find (self->history, until)->events;

      values[i] = (double) (events - before);
      most = MAX (most, values[i]);
      before = events;
    }
  return most;
}

static void
weir_sparkline_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WeirSparkline *self = WEIR_SPARKLINE (widget);
  const float width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  const float step = width / N_POINTS;
  double values[N_POINTS], most;
  GdkRGBA color;

  if (self->history == NULL || weir_rate_history_get_length (self->history) < 2)
    return;
  most = read_values (self, values);
  if (most <= 0)
    return;
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  for (int i = 0; i < N_POINTS; i++)
    {
      const float bar = values[i] > 0 ? MAX (1.5f, (float) (values[i] / most) * height) : 0;

      gtk_snapshot_append_color (
          snapshot, &color, &GRAPHENE_RECT_INIT ((float) i * step, height - bar, step - 0.6f, bar));
    }
}

static void
weir_sparkline_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : HEIGHT;
}

static void
weir_sparkline_dispose (GObject *object)
{
  WeirSparkline *self = WEIR_SPARKLINE (object);

  weir_sparkline_set_history (self, NULL);
  G_OBJECT_CLASS (weir_sparkline_parent_class)->dispose (object);
}

static void
weir_sparkline_class_init (WeirSparklineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_sparkline_dispose;
  widget_class->snapshot = weir_sparkline_snapshot;
  widget_class->measure = weir_sparkline_measure;
  gtk_widget_class_set_css_name (widget_class, "sparkline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
weir_sparkline_init (WeirSparkline *self)
{
}

void
weir_sparkline_set_history (WeirSparkline *self, WeirRateHistory *history)
{
  g_return_if_fail (WEIR_IS_SPARKLINE (self));

  if (self->history == history)
    return;
  if (self->history != NULL)
    g_signal_handlers_disconnect_by_data (self->history, self);
  g_set_object (&self->history, history);
  if (history != NULL)
    g_signal_connect_object (history, "changed", G_CALLBACK (gtk_widget_queue_draw), self,
                             G_CONNECT_SWAPPED);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
