/* SPDX-License-Identifier: MIT */
/*
 * weir-sse-usual: the fast path. It writes rows directly from the line ends that the core's scanner
 * finds. It takes only complete blocks of well-formed data, event, id and retry fields and comments. The
 * core's parser takes everything else, and blocks that the end of a chunk cuts.
 */
#ifndef WEIR_SSE_USUAL_H
#define WEIR_SSE_USUAL_H

#include <stdbool.h>
#include <stdint.h>

/* Finds the line ends of the text in the table, and sets in the table whether it is ASCII. */
void weir_usual_begin (void);

/* Called if the text is not UTF-8: finds the end of its valid part, where the fast path stops. */
void weir_usual_check (void);

/* Takes blocks from offset at on, up to the first block that it cannot take or that is cut, or until the
 * rows are full. crlf: the lines end with CR LF. position: the offset of the text in the stream. Returns:
 * the offset where it stopped. Sets *is_cut if the rest is the start of a block that has no row yet. */
uint32_t weir_usual_take (uint32_t at, bool crlf, double position, bool *is_cut);

/* Returns: the end of the first block that does not end before at, or the length of the text if none does. */
uint32_t weir_usual_block_end (uint32_t at);

#endif
