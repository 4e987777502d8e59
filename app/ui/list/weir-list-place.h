/* SPDX-License-Identifier: MIT */
/*
 * weir-list-place: where the reader is in a list, kept when a filter exchanges the rows: the selected
 * row, or else the topmost in sight, comes to stand where it stood before, with the keyboard on it.
 */
#pragma once

#include "weir-row-selection.h"

G_BEGIN_DECLS

typedef struct _WeirListPlace WeirListPlace;

/* list is lent for as long as the place lives. */
WeirListPlace *weir_list_place_new (GtkListView *list);
void weir_list_place_free (WeirListPlace *self);

/* The rows that list shows from now on; both are kept by reference, NULL: none. */
void weir_list_place_set_rows (WeirListPlace *self, WeirView *view, WeirRowSelection *selection);

/* To be called before the view takes in what is new, and after it did, in the same turn. */
void weir_list_place_note (WeirListPlace *self);
void weir_list_place_restore (WeirListPlace *self, gboolean new_rows);

/* The reader went elsewhere: a row that is still looked for is not wanted any more. */
void weir_list_place_forget (WeirListPlace *self);

/* Brings the row at position into sight, and gives it the keyboard where the list has it. */
void weir_list_place_show (WeirListPlace *self, guint position);

/* Gives the keyboard to the selected row. FALSE where none is selected, or it is not shown. */
gboolean weir_list_place_grab_focus (WeirListPlace *self);

G_END_DECLS
