/* SPDX-License-Identifier: MIT */
/* weir-tail --tap: prints the streams of another program. */
#pragma once

#include "weir-tail-options.h"

G_BEGIN_DECLS

/* Runs the tap until it is interrupted, its reader closes the pipe, or a stream had max_events.
 * print_error prints a line to standard error; the first one is the tap's address.
 * Returns: the exit status. */
int weir_tap_command_run (WeirTailOptions *options, void (*print_error) (const char *text));

G_END_DECLS
