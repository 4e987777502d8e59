/* SPDX-License-Identifier: MIT */
/*
 * weir-hex-view: the bytes of a row as numbers and characters, with their meaning and the starts
 * of reads. Bytes are read from the log while the view is visible, in a thread if they are many.
 * Lines are created on demand.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/log/weir-row.h"

G_BEGIN_DECLS

#define WEIR_TYPE_HEX_VIEW (weir_hex_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirHexView, weir_hex_view, WEIR, HEX_VIEW, GtkWidget)

/* row is referenced. */
void weir_hex_view_set_row (WeirHexView *self, WeirRow *row);

G_END_DECLS
