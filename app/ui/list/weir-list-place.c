/* SPDX-License-Identifier: MIT */
#include "weir-list-place.h"

#include "weir-event-row.h"

struct _WeirListPlace
{
  GtkListView *list;
  WeirView *view;
  WeirRowSelection *selection;
  gulong items_changed;

  guint64 noted; /* the number of the row that is read, or WEIR_NO_ROW */
  guint above;   /* number of visible rows above it */
  gboolean focused;
  gboolean exchanged;
  guint64 sought; /* the noted row, until the filter has checked it */

  guint settling; /* a tick callback; 0: none */
  guint64 kept;   /* the row that it keeps in its place */
  guint kept_above;
  guint n_frames; /* rows that are not checked yet */
};

/* A late event of the focus, as when a dialog has closed, scrolls the list once more. */
#define SETTLED_AFTER_FRAMES 20

WeirListPlace *
weir_list_place_new (GtkListView *list)
{
  WeirListPlace *self = g_new0 (WeirListPlace, 1);

  self->list = list;
  self->noted = self->sought = WEIR_NO_ROW;
  return self;
}

static void
stop_settling (WeirListPlace *self)
{
  if (self->settling != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self->list), self->settling);
  self->settling = 0;
}

void
weir_list_place_free (WeirListPlace *self)
{
  stop_settling (self);
  weir_list_place_set_rows (self, NULL, NULL);
  g_free (self);
}

static void
items_changed (WeirListPlace *self, guint position, guint removed, guint added)
{
  if (removed > 0)
    self->exchanged = TRUE;
}

void
weir_list_place_set_rows (WeirListPlace *self, WeirView *view, WeirRowSelection *selection)
{
  if (self->view != NULL)
    g_clear_signal_handler (&self->items_changed, self->view);
  g_set_object (&self->view, view);
  g_set_object (&self->selection, selection);
  stop_settling (self);
  self->noted = self->sought = WEIR_NO_ROW;
  self->exchanged = FALSE;
  if (view != NULL)
    self->items_changed =
        g_signal_connect_swapped (view, "items-changed", G_CALLBACK (items_changed), self);
}

static guint
get_length (WeirListPlace *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->view));
}

static guint64
get_selected (WeirListPlace *self)
{
  if (weir_row_selection_get_size (self->selection) == 0)
    return WEIR_NO_ROW;
  return weir_rows_find (weir_row_selection_get_rows (self->selection), 0);
}

/* Rows are all of one height. */
static int
get_row_height (WeirListPlace *self)
{
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->list));
  int height = 1;

  if (row != NULL)
    gtk_widget_measure (row, GTK_ORIENTATION_VERTICAL, -1, &height, NULL, NULL, NULL);
  return MAX (height, 1);
}

/* How many rows have room in sight. */
static guint
get_page (WeirListPlace *self)
{
  return (guint) MAX (1, gtk_widget_get_height (GTK_WIDGET (self->list)) / get_row_height (self));
}

static guint
get_top (WeirListPlace *self)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->list));

  return (guint) (gtk_adjustment_get_value (adjustment) / get_row_height (self) + 0.5);
}

static gboolean
has_focus (WeirListPlace *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self->list));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL
         && (focus == GTK_WIDGET (self->list)
             || gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list)));
}

/* The number of rows to show above the one at position; unchanged if it is visible. */
static guint
get_above (WeirListPlace *self, guint position)
{
  const guint top = get_top (self), page = get_page (self);

  if (self->settling != 0 && weir_view_get_row_number (self->view, position) == self->kept)
    return self->kept_above;
  return position >= top && position - top < page ? position - top : page / 3;
}

void
weir_list_place_note (WeirListPlace *self)
{
  guint position;

  if (self->sought != WEIR_NO_ROW)
    return;
  self->focused = has_focus (self);
  self->noted = get_selected (self);
  self->above = get_page (self) / 3;
  if (self->noted == WEIR_NO_ROW)
    {
      self->noted = weir_view_get_row_number (self->view, get_top (self));
      self->above = 0;
    }
  else if (weir_view_find_row (self->view, self->noted, &position))
    self->above = get_above (self, position);
}

static void
scroll_to (WeirListPlace *self, guint position)
{
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
}

/* The list scrolls a row to the nearer edge. So the rows for both edges are requested, and the one that is
 * not visible decides. New rows without a height seem to be above, and are scrolled to the upper edge. */
static void
scroll_so_that (WeirListPlace *self, guint position, guint above, gboolean new_rows)
{
  const guint page = get_page (self), last = get_length (self) - 1;
  const guint top = position - MIN (position, above);
  const guint64 bottom = (guint64) top + page - 1;

  scroll_to (self, top);
  if (!new_rows && top > get_top (self))
    scroll_to (self, (guint) MIN (bottom, last));
}

static gboolean
focus_row (WeirListPlace *self, guint position)
{
  const guint64 number = weir_view_get_row_number (self->view, position);

  for (GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->list)); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *child = gtk_widget_get_first_child (item);
      WeirRow *row =
          WEIR_IS_EVENT_ROW (child) ? weir_event_row_get_row (WEIR_EVENT_ROW (child)) : NULL;

      if (row != NULL && weir_row_get_number (row) == number)
        return gtk_widget_grab_focus (item);
    }
  return FALSE;
}

/* The position is exact when all rows have their heights. */
static gboolean
settle (GtkWidget *list, GdkFrameClock *clock, gpointer user_data)
{
  WeirListPlace *self = user_data;
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->list));
  const int row_height = get_row_height (self);
  guint position;
  double value;

  if (self->n_frames-- == 0 || !weir_view_find_row (self->view, self->kept, &position))
    {
      self->settling = 0;
      return G_SOURCE_REMOVE;
    }
  if (gtk_adjustment_get_upper (adjustment)
      != MAX ((double) get_length (self) * row_height, gtk_adjustment_get_page_size (adjustment)))
    return G_SOURCE_CONTINUE;
  value = (double) (position - MIN (position, self->kept_above)) * row_height;
  if (ABS (gtk_adjustment_get_value (adjustment) - value) >= row_height)
    gtk_adjustment_set_value (adjustment, value);
  return G_SOURCE_CONTINUE;
}

static void
keep_for_some_frames (WeirListPlace *self, guint position, guint above)
{
  self->kept = weir_view_get_row_number (self->view, position);
  self->kept_above = above;
  self->n_frames = SETTLED_AFTER_FRAMES;
  if (self->settling == 0)
    self->settling = gtk_widget_add_tick_callback (GTK_WIDGET (self->list), settle, self, NULL);
}

/* Only a row that has a widget can be given the keyboard, which scrolls to it as well. */
static gboolean
show (WeirListPlace *self, guint position, guint above, gboolean new_rows, gboolean focus)
{
  gboolean focused = FALSE;

  if (focus)
    {
      scroll_to (self, position);
      focused = focus_row (self, position);
    }
  scroll_so_that (self, position, above, new_rows);
  keep_for_some_frames (self, position, above);
  return focused;
}

void
weir_list_place_restore (WeirListPlace *self, gboolean new_rows)
{
  guint position;

  if (self->exchanged)
    {
      self->exchanged = FALSE;
      self->sought = self->noted;
    }
  if (self->sought == WEIR_NO_ROW || get_length (self) == 0)
    return;
  if (!weir_view_find_row (self->view, self->sought, &position)
      && !weir_view_is_decided (self->view, self->sought))
    return;
  self->sought = WEIR_NO_ROW;
  show (self, MIN (position, get_length (self) - 1), self->above, new_rows, self->focused);
}

void
weir_list_place_show (WeirListPlace *self, guint position)
{
  show (self, position, get_above (self, position), FALSE, has_focus (self));
}

void
weir_list_place_forget (WeirListPlace *self)
{
  self->sought = WEIR_NO_ROW;
}

gboolean
weir_list_place_grab_focus (WeirListPlace *self)
{
  guint position;

  if (self->view == NULL || get_selected (self) == WEIR_NO_ROW
      || !weir_view_find_row (self->view, get_selected (self), &position))
    return FALSE;
  return show (self, position, get_above (self, position), FALSE, TRUE);
}
