/* SPDX-License-Identifier: MIT */
#include "weir-path-check.h"

#include "app/engine/filter/weir-filter.h"
#include "app/engine/filter/weir-view.h"

/* A reference-counted box: a search that was cancelled still ends. */
struct _WeirPathCheck
{
  char *path;
  WeirFilter *filter;
  WeirView *rows; /* all of them */
  guint64 n_checked;
  guint64 n_searched; /* as n_checked, when the search that is running has ended */
  gboolean found;
  GCancellable *cancellable; /* of the search that is running, or NULL */
};

WeirPathCheck *
weir_path_check_new (const char *path, WeirLog *log)
{
  WeirFilter *filter = weir_filter_new_json_path (path, NULL);
  WeirPathCheck *self;

  if (filter == NULL)
    return NULL;
  self = g_rc_box_new0 (WeirPathCheck);
  self->path = g_strdup (path);
  self->filter = filter;
  self->rows = weir_view_new (log);
  return self;
}

static void
clear (gpointer data)
{
  WeirPathCheck *self = data;

  g_free (self->path);
  weir_filter_unref (self->filter);
  g_object_unref (self->rows);
  g_clear_object (&self->cancellable);
}

void
weir_path_check_free (WeirPathCheck *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_rc_box_release_full (self, clear);
}

const char *
weir_path_check_get_path (WeirPathCheck *self)
{
  return self->path;
}

static void
searched (GObject *source, GAsyncResult *result, gpointer data)
{
  WeirPathCheck *self = data;
  g_autoptr (GError) error = NULL;
  const guint64 row = weir_view_find_finish (self->rows, result, &error);

  g_clear_object (&self->cancellable);
  if (row != WEIR_NO_ROW)
    self->found = TRUE;
  else if (error == NULL)
    self->n_checked = self->n_searched;
  g_rc_box_release_full (self, clear);
}

gboolean
weir_path_check_is_absent (WeirPathCheck *self)
{
  const guint64 n = weir_log_get_n_rows (weir_view_get_log (self->rows));

  if (!self->found && self->cancellable == NULL && n > self->n_checked)
    {
      weir_view_tick (self->rows);
      weir_view_get_progress (self->rows, &self->n_searched);
      self->cancellable = g_cancellable_new ();
      weir_view_find_async (self->rows, self->filter,
                            self->n_checked > 0 ? self->n_checked - 1 : WEIR_NO_ROW, FALSE,
                            self->cancellable, searched, g_rc_box_acquire (self));
    }
  return !self->found && self->n_checked > 0;
}
