/* SPDX-License-Identifier: MIT */
/*
 * weir-hex-view: a row's bytes as they came, as numbers and as characters, with what they are and where
 * reads began. They are read from the log only while they are seen, looked into beside the main thread
 * where they are many, and made into lines only where they are seen.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/log/weir-row.h"

G_BEGIN_DECLS

#define WEIR_TYPE_HEX_VIEW (weir_hex_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirHexView, weir_hex_view, WEIR, HEX_VIEW, GtkWidget)

/* row is kept by reference. */
void weir_hex_view_set_row (WeirHexView *self, WeirRow *row);

G_END_DECLS
