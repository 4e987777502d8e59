/* SPDX-License-Identifier: MIT */
/* WeirExpectations: filters that must each match an item before a stream ends (--expect). */
#pragma once

#include "app/engine/filter/weir-filter.h"

G_BEGIN_DECLS

typedef struct _WeirExpectations WeirExpectations;

/* texts: expressions of the filter language; "type=NAME" and "id=ID" mean "type:NAME" and
 * "id:ID". Returns: NULL with an error if one is not a valid expression. */
WeirExpectations *weir_expectations_new (const char *const *texts, GError **error);
void weir_expectations_free (WeirExpectations *self);

/* Marks the expectations that the item meets. Returns: TRUE if all are met. For one thread at a time. */
gboolean weir_expectations_take (WeirExpectations *self, const WeirItem *item);

/* A sentence for each expectation that was not met. (transfer full) */
GStrv weir_expectations_describe_unmet (const WeirExpectations *self);

G_END_DECLS
