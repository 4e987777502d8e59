/* SPDX-License-Identifier: MIT */
/*
 * weir-passing: for whoever takes the usual blocks of a stream by a loop of their own, and leaves
 * whatever is out of the ordinary to the parser. They feed it up to where a block ends, pass over
 * what they took themselves, and feed it the rest. Part of no library: weir-sse is built with it.
 */
#ifndef WEIR_PASSING_H
#define WEIR_PASSING_H

#include "weir-parser.h"

#define WEIR_PASSING_BLOCK 64
#define WEIR_PASSING_WINDOW (WEIR_PASSING_BLOCK * WEIR_WINDOW_BLOCKS)

/* Fills in what window says of the bytes from at on, of length bytes, as many as a window has; its blocks
 * begin at at. Without utf8 nothing is suspect. */
void weir_passing_scan (const char *bytes, size_t at, size_t length, bool utf8, WeirWindow *window);

/* How many bytes at the start of text are whole characters of UTF-8. */
size_t weir_passing_valid_length (const char *text, size_t length);

typedef enum
{
  WEIR_PASSING_NO,   /* the parser wants every byte */
  WEIR_PASSING_LF,   /* blocks may be passed over; lines of the stream end with LF */
  WEIR_PASSING_CRLF, /* the same, with CR LF */
} WeirPassing;

/* Whether the parser is between two blocks, has nothing left to give, and has seen one kind of line end. */
WeirPassing weir_passing_state (const WeirParser *parser);

/* The parser passes over n bytes, whole blocks that end their lines as weir_passing_state() says. It
 * counts them as fed, but no lines and no events, and does not learn their last event ID string. */
void weir_passing_over (WeirParser *parser, size_t n);

/* Where the parser is between two blocks: gives back what it kept for long lines and large data. What it
 * handed out of them is no more. */
void weir_passing_trim (WeirParser *parser);

#endif
