/* SPDX-License-Identifier: MIT */
/*
 * weir-hex-style: the style of the parts of a stream's bytes. Each differs in shape (bold,
 * underlined, italic, struck out) and not only in colour. High contrast uses no colours.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/log/weir-byte-map.h"

G_BEGIN_DECLS

/* Makes bytes [begin, end) of a text look like that kind; 0: what explains the bytes. */
void weir_hex_style_add (PangoAttrList *attributes, WeirByteKind kind, guint begin, guint end);

G_END_DECLS
