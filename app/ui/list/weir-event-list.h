/* SPDX-License-Identifier: MIT */
/*
 * weir-event-list: the rows of one view, live. It follows the end until the reader scrolls up or
 * selects; it stops following, never reading.
 *
 * Properties: "following" (read-write), "paused" (read-write).
 * Signals: "selection-changed"; "ticked" after rows were taken in.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/recording/weir-bookmarks.h"
#include "app/engine/filter/weir-view.h"
#include "common/weir-highlight.h"
#include "weir-row-selection.h"

G_BEGIN_DECLS

#define WEIR_TYPE_EVENT_LIST (weir_event_list_get_type ())
G_DECLARE_FINAL_TYPE (WeirEventList, weir_event_list, WEIR, EVENT_LIST, GtkWidget)

/* Shows view, which is referenced, or nothing if NULL. Returns: TRUE if it is another view. */
gboolean weir_event_list_set_view (WeirEventList *self, WeirView *view);

/* The bookmarks that its rows show, referenced. Must be set before the first view. */
void weir_event_list_set_bookmarks (WeirEventList *self, WeirBookmarks *bookmarks);

void weir_event_list_set_following (WeirEventList *self, gboolean following);
gboolean weir_event_list_get_following (WeirEventList *self);

void weir_event_list_set_paused (WeirEventList *self, gboolean paused);
gboolean weir_event_list_get_paused (WeirEventList *self);

WeirRowSelection *weir_event_list_get_selection (WeirEventList *self);
WeirHighlight *weir_event_list_get_highlight (WeirEventList *self);

/* The one selected row, or the first of several; NULL where none is. (transfer full) */
WeirRow *weir_event_list_get_selected_row (WeirEventList *self);

/* Selects the row at position, scrolls to it and stops following. */
void weir_event_list_go_to (WeirEventList *self, guint position);

/* The position of the first selected row, or of the last in the list. */
guint weir_event_list_get_position (WeirEventList *self);

G_END_DECLS
