/* SPDX-License-Identifier: MIT */
/*
 * weir-finding-view: a finding for who has to mend it: what was found, in which bytes, what the standard
 * says about it, and a link to the section that says so.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/log/weir-row.h"

G_BEGIN_DECLS

#define WEIR_TYPE_FINDING_VIEW (weir_finding_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirFindingView, weir_finding_view, WEIR, FINDING_VIEW, GtkWidget)

/* row is a finding; it is not kept. */
void weir_finding_view_set_row (WeirFindingView *self, WeirRow *row);

G_END_DECLS
