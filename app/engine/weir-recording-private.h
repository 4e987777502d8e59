/* SPDX-License-Identifier: MIT */
/* What a recording consists of. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A file of a connection's body. */
typedef struct
{
  char *path;
  guint connection;
  guint64 offset; /* in the connection */
  guint64 size;
  gint64 changed_ns; /* when it was written last, since 1970 */
} WeirRecordedFile;

/* The files, in order, and the text of the marks (NULL: none) of a recording, or of a bare file. NULL
 * with a sentence where path is neither, or of a newer version. */
GArray *weir_recording_load (const char *path, char **marks, GError **error);

/* Which bytes the file of that name holds, from its name; FALSE where it is no such file. */
gboolean weir_recorded_file_parse_name (const char *name, guint *connection, guint64 *offset);

/* The files of the recording at path, in order; not its marks. NULL where it cannot be read. */
GArray *weir_recording_list_files (const char *path, GError **error);

G_END_DECLS
