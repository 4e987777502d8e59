/* SPDX-License-Identifier: MIT */
/* A text that grows, and whose bytes, once handed out, stay until the next feed. */
#ifndef WEIR_TEXT_PRIVATE_H
#define WEIR_TEXT_PRIVATE_H

#include "weir-parser.h"

bool weir_text_grow (WeirText *text, size_t more, const WeirAllocator *allocator, void **retired);

/* Makes room for more bytes behind end. A block that must stay goes to retired. */
static inline bool
weir_text_reserve (WeirText *text, size_t more, const WeirAllocator *allocator, void **retired)
{
  return more <= text->capacity - text->end || weir_text_grow (text, more, allocator, retired);
}

/* To move a text to the front of its block is worth it from here on, or when half the block is gone. */
#define WEIR_TEXT_SMALL 2048

void weir_text_move_to_front (WeirText *text);

/* The next feed: nothing that was handed out is in use any more. */
static inline void
weir_text_thaw (WeirText *text)
{
  if (text->begin == text->end)
    text->begin = text->end = 0;
  else if (text->begin > text->capacity / 2
           || (text->begin > 0 && text->end - text->begin > WEIR_TEXT_SMALL))
    weir_text_move_to_front (text);
}

void weir_text_clear (WeirText *text, const WeirAllocator *allocator);

void weir_text_free_retired (void **retired, const WeirAllocator *allocator);

#endif
