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
#define WEIR_EXTRA 73728u /* room for texts that stand in no piece, or not as they are */
#define WEIR_ROWS 8192u
#define WEIR_LARGES 64u
#define WEIR_NAMES 64u
#define WEIR_NAME_LENGTH 31u
#define WEIR_SLACK 32u

/* What the caller wants to see: a bit a kind of item, and these. */
enum
{
  WEIR_WANT_RANGES = 1 << 5, /* the items' byte ranges */
  WEIR_WANT_RAW = 1 << 6,    /* places of texts in bytes: they are decoded when they are read */
  WEIR_WANT_UTF8 = 1 << 7,   /* findings of what is not UTF-8 */
};

/* How a text is given, two bits each in a row's head. */
enum
{
  WEIR_TEXT_MAIN =
      0, /* a place in the main text, what JavaScript decodes of the piece; with WANT_RAW
                        * in the piece */
  WEIR_TEXT_EXTRA = 1, /* a place in the extra text */
  WEIR_TEXT_LARGE = 2, /* the index of a large text, which stands by itself */
  WEIR_TEXT_CUT = 3,   /* with WANT_RAW a place in what waited and the piece behind it */
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
  uint32_t is_ascii;
} WeirLarge;

typedef struct
{
  uint8_t length;
  char text[WEIR_NAME_LENGTH];
} WeirName;

/* A text that JavaScript decodes as a whole. Places in it are in code units of UTF-16. */
typedef struct
{
  uint32_t begin, end; /* its bytes */
  uint32_t units;      /* what decoding it comes to if it is UTF-8 */
  uint32_t is_ascii;
} WeirText16;

/* What a call says, for JavaScript to read. */
typedef struct
{
  int32_t status;
  uint32_t n_larges;
  uint32_t over; /* maxBufferSize was passed */
  WeirText16 main, extra;
  const uint8_t *text; /* where the main text's places count from: what waited and the piece */
  uint32_t cut_end;    /* of the values in there that begin before the piece */
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
  uint8_t *text;   /* in piece: what waited and the piece */
  uint32_t length; /* of both */
  uint32_t first;  /* with WANT_RAW: the piece's place in the text */
  bool ascii;      /* both are */
  uint8_t piece[WEIR_TAIL + WEIR_PIECE + WEIR_SLACK] __attribute__ ((aligned (16)));
  uint8_t extra[WEIR_EXTRA + WEIR_SLACK] __attribute__ ((aligned (16)));
} WeirTable;

extern WeirTable weir_table;

/* A new call: no rows, no texts. */
void weir_table_clear (void);

/* Gives a text to JavaScript, as a copy where there is room for one, and returns how. */
uint32_t weir_table_put (WeirSpan span, uint32_t *begin, uint32_t *end);

/* The same for several texts as one, with a line feed between them. They stand one behind the other, with
 * their names between them. False where there is no room. */
bool weir_table_put_lines (const WeirSpan *lines, uint32_t n, uint32_t *begin, uint32_t *end);

/* 1 + the index of a short type in names, or 0 where its place is taken. The type is UTF-8. */
uint32_t weir_table_name (WeirSpan type);

/* What a row's head says of a type that has that name. */
static inline uint32_t
weir_table_name_head (uint32_t name)
{
  return 1u << WEIR_HEAD_HAS_TYPE | 1u << WEIR_HEAD_NAMED | name << WEIR_HEAD_CODE;
}

/* What it says of another one, of less than 65536 units. */
static inline uint32_t
weir_table_type_head (uint32_t how, uint32_t units)
{
  return 1u << WEIR_HEAD_HAS_TYPE | how << WEIR_HEAD_TYPE | units << WEIR_HEAD_CODE;
}

/* Gives a type, not an empty one, and returns what the row's head says of it. */
uint32_t weir_table_put_type (WeirRow *row, WeirSpan type);

/* Notes where a row's bytes stand, if that is wanted. */
void weir_table_put_range (uint32_t row, double begin, double end);

#endif
