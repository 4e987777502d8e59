/* SPDX-License-Identifier: MIT */
#include "weir-inspector.h"

#include <glib/gi18n.h>
#include <string.h>

#include "weir-answer-view.h"
#include "weir-changes-view.h"
#include "weir-data-view.h"
#include "weir-finding-view.h"
#include "common/weir-format.h"
#include "weir-hex-view.h"
#include "weir-json-tree.h"
#include "weir-note-entry.h"
#include "weir-connection-view.h"
#include "app/engine/stream/weir-rpc.h"

struct _WeirInspector
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *title;
  GtkLabel *subtitle;
  GtkLabel *rpc;
  WeirNoteEntry *note_entry;
  GtkStack *stack;
  GtkStackPage *tree_page;
  WeirJsonTree *tree;
  GtkStackPage *finding_page;
  WeirFindingView *finding_view;
  GtkStackPage *answer_page;
  WeirAnswerView *answer_view;
  GtkStackPage *text_page;
  WeirDataView *data_view;
  GtkStackPage *changes_page;
  WeirChangesView *changes_view;
  WeirHexView *hex_view;
  WeirConnectionView *story;

  WeirRow *row;
  WeirConnectionInfo *latest;    /* what is known now of the stream's last connection, or NULL */
  WeirJsonNode *root;            /* of the row's data, if it is a tree */
  guint stale;                   /* pages that show another row: bits, by their places in pages[] */
  const char *tab, *finding_tab; /* the page that the user chose, and the page for findings */
  gboolean updating;
};

G_DEFINE_FINAL_TYPE (WeirInspector, weir_inspector, GTK_TYPE_WIDGET)

/* --- The pages, each filled when it is seen ----------------------------------- */

static void
fill_tree (WeirInspector *self)
{
  weir_json_tree_set_root (self->tree, self->root);
}

static void
fill_finding (WeirInspector *self)
{
  weir_finding_view_set_row (self->finding_view, self->row);
}

static void
fill_answer (WeirInspector *self)
{
  weir_answer_view_set_row (self->answer_view, self->row);
}

static void
fill_text (WeirInspector *self)
{
  weir_data_view_set_row (self->data_view, self->row);
}

static void
fill_raw (WeirInspector *self)
{
  weir_hex_view_set_row (self->hex_view, self->row);
}

static void
fill_changes (WeirInspector *self)
{
  weir_changes_view_set_row (self->changes_view, self->row);
}

/* The row's connection, which *mark or self owns; NULL: unknown. */
static WeirConnectionInfo *
find_connection (WeirInspector *self, WeirRow **mark)
{
  const guint64 number =
      weir_log_find_connection (weir_row_get_log (self->row), weir_row_get_number (self->row));
  WeirConnectionInfo *info;

  *mark = number != WEIR_NO_ROW ? weir_row_new (weir_row_get_log (self->row), number) : NULL;
  info = *mark != NULL ? weir_row_get_connection (*mark) : NULL;
  if (self->latest != NULL && (info == NULL || info->number == self->latest->number))
    return self->latest;
  return info;
}

static void
fill_connection (WeirInspector *self)
{
  g_autoptr (WeirRow) mark = NULL;
  WeirConnectionInfo *info = find_connection (self, &mark);

  weir_connection_view_set_row (self->story, self->row, info);
}

static const struct
{
  const char *name;
  void (*fill) (WeirInspector *self);
} pages[] = {
  { "tree", fill_tree },
  { "finding", fill_finding },
  { "answer", fill_answer },
  { "text", fill_text },
  { "raw", fill_raw },
  { "changes", fill_changes },
  { "connection", fill_connection },
};

static void
fill_seen (WeirInspector *self)
{
  const char *name = gtk_stack_get_visible_child_name (self->stack);

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    if (g_strcmp0 (name, pages[i].name) == 0 && (self->stale & 1u << i) != 0)
      {
        self->stale &= ~(1u << i);
        pages[i].fill (self);
      }
}

/* Shows the pages that apply to the row. */
static void
update_pages (WeirInspector *self)
{
  const WeirRowKind kind = weir_row_get_kind (self->row);
  const gboolean is_event = kind == WEIR_ROW_EVENT;

  g_clear_object (&self->root);
  if (is_event)
    self->root = weir_json_node_new (weir_row_get_data (self->row));
  /* A lone number or word is JSON too, but no tree. */
  if (self->root != NULL && !weir_json_node_is_container (self->root))
    g_clear_object (&self->root);
  gtk_stack_page_set_visible (self->tree_page, self->root != NULL);
  gtk_stack_page_set_visible (self->finding_page, kind == WEIR_ROW_FINDING);
  gtk_stack_page_set_visible (self->answer_page, weir_answer_view_is_for (self->row));
  gtk_stack_page_set_visible (self->text_page, kind != WEIR_ROW_FINDING);
  gtk_stack_page_set_visible (self->changes_page, is_event);
  self->stale = (1u << G_N_ELEMENTS (pages)) - 1;
}

/* --- Which tab --------------------------------------------------------------- */

static gboolean
has_tab (WeirInspector *self, const char *name)
{
  GtkWidget *child = gtk_stack_get_child_by_name (self->stack, name);

  return gtk_stack_page_get_visible (gtk_stack_get_page (self->stack, child));
}

/* The chosen page stays from row to row, separately for findings and for other rows. */
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
  fill_seen (self);
  if (has_tab (self, "finding"))
    self->finding_tab = g_intern_string (name);
  else
    self->tab = g_intern_string (name);
}

/* --- The row ------------------------------------------------------------------ */

/* Longer messages are not read on the main thread. */
#define MAX_RPC_BYTES ((gsize) 1 << 20)

/* Returns: (transfer full): the row as a message of JSON-RPC, with the request of its connection that it
 * answers; NULL if it is not a message. */
static char *
dup_rpc (WeirInspector *self)
{
  g_autoptr (WeirRpcWatch) watch = weir_rpc_watch_new ();
  g_autoptr (WeirRow) mark = NULL;
  const WeirConnectionInfo *info;
  const char *method, *type = weir_row_get_type_name (self->row);
  gsize length;
  const char *data = g_bytes_get_data (weir_row_get_data (self->row), &length);
  const WeirItem event = {
    .kind = WEIR_ITEM_EVENT,
    .type = { type, strlen (type) },
    .data = { data != NULL ? data : "", length },
  };
  GPtrArray *messages;
  gint64 latency_us;

  if (weir_row_get_kind (self->row) != WEIR_ROW_EVENT || length == 0 || length > MAX_RPC_BYTES)
    return NULL;
  info = find_connection (self, &mark);
  if (info != NULL && info->request_body != NULL)
    weir_rpc_watch_begin (watch, info->request_body, strlen (info->request_body),
                          info->began_us + MAX (info->sent_us, 0));
  messages = weir_rpc_watch_take (watch, &event, weir_row_get_time_us (self->row));
  if (messages == NULL)
    return NULL;
  method = weir_rpc_watch_get_method (watch, messages->pdata[0], &latency_us);
  return weir_rpc_message_describe (messages->pdata[0], method, latency_us);
}

static void
update_head (WeirInspector *self)
{
  char time[WEIR_FORMAT_LENGTH], size[WEIR_FORMAT_LENGTH], number[WEIR_FORMAT_LENGTH];
  const char *id = weir_row_get_id (self->row);
  g_autofree char *rpc = dup_rpc (self);
  GString *text = g_string_new (NULL);

  gtk_label_set_text (self->title, weir_row_get_type_name (self->row));
  g_string_append (text,
                   weir_format_time (time, weir_row_get_time_us (self->row), 0, WEIR_TIME_CLOCK));
  if (id != NULL && *id != '\0')
    g_string_append_printf (text, _ (" · ID %s"), id);
  g_string_append_printf (text, " · %s", weir_format_size (size, weir_row_get_size (self->row)));
  g_string_append_printf (text, _ (" · No. %s"),
                          weir_format_count (number, weir_row_get_number (self->row) + 1));
  gtk_label_set_text (self->rpc, rpc != NULL ? rpc : "");
  gtk_widget_set_visible (GTK_WIDGET (self->rpc), rpc != NULL);
  gtk_label_set_text (self->subtitle, text->str);
  g_string_free (text, TRUE);
}

static void
weir_inspector_dispose (GObject *object)
{
  WeirInspector *self = WEIR_INSPECTOR (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->row);
  g_clear_object (&self->root);
  g_clear_pointer (&self->latest, weir_connection_info_unref);
  G_OBJECT_CLASS (weir_inspector_parent_class)->dispose (object);
}

static void
weir_inspector_class_init (WeirInspectorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_inspector_dispose;

  g_type_ensure (WEIR_TYPE_ANSWER_VIEW);
  g_type_ensure (WEIR_TYPE_CHANGES_VIEW);
  g_type_ensure (WEIR_TYPE_DATA_VIEW);
  g_type_ensure (WEIR_TYPE_FINDING_VIEW);
  g_type_ensure (WEIR_TYPE_HEX_VIEW);
  g_type_ensure (WEIR_TYPE_JSON_TREE);
  g_type_ensure (WEIR_TYPE_NOTE_ENTRY);
  g_type_ensure (WEIR_TYPE_CONNECTION_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir_monitor/Weir/weir-inspector.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, box);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, title);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, subtitle);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, rpc);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, note_entry);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, stack);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, tree_page);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, tree);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, finding_page);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, finding_view);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, answer_page);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, answer_view);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, text_page);
  gtk_widget_class_bind_template_child (widget_class, WeirInspector, data_view);
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
  g_clear_pointer (&self->latest, weir_connection_info_unref);
  if (latest != NULL)
    self->latest = weir_connection_info_ref (latest);
  self->updating = TRUE;
  update_head (self);
  weir_note_entry_set_row (self->note_entry, row);
  update_pages (self);
  update_tab (self);
  self->updating = FALSE;
  fill_seen (self);
}

void
weir_inspector_set_bookmarks (WeirInspector *self, WeirBookmarks *bookmarks)
{
  g_return_if_fail (WEIR_IS_INSPECTOR (self));

  weir_note_entry_set_bookmarks (self->note_entry, bookmarks);
}

WeirRow *
weir_inspector_get_row (WeirInspector *self)
{
  g_return_val_if_fail (WEIR_IS_INSPECTOR (self), NULL);

  return self->row;
}

void
weir_inspector_focus_note (WeirInspector *self)
{
  g_return_if_fail (WEIR_IS_INSPECTOR (self));

  weir_note_entry_focus (self->note_entry);
}
