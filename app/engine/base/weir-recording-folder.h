/* SPDX-License-Identifier: MIT */
/*
 * weir-recording-folder: which files a recording's folder holds, and what their names say.
 * docs/recording-format.md describes the format.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The name of a recording's folder ends with this. */
#define WEIR_RECORDING_SUFFIX ".weir"

/* A file that holds bytes of a connection's body. */
typedef struct
{
  char *path;
  guint connection;  /* its number, from 1 */
  guint64 offset;    /* of the file's first byte in the connection's body */
  guint64 size;      /* bytes */
  gint64 changed_ns; /* when it was last written, in nanoseconds since 1970 */
} WeirRecordedFile;

/* An empty array of WeirRecordedFile that owns their paths. (transfer full) */
GArray *weir_recorded_files_new (void);

/* Reads connection and offset from the name of a body file, such as "000001-000000000000000.sse".
 * Returns: FALSE if name has another form. */
gboolean weir_recorded_file_parse_name (const char *name, guint *connection, guint64 *offset);

/* Lists the body files of the recording at path by connection and offset.
 * Returns: (transfer full): an array of WeirRecordedFile, or NULL with error set if the folder cannot
 * be read. */
GArray *weir_recording_list_files (const char *path, GError **error);

/* Returns: TRUE if path is a folder with marks or at least one body file. */
gboolean weir_recording_is (const char *path);

G_END_DECLS
