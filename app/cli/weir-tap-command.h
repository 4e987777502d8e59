/* SPDX-License-Identifier: MIT */
/* weir-tail --tap: prints the streams of another program. */
#pragma once

#include "weir-tail-options.h"

G_BEGIN_DECLS

/* Runs the tap until it is interrupted, its reader goes away, or a stream had max_events; its exit
 * status. print_error prints a line to standard error; the first is the tap's address. */
int weir_tap_command_run (WeirTailOptions *options, void (*print_error) (const char *text));

G_END_DECLS
