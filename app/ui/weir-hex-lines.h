/* SPDX-License-Identifier: MIT */
/*
 * weir-hex-lines: a GListModel of GtkStringObject that writes bytes as lines of numbers and text,
 * each line when it is asked for.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Where the parts of a line begin, in characters, for a line of n bytes. */
#define WEIR_HEX_OFFSET_CHARS 10
#define WEIR_HEX_TEXT_CHAR(n) (WEIR_HEX_OFFSET_CHARS + 3 * (n) + 1)

/* What stands for a line end. */
#define WEIR_HEX_LINE_FEED 0x21b5
#define WEIR_HEX_CARRIAGE_RETURN 0x2190

#define WEIR_TYPE_HEX_LINES (weir_hex_lines_get_type ())
G_DECLARE_FINAL_TYPE (WeirHexLines, weir_hex_lines, WEIR, HEX_LINES, GObject)

/* per_line bytes a line; bytes are kept by reference. */
WeirHexLines *weir_hex_lines_new (GBytes *bytes, guint64 offset, guint per_line);

G_END_DECLS
