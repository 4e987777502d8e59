/* SPDX-License-Identifier: MIT */
#include "weir-list-header.h"

#include <glib/gi18n.h>

#define GRIP 6

struct _WeirListHeader
{
  GtkWidget parent_instance;

  WeirColumns *columns;
  PangoLayout *layouts[WEIR_N_COLUMNS];
  GtkWidget *menu;
  WeirColumn dragged; /* WEIR_N_COLUMNS: none */
  int width_before, max_width;
};

G_DEFINE_FINAL_TYPE (WeirListHeader, weir_list_header, GTK_TYPE_WIDGET)

static gboolean
is_rtl (WeirListHeader *self)
{
  return gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
}

static PangoLayout *
ensure_layout (WeirListHeader *self, WeirColumn column, int width)
{
  if (self->layouts[column] == NULL)
    {
      PangoLayout *layout =
          gtk_widget_create_pango_layout (GTK_WIDGET (self), weir_column_get_title (column));

      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
      self->layouts[column] = layout;
    }
  pango_layout_set_width (self->layouts[column], width * PANGO_SCALE);
  return self->layouts[column];
}

static void
weir_list_header_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WeirListHeader *self = WEIR_LIST_HEADER (widget);
  const int row_width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  GdkRGBA color;

  if (self->columns == NULL)
    return;
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  for (WeirColumn column = 0; column < WEIR_N_COLUMNS; column++)
    {
      PangoLayout *layout;
      int x, width, text_height;

      if (!weir_columns_get_span (self->columns, column, row_width, is_rtl (self), &x, &width))
        continue;
      layout = ensure_layout (self, column, width);
      pango_layout_get_pixel_size (layout, NULL, &text_height);
      x = weir_column_place (column, layout, x, width, is_rtl (self));
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot,
                              &GRAPHENE_POINT_INIT (x, (float) (height - text_height) / 2));
      gtk_snapshot_append_layout (snapshot, layout, &color);
      gtk_snapshot_restore (snapshot);
    }
}

static void
weir_list_header_measure (GtkWidget *widget,
                          GtkOrientation orientation,
                          int for_size,
                          int *minimum,
                          int *natural,
                          int *minimum_baseline,
                          int *natural_baseline)
{
  WeirListHeader *self = WEIR_LIST_HEADER (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL || self->columns == NULL)
    *minimum = *natural = 0;
  else
    *minimum = *natural = weir_columns_get_row_height (self->columns);
}

static void
weir_list_header_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  WeirListHeader *self = WEIR_LIST_HEADER (widget);

  GTK_WIDGET_CLASS (weir_list_header_parent_class)->css_changed (widget, change);
  for (guint i = 0; i < WEIR_N_COLUMNS; i++)
    g_clear_object (&self->layouts[i]);
}

static void
weir_list_header_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_popover_present (GTK_POPOVER (WEIR_LIST_HEADER (widget)->menu));
}

/* Finds the column whose edge is at x. Returns: FALSE if there is none. */
static gboolean
find_edge (WeirListHeader *self, double at, WeirColumn *found)
{
  const gboolean rtl = is_rtl (self);

  for (WeirColumn column = 0; column < WEIR_COLUMN_TEXT; column++)
    {
      int x, width;

      if (!weir_columns_get_span (self->columns, column, gtk_widget_get_width (GTK_WIDGET (self)),
                                  rtl, &x, &width))
        continue;
      if (ABS (at - (rtl ? x - GRIP : x + width + GRIP)) <= GRIP)
        {
          *found = column;
          return TRUE;
        }
    }
  return FALSE;
}

static void
drag_begun (GtkGesture *gesture, double x, double y, WeirListHeader *self)
{
  self->dragged = WEIR_N_COLUMNS;
  if (!find_edge (self, x, &self->dragged))
    {
      gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  self->width_before = weir_columns_get_width (self->columns, self->dragged);
  self->max_width = weir_columns_get_max_width (self->columns, self->dragged);
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
dragged (WeirListHeader *self, double x, double y)
{
  const int width = self->width_before + (int) (is_rtl (self) ? -x : x);

  weir_columns_set_width (self->columns, self->dragged, CLAMP (width, 1, self->max_width));
}

static void
drag_ended (WeirListHeader *self)
{
  if (self->dragged != WEIR_N_COLUMNS)
    weir_columns_keep_widths (self->columns);
}

static void
moved (WeirListHeader *self, double x, double y)
{
  WeirColumn column;

  gtk_widget_set_cursor_from_name (GTK_WIDGET (self),
                                   find_edge (self, x, &column) ? "col-resize" : NULL);
}

static void
pressed (WeirListHeader *self, int n_press, double x, double y)
{
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle){ (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static GMenuModel *
make_menu (void)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) section = g_menu_new ();
  g_autoptr (GMenu) reset = g_menu_new ();

  for (WeirColumn column = 0; column < WEIR_COLUMN_TEXT; column++)
    {
      g_autofree char *action = g_strdup_printf ("app.column-%s", weir_column_get_name (column));

      g_menu_append (section, weir_column_get_title (column), action);
    }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  g_menu_append (reset, _ ("_Reset Widths"), "app.reset-column-widths");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (reset));
  return G_MENU_MODEL (menu);
}

static void
weir_list_header_dispose (GObject *object)
{
  WeirListHeader *self = WEIR_LIST_HEADER (object);

  for (guint i = 0; i < WEIR_N_COLUMNS; i++)
    g_clear_object (&self->layouts[i]);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_object (&self->columns);
  G_OBJECT_CLASS (weir_list_header_parent_class)->dispose (object);
}

static void
weir_list_header_class_init (WeirListHeaderClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_list_header_dispose;
  widget_class->snapshot = weir_list_header_snapshot;
  widget_class->measure = weir_list_header_measure;
  widget_class->css_changed = weir_list_header_css_changed;
  widget_class->size_allocate = weir_list_header_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "listheader");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
weir_list_header_init (WeirListHeader *self)
{
  g_autoptr (GMenuModel) model = make_menu ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  self->menu = gtk_popover_menu_new_from_model (model);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed), self);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begun), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (dragged), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (drag_ended), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (moved), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
}

void
weir_list_header_set_columns (WeirListHeader *self, WeirColumns *columns)
{
  g_return_if_fail (WEIR_IS_LIST_HEADER (self));

  self->columns = g_object_ref (columns);
  g_signal_connect_object (columns, "changed", G_CALLBACK (gtk_widget_queue_resize), self,
                           G_CONNECT_SWAPPED);
}
