/* SPDX-License-Identifier: MIT */
#include "weir-inspector.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>

#include "app/engine/weir-json-text.h"
#include "weir-answer-view.h"
#include "weir-diff.h"
#include "weir-finding-view.h"
#include "weir-format.h"
#include "weir-hex-view.h"
#include "weir-json-tree.h"
#include "weir-row-text.h"
#include "weir-story.h"

/* More than this in one text view would freeze the window; the rest is a click away. */
#define MAX_TEXT_BYTES ((gsize) 256 << 10)
/* How far back the event of the same type is looked for. */
#define MAX_ROWS_BACK 200000

struct _WeirInspector
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *title;
  GtkLabel *subtitle;
  GtkStack *stack;
  GtkStackPage *tree_page;
  WeirJsonTree *tree;
  GtkStackPage *finding_page;
  WeirFindingView *finding_view;
  GtkStackPage *answer_page;
  WeirAnswerView *answer_view;
  GtkStackPage *text_page;
  GtkSourceView *text_view;
  GtkStackPage *changes_page;
  GtkTextView *changes_view;
  WeirHexView *hex_view;
  WeirStory *story;

  WeirRow *row;
  const char *tab, *finding_tab; /* the tab that the reader wants, and of a finding */
  gboolean updating;
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

  gtk_source_buffer_set_style_scheme (get_buffer (self),
                                      gtk_source_style_scheme_manager_get_scheme (schemes, name));
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
      get_buffer (self),
      json ? gtk_source_language_manager_get_language (languages, "json") : NULL);
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
update_tree (WeirInspector *self)
{
  g_autoptr (WeirJsonNode) root = NULL;

  if (weir_row_get_kind (self->row) == WEIR_ROW_EVENT)
    root = weir_json_node_new (weir_row_get_data (self->row));
  /* A lone number or word is JSON too, but no tree. */
  if (root != NULL && !weir_json_node_is_container (root))
    g_clear_object (&root);
  gtk_stack_page_set_visible (self->tree_page, root != NULL);
  weir_json_tree_set_root (self->tree, root);
}

static void
update_finding (WeirInspector *self)
{
  const gboolean is_finding = weir_row_get_kind (self->row) == WEIR_ROW_FINDING;

  gtk_stack_page_set_visible (self->finding_page, is_finding);
  gtk_stack_page_set_visible (self->text_page, !is_finding);
  if (is_finding)
    weir_finding_view_set_row (self->finding_view, self->row);
}

static void
update_answer (WeirInspector *self)
{
  const gboolean is_part = weir_answer_view_is_for (self->row);

  gtk_stack_page_set_visible (self->answer_page, is_part);
  weir_answer_view_set_row (self->answer_view, is_part ? self->row : NULL);
}

/* --- Which tab --------------------------------------------------------------- */

static gboolean
has_tab (WeirInspector *self, const char *name)
{
  GtkWidget *child = gtk_stack_get_child_by_name (self->stack, name);

  return gtk_stack_page_get_visible (gtk_stack_get_page (self->stack, child));
}

/* The tab that the reader chose is kept from row to row, that of findings by itself. */
static void
update_tab (WeirInspector *self)
{
  const gboolean is_finding = weir_row_get_kind (self->row) == WEIR_ROW_FINDING;
  const char *wanted = is_finding ? self->finding_tab : self->tab;

  if (!has_tab (self, wanted))
    wanted = is_finding ? "finding" : "text";
  gtk_stack_set_visible_child_name (self->stack, wanted);
}

static void
tab_chosen (WeirInspector *self)
{
  const char *name = gtk_stack_get_visible_child_name (self->stack);

  if (self->updating || name == NULL)
    return;
  if (has_tab (self, "finding"))
    self->finding_tab = g_intern_string (name);
  else
    self->tab = g_intern_string (name);
}

/* --- Changes since the event of this type before ---------------------------- */

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

  if (strlen (lines) > MAX_TEXT_BYTES)
    *g_utf8_find_prev_char (lines, lines + MAX_TEXT_BYTES) = '\0';
  return lines;
}

static void
append_change (WeirDiffKind kind, const char *line, gpointer data)
{
  static const char *const marks[] = { "  ", "− ", "+ " };
  static const char *const tags[] = { "same", "removed", "added" };
  GtkTextBuffer *buffer = data;
  g_autofree char *text = g_strdup_printf ("%s%s\n", marks[kind], line);
  GtkTextIter end;

  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_buffer_insert_with_tags_by_name (buffer, &end, text, -1, tags[kind], NULL);
}

static void
update_changes (WeirInspector *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->changes_view);
  g_autoptr (WeirRow) before = find_before (self->row);
  g_autofree char *old_lines = NULL, *new_lines = NULL;

  gtk_stack_page_set_visible (self->changes_page, before != NULL);
  gtk_text_buffer_set_text (buffer, "", -1);
  if (before == NULL)
    return;
  old_lines = get_lines (before);
  new_lines = get_lines (self->row);
  weir_diff_lines (old_lines, new_lines, append_change, buffer);
}

static void
add_change_tags (WeirInspector *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->changes_view);
  const GdkRGBA removed = { 0.88f, 0.11f, 0.14f, 0.18f }, added = { 0.15f, 0.64f, 0.41f, 0.2f };

  gtk_text_buffer_create_tag (buffer, "same", NULL);
  gtk_text_buffer_create_tag (buffer, "removed", "paragraph-background-rgba", &removed, NULL);
  gtk_text_buffer_create_tag (buffer, "added", "paragraph-background-rgba", &added, NULL);
}

/* --- The connection ---------------------------------------------------------- */

static void
update_story (WeirInspector *self, WeirConnectionInfo *latest)
{
  const guint64 number =
      weir_log_find_connection (weir_row_get_log (self->row), weir_row_get_number (self->row));
  g_autoptr (WeirRow) mark =
      number != WEIR_NO_ROW ? weir_row_new (weir_row_get_log (self->row), number) : NULL;
  WeirConnectionInfo *info = mark != NULL ? weir_row_get_connection (mark) : NULL;

  if (latest != NULL && (info == NULL || info->number == latest->number))
    info = latest;
  weir_story_set_info (self->story, info);
}

static void
update_head (WeirInspector *self)
{
  char time[WEIR_FORMAT_LENGTH], size[WEIR_FORMAT_LENGTH], number[WEIR_FORMAT_LENGTH];
  const char *id = weir_row_get_id (self->row);
  GString *text = g_string_new (NULL);

  gtk_label_set_text (self->title, weir_row_get_type_name (self->row));
  g_string_append (text,
                   weir_format_time (time, weir_row_get_time_us (self->row), 0, WEIR_TIME_CLOCK));
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
  g_type_ensure (WEIR_TYPE_ANSWER_VIEW);
  g_type_ensure (WEIR_TYPE_FINDING_VIEW);
  g_type_ensure (WEIR_TYPE_HEX_VIEW);
  g_type_ensure (WEIR_TYPE_JSON_TREE);
  g_type_ensure (WEIR_TYPE_STORY);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir_monitor/Weir/weir-inspector.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, box);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, title);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, subtitle);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, stack);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, tree_page);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, tree);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, finding_page);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, finding_view);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, answer_page);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, answer_view);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, text_page);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, text_view);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, changes_page);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, changes_view);
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
  add_change_tags (self);
  self->tab = "tree";
  self->finding_tab = "finding";
  g_signal_connect_swapped (self->stack, "notify::visible-child", G_CALLBACK (tab_chosen), self);
}

void
weir_inspector_set_row (WeirInspector *self, WeirRow *row, WeirConnectionInfo *latest)
{
  g_return_if_fail (WEIR_IS_INSPECTOR (self));
  g_return_if_fail (WEIR_IS_ROW (row));

  g_set_object (&self->row, row);
  self->updating = TRUE;
  update_head (self);
  update_tree (self);
  update_finding (self);
  update_answer (self);
  update_text (self);
  update_changes (self);
  update_tab (self);
  self->updating = FALSE;
  weir_hex_view_set_row (self->hex_view, row);
  update_story (self, latest);
}

WeirRow *
weir_inspector_get_row (WeirInspector *self)
{
  g_return_val_if_fail (WEIR_IS_INSPECTOR (self), NULL);

  return self->row;
}
