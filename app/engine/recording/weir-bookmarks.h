/* SPDX-License-Identifier: MIT */
/*
 * WeirBookmarks: the bookmarked rows of a log, and the notes on them. It belongs to the main thread. The
 * bookmarks of a recording are stored in its file `bookmarks`, which a thread writes shortly after a
 * change. Those of another log last as long as this object.
 *
 * Looking up a row takes constant time, and finding the row of a stored bookmark takes a binary search.
 * Memory does not grow with the log.
 *
 * Signals: "changed" when a bookmark is added or removed, when a note changes, when the row of a stored
 * bookmark is found, or when there is a problem.
 */
#pragma once

#include "base/weir-recording-folder.h"
#include "log/weir-log.h"
#include "log/weir-rows.h"

G_BEGIN_DECLS

#define WEIR_TYPE_BOOKMARKS (weir_bookmarks_get_type ())
G_DECLARE_FINAL_TYPE (WeirBookmarks, weir_bookmarks, WEIR, BOOKMARKS, GObject)

/* Creates an empty set without a log. */
WeirBookmarks *weir_bookmarks_new (void);

/* Reads the bookmarks of log's recording, and keeps a reference to log. If neither the old nor the new log
 * has a recording, the bookmarks stay, because it is the same file read again. NULL removes them. */
void weir_bookmarks_set_log (WeirBookmarks *self, WeirLog *log);

/* Returns: (transfer none): NULL if there is none. */
WeirLog *weir_bookmarks_get_log (WeirBookmarks *self);

/* Whether a recording stores them. */
gboolean weir_bookmarks_are_kept (WeirBookmarks *self);

/* Finds the rows of bookmarks while the log is being indexed. Call it after rows were added. */
void weir_bookmarks_find_rows (WeirBookmarks *self);

/* Bookmarks rows, those that can be, or, where all of them are bookmarked, takes that away. A row that
 * is bookmarked again gets its note back. TRUE where they are bookmarked now. */
gboolean weir_bookmarks_toggle (WeirBookmarks *self, const WeirRows *rows);

gboolean weir_bookmarks_contains (WeirBookmarks *self, guint64 row);
/* Returns: the note on row, "" if it has none, or NULL if row is not bookmarked. Lives until a change. */
const char *weir_bookmarks_get_note (WeirBookmarks *self, guint64 row);
/* Keeps note, valid UTF-8, as the note on row, which is bookmarked: its first
 * WEIR_BOOKMARK_MAX_NOTE_LENGTH characters, with spaces for control characters. */
void weir_bookmarks_set_note (WeirBookmarks *self, guint64 row, const char *note);

/* Finds the bookmarked row after row, or before it, and wraps around. WEIR_NO_ROW as row starts at the
 * respective end.
 * Returns: WEIR_NO_ROW if there is none. */
guint64 weir_bookmarks_find_next (WeirBookmarks *self, guint64 row, gboolean backwards);

/* Returns: how many there are, including those whose rows are not, or not yet, there. */
guint weir_bookmarks_get_n (WeirBookmarks *self);

/* Returns: (transfer full): once, a sentence about what could not be read or written; NULL: no problem. */
char *weir_bookmarks_take_problem (WeirBookmarks *self);

/* Blocks until all is written. */
void weir_bookmarks_flush (WeirBookmarks *self);

G_END_DECLS
