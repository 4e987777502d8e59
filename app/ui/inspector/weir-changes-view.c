/* SPDX-License-Identifier: MIT */
#include "weir-changes-view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/engine/base/weir-json-text.h"
#include "common/weir-row-text.h"

/* --- Longest common subsequence ---------------------------------------------- */

typedef enum
{
  WEIR_DIFF_SAME,
  WEIR_DIFF_REMOVED,
  WEIR_DIFF_ADDED,
} WeirDiffKind;

typedef void (*WeirDiffLine) (WeirDiffKind kind, const char *line, gpointer user_data);

/* The table of common lengths has one cell for each pair of lines. */
#define MAX_CELLS ((gsize) 4 << 20)

typedef struct
{
  char **before;
  char **after;
  guint n_before;
  guint n_after;
  WeirDiffLine line;
  gpointer user_data;
} Diff;

static void
emit_lines (const Diff *diff, WeirDiffKind kind, char **lines, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    diff->line (kind, lines[i], diff->user_data);
}

/* Fills table[i * width + j] with the length of the longest common run of lines of both rests. */
static guint16 *
measure (const Diff *diff, guint head, guint rows, guint columns)
{
  const gsize width = columns + 1;
  guint16 *table = g_new0 (guint16, (rows + 1) * width);

  for (guint i = rows; i-- > 0;)
    for (guint j = columns; j-- > 0;)
      table[i * width + j] = strcmp (diff->before[head + i], diff->after[head + j]) == 0
                                 ? (guint16) (table[(i + 1) * width + j + 1] + 1)
                                 : MAX (table[(i + 1) * width + j], table[i * width + j + 1]);
  return table;
}

static void
compare_middle (const Diff *diff, guint head, guint rows, guint columns)
{
  const gsize width = columns + 1;
  g_autofree guint16 *table = measure (diff, head, rows, columns);
  guint i = 0, j = 0;

  while (i < rows && j < columns)
    if (strcmp (diff->before[head + i], diff->after[head + j]) == 0)
      {
        diff->line (WEIR_DIFF_SAME, diff->after[head + j], diff->user_data);
        i++;
        j++;
      }
    else if (table[(i + 1) * width + j] >= table[i * width + j + 1])
      diff->line (WEIR_DIFF_REMOVED, diff->before[head + i++], diff->user_data);
    else
      diff->line (WEIR_DIFF_ADDED, diff->after[head + j++], diff->user_data);
  emit_lines (diff, WEIR_DIFF_REMOVED, diff->before, head + i, head + rows);
  emit_lines (diff, WEIR_DIFF_ADDED, diff->after, head + j, head + columns);
}

static void
weir_diff_lines (const char *before, const char *after, WeirDiffLine line, gpointer user_data)
{
  g_auto (GStrv) before_lines = g_strsplit (before, "\n", -1);
  g_auto (GStrv) after_lines = g_strsplit (after, "\n", -1);
  Diff diff = {
    before_lines, after_lines, g_strv_length (before_lines), g_strv_length (after_lines),
    line,         user_data
  };
  const guint shorter = MIN (diff.n_before, diff.n_after);
  guint head = 0, tail = 0, rows, columns;

  while (head < shorter && strcmp (before_lines[head], after_lines[head]) == 0)
    head++;
  while (tail < shorter - head
         && strcmp (before_lines[diff.n_before - 1 - tail], after_lines[diff.n_after - 1 - tail])
                == 0)
    tail++;
  rows = diff.n_before - head - tail;
  columns = diff.n_after - head - tail;

  emit_lines (&diff, WEIR_DIFF_SAME, after_lines, 0, head);
  if ((gsize) (rows + 1) * (columns + 1) <= MAX_CELLS && shorter < G_MAXUINT16)
    compare_middle (&diff, head, rows, columns);
  else
    {
      emit_lines (&diff, WEIR_DIFF_REMOVED, before_lines, head, head + rows);
      emit_lines (&diff, WEIR_DIFF_ADDED, after_lines, head, head + columns);
    }
  emit_lines (&diff, WEIR_DIFF_SAME, after_lines, diff.n_after - tail, diff.n_after);
}

/* --- The view ---------------------------------------------------------------- */

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
on_stay_timeout (gpointer data)
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
    self->stay = g_timeout_add (STAY_MS, on_stay_timeout, self);
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
