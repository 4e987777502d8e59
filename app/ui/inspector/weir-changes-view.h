/* SPDX-License-Identifier: MIT */
/*
 * weir-changes-view: what changed in an event since the one of its type before, line by line; JSON laid
 * out first.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/log/weir-row.h"

G_BEGIN_DECLS

#define WEIR_TYPE_CHANGES_VIEW (weir_changes_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirChangesView, weir_changes_view, WEIR, CHANGES_VIEW, GtkWidget)

/* row is an event, and kept by reference until it is compared. */
void weir_changes_view_set_row (WeirChangesView *self, WeirRow *row);

G_END_DECLS
