/* SPDX-License-Identifier: MIT */
/*
 * WeirFilter: a condition that a row matches or not. Immutable and reference counted; for any thread.
 */
#pragma once

#include "log/weir-log.h"
#include "log/weir-rows.h"

G_BEGIN_DECLS

#define WEIR_TYPE_FILTER (weir_filter_get_type ())
typedef struct _WeirFilter WeirFilter;
GType weir_filter_get_type (void);

WeirFilter *weir_filter_ref (WeirFilter *self);
void weir_filter_unref (WeirFilter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirFilter, weir_filter_unref)

/* Matches rows with text in an event's data, type or ID, in a comment, or in the sentence of a mark.
 * Without match_case, letters match in either case. */
WeirFilter *weir_filter_new_text (const char *text, gboolean match_case);

/* Matches rows whose event data or comment matches a Perl-compatible regular expression. A row that
 * needs too many steps is skipped and counted.
 * Returns: NULL with error set if pattern cannot be compiled. */
WeirFilter *weir_filter_new_regex (const char *pattern, gboolean match_case, GError **error);

/* Matches events whose data is JSON and matches a path; see weir-json-path.h. */
WeirFilter *weir_filter_new_json_path (const char *expression, GError **error);

/* Matches events of that type. */
WeirFilter *weir_filter_new_type (const char *type);
/* Matches events with that last event ID, whether or not they set it themselves. */
WeirFilter *weir_filter_new_id (const char *id);
/* Matches rows of min to max bytes, as received. */
WeirFilter *weir_filter_new_size (guint64 min, guint64 max);
/* Matches rows of the kinds whose bits (1 << WeirRowKind) are set. */
WeirFilter *weir_filter_new_kinds (guint kinds);

/* Matches bookmarked rows: none, until weir_filter_set_bookmarks() says which. */
WeirFilter *weir_filter_new_bookmarks (void);
/* Whether it contains a condition on bookmarks. */
gboolean weir_filter_names_bookmarks (const WeirFilter *self);
/* Returns: (transfer full): the same filter for these bookmarked rows, which are copied. */
WeirFilter *weir_filter_set_bookmarks (WeirFilter *self, const WeirRows *rows);

WeirFilter *weir_filter_new_and (WeirFilter *a, WeirFilter *b);
WeirFilter *weir_filter_new_or (WeirFilter *a, WeirFilter *b);
WeirFilter *weir_filter_new_not (WeirFilter *a);

/* Why a filter may match nothing. Returns: (transfer none): a type that it requires and log does not
 * have, or NULL. */
const char *weir_filter_find_missing_type (const WeirFilter *self, WeirLog *log);
/* Returns: (transfer full): a JSON path that it requires, without its comparison, or NULL. */
char *weir_filter_get_required_path (const WeirFilter *self);

/* Whether an item of a parser matches, as its row in a log would. */
gboolean weir_filter_matches_item (const WeirFilter *self, const WeirItem *item);

G_END_DECLS
