/* SPDX-License-Identifier: MIT */
#include "weir-view.h"

#include "log/weir-rows-private.h"
#include "weir-scan-job-private.h"

/* How far the window moves at once. */
#define WINDOW_STEP (WEIR_VIEW_MAX_ROWS / 5)

/* The rows known to match the filter. */
typedef struct
{
  WeirFilter *filter; /* NULL: all rows match, and nothing else here is set */
  roaring_bitmap_t *matches;
  WeirScanJob *back;    /* of what was there when the filter was set */
  WeirScanJob *forward; /* of rows that arrived since, up to scanned_end */
  guint64 back_rows, scanned_end;
  guint64 n_scanned, n_skipped; /* by jobs that are over */
  guint64 counts[WEIR_TYPE_TABLE_SIZE + 1];
} Selection;

struct _WeirView
{
  GObject parent_instance;

  WeirLog *log;
  gboolean paused;
  guint64 n_rows; /* the snapshot of the log */
  Selection *shown;
  Selection *next; /* a filter that has nothing to show yet, or NULL */
  guint64 base;    /* matches before the window */
  guint n_items;   /* rows in the window */
  gboolean older;  /* a wish to move the window back */
  gboolean follow; /* the window is at the end */
};

static void weir_view_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirView,
                               weir_view,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, weir_view_model_init))

/* --- Selections ------------------------------------------------------------- */

static Selection *
selection_new (WeirLog *log, WeirFilter *filter, guint64 n_rows)
{
  Selection *self = g_new0 (Selection, 1);

  if (filter == NULL)
    return self;
  self->filter = weir_filter_ref (filter);
  self->matches = roaring_bitmap_create ();
  self->back = weir_scan_job_new (log, filter, 0, n_rows, FALSE);
  self->back_rows = self->scanned_end = n_rows;
  return self;
}

static void
selection_free (Selection *self)
{
  g_clear_pointer (&self->filter, weir_filter_unref);
  g_clear_pointer (&self->matches, roaring_bitmap_free);
  g_clear_pointer (&self->back, weir_scan_job_cancel);
  g_clear_pointer (&self->forward, weir_scan_job_cancel);
  g_free (self);
}

static guint64
selection_get_n (Selection *self, guint64 n_rows)
{
  return self->filter == NULL ? n_rows : roaring_bitmap_get_cardinality (self->matches);
}

/* Takes in what job found; clears it once that was all. TRUE where rows were added. */
static gboolean
take_matches (Selection *self, WeirScanJob **job)
{
  guint64 before = roaring_bitmap_get_cardinality (self->matches);

  weir_scan_job_take (*job, self->matches);
  if (weir_scan_job_is_done (*job))
    {
      self->n_scanned += weir_scan_job_get_n_scanned (*job);
      self->n_skipped += weir_scan_job_get_n_skipped (*job);
      for (guint i = 0; i <= WEIR_TYPE_TABLE_SIZE; i++)
        self->counts[i] += weir_scan_job_get_type_count (*job, i);
      g_clear_pointer (job, weir_scan_job_cancel);
      roaring_bitmap_run_optimize (self->matches);
    }
  return roaring_bitmap_get_cardinality (self->matches) != before;
}

/* --- The model -------------------------------------------------------------- */

static void
weir_view_init (WeirView *self)
{
  self->follow = TRUE;
  self->shown = selection_new (NULL, NULL, 0);
}

static void
weir_view_finalize (GObject *object)
{
  WeirView *self = WEIR_VIEW (object);

  selection_free (self->shown);
  g_clear_pointer (&self->next, selection_free);
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

/* Every position then has another row. For one change of all rows, GTK 4.8 creates each of the new rows to
 * find those on the screen among them, which takes minutes for fifty million. */
static void
replace_all (WeirView *self, guint n_items)
{
  guint old = self->n_items;

  self->n_items = 0;
  if (old > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, old, 0);
  self->n_items = n_items;
  if (n_items > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, n_items);
}

static void
move_window (WeirView *self, guint64 base)
{
  self->base = base;
  replace_all (self, (guint) MIN (weir_view_get_n_matches (self) - base, WEIR_VIEW_MAX_ROWS));
}

static guint64
newest_base (guint64 n_rows)
{
  if (n_rows <= WEIR_VIEW_MAX_ROWS)
    return 0;
  return (n_rows - WEIR_VIEW_MAX_ROWS + WINDOW_STEP - 1) / WINDOW_STEP * WINDOW_STEP;
}

/* Rows were added after those of the window. */
static gboolean
grow_at_end (WeirView *self)
{
  guint old = self->n_items;

  if (self->follow && newest_base (weir_view_get_n_matches (self)) != self->base)
    {
      move_window (self, newest_base (weir_view_get_n_matches (self)));
      return TRUE;
    }
  self->n_items = (guint) MIN (weir_view_get_n_matches (self) - self->base, WEIR_VIEW_MAX_ROWS);
  if (self->n_items == old)
    return FALSE;
  g_list_model_items_changed (G_LIST_MODEL (self), old, 0, self->n_items - old);
  return TRUE;
}

/* Rows were added before all others. */
static gboolean
grow_at_beginning (WeirView *self)
{
  guint64 n = weir_view_get_n_matches (self);
  guint added;

  if (self->base > 0 || n > WEIR_VIEW_MAX_ROWS)
    {
      move_window (self, self->follow ? newest_base (n) : self->base);
      return TRUE;
    }
  added = (guint) n - self->n_items;
  self->n_items = (guint) n;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, added);
  return TRUE;
}

/* Shows the filter that was set once it has something to show, or nothing at all. */
static gboolean
show_next (WeirView *self)
{
  if (self->next->filter != NULL && !take_matches (self->next, &self->next->back)
      && self->next->back != NULL)
    return FALSE;
  selection_free (self->shown);
  self->shown = g_steal_pointer (&self->next);
  self->follow = TRUE;
  move_window (self, newest_base (weir_view_get_n_matches (self)));
  return TRUE;
}

/* The rows that existed when the filter was set are scanned before newer ones, so that a tick changes the
 * list at one end only. */
static gboolean
tick_filtered (WeirView *self)
{
  Selection *shown = self->shown;

  if (shown->back != NULL)
    return take_matches (shown, &shown->back) && grow_at_beginning (self);
  if (shown->forward == NULL && shown->scanned_end < self->n_rows)
    {
      shown->forward =
          weir_scan_job_new (self->log, shown->filter, shown->scanned_end, self->n_rows, TRUE);
      shown->scanned_end = self->n_rows;
    }
  return shown->forward != NULL && take_matches (shown, &shown->forward) && grow_at_end (self);
}

gboolean
weir_view_tick (WeirView *self)
{
  g_return_val_if_fail (WEIR_IS_VIEW (self), FALSE);

  if (!self->paused)
    self->n_rows = weir_log_get_n_rows (self->log);
  if (self->next != NULL && show_next (self))
    return TRUE;
  if (self->older)
    {
      self->older = FALSE;
      move_window (self, self->base - MIN (self->base, WINDOW_STEP));
      return TRUE;
    }
  return self->shown->filter != NULL ? tick_filtered (self) : grow_at_end (self);
}

void
weir_view_set_filter (WeirView *self, WeirFilter *filter)
{
  g_return_if_fail (WEIR_IS_VIEW (self));

  g_clear_pointer (&self->next, selection_free);
  if (filter == NULL && self->shown->filter == NULL)
    return;
  self->next = selection_new (self->log, filter, self->n_rows);
}

WeirFilter *
weir_view_get_filter (WeirView *self)
{
  g_return_val_if_fail (WEIR_IS_VIEW (self), NULL);
  return self->next != NULL ? self->next->filter : self->shown->filter;
}

guint64
weir_view_get_progress (WeirView *self, guint64 *total)
{
  Selection *selection;
  guint64 n;

  g_return_val_if_fail (WEIR_IS_VIEW (self), 0);
  g_return_val_if_fail (total != NULL, 0);

  selection = self->next != NULL ? self->next : self->shown;
  *total = self->n_rows;
  if (selection->filter == NULL)
    return *total;
  n = selection->n_scanned;
  if (selection->back != NULL)
    n += weir_scan_job_get_n_scanned (selection->back);
  if (selection->forward != NULL)
    n += weir_scan_job_get_n_scanned (selection->forward);
  /* Scanned, but not taken in yet, is not done. */
  if (n == *total && (selection->back != NULL || selection->forward != NULL || self->next != NULL))
    n = *total > 0 ? *total - 1 : 0;
  return n;
}

guint64
weir_view_get_n_matches (WeirView *self)
{
  g_return_val_if_fail (WEIR_IS_VIEW (self), 0);
  return selection_get_n (self->shown, self->n_rows);
}

guint64
weir_view_get_n_skipped (WeirView *self)
{
  g_return_val_if_fail (WEIR_IS_VIEW (self), 0);
  return self->shown->n_skipped;
}

guint64
weir_view_get_type_count (WeirView *self, guint type)
{
  g_return_val_if_fail (WEIR_IS_VIEW (self), 0);
  return self->shown->filter == NULL ? weir_log_get_type_count (self->log, type)
                                     : self->shown->counts[MIN (type, WEIR_TYPE_TABLE_SIZE)];
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

WeirRows *
weir_view_get_rows (WeirView *self)
{
  WeirRows *rows;

  g_return_val_if_fail (WEIR_IS_VIEW (self), NULL);

  rows = weir_rows_new ();
  if (self->shown->filter == NULL)
    weir_rows_add (rows, 0, self->n_rows);
  else
    roaring_bitmap_or_inplace (rows->bitmap, self->shown->matches);
  return rows;
}

guint64
weir_view_get_row_number (WeirView *self, guint position)
{
  guint32 row;

  g_return_val_if_fail (WEIR_IS_VIEW (self), WEIR_NO_ROW);

  if (position >= self->n_items)
    return WEIR_NO_ROW;
  if (self->shown->filter == NULL)
    return self->base + position;
  if (!roaring_bitmap_select (self->shown->matches, (guint32) (self->base + position), &row))
    return WEIR_NO_ROW;
  return row;
}

WeirRows *
weir_view_get_range (WeirView *self, guint position, guint n)
{
  WeirRows *rows;
  guint64 first, last;

  g_return_val_if_fail (WEIR_IS_VIEW (self), NULL);

  rows = weir_rows_new ();
  if (position >= self->n_items || n == 0)
    return rows;
  first = weir_view_get_row_number (self, position);
  last = weir_view_get_row_number (self, position + MIN (n, self->n_items - position) - 1);
  weir_rows_add (rows, first, last - first + 1);
  if (self->shown->filter != NULL)
    roaring_bitmap_and_inplace (rows->bitmap, self->shown->matches);
  return rows;
}

gboolean
weir_view_is_match (WeirView *self, guint64 row)
{
  g_return_val_if_fail (WEIR_IS_VIEW (self), FALSE);

  if (row >= self->n_rows)
    return FALSE;
  return self->shown->filter == NULL
         || roaring_bitmap_contains (self->shown->matches, (guint32) row);
}

gboolean
weir_view_is_decided (WeirView *self, guint64 row)
{
  g_return_val_if_fail (WEIR_IS_VIEW (self), FALSE);

  if (self->next != NULL || row >= self->n_rows)
    return FALSE;
  if (self->shown->filter == NULL || weir_view_is_match (self, row))
    return TRUE;
  return self->shown->back == NULL && row < self->shown->n_scanned;
}

gboolean
weir_view_find_row (WeirView *self, guint64 row, guint *position)
{
  guint64 place = row;
  gboolean is_match = TRUE;

  g_return_val_if_fail (WEIR_IS_VIEW (self), FALSE);
  g_return_val_if_fail (position != NULL, FALSE);

  if (self->shown->filter != NULL)
    {
      row = MIN (row, G_MAXUINT32);
      is_match = roaring_bitmap_contains (self->shown->matches, (guint32) row);
      place = roaring_bitmap_rank (self->shown->matches, (guint32) row) - is_match;
    }
  *position = place < self->base ? 0 : (guint) MIN (place - self->base, self->n_items);
  return is_match && place >= self->base && place - self->base < self->n_items;
}

/* --- Finding ----------------------------------------------------------------- */

typedef struct
{
  WeirLog *log;
  WeirFilter *filter;
  guint64 first, end;
  gboolean backwards;
} Find;

static void
find_free (Find *find)
{
  g_object_unref (find->log);
  weir_filter_unref (find->filter);
  g_free (find);
}

static void
run_find (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Find *find = data;
  g_autoptr (WeirMatcher) matcher = weir_matcher_new (find->filter, find->log);
  guint64 slice = 2048;

  for (guint64 n; find->first < find->end; slice = MIN (slice * 2, 65536))
    {
      guint64 *found;
      roaring_bitmap_t *matches = roaring_bitmap_create ();
      guint64 first;

      if (g_task_return_error_if_cancelled (task))
        {
          roaring_bitmap_free (matches);
          return;
        }
      n = MIN (slice, find->end - find->first);
      first = find->backwards ? find->end - n : find->first;
      weir_matcher_scan (matcher, first, first + n, matches, NULL);
      if (!roaring_bitmap_is_empty (matches))
        {
          found = g_new (guint64, 1);
          *found =
              find->backwards ? roaring_bitmap_maximum (matches) : roaring_bitmap_minimum (matches);
          roaring_bitmap_free (matches);
          g_task_return_pointer (task, found, g_free);
          return;
        }
      roaring_bitmap_free (matches);
      if (find->backwards)
        find->end -= n;
      else
        find->first += n;
    }
  g_task_return_pointer (task, NULL, NULL);
}

void
weir_view_find_async (WeirView *self,
                      WeirFilter *find,
                      guint64 row,
                      gboolean backwards,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  WeirFilter *filter;
  Find *data;

  g_return_if_fail (WEIR_IS_VIEW (self));
  g_return_if_fail (find != NULL);

  filter = self->shown->filter;
  data = g_new0 (Find, 1);
  data->log = g_object_ref (self->log);
  data->filter = filter != NULL ? weir_filter_new_and (filter, find) : weir_filter_ref (find);
  data->backwards = backwards;
  data->end = self->n_rows;
  if (row != WEIR_NO_ROW && backwards)
    data->end = MIN (row, self->n_rows);
  else if (row != WEIR_NO_ROW)
    data->first = MIN (row + 1, self->n_rows);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_task_data (task, data, (GDestroyNotify) find_free);
  g_task_run_in_thread (task, run_find);
}

guint64
weir_view_find_finish (WeirView *self, GAsyncResult *result, GError **error)
{
  g_autofree guint64 *found = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), WEIR_NO_ROW);

  found = g_task_propagate_pointer (G_TASK (result), error);
  return found != NULL ? *found : WEIR_NO_ROW;
}

/* --- The window -------------------------------------------------------------- */

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
