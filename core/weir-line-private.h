/* SPDX-License-Identifier: MIT */
/* The slow path, one line at a time: lines that a chunk's end cuts, that are not UTF-8, that cause a
 * finding or exceed a limit. Functions that return WeirStatus return WEIR_ITEM to be continued. */
#ifndef WEIR_LINE_PRIVATE_H
#define WEIR_LINE_PRIVATE_H

#include "weir-parser-state-private.h"

/* Starts a new line at offset at of the chunk. */
void weir_line_begin (WeirParser *self, size_t at);

/* Copies the bytes of the line, up to offset end of the chunk, to the line's own text. Returns: false if
 * there is no memory. */
bool weir_line_carry (WeirParser *self, size_t end);

/* Consumes the line that ends at offset end of the chunk. If the position is not after end afterwards,
 * the caller must return the items that are due and call again. */
WeirStatus weir_line_take (WeirParser *self, size_t end);

/* Skips a byte order mark at the start of the stream. */
WeirStatus weir_line_take_bom (WeirParser *self);

/* Called if no line ends in the rest of the chunk: copies what the next chunk needs. */
WeirStatus weir_line_drain (WeirParser *self);

/* Called after finish(). HTML Standard 9.2.6: at the end of the file "any pending data must be
 * discarded". */
WeirStatus weir_line_take_end (WeirParser *self);

/* Ends skipping at offset end of the stream, and counts the skipped bytes. */
void weir_line_end_skipping (WeirParser *self, uint64_t end);

#endif
