/* SPDX-License-Identifier: MIT */
/*
 * weir-hex-line: one line of raw bytes, as numbers and as characters, with what its parts are; or the
 * words that say that a read began.
 */
#pragma once

#include <gio/gio.h>

#include "app/engine/log/weir-byte-map.h"

G_BEGIN_DECLS

/* Bytes [begin, end) of a line's text; kind 0 is what explains the bytes and is none of them. */
typedef struct
{
  WeirByteKind kind;
  guint begin;
  guint end;
} WeirHexRun;

#define WEIR_TYPE_HEX_LINE (weir_hex_line_get_type ())
G_DECLARE_FINAL_TYPE (WeirHexLine, weir_hex_line, WEIR, HEX_LINE, GObject)

/* The bytes [begin, end) of piece, of which there is room for per_line; offset is that of the first of
 * bytes, written with so many digits. */
WeirHexLine *weir_hex_line_new (const guint8 *bytes,
                                const WeirPiece *piece,
                                guint32 begin,
                                guint32 end,
                                guint per_line,
                                guint64 offset,
                                guint digits);

/* A read began; before is the one before it, or NULL. */
WeirHexLine *weir_hex_line_new_read (const WeirRead *read, const WeirRead *before);

const char *weir_hex_line_get_text (WeirHexLine *self);
const WeirHexRun *weir_hex_line_get_runs (WeirHexLine *self, guint *n);
gboolean weir_hex_line_is_read (WeirHexLine *self);

/* The same in words, for who hears it. (transfer full) */
char *weir_hex_line_describe (WeirHexLine *self);

/* How many characters a line of per_line bytes takes, with the name of its line end. */
guint weir_hex_line_get_width (guint per_line, guint digits);

G_END_DECLS
