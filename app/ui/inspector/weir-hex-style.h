/* SPDX-License-Identifier: MIT */
/*
 * weir-hex-style: how the parts of a stream's bytes look. Each has a shape of its own (bold, underlined,
 * italic, struck out), so that nobody has to tell colours apart; in high contrast there are none.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/log/weir-byte-map.h"

G_BEGIN_DECLS

/* Makes bytes [begin, end) of a text look like that kind; 0: what explains the bytes. */
void weir_hex_style_add (PangoAttrList *attributes, WeirByteKind kind, guint begin, guint end);

G_END_DECLS
