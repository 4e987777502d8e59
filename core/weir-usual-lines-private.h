/* SPDX-License-Identifier: MIT */
#ifndef WEIR_USUAL_LINES_PRIVATE_H
#define WEIR_USUAL_LINES_PRIVATE_H

#include "weir-parser.h"

/* Makes items of the lines at the parser's place, as long as they are whole, not too long, UTF-8, end
 * as all did before, and are comment, data, event, id or blank. Returns how many items. */
size_t weir_take_usual_lines (WeirParser *self, WeirItem *items, size_t capacity);

#endif
