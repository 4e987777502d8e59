/* SPDX-License-Identifier: MIT */
/*
 * weir-row-selection: a GtkSelectionModel over a view that remembers rows by their number, never
 * by their position: filters, evictions and new rows leave the reader's selection alone, and
 * nothing is made for a row that is merely selected.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/filter/weir-view.h"

G_BEGIN_DECLS

#define WEIR_TYPE_ROW_SELECTION (weir_row_selection_get_type ())
G_DECLARE_FINAL_TYPE (WeirRowSelection, weir_row_selection, WEIR, ROW_SELECTION, GObject)

WeirRowSelection *weir_row_selection_new (WeirView *view);

WeirView *weir_row_selection_get_view (WeirRowSelection *self);

/* How many rows are selected, and which. (transfer none) */
guint64 weir_row_selection_get_size (WeirRowSelection *self);
const WeirRows *weir_row_selection_get_rows (WeirRowSelection *self);

void weir_row_selection_clear (WeirRowSelection *self);

/* Selects the rows whose numbers are in [first, first + n). */
void weir_row_selection_select_numbers (WeirRowSelection *self, guint64 first, guint64 n);

G_END_DECLS
