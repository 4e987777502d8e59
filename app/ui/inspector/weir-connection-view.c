/* SPDX-License-Identifier: MIT */
#include "weir-connection-view.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app/engine/log/weir-row.h"
#include "app/engine/log/weir-statistics.h"
#include "common/weir-format.h"

/* --- One line ---------------------------------------------------------------- */

static GtkWidget *
make_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

static GtkWidget *
make_line (const char *name, const char *value)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *name_label = make_label (name, "caption");

  gtk_widget_add_css_class (name_label, "dim-label");
  gtk_box_append (GTK_BOX (box), name_label);
  gtk_box_append (GTK_BOX (box), make_label (value, NULL));
  return box;
}

/* --- Timing of events -------------------------------------------------------- */

#define WEIR_TYPE_STATISTICS_VIEW (weir_statistics_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirStatisticsView, weir_statistics_view, WEIR, STATISTICS_VIEW, GtkWidget)

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

/* weir_format_gap() writes "+1.2 s", with a sign. */
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

static void
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
  gtk_box_append (GTK_BOX (self->column), make_label (_ ("Timing of Events"), "heading"));
  for (guint i = 0; i < N_LINES; i++)
    {
      self->lines[i].box = make_line (_ (names[i]), "");
      self->lines[i].value = GTK_LABEL (gtk_widget_get_last_child (self->lines[i].box));
      gtk_box_append (GTK_BOX (self->column), self->lines[i].box);
    }
  gtk_widget_set_margin_top (self->column, 12);
  gtk_widget_set_parent (self->column, GTK_WIDGET (self));
}

/* --- The connection ---------------------------------------------------------- */

struct _WeirConnectionView
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkWidget *column;
  WeirStatisticsView *statistics;
};

G_DEFINE_FINAL_TYPE (WeirConnectionView, weir_connection_view, GTK_TYPE_WIDGET)

static void
add_heading (WeirConnectionView *self, const char *text)
{
  GtkWidget *label = make_label (text, "heading");

  gtk_widget_set_margin_top (label, 12);
  gtk_box_append (GTK_BOX (self->column), label);
}

static void
add_line (WeirConnectionView *self, const char *name, const char *value)
{
  if (value != NULL && *value != '\0')
    gtk_box_append (GTK_BOX (self->column), make_line (name, value));
}

static void
add_block (WeirConnectionView *self, const char *text)
{
  g_autofree char *stripped = g_strchomp (g_strdup (text != NULL ? text : ""));
  GtkWidget *label;

  if (*stripped == '\0')
    return;
  label = make_label (stripped, "monospace");
  gtk_widget_add_css_class (label, "weir-block");
  gtk_widget_set_direction (label, GTK_TEXT_DIR_LTR);
  gtk_box_append (GTK_BOX (self->column), label);
}

static void
add_duration (WeirConnectionView *self, const char *name, gint64 duration_us)
{
  g_autofree char *text = NULL;

  if (duration_us < 0)
    return;
  text = g_strdup_printf (_ ("%.1f ms"), (double) duration_us / 1000);
  add_line (self, name, text);
}

static void
add_time (WeirConnectionView *self, const char *name, gint64 time_us)
{
  char buffer[WEIR_FORMAT_LENGTH];

  if (time_us > 0)
    add_line (self, name, weir_format_time (buffer, time_us, 0, WEIR_TIME_ISO));
}

/* A file has no request, and a recording may not contain it. */
static void
add_request (WeirConnectionView *self, WeirConnectionInfo *info)
{
  g_autofree char *block = NULL;

  if (info->method == NULL)
    {
      add_line (self, _ ("Address"), info->url);
      return;
    }
  block = g_strdup_printf ("%s %s\n%s", info->method, info->url,
                           info->request_headers != NULL ? info->request_headers : "");
  add_heading (self, _ ("Request as Sent"));
  add_block (self, block);
  if (info->request_body == NULL || *info->request_body == '\0')
    return;
  add_heading (self, _ ("Request Body"));
  add_block (self, info->request_body);
}

static void
add_response (WeirConnectionView *self, WeirConnectionInfo *info)
{
  g_autofree char *block = NULL;

  if (info->status == 0)
    return;
  block = g_strdup_printf ("HTTP/%s %u %s\n%s", info->http_version, info->status,
                           info->reason_phrase != NULL ? info->reason_phrase : "",
                           info->response_headers != NULL ? info->response_headers : "");
  add_heading (self, _ ("Response Head"));
  add_block (self, block);
  if (info->refused_body == NULL)
    return;
  add_heading (self, _ ("Response Body"));
  add_block (self, info->refused_body);
}

static void
add_traffic (WeirConnectionView *self, WeirConnectionInfo *info)
{
  char size[WEIR_FORMAT_LENGTH];
  g_autofree char *redirects =
      info->n_redirects > 0 ? g_strdup_printf ("%u", info->n_redirects) : NULL;
  g_autofree char *traffic = NULL;

  add_line (self, _ ("Server"), info->remote_address);
  add_line (self, _ ("Redirects"), redirects);
  add_line (self, _ ("Encryption"), info->tls);
  add_line (self, _ ("Certificate"), info->certificate);
  add_line (self, _ ("Certificate problems, ignored as requested"), info->certificate_errors);
  if (info->ended_us == 0)
    return;
  traffic =
      g_strdup_printf (ngettext ("%s in %llu read", "%s in %llu reads", info->n_reads),
                       weir_format_size (size, info->n_bytes), (unsigned long long) info->n_reads);
  add_line (self, _ ("Read"), traffic);
}

static void
add_durations (WeirConnectionView *self, WeirConnectionInfo *info)
{
  if (info->head_us < 0)
    return;
  add_heading (self, _ ("Timing"));
  add_duration (self, _ ("Name lookup"), info->dns_us);
  add_duration (self, _ ("Connecting"), info->tcp_us);
  add_duration (self, _ ("Encryption handshake"), info->tls_us);
  add_duration (self, _ ("Until the response head"), info->head_us);
  add_duration (self, _ ("Until the first byte"), info->first_byte_us);
}

static void
weir_connection_view_dispose (GObject *object)
{
  g_clear_object (&WEIR_CONNECTION_VIEW (object)->statistics);
  g_clear_pointer (&WEIR_CONNECTION_VIEW (object)->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_connection_view_parent_class)->dispose (object);
}

static void
weir_connection_view_class_init (WeirConnectionViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_connection_view_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
weir_connection_view_init (WeirConnectionView *self)
{
  self->statistics = g_object_ref_sink (g_object_new (WEIR_TYPE_STATISTICS_VIEW, NULL));
  self->column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_add_css_class (self->column, "weir-connection-view");
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->column);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

void
weir_connection_view_set_row (WeirConnectionView *self, WeirRow *row, WeirConnectionInfo *info)
{
  g_autofree char *end = NULL, *title = NULL;
  GtkWidget *child;

  g_return_if_fail (WEIR_IS_CONNECTION_VIEW (self));

  while ((child = gtk_widget_get_first_child (self->column)) != NULL)
    gtk_box_remove (GTK_BOX (self->column), child);
  if (info == NULL)
    {
      gtk_box_append (
          GTK_BOX (self->column),
          make_label (_ ("Nothing is known about the connection of this row."), "dim-label"));
      return;
    }
  title = g_strdup_printf (_ ("Connection %u"), info->number);
  add_heading (self, title);
  end = weir_connection_info_describe_end (info);
  add_line (self, _ ("How it ended"), end != NULL ? end : _ ("Still open"));
  add_line (self, _ ("Evidence"), info->evidence);
  add_time (self, _ ("Began at"), info->began_us);
  add_time (self, _ ("Ended at"), info->ended_us);
  add_traffic (self, info);
  if (row != NULL)
    {
      weir_statistics_view_set_row (self->statistics, row, weir_connection_info_is_http (info));
      gtk_box_append (GTK_BOX (self->column), GTK_WIDGET (self->statistics));
    }
  add_request (self, info);
  add_response (self, info);
  add_durations (self, info);
}
