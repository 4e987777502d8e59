/* SPDX-License-Identifier: MIT */
/*
 * weir-split: a main part and a side part: beside each other where it is wide, one above the
 * other where it is not, and the side alone where it is small and low.
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
