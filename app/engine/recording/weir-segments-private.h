/* SPDX-License-Identifier: MIT */
/*
 * WeirSegments: maps the bytes of a log to files. Any thread reads. Files are opened when they are read,
 * and at most 16 of a log, and 128 of all logs, stay open.
 */
#pragma once

#include <gio/gio.h>

#include "base/weir-recording-folder.h"

G_BEGIN_DECLS

typedef struct _WeirSegments WeirSegments;

WeirSegments *weir_segments_new (void);
void weir_segments_free (WeirSegments *self);

/* Adds a file whose bytes begin at offset of the log, after those of the file before. */
void weir_segments_add (WeirSegments *self, const char *path, WeirLinks links, guint64 offset);
/* The last file has grown up to end, an offset of the log. */
void weir_segments_grow (WeirSegments *self, guint64 end);
/* Returns: (transfer full): the path of the oldest file, or NULL if it is the only one, which may still
 * grow. */
char *weir_segments_get_deletable (WeirSegments *self);
/* The oldest of several files was deleted. Only one thread at a time may delete. */
void weir_segments_drop_oldest (WeirSegments *self);

/* Returns: (transfer full): the path of the oldest file, or NULL if there is none yet. */
char *weir_segments_get_oldest (WeirSegments *self);

/* The stored range of the log: [begin, end). */
guint64 weir_segments_get_begin (WeirSegments *self);
guint64 weir_segments_get_end (WeirSegments *self);

/* Returns: whether the byte at offset is stored. */
gboolean weir_segments_have_byte (WeirSegments *self, guint64 offset);

/* Closes the files that no thread is reading. They are opened again when they are read. */
void weir_segments_close_files (WeirSegments *self);

/* Returns: FALSE if the bytes are not all stored, or cannot be read. */
gboolean weir_segments_read (WeirSegments *self, guint64 offset, gsize length, guint8 *bytes);

G_END_DECLS
