/* SPDX-License-Identifier: MIT */
#include "weir-statistics-view.h"

#include <glib/gi18n.h>

#include "app/engine/log/weir-statistics.h"
#include "common/weir-format.h"
#include "weir-story-line.h"

#define UPDATE_MS 500

enum
{
  LINE_EVENTS,
  LINE_FIRST,
  LINE_RATE,
  LINE_GAPS,
  LINE_SILENCE,
  N_LINES
};

typedef struct
{
  GtkWidget *box;
  GtkLabel *value;
} Line;

struct _WeirStatisticsView
{
  GtkWidget parent_instance;

  GtkWidget *column;
  Line lines[N_LINES];

  WeirRow *row;
  gboolean from_server;
  guint update; /* a timeout; 0: none */
};

G_DEFINE_FINAL_TYPE (WeirStatisticsView, weir_statistics_view, GTK_TYPE_WIDGET)

static void
set_line (WeirStatisticsView *self, guint line, char *value)
{
  gtk_widget_set_visible (self->lines[line].box, value != NULL);
  if (value != NULL && !g_str_equal (gtk_label_get_text (self->lines[line].value), value))
    gtk_label_set_text (self->lines[line].value, value);
  g_free (value);
}

/* weir_format_gap() writes "+1.2 s", as behind a row. */
static const char *
format_span (char buffer[WEIR_FORMAT_LENGTH], gint64 span_us)
{
  const char *text = weir_format_gap (buffer, span_us);

  return *text == '+' ? text + 1 : text;
}

static char *
describe_events (const WeirStatistics *statistics)
{
  char size[WEIR_FORMAT_LENGTH];

  return g_strdup_printf (
      ngettext ("%'llu event in %s", "%'llu events in %s", (gulong) statistics->n_events),
      (unsigned long long) statistics->n_events, weir_format_size (size, statistics->n_bytes));
}

static char *
describe_first (WeirStatisticsView *self, const WeirStatistics *statistics)
{
  char span[WEIR_FORMAT_LENGTH];

  if (!self->from_server || statistics->began_us == 0
      || statistics->first_us < statistics->began_us)
    return NULL;
  return g_strdup_printf (_ ("%s after the request"),
                          format_span (span, statistics->first_us - statistics->began_us));
}

static char *
describe_rate (const WeirStatistics *statistics)
{
  const double rate = weir_statistics_get_rate (statistics);
  char text[WEIR_FORMAT_LENGTH];

  return rate > 0 ? g_strdup (weir_format_rate (text, rate)) : NULL;
}

static char *
describe_gaps (const WeirStatistics *statistics)
{
  char median[WEIR_FORMAT_LENGTH], p95[WEIR_FORMAT_LENGTH];

  if (statistics->median_us < 0)
    return NULL;
  return g_strdup_printf (_ ("median %s, 95th percentile %s"),
                          format_span (median, statistics->median_us),
                          format_span (p95, statistics->p95_us));
}

static char *
describe_silence (const WeirStatistics *statistics)
{
  char span[WEIR_FORMAT_LENGTH], time[WEIR_FORMAT_LENGTH];

  if (statistics->longest_us == 0)
    return NULL;
  return g_strdup_printf (_ ("%s, until %s"), format_span (span, statistics->longest_us),
                          weir_format_time (time, statistics->longest_end_us, 0, WEIR_TIME_CLOCK));
}

static gboolean
update (gpointer data)
{
  WeirStatisticsView *self = data;
  WeirStatistics statistics = { 0 };
  const gboolean known = self->row != NULL
                         && weir_log_get_statistics (weir_row_get_log (self->row),
                                                     weir_row_get_number (self->row), &statistics);

  gtk_widget_set_visible (self->column, known);
  if (!known)
    return G_SOURCE_CONTINUE;
  set_line (self, LINE_EVENTS, describe_events (&statistics));
  set_line (self, LINE_FIRST, describe_first (self, &statistics));
  set_line (self, LINE_RATE, describe_rate (&statistics));
  set_line (self, LINE_GAPS, describe_gaps (&statistics));
  set_line (self, LINE_SILENCE, describe_silence (&statistics));
  return G_SOURCE_CONTINUE;
}

void
weir_statistics_view_set_row (WeirStatisticsView *self, WeirRow *row, gboolean from_server)
{
  g_return_if_fail (WEIR_IS_STATISTICS_VIEW (self));
  g_return_if_fail (WEIR_IS_ROW (row));

  g_set_object (&self->row, row);
  self->from_server = from_server;
  update (self);
}

/* --- The widget -------------------------------------------------------------- */

static void
weir_statistics_view_map (GtkWidget *widget)
{
  WeirStatisticsView *self = WEIR_STATISTICS_VIEW (widget);

  GTK_WIDGET_CLASS (weir_statistics_view_parent_class)->map (widget);
  update (self);
  self->update = g_timeout_add (UPDATE_MS, update, self);
}

static void
weir_statistics_view_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&WEIR_STATISTICS_VIEW (widget)->update, g_source_remove);
  GTK_WIDGET_CLASS (weir_statistics_view_parent_class)->unmap (widget);
}

static void
weir_statistics_view_dispose (GObject *object)
{
  WeirStatisticsView *self = WEIR_STATISTICS_VIEW (object);

  g_clear_handle_id (&self->update, g_source_remove);
  g_clear_object (&self->row);
  g_clear_pointer (&self->column, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_statistics_view_parent_class)->dispose (object);
}

static void
weir_statistics_view_class_init (WeirStatisticsViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_statistics_view_dispose;
  widget_class->map = weir_statistics_view_map;
  widget_class->unmap = weir_statistics_view_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
weir_statistics_view_init (WeirStatisticsView *self)
{
  static const char *const names[N_LINES] = { N_ ("Received"), N_ ("First event"),
                                              N_ ("Average rate"), N_ ("Gaps between events"),
                                              N_ ("Longest silence") };

  self->column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_box_append (GTK_BOX (self->column),
                  weir_story_make_label (_ ("Timing of Events"), "heading"));
  for (guint i = 0; i < N_LINES; i++)
    {
      self->lines[i].box = weir_story_make_line (_ (names[i]), "");
      self->lines[i].value = GTK_LABEL (gtk_widget_get_last_child (self->lines[i].box));
      gtk_box_append (GTK_BOX (self->column), self->lines[i].box);
    }
  gtk_widget_set_margin_top (self->column, 12);
  gtk_widget_set_parent (self->column, GTK_WIDGET (self));
}
