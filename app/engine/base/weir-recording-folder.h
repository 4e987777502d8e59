/* SPDX-License-Identifier: MIT */
/*
 * weir-recording-folder: lists and opens the files of a recording. docs/recording-format.md describes
 * the format.
 *
 * A recording may come from anybody. Only regular files are opened; no link inside a recording is
 * followed, and opening never blocks, not even on a FIFO.
 */
#pragma once

#include <gio/gio.h>

#include "base/weir-reader.h"

G_BEGIN_DECLS

/* The name of a recording's folder ends with this. */
#define WEIR_RECORDING_SUFFIX ".weir"
#define WEIR_MARKS_NAME "marks"
#define WEIR_BOOKMARKS_NAME "bookmarks"

/* Characters in the note on a bookmark. */
#define WEIR_BOOKMARK_MAX_NOTE_LENGTH 1000

/* Offsets in a connection are below this: the name of a body file has 15 digits for one. */
#define WEIR_RECORDED_MAX_OFFSET G_GUINT64_CONSTANT (999999999999999)

/* Whether a link is followed: only one that the user named. */
typedef enum
{
  WEIR_LINKS_REFUSED = 0,
  WEIR_LINKS_FOLLOWED,
} WeirLinks;

/* A file that holds bytes of a connection's body. */
typedef struct
{
  char *path;
  guint connection;  /* its number, from 1 */
  guint64 offset;    /* of the file's first byte in the connection's body */
  guint64 size;      /* bytes */
  gint64 changed_ns; /* when it was last written, in nanoseconds since 1970 */
  WeirLinks links;   /* to open it with */
  WeirBodyFormat format;
} WeirRecordedFile;

/* An empty array of WeirRecordedFile that owns their paths. (transfer full) */
GArray *weir_recorded_files_new (void);

/* The name of a body file, such as "000001-000000000000000.sse". (transfer full) */
char *weir_recorded_file_make_name (guint connection, guint64 offset, WeirBodyFormat format);
/* Reads connection, offset and format from the name of a body file.
 * Returns: FALSE if name has another form. */
gboolean weir_recorded_file_parse_name (const char *name, WeirRecordedFile *file);

/* The format of a file that is not in a recording: of records if its name ends so, or if it begins as
 * one of Amazon's frames does; otherwise an event stream's. */
WeirBodyFormat weir_recorded_file_guess_format (const char *path);
/* Returns: TRUE if the regular file at path begins with a line that is a JSON object, or with the start
 * of a long one. */
gboolean weir_recorded_file_is_json_lines (const char *path);

/* Opens a regular file to read it.
 * Returns: a file descriptor with size set (NULL is allowed), or -1 with error set. */
int weir_recorded_file_open (const char *path, WeirLinks links, guint64 *size, GError **error);

/* Reads a file inside a recording, which may hold max_bytes at most.
 * Returns: (transfer full): its length bytes and a NUL after them, or NULL: with error set, or without
 * an error if there is no such file. */
char *
weir_recorded_file_read_text (const char *path, guint64 max_bytes, gsize *length, GError **error);

/* Lists the body files of the recording at path by connection and offset. Adds to n_refused (NULL is
 * allowed) how many have the name of a body file but are not regular files.
 * Returns: (transfer full): an array of WeirRecordedFile, or NULL with error set if the folder cannot
 * be read. */
GArray *weir_recording_list_files (const char *path, guint *n_refused, GError **error);

/* Returns: TRUE if path is a folder with marks or at least one body file. */
gboolean weir_recording_is (const char *path);

typedef struct
{
  GArray *files;      /* of WeirRecordedFile, in the order of the stream; owned */
  guint64 n_bytes;    /* of them */
  guint n_refused;    /* body files that are not regular files */
  gboolean is_folder; /* otherwise a bare file */
} WeirRecordingContents;

/* Lists a recording, or a bare file that holds an event stream.
 * Returns: FALSE with error set if path is neither. */
gboolean
weir_recording_contents_load (WeirRecordingContents *self, const char *path, GError **error);
void weir_recording_contents_clear (WeirRecordingContents *self);

G_END_DECLS
