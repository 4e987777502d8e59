/* SPDX-License-Identifier: MIT */
/*
 * weir-byte-map: classifies each byte of a row by the rules of the HTML Standard: the name of a field, the
 * colon with the space after it, the value, a comment, a line end; and finds where reads began. The byte
 * view shows it; the parser does not need it.
 */
#pragma once

#include "weir-log.h"

G_BEGIN_DECLS

/* So many lines are classified. What follows them is one piece. */
#define WEIR_BYTE_MAP_MOST_LINES ((guint) 1 << 20)

typedef enum
{
  WEIR_PIECE_FIELD = 1, /* a field that counts */
  WEIR_PIECE_COMMENT,   /* a line that starts with a colon */
  WEIR_PIECE_IGNORED, /* a field that is ignored: an unknown name, an id with NUL, a wrong retry */
  WEIR_PIECE_BLANK,   /* a line end and nothing before it */
  WEIR_PIECE_BOM,     /* the byte order mark at the stream's start */
  WEIR_PIECE_UNKNOWN, /* not classified: the rest of a line whose beginning is missing */
  WEIR_PIECE_READ,    /* no bytes: a read began here */
} WeirPieceKind;

/* A line with its line end, or what a read's beginning left of it. In bytes from the first. */
typedef struct
{
  WeirPieceKind kind;
  guint32 begin;
  guint32 end;
  guint32 name_end; /* field: the name ends, and the colon begins */
  guint32 value;    /* field: the value begins */
  guint32 line_end; /* the line end begins; end where the piece has none */
  guint32 read;     /* read: its place among the reads */
} WeirPiece;

typedef enum
{
  WEIR_BYTE_NAME = 1,
  WEIR_BYTE_SEPARATOR, /* the colon, and one space after it */
  WEIR_BYTE_VALUE,
  WEIR_BYTE_COMMENT,
  WEIR_BYTE_IGNORED,
  WEIR_BYTE_LINE_END,
  WEIR_BYTE_BOM,
  WEIR_BYTE_UNKNOWN,
} WeirByteKind;

typedef struct
{
  gboolean at_stream_start; /* a byte order mark is dropped */
  gboolean in_line;         /* the first byte is not the first of its line */
  const WeirRead *reads;    /* that brought the bytes; NULL: unknown */
  guint n_reads;
  guint64 offset; /* of the first byte, as the reads count */
} WeirByteMapOptions;

/* Returns: (transfer full): the pieces of length bytes, less than 4 GiB, as an array of WeirPiece in their
 * order. Takes linear time; any thread. */
GArray *weir_byte_map_new (const guint8 *bytes, gsize length, const WeirByteMapOptions *options);

/* Returns: the kind of the byte at offset at of the piece. */
WeirByteKind weir_piece_get_byte_kind (const WeirPiece *piece, guint32 at);

G_END_DECLS
