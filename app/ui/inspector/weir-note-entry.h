/* SPDX-License-Identifier: MIT */
/*
 * weir-note-entry: the editable note of a bookmark. It is visible while the row is bookmarked.
 * Changes are saved at once, and Enter returns the focus to the list.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/recording/weir-bookmarks.h"
#include "app/engine/log/weir-row.h"

G_BEGIN_DECLS

#define WEIR_TYPE_NOTE_ENTRY (weir_note_entry_get_type ())
G_DECLARE_FINAL_TYPE (WeirNoteEntry, weir_note_entry, WEIR, NOTE_ENTRY, GtkWidget)

/* Both are referenced. */
void weir_note_entry_set_bookmarks (WeirNoteEntry *self, WeirBookmarks *bookmarks);
void weir_note_entry_set_row (WeirNoteEntry *self, WeirRow *row);

/* Does nothing while there is no note to edit. */
void weir_note_entry_focus (WeirNoteEntry *self);

G_END_DECLS
