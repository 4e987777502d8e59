/* SPDX-License-Identifier: MIT */
/* What a recording consists of. */
#pragma once

#include <gio/gio.h>

#include "base/weir-recording-folder.h"

G_BEGIN_DECLS

/* The files, in order, and the text of the marks (NULL: none) of a recording, or of a bare file. NULL
 * with a sentence where path is neither, or of a newer version. */
GArray *weir_recording_load (const char *path, char **marks, GError **error);

G_END_DECLS
