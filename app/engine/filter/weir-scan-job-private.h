/* SPDX-License-Identifier: MIT */
/*
 * WeirScanJob: asks a filter about a stretch of a log's rows, in slices, in a small pool of threads
 * that all jobs share. Whoever wants the answers takes them when it has time.
 */
#pragma once

#include "weir-filter-private.h"

G_BEGIN_DECLS

typedef struct _WeirScanJob WeirScanJob;

/* Begins with the rows [first, end): from the newest back, the first slices small, so that something
 * is seen soon; or, forward, from the oldest on. */
WeirScanJob *
weir_scan_job_new (WeirLog *log, WeirFilter *filter, guint64 first, guint64 end, gboolean forward);
/* Stops it, without waiting. */
void weir_scan_job_cancel (WeirScanJob *self);

/* Adds to matches what was found since: always all matches of an unbroken stretch of rows that begins
 * where the job began. TRUE: that stretch has grown. */
gboolean weir_scan_job_take (WeirScanJob *self, roaring_bitmap_t *matches);

/* All was taken. */
gboolean weir_scan_job_is_done (WeirScanJob *self);
guint64 weir_scan_job_get_n_scanned (WeirScanJob *self);
guint64 weir_scan_job_get_n_skipped (WeirScanJob *self);
guint64 weir_scan_job_get_type_count (WeirScanJob *self, guint type);

/* Blocks until all slices are scanned, or it is cancelled. */
void weir_scan_job_wait (WeirScanJob *self);

G_END_DECLS
