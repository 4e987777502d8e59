/* SPDX-License-Identifier: MIT */
/*
 * weir-json-search: the bar that searches for a word in a JSON text in a thread, and goes from match to
 * match. The word stays when the text changes.
 *
 * Signals: "found" (guint64 offset), the beginning of the value of the chosen match; "changed", the
 * matches changed; "closed".
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/filter/weir-json-find.h"

G_BEGIN_DECLS

#define WEIR_TYPE_JSON_SEARCH (weir_json_search_get_type ())
G_DECLARE_FINAL_TYPE (WeirJsonSearch, weir_json_search, WEIR, JSON_SEARCH, GtkWidget)

/* The text to search, referenced; NULL for none. */
void weir_json_search_set_json (WeirJsonSearch *self, GBytes *json);

/* Opens the bar and focuses it, or closes it. */
void weir_json_search_open (WeirJsonSearch *self);
void weir_json_search_close (WeirJsonSearch *self);
gboolean weir_json_search_is_open (WeirJsonSearch *self);

/* Goes to the next or previous match, and wraps around. */
void weir_json_search_step (WeirJsonSearch *self, gboolean backwards);

/* What is looked for; "" where the bar is closed. */
const char *weir_json_search_get_word (WeirJsonSearch *self);

/* The match whose value begins at offset, or NULL. */
const WeirJsonMatch *weir_json_search_get_match (WeirJsonSearch *self, gsize offset);

G_END_DECLS
