/* SPDX-License-Identifier: MIT */
/*
 * WeirView: which rows of a log are seen, as a GListModel of WeirRow for the main thread.
 *
 * Nothing changes between two calls of weir_view_tick(), which takes a snapshot of the log and lets
 * at most one items-changed out. A list takes heights in an int, so a view shows a window of at most
 * WEIR_VIEW_MAX_ROWS rows: what is older is counted, and asked for with weir_view_show_older().
 */
#pragma once

#include "weir-row.h"

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

/* The number of the row at position, or WEIR_NO_ROW. */
guint64 weir_view_get_row_number (WeirView *self, guint position);

/* The position of row, or, where it is not seen, of the first row seen behind it (the number of
 * rows where there is none). TRUE where it is row itself. */
gboolean weir_view_find_row (WeirView *self, guint64 row, guint *position);

/* Rows before the window, and the wish to see them; the next tick moves the window. */
guint64 weir_view_get_n_older (WeirView *self);
void weir_view_show_older (WeirView *self);
void weir_view_show_newest (WeirView *self);

G_END_DECLS
