/* SPDX-License-Identifier: MIT */
#include "weir-row-selection.h"

struct _WeirRowSelection
{
  GObject parent_instance;

  WeirView *view;
  GtkBitset *rows; /* numbers, not positions */
};

static void list_model_init (GListModelInterface *iface);
static void selection_model_init (GtkSelectionModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirRowSelection,
                               weir_row_selection,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init)
                                   G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL,
                                                          selection_model_init))

static GType
get_item_type (GListModel *model)
{
  return WEIR_TYPE_ROW;
}

static guint
get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (WEIR_ROW_SELECTION (model)->view));
}

static gpointer
get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (WEIR_ROW_SELECTION (model)->view), position);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static guint
number_at (WeirRowSelection *self, guint position)
{
  return (guint) weir_view_get_row_number (self->view, position);
}

static void
all_changed (WeirRowSelection *self)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->view));

  if (n > 0)
    gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (self), 0, n);
}

static gboolean
is_selected (GtkSelectionModel *model, guint position)
{
  WeirRowSelection *self = WEIR_ROW_SELECTION (model);

  return !gtk_bitset_is_empty (self->rows) && position < get_n_items (G_LIST_MODEL (model))
         && gtk_bitset_contains (self->rows, number_at (self, position));
}

static GtkBitset *
get_selection_in_range (GtkSelectionModel *model, guint position, guint n_items)
{
  WeirRowSelection *self = WEIR_ROW_SELECTION (model);
  GtkBitset *positions = gtk_bitset_new_empty ();
  GtkBitsetIter iter;
  guint number;

  if (gtk_bitset_iter_init_first (&iter, self->rows, &number))
    do
      {
        guint at;

        if (weir_view_find_row (self->view, number, &at) && at >= position
            && at - position < n_items)
          gtk_bitset_add (positions, at);
      }
    while (gtk_bitset_iter_next (&iter, &number));
  return positions;
}

/* Adds the numbers of the rows at [position, position + n). */
static void
add_range (WeirRowSelection *self, guint position, guint n)
{
  const guint end = (guint) MIN ((guint64) position + n, get_n_items (G_LIST_MODEL (self)));

  for (guint i = position; i < end; i++)
    gtk_bitset_add (self->rows, number_at (self, i));
}

static gboolean
select_item (GtkSelectionModel *model, guint position, gboolean unselect_rest)
{
  WeirRowSelection *self = WEIR_ROW_SELECTION (model);

  if (unselect_rest)
    gtk_bitset_remove_all (self->rows);
  add_range (self, position, 1);
  all_changed (self);
  return TRUE;
}

static gboolean
unselect_item (GtkSelectionModel *model, guint position)
{
  WeirRowSelection *self = WEIR_ROW_SELECTION (model);

  gtk_bitset_remove (self->rows, number_at (self, position));
  all_changed (self);
  return TRUE;
}

static gboolean
select_range (GtkSelectionModel *model, guint position, guint n_items, gboolean unselect_rest)
{
  WeirRowSelection *self = WEIR_ROW_SELECTION (model);

  if (unselect_rest)
    gtk_bitset_remove_all (self->rows);
  add_range (self, position, n_items);
  all_changed (self);
  return TRUE;
}

static gboolean
unselect_range (GtkSelectionModel *model, guint position, guint n_items)
{
  WeirRowSelection *self = WEIR_ROW_SELECTION (model);

  for (guint i = position; i < position + n_items && i < get_n_items (G_LIST_MODEL (model)); i++)
    gtk_bitset_remove (self->rows, number_at (self, i));
  all_changed (self);
  return TRUE;
}

static gboolean
unselect_all (GtkSelectionModel *model)
{
  weir_row_selection_clear (WEIR_ROW_SELECTION (model));
  return TRUE;
}

static gboolean
set_selection (GtkSelectionModel *model, GtkBitset *selected, GtkBitset *mask)
{
  WeirRowSelection *self = WEIR_ROW_SELECTION (model);
  GtkBitsetIter iter;
  guint position;

  if (!gtk_bitset_iter_init_first (&iter, mask, &position))
    return TRUE;
  do
    {
      if (position >= get_n_items (G_LIST_MODEL (model)))
        break;
      if (gtk_bitset_contains (selected, position))
        gtk_bitset_add (self->rows, number_at (self, position));
      else
        gtk_bitset_remove (self->rows, number_at (self, position));
    }
  while (gtk_bitset_iter_next (&iter, &position));
  all_changed (self);
  return TRUE;
}

static void
selection_model_init (GtkSelectionModelInterface *iface)
{
  iface->is_selected = is_selected;
  iface->get_selection_in_range = get_selection_in_range;
  iface->select_item = select_item;
  iface->unselect_item = unselect_item;
  iface->select_range = select_range;
  iface->unselect_range = unselect_range;
  iface->unselect_all = unselect_all;
  iface->set_selection = set_selection;
}

static void
weir_row_selection_finalize (GObject *object)
{
  WeirRowSelection *self = WEIR_ROW_SELECTION (object);

  g_clear_object (&self->view);
  g_clear_pointer (&self->rows, gtk_bitset_unref);
  G_OBJECT_CLASS (weir_row_selection_parent_class)->finalize (object);
}

static void
weir_row_selection_class_init (WeirRowSelectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_row_selection_finalize;
}

static void
weir_row_selection_init (WeirRowSelection *self)
{
  self->rows = gtk_bitset_new_empty ();
}

static void
items_changed (WeirRowSelection *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

WeirRowSelection *
weir_row_selection_new (WeirView *view)
{
  WeirRowSelection *self = g_object_new (WEIR_TYPE_ROW_SELECTION, NULL);

  self->view = g_object_ref (view);
  g_signal_connect_object (view, "items-changed", G_CALLBACK (items_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}

WeirView *
weir_row_selection_get_view (WeirRowSelection *self)
{
  g_return_val_if_fail (WEIR_IS_ROW_SELECTION (self), NULL);

  return self->view;
}

guint64
weir_row_selection_get_size (WeirRowSelection *self)
{
  g_return_val_if_fail (WEIR_IS_ROW_SELECTION (self), 0);

  return gtk_bitset_get_size (self->rows);
}

const GtkBitset *
weir_row_selection_get_rows (WeirRowSelection *self)
{
  g_return_val_if_fail (WEIR_IS_ROW_SELECTION (self), NULL);

  return self->rows;
}

void
weir_row_selection_clear (WeirRowSelection *self)
{
  g_return_if_fail (WEIR_IS_ROW_SELECTION (self));

  if (gtk_bitset_is_empty (self->rows))
    return;
  gtk_bitset_remove_all (self->rows);
  all_changed (self);
}

void
weir_row_selection_select_numbers (WeirRowSelection *self, guint64 first, guint64 n)
{
  g_return_if_fail (WEIR_IS_ROW_SELECTION (self));

  gtk_bitset_remove_all (self->rows);
  if (n > 0)
    gtk_bitset_add_range (self->rows, (guint) first, (guint) n);
  all_changed (self);
}
