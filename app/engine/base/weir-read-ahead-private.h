/* SPDX-License-Identifier: MIT */
/*
 * Reading ahead under libsoup. Its chunk reader asks the socket twice for each HTTP chunk, for some
 * hundred bytes at a time; here it gets them from memory instead. Once called, every TCP connection
 * that this program makes or accepts is of this kind.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void weir_read_ahead_install (void);

G_END_DECLS
