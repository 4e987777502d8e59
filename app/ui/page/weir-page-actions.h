/* SPDX-License-Identifier: MIT */
/*
 * weir-page-actions: what can be done with a page's rows: copying, walking findings, jumping.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Adds the actions to map; page, a WeirStreamPage, must live as long. */
void weir_page_actions_add (GActionMap *map, GtkWidget *page);

/* Selects the row of that number in page, a WeirStreamPage, or the next one that it shows. */
void weir_page_actions_go_to_row (GtkWidget *page, guint64 row);

/* The same; a row that the filter hides is shown in the inspector, where it is said to be hidden, and the
 * list goes to where it would stand. */
void weir_page_actions_show_row (GtkWidget *page, guint64 row);

G_END_DECLS
