/* SPDX-License-Identifier: MIT */
/*
 * WeirReader: turns the bytes of a body into items with their byte ranges, whatever the format of the
 * body. The format is an event stream's, read by WeirParser, or one of records, each of which becomes
 * an event. For one thread at a time.
 */
#pragma once

#include <glib.h>

#include "core/weir-parser.h"

G_BEGIN_DECLS

typedef enum
{
  WEIR_BODY_SSE = 0,  /* an event stream */
  WEIR_BODY_NDJSON,   /* a record in each line: NDJSON, JSON Lines */
  WEIR_BODY_JSON_SEQ, /* application/json-seq */
  WEIR_BODY_BEDROCK,  /* the frames of application/vnd.amazon.eventstream */
  WEIR_BODY_CONNECT,  /* the envelopes of application/connect+json */
  WEIR_N_BODY_FORMATS,
} WeirBodyFormat;

/* "sse", "ndjson", "json-seq", "bedrock", "connect". */
const char *weir_body_format_get_name (WeirBodyFormat format);
/* Returns: FALSE if the length bytes at name are not the name of a format. */
gboolean weir_body_format_parse (const char *name, gsize length, WeirBodyFormat *format);
/* Returns: the content type of a body in that format. */
const char *weir_body_format_get_content_type (WeirBodyFormat format);
/* Sets format to the one that the ending of a file's name is commonly used for.
 * Returns: FALSE if the ending is not one of a format of records. */
gboolean weir_body_format_guess (const char *name, WeirBodyFormat *format);

/* Takes items, which may be changed; their spans live for the call.
 * Returns: FALSE if no more are wanted. */
typedef gboolean (*WeirTakeItems) (gpointer data, WeirItem *items, gsize n_items);

typedef struct _WeirReader WeirReader;

/* Reads event streams until weir_reader_begin() is called. options are the parser's. */
WeirReader *weir_reader_new (const WeirParserOptions *options);
void weir_reader_free (WeirReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirReader, weir_reader_free)

/* A body of that format begins: byte 0. What was unfinished is dropped; the last event ID stays. */
void weir_reader_begin (WeirReader *self, WeirBodyFormat format);

/* As those of the parser: the bytes must live until they are read. */
void weir_reader_feed (WeirReader *self, const void *bytes, gsize length);
/* flush: an unfinished event of an event stream is dispatched, not dropped. */
void weir_reader_finish (WeirReader *self, gboolean flush);
/* Returns: WEIR_ITEM, with spans that live until the next call; otherwise as the parser. */
WeirStatus weir_reader_next (WeirReader *self, WeirItem *item);

/* Gives take all items that the bytes fed so far make.
 * Returns: the status, or WEIR_ITEM if take returned FALSE. */
WeirStatus weir_reader_drain (WeirReader *self, WeirTakeItems take, gpointer data);

/* Bytes that weir_reader_is_frame() needs. */
#define WEIR_READER_FRAME_BYTES 12
/* Returns: TRUE if bytes, the first of a body, begin as one of Amazon's frames does. */
gboolean weir_reader_is_frame (const char *bytes, gsize length);

/* Returns: TRUE if a record cannot be read, because it is too large or its checksum is wrong; no record
 * follows. */
gboolean weir_reader_is_damaged (WeirReader *self);
/* Returns: TRUE if the body ended in the middle of a record whose length is known. */
gboolean weir_reader_is_cut (WeirReader *self);

/* The parser of event streams, which has the last event ID and the counters. (transfer none) */
WeirParser *weir_reader_get_parser (WeirReader *self);

G_END_DECLS
