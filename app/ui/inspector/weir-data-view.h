/* SPDX-License-Identifier: MIT */
/*
 * weir-data-view: a row's data as text; JSON laid out and highlighted, but not altered. Of a long text
 * the beginning is there at once and the rest once the reader stays, up to a limit that is told.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/log/weir-row.h"

G_BEGIN_DECLS

#define WEIR_TYPE_DATA_VIEW (weir_data_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirDataView, weir_data_view, WEIR, DATA_VIEW, GtkWidget)

/* row is not kept. */
void weir_data_view_set_row (WeirDataView *self, WeirRow *row);

G_END_DECLS
