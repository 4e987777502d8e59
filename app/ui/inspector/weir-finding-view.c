/* SPDX-License-Identifier: MIT */
#include "weir-finding-view.h"

#include <glib/gi18n.h>

#include "app/engine/base/weir-direction.h"
#include "weir-finding-help.h"

#define MAX_BYTES ((gsize) 512)

struct _WeirFindingView
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkLabel *sentence;
  GtkLabel *bytes;
  GtkLabel *heading;
  GtkLabel *text;
  GtkLinkButton *link;
  GtkLabel *section;
};

G_DEFINE_FINAL_TYPE (WeirFindingView, weir_finding_view, GTK_TYPE_WIDGET)

static void
weir_finding_view_dispose (GObject *object)
{
  g_clear_pointer (&WEIR_FINDING_VIEW (object)->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_finding_view_parent_class)->dispose (object);
}

static void
weir_finding_view_class_init (WeirFindingViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_finding_view_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir_monitor/Weir/weir-finding-view.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirFindingView, scroller);
  gtk_widget_class_bind_template_child (widget_class, WeirFindingView, sentence);
  gtk_widget_class_bind_template_child (widget_class, WeirFindingView, bytes);
  gtk_widget_class_bind_template_child (widget_class, WeirFindingView, heading);
  gtk_widget_class_bind_template_child (widget_class, WeirFindingView, text);
  gtk_widget_class_bind_template_child (widget_class, WeirFindingView, link);
  gtk_widget_class_bind_template_child (widget_class, WeirFindingView, section);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
weir_finding_view_init (WeirFindingView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* The beginning of its bytes as characters, with line ends by their names. */
static char *
write_bytes (WeirRow *row)
{
  GBytes *raw = weir_row_get_raw (row);
  const gsize length = MIN (g_bytes_get_size (raw), MAX_BYTES);
  g_autofree char *text = g_utf8_make_valid (g_bytes_get_data (raw, NULL), (gssize) length);
  GString *line = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);

      if (c == '\n' || c == '\r')
        g_string_append_printf (line, "%s%s", line->len > 0 ? " " : "", c == '\n' ? "LF" : "CR");
      else if (weir_turns_direction (c) || c == 0xFEFF)
        g_string_append_printf (line, "[U+%04X]", c);
      else
        g_string_append_unichar (line, g_unichar_iscntrl (c) ? 0xB7 : c);
    }
  if (length < g_bytes_get_size (raw))
    g_string_append (line, "…");
  return g_string_free (line, FALSE);
}

void
weir_finding_view_set_row (WeirFindingView *self, WeirRow *row)
{
  WeirFindingCode code;
  const char *uri, *section;
  g_autofree char *sentence = NULL, *bytes = NULL;
  GBytes *data;

  g_return_if_fail (WEIR_IS_FINDING_VIEW (self));
  g_return_if_fail (weir_row_get_kind (row) == WEIR_ROW_FINDING);

  code = weir_row_get_finding (row);
  uri = weir_finding_help_get_uri (code);
  section = weir_finding_help_get_section (code);
  data = weir_row_get_data (row);
  sentence = g_strndup (g_bytes_get_data (data, NULL), g_bytes_get_size (data));
  gtk_label_set_text (self->sentence, sentence);
  bytes = write_bytes (row);
  gtk_label_set_text (self->bytes, bytes);
  gtk_widget_set_visible (GTK_WIDGET (self->bytes), *bytes != '\0');
  gtk_label_set_text (self->heading,
                      uri != NULL ? _ ("What the Standard Says") : _ ("Why There Is a Limit"));
  gtk_label_set_text (self->text, weir_finding_help_get_text (code));
  gtk_widget_set_visible (GTK_WIDGET (self->link), uri != NULL);
  if (uri == NULL)
    return;
  gtk_label_set_text (self->section, section);
  gtk_link_button_set_uri (self->link, uri);
  gtk_link_button_set_visited (self->link, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->link), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  section, -1);
}
