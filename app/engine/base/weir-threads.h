/* SPDX-License-Identifier: MIT */
/* Who goes first where there are more threads at work than processors. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* To be called once, before anything else of the engine, by a program with a window: the engine's
 * threads give way to it, so that a flood costs no frame. Where the processors are idle it changes
 * nothing. */
void weir_threads_give_way (void);

/* A thread of the engine begins. */
void weir_threads_begin (void);

G_END_DECLS
