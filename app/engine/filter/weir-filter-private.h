/* SPDX-License-Identifier: MIT */
/* A filter's inside, and a matcher: one thread's tool for asking it. */
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
  FILTER_KINDS, /* in the order of what they cost */
  FILTER_SIZE,
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
  WeirFinder finder; /* text: where it can be looked for in the raw bytes */
  gboolean has_finder;
  pcre2_code *code; /* regex; text that has no finder */
  WeirJsonPath *json_path;
  guint64 min, max; /* size */
  guint kinds;
};

/* Whether it cannot be answered from a row's record alone. */
gboolean weir_filter_needs_bytes (const WeirFilter *self);
/* Whether it asks for rows of some kinds. */
gboolean weir_filter_names_kinds (const WeirFilter *self);

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
