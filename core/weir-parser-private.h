/* SPDX-License-Identifier: MIT */
/* What the parser's own files share. weir-parser.c says how they play together. */
#ifndef WEIR_PARSER_PRIVATE_H
#define WEIR_PARSER_PRIVATE_H

#include "weir-parser.h"

#include "weir-path-private.h"
#include "weir-text-private.h"

/* What block_has says. */
enum
{
  HAS_FIELD = 1 << 0,
  HAS_DATA = 1 << 1,
  HAS_TYPE = 1 << 2,
  HAS_ID = 1 << 3,
};

/* What line_ends says. */
enum
{
  SEEN_LF = 1 << 0,
  SEEN_CR = 1 << 1,
  SEEN_CRLF = 1 << 2,
};

/* The bits of due: the finding codes, then these. They leave lowest first. */
enum
{
  DUE_COMMENT = WEIR_FINDING_ID_TOO_LONG + 1,
  DUE_RETRY,
  DUE_EVENT,
  DUE_FRAGMENT,
};

/* So many bytes may be read behind a line that is carried; in a chunk its end stands there. */
#define LOOKAHEAD 8

/* Of "data:". */
#define NAME_LENGTH 5

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"
#define BOM_LENGTH 3
#define BOM_PAST 4

/* A build that is to be small leaves them out. */
#ifdef WEIR_SMALL
#define GIVES_FRAGMENTS(self) false
#else
#define GIVES_FRAGMENTS(self) ((self)->options.fragments)
#endif

static inline void
weir_make_due (WeirParser *self, unsigned what)
{
  self->due |= (uint32_t) 1 << what;
}

static inline bool
weir_parser_reserve (WeirParser *self, WeirText *text, size_t more)
{
  self->grown = true;
  return weir_text_reserve (text, more, &self->options.allocator, &self->retired);
}

#endif
