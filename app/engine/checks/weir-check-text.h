/* SPDX-License-Identifier: MIT */
/*
 * weir-check-text: describes what a check found, in the user's language. Text from the stream is one line
 * of at most 200 bytes without control characters. All texts are (transfer full).
 */
#pragma once

#include "weir-schema-check.h"
#include "weir-sequence-check.h"

G_BEGIN_DECLS

/* "3 numbers are missing: 41 to 43, between 40 and 44", without the row. */
char *weir_sequence_finding_describe (const WeirSequenceFinding *self);
/* "$.level of metrics changed from number to string", without the row. */
char *weir_schema_drift_describe (const WeirSchemaDrift *self);

/* Whether nothing was found, and one line that sums up the check: "No gaps: 12,345 events, numbered 1 to 12,345". */
gboolean weir_sequence_summary_is_clean (const WeirSequenceSummary *self);
char *weir_sequence_summary_describe (const WeirSequenceSummary *self);
char *weir_schema_summary_describe (const WeirSchemaSummary *self);

G_END_DECLS
