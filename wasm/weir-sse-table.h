/* SPDX-License-Identifier: MIT */
/* weir-sse-table: the rows that a call fills for JavaScript, and their texts. */
#ifndef WEIR_SSE_TABLE_H
#define WEIR_SSE_TABLE_H

#include "weir-parser.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WEIR_PIECE 65536u /* bytes of a chunk at a time */
#define WEIR_TAIL 4096u   /* a longer block that is cut does not wait for the next piece */
#define WEIR_EXTRA 73728u /* room for texts that are not part of a piece as they are */
#define WEIR_ROWS 8192u
#define WEIR_LARGES 64u
#define WEIR_NAMES 64u
#define WEIR_NAME_LENGTH 31u
#define WEIR_SLACK 32u

/* What the caller asks for: one bit for each kind of item, and these. */
enum
{
  WEIR_WANT_RANGES = 1 << 5, /* the byte ranges of the items */
  WEIR_WANT_RAW = 1 << 6,    /* offsets of texts are in bytes, and decoding is lazy */
  WEIR_WANT_UTF8 = 1 << 7,   /* findings about invalid UTF-8 */
};

/* Where a text is, in two bits of a row's head. */
enum
{
  WEIR_TEXT_MAIN =
      0, /* a place in the main text, what JavaScript decodes of the piece; with WANT_RAW
                        * in the piece */
  WEIR_TEXT_EXTRA = 1, /* at an offset in the extra text */
  WEIR_TEXT_LARGE = 2, /* the index of a large text, which is separate from the others */
  WEIR_TEXT_CUT = 3,   /* with WANT_RAW, at an offset in the kept bytes and the piece after them */
};

/* A row's head: kind in bits 0 to 2, has_id in 3, where data, id and type are in 4, 6 and 8, has_type in
 * 10, in 12 (with WEIR_WANT_RAW) that data is several unchanged lines after the first one's colon, and from
 * bit 16 the finding's code, or with NAMED 1 + the type's index in names, else its length. */
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
  uint32_t type; /* if the type has no number */
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

/* A text that JavaScript decodes as a whole. Offsets in it are in UTF-16 code units. */
typedef struct
{
  uint32_t begin, end; /* its bytes */
  uint32_t units;      /* the length of the decoded string if it is UTF-8 */
  uint32_t is_ascii;
} WeirText16;

/* The result of a call, which JavaScript reads. */
typedef struct
{
  int32_t status;
  uint32_t n_larges;
  uint32_t over; /* maxBufferSize was exceeded */
  WeirText16 main, extra;
  const uint8_t *text; /* the origin of offsets in the main text: the kept bytes and the piece */
  uint32_t cut_end;    /* the end of the values that begin before the piece */
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
  uint8_t *text;   /* in piece: the kept bytes and the piece */
  uint32_t length; /* of both */
  uint32_t first;  /* with WANT_RAW: the offset of the piece in the text */
  bool ascii;      /* both are */
  uint8_t piece[WEIR_TAIL + WEIR_PIECE + WEIR_SLACK] __attribute__ ((aligned (16)));
  uint8_t extra[WEIR_EXTRA + WEIR_SLACK] __attribute__ ((aligned (16)));
} WeirTable;

extern WeirTable weir_table;

/* Prepares for a new call: no rows, no texts. */
void weir_table_clear (void);

/* Passes a text to JavaScript, as a copy if there is room for one. Returns: WEIR_TEXT_…. */
uint32_t weir_table_put (WeirSpan span, uint32_t *begin, uint32_t *end);

/* Passes several texts as one, joined by line feeds. They follow each other in memory, with their field
 * names between them. Returns: false if there is no room. */
bool weir_table_put_lines (const WeirSpan *lines, uint32_t n, uint32_t *begin, uint32_t *end);

/* Returns: 1 + the index of a short type in names, or 0 if its slot is in use. The type is UTF-8. */
uint32_t weir_table_name (WeirSpan type);

/* Returns: the bits of a row's head for a type with that number. */
static inline uint32_t
weir_table_name_head (uint32_t name)
{
  return 1u << WEIR_HEAD_HAS_TYPE | 1u << WEIR_HEAD_NAMED | name << WEIR_HEAD_CODE;
}

/* Returns: the bits of a row's head for another type, of less than 65536 units. */
static inline uint32_t
weir_table_type_head (uint32_t how, uint32_t units)
{
  return 1u << WEIR_HEAD_HAS_TYPE | how << WEIR_HEAD_TYPE | units << WEIR_HEAD_CODE;
}

/* Passes a type that is not empty. Returns: the bits of the row's head for it. */
uint32_t weir_table_put_type (WeirRow *row, WeirSpan type);

/* Stores the byte range of a row, with WEIR_WANT_RANGES. */
void weir_table_put_range (uint32_t row, double begin, double end);

#endif
