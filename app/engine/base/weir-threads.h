/* SPDX-License-Identifier: MIT */
/* weir-threads: the priority of the engine's threads. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Gives all threads of the engine a lower priority than the main thread, so that a window draws without delay
 * while many events arrive. Call it once, before anything else of the engine. */
void weir_threads_set_low_priority (void);

/* Each thread of the engine calls this first. */
void weir_threads_begin (void);

G_END_DECLS
