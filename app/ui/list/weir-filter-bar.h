/* SPDX-License-Identifier: MIT */
/*
 * weir-filter-bar: an expression that selects the rows to show or to find, and chips with the counts of
 * the event types. It shows errors in the expression below it while typing.
 *
 * Property "revealed" (read-write). Signals: "changed"; "found" with a row's number (guint64).
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/filter/weir-filter.h"
#include "app/engine/filter/weir-view.h"
#include "app/engine/recording/weir-bookmarks.h"

G_BEGIN_DECLS

#define WEIR_TYPE_FILTER_BAR (weir_filter_bar_get_type ())
G_DECLARE_FINAL_TYPE (WeirFilterBar, weir_filter_bar, WEIR, FILTER_BAR, GtkWidget)

/* The view whose types are shown as chips, referenced; NULL for none. */
void weir_filter_bar_set_view (WeirFilterBar *self, WeirView *view);

/* Renews counts, and the word on how far a search is. */
void weir_filter_bar_refresh (WeirFilterBar *self);

/* The current filter, including the kinds of rows that settings hide; NULL for all rows.
 * (transfer full) */
WeirFilter *weir_filter_bar_make_filter (WeirFilterBar *self);

/* What is to be marked in the rows; may be NULL. */
const char *const *weir_filter_bar_get_words (WeirFilterBar *self);

/* Reveals the bar and focuses its entry with all of its text selected. */
void weir_filter_bar_focus (WeirFilterBar *self);

/* Reveals the bar without filtering, or focuses it if it is visible. */
void weir_filter_bar_begin_find (WeirFilterBar *self);

/* Looks for what the expression says, from row on, as weir_match_finder_find() does; "found"
 * follows. Without an expression it asks for one. */
void weir_filter_bar_find (WeirFilterBar *self, guint64 row, gboolean backwards);

/* Puts expression into the entry, and reveals the bar. */
void weir_filter_bar_set_expression (WeirFilterBar *self, const char *expression);
/* The same, without filtering. */
void weir_filter_bar_mark (WeirFilterBar *self, const char *expression);
/* Adds to the expression that condition must not match. */
void weir_filter_bar_exclude (WeirFilterBar *self, const char *condition);
/* Those that is:bookmark names, referenced. */
void weir_filter_bar_set_bookmarks (WeirFilterBar *self, WeirBookmarks *bookmarks);

G_END_DECLS
