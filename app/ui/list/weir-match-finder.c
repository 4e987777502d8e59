/* SPDX-License-Identifier: MIT */
#include "weir-match-finder.h"

#include <glib/gi18n.h>

struct _WeirMatchFinder
{
  GObject parent_instance;

  WeirFilter *what;
  gboolean backwards;
  gboolean began_at_end;     /* there is no other end to go on from */
  gboolean wrapped;          /* the search has gone on from the other end */
  GCancellable *cancellable; /* of the search that is running, or NULL */
  const char *text;
};

G_DEFINE_FINAL_TYPE (WeirMatchFinder, weir_match_finder, G_TYPE_OBJECT)

enum
{
  SIGNAL_FOUND,
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
drop (WeirMatchFinder *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->what, weir_filter_unref);
}

static void
weir_match_finder_dispose (GObject *object)
{
  drop (WEIR_MATCH_FINDER (object));
  G_OBJECT_CLASS (weir_match_finder_parent_class)->dispose (object);
}

static void
weir_match_finder_class_init (WeirMatchFinderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = weir_match_finder_dispose;

  signals[SIGNAL_FOUND] = g_signal_new ("found", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_match_finder_init (WeirMatchFinder *self)
{
}

WeirMatchFinder *
weir_match_finder_new (void)
{
  return g_object_new (WEIR_TYPE_MATCH_FINDER, NULL);
}

static void
set_text (WeirMatchFinder *self, const char *text)
{
  if (self->text == text)
    return;
  self->text = text;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void search (WeirMatchFinder *self, WeirView *view, guint64 row);

static void
searched (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (WeirMatchFinder) self = data;
  g_autoptr (GError) error = NULL;
  const guint64 row = weir_view_find_finish (WEIR_VIEW (source), result, &error);

  /* A search that is dropped may have ended before it saw that. */
  if (g_task_get_cancellable (G_TASK (result)) != self->cancellable)
    return;
  if (row == WEIR_NO_ROW && !self->began_at_end && !self->wrapped)
    {
      self->wrapped = TRUE;
      set_text (self, self->backwards ? _ ("Continued from the end")
                                      : _ ("Continued from the beginning"));
      search (self, WEIR_VIEW (source), WEIR_NO_ROW);
      return;
    }
  drop (self);
  if (row == WEIR_NO_ROW)
    {
      set_text (self, _ ("Nothing found"));
      return;
    }
  if (!self->wrapped)
    set_text (self, NULL);
  g_signal_emit (self, signals[SIGNAL_FOUND], 0, row);
}

static void
search (WeirMatchFinder *self, WeirView *view, guint64 row)
{
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  weir_view_find_async (view, self->what, row, self->backwards, self->cancellable, searched,
                        g_object_ref (self));
}

void
weir_match_finder_find (
    WeirMatchFinder *self, WeirView *view, WeirFilter *what, guint64 row, gboolean backwards)
{
  g_return_if_fail (WEIR_IS_MATCH_FINDER (self));
  g_return_if_fail (WEIR_IS_VIEW (view));
  g_return_if_fail (what != NULL);

  drop (self);
  self->what = weir_filter_ref (what);
  self->backwards = backwards;
  self->began_at_end = row == WEIR_NO_ROW;
  self->wrapped = FALSE;
  set_text (self, _ ("Searching…"));
  search (self, view, row);
}

void
weir_match_finder_stop (WeirMatchFinder *self)
{
  g_return_if_fail (WEIR_IS_MATCH_FINDER (self));

  drop (self);
  set_text (self, NULL);
}

const char *
weir_match_finder_get_text (WeirMatchFinder *self)
{
  g_return_val_if_fail (WEIR_IS_MATCH_FINDER (self), NULL);

  return self->text;
}
