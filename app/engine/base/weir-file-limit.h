/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Lets the program open more files than the usual 1,024, if the system allows it: each stream that is recorded
 * has about five. */
void weir_file_limit_raise (void);

G_END_DECLS
