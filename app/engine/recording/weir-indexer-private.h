/* SPDX-License-Identifier: MIT */
/* WeirIndexer: fills a log from a recording or a file, in a thread of its own. */
#pragma once

#include "log/weir-log-private.h"
#include "weir-replay.h"

G_BEGIN_DECLS

/* Begins. replay is taken over; log must outlive the indexer. */
WeirIndexer *weir_indexer_new (WeirLog *log, WeirReplay *replay);
/* Stops it, wherever it is. */
void weir_indexer_free (WeirIndexer *self);

WeirSegments *weir_indexer_get_segments (WeirIndexer *self);
const char *weir_indexer_get_path (WeirIndexer *self);
/* Returns: how many of the total bytes are indexed. */
guint64 weir_indexer_get_done (WeirIndexer *self, guint64 *total);
/* Blocks until all are. */
void weir_indexer_wait (WeirIndexer *self);

G_END_DECLS
