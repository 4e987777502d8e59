/* SPDX-License-Identifier: MIT */
/* Lines one by one: those that are cut, are not UTF-8, or are out of the ordinary otherwise. */
#ifndef WEIR_LINE_PRIVATE_H
#define WEIR_LINE_PRIVATE_H

#include "weir-parser-private.h"

/* A new line begins at at in the chunk. */
void weir_line_begin (WeirParser *self, size_t at);

/* Puts the line's bytes, up to end in the chunk, aside. False without memory. */
bool weir_line_carry (WeirParser *self, size_t end);

/* Takes the line that ends at end in the chunk. Where at is not behind end afterwards, it wants to
 * be called again, when what is due has left. */
WeirStatus weir_line_take (WeirParser *self, size_t end);

/* The stream's first bytes: passes over a byte order mark. */
WeirStatus weir_line_take_bom (WeirParser *self);

/* No line ends in the rest of the chunk: puts aside what the next one needs. */
WeirStatus weir_line_drain (WeirParser *self);

/* HTML Standard 9.2.6: at the end of the file "any pending data must be discarded". */
WeirStatus weir_line_take_end (WeirParser *self);

/* What was skipped for a limit ends at end in the stream. */
void weir_line_end_skipping (WeirParser *self, uint64_t end);

#endif
