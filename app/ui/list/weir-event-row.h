/* SPDX-License-Identifier: MIT */
/*
 * weir-event-row: one line of the list, drawn by itself. Binding a row stores it; text is laid
 * out only when it is drawn, in layouts that the widget keeps. A list of labels costs three times
 * as much a frame.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/recording/weir-bookmarks.h"
#include "app/engine/log/weir-row.h"
#include "weir-columns.h"
#include "common/weir-highlight.h"

G_BEGIN_DECLS

#define WEIR_TYPE_EVENT_ROW (weir_event_row_get_type ())
G_DECLARE_FINAL_TYPE (WeirEventRow, weir_event_row, WEIR, EVENT_ROW, GtkWidget)

/* highlight and bookmarks may be NULL; all are referenced. */
GtkWidget *
weir_event_row_new (WeirColumns *columns, WeirHighlight *highlight, WeirBookmarks *bookmarks);

/* row is referenced; NULL unbinds. */
void weir_event_row_bind (WeirEventRow *self, WeirRow *row);
/* The number of the row above it; WEIR_NO_ROW if there is none. */
void weir_event_row_set_above (WeirEventRow *self, guint64 number);

WeirRow *weir_event_row_get_row (WeirEventRow *self);

G_END_DECLS
