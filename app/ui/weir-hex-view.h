/* SPDX-License-Identifier: MIT */
/*
 * weir-hex-view: bytes as they came, sixteen a line (eight where it is narrow), as numbers and as
 * text. Lines are made only where they are seen, so a megabyte costs no more than a screen.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WEIR_TYPE_HEX_VIEW (weir_hex_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirHexView, weir_hex_view, WEIR, HEX_VIEW, GtkWidget)

/* Shows bytes, which are kept by reference, counted from offset. */
void weir_hex_view_set_bytes (WeirHexView *self, GBytes *bytes, guint64 offset);

G_END_DECLS
