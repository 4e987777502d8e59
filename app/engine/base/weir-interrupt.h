/* SPDX-License-Identifier: MIT */
/*
 * weir-interrupt: how a program is asked to end from outside, so that all programs finish alike. A program
 * that is asked finishes its recordings and exits with the status that it would have at a normal end.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  WEIR_INTERRUPT_SIGNALS = 1 << 0, /* SIGTERM, SIGINT, SIGHUP */
  WEIR_INTERRUPT_READER = 1 << 1,  /* the reader of standard output has left */
} WeirInterruptCauses;

/* Calls function once, in the default main context. A signal that was ignored when the program began, as
 * by nohup, stays ignored. A second signal ends the program as if nothing handled it; so does, with
 * status 1, a program that has not ended 5 seconds after the first: its output may be blocked. Call it
 * at most once. */
void
weir_interrupt_watch (WeirInterruptCauses causes, void (*function) (gpointer), gpointer user_data);

/* Ends the watch. Later signals end the program. */
void weir_interrupt_unwatch (void);

G_END_DECLS
