/* SPDX-License-Identifier: MIT */
/* weir-hex-legend: what the marks in raw bytes mean, each shown as it looks there. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A popover. */
GtkWidget *weir_hex_legend_new (void);

G_END_DECLS
