/* SPDX-License-Identifier: MIT */
/*
 * weir-sparkline: a stream's rate over the last minute, small enough for a row of the sidebar.
 */
#pragma once

#include <gtk/gtk.h>

#include "list/weir-rate-history.h"

G_BEGIN_DECLS

#define WEIR_TYPE_SPARKLINE (weir_sparkline_get_type ())
G_DECLARE_FINAL_TYPE (WeirSparkline, weir_sparkline, WEIR, SPARKLINE, GtkWidget)

/* history is kept by reference; NULL: draws nothing. */
void weir_sparkline_set_history (WeirSparkline *self, WeirRateHistory *history);

G_END_DECLS
