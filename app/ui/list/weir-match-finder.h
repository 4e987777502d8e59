/* SPDX-License-Identifier: MIT */
/*
 * weir-match-finder: walks from match to match in a view, off the main thread. At an end it goes on
 * from the other one, and says so.
 *
 * Signals: "found" with the row's number (guint64); "changed" when the text is another.
 */
#pragma once

#include <glib-object.h>

#include "app/engine/filter/weir-view.h"

G_BEGIN_DECLS

#define WEIR_TYPE_MATCH_FINDER (weir_match_finder_get_type ())
G_DECLARE_FINAL_TYPE (WeirMatchFinder, weir_match_finder, WEIR, MATCH_FINDER, GObject)

WeirMatchFinder *weir_match_finder_new (void);

/* Looks for the match behind row (before it, where backwards); WEIR_NO_ROW starts at the respective
 * end. A search that is still running is dropped. */
void weir_match_finder_find (
    WeirMatchFinder *self, WeirView *view, WeirFilter *what, guint64 row, gboolean backwards);

/* Drops what is running, and says nothing more. */
void weir_match_finder_stop (WeirMatchFinder *self);

/* What came of the search, translated; NULL: nothing to say. */
const char *weir_match_finder_get_text (WeirMatchFinder *self);

G_END_DECLS
