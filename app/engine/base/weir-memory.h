/* SPDX-License-Identifier: MIT */
/*
 * weir-memory: how much the logs of the program hold in memory, their index included. Past the limit
 * what is oldest leaves: recorded bytes are read back from the recording, the index from a file
 * without a name; only what is not recorded is forgotten.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WEIR_MEMORY_DEFAULT_LIMIT ((guint64) 416 << 20)
#define WEIR_MEMORY_MIN_LIMIT ((guint64) 16 << 20)

/* In bytes. A lower limit takes effect as new events come. */
void weir_memory_set_limit (guint64 bytes);
guint64 weir_memory_get_limit (void);
guint64 weir_memory_get_used (void);
/* Adds bytes, which may be negative, that are not in blocks but count against the limit. */
void weir_memory_count (gssize bytes);

G_END_DECLS
