/* SPDX-License-Identifier: MIT */
/* WeirIndexer: fills a log from files, in a thread of its own. */
#pragma once

#include "log/weir-log-private.h"
#include "weir-recording-private.h"

G_BEGIN_DECLS

/* Begins. files (GArray of WeirRecordedFile, in order) and marks (the text of the file, or NULL) are
 * taken over; log must outlive the indexer. */
WeirIndexer *weir_indexer_new (WeirLog *log, const char *path, GArray *files, char *marks);
/* Stops it, wherever it is. */
void weir_indexer_free (WeirIndexer *self);

WeirSegments *weir_indexer_get_segments (WeirIndexer *self);
const char *weir_indexer_get_path (WeirIndexer *self);
guint64 weir_indexer_get_done (WeirIndexer *self, guint64 *total);
void weir_indexer_wait (WeirIndexer *self);

G_END_DECLS
