/* SPDX-License-Identifier: MIT */
/*
 * weir-marks: the file `marks` of a recording, lines of text behind "weir-recording 1". Offsets
 * count from the connection's first byte, times are wall clock in microseconds since 1970.
 *
 *   c NUMBER TIME URL           a connection is begun
 *   o OFFSET TIME TEXT          it is answered
 *   r OFFSET TIME               a read that brought the bytes from there on
 *   n OFFSET TIME KIND TEXT     a note of the engine, by its number
 *   e OFFSET TIME REASON TEXT   it ended, and why
 *
 * A last line that is not whole, and lines that are not understood, are passed over.
 */
#pragma once

#include <gio/gio.h>

#include "stream/weir-sink.h"

G_BEGIN_DECLS

#define WEIR_RECORDING_VERSION 1
#define WEIR_MARKS_HEAD "weir-recording 1\n"

typedef struct
{
  char what;    /* 'c', 'o', 'r', 'n', 'e' */
  guint number; /* connection: its number; note: its kind */
  guint64 offset;
  gint64 time_us;
  const char *text; /* lent */
} WeirMarkLine;

void weir_marks_append (GString *lines, const WeirMarkLine *line);

/* The next line of *text, which is modified; FALSE at the end. */
gboolean weir_marks_next (char **text, WeirMarkLine *line);

/* FALSE with a sentence where the file's head is of a newer version, or none at all. */
gboolean weir_marks_check_head (const char *text, const char *path, GError **error);

/* What the list is called while it is written anew. */
#define WEIR_MARKS_FRESH_SUFFIX ".new"

/* Writes the list at path anew without what it says of deleted bytes: all before offset in
 * connection. Returns the new file, open to append to and locked, or -1: then the old one is still
 * there, whole. What it writes is never more than the old one held. */
int weir_marks_trim (const char *path, guint connection, guint64 offset);

G_END_DECLS
