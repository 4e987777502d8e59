/* SPDX-License-Identifier: MIT */
/*
 * weir-marks: the file `marks` of a recording, lines of text after "weir-recording 1". Offsets are
 * bytes of a connection's body, times are wall clock in microseconds since 1970.
 *
 *   c NUMBER TIME URL           a connection begins; numbers grow
 *   o OFFSET TIME TEXT          the server answered, or the file was opened
 *   r OFFSET TIME               a read brought the bytes from OFFSET on
 *   n OFFSET TIME KIND TEXT     a note of the engine, by the number of its kind
 *   e OFFSET TIME REASON TEXT   the connection ended, and why
 *
 * docs/recording-format.md has the grammar. Marks describe a recording; which events it holds depends
 * on its bytes only.
 */
#pragma once

#include <gio/gio.h>

#include "stream/weir-sink.h"

G_BEGIN_DECLS

#define WEIR_RECORDING_VERSION 1
#define WEIR_MARKS_HEAD "weir-recording 1\n"

/* Times are at most this: the end of the year 9999. */
#define WEIR_MARKS_MAX_TIME_US G_GINT64_CONSTANT (253402300799999999)

typedef struct
{
  char what;    /* 'c', 'o', 'r', 'n' or 'e' */
  guint number; /* connection: its number; note: its kind */
  guint64 offset;
  gint64 time_us;
  WeirEndReason reason; /* end */
  const char *text;     /* valid UTF-8; borrowed */
} WeirMarkLine;

/* Appends line; its text may be NULL, and need not be valid UTF-8. */
void weir_marks_append (GString *lines, const WeirMarkLine *line);

/* --- Reading ------------------------------------------------------------------ */

/* Reads marks line by line in constant memory. For one thread at a time. */
typedef struct _WeirMarksReader WeirMarksReader;

/* Opens the marks of the recording at path, which holds body_bytes of connections, up to their present
 * end.
 * Returns: NULL if the recording has no marks, or with error set if they cannot be read, are too large
 * for body_bytes, or have another version. */
WeirMarksReader *weir_marks_reader_new (const char *path, guint64 body_bytes, GError **error);
void weir_marks_reader_free (WeirMarksReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirMarksReader, weir_marks_reader_free)

/* Reads the next valid line. Lines that are malformed or out of range are skipped, and so are
 * those of a connection whose own line is. line->text lives until the next call.
 * Returns: FALSE at the end. */
gboolean weir_marks_reader_next (WeirMarksReader *self, WeirMarkLine *line);
/* The line that weir_marks_reader_next() returned, without its end. Lives until the next call. */
const char *weir_marks_reader_get_line (WeirMarksReader *self);
/* How many lines were skipped since the beginning. */
guint64 weir_marks_reader_get_n_skipped (WeirMarksReader *self);
/* Starts from the first line again. */
void weir_marks_reader_rewind (WeirMarksReader *self);
/* Reads the times of the first mark and of the last ones without reading all between them; 0: unknown.
 * Starts from the first line again. */
void weir_marks_reader_get_span (WeirMarksReader *self, gint64 *begin_us, gint64 *end_us);

/* --- Trimming ----------------------------------------------------------------- */

/* The name of new marks, while they are written, ends with this. */
#define WEIR_MARKS_FRESH_SUFFIX ".new"

/* Rewrites the marks of the recording at path without those of deleted bytes: all bytes before offset in
 * connection. The new file is never larger than the old one.
 * Returns: a file descriptor of the new file, locked and open to append to, or -1: then the old file
 * is unchanged. */
int weir_marks_trim (const char *path, guint connection, guint64 offset);

G_END_DECLS
