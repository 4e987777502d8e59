/* SPDX-License-Identifier: MIT */
/*
 * weir-bookmark-actions: a page's wishes about bookmarks: "page.bookmark", whose state says whether the
 * row that is read is bookmarked, "page.next-bookmark", "page.previous-bookmark" and "page.end-note".
 */
#pragma once

#include "weir-stream-page.h"

G_BEGIN_DECLS

/* Adds them to map, and shows page's list and inspector the bookmarks of its item. */
void weir_bookmark_actions_add (GActionMap *map, WeirStreamPage *page);

G_END_DECLS
