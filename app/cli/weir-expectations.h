/* SPDX-License-Identifier: MIT */
/* WeirExpectations: filters of which each has to match an item before a stream ends (--expect). */
#pragma once

#include "app/engine/filter/weir-filter.h"

G_BEGIN_DECLS

typedef struct _WeirExpectations WeirExpectations;

/* texts: expressions of the filter language; "type=NAME" and "id=ID" stand for "type:NAME" and
 * "id:ID". Returns NULL with a sentence if one cannot be read. */
WeirExpectations *weir_expectations_new (const char *const *texts, GError **error);
void weir_expectations_free (WeirExpectations *self);

/* Notes what the item meets. Returns TRUE if all expectations are met. For one thread at a time. */
gboolean weir_expectations_take (WeirExpectations *self, const WeirItem *item);

/* A sentence for each expectation that was not met. (transfer full) */
GStrv weir_expectations_describe_unmet (const WeirExpectations *self);

G_END_DECLS
