/* SPDX-License-Identifier: MIT */
#include "weir-inspector.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>

#include "app/engine/weir-json-text.h"
#include "weir-format.h"
#include "weir-hex-view.h"
#include "weir-row-text.h"
#include "weir-story.h"

/* More than this in one text view would freeze the window; the rest is a click away. */
#define MAX_TEXT_BYTES ((gsize) 256 << 10)

struct _WeirInspector
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *title;
  GtkLabel *subtitle;
  GtkStack *stack;
  GtkSourceView *text_view;
  WeirHexView *hex_view;
  WeirStory *story;

  WeirRow *row;
};

G_DEFINE_FINAL_TYPE (WeirInspector, weir_inspector, GTK_TYPE_WIDGET)

static GtkSourceBuffer *
get_buffer (WeirInspector *self)
{
  return GTK_SOURCE_BUFFER (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text_view)));
}

static void
update_scheme (WeirInspector *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  GtkSourceStyleSchemeManager *schemes = gtk_source_style_scheme_manager_get_default ();
  const char *name = adw_style_manager_get_dark (style) ? "Adwaita-dark" : "Adwaita";

  gtk_source_buffer_set_style_scheme (
      get_buffer (self), gtk_source_style_scheme_manager_get_scheme (schemes, name));
}

static void
set_text (WeirInspector *self, const char *text, gsize length, gboolean json)
{
  GtkSourceLanguageManager *languages = gtk_source_language_manager_get_default ();
  const gsize shown = MIN (length, MAX_TEXT_BYTES);
  const char *end;
  GString *clean = g_string_new (NULL);

  g_utf8_validate_len (text, shown, &end);
  g_string_append_len (clean, text, end - text);
  if (length > shown)
    {
      char size[WEIR_FORMAT_LENGTH];

      g_string_append_printf (clean, _ ("\n… %s more: copy the data to have all of it"),
                              weir_format_size (size, length - (gsize) (end - text)));
    }
  gtk_source_buffer_set_highlight_syntax (get_buffer (self), json);
  gtk_source_buffer_set_language (
      get_buffer (self), json ? gtk_source_language_manager_get_language (languages, "json") : NULL);
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (get_buffer (self)), clean->str, (int) clean->len);
  g_string_free (clean, TRUE);
}

static void
update_text (WeirInspector *self)
{
  GBytes *data = weir_row_get_data (self->row);
  gsize length;
  const char *text = g_bytes_get_data (data, &length);
  g_autoptr (GBytes) pretty = NULL;

  if (weir_row_get_kind (self->row) == WEIR_ROW_EVENT)
    pretty = weir_json_text_pretty (text, length, NULL, NULL);
  if (pretty != NULL)
    set_text (self, g_bytes_get_data (pretty, NULL), g_bytes_get_size (pretty), TRUE);
  else
    set_text (self, text != NULL ? text : "", length, FALSE);
}

static void
update_head (WeirInspector *self)
{
  char time[WEIR_FORMAT_LENGTH], size[WEIR_FORMAT_LENGTH], number[WEIR_FORMAT_LENGTH];
  const char *id = weir_row_get_id (self->row);
  GString *text = g_string_new (NULL);

  gtk_label_set_text (self->title, weir_row_get_type_name (self->row));
  g_string_append (text, weir_format_time (time, weir_row_get_time_us (self->row), 0, WEIR_TIME_CLOCK));
  if (id != NULL && *id != '\0')
    g_string_append_printf (text, _ (" · ID %s"), id);
  g_string_append_printf (text, " · %s", weir_format_size (size, weir_row_get_size (self->row)));
  g_string_append_printf (text, _ (" · No. %s"),
                          weir_format_count (number, weir_row_get_number (self->row) + 1));
  gtk_label_set_text (self->subtitle, text->str);
  g_string_free (text, TRUE);
}

static void
weir_inspector_dispose (GObject *object)
{
  WeirInspector *self = WEIR_INSPECTOR (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->row);
  G_OBJECT_CLASS (weir_inspector_parent_class)->dispose (object);
}

static void
weir_inspector_class_init (WeirInspectorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_inspector_dispose;

  g_type_ensure (GTK_SOURCE_TYPE_VIEW);
  g_type_ensure (WEIR_TYPE_HEX_VIEW);
  g_type_ensure (WEIR_TYPE_STORY);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir_monitor/Weir/weir-inspector.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, box);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, title);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, subtitle);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, stack);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, text_view);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, hex_view);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, story);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
weir_inspector_init (WeirInspector *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (update_scheme), self, G_CONNECT_SWAPPED);
  update_scheme (self);
}

void
weir_inspector_set_row (WeirInspector *self, WeirRow *row)
{
  WeirRowInfo info = { 0 };

  g_return_if_fail (WEIR_IS_INSPECTOR (self));
  g_return_if_fail (WEIR_IS_ROW (row));

  g_set_object (&self->row, row);
  weir_log_get_row (weir_row_get_log (row), weir_row_get_number (row), &info);
  update_head (self);
  update_text (self);
  weir_hex_view_set_bytes (self->hex_view, weir_row_get_raw (row), info.offset);
  weir_story_set_info (self->story, weir_row_get_connection (row));
}

WeirRow *
weir_inspector_get_row (WeirInspector *self)
{
  g_return_val_if_fail (WEIR_IS_INSPECTOR (self), NULL);

  return self->row;
}
