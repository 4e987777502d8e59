/* SPDX-License-Identifier: MIT */
#include "weir-story.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "common/weir-format.h"
#include "weir-statistics-view.h"
#include "weir-story-line.h"

struct _WeirStory
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkWidget *column;
  WeirStatisticsView *statistics;
};

G_DEFINE_FINAL_TYPE (WeirStory, weir_story, GTK_TYPE_WIDGET)

static void
add_heading (WeirStory *self, const char *text)
{
  GtkWidget *label = weir_story_make_label (text, "heading");

  gtk_widget_set_margin_top (label, 12);
  gtk_box_append (GTK_BOX (self->column), label);
}

static void
add_line (WeirStory *self, const char *name, const char *value)
{
  if (value != NULL && *value != '\0')
    gtk_box_append (GTK_BOX (self->column), weir_story_make_line (name, value));
}

static void
add_block (WeirStory *self, const char *text)
{
  g_autofree char *stripped = g_strchomp (g_strdup (text != NULL ? text : ""));
  GtkWidget *label;

  if (*stripped == '\0')
    return;
  label = weir_story_make_label (stripped, "monospace");
  gtk_widget_add_css_class (label, "weir-block");
  gtk_widget_set_direction (label, GTK_TEXT_DIR_LTR);
  gtk_box_append (GTK_BOX (self->column), label);
}

static void
add_duration (WeirStory *self, const char *name, gint64 duration_us)
{
  g_autofree char *text = NULL;

  if (duration_us < 0)
    return;
  text = g_strdup_printf (_ ("%.1f ms"), (double) duration_us / 1000);
  add_line (self, name, text);
}

static void
add_time (WeirStory *self, const char *name, gint64 time_us)
{
  char buffer[WEIR_FORMAT_LENGTH];

  if (time_us > 0)
    add_line (self, name, weir_format_time (buffer, time_us, 0, WEIR_TIME_ISO));
}

/* A file was not asked for, and a recording does not say how. */
static void
add_request (WeirStory *self, WeirConnectionInfo *info)
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
}

static void
add_response (WeirStory *self, WeirConnectionInfo *info)
{
  g_autofree char *block = NULL;

  if (info->status == 0)
    return;
  block = g_strdup_printf ("HTTP/%s %u %s\n%s", info->http_version, info->status,
                           info->reason_phrase != NULL ? info->reason_phrase : "",
                           info->response_headers != NULL ? info->response_headers : "");
  add_heading (self, _ ("Response Head"));
  add_block (self, block);
}

static void
add_traffic (WeirStory *self, WeirConnectionInfo *info)
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
add_durations (WeirStory *self, WeirConnectionInfo *info)
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
weir_story_dispose (GObject *object)
{
  g_clear_object (&WEIR_STORY (object)->statistics);
  g_clear_pointer (&WEIR_STORY (object)->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_story_parent_class)->dispose (object);
}

static void
weir_story_class_init (WeirStoryClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_story_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
weir_story_init (WeirStory *self)
{
  self->statistics = g_object_ref_sink (g_object_new (WEIR_TYPE_STATISTICS_VIEW, NULL));
  self->column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_add_css_class (self->column, "weir-story");
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->column);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

void
weir_story_set_row (WeirStory *self, WeirRow *row, WeirConnectionInfo *info)
{
  g_autofree char *end = NULL, *title = NULL;
  GtkWidget *child;

  g_return_if_fail (WEIR_IS_STORY (self));

  while ((child = gtk_widget_get_first_child (self->column)) != NULL)
    gtk_box_remove (GTK_BOX (self->column), child);
  if (info == NULL)
    {
      gtk_box_append (GTK_BOX (self->column),
                      weir_story_make_label (
                          _ ("Nothing is known about the connection of this row."), "dim-label"));
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
  weir_statistics_view_set_row (self->statistics, row, weir_connection_info_is_http (info));
  gtk_box_append (GTK_BOX (self->column), GTK_WIDGET (self->statistics));
  add_request (self, info);
  add_response (self, info);
  add_durations (self, info);
}
