/* SPDX-License-Identifier: MIT */
/*
 * weir-finding-view: explains a finding: what was found, in which bytes, what the standard says,
 * and a link to its section.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/log/weir-row.h"

G_BEGIN_DECLS

#define WEIR_TYPE_FINDING_VIEW (weir_finding_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirFindingView, weir_finding_view, WEIR, FINDING_VIEW, GtkWidget)

/* row is a finding. It is not referenced. */
void weir_finding_view_set_row (WeirFindingView *self, WeirRow *row);

G_END_DECLS
