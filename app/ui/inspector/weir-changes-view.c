/* SPDX-License-Identifier: MIT */
#include "weir-changes-view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/engine/base/weir-json-text.h"
#include "weir-diff.h"
#include "common/weir-row-text.h"

/* More than this in one text view would freeze the window. */
#define MAX_BYTES ((gsize) 256 << 10)
/* A longer line would not be wrapped: see weir-data-view.c. */
#define MAX_LINE_BYTES ((gsize) 64 << 10)
/* What can be compared between two frames; for more, the reader must stay on the row. */
#define FIRST_BYTES ((guint64) 8 << 10)
#define STAY_MS 250
/* How far back the event of the same type is looked for. */
#define MAX_ROWS_BACK 200000

struct _WeirChangesView
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkTextView *text;

  WeirRow *row, *before; /* still to be compared; NULL: none */
  guint stay;            /* a timeout; 0: none */
};

G_DEFINE_FINAL_TYPE (WeirChangesView, weir_changes_view, GTK_TYPE_WIDGET)

static WeirRow *
find_before (WeirRow *row)
{
  WeirLog *log = weir_row_get_log (row);
  const guint64 number = weir_row_get_number (row);
  WeirRowInfo info;
  guint64 found;

  if (!weir_log_get_row (log, number, &info) || info.kind != WEIR_ROW_EVENT)
    return NULL;
  found = weir_log_find_previous (log, number, info.type, MAX_ROWS_BACK);
  return found != WEIR_NO_ROW ? weir_row_new (log, found) : NULL;
}

/* A row's data as lines, cut to what can be compared. */
static char *
get_lines (WeirRow *row)
{
  g_autofree char *text = weir_row_text_get_data (row);
  g_autoptr (GBytes) pretty = weir_json_text_pretty (text, strlen (text), NULL, NULL);
  char *lines = pretty != NULL
                    ? g_strndup (g_bytes_get_data (pretty, NULL), g_bytes_get_size (pretty))
                    : g_steal_pointer (&text);

  if (strlen (lines) > MAX_BYTES)
    *g_utf8_find_prev_char (lines, lines + MAX_BYTES) = '\0';
  return lines;
}

static void
append_change (WeirDiffKind kind, const char *line, gpointer data)
{
  static const char *const marks[] = { "  ", "− ", "+ " };
  static const char *const tags[] = { "same", "removed", "added" };
  GtkTextBuffer *buffer = data;
  const gsize length = strlen (line);
  const char *cut =
      length > MAX_LINE_BYTES ? g_utf8_find_prev_char (line, line + MAX_LINE_BYTES) : line + length;
  g_autofree char *text = g_strdup_printf ("%s%.*s%s\n", marks[kind], (int) (cut - line), line,
                                           *cut != '\0' ? "…" : "");
  GtkTextIter end;

  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_buffer_insert_with_tags_by_name (buffer, &end, text, -1, tags[kind], NULL);
}

static void
forget (WeirChangesView *self)
{
  g_clear_handle_id (&self->stay, g_source_remove);
  g_clear_object (&self->row);
  g_clear_object (&self->before);
}

static void
compare (WeirChangesView *self)
{
  g_autofree char *old_lines = get_lines (self->before);
  g_autofree char *new_lines = get_lines (self->row);

  weir_diff_lines (old_lines, new_lines, append_change, gtk_text_view_get_buffer (self->text));
  forget (self);
}

static gboolean
has_stayed (gpointer data)
{
  WeirChangesView *self = data;

  self->stay = 0;
  compare (self);
  return G_SOURCE_REMOVE;
}

void
weir_changes_view_set_row (WeirChangesView *self, WeirRow *row)
{
  GtkTextBuffer *buffer;

  g_return_if_fail (WEIR_IS_CHANGES_VIEW (self));
  g_return_if_fail (WEIR_IS_ROW (row));

  forget (self);
  buffer = gtk_text_view_get_buffer (self->text);
  self->before = find_before (row);
  gtk_text_buffer_set_text (
      buffer, self->before != NULL ? "" : _ ("There is no earlier event of this type."), -1);
  if (self->before == NULL)
    return;
  self->row = g_object_ref (row);
  if (weir_row_get_size (row) + weir_row_get_size (self->before) <= FIRST_BYTES)
    compare (self);
  else
    self->stay = g_timeout_add (STAY_MS, has_stayed, self);
}

static void
weir_changes_view_dispose (GObject *object)
{
  WeirChangesView *self = WEIR_CHANGES_VIEW (object);

  forget (self);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_changes_view_parent_class)->dispose (object);
}

static void
weir_changes_view_class_init (WeirChangesViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_changes_view_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir_monitor/Weir/weir-changes-view.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirChangesView, scroller);
  gtk_widget_class_bind_template_child (widget_class, WeirChangesView, text);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
weir_changes_view_init (WeirChangesView *self)
{
  const GdkRGBA removed = { 0.88f, 0.11f, 0.14f, 0.18f }, added = { 0.15f, 0.64f, 0.41f, 0.2f };
  GtkTextBuffer *buffer;

  gtk_widget_init_template (GTK_WIDGET (self));
  buffer = gtk_text_view_get_buffer (self->text);
  gtk_text_buffer_create_tag (buffer, "same", NULL);
  gtk_text_buffer_create_tag (buffer, "removed", "paragraph-background-rgba", &removed, NULL);
  gtk_text_buffer_create_tag (buffer, "added", "paragraph-background-rgba", &added, NULL);
}
