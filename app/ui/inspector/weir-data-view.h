/* SPDX-License-Identifier: MIT */
/*
 * weir-data-view: the data of a row as text. JSON is indented and highlighted, but not changed.
 * The beginning of a long text appears at once, the rest after a moment, up to a limit that the
 * view reports.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/log/weir-row.h"

G_BEGIN_DECLS

#define WEIR_TYPE_DATA_VIEW (weir_data_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirDataView, weir_data_view, WEIR, DATA_VIEW, GtkWidget)

/* row is not referenced. */
void weir_data_view_set_row (WeirDataView *self, WeirRow *row);

G_END_DECLS
