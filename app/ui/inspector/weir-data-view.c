/* SPDX-License-Identifier: MIT */
#include "weir-data-view.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>
#include <string.h>

#include "app/engine/base/weir-json-text.h"
#include "common/weir-format.h"

/* More than this in one text view would freeze the window; the rest is a click away. */
#define MAX_BYTES ((gsize) 256 << 10)
/* Pango counts how wide a line is before it wraps it, in 1024ths of a pixel and an int: in a large font
 * a longer one is not wrapped at all. */
#define MAX_LINE_BYTES ((gsize) 64 << 10)
/* What can be laid out between two frames; for more, the reader must stay on the row. */
#define FIRST_BYTES ((gsize) 8 << 10)
#define STAY_MS 250

struct _WeirDataView
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkSourceBuffer *buffer;
  GtkLabel *notice;

  char *rest; /* of the text, to be shown after a while; NULL: none */
  guint stay; /* a timeout; 0: none */
};

G_DEFINE_FINAL_TYPE (WeirDataView, weir_data_view, GTK_TYPE_WIDGET)

static void
update_scheme (WeirDataView *self)
{
  GtkSourceStyleSchemeManager *schemes = gtk_source_style_scheme_manager_get_default ();
  const char *name =
      adw_style_manager_get_dark (adw_style_manager_get_default ()) ? "Adwaita-dark" : "Adwaita";

  gtk_source_buffer_set_style_scheme (self->buffer,
                                      gtk_source_style_scheme_manager_get_scheme (schemes, name));
}

static void
forget_rest (WeirDataView *self)
{
  g_clear_handle_id (&self->stay, g_source_remove);
  g_clear_pointer (&self->rest, g_free);
}

static gboolean
show_rest (gpointer data)
{
  WeirDataView *self = data;
  GtkTextIter end;

  self->stay = 0;
  gtk_text_buffer_get_end_iter (GTK_TEXT_BUFFER (self->buffer), &end);
  gtk_text_buffer_insert (GTK_TEXT_BUFFER (self->buffer), &end, self->rest, -1);
  forget_rest (self);
  return G_SOURCE_REMOVE;
}

/* The largest length up to limit that does not cut a character. */
static gsize
cut_at (const char *text, gsize length, gsize limit)
{
  const char *end;

  g_utf8_validate_len (text, MIN (length, limit), &end);
  return (gsize) (end - text);
}

/* Up to where no line is too long to be wrapped. */
static gsize
find_long_line (const char *text, gsize length)
{
  for (gsize begin = 0; begin < length;)
    {
      const char *end = memchr (text + begin, '\n', length - begin);
      const gsize line = (end != NULL ? (gsize) (end - text) : length) - begin;

      if (line > MAX_LINE_BYTES)
        return begin + MAX_LINE_BYTES;
      begin += line + 1;
    }
  return length;
}

static void
show_cut (WeirDataView *self, gsize n_bytes)
{
  char size[WEIR_FORMAT_LENGTH];
  g_autofree char *text = g_strdup_printf (_ ("%s more. Copy the data to get all of it."),
                                           weir_format_size (size, n_bytes));

  gtk_label_set_text (self->notice, text);
  gtk_widget_set_visible (GTK_WIDGET (self->notice), n_bytes > 0);
}

static void
set_text (WeirDataView *self, const char *text, gsize length, gboolean json)
{
  GtkSourceLanguageManager *languages = gtk_source_language_manager_get_default ();
  const gsize shown = cut_at (text, length, MIN (MAX_BYTES, find_long_line (text, length)));
  const gsize first = cut_at (text, shown, FIRST_BYTES);
  g_autofree char *beginning = NULL;

  gtk_source_buffer_set_highlight_syntax (self->buffer, json);
  gtk_source_buffer_set_language (
      self->buffer, json ? gtk_source_language_manager_get_language (languages, "json") : NULL);
  /* GTK 4.8 reports inserted text to a screen reader up to its first NUL only. */
  beginning = g_strndup (text, first);
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (self->buffer), beginning, -1);
  show_cut (self, length - shown);
  if (first == shown)
    return;
  self->rest = g_strndup (text + first, shown - first);
  self->stay = g_timeout_add (STAY_MS, show_rest, self);
}

void
weir_data_view_set_row (WeirDataView *self, WeirRow *row)
{
  g_autoptr (GBytes) pretty = NULL;
  const char *text;
  gsize length;

  g_return_if_fail (WEIR_IS_DATA_VIEW (self));
  g_return_if_fail (WEIR_IS_ROW (row));

  forget_rest (self);
  text = g_bytes_get_data (weir_row_get_data (row), &length);
  if (weir_row_get_kind (row) == WEIR_ROW_EVENT)
    pretty = weir_json_text_pretty (text, length, NULL, NULL);
  if (pretty != NULL)
    text = g_bytes_get_data (pretty, &length);
  set_text (self, text != NULL ? text : "", length, pretty != NULL);
}

static void
weir_data_view_dispose (GObject *object)
{
  WeirDataView *self = WEIR_DATA_VIEW (object);

  forget_rest (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_data_view_parent_class)->dispose (object);
}

static void
weir_data_view_class_init (WeirDataViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_data_view_dispose;

  g_type_ensure (GTK_SOURCE_TYPE_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir_monitor/Weir/weir-data-view.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirDataView, box);
  gtk_widget_class_bind_template_child (widget_class, WeirDataView, notice);
  gtk_widget_class_bind_template_child (widget_class, WeirDataView, buffer);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
weir_data_view_init (WeirDataView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (update_scheme), self, G_CONNECT_SWAPPED);
  update_scheme (self);
}
