/* SPDX-License-Identifier: MIT */
/* Shared by the files of the parser. weir-parser.c gives an overview of them. */
#ifndef WEIR_PARSER_STATE_PRIVATE_H
#define WEIR_PARSER_STATE_PRIVATE_H

#include "weir-parser-types.h"

#include "weir-path-private.h"
#include "weir-text-private.h"

/* Bits of block_has. */
enum
{
  HAS_FIELD = 1 << 0,
  HAS_DATA = 1 << 1,
  HAS_TYPE = 1 << 2,
  HAS_ID = 1 << 3,
};

/* Bits of line_ends. */
enum
{
  SEEN_LF = 1 << 0,
  SEEN_CR = 1 << 1,
  SEEN_CRLF = 1 << 2,
};

/* Bit numbers of due: the finding codes, then these. Items are returned in the order of the bits. */
enum
{
  DUE_COMMENT = WEIR_FINDING_ID_TOO_LONG + 1,
  DUE_RETRY,
  DUE_EVENT,
};

/* Number of readable bytes after the text of a carried line, so that its start can be loaded as one
 * word. */
#define LOOKAHEAD 8

/* Length of "data:". */
#define NAME_LENGTH 5

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"
#define BOM_LENGTH 3
#define BOM_PAST 4

/* Lets the item of this bit number be returned next. */
static inline void
weir_make_due (WeirParser *self, unsigned what)
{
  self->due |= (uint32_t) 1 << what;
}

/* Makes room for more bytes after text->end. Returns: false if there is no memory. */
static inline bool
weir_parser_reserve (WeirParser *self, WeirText *text, size_t more)
{
  self->grown = true;
  return weir_text_reserve (text, more, &self->options.allocator, &self->retired);
}

#endif
