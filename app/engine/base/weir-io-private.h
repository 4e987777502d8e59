/* SPDX-License-Identifier: MIT */
/* The one I/O thread: every SoupSession lives there, and every sink is called there. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Its context; the thread is started at the first call, and lives as long as the program. */
GMainContext *weir_io_get_context (void);

/* Runs function in context, from its main loop and never from the caller's own thread (which
 * g_main_context_invoke() may do); then destroy (data). */
void
weir_io_post (GMainContext *context, GSourceFunc function, gpointer data, GDestroyNotify destroy);

/* A timeout in the I/O context; (transfer full): destroy and unref it. */
GSource *weir_io_timeout (gint64 delay_ms, GSourceFunc function, gpointer data);

/* Destroys *source and forgets it. */
void weir_io_clear_source (GSource **source);

G_END_DECLS
