/* SPDX-License-Identifier: MIT */
/*
 * weir-changes-view: the differences between an event and the previous event of its type, line by
 * line. JSON is indented first.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/log/weir-row.h"

G_BEGIN_DECLS

#define WEIR_TYPE_CHANGES_VIEW (weir_changes_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirChangesView, weir_changes_view, WEIR, CHANGES_VIEW, GtkWidget)

/* row is an event. It is referenced until it is compared. */
void weir_changes_view_set_row (WeirChangesView *self, WeirRow *row);

G_END_DECLS
