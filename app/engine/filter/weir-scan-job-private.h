/* SPDX-License-Identifier: MIT */
/*
 * WeirScanJob: finds the rows of a range of a log that match a filter, in slices, in a small pool of
 * threads that all jobs share. The caller polls it for the matches.
 */
#pragma once

#include "weir-filter-private.h"

G_BEGIN_DECLS

typedef struct _WeirScanJob WeirScanJob;

/* Starts to scan the rows [first, end): from the newest back, with small slices first so that there is
 * something to show soon; or, with forward, from the oldest on. */
WeirScanJob *
weir_scan_job_new (WeirLog *log, WeirFilter *filter, guint64 first, guint64 end, gboolean forward);
/* Stops the job without waiting for its threads. */
void weir_scan_job_cancel (WeirScanJob *self);

/* Adds to matches what was found since the last call: always all matches of a range without holes that
 * begins where the job began.
 * Returns: TRUE if that range has grown. */
gboolean weir_scan_job_take (WeirScanJob *self, roaring_bitmap_t *matches);

/* Returns: TRUE once all matches were taken. */
gboolean weir_scan_job_is_done (WeirScanJob *self);
guint64 weir_scan_job_get_n_scanned (WeirScanJob *self);
guint64 weir_scan_job_get_n_skipped (WeirScanJob *self);
guint64 weir_scan_job_get_type_count (WeirScanJob *self, guint type);

/* Blocks until all slices are scanned or the job is cancelled. */
void weir_scan_job_wait (WeirScanJob *self);

G_END_DECLS
