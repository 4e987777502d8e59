/* SPDX-License-Identifier: MIT */
/*
 * weir-bookmark-actions: "page.bookmark", whose state says whether the current row is bookmarked,
 * "page.next-bookmark", "page.previous-bookmark" and "page.end-note".
 */
#pragma once

#include "weir-stream-page.h"

G_BEGIN_DECLS

/* Adds the actions to those of page, and gives its list and inspector the bookmarks of its stream. */
void weir_bookmark_actions_add (WeirStreamPage *page);

G_END_DECLS
