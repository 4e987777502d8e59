/* SPDX-License-Identifier: MIT */
/* Asking a filter: a matcher is one thread's tool for it. */
#pragma once

#include <roaring/roaring.h>

#include "weir-filter.h"
#include "weir-log-private.h"

G_BEGIN_DECLS

typedef struct _WeirMatcher WeirMatcher;

WeirMatcher *weir_matcher_new (WeirFilter *filter, WeirLog *log);
void weir_matcher_free (WeirMatcher *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirMatcher, weir_matcher_free)

/* Adds those of the rows [first, end) that match to matches, in their order. FALSE: *cancelled was
 * set on the way. */
gboolean weir_matcher_scan (WeirMatcher *self,
                            guint64 first,
                            guint64 end,
                            roaring_bitmap_t *matches,
                            atomic_bool *cancelled);

/* Rows that a regular expression gave up on, since the matcher was made. */
guint64 weir_matcher_get_n_skipped (WeirMatcher *self);

/* Events found of each type, WEIR_TYPE_TABLE_SIZE + 1 of them, since the matcher was made. */
const guint32 *weir_matcher_get_counts (WeirMatcher *self);

G_END_DECLS
