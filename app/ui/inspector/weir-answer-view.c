/* SPDX-License-Identifier: MIT */
#include "weir-answer-view.h"

#include <glib/gi18n.h>

#include "app/engine/answer/weir-answer-reader.h"

/* Interval between two reads of an answer that is still growing. */
#define UPDATE_MS 150
/* No piece of an answer is as large; what is would only take time. */
#define MAX_ROW_BYTES ((guint64) 256 << 10)

struct _WeirAnswerView
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *verdict;
  GtkLabel *facts;
  GtkButton *copy;
  GtkTextView *text;

  WeirRow *row;
  WeirAnswerReader *reader;  /* NULL: nothing was read for the row */
  GArray *shown;             /* of Shown, for each item of the answer */
  GCancellable *cancellable; /* of the current read; NULL if there is none */
  guint update_timeout;      /* a timeout; 0: none */
};

G_DEFINE_FINAL_TYPE (WeirAnswerView, weir_answer_view, GTK_TYPE_WIDGET)

gboolean
weir_answer_view_is_for (WeirRow *row)
{
  gsize length;
  const char *data;

  if (weir_row_get_kind (row) != WEIR_ROW_EVENT || weir_row_get_size (row) > MAX_ROW_BYTES)
    return FALSE;
  data = g_bytes_get_data (weir_row_get_data (row), &length);
  return data != NULL && weir_answer_may_hold (weir_row_get_type_name (row), data, length);
}

/* --- Showing -------------------------------------------------------------------- */

/* How much of an item is in the buffer, and its end there. */
typedef struct
{
  gsize offset;
  GtkTextMark *end; /* the buffer's */
} Shown;

static const char *
get_heading (const WeirAnswerItem *item)
{
  switch (item->kind)
    {
    case WEIR_ANSWER_THINKING:
      return _ ("Thinking");
    case WEIR_ANSWER_REFUSAL:
      return _ ("Refusal");
    case WEIR_ANSWER_TOOL_CALL:
      return item->name.length > 0 ? item->name.text : _ ("tool");
    case WEIR_ANSWER_TOOL_RESULT:
      return _ ("Result");
    case WEIR_ANSWER_CITATION:
      return _ ("Source");
    case WEIR_ANSWER_IMAGE:
      return _ ("Image");
    case WEIR_ANSWER_AUDIO:
      return _ ("Spoken");
    case WEIR_ANSWER_TEXT:
    default:
      return NULL;
    }
}

static const char *
get_tag (const WeirAnswerItem *item)
{
  switch (item->kind)
    {
    case WEIR_ANSWER_THINKING:
      return "thinking";
    case WEIR_ANSWER_TOOL_CALL:
    case WEIR_ANSWER_TOOL_RESULT:
      return "tool";
    case WEIR_ANSWER_TEXT:
    case WEIR_ANSWER_REFUSAL:
    case WEIR_ANSWER_CITATION:
    case WEIR_ANSWER_IMAGE:
    case WEIR_ANSWER_AUDIO:
    default:
      return "text";
    }
}

/* The item that is shown before the item i; NULL: none. Sources are shown after everything else. */
static const WeirAnswerItem *
get_previous (const WeirAnswer *answer, gsize i)
{
  while (i > 0 && answer->items[i - 1]->kind == WEIR_ANSWER_CITATION)
    i--;
  return i > 0 ? answer->items[i - 1] : NULL;
}

/* Whether the item continues the previous one. */
static gboolean
continues (const WeirAnswer *answer, gsize i)
{
  const WeirAnswerItem *item = answer->items[i];
  const WeirAnswerItem *previous = get_previous (answer, i);

  return previous != NULL && item->kind == WEIR_ANSWER_TEXT && !item->begins_paragraph
         && previous->kind == WEIR_ANSWER_TEXT && previous->choice == item->choice;
}

static void
add_heading (GtkTextBuffer *buffer, const WeirAnswer *answer, gsize i)
{
  const WeirAnswerItem *item = answer->items[i];
  const WeirAnswerItem *previous = get_previous (answer, i);
  const char *name = get_heading (item);
  g_autofree char *choice = NULL;
  GtkTextIter end;

  gtk_text_buffer_get_end_iter (buffer, &end);
  if (gtk_text_buffer_get_char_count (buffer) > 0)
    gtk_text_buffer_insert (buffer, &end, "\n\n", -1);
  if (answer->n_choices > 1 && (previous == NULL || previous->choice != item->choice))
    {
      choice = g_strdup_printf (_ ("Choice %u"), item->choice + 1);
      gtk_text_buffer_insert_with_tags_by_name (buffer, &end, choice, -1, "heading", NULL);
      gtk_text_buffer_insert (buffer, &end, "\n", -1);
    }
  if (name == NULL)
    return;
  gtk_text_buffer_insert_with_tags_by_name (buffer, &end, name, -1, "heading", NULL);
  gtk_text_buffer_insert (buffer, &end, "\n", -1);
}

static void
add_source (GtkTextBuffer *buffer, GtkTextIter *end, const WeirAnswerItem *item)
{
  if (item->source.length == 0)
    return;
  if (item->text.length > 0)
    gtk_text_buffer_insert (buffer, end, "\n", -1);
  gtk_text_buffer_insert (buffer, end, item->source.text, (int) item->source.length);
}

static void
show_item (WeirAnswerView *self, const WeirAnswer *answer, gsize i)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  const WeirAnswerItem *item = answer->items[i];
  Shown *shown = &g_array_index (self->shown, Shown, i);
  const gboolean is_new = shown->end == NULL;
  GtkTextIter end;

  if (is_new)
    {
      if (!continues (answer, i))
        add_heading (buffer, answer, i);
      gtk_text_buffer_get_end_iter (buffer, &end);
      shown->end = gtk_text_buffer_create_mark (buffer, NULL, &end, TRUE);
    }
  if (item->text.length <= shown->offset && !is_new)
    return;
  gtk_text_buffer_get_iter_at_mark (buffer, &end, shown->end);
  if (item->text.length > shown->offset)
    gtk_text_buffer_insert_with_tags_by_name (buffer, &end, item->text.text + shown->offset,
                                              (int) (item->text.length - shown->offset),
                                              get_tag (item), NULL);
  if (is_new)
    add_source (buffer, &end, item);
  gtk_text_buffer_move_mark (buffer, shown->end, &end);
  shown->offset = item->text.length;
}

static void
clear_text (WeirAnswerView *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);

  for (guint i = 0; i < self->shown->len; i++)
    if (g_array_index (self->shown, Shown, i).end != NULL)
      gtk_text_buffer_delete_mark (buffer, g_array_index (self->shown, Shown, i).end);
  g_array_set_size (self->shown, 0);
  gtk_text_buffer_set_text (buffer, "", 0);
}

/* A text that was set aside is shorter than what is shown of it. */
static gboolean
was_replaced (WeirAnswerView *self, const WeirAnswer *answer)
{
  for (guint i = 0; i < self->shown->len && i < answer->n_items; i++)
    if (answer->items[i]->text.length < g_array_index (self->shown, Shown, i).offset)
      return TRUE;
  return self->shown->len > answer->n_items;
}

static void
show_new (WeirAnswerView *self, const WeirAnswer *answer)
{
  if (was_replaced (self, answer))
    clear_text (self);
  g_array_set_size (self->shown, (guint) answer->n_items);
  for (gsize i = 0; i < answer->n_items; i++)
    if (answer->items[i]->kind != WEIR_ANSWER_CITATION)
      show_item (self, answer, i);
  for (gsize i = 0; i < answer->n_items && (answer->has_ended || answer->is_closed); i++)
    if (answer->items[i]->kind == WEIR_ANSWER_CITATION)
      show_item (self, answer, i);
}

static void
show_verdict (WeirAnswerView *self, const WeirAnswer *answer)
{
  static const char *const classes[] = { "dim-label", "success", "warning", "warning",
                                         "error",     "error",   "warning" };
  g_autofree char *words = answer != NULL ? weir_answer_describe_verdict (answer) : NULL;
  WeirAnswerVerdict verdict = { 0 };

  if (answer != NULL)
    weir_answer_judge (answer, &verdict);
  gtk_label_set_text (self->verdict, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->verdict), words != NULL);
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    gtk_widget_remove_css_class (GTK_WIDGET (self->verdict), classes[i]);
  gtk_widget_add_css_class (GTK_WIDGET (self->verdict), classes[verdict.state]);
}

static void
show_facts (WeirAnswerView *self, const WeirAnswer *answer)
{
  g_autoptr (GString) facts = NULL;
  g_autofree char *words = NULL;
  WeirAnswerContext context;

  weir_answer_reader_get_context (self->reader, &context);
  words = weir_answer_describe_facts (answer, &context);
  facts = g_string_new (words);
  /* No line begins with a dot. */
  g_string_replace (facts, " · ", "\u00A0· ", 0);
  gtk_label_set_text (self->facts, facts->str);
  gtk_widget_set_sensitive (GTK_WIDGET (self->copy), answer->n_bytes > 0);
}

static void
show_nothing (WeirAnswerView *self, const char *why)
{
  clear_text (self);
  show_verdict (self, NULL);
  gtk_label_set_text (self->facts, why);
  gtk_widget_set_sensitive (GTK_WIDGET (self->copy), FALSE);
}

/* --- Reading -------------------------------------------------------------------- */

static void read_more (WeirAnswerView *self);

static gboolean
update_again (gpointer data)
{
  WeirAnswerView *self = data;

  self->update_timeout = 0;
  read_more (self);
  return G_SOURCE_REMOVE;
}

static void
was_read (GObject *source, GAsyncResult *result, gpointer data)
{
  WeirAnswerReader *reader = WEIR_ANSWER_READER (source);
  g_autoptr (WeirAnswerView) self = data;
  const WeirAnswer *answer;
  g_autoptr (GError) error = NULL;

  weir_answer_reader_read_finish (reader, result, &error);
  /* Another row was chosen meanwhile, or the page was left. */
  if (error != NULL || reader != self->reader)
    return;
  g_clear_object (&self->cancellable);
  answer = weir_answer_reader_get_answer (reader);
  if (answer == NULL)
    {
      show_nothing (self, _ ("This event is not part of a model answer."));
      return;
    }
  show_new (self, answer);
  show_verdict (self, answer);
  show_facts (self, answer);
  if (!weir_answer_reader_is_finished (reader))
    self->update_timeout = g_timeout_add (UPDATE_MS, update_again, self);
}

static void
read_more (WeirAnswerView *self)
{
  if (self->reader == NULL || self->cancellable != NULL
      || weir_answer_reader_is_finished (self->reader))
    return;
  self->cancellable = g_cancellable_new ();
  weir_answer_reader_read_async (self->reader, self->cancellable, was_read, g_object_ref (self));
}

/* A cancelled read may run a little longer. It owns its reader. */
static void
stop (WeirAnswerView *self)
{
  g_clear_handle_id (&self->update_timeout, g_source_remove);
  if (self->cancellable == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->reader);
}

static gboolean
is_of_same_answer (WeirAnswerView *self, WeirRow *row)
{
  return self->reader != NULL && self->cancellable == NULL
         && weir_row_get_log (self->row) == weir_row_get_log (row)
         && weir_answer_reader_has_row (self->reader, weir_row_get_number (row));
}

static void
begin (WeirAnswerView *self)
{
  if (self->row == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (self->reader == NULL)
    {
      show_nothing (self, "");
      self->reader =
          weir_answer_reader_new (weir_row_get_log (self->row), weir_row_get_number (self->row));
    }
  read_more (self);
}

void
weir_answer_view_set_row (WeirAnswerView *self, WeirRow *row)
{
  gboolean same;

  g_return_if_fail (WEIR_IS_ANSWER_VIEW (self));
  g_return_if_fail (row == NULL || WEIR_IS_ROW (row));

  same = row != NULL && self->row != NULL && is_of_same_answer (self, row);
  if (!same)
    {
      stop (self);
      g_clear_object (&self->reader);
    }
  g_set_object (&self->row, row);
  if (!same)
    begin (self);
}

/* The text of the answer, without thinking and tool calls. */
static void
copy_answer (WeirAnswerView *self)
{
  const WeirAnswer *answer = self->reader != NULL && self->cancellable == NULL
                                 ? weir_answer_reader_get_answer (self->reader)
                                 : NULL;
  const guint choice = answer != NULL && answer->n_items > 0 ? answer->items[0]->choice : 0;
  g_autofree char *text = NULL;

  if (answer == NULL)
    return;
  text = g_malloc0 (weir_answer_join (answer, WEIR_ANSWER_TEXT, choice, NULL) + 1);
  weir_answer_join (answer, WEIR_ANSWER_TEXT, choice, text);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

/* --- The widget ------------------------------------------------------------------ */

static void
weir_answer_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (weir_answer_view_parent_class)->map (widget);
  begin (WEIR_ANSWER_VIEW (widget));
}

static void
weir_answer_view_unmap (GtkWidget *widget)
{
  stop (WEIR_ANSWER_VIEW (widget));
  GTK_WIDGET_CLASS (weir_answer_view_parent_class)->unmap (widget);
}

static void
weir_answer_view_dispose (GObject *object)
{
  WeirAnswerView *self = WEIR_ANSWER_VIEW (object);

  stop (self);
  g_clear_object (&self->reader);
  g_clear_object (&self->row);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_answer_view_parent_class)->dispose (object);
}

static void
weir_answer_view_finalize (GObject *object)
{
  g_array_unref (WEIR_ANSWER_VIEW (object)->shown);
  G_OBJECT_CLASS (weir_answer_view_parent_class)->finalize (object);
}

static void
weir_answer_view_class_init (WeirAnswerViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_answer_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = weir_answer_view_finalize;
  widget_class->map = weir_answer_view_map;
  widget_class->unmap = weir_answer_view_unmap;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir_monitor/Weir/weir-answer-view.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirAnswerView, box);
  gtk_widget_class_bind_template_child (widget_class, WeirAnswerView, verdict);
  gtk_widget_class_bind_template_child (widget_class, WeirAnswerView, facts);
  gtk_widget_class_bind_template_child (widget_class, WeirAnswerView, copy);
  gtk_widget_class_bind_template_child (widget_class, WeirAnswerView, text);
  gtk_widget_class_bind_template_callback (widget_class, copy_answer);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
weir_answer_view_init (WeirAnswerView *self)
{
  GtkTextBuffer *buffer;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->shown = g_array_new (FALSE, TRUE, sizeof (Shown));
  buffer = gtk_text_view_get_buffer (self->text);
  gtk_text_buffer_create_tag (buffer, "text", NULL);
  gtk_text_buffer_create_tag (buffer, "heading", "weight", PANGO_WEIGHT_BOLD, "scale", 0.85,
                              "pixels-below-lines", 4, NULL);
  gtk_text_buffer_create_tag (buffer, "thinking", "style", PANGO_STYLE_ITALIC, NULL);
  gtk_text_buffer_create_tag (buffer, "tool", "family", "monospace", "scale", 0.92, NULL);
}
