/* SPDX-License-Identifier: MIT */
/*
 * weir-memory: how much memory all logs of the program use, with their index. Over the limit the oldest data
 * leave memory. Recorded bytes are read back from the recording, and the index from an unnamed file; bytes that
 * are not recorded are lost.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WEIR_MEMORY_DEFAULT_LIMIT ((guint64) 416 << 20)
#define WEIR_MEMORY_MIN_LIMIT ((guint64) 16 << 20)

/* In bytes. A lower limit takes effect when new events arrive. */
void weir_memory_set_limit (guint64 bytes);
guint64 weir_memory_get_limit (void);
guint64 weir_memory_get_used (void);
/* Adds bytes, which may be negative, that are not in blocks but count against the limit. */
void weir_memory_count (gssize bytes);

G_END_DECLS
