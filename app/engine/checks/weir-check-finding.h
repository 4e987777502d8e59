/* SPDX-License-Identifier: MIT */
/* WeirCheckFinding: one finding of a check, for a list. Immutable. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define WEIR_TYPE_CHECK_FINDING (weir_check_finding_get_type ())
G_DECLARE_FINAL_TYPE (WeirCheckFinding, weir_check_finding, WEIR, CHECK_FINDING, GObject)

/* Takes text. */
WeirCheckFinding *
weir_check_finding_new (guint64 row, gint64 time_us, gboolean is_schema, char *text);

/* The row that shows it. */
guint64 weir_check_finding_get_row (WeirCheckFinding *self);
/* When the row arrived: wall clock, microseconds since 1970; 0: unknown. */
gint64 weir_check_finding_get_time_us (WeirCheckFinding *self);
/* Whether it is about the JSON's shape; otherwise about the numbering. */
gboolean weir_check_finding_is_schema (WeirCheckFinding *self);
/* One line, as weir-check-text.h makes it. */
const char *weir_check_finding_get_text (WeirCheckFinding *self);

G_END_DECLS
