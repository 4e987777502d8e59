/* SPDX-License-Identifier: MIT */
/*
 * weir-inspector: everything about one row: its fields, its data as a tree and as text, its raw
 * bytes, what changed since the event of its type before, and its connection's story. It stays
 * on its row while the list runs on.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/recording/weir-bookmarks.h"
#include "app/engine/log/weir-row.h"

G_BEGIN_DECLS

#define WEIR_TYPE_INSPECTOR (weir_inspector_get_type ())
G_DECLARE_FINAL_TYPE (WeirInspector, weir_inspector, WEIR, INSPECTOR, GtkWidget)

/* Keeps a reference to row. latest is the present state of the stream's last connection, or NULL. It is shown
 * for a row of that connection, whose mark in the log has only the state at its beginning. */
void weir_inspector_set_row (WeirInspector *self, WeirRow *row, WeirConnectionInfo *latest);
/* The bookmarks of the rows that it shows; referenced. */
void weir_inspector_set_bookmarks (WeirInspector *self, WeirBookmarks *bookmarks);
WeirRow *weir_inspector_get_row (WeirInspector *self);

/* Focuses the note of a bookmarked row. */
void weir_inspector_focus_note (WeirInspector *self);

G_END_DECLS
