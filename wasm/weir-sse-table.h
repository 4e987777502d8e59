/* SPDX-License-Identifier: MIT */
/* weir-sse-table: the rows that a call fills for JavaScript, and the texts that they speak of. */
#ifndef WEIR_SSE_TABLE_H
#define WEIR_SSE_TABLE_H

#include "weir-parser.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WEIR_PIECE 65536u /* bytes of a chunk at a time */
#define WEIR_TAIL 4096u   /* the most of a cut block that waits for the next piece */
#define WEIR_NARROW_ROOM 65536u
#define WEIR_WIDE_ROOM 131072u
#define WEIR_ROWS 8192u
#define WEIR_LARGES 64u
#define WEIR_NAMES 64u
#define WEIR_NAME_LENGTH 31u
#define WEIR_SLACK 16u

/* What the caller wants to see: a bit a kind of item, and these. */
enum
{
  WEIR_WANT_RANGES = 1 << 5, /* the items' byte ranges */
  WEIR_WANT_RAW = 1 << 6,    /* no UTF-16: text that is not ASCII is left as UTF-8 */
};

/* How a text is given, two bits each in a row's head. */
enum
{
  WEIR_TEXT_NARROW = 0, /* offsets into the narrow text: ASCII, a unit a byte */
  WEIR_TEXT_WIDE =
      1, /* offsets into the wide text, in units; with WEIR_WANT_RAW into the narrow one, UTF-8 */
  WEIR_TEXT_LARGE = 2, /* the index of a large text, which stands by itself */
  WEIR_TEXT_BAD = 3,   /* not at all: it is no UTF-8 */
};

/* A row's head: kind in bits 0 to 2, has_id in 3, how data, id and type are given in 4, 6 and 8, has_type
 * in 10, in 12 (with WEIR_WANT_RAW) that data is several lines as they stand, behind the first one's colon,
 * and from bit 16 the finding's code, or with NAMED 1 + the type's index in names, else its length. */
enum
{
  WEIR_HEAD_HAS_ID = 3,
  WEIR_HEAD_DATA = 4,
  WEIR_HEAD_ID = 6,
  WEIR_HEAD_TYPE = 8,
  WEIR_HEAD_HAS_TYPE = 10,
  WEIR_HEAD_NAMED = 11,
  WEIR_HEAD_LINES = 12,
  WEIR_HEAD_CODE = 16,
};

typedef struct
{
  uint32_t head;
  uint32_t data, data_end; /* or a retry's milliseconds */
  uint32_t id, id_end;
  uint32_t type; /* where the type has no name */
} WeirRow;

typedef struct
{
  const char *text;
  uint32_t length;
  uint32_t wide;
} WeirLarge;

typedef struct
{
  uint8_t length;
  char text[WEIR_NAME_LENGTH];
} WeirName;

/* What a call says, for JavaScript to read. */
typedef struct
{
  int32_t status;
  uint32_t narrow, narrow_end; /* of the narrow text, what rows speak of */
  uint32_t wide_end;           /* units of the wide text; with WANT_RAW: whether there is UTF-8 */
  uint32_t n_larges;
  uint32_t over; /* maxBufferSize was passed */
  uint32_t tail; /* bytes before the piece that waited for it; texts' offsets count from there */
} WeirAnswer;

typedef struct
{
  WeirAnswer answer;
  WeirRow rows[WEIR_ROWS];
  uint32_t n_rows;
  uint32_t want;
  double ranges[2 * WEIR_ROWS];
  WeirLarge larges[WEIR_LARGES];
  WeirName names[WEIR_NAMES];
  uint8_t *text;   /* in narrow: what waited and the piece */
  uint32_t length; /* of both; behind is room */
  uint32_t first;  /* from here on a text may be left where it is */
  bool ascii;      /* both are */
  uint8_t narrow[WEIR_TAIL + WEIR_PIECE + WEIR_NARROW_ROOM + WEIR_SLACK]
      __attribute__ ((aligned (16)));
  uint16_t wide[WEIR_WIDE_ROOM + WEIR_SLACK] __attribute__ ((aligned (16)));
} WeirTable;

extern WeirTable weir_table;

/* A new call: no rows, no texts. */
void weir_table_clear (void);

/* Gives a text to JavaScript, and returns how. */
uint32_t weir_table_put (WeirSpan span, uint32_t *begin, uint32_t *end);

/* Gives a type, not an empty one, and returns what the row's head says of it. */
uint32_t weir_table_put_type (WeirRow *row, WeirSpan type);

/* Notes where a row's bytes stand, if that is wanted. */
void weir_table_put_range (uint32_t row, double begin, double end);

#endif
