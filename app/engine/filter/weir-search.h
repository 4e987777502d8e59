/* SPDX-License-Identifier: MIT */
/*
 * WeirSearch: finds rows that match a filter in many logs: open streams and recordings on disk. It is a
 * GListModel of WeirRow for the main thread. It lists the matches source by source, each from its oldest
 * row on, at most WEIR_SEARCH_MAX_ROWS per source. It changes only in weir_search_tick().
 */
#pragma once

#include "weir-filter.h"
#include "log/weir-row.h"

G_BEGIN_DECLS

/* WeirLogCache keeps recordings that were opened for a search for the next one. Any thread. */
typedef struct _WeirLogCache WeirLogCache;

WeirLogCache *weir_log_cache_new (void);
WeirLogCache *weir_log_cache_ref (WeirLogCache *self);
void weir_log_cache_unref (WeirLogCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirLogCache, weir_log_cache_unref)

#define WEIR_SEARCH_MAX_ROWS 10000u

#define WEIR_TYPE_SEARCH (weir_search_get_type ())
G_DECLARE_FINAL_TYPE (WeirSearch, weir_search, WEIR, SEARCH, GObject)

/* Other threads open recordings, through cache. */
WeirSearch *weir_search_new (WeirFilter *filter, WeirLogCache *cache);

/* Add a source: the present rows of a log (if it is being opened, all rows after it is indexed), or the
 * recording or file at path. name is shown. The search of a source begins at once. */
void weir_search_add_log (WeirSearch *self, WeirLog *log, const char *name);
void weir_search_add_path (WeirSearch *self, const char *path, const char *name);

/* Adds what was found since the last call. Returns: TRUE if something changed. */
gboolean weir_search_tick (WeirSearch *self);
gboolean weir_search_is_done (WeirSearch *self);

guint weir_search_get_n_sources (WeirSearch *self);
/* Returns: how many sources could not be opened so far. */
guint weir_search_get_n_failed (WeirSearch *self);
const char *weir_search_get_source_name (WeirSearch *self, guint source);
/* Returns: NULL while the source is being opened, or if it cannot be. */
WeirLog *weir_search_get_source_log (WeirSearch *self, guint source);
/* Returns: all matches in the source, including those that are not listed. */
guint64 weir_search_get_n_matches (WeirSearch *self, guint source);
/* Returns: the source of the row at position. */
guint weir_search_get_source_at (WeirSearch *self, guint position);

G_END_DECLS
