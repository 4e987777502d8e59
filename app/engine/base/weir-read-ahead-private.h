/* SPDX-License-Identifier: MIT */
/*
 * weir-read-ahead: a buffer below libsoup, whose chunk reader makes two small reads from the socket for each
 * HTTP chunk. After the call, every TCP connection of the program has one.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void weir_read_ahead_install (void);

G_END_DECLS
