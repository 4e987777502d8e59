/* SPDX-License-Identifier: MIT */
/*
 * WeirCheck: reads a log once, in a thread of its own, and finds where the numbering of its events is
 * broken (WeirSequenceCheck) and where the shape of their JSON changed (WeirSchemaCheck).
 */
#pragma once

#include "log/weir-log.h"
#include "weir-schema-check.h"
#include "weir-sequence-check.h"

G_BEGIN_DECLS

/* WeirCheckFinding: one finding of a check, for a list. Immutable. */
#define WEIR_TYPE_CHECK_FINDING (weir_check_finding_get_type ())
G_DECLARE_FINAL_TYPE (WeirCheckFinding, weir_check_finding, WEIR, CHECK_FINDING, GObject)

/* The row that shows it. */
guint64 weir_check_finding_get_row (WeirCheckFinding *self);
/* When the row arrived: wall clock, microseconds since 1970; 0: unknown. */
gint64 weir_check_finding_get_time_us (WeirCheckFinding *self);
/* Whether it is about the JSON's shape; otherwise about the numbering. */
gboolean weir_check_finding_is_schema (WeirCheckFinding *self);
/* One line, as weir-check-text.h makes it. */
const char *weir_check_finding_get_text (WeirCheckFinding *self);

/* So many findings of each kind are kept. The summaries count all. */
#define WEIR_CHECK_MOST_FINDINGS 10000u

#define WEIR_TYPE_CHECK (weir_check_get_type ())
G_DECLARE_FINAL_TYPE (WeirCheck, weir_check, WEIR, CHECK, GObject)

/* Checks the rows that log has when the check is run, or once it is indexed. by: see
 * weir_sequence_check_new().
 * Returns: NULL with error set if by is invalid. */
WeirCheck *weir_check_new (WeirLog *log, const char *by, GError **error);

/* May be called once. */
void weir_check_run_async (WeirCheck *self,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
/* Returns: FALSE with G_IO_ERROR_CANCELLED. */
gboolean weir_check_run_finish (WeirCheck *self, GAsyncResult *result, GError **error);

/* Returns: how many of total rows are checked; 0 while the log is being indexed. At any time. */
guint64 weir_check_get_progress (WeirCheck *self, guint64 *total);

/* The functions below may be called once the check has finished. */

/* Returns: (transfer full): a model of WeirCheckFinding in the order of their rows. */
GListModel *weir_check_get_findings (WeirCheck *self);
/* Returns: how many findings are not in the model. */
guint64 weir_check_get_n_left (WeirCheck *self);
/* Returns: how many rows are no longer kept. What follows them is not compared with what comes before. */
guint64 weir_check_get_n_gone (WeirCheck *self);
/* The texts are valid as long as self. */
void weir_check_get_sequence (WeirCheck *self, WeirSequenceSummary *summary);
void weir_check_get_schema (WeirCheck *self, WeirSchemaSummary *summary);

G_END_DECLS
