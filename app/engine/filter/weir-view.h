/* SPDX-License-Identifier: MIT */
/*
 * WeirView: the rows of a log that are shown, as a GListModel of WeirRow for the main thread.
 *
 * It changes only in weir_view_tick(), which takes a snapshot of the log and emits items-changed at most
 * once, or twice if all rows are replaced. GTK adds up row heights in an int, so a view shows at most
 * WEIR_VIEW_MAX_ROWS rows. Older rows are counted; weir_view_show_older() shows them.
 */
#pragma once

#include "weir-filter.h"
#include "log/weir-row.h"
#include "log/weir-rows.h"

G_BEGIN_DECLS

#define WEIR_VIEW_MAX_ROWS 50000000u

#define WEIR_TYPE_VIEW (weir_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirView, weir_view, WEIR, VIEW, GObject)

/* Shows all rows of log from the first tick on. */
WeirView *weir_view_new (WeirLog *log);
WeirLog *weir_view_get_log (WeirView *self);

/* Adds new rows and matches. Returns: TRUE if something changed. */
gboolean weir_view_tick (WeirView *self);

/* While paused, ticks add nothing. Reading and recording continue. */
void weir_view_set_paused (WeirView *self, gboolean paused);
gboolean weir_view_get_paused (WeirView *self);
/* Returns: how many rows arrived during the pause. */
guint64 weir_view_get_n_waiting (WeirView *self);

/* Shows only rows that match filter; NULL: all rows. Other threads look for them, newest first, and
 * ticks add them. The present rows stay until there is something to show. A scan that is still running
 * is cancelled. */
void weir_view_set_filter (WeirView *self, WeirFilter *filter);
WeirFilter *weir_view_get_filter (WeirView *self);

/* With a filter: returns how many of total rows were checked. Both are equal once all rows that arrived
 * are. */
guint64 weir_view_get_progress (WeirView *self, guint64 *total);
/* Returns: how many rows match so far, shown or not; without a filter, all rows. */
guint64 weir_view_get_n_matches (WeirView *self);
/* Returns: how many rows a regular expression gave up on. */
guint64 weir_view_get_n_skipped (WeirView *self);
/* Returns: how many matching rows are events of that type; see weir_log_get_type_count(). */
guint64 weir_view_get_type_count (WeirView *self, guint type);

/* Finds the next row of the view after row (before it, if backwards) that matches find, in another
 * thread. WEIR_NO_ROW starts at the respective end. */
void weir_view_find_async (WeirView *self,
                           WeirFilter *find,
                           guint64 row,
                           gboolean backwards,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
/* Returns: the row's number, or WEIR_NO_ROW: without an error, no row matches. */
guint64 weir_view_find_finish (WeirView *self, GAsyncResult *result, GError **error);

/* Returns: (transfer full): all rows that match so far, shown or not. */
WeirRows *weir_view_get_rows (WeirView *self);

/* Returns: the number of the row at position, or WEIR_NO_ROW. */
guint64 weir_view_get_row_number (WeirView *self, guint position);

/* Whether row matches so far, shown or not; and whether that is final. Of the rows that were there when
 * the filter was set, row 0 is checked last. */
gboolean weir_view_is_match (WeirView *self, guint64 row);
gboolean weir_view_is_decided (WeirView *self, guint64 row);

/* Returns: (transfer full): the numbers of the n rows from position on, or of fewer if there are no
 * more. */
WeirRows *weir_view_get_range (WeirView *self, guint position, guint n);

/* Sets position to that of row, or, if it is not shown, of the first row shown after it, or the number
 * of rows if there is none.
 * Returns: TRUE if row itself is shown. */
gboolean weir_view_find_row (WeirView *self, guint64 row, guint *position);

/* How many matching rows are older than those shown. The next tick shows older ones, or the newest. */
guint64 weir_view_get_n_older (WeirView *self);
void weir_view_show_older (WeirView *self);
void weir_view_show_newest (WeirView *self);

G_END_DECLS
