/* SPDX-License-Identifier: MIT */
/*
 * weir-connection-view: the page of one connection: the request, the response, the timing of events and of
 * each step, and why the connection ended. Secrets were masked before they arrive here.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/log/weir-row.h"

G_BEGIN_DECLS

#define WEIR_TYPE_CONNECTION_VIEW (weir_connection_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirConnectionView, weir_connection_view, WEIR, CONNECTION_VIEW, GtkWidget)

/* info is of row's connection; NULL: nothing is known. */
void
weir_connection_view_set_row (WeirConnectionView *self, WeirRow *row, WeirConnectionInfo *info);

G_END_DECLS
