/* SPDX-License-Identifier: MIT */
/*
 * WeirView: which rows of a log are seen, as a GListModel of WeirRow for the main thread.
 *
 * Nothing changes between two calls of weir_view_tick(), which takes a snapshot of the log and lets
 * at most one items-changed out, or two where everything is another row. A list takes heights in an int, so a view shows a window of at most
 * WEIR_VIEW_MAX_ROWS rows: what is older is counted, and asked for with weir_view_show_older().
 */
#pragma once

#include "weir-filter.h"
#include "log/weir-row.h"
#include "log/weir-rows.h"

G_BEGIN_DECLS

#define WEIR_VIEW_MAX_ROWS 50000000u

#define WEIR_TYPE_VIEW (weir_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirView, weir_view, WEIR, VIEW, GObject)

/* All rows of log, as of the first tick. */
WeirView *weir_view_new (WeirLog *log);
WeirLog *weir_view_get_log (WeirView *self);

/* Takes in what is new. TRUE where something changed. */
gboolean weir_view_tick (WeirView *self);

/* Paused, a tick takes in nothing new; reading and recording go on. */
void weir_view_set_paused (WeirView *self, gboolean paused);
gboolean weir_view_get_paused (WeirView *self);
/* Rows that wait behind the pause. */
guint64 weir_view_get_n_waiting (WeirView *self);

/* Shows only rows that filter matches; NULL: all. They are looked for off the main thread, newest
 * first, and come in with the ticks; the rows from before stay until there is something to show. A
 * search that is still running is dropped. */
void weir_view_set_filter (WeirView *self, WeirFilter *filter);
WeirFilter *weir_view_get_filter (WeirView *self);

/* With a filter: rows that were looked at, of *total; equal once all that came is looked at. */
guint64 weir_view_get_progress (WeirView *self, guint64 *total);
/* Rows that match so far; without a filter, all. Beyond the window, too. */
guint64 weir_view_get_n_matches (WeirView *self);
/* Rows on which a regular expression gave up. */
guint64 weir_view_get_n_skipped (WeirView *self);
/* Events of that type among the rows that match; see weir_log_get_type_count(). */
guint64 weir_view_get_type_count (WeirView *self, guint type);

/* Looks among the view's rows for the next one behind row (before it, where backwards) that find
 * matches; WEIR_NO_ROW starts at the respective end. Off the main thread. */
void weir_view_find_async (WeirView *self,
                           WeirFilter *find,
                           guint64 row,
                           gboolean backwards,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
/* The row's number, or WEIR_NO_ROW: without an error, there is none. */
guint64 weir_view_find_finish (WeirView *self, GAsyncResult *result, GError **error);

/* All rows that match so far, beyond the window too. (transfer full) */
WeirRows *weir_view_get_rows (WeirView *self);

/* The number of the row at position, or WEIR_NO_ROW. */
guint64 weir_view_get_row_number (WeirView *self, guint position);

/* Whether row is one of those that match so far, beyond the window too; and whether that will not
 * change any more. Row 0 is looked at last of all that were there when the filter was set. */
gboolean weir_view_is_match (WeirView *self, guint64 row);
gboolean weir_view_is_decided (WeirView *self, guint64 row);

/* The numbers of the n rows from position on; fewer where there are no more. (transfer full) */
WeirRows *weir_view_get_range (WeirView *self, guint position, guint n);

/* The position of row, or, where it is not seen, of the first row seen behind it (the number of
 * rows where there is none). TRUE where it is row itself. */
gboolean weir_view_find_row (WeirView *self, guint64 row, guint *position);

/* Rows before the window, and the wish to see them; the next tick moves the window. */
guint64 weir_view_get_n_older (WeirView *self);
void weir_view_show_older (WeirView *self);
void weir_view_show_newest (WeirView *self);

G_END_DECLS
