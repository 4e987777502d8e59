/* SPDX-License-Identifier: MIT */
/* What a recording consists of. */
#pragma once

#include <gio/gio.h>

#include "base/weir-recording-folder.h"

G_BEGIN_DECLS

typedef struct
{
  GArray *files;      /* of WeirRecordedFile, in the order of the stream; owned */
  guint64 n_bytes;    /* of them */
  guint n_refused;    /* body files that are not regular files */
  gboolean is_folder; /* FALSE: a bare file */
} WeirRecordingContents;

/* Lists a recording, or a bare file that holds an event stream.
 * Returns: FALSE with error set if path is neither. */
gboolean
weir_recording_contents_load (WeirRecordingContents *self, const char *path, GError **error);
void weir_recording_contents_clear (WeirRecordingContents *self);

G_END_DECLS
