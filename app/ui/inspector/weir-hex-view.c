/* SPDX-License-Identifier: MIT */
#include "weir-hex-view.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "app/engine/log/weir-byte-map.h"
#include "common/weir-format.h"
#include "weir-hex-lines.h"

/* --- The styles of the parts ------------------------------------------------- */

/* The parts of the bytes differ in shape (bold, underlined, italic, struck out), not only in colour. High
 * contrast uses no colours. */

static void
add (PangoAttrList *attributes, PangoAttribute *attribute, guint begin, guint end)
{
  attribute->start_index = begin;
  attribute->end_index = end;
  pango_attr_list_insert (attributes, attribute);
}

/* Each colour has a contrast of at least 4.5 : 1. */
static void
add_color (PangoAttrList *attributes, const char *light, const char *dark, guint begin, guint end)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  PangoColor color;

  if (adw_style_manager_get_high_contrast (style))
    return;
  pango_color_parse (&color, adw_style_manager_get_dark (style) ? dark : light);
  add (attributes, pango_attr_foreground_new (color.red, color.green, color.blue), begin, end);
}

/* Styles the bytes [begin, end) of a text as a part of that kind; 0: an explanation. */
static void
add_style (PangoAttrList *attributes, WeirByteKind kind, guint begin, guint end)
{
  switch (kind)
    {
    case WEIR_BYTE_NAME:
      add (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD), begin, end);
      add_color (attributes, "#0b5fa5", "#7fbdf5", begin, end);
      break;
    case WEIR_BYTE_SEPARATOR:
      add (attributes, pango_attr_underline_new (PANGO_UNDERLINE_SINGLE), begin, end);
      add_color (attributes, "#5e5c64", "#c0bfbc", begin, end);
      break;
    case WEIR_BYTE_COMMENT:
      add (attributes, pango_attr_style_new (PANGO_STYLE_ITALIC), begin, end);
      add_color (attributes, "#00704e", "#5cd6a9", begin, end);
      break;
    case WEIR_BYTE_IGNORED:
      add (attributes, pango_attr_strikethrough_new (TRUE), begin, end);
      add_color (attributes, "#8f5902", "#f8c53a", begin, end);
      break;
    case WEIR_BYTE_LINE_END:
    case WEIR_BYTE_BOM:
      add (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD), begin, end);
      add_color (attributes, "#9b2f7d", "#f09bd6", begin, end);
      break;
    case WEIR_BYTE_VALUE:
    case WEIR_BYTE_UNKNOWN:
      break;
    default:
      add_color (attributes, "#5e5c64", "#c0bfbc", begin, end);
      break;
    }
}

/* --- The legend -------------------------------------------------------------- */

typedef struct
{
  const char *sample;
  WeirByteKind kind;
  const char *meaning;
} Entry;

static GtkWidget *
make_sample (const Entry *entry)
{
  GtkWidget *label = gtk_label_new (_ (entry->sample));
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  add_style (attributes, entry->kind, 0, G_MAXUINT);
  gtk_label_set_attributes (GTK_LABEL (label), attributes);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_widget_add_css_class (label, "monospace");
  return label;
}

static GtkWidget *
make_meaning (const Entry *entry)
{
  GtkWidget *label = gtk_label_new (_ (entry->meaning));

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  /* Both, because newer versions of GTK compute a popover's height for its least width. */
  gtk_label_set_width_chars (GTK_LABEL (label), 28);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 28);
  return label;
}

static void
fill (GtkGrid *grid)
{
  static const Entry entries[] = {
    { "data", WEIR_BYTE_NAME, N_ ("A field’s name: data, event, id or retry") },
    { ": ", WEIR_BYTE_SEPARATOR,
      N_ ("The colon after the name, and the one space that is removed with it") },
    { N_ ("value"), WEIR_BYTE_VALUE, N_ ("The field’s value") },
    { N_ (": words"), WEIR_BYTE_COMMENT, N_ ("A comment: a line that begins with a colon") },
    { N_ ("ignored"), WEIR_BYTE_IGNORED,
      N_ ("A line that the standard ignores, such as one with an unknown field name") },
    { "LF", WEIR_BYTE_LINE_END, N_ ("The line ends with a line feed") },
    { "CR", WEIR_BYTE_LINE_END,
      N_ ("The line ends with a carriage return. CR LF is one line end.") },
    { N_ ("blank line"), 0, N_ ("A blank line, which ends the event") },
    { "·", WEIR_BYTE_VALUE, N_ ("A byte that is not a printable ASCII character") },
    { N_ ("Read at"), 0,
      N_ ("A read of the connection began here. Reads within 0.1 ms count as one.") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      gtk_grid_attach (grid, make_sample (&entries[i]), 0, (int) i, 1, 1);
      gtk_grid_attach (grid, make_meaning (&entries[i]), 1, (int) i, 1, 1);
    }
}

/* Filled again whenever it opens, because the colour scheme may have changed. */
static void
opened (GtkWidget *popover)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_widget_add_css_class (grid, "weir-legend");
  fill (GTK_GRID (grid));
  gtk_popover_set_child (GTK_POPOVER (popover), grid);
}

static GtkWidget *
weir_hex_legend_new (void)
{
  GtkWidget *popover = gtk_popover_new ();

  gtk_widget_set_halign (popover, GTK_ALIGN_END);
  g_signal_connect (popover, "show", G_CALLBACK (opened), NULL);
  return popover;
}

/* --- The view ---------------------------------------------------------------- */

/* More bytes than that are looked into by another thread. */
#define MAX_BYTES_AT_ONCE ((gsize) 256 << 10)
/* More reads than that are not marked. */
#define MAX_READS 4096u
#define MIN_DIGITS 4u
#define BOM_BYTES 3u
#define MAX_ROWS_BACK 1000u
/* The list's padding on both sides. */
#define PADDING 24

struct _WeirHexView
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkListView *list;
  GtkWidget *nothing;
  GtkLabel *summary;

  WeirRow *row;
  gboolean stale; /* the row's bytes are still to be shown */
  GCancellable *cancellable;
  GBytes *bytes;
  GArray *reads;
  GArray *pieces; /* NULL: not known yet */
  WeirHexLayout layout;
  int width;
};

G_DEFINE_FINAL_TYPE (WeirHexView, weir_hex_view, GTK_TYPE_WIDGET)

/* --- Lines ------------------------------------------------------------------- */

static void
setup (WeirHexView *self, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_direction (label, GTK_TEXT_DIR_LTR);
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_child (item, label);
}

static void
bind (WeirHexView *self, GtkListItem *item)
{
  WeirHexLine *line = gtk_list_item_get_item (item);
  GtkWidget *label = gtk_list_item_get_child (item);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  g_autofree char *words = weir_hex_line_describe (line);
  guint n;
  const WeirHexRun *runs = weir_hex_line_get_runs (line, &n);

  for (guint i = 0; i < n; i++)
    add_style (attributes, runs[i].kind, runs[i].begin, runs[i].end);
  gtk_widget_set_css_classes (label, weir_hex_line_is_read (line)
                                         ? (const char *[]){ "weir-read", NULL }
                                         : (const char *[]){ "monospace", NULL });
  gtk_label_set_text (GTK_LABEL (label), weir_hex_line_get_text (line));
  gtk_label_set_attributes (GTK_LABEL (label), attributes);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (label)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
update_lines (WeirHexView *self)
{
  g_autoptr (GtkNoSelection) model = NULL;

  if (self->pieces != NULL && self->pieces->len > 0)
    model = gtk_no_selection_new (
        G_LIST_MODEL (weir_hex_lines_new (self->bytes, self->pieces, self->reads, &self->layout)));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (model));
}

static void
update_summary (WeirHexView *self)
{
  char size[WEIR_FORMAT_LENGTH], count[WEIR_FORMAT_LENGTH];
  g_autofree char *reads = NULL, *text = NULL;
  const guint n = self->reads->len;

  gtk_widget_set_visible (self->nothing,
                          self->pieces != NULL && g_bytes_get_size (self->bytes) == 0);
  weir_format_count (count, n);
  if (n == MAX_READS)
    reads = g_strdup_printf (_ ("more than %s reads"), count);
  else
    reads = g_strdup_printf (ngettext ("%s read", "%s reads", n), count);
  text = g_strdup_printf (n > 0 ? "%s · %s" : "%s",
                          weir_format_size (size, g_bytes_get_size (self->bytes)), reads);
  gtk_label_set_text (self->summary, text);
}

/* --- Looking into the bytes -------------------------------------------------- */

typedef struct
{
  GBytes *bytes;
  GArray *reads;
  WeirByteMapOptions options;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_bytes_unref (question->bytes);
  g_array_unref (question->reads);
  g_free (question);
}

static GArray *
answer (const Question *question)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (question->bytes, &length);

  return weir_byte_map_new (bytes, length, &question->options);
}

static void
answer_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_pointer (task, answer (data), (GDestroyNotify) g_array_unref);
}

static void
take_pieces (WeirHexView *self, GArray *pieces)
{
  self->pieces = pieces;
  update_lines (self);
  update_summary (self);
}

static void
answered (GObject *source, GAsyncResult *result, gpointer data)
{
  WeirHexView *self = WEIR_HEX_VIEW (source);
  GArray *pieces = g_task_propagate_pointer (G_TASK (result), NULL);

  if (pieces != NULL)
    take_pieces (self, pieces);
}

static gboolean
is_line_end (WeirLog *log, guint64 offset)
{
  guint8 byte;

  return weir_log_copy_bytes (log, offset, 1, &byte) && (byte == '\n' || byte == '\r');
}

/* A range ends after a CR. The LF of a CR LF lies between two ranges. */
static gboolean
is_followed_by_lf (WeirRow *row, const WeirRowInfo *info)
{
  WeirLog *log = weir_row_get_log (row);
  guint8 bytes[2];
  WeirRowInfo next;

  return info->size > 0
         && weir_log_copy_bytes (log, info->offset + info->size - 1, sizeof bytes, bytes)
         && bytes[0] == '\r'
         && bytes[1] == '\n'
         /* Unless it is the first byte of the next connection. */
         && !(weir_log_get_row (log, weir_row_get_number (row) + 1, &next)
              && next.kind == WEIR_ROW_MARK && next.offset == info->offset + info->size);
}

/* Whether the row has the first bytes of its connection but for a byte order mark: comments and findings
 * within an event have rows before it. */
static gboolean
is_first (WeirRow *row, const WeirRowInfo *info)
{
  WeirRowInfo before;

  for (guint64 i = weir_row_get_number (row), n = 0; i-- > 0 && n < MAX_ROWS_BACK; n++)
    {
      if (!weir_log_get_row (weir_row_get_log (row), i, &before))
        return FALSE;
      if (before.kind == WEIR_ROW_MARK)
        return TRUE;
      if (before.offset < info->offset)
        return FALSE;
    }
  return FALSE;
}

static gboolean
is_behind_bom (WeirRow *row, const WeirRowInfo *info)
{
  WeirLog *log = weir_row_get_log (row);
  guint8 bytes[BOM_BYTES];
  WeirRead read;

  return info->offset >= BOM_BYTES
         && weir_log_copy_bytes (log, info->offset - BOM_BYTES, BOM_BYTES, bytes)
         && memcmp (bytes, "\xEF\xBB\xBF", BOM_BYTES) == 0 && is_first (row, info)
         && weir_log_get_reads (log, weir_row_get_number (row), 1, &read) == 1
         && read.offset <= info->offset - BOM_BYTES;
}

/* The bytes of the row, and the rest of its first and last line. */
static GBytes *
get_bytes (WeirRow *row, const WeirRowInfo *info, guint64 *offset)
{
  const gsize before = is_behind_bom (row, info) ? BOM_BYTES : 0;
  const gsize length = before + info->size + (is_followed_by_lf (row, info) ? 1 : 0);
  g_autofree guint8 *bytes = NULL;

  *offset = info->offset - before;
  if (length == info->size)
    return g_bytes_ref (weir_row_get_raw (row));
  bytes = g_malloc (length);
  if (!weir_log_copy_bytes (weir_row_get_log (row), *offset, length, bytes))
    return g_bytes_new_static ("", 0);
  return g_bytes_new_take (g_steal_pointer (&bytes), length);
}

static void
drop (WeirHexView *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->reads, g_array_unref);
  g_clear_pointer (&self->pieces, g_array_unref);
}

static void
load_row (WeirHexView *self)
{
  g_autoptr (GTask) task = NULL;
  Question *question = g_new0 (Question, 1);
  WeirLog *log = weir_row_get_log (self->row);
  WeirRowInfo info = { 0 };
  guint64 end;

  weir_log_get_row (log, weir_row_get_number (self->row), &info);
  self->bytes = get_bytes (self->row, &info, &self->layout.offset);
  self->reads = g_array_new (FALSE, FALSE, sizeof (WeirRead));
  g_array_set_size (self->reads, MAX_READS);
  g_array_set_size (self->reads,
                    weir_log_get_reads (log, weir_row_get_number (self->row), MAX_READS,
                                        (WeirRead *) (gpointer) self->reads->data));
  if (self->reads->len > 0 && g_array_index (self->reads, WeirRead, 0).time_us == 0)
    g_array_set_size (self->reads, 0);
  self->layout.digits = MIN_DIGITS;
  end = self->layout.offset + g_bytes_get_size (self->bytes);
  while (self->layout.digits < 16 && end >> (4 * self->layout.digits) != 0)
    self->layout.digits++;

  question->bytes = g_bytes_ref (self->bytes);
  question->reads = g_array_ref (self->reads);
  question->options = (WeirByteMapOptions){
    .at_stream_start = info.at_start || self->layout.offset < info.offset,
    .in_line = info.kind == WEIR_ROW_FINDING && !info.at_start && info.offset > 0
               && !is_line_end (log, info.offset - 1),
    .reads = (const WeirRead *) (gpointer) self->reads->data,
    .n_reads = self->reads->len,
    .offset = self->layout.offset,
  };
  if (g_bytes_get_size (self->bytes) <= MAX_BYTES_AT_ONCE)
    {
      take_pieces (self, answer (question));
      question_free (question);
      return;
    }
  update_lines (self);
  update_summary (self);
  self->cancellable = g_cancellable_new ();
  task = g_task_new (self, self->cancellable, answered, NULL);
  g_task_set_task_data (task, question, question_free);
  g_task_run_in_thread (task, answer_in_thread);
}

static void
update (WeirHexView *self)
{
  if (!self->stale || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->stale = FALSE;
  drop (self);
  if (self->row != NULL)
    load_row (self);
}

/* --- The widget -------------------------------------------------------------- */

static guint
choose_per_line (WeirHexView *self, int width)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self->list));
  g_autoptr (PangoFontDescription) font =
      pango_font_description_copy (pango_context_get_font_description (context));
  PangoFontMetrics *metrics;
  int character;

  pango_font_description_set_family (font, "monospace");
  metrics = pango_context_get_metrics (context, font, NULL);
  character = pango_font_metrics_get_approximate_digit_width (metrics);
  pango_font_metrics_unref (metrics);
  return (int) weir_hex_line_get_width (16, self->layout.digits) * character
                 <= (width - PADDING) * PANGO_SCALE
             ? 16
             : 8;
}

static void
weir_hex_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  WeirHexView *self = WEIR_HEX_VIEW (widget);

  if (width != self->width)
    {
      const guint per_line = choose_per_line (self, width);

      self->width = width;
      if (per_line != self->layout.per_line)
        {
          self->layout.per_line = per_line;
          update_lines (self);
        }
    }
  gtk_widget_size_allocate (self->box, &(GtkAllocation){ 0, 0, width, height }, baseline);
}

static void
weir_hex_view_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  gtk_widget_measure (WEIR_HEX_VIEW (widget)->box, orientation, for_size, minimum, natural,
                      minimum_baseline, natural_baseline);
}

static void
weir_hex_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (weir_hex_view_parent_class)->map (widget);
  update (WEIR_HEX_VIEW (widget));
}

static void
weir_hex_view_dispose (GObject *object)
{
  WeirHexView *self = WEIR_HEX_VIEW (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  drop (self);
  g_clear_object (&self->row);
  G_OBJECT_CLASS (weir_hex_view_parent_class)->dispose (object);
}

static void
weir_hex_view_class_init (WeirHexViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_hex_view_dispose;
  widget_class->size_allocate = weir_hex_view_size_allocate;
  widget_class->measure = weir_hex_view_measure;
  widget_class->map = weir_hex_view_map;
}

static GtkWidget *
make_bar (WeirHexView *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *button = gtk_menu_button_new ();
  const char *name = _ ("What the Symbols Mean");

  self->summary = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->summary, 0);
  gtk_label_set_ellipsize (self->summary, PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (GTK_WIDGET (self->summary), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->summary), "numeric");
  gtk_menu_button_set_label (GTK_MENU_BUTTON (button), name);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), weir_hex_legend_new ());
  gtk_menu_button_set_direction (GTK_MENU_BUTTON (button), GTK_ARROW_UP);
  gtk_widget_add_css_class (button, "weir-plain");
  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_box_append (GTK_BOX (bar), GTK_WIDGET (self->summary));
  gtk_box_append (GTK_BOX (bar), button);
  gtk_widget_add_css_class (bar, "weir-status-bar");
  return bar;
}

static GtkWidget *
make_nothing (WeirHexView *self)
{
  self->nothing = gtk_label_new (_ ("No bytes of the stream are available for this row."));
  gtk_label_set_wrap (GTK_LABEL (self->nothing), TRUE);
  gtk_widget_set_valign (self->nothing, GTK_ALIGN_START);
  gtk_widget_add_css_class (self->nothing, "dim-label");
  gtk_widget_add_css_class (self->nothing, "weir-nothing");
  return self->nothing;
}

static void
weir_hex_view_init (WeirHexView *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new (), *overlay = gtk_overlay_new ();

  self->layout.per_line = 8;
  self->layout.digits = MIN_DIGITS;
  g_signal_connect_swapped (factory, "setup", G_CALLBACK (setup), self);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (bind), self);
  self->list = GTK_LIST_VIEW (gtk_list_view_new (NULL, factory));
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "hex");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Raw bytes"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->list));
  gtk_overlay_set_child (GTK_OVERLAY (overlay), scroller);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), make_nothing (self));
  gtk_widget_set_vexpand (overlay, TRUE);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->box), overlay);
  gtk_box_append (GTK_BOX (self->box), make_bar (self));
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (update_lines), self, G_CONNECT_SWAPPED);
}

void
weir_hex_view_set_row (WeirHexView *self, WeirRow *row)
{
  g_return_if_fail (WEIR_IS_HEX_VIEW (self));
  g_return_if_fail (WEIR_IS_ROW (row));

  g_set_object (&self->row, row);
  self->stale = TRUE;
  update (self);
}
