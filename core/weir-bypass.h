/* SPDX-License-Identifier: MIT */
/*
 * weir-bypass: lets a caller parse common blocks itself and leave the others to the parser. The caller
 * feeds the parser up to the end of a block, makes it skip the blocks that the caller parses, and feeds
 * it the rest. Not part of the library; only weir-sse is built with it.
 */
#ifndef WEIR_BYPASS_H
#define WEIR_BYPASS_H

#include "weir-parser.h"

#define WEIR_BYPASS_BLOCK 64
#define WEIR_BYPASS_WINDOW (WEIR_BYPASS_BLOCK * WEIR_WINDOW_BLOCKS)

/* Scans bytes from offset at to length, at most WEIR_BYPASS_WINDOW of them. The first block of *window
 * starts at offset at. If utf8 is false, suspect is not set. */
void weir_bypass_scan (const char *bytes, size_t at, size_t length, bool utf8, WeirWindow *window);

/* Returns: the number of bytes at the start of text that are complete, valid UTF-8 characters. */
size_t weir_bypass_valid_length (const char *text, size_t length);

typedef enum
{
  WEIR_BYPASS_NO,   /* the parser needs every byte */
  WEIR_BYPASS_LF,   /* blocks may be skipped; the lines of the stream end with LF */
  WEIR_BYPASS_CRLF, /* blocks may be skipped; the lines end with CR LF */
} WeirBypass;

/* Blocks may be skipped if the parser is between two blocks, has no item left to return, and has seen
 * one kind of line end. */
WeirBypass weir_bypass_state (const WeirParser *parser);

/* Makes the parser skip n bytes: complete blocks with the line ends that weir_bypass_state() returned.
 * The parser counts the bytes as fed, but not their lines and events, and does not see their ids. */
void weir_bypass_bytes (WeirParser *parser, size_t n);

/* If the parser is between two blocks, frees its memory for long lines and large data. Spans of earlier
 * items become invalid. */
void weir_bypass_trim (WeirParser *parser);

#endif
