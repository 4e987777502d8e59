/* SPDX-License-Identifier: MIT */
/*
 * WeirBookmarks: which rows of a log a person has bookmarked, and the notes on them. It belongs to the
 * main thread. Those of a recording are kept in it, as the file `bookmarks`, which a thread writes a
 * moment after a change; those of any other log last as long as this object.
 *
 * To ask about a row is a look into a hash table, to find one of a bookmark that was read a search by
 * halving; nothing here grows with the log.
 *
 * Signals: "changed" when a row is bookmarked, or no longer is, when a note is another one, when rows of
 * bookmarks that were read are there, or when there is a problem.
 */
#pragma once

#include "base/weir-recording-folder.h"
#include "log/weir-log.h"
#include "log/weir-rows.h"

G_BEGIN_DECLS

#define WEIR_TYPE_BOOKMARKS (weir_bookmarks_get_type ())
G_DECLARE_FINAL_TYPE (WeirBookmarks, weir_bookmarks, WEIR, BOOKMARKS, GObject)

/* None, of no log. */
WeirBookmarks *weir_bookmarks_new (void);

/* Those of log, which is kept by reference: as its recording has them, or else none yet. From one log
 * without a recording to another they stay: it is the same file, read again. NULL forgets them. */
void weir_bookmarks_set_log (WeirBookmarks *self, WeirLog *log);

/* (transfer none); NULL: there is none. */
WeirLog *weir_bookmarks_get_log (WeirBookmarks *self);

/* Whether there is a recording that keeps them. */
gboolean weir_bookmarks_are_kept (WeirBookmarks *self);

/* Looks for the rows of bookmarks that were read, while the log is still being indexed; to be called
 * when rows came. */
void weir_bookmarks_look (WeirBookmarks *self);

/* Bookmarks rows, those that can be, or, where all of them are bookmarked, takes that away. A row that
 * is bookmarked again gets its note back. TRUE where they are bookmarked now. */
gboolean weir_bookmarks_toggle (WeirBookmarks *self, const WeirRows *rows);

gboolean weir_bookmarks_contains (WeirBookmarks *self, guint64 row);
/* The note on row, "" where it has none; NULL where row is not bookmarked. Lives until a change. */
const char *weir_bookmarks_get_note (WeirBookmarks *self, guint64 row);
/* Keeps note, valid UTF-8, as the note on row, which is bookmarked: its first
 * WEIR_BOOKMARK_MAX_NOTE_LENGTH characters, with spaces for control characters. */
void weir_bookmarks_set_note (WeirBookmarks *self, guint64 row, const char *note);

/* The bookmarked row behind row, or before it, on from the other end; WEIR_NO_ROW for row begins at the
 * respective end. WEIR_NO_ROW where there is none. */
guint64 weir_bookmarks_find_next (WeirBookmarks *self, guint64 row, gboolean backwards);

/* How many there are, those included whose rows are not there, or not yet. */
guint weir_bookmarks_get_n (WeirBookmarks *self);

/* A sentence about what could not be read or written, once; NULL: nothing. (transfer full) */
char *weir_bookmarks_take_problem (WeirBookmarks *self);

/* Blocks until all is written. */
void weir_bookmarks_flush (WeirBookmarks *self);

G_END_DECLS
