/* SPDX-License-Identifier: MIT */
/*
 * weir-stream-actions: what can be done with the streams at the side: the window's actions
 * "win.new-stream", "win.edit-stream", "win.duplicate-stream" and so on.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Installs the actions in the main window's class. */
void weir_stream_actions_install (GtkWidgetClass *widget_class);

G_END_DECLS
