/* SPDX-License-Identifier: MIT */
/*
 * weir-stream-page: the page of one stream: its rows, the inspector, the rate strip and its state in
 * words. Its commands are the actions "page.…".
 */
#pragma once

#include <gtk/gtk.h>

#include "list/weir-event-list.h"
#include "list/weir-filter-bar.h"
#include "inspector/weir-inspector.h"
#include "streams/weir-stream-item.h"

G_BEGIN_DECLS

#define WEIR_TYPE_STREAM_PAGE (weir_stream_page_get_type ())
G_DECLARE_FINAL_TYPE (WeirStreamPage, weir_stream_page, WEIR, STREAM_PAGE, GtkWidget)

/* item is referenced. */
GtkWidget *weir_stream_page_new (WeirStreamItem *item);

WeirStreamItem *weir_stream_page_get_item (WeirStreamPage *self);

/* The actions "page.…", for widgets outside of the page. */
GActionMap *weir_stream_page_get_actions (WeirStreamPage *self);
WeirEventList *weir_stream_page_get_list (WeirStreamPage *self);
WeirInspector *weir_stream_page_get_inspector (WeirStreamPage *self);
WeirFilterBar *weir_stream_page_get_filter_bar (WeirStreamPage *self);

/* Selects the row with that number in the log, or the next row that the list shows. */
void weir_stream_page_go_to_row (WeirStreamPage *self, guint64 row);

/* Selects the row as soon as it is read: a file that was just opened is still being read. */
void weir_stream_page_await_row (WeirStreamPage *self, guint64 row);

/* Like weir_stream_page_go_to_row(), but a row that the filter hides is shown in the inspector, which
 * says that it is hidden. */
void weir_stream_page_show_row (WeirStreamPage *self, guint64 row);

G_END_DECLS
