/* SPDX-License-Identifier: MIT */
/*
 * weir-filter-bar: what rows to show: an expression, and the types of events as chips with their
 * counts. What is wrong in the expression is said under it while typing.
 *
 * Property "revealed" (read-write). Signal "changed".
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/weir-filter.h"
#include "app/engine/weir-view.h"

G_BEGIN_DECLS

#define WEIR_TYPE_FILTER_BAR (weir_filter_bar_get_type ())
G_DECLARE_FINAL_TYPE (WeirFilterBar, weir_filter_bar, WEIR, FILTER_BAR, GtkWidget)

/* The view whose types have chips, kept by reference; NULL: none. */
void weir_filter_bar_set_view (WeirFilterBar *self, WeirView *view);

/* Renews counts, and the word on how far a search is. */
void weir_filter_bar_refresh (WeirFilterBar *self);

/* What is asked for, with the kinds of rows that settings hide; NULL: every row. (transfer full) */
WeirFilter *weir_filter_bar_make_filter (WeirFilterBar *self);

/* What is to be marked in the rows; may be NULL. */
const char *const *weir_filter_bar_get_words (WeirFilterBar *self);

/* Puts expression into the entry, and reveals the bar. */
void weir_filter_bar_set_expression (WeirFilterBar *self, const char *expression);

G_END_DECLS
