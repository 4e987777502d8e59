/* SPDX-License-Identifier: MIT */
/* The window (the scanned part of a chunk) and a cursor over its line ends. */
#ifndef WEIR_WINDOW_PRIVATE_H
#define WEIR_WINDOW_PRIVATE_H

#include "weir-parser-state-private.h"

/* A position among the line ends of the window. A copy, so that loops can keep it in registers. */
typedef struct
{
  uint64_t ends;   /* not visited yet, of the block at offset block_begin of the chunk */
  uint64_t blocks; /* of the window, with line ends and not visited yet */
  size_t block_begin;
} WeirCursor;

/* Scans the next windows until one has a line end. Returns: false if the chunk has no more. */
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

/* Moves the cursor to the next block with line ends. Returns: false if the rest of the chunk has none;
 * the whole chunk is scanned then. */
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

/* Returns: the offset of the next line end in the chunk. The cursor must have one. */
static inline size_t
weir_cursor_end (const WeirCursor *cursor)
{
  return cursor->block_begin + (size_t) __builtin_ctzll (cursor->ends);
}

/* Moves past that line end. The LF of a CR LF is the next bit, or a bit of the next block. */
static inline void
weir_cursor_advance (WeirCursor *cursor, bool crlf)
{
  cursor->ends &= cursor->ends - 1;
  if (crlf)
    cursor->ends &= cursor->ends - 1;
}

#endif
