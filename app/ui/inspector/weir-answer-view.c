/* SPDX-License-Identifier: MIT */
#include "weir-answer-view.h"

#include <glib/gi18n.h>

#include "app/engine/answer/weir-answer-reader.h"

/* Between two looks at an answer that still grows. */
#define LOOK_MS 150
/* No piece of an answer is as large; what is would only take time. */
#define MAX_ROW_BYTES ((guint64) 256 << 10)

struct _WeirAnswerView
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *facts;
  GtkButton *copy;
  GtkTextView *text;

  WeirRow *row;
  WeirAnswerReader *reader; /* NULL: nothing was read for the row */
  WeirAnswerCursor cursor;
  GCancellable *cancellable; /* of the reading that goes on; NULL: none */
  guint look;                /* a timeout; 0: none */
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

static void
add_part_name (GtkTextBuffer *buffer, GtkTextIter *end, const WeirAnswerPart *part)
{
  if (gtk_text_buffer_get_char_count (buffer) > 0)
    gtk_text_buffer_insert (buffer, end, "\n\n", -1);
  if (part->kind == WEIR_ANSWER_THINKING)
    gtk_text_buffer_insert_with_tags_by_name (buffer, end, _ ("Thinking"), -1, "heading", NULL);
  else if (part->kind == WEIR_ANSWER_TOOL)
    gtk_text_buffer_insert_with_tags_by_name (
        buffer, end, part->name != NULL ? part->name : _ ("tool"), -1, "heading", NULL);
  if (part->kind != WEIR_ANSWER_TEXT)
    gtk_text_buffer_insert (buffer, end, "\n", -1);
}

static void
show_new (WeirAnswerView *self, const WeirAnswer *answer)
{
  static const char *const tags[] = { "text", "thinking", "tool" };
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  const WeirAnswerPart *part;
  const char *text;
  gboolean begins;
  GtkTextIter end;

  while (weir_answer_next (answer, &self->cursor, &part, &begins, &text))
    {
      gtk_text_buffer_get_end_iter (buffer, &end);
      if (begins)
        add_part_name (buffer, &end, part);
      gtk_text_buffer_insert_with_tags_by_name (buffer, &end, text, -1, tags[part->kind], NULL);
    }
}

static void
show_facts (WeirAnswerView *self, const WeirAnswer *answer)
{
  g_autofree char *words =
      weir_answer_describe (answer, weir_answer_reader_get_asked_us (self->reader));
  g_autoptr (GString) facts = g_string_new (words);

  if (answer->too_large)
    g_string_append_printf (facts, " · %s", _ ("The rest is too long to show."));
  /* No line begins with a dot. */
  g_string_replace (facts, " · ", "\u00A0· ", 0);
  gtk_label_set_text (self->facts, facts->str);
  gtk_widget_set_sensitive (GTK_WIDGET (self->copy), answer->n_bytes > 0);
}

static void
show_nothing (WeirAnswerView *self, const char *why)
{
  self->cursor = (WeirAnswerCursor){ 0 };
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), "", 0);
  gtk_label_set_text (self->facts, why);
  gtk_widget_set_sensitive (GTK_WIDGET (self->copy), FALSE);
}

/* --- Reading -------------------------------------------------------------------- */

static void read_more (WeirAnswerView *self);

static gboolean
look_again (gpointer data)
{
  WeirAnswerView *self = data;

  self->look = 0;
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
  show_facts (self, answer);
  if (!weir_answer_reader_is_finished (reader))
    self->look = g_timeout_add (LOOK_MS, look_again, self);
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

/* A reading that is cancelled may still go on for a moment, in a reader that is nobody's any more. */
static void
stop (WeirAnswerView *self)
{
  g_clear_handle_id (&self->look, g_source_remove);
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

/* What it says, without what it thought and the tools. */
static void
copy_answer (WeirAnswerView *self)
{
  const WeirAnswer *answer = self->reader != NULL && self->cancellable == NULL
                                 ? weir_answer_reader_get_answer (self->reader)
                                 : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; answer != NULL && i < answer->parts->len; i++)
    {
      const WeirAnswerPart *part = g_ptr_array_index (answer->parts, i);

      if (part->kind == WEIR_ANSWER_TEXT)
        g_string_append (text, part->text->str);
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text->str);
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
weir_answer_view_class_init (WeirAnswerViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_answer_view_dispose;
  widget_class->map = weir_answer_view_map;
  widget_class->unmap = weir_answer_view_unmap;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir_monitor/Weir/weir-answer-view.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirAnswerView, box);
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
  buffer = gtk_text_view_get_buffer (self->text);
  gtk_text_buffer_create_tag (buffer, "text", NULL);
  gtk_text_buffer_create_tag (buffer, "heading", "weight", PANGO_WEIGHT_BOLD, "scale", 0.85,
                              "pixels-below-lines", 4, NULL);
  gtk_text_buffer_create_tag (buffer, "thinking", "style", PANGO_STYLE_ITALIC, NULL);
  gtk_text_buffer_create_tag (buffer, "tool", "family", "monospace", "scale", 0.92, NULL);
}
