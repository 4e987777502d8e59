/* SPDX-License-Identifier: MIT */
#include "weir-view.h"

/* How far the window moves at once. */
#define WINDOW_STEP (WEIR_VIEW_MAX_ROWS / 5)

struct _WeirView
{
  GObject parent_instance;

  WeirLog *log;
  gboolean paused;
  guint64 base;    /* the window's first row */
  guint64 n_rows;  /* the snapshot of the log */
  guint n_items;   /* rows in the window */
  gboolean older;  /* a wish to move the window back */
  gboolean follow; /* the window stands at the end */
};

static void weir_view_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirView,
                               weir_view,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, weir_view_model_init))

static void
weir_view_init (WeirView *self)
{
  self->follow = TRUE;
}

static void
weir_view_finalize (GObject *object)
{
  WeirView *self = WEIR_VIEW (object);

  g_clear_object (&self->log);
  G_OBJECT_CLASS (weir_view_parent_class)->finalize (object);
}

static void
weir_view_class_init (WeirViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_view_finalize;
}

static GType
weir_view_get_item_type (GListModel *model)
{
  return WEIR_TYPE_ROW;
}

static guint
weir_view_get_n_items (GListModel *model)
{
  return WEIR_VIEW (model)->n_items;
}

static gpointer
weir_view_get_item (GListModel *model, guint position)
{
  WeirView *self = WEIR_VIEW (model);
  guint64 row = weir_view_get_row_number (self, position);

  return row != WEIR_NO_ROW ? weir_row_new (self->log, row) : NULL;
}

static void
weir_view_model_init (GListModelInterface *iface)
{
  iface->get_item_type = weir_view_get_item_type;
  iface->get_n_items = weir_view_get_n_items;
  iface->get_item = weir_view_get_item;
}

WeirView *
weir_view_new (WeirLog *log)
{
  WeirView *self;

  g_return_val_if_fail (WEIR_IS_LOG (log), NULL);

  self = g_object_new (WEIR_TYPE_VIEW, NULL);
  self->log = g_object_ref (log);
  return self;
}

WeirLog *
weir_view_get_log (WeirView *self)
{
  g_return_val_if_fail (WEIR_IS_VIEW (self), NULL);
  return self->log;
}

/* Moves the window to base; everything in it is another row then. */
static void
move_window (WeirView *self, guint64 base)
{
  guint old = self->n_items;

  self->base = base;
  self->n_items = (guint) MIN (self->n_rows - base, WEIR_VIEW_MAX_ROWS);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, old, self->n_items);
}

static guint64
newest_base (guint64 n_rows)
{
  if (n_rows <= WEIR_VIEW_MAX_ROWS)
    return 0;
  return (n_rows - WEIR_VIEW_MAX_ROWS + WINDOW_STEP - 1) / WINDOW_STEP * WINDOW_STEP;
}

gboolean
weir_view_tick (WeirView *self)
{
  guint old;

  g_return_val_if_fail (WEIR_IS_VIEW (self), FALSE);

  if (!self->paused)
    self->n_rows = weir_log_get_n_rows (self->log);
  if (self->older)
    {
      self->older = FALSE;
      move_window (self, self->base - MIN (self->base, WINDOW_STEP));
      return TRUE;
    }
  if (self->follow && newest_base (self->n_rows) != self->base)
    {
      move_window (self, newest_base (self->n_rows));
      return TRUE;
    }

  old = self->n_items;
  self->n_items = (guint) MIN (self->n_rows - self->base, WEIR_VIEW_MAX_ROWS);
  if (self->n_items == old)
    return FALSE;
  g_list_model_items_changed (G_LIST_MODEL (self), old, 0, self->n_items - old);
  return TRUE;
}

void
weir_view_set_paused (WeirView *self, gboolean paused)
{
  g_return_if_fail (WEIR_IS_VIEW (self));
  self->paused = paused;
}

gboolean
weir_view_get_paused (WeirView *self)
{
  g_return_val_if_fail (WEIR_IS_VIEW (self), FALSE);
  return self->paused;
}

guint64
weir_view_get_n_waiting (WeirView *self)
{
  g_return_val_if_fail (WEIR_IS_VIEW (self), 0);
  return self->paused ? weir_log_get_n_rows (self->log) - self->n_rows : 0;
}

guint64
weir_view_get_row_number (WeirView *self, guint position)
{
  g_return_val_if_fail (WEIR_IS_VIEW (self), WEIR_NO_ROW);
  return position < self->n_items ? self->base + position : WEIR_NO_ROW;
}

gboolean
weir_view_find_row (WeirView *self, guint64 row, guint *position)
{
  g_return_val_if_fail (WEIR_IS_VIEW (self), FALSE);
  g_return_val_if_fail (position != NULL, FALSE);

  *position = row < self->base ? 0 : (guint) MIN (row - self->base, self->n_items);
  return row >= self->base && row - self->base < self->n_items;
}

guint64
weir_view_get_n_older (WeirView *self)
{
  g_return_val_if_fail (WEIR_IS_VIEW (self), 0);
  return self->base;
}

void
weir_view_show_older (WeirView *self)
{
  g_return_if_fail (WEIR_IS_VIEW (self));

  if (self->base == 0)
    return;
  self->older = TRUE;
  self->follow = FALSE;
}

void
weir_view_show_newest (WeirView *self)
{
  g_return_if_fail (WEIR_IS_VIEW (self));
  self->follow = TRUE;
}
