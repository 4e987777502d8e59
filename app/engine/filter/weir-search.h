/* SPDX-License-Identifier: MIT */
/*
 * WeirSearch: one filter asked of many logs: all open streams, and recordings on disk. It is a
 * GListModel of WeirRow for the main thread: the matches of one source after the other, each
 * source's from its oldest on, at most WEIR_SEARCH_MAX_ROWS of each. Nothing changes but in
 * weir_search_tick().
 */
#pragma once

#include "weir-filter.h"
#include "log/weir-row.h"
#include "recording/weir-shelf.h"

G_BEGIN_DECLS

#define WEIR_SEARCH_MAX_ROWS 10000u

#define WEIR_TYPE_SEARCH (weir_search_get_type ())
G_DECLARE_FINAL_TYPE (WeirSearch, weir_search, WEIR, SEARCH, GObject)

/* What has to be opened is taken from shelf, in other threads. */
WeirSearch *weir_search_new (WeirFilter *filter, WeirShelf *shelf);

/* A source: a log, as far as it is now (one that is being opened: once it is indexed); or the
 * recording or file at path. name is what it is called. The search of a source begins at once. */
void weir_search_add_log (WeirSearch *self, WeirLog *log, const char *name);
void weir_search_add_path (WeirSearch *self, const char *path, const char *name);

/* Takes in what was found. TRUE where something changed. */
gboolean weir_search_tick (WeirSearch *self);
gboolean weir_search_is_done (WeirSearch *self);

guint weir_search_get_n_sources (WeirSearch *self);
/* Those that could not be opened, until now. */
guint weir_search_get_n_failed (WeirSearch *self);
const char *weir_search_get_source_name (WeirSearch *self, guint source);
/* NULL while it is being opened, or where it cannot be. */
WeirLog *weir_search_get_source_log (WeirSearch *self, guint source);
/* All matches in the source, more than are listed too. */
guint64 weir_search_get_n_matches (WeirSearch *self, guint source);
/* The source of the row at position. */
guint weir_search_get_source_at (WeirSearch *self, guint position);

G_END_DECLS
