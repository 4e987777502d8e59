/* SPDX-License-Identifier: MIT */
#ifndef WEIR_USUAL_LINES_PRIVATE_H
#define WEIR_USUAL_LINES_PRIVATE_H

#include "weir-parser-types.h"

/* The fast path: turns lines into items, starting at the position of the parser. It stops before the
 * first line that is not complete in the chunk, is too long, is not UTF-8, has another kind of line end
 * than the lines before, or is something else than a comment, data, event, id or blank line.
 * Returns: the number of items written, at most capacity. */
size_t weir_take_usual_lines (WeirParser *self, WeirItem *items, size_t capacity);

#endif
