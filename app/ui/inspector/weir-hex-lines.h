/* SPDX-License-Identifier: MIT */
/*
 * weir-hex-lines: a GListModel of WeirHexLine over the bytes of a row. Each line of the stream and
 * each read begins a new line. Lines are created on demand.
 */
#pragma once

#include "weir-hex-line.h"

G_BEGIN_DECLS

#define WEIR_TYPE_HEX_LINES (weir_hex_lines_get_type ())
G_DECLARE_FINAL_TYPE (WeirHexLines, weir_hex_lines, WEIR, HEX_LINES, GObject)

/* Keeps references to bytes, pieces (of WeirPiece) and reads (of WeirRead). */
WeirHexLines *
weir_hex_lines_new (GBytes *bytes, GArray *pieces, GArray *reads, const WeirHexLayout *layout);

G_END_DECLS
