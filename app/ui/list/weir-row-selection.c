/* SPDX-License-Identifier: MIT */
#include "weir-row-selection.h"

struct _WeirRowSelection
{
  GObject parent_instance;

  WeirView *view;
  WeirRows *rows; /* numbers, not positions */
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

  return weir_rows_get_n (self->rows) > 0
         && weir_rows_contains (self->rows, weir_view_get_row_number (self->view, position));
}

static GtkBitset *
get_selection_in_range (GtkSelectionModel *model, guint position, guint n_items)
{
  WeirRowSelection *self = WEIR_ROW_SELECTION (model);
  GtkBitset *positions = gtk_bitset_new_empty ();
  guint64 row = weir_view_get_row_number (self->view, position);

  for (; row != WEIR_NO_ROW && (row = weir_rows_find (self->rows, row)) != WEIR_NO_ROW; row++)
    {
      guint at;
      const gboolean is_seen = weir_view_find_row (self->view, row, &at);

      if (at - position >= n_items)
        break;
      if (is_seen)
        gtk_bitset_add (positions, at);
    }
  return positions;
}

static void
add_range (WeirRowSelection *self, guint position, guint n)
{
  WeirRows *range = weir_view_get_range (self->view, position, n);

  weir_rows_add_all (self->rows, range);
  weir_rows_free (range);
}

static void
remove_range (WeirRowSelection *self, guint position, guint n)
{
  WeirRows *range = weir_view_get_range (self->view, position, n);

  weir_rows_remove_all (self->rows, range);
  weir_rows_free (range);
}

static gboolean
select_range (GtkSelectionModel *model, guint position, guint n_items, gboolean unselect_rest)
{
  WeirRowSelection *self = WEIR_ROW_SELECTION (model);

  if (unselect_rest)
    weir_rows_clear (self->rows);
  add_range (self, position, n_items);
  all_changed (self);
  return TRUE;
}

static gboolean
select_item (GtkSelectionModel *model, guint position, gboolean unselect_rest)
{
  return select_range (model, position, 1, unselect_rest);
}

static gboolean
unselect_range (GtkSelectionModel *model, guint position, guint n_items)
{
  WeirRowSelection *self = WEIR_ROW_SELECTION (model);

  remove_range (self, position, n_items);
  all_changed (self);
  return TRUE;
}

static gboolean
unselect_item (GtkSelectionModel *model, guint position)
{
  return unselect_range (model, position, 1);
}

static gboolean
unselect_all (GtkSelectionModel *model)
{
  weir_row_selection_clear (WEIR_ROW_SELECTION (model));
  return TRUE;
}

/* GTK asks for few rows at a time: those between two clicks, or under a rubber band. */
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
      if (gtk_bitset_contains (selected, position))
        add_range (self, position, 1);
      else
        remove_range (self, position, 1);
    }
  while (gtk_bitset_iter_next (&iter, &position) && position < get_n_items (G_LIST_MODEL (model)));
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
  g_clear_pointer (&self->rows, weir_rows_free);
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
  self->rows = weir_rows_new ();
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

  return weir_rows_get_n (self->rows);
}

const WeirRows *
weir_row_selection_get_rows (WeirRowSelection *self)
{
  g_return_val_if_fail (WEIR_IS_ROW_SELECTION (self), NULL);

  return self->rows;
}

void
weir_row_selection_clear (WeirRowSelection *self)
{
  g_return_if_fail (WEIR_IS_ROW_SELECTION (self));

  if (weir_rows_get_n (self->rows) == 0)
    return;
  weir_rows_clear (self->rows);
  all_changed (self);
}

void
weir_row_selection_select_numbers (WeirRowSelection *self, guint64 first, guint64 n)
{
  g_return_if_fail (WEIR_IS_ROW_SELECTION (self));

  weir_rows_clear (self->rows);
  weir_rows_add (self->rows, first, n);
  all_changed (self);
}
