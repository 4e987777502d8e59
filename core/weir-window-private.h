/* SPDX-License-Identifier: MIT */
/* The window of a chunk that is scanned, and the way from one line end in it to the next. */
#ifndef WEIR_WINDOW_PRIVATE_H
#define WEIR_WINDOW_PRIVATE_H

#include "weir-parser-private.h"

/* The place among the window's line ends; a loop keeps it in registers. */
typedef struct
{
  uint64_t ends;   /* of the block at block_begin in the chunk, those not walked yet */
  uint64_t blocks; /* those of the window with ends, not walked yet */
  size_t block_begin;
} WeirCursor;

/* Scans on until there is a line end, from the parser's place. False at the chunk's end. */
bool weir_window_scan (WeirParser *self);

static inline WeirCursor
weir_cursor_get (const WeirParser *self)
{
  return (WeirCursor){ self->ends, self->window.blocks, self->block_begin };
}

static inline void
weir_cursor_put (WeirParser *self, WeirCursor cursor)
{
  self->ends = cursor.ends;
  self->window.blocks = cursor.blocks;
  self->block_begin = cursor.block_begin;
}

/* Goes to the next block with line ends. False if the chunk has none; its windows are used up then. */
static inline bool
weir_cursor_next_block (WeirParser *self, WeirCursor *cursor)
{
  unsigned block;

  if (cursor->blocks == 0)
    {
      self->window.blocks = 0;
      if (!weir_window_scan (self))
        return false;
      cursor->blocks = self->window.blocks;
    }
  block = (unsigned) __builtin_ctzll (cursor->blocks);
  cursor->blocks &= cursor->blocks - 1;
  cursor->block_begin = self->window_begin + block * WEIR_BLOCK;
  cursor->ends = self->window.ends[block];
  return true;
}

/* The next line end in the chunk; there is one. */
static inline size_t
weir_cursor_end (const WeirCursor *cursor)
{
  return cursor->block_begin + (size_t) __builtin_ctzll (cursor->ends);
}

/* Past that line end. The LF of a CR LF is the next bit, or in the next block. */
static inline void
weir_cursor_advance (WeirCursor *cursor, bool crlf)
{
  cursor->ends &= cursor->ends - 1;
  if (crlf)
    cursor->ends &= cursor->ends - 1;
}

#endif
