/* SPDX-License-Identifier: MIT */
/*
 * WeirBookmarksFile: the file `bookmarks` of a recording, lines of UTF-8 text after "weir-bookmarks 1". An
 * offset counts the bytes of the connection until the row is complete.
 *
 *   CONNECTION OFFSET KIND NOTE
 *
 * KIND is "event", "comment", "retry", "finding" or "mark", followed by "+N" if N earlier rows of that
 * kind are complete at the same byte. NOTE is the rest of the line, at most 1,000
 * characters without control characters, and may be missing with the space before it. A line that is
 * not valid is kept unchanged.
 *
 * It belongs to the main thread. Another thread applies each change to what the file holds by then, since
 * another program may have written it.
 */
#pragma once

#include "log/weir-log-key.h"

G_BEGIN_DECLS

#define WEIR_BOOKMARKS_HEAD "weir-bookmarks 1\n"

typedef struct _WeirBookmarksFile WeirBookmarksFile;

/* Called for each bookmark that was read; note is borrowed. */
typedef void (*WeirBookmarksRead) (gpointer data, const WeirLogKey *key, const char *note);
/* problem: one sentence about what could not be written. */
typedef void (*WeirBookmarksFailed) (gpointer data, const char *problem);

/* The file of the recording at path; it need not exist. */
WeirBookmarksFile *
weir_bookmarks_file_new (const char *path, WeirBookmarksFailed failed, gpointer data);
/* Writes what is left, and waits for it. */
void weir_bookmarks_file_free (WeirBookmarksFile *self);

/* Reads all bookmarks. Returns: (transfer full): a sentence about what could not be read, or NULL. */
char *weir_bookmarks_file_read (WeirBookmarksFile *self, WeirBookmarksRead read, gpointer data);

/* Schedules to write a bookmark, or to remove it if note is NULL. */
void weir_bookmarks_file_change (WeirBookmarksFile *self, const WeirLogKey *key, const char *note);
/* Waits until all of it is written. */
void weir_bookmarks_file_flush (WeirBookmarksFile *self);

/* Returns the size of the file of a recording, and deletes it; only if it is a regular file. */
guint64 weir_bookmarks_file_measure (const char *recording);
void weir_bookmarks_file_delete (const char *recording);

G_END_DECLS
