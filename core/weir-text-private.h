/* SPDX-License-Identifier: MIT */
/* A text that grows, and whose bytes, once handed out, stay until the next feed. */
#ifndef WEIR_TEXT_PRIVATE_H
#define WEIR_TEXT_PRIVATE_H

#include "weir-parser.h"

/* Makes room for more bytes behind end. A block that must stay goes to retired. */
bool weir_text_reserve (WeirText *text, size_t more, const WeirAllocator *allocator, void **retired);

/* The next feed: nothing that was handed out is in use any more. */
void weir_text_thaw (WeirText *text);

void weir_text_clear (WeirText *text, const WeirAllocator *allocator);

void weir_text_free_retired (void **retired, const WeirAllocator *allocator);

#endif
