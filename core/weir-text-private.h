/* SPDX-License-Identifier: MIT */
/* A growable text. Bytes that were returned in spans stay where they are until the next feed(). */
#ifndef WEIR_TEXT_PRIVATE_H
#define WEIR_TEXT_PRIVATE_H

#include "weir-parser-types.h"

/* Like weir_text_reserve(), if the block is too small. */
bool weir_text_grow (WeirText *text, size_t more, const WeirAllocator *allocator, void **retired);

/* Makes room for more bytes after end. A block that spans point into is not freed, but added to the
 * list retired. Returns: false if there is no memory. */
static inline bool
weir_text_reserve (WeirText *text, size_t more, const WeirAllocator *allocator, void **retired)
{
  return more <= text->capacity - text->end || weir_text_grow (text, more, allocator, retired);
}

/* In bytes. weir_text_release_spans() moves a longer text to the front of its block, and a shorter one only if
 * half of the block lies before it. */
#define WEIR_TEXT_SMALL 2048

/* Moves the bytes in [begin, end) to the start of the block. */
void weir_text_move_to_front (WeirText *text);

/* Called by feed(): spans that were returned are not in use any more, so their room can be reused. */
static inline void
weir_text_release_spans (WeirText *text)
{
  if (text->begin == text->end)
    text->begin = text->end = 0;
  else if (text->begin > text->capacity / 2
           || (text->begin > 0 && text->end - text->begin > WEIR_TEXT_SMALL))
    weir_text_move_to_front (text);
}

/* Frees the block of the text. */
void weir_text_clear (WeirText *text, const WeirAllocator *allocator);

/* Frees the blocks of the list. */
void weir_text_free_retired (void **retired, const WeirAllocator *allocator);

#endif
