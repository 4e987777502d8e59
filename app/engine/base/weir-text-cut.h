/* SPDX-License-Identifier: MIT */
/* weir-text-cut: cuts UTF-8 text between characters. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns: how many of the first max_bytes bytes of text, valid UTF-8 of length bytes, are whole
 * characters. */
gsize weir_text_cut (const char *text, gsize length, gsize max_bytes);

G_END_DECLS
