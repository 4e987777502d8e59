/* SPDX-License-Identifier: MIT */
/* weir-io: the I/O thread. All SoupSessions live there, and all sinks are called there. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Its context. The first call starts the thread, which runs until the program ends. */
GMainContext *weir_io_get_context (void);

/* Runs function from the main loop of context, then destroy (data). Unlike g_main_context_invoke() it never
 * runs function in the caller. */
void
weir_io_post (GMainContext *context, GSourceFunc function, gpointer data, GDestroyNotify destroy);

/* A timeout in the I/O context. (transfer full): destroy and unref it */
GSource *weir_io_timeout (gint64 delay_ms, GSourceFunc function, gpointer data);

/* Destroys and unrefs *source, if there is one, and sets it to NULL. */
void weir_io_clear_source (GSource **source);

G_END_DECLS
