/* SPDX-License-Identifier: MIT */
/*
 * weir-split: a main and a side widget: next to each other if there is room, otherwise one above
 * the other, and only the side if there is very little room.
 *
 * Properties: "main", "side" (GtkWidget); "reveal-side" (boolean).
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WEIR_TYPE_SPLIT (weir_split_get_type ())
G_DECLARE_FINAL_TYPE (WeirSplit, weir_split, WEIR, SPLIT, GtkWidget)

void weir_split_set_reveal_side (WeirSplit *self, gboolean reveal_side);
gboolean weir_split_get_reveal_side (WeirSplit *self);

G_END_DECLS
