/* SPDX-License-Identifier: MIT */
/*
 * weir-stream-row: a stream in the sidebar: its state as shape, colour and words, its rate and a
 * sparkline. It can be dragged to another place in the list.
 */
#pragma once

#include <gtk/gtk.h>

#include "weir-stream-item.h"

G_BEGIN_DECLS

#define WEIR_TYPE_STREAM_ROW (weir_stream_row_get_type ())
G_DECLARE_FINAL_TYPE (WeirStreamRow, weir_stream_row, WEIR, STREAM_ROW, GtkWidget)

/* menu_model is the menu of a secondary click; the signal "menu-opened" precedes it. */
GtkWidget *weir_stream_row_new (GMenuModel *menu_model);

/* item is referenced; NULL unbinds. */
void weir_stream_row_bind (WeirStreamRow *self, WeirStreamItem *item);
WeirStreamItem *weir_stream_row_get_item (WeirStreamRow *self);

G_END_DECLS
