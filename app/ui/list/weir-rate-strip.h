/* SPDX-License-Identifier: MIT */
/*
 * weir-rate-strip: events and bytes over time, with reconnects and findings as marks. Dragging
 * over it chooses the rows of that time.
 *
 * Signal: "range-selected" (guint64 first, guint64 n): numbers of rows.
 */
#pragma once

#include <gtk/gtk.h>

#include "weir-rate-history.h"

G_BEGIN_DECLS

#define WEIR_TYPE_RATE_STRIP (weir_rate_strip_get_type ())
G_DECLARE_FINAL_TYPE (WeirRateStrip, weir_rate_strip, WEIR, RATE_STRIP, GtkWidget)

/* history is referenced. */
void weir_rate_strip_set_history (WeirRateStrip *self, WeirRateHistory *history);

G_END_DECLS
