/* SPDX-License-Identifier: MIT */
/*
 * WeirCheck: reads a log once, in a thread of its own, and tells where the numbering of its events is
 * broken (WeirSequenceCheck) and where the shape of their JSON changed (WeirSchemaCheck).
 */
#pragma once

#include "weir-check-finding.h"
#include "log/weir-log.h"
#include "weir-schema-check.h"
#include "weir-sequence-check.h"

G_BEGIN_DECLS

/* Findings that are kept, of either kind; the summaries count all. */
#define WEIR_CHECK_MOST_FINDINGS 10000u

#define WEIR_TYPE_CHECK (weir_check_get_type ())
G_DECLARE_FINAL_TYPE (WeirCheck, weir_check, WEIR, CHECK, GObject)

/* Of the rows that log has when it is run, or has once it is indexed. by is as for
 * weir_sequence_check_new(); NULL with its sentence. */
WeirCheck *weir_check_new (WeirLog *log, const char *by, GError **error);

/* Once. */
void weir_check_run_async (WeirCheck *self,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
/* FALSE: G_IO_ERROR_CANCELLED. */
gboolean weir_check_run_finish (WeirCheck *self, GAsyncResult *result, GError **error);

/* Rows that are done, of *total; 0 while the log is being indexed. Any time. */
guint64 weir_check_get_progress (WeirCheck *self, guint64 *total);

/* The rest: once it is finished. */

/* A model of WeirCheckFinding in the order of their rows. (transfer full) */
GListModel *weir_check_get_findings (WeirCheck *self);
/* Findings that are not in it. */
guint64 weir_check_get_n_left (WeirCheck *self);
/* Rows that are no longer kept; nothing is held against what comes behind them. */
guint64 weir_check_get_n_gone (WeirCheck *self);
/* Their texts live as long as self. */
void weir_check_get_sequence (WeirCheck *self, WeirSequenceSummary *summary);
void weir_check_get_schema (WeirCheck *self, WeirSchemaSummary *summary);

G_END_DECLS
