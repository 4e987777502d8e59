/* SPDX-License-Identifier: MIT */
/*
 * WeirFilter: a question to a row. Immutable and reference counted; for any thread.
 */
#pragma once

#include "log/weir-log.h"

G_BEGIN_DECLS

#define WEIR_TYPE_FILTER (weir_filter_get_type ())
typedef struct _WeirFilter WeirFilter;
GType weir_filter_get_type (void);

WeirFilter *weir_filter_ref (WeirFilter *self);
void weir_filter_unref (WeirFilter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirFilter, weir_filter_unref)

/* text stands in an event's data, type or id, or in a comment, or in a mark's sentence. Without
 * match_case, letters match in either case. */
WeirFilter *weir_filter_new_text (const char *text, gboolean match_case);

/* A Perl-compatible regular expression matches an event's data or a comment. A row on which it takes
 * too many steps is skipped, and counted. NULL with a sentence where it cannot be compiled. */
WeirFilter *weir_filter_new_regex (const char *pattern, gboolean match_case, GError **error);

/* An event's data is JSON and holds what a path asks for; see weir-json-path.h. */
WeirFilter *weir_filter_new_json_path (const char *expression, GError **error);

/* Events of that type. */
WeirFilter *weir_filter_new_type (const char *type);
/* Events with that last event ID, which they need not have set themselves. */
WeirFilter *weir_filter_new_id (const char *id);
/* Rows of min to max bytes, as they came. */
WeirFilter *weir_filter_new_size (guint64 min, guint64 max);
/* Rows of the kinds whose bits (1 << WeirRowKind) are set. */
WeirFilter *weir_filter_new_kinds (guint kinds);

WeirFilter *weir_filter_new_and (WeirFilter *a, WeirFilter *b);
WeirFilter *weir_filter_new_or (WeirFilter *a, WeirFilter *b);
WeirFilter *weir_filter_new_not (WeirFilter *a);

/* Whether an item of a parser matches, as its row in a log would. */
gboolean weir_filter_matches_item (const WeirFilter *self, const WeirItem *item);

G_END_DECLS
