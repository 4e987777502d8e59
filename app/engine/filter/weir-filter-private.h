/* SPDX-License-Identifier: MIT */
/* The fields of a filter, and WeirMatcher, which applies a filter to rows in one thread. */
#pragma once

#define PCRE2_CODE_UNIT_WIDTH 8

#include <pcre2.h>

#include "weir-filter.h"
#include "weir-finder-private.h"
#include "base/weir-json-path.h"
#include "log/weir-log-private.h"
#include "log/weir-rows-private.h"

G_BEGIN_DECLS

typedef enum
{
  FILTER_KINDS, /* from cheap to expensive */
  FILTER_SIZE,
  FILTER_BOOKMARKS,
  FILTER_TYPE,
  FILTER_ID,
  FILTER_TEXT,
  FILTER_REGEX,
  FILTER_JSON_PATH,
  FILTER_NOT,
  FILTER_AND,
  FILTER_OR,
} FilterKind;

struct _WeirFilter
{
  FilterKind kind;
  WeirFilter *a, *b;
  char *text; /* text, type, id */
  gsize length;
  WeirFinder finder; /* text: if it can be found in the raw bytes */
  gboolean has_finder;
  pcre2_code *code; /* regex, and text without a finder */
  WeirJsonPath *json_path;
  guint64 min, max; /* size */
  guint kinds;
  WeirRows *rows; /* bookmarks; NULL: none */
};

/* Whether a row's record alone does not decide it. */
gboolean weir_filter_needs_bytes (const WeirFilter *self);
/* Whether it contains a condition on the kind of rows. */
gboolean weir_filter_names_kinds (const WeirFilter *self);

typedef struct _WeirMatcher WeirMatcher;

WeirMatcher *weir_matcher_new (WeirFilter *filter, WeirLog *log);
void weir_matcher_free (WeirMatcher *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirMatcher, weir_matcher_free)

/* Adds those of the rows [first, end) that match to matches, in order.
 * Returns: FALSE if cancelled was set meanwhile. */
gboolean weir_matcher_scan (WeirMatcher *self,
                            guint64 first,
                            guint64 end,
                            roaring_bitmap_t *matches,
                            atomic_bool *cancelled);

/* Returns: how many rows a regular expression gave up on so far. */
guint64 weir_matcher_get_n_skipped (WeirMatcher *self);

/* Returns: how many matching events of each type there were so far: WEIR_TYPE_TABLE_SIZE + 1 counts. */
const guint32 *weir_matcher_get_counts (WeirMatcher *self);

G_END_DECLS
