/* SPDX-License-Identifier: MIT */
/*
 * weir-page-actions: the actions "page.…" on rows: copy, export, next finding, filter, jump.
 */
#pragma once

#include "weir-stream-page.h"

G_BEGIN_DECLS

/* Adds the actions to those of page. */
void weir_page_actions_add (WeirStreamPage *page);

G_END_DECLS
