/* SPDX-License-Identifier: MIT */
/* WeirIndexer: the storage of a log that is filled from a recording or a file, in a thread of its own. */
#pragma once

#include "log/weir-log.h"
#include "weir-replay.h"

G_BEGIN_DECLS

typedef struct _WeirIndexer WeirIndexer;

/* Becomes the storage of log, which is empty, and begins to fill it. Takes replay. */
void weir_indexer_attach (WeirLog *log, WeirReplay *replay);

/* Returns: (transfer none): the indexer of log, or NULL if it is not filled from files. */
WeirIndexer *weir_indexer_of (WeirLog *log);

const char *weir_indexer_get_path (WeirIndexer *self);
/* Returns: how many of the total bytes are indexed. */
guint64 weir_indexer_get_done (WeirIndexer *self, guint64 *total);
/* Blocks until all are. */
void weir_indexer_wait (WeirIndexer *self);

G_END_DECLS
