/* SPDX-License-Identifier: MIT */
/*
 * weir-note-entry: the note on a row's bookmark, written where it is read. It is there while the row is
 * bookmarked; what is typed is kept at once, and Enter gives the keyboard back to the rows.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/recording/weir-bookmarks.h"
#include "app/engine/log/weir-row.h"

G_BEGIN_DECLS

#define WEIR_TYPE_NOTE_ENTRY (weir_note_entry_get_type ())
G_DECLARE_FINAL_TYPE (WeirNoteEntry, weir_note_entry, WEIR, NOTE_ENTRY, GtkWidget)

/* Both are kept by reference. */
void weir_note_entry_set_bookmarks (WeirNoteEntry *self, WeirBookmarks *bookmarks);
void weir_note_entry_set_row (WeirNoteEntry *self, WeirRow *row);

G_END_DECLS
