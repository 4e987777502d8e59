/* SPDX-License-Identifier: MIT */
/*
 * weir-sse-usual: rows for what nearly every stream is made of, written straight
 * from the line ends that the core's scanner finds. It takes whole blocks only:
 * of data, event, id and retry fields and comments, all well formed. Whatever
 * else there is, and what chunks cut, is the core's parser's.
 */
#ifndef WEIR_SSE_USUAL_H
#define WEIR_SSE_USUAL_H

#include <stdbool.h>
#include <stdint.h>

/* The table has a text: finds its line ends, and says in the table whether it is ASCII. */
void weir_usual_begin (void);

/* The text was found not to be UTF-8: finds out so far it is, which is where the usual way ends. */
void weir_usual_check (void);

/* Takes the blocks that begin at, up to the first that is out of the ordinary or cut, or until the rows
 * are full; crlf says how lines end, position where the text stands in the stream. Returns where it
 * stopped. is_cut: what is left is the begin of a block that has nothing to give before it ends. */
uint32_t weir_usual_take (uint32_t at, bool crlf, double position, bool *is_cut);

/* Where the first block ends that is not over before at; the text's length if none does. */
uint32_t weir_usual_block_end (uint32_t at);

#endif
