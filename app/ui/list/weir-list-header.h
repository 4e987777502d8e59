/* SPDX-License-Identifier: MIT */
/*
 * weir-list-header: the columns' titles above the list. Dragging the edge of one changes its
 * width; a secondary click chooses columns.
 */
#pragma once

#include "weir-columns.h"

G_BEGIN_DECLS

#define WEIR_TYPE_LIST_HEADER (weir_list_header_get_type ())
G_DECLARE_FINAL_TYPE (WeirListHeader, weir_list_header, WEIR, LIST_HEADER, GtkWidget)

/* columns is referenced. */
void weir_list_header_set_columns (WeirListHeader *self, WeirColumns *columns);

G_END_DECLS
