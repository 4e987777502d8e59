/* SPDX-License-Identifier: MIT */
/*
 * weir-statistics-view: how the events of a row's connection came, kept up to date while it is shown.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/log/weir-row.h"

G_BEGIN_DECLS

#define WEIR_TYPE_STATISTICS_VIEW (weir_statistics_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirStatisticsView, weir_statistics_view, WEIR, STATISTICS_VIEW, GtkWidget)

/* row is kept by reference. from_server: its connection asked a server, so that it is known when. */
void weir_statistics_view_set_row (WeirStatisticsView *self, WeirRow *row, gboolean from_server);

G_END_DECLS
