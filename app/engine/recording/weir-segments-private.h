/* SPDX-License-Identifier: MIT */
/*
 * WeirSegments: which file holds which bytes of a log. Any thread reads; files are opened when they
 * are read, and few are held open.
 */
#pragma once

#include <gio/gio.h>

#include "base/weir-recording-folder.h"

G_BEGIN_DECLS

typedef struct _WeirSegments WeirSegments;

WeirSegments *weir_segments_new (void);
void weir_segments_free (WeirSegments *self);

/* A file whose bytes follow those of the one before, beginning with those at offset of the log. */
void weir_segments_add (WeirSegments *self, const char *path, WeirLinks links, guint64 offset);
/* The last file has grown to end (an offset of the log). */
void weir_segments_grow (WeirSegments *self, guint64 end);
/* Returns: (transfer full): the path of the oldest file, or NULL if it is the only one, which may still
 * grow. */
char *weir_segments_get_deletable (WeirSegments *self);
/* The oldest of several files was deleted. Only one thread at a time may delete. */
void weir_segments_drop_oldest (WeirSegments *self);

/* The oldest file's path; NULL where there is none yet. (transfer full) */
char *weir_segments_get_oldest (WeirSegments *self);

/* The bytes that are there: [begin, end). */
guint64 weir_segments_get_begin (WeirSegments *self);
guint64 weir_segments_get_end (WeirSegments *self);

/* Returns: whether the byte at offset is there. */
gboolean weir_segments_have_byte (WeirSegments *self, guint64 offset);

/* Closes the files that nobody reads just now; they are opened again when they are read. */
void weir_segments_close_files (WeirSegments *self);

/* FALSE where they are not all there, or could not be read. */
gboolean weir_segments_read (WeirSegments *self, guint64 offset, gsize length, guint8 *bytes);

G_END_DECLS
