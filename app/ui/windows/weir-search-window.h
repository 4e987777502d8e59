/* SPDX-License-Identifier: MIT */
/*
 * weir-search-window: asks one question of all open streams and all recordings, and lists what they
 * answer. The question is written as in the filter.
 *
 * Signal: "activated" (WeirStreamItem *item, char *path, guint64 row), when a match is chosen: of
 * an open stream (path is NULL), or of a recording (item is NULL).
 */
#pragma once

#include <adwaita.h>

#include "streams/weir-stream-list.h"

G_BEGIN_DECLS

#define WEIR_TYPE_SEARCH_WINDOW (weir_search_window_get_type ())
G_DECLARE_FINAL_TYPE (WeirSearchWindow, weir_search_window, WEIR, SEARCH_WINDOW, AdwWindow)

/* streams is referenced. */
GtkWidget *weir_search_window_new (GtkWindow *parent, WeirStreamList *streams);

/* What is searched for. */
const char *weir_search_window_get_expression (WeirSearchWindow *self);

G_END_DECLS
