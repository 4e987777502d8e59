/* SPDX-License-Identifier: MIT */
/*
 * weir-list-place: keeps the scroll position when a filter changes the rows. The selected row, or
 * else the topmost visible row, stays at its place and keeps the focus.
 */
#pragma once

#include "weir-row-selection.h"

G_BEGIN_DECLS

typedef struct _WeirListPlace WeirListPlace;

/* list must outlive the place. */
WeirListPlace *weir_list_place_new (GtkListView *list);
void weir_list_place_free (WeirListPlace *self);

/* The rows that list shows from now on; both are referenced and may be NULL. */
void weir_list_place_set_rows (WeirListPlace *self, WeirView *view, WeirRowSelection *selection);

/* Must be called before and after the view changes, in the same iteration of the main loop. */
void weir_list_place_note (WeirListPlace *self);
void weir_list_place_restore (WeirListPlace *self, gboolean new_rows);

/* The reader went elsewhere: a row that is still looked for is not wanted any more. */
void weir_list_place_forget (WeirListPlace *self);

/* Scrolls to the row at position, and focuses it if the list has the focus. */
void weir_list_place_show (WeirListPlace *self, guint position);

/* Gives the keyboard to the selected row. FALSE where none is selected, or it is not shown. */
gboolean weir_list_place_grab_focus (WeirListPlace *self);

G_END_DECLS
