/* SPDX-License-Identifier: MIT */
#include "weir-event-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "common/weir-format.h"
#include "common/weir-row-text.h"

/* A screen reader cannot follow more than this, and each name costs a message on the bus. */
#define NAMES_EVERY_MS 200
#define DIM 0.62
#define PILL_PADDING 7
#define ICON_SIZE 16
#define ICON_GAP 6

struct _WeirEventRow
{
  GtkWidget parent_instance;

  WeirColumns *columns;
  WeirHighlight *highlight;
  WeirBookmarks *bookmarks; /* NULL: none */
  WeirRow *row;
  guint64 above; /* the number of the row there, which the gap counts from */
  PangoLayout *layouts[WEIR_N_COLUMNS];
  gboolean dirty;      /* the layouts show another row */
  gboolean bookmarked; /* so it was drawn and named last */
};

G_DEFINE_FINAL_TYPE (WeirEventRow, weir_event_row, GTK_TYPE_WIDGET)

/* Rows whose accessible name is out of date. */
static GHashTable *unnamed = NULL;
static guint name_timeout = 0;

static const char *
format_gap (WeirEventRow *self, char buffer[WEIR_FORMAT_LENGTH])
{
  const gint64 gap_us =
      self->above != WEIR_NO_ROW ? weir_row_text_get_gap_us (self->row, self->above) : -1;

  return gap_us >= 0 ? weir_format_gap (buffer, gap_us) : "";
}

/* NULL: the row is not bookmarked. */
static const char *
get_note (WeirEventRow *self)
{
  if (self->bookmarks == NULL || self->row == NULL)
    return NULL;
  return weir_bookmarks_get_note (self->bookmarks, weir_row_get_number (self->row));
}

static void
update_name (WeirEventRow *self)
{
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *name = NULL;
  char gap[WEIR_FORMAT_LENGTH];

  if (self->row == NULL || item == NULL)
    return;
  name = weir_row_text_describe (self->row, format_gap (self, gap), get_note (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static gboolean
update_names (gpointer unused)
{
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, unnamed);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    update_name (row);
  g_hash_table_remove_all (unnamed);
  name_timeout = 0;
  return G_SOURCE_REMOVE;
}

static void
queue_name (WeirEventRow *self)
{
  if (unnamed == NULL)
    unnamed = g_hash_table_new (NULL, NULL);
  g_hash_table_add (unnamed, self);
  if (name_timeout == 0)
    name_timeout = g_timeout_add (NAMES_EVERY_MS, update_names, NULL);
}

static void
invalidate (WeirEventRow *self)
{
  self->dirty = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
font_changed (WeirEventRow *self)
{
  for (guint i = 0; i < WEIR_N_COLUMNS; i++)
    g_clear_object (&self->layouts[i]);
  invalidate (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static PangoLayout *
ensure_layout (WeirEventRow *self, WeirColumn column)
{
  PangoLayout *layout = self->layouts[column];

  if (layout != NULL)
    return layout;
  layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  /* Long types often begin alike. */
  pango_layout_set_ellipsize (layout, column == WEIR_COLUMN_TYPE ? PANGO_ELLIPSIZE_MIDDLE
                                                                 : PANGO_ELLIPSIZE_END);
  if (column == WEIR_COLUMN_TEXT || column == WEIR_COLUMN_ID)
    pango_layout_set_font_description (layout, weir_columns_get_mono_font (self->columns));
  self->layouts[column] = layout;
  return layout;
}

static const char *
get_text (WeirEventRow *self, WeirColumn column, char buffer[WEIR_FORMAT_LENGTH])
{
  WeirRow *row = self->row;

  switch (column)
    {
    case WEIR_COLUMN_NUMBER:
      return weir_format_count (buffer, weir_row_get_number (row) + 1);
    case WEIR_COLUMN_TIME:
      return weir_format_time (buffer, weir_row_get_time_us (row), weir_row_text_get_start_us (row),
                               weir_columns_get_time_format (self->columns));
    case WEIR_COLUMN_GAP:
      return format_gap (self, buffer);
    case WEIR_COLUMN_TYPE:
      return weir_row_get_type_name (row);
    case WEIR_COLUMN_ID:
      return weir_row_get_kind (row) == WEIR_ROW_EVENT ? weir_row_get_id (row) : "";
    case WEIR_COLUMN_SIZE:
      return weir_row_get_kind (row) == WEIR_ROW_EVENT
                 ? weir_format_size (buffer, weir_row_get_size (row))
                 : "";
    case WEIR_COLUMN_TEXT:
      return weir_row_get_preview (row);
    case WEIR_N_COLUMNS:
    default:
      return "";
    }
}

/* Longer text would be laid out only to be cut off. */
static int
clip (WeirEventRow *self, const char *text, int width)
{
  const gsize fits = (gsize) width / (gsize) weir_columns_get_char_width (self->columns) + 8;
  const char *end = text;

  for (gsize i = 0; i < fits && *end != '\0'; i++)
    end = g_utf8_next_char (end);
  return (int) (end - text);
}

/* The layout leaves out the middle of a long text. A type may be as long as a line of the stream. */
static void
set_ends (WeirEventRow *self, PangoLayout *layout, const char *text, int width)
{
  const gsize length = strlen (text), head = (gsize) clip (self, text, width);
  g_autofree char *ends = NULL;
  const char *tail;

  if (length <= 2 * head)
    {
      pango_layout_set_text (layout, text, (int) length);
      return;
    }
  for (tail = text + length - head; (*tail & 0xc0) == 0x80;)
    tail++;
  ends = g_strdup_printf ("%.*s%s", (int) head, text, tail);
  pango_layout_set_text (layout, ends, -1);
}

static void
set_text (WeirEventRow *self, WeirColumn column, int width)
{
  char buffer[WEIR_FORMAT_LENGTH];
  PangoLayout *layout = ensure_layout (self, column);
  const char *text = get_text (self, column, buffer);

  if (text == NULL)
    text = "";
  pango_layout_set_width (layout, width * PANGO_SCALE);
  if (column == WEIR_COLUMN_TYPE)
    set_ends (self, layout, text, width);
  else
    pango_layout_set_text (layout, text, clip (self, text, width));
  if (column == WEIR_COLUMN_TEXT && self->highlight != NULL)
    weir_highlight_apply (self->highlight, layout);
}

static void
draw_layout (GtkSnapshot *snapshot, PangoLayout *layout, int x, int baseline, const GdkRGBA *color)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
      snapshot,
      &GRAPHENE_POINT_INIT (x, baseline - PANGO_PIXELS (pango_layout_get_baseline (layout))));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

/* The type on a tinted background. The shape means "event", the colour the type. */
static void
draw_type (WeirEventRow *self, GtkSnapshot *snapshot, int x, int width, int baseline, gboolean rtl)
{
  PangoLayout *layout = self->layouts[WEIR_COLUMN_TYPE];
  const int height = weir_columns_get_row_height (self->columns);
  GskRoundedRect pill;
  GdkRGBA color, ground;
  PangoRectangle text;
  int pill_width, pill_x;

  weir_columns_get_type_color (self->columns, weir_row_get_type_name (self->row), &color);
  ground = color;
  ground.alpha = 0.13f;
  pango_layout_get_pixel_extents (layout, NULL, &text);
  pill_width = MIN (text.width + 2 * PILL_PADDING, width);
  pill_x = rtl ? x + width - pill_width : x;
  gsk_rounded_rect_init_from_rect (&pill, &GRAPHENE_RECT_INIT (pill_x, 3, pill_width, height - 6),
                                   (float) (height - 6) / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &pill);
  gtk_snapshot_append_color (snapshot, &ground, &pill.bounds);
  gtk_snapshot_pop (snapshot);
  draw_layout (snapshot, layout, pill_x + PILL_PADDING - text.x, baseline, &color);
}

static void
get_color (WeirEventRow *self, WeirColumn column, GdkRGBA *color)
{
  const WeirRowKind kind = weir_row_get_kind (self->row);

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), color);
  if (kind == WEIR_ROW_FINDING && (column == WEIR_COLUMN_TEXT || column == WEIR_COLUMN_TYPE))
    weir_columns_get_warning_color (self->columns, color);
  else if (column != WEIR_COLUMN_TEXT || kind != WEIR_ROW_EVENT)
    color->alpha *= DIM;
}

/* At the end of the row, where its text would go on. */
static void
draw_bookmark (WeirEventRow *self, GtkSnapshot *snapshot, int x, const GdkRGBA *color)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (widget));
  g_autoptr (GtkIconPaintable) icon =
      gtk_icon_theme_lookup_icon (theme, "user-bookmarks-symbolic", NULL, ICON_SIZE,
                                  gtk_widget_get_scale_factor (widget), GTK_TEXT_DIR_NONE, 0);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
      snapshot, &GRAPHENE_POINT_INIT (x, (gtk_widget_get_height (widget) - ICON_SIZE) / 2));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (icon), snapshot, ICON_SIZE,
                                            ICON_SIZE, color, 1);
  gtk_snapshot_restore (snapshot);
}

/* Takes the icon's place from the text's. */
static void
make_room (int *x, int *width, gboolean rtl)
{
  const int taken = MIN (*width, ICON_SIZE + ICON_GAP);

  *width -= taken;
  if (rtl)
    *x += taken;
}

static void
weir_event_row_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WeirEventRow *self = WEIR_EVENT_ROW (widget);
  const int row_width = gtk_widget_get_width (widget);
  const gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  const int baseline = weir_columns_get_baseline (self->columns);
  const gboolean bookmarked = get_note (self) != NULL;

  if (self->row == NULL)
    return;

  for (WeirColumn column = 0; column < WEIR_N_COLUMNS; column++)
    {
      const gboolean pill =
          column == WEIR_COLUMN_TYPE && weir_row_get_kind (self->row) == WEIR_ROW_EVENT;
      GdkRGBA color;
      int x, width;

      if (!weir_columns_get_span (self->columns, column, row_width, rtl, &x, &width))
        continue;
      if (bookmarked && column == WEIR_COLUMN_TEXT)
        {
          gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
          draw_bookmark (self, snapshot, rtl ? x : x + width - ICON_SIZE, &color);
          make_room (&x, &width, rtl);
        }
      if (self->dirty || self->layouts[column] == NULL
          || (column == WEIR_COLUMN_TEXT
              && pango_layout_get_width (self->layouts[column]) != width * PANGO_SCALE))
        set_text (self, column, pill ? width - 2 * PILL_PADDING : width);
      if (pill)
        {
          draw_type (self, snapshot, x, width, baseline, rtl);
          continue;
        }
      get_color (self, column, &color);
      x = weir_column_place (column, self->layouts[column], x, width, rtl);
      draw_layout (snapshot, self->layouts[column], x, baseline, &color);
    }
  self->dirty = FALSE;
}

static void
weir_event_row_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  WeirEventRow *self = WEIR_EVENT_ROW (widget);

  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = weir_columns_get_row_height (self->columns);
  else
    *minimum = *natural = 0;
}

static gboolean
weir_event_row_query_tooltip (
    GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  const char *note = get_note (WEIR_EVENT_ROW (widget));

  if (note == NULL || *note == '\0')
    return FALSE;
  gtk_tooltip_set_text (tooltip, note);
  return TRUE;
}

/* Dragging a row drags its data as text. */
static GdkContentProvider *
prepare_drag (WeirEventRow *self)
{
  g_autofree char *data = NULL;

  if (self->row == NULL)
    return NULL;
  data = weir_row_text_get_data (self->row);
  return gdk_content_provider_new_typed (G_TYPE_STRING, data);
}

static void
weir_event_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  invalidate (WEIR_EVENT_ROW (widget));
}

static void
weir_event_row_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  WeirEventRow *self = WEIR_EVENT_ROW (widget);

  GTK_WIDGET_CLASS (weir_event_row_parent_class)->css_changed (widget, change);
  for (guint i = 0; i < WEIR_N_COLUMNS; i++)
    if (self->layouts[i] != NULL)
      pango_layout_context_changed (self->layouts[i]);
}

static void
weir_event_row_dispose (GObject *object)
{
  WeirEventRow *self = WEIR_EVENT_ROW (object);

  if (unnamed != NULL)
    g_hash_table_remove (unnamed, self);
  for (guint i = 0; i < WEIR_N_COLUMNS; i++)
    g_clear_object (&self->layouts[i]);
  g_clear_object (&self->row);
  g_clear_object (&self->highlight);
  g_clear_object (&self->bookmarks);
  g_clear_object (&self->columns);
  G_OBJECT_CLASS (weir_event_row_parent_class)->dispose (object);
}

static void
weir_event_row_class_init (WeirEventRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = weir_event_row_dispose;
  widget_class->snapshot = weir_event_row_snapshot;
  widget_class->measure = weir_event_row_measure;
  widget_class->size_allocate = weir_event_row_size_allocate;
  widget_class->css_changed = weir_event_row_css_changed;
  widget_class->query_tooltip = weir_event_row_query_tooltip;
  gtk_widget_class_set_css_name (widget_class, "eventrow");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
weir_event_row_init (WeirEventRow *self)
{
  GtkDragSource *source = gtk_drag_source_new ();

  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect_swapped (source, "prepare", G_CALLBACK (prepare_drag), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (source));
}

/* Few rows have one, and each name costs a message. */
static void
bookmarks_changed (WeirEventRow *self)
{
  const gboolean was_bookmarked = self->bookmarked;

  self->bookmarked = get_note (self) != NULL;
  if (!was_bookmarked && !self->bookmarked)
    return;
  invalidate (self);
  queue_name (self);
}

GtkWidget *
weir_event_row_new (WeirColumns *columns, WeirHighlight *highlight, WeirBookmarks *bookmarks)
{
  WeirEventRow *self = g_object_new (WEIR_TYPE_EVENT_ROW, NULL);

  self->columns = g_object_ref (columns);
  g_signal_connect_object (columns, "changed", G_CALLBACK (font_changed), self, G_CONNECT_SWAPPED);
  if (highlight != NULL)
    {
      self->highlight = g_object_ref (highlight);
      g_signal_connect_object (highlight, "changed", G_CALLBACK (invalidate), self,
                               G_CONNECT_SWAPPED);
    }
  if (bookmarks != NULL)
    {
      self->bookmarks = g_object_ref (bookmarks);
      g_signal_connect_object (bookmarks, "changed", G_CALLBACK (bookmarks_changed), self,
                               G_CONNECT_SWAPPED);
    }
  return GTK_WIDGET (self);
}

void
weir_event_row_bind (WeirEventRow *self, WeirRow *row)
{
  g_return_if_fail (WEIR_IS_EVENT_ROW (self));

  g_set_object (&self->row, row);
  self->bookmarked = get_note (self) != NULL;
  invalidate (self);
  if (row != NULL)
    queue_name (self);
}

void
weir_event_row_set_above (WeirEventRow *self, guint64 number)
{
  g_return_if_fail (WEIR_IS_EVENT_ROW (self));

  if (self->above == number)
    return;
  self->above = number;
  invalidate (self);
  if (self->row != NULL)
    queue_name (self);
}

WeirRow *
weir_event_row_get_row (WeirEventRow *self)
{
  g_return_val_if_fail (WEIR_IS_EVENT_ROW (self), NULL);

  return self->row;
}
