/* SPDX-License-Identifier: MIT */
/*
 * weir-hex-line: one line of raw bytes as numbers and characters, with the kinds of its parts; or
 * the notice that a read began.
 */
#pragma once

#include <gio/gio.h>

#include "app/engine/log/weir-byte-map.h"

G_BEGIN_DECLS

/* Bytes [begin, end) of a line's text. Kind 0 is explanatory text. */
typedef struct
{
  WeirByteKind kind;
  guint begin;
  guint end;
} WeirHexRun;

typedef struct
{
  guint64 offset; /* of the first byte */
  guint per_line; /* bytes */
  guint digits;   /* of an offset */
} WeirHexLayout;

#define WEIR_TYPE_HEX_LINE (weir_hex_line_get_type ())
G_DECLARE_FINAL_TYPE (WeirHexLine, weir_hex_line, WEIR, HEX_LINE, GObject)

/* A line of the bytes from begin on of piece, at most layout->per_line of them. */
WeirHexLine *weir_hex_line_new (const guint8 *bytes,
                                const WeirPiece *piece,
                                guint32 begin,
                                const WeirHexLayout *layout);

/* A read began; before is the previous read, or NULL. */
WeirHexLine *weir_hex_line_new_read (const WeirRead *read, const WeirRead *before);

const char *weir_hex_line_get_text (WeirHexLine *self);
const WeirHexRun *weir_hex_line_get_runs (WeirHexLine *self, guint *n);
gboolean weir_hex_line_is_read (WeirHexLine *self);

/* The same in words, for screen readers. (transfer full) */
char *weir_hex_line_describe (WeirHexLine *self);

/* The number of characters of a line of per_line bytes, including the name of its line end. */
guint weir_hex_line_get_width (guint per_line, guint digits);

G_END_DECLS
