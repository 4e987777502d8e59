/* SPDX-License-Identifier: MIT */
/*
 * weir-state: how a stream's state looks: a shape and a colour, so that neither is needed alone.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/stream/weir-sink.h"

G_BEGIN_DECLS

/* Icon names from the row of a sidebar to a whole page. */
const char *weir_state_get_icon (WeirStreamState state, gboolean failed);

/* Adds the style class of the state to widget and removes those of other states. quiet: data is
 * expected and does not arrive. */
void
weir_state_set_style (GtkWidget *widget, WeirStreamState state, gboolean failed, gboolean quiet);

G_END_DECLS
