/* SPDX-License-Identifier: MIT */
/* The types of weir-parser.h. Include weir-parser.h, which describes how they are used. */
#ifndef WEIR_PARSER_TYPES_H
#define WEIR_PARSER_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- Items --------------------------------------------------------------- */

/* length bytes of valid UTF-8. Not NUL-terminated; may contain NUL. */
typedef struct
{
  const char *text;
  size_t length;
} WeirSpan;

typedef enum
{
  WEIR_ITEM_EVENT = 1, /* a dispatched event */
  WEIR_ITEM_COMMENT,   /* a line that starts with a colon */
  WEIR_ITEM_RETRY,     /* a valid retry field */
  WEIR_ITEM_FINDING,   /* a violation of the standard, an unfinished event or a limit */
} WeirItemKind;

/* All findings. Later versions may append to this list. */
typedef enum
{
  WEIR_FINDING_UNKNOWN_FIELD = 1, /* a field name that the standard does not define; line ignored */
  WEIR_FINDING_FIELD_NAME_CASE,   /* "Data: x": field names are case-sensitive; line ignored */
  WEIR_FINDING_FIELD_NAME_SPACE,  /* "data : x" or " data: x": spaces are part of the field name;
                                   * line ignored */
  WEIR_FINDING_INVALID_RETRY, /* a retry value that is not one or more ASCII digits; line ignored */
  WEIR_FINDING_NUL_IN_ID,     /* an id that contains U+0000; line ignored */
  WEIR_FINDING_BOM_IN_STREAM, /* U+FEFF at the start of a line other than the first */
  WEIR_FINDING_INVALID_UTF8,  /* invalid UTF-8, replaced by U+FFFD; reported once per line */
  WEIR_FINDING_MIXED_LINE_ENDS,  /* a line end of another kind than before; reported once per
                                   * stream */
  WEIR_FINDING_NO_DATA,          /* a block with an id or event field but no data field: no event */
  WEIR_FINDING_UNFINISHED_EVENT, /* the stream ended before the blank line; the event is discarded,
                                   * or dispatched if finish() was called with flush */
  WEIR_FINDING_LINE_TOO_LONG,    /* a line exceeds max_line_bytes; see WeirOnLimit */
  WEIR_FINDING_EVENT_TOO_LARGE,  /* the data of an event exceeds max_event_bytes; see WeirOnLimit */
  WEIR_FINDING_ID_TOO_LONG,      /* an id exceeds max_id_bytes; line ignored */
} WeirFindingCode;

/*
 * One item. Members that do not apply to its kind are zero.
 *
 * begin and end are the byte range [begin, end) of the item in the stream of this connection. Offset
 * 0 is the first byte fed after init() or reset(), including a byte order mark. The range covers
 *   - for an event: from the line of its first field to the end of the blank line,
 *   - for a comment or retry: its line and line end,
 *   - for a finding: the bytes that it is about.
 *
 * A CR ends its line immediately, so that an event does not wait for a byte that may never arrive.
 * Therefore the range of a line that ends with CR LF ends after the CR, and the LF is in no range.
 * Whether a CR was followed by an LF is known one byte later, or at the end of the stream; a finding
 * MIXED_LINE_ENDS is returned then.
 *
 * Items are ordered by the byte that completes them. Items completed by the same byte are ordered:
 * findings in the order of WeirFindingCode, then the comment or retry, then the event.
 *
 * Spans are valid until the next call of weir_parser_next(). Spans of an item returned by
 * weir_parser_next_batch() are valid until the next call of weir_parser_feed().
 */
typedef struct
{
  WeirItemKind kind;
  WeirFindingCode finding; /* finding only */
  uint64_t begin;
  uint64_t end;
  WeirSpan type;          /* event: its type; "message" if no event field set it */
  WeirSpan data;          /* event: its data buffer, without the final line feed */
  WeirSpan last_event_id; /* event and NO_DATA: the last event ID string at this point */
  WeirSpan text;     /* comment: everything after the colon; finding: the line that it is about, or
                      * empty */
  uint64_t retry_ms; /* retry: the reconnection time in milliseconds, at most WEIR_MAX_RETRY_MS */
  bool has_type;     /* event: the block has an event field that is not empty */
  bool has_id;       /* event and NO_DATA: the block has an id field that was not ignored */
} WeirItem;

/* 24.8 days in milliseconds: the maximum of the timers of common platforms. Larger values of a retry
 * field are reduced to it. */
#define WEIR_MAX_RETRY_MS ((uint64_t) INT32_MAX)

/* --- Status and options -------------------------------------------------- */

typedef enum
{
  WEIR_ITEM = 0,   /* next(): *item is set; feed() and finish(): call next() */
  WEIR_NEED_INPUT, /* all input is consumed: call feed() or finish() */
  WEIR_LIMIT,      /* a limit was exceeded and on_limit is STOP. The item before this status is the
                    * finding that names the limit. Only reset() continues. */
  WEIR_NO_MEMORY, /* the allocator returned NULL. Nothing was lost: call next() again, or reset() */
  WEIR_MISUSE,    /* feed() before the previous chunk was consumed, or after finish(). No effect. */
} WeirStatus;

/* What to do when a line or an event exceeds its limit. */
typedef enum
{
  WEIR_ON_LIMIT_STOP = 0, /* next() returns WEIR_LIMIT until reset() */
  WEIR_ON_LIMIT_SKIP, /* return a finding and skip the block up to its blank line. If the line is a
                       * comment or an unknown field, skip only this line. */
} WeirOnLimit;

/*
 * An allocator. resize() works like realloc(): it returns a block of new_size bytes, aligned for a
 * pointer, that starts with the first old_size bytes of block. block is NULL if old_size is 0. On
 * failure it returns NULL and leaves block unchanged. If new_size is 0, it frees block and returns
 * NULL. user_data is passed through.
 */
typedef struct
{
  void *(*resize) (void *user_data, void *block, size_t old_size, size_t new_size);
  void *user_data;
} WeirAllocator;

/* 16 MiB, 64 MiB and 64 KiB. */
#define WEIR_DEFAULT_MAX_LINE_BYTES ((size_t) 16 << 20)
#define WEIR_DEFAULT_MAX_EVENT_BYTES ((size_t) 64 << 20)
#define WEIR_DEFAULT_MAX_ID_BYTES ((size_t) 64 << 10)

/*
 * All zero: the default limits, stop at a limit, and no allocator. Without an allocator, next() returns
 * WEIR_NO_MEMORY for a line or event that the end of a chunk cuts, an event with several data lines,
 * invalid UTF-8, and an id that must outlive its chunk.
 */
typedef struct
{
  size_t max_line_bytes;  /* of a line before decoding, without its line end; 0: the default */
  size_t max_event_bytes; /* of the decoded data of an event, checked at each line end; 0: the
                           * default */
  size_t max_id_bytes;    /* of a decoded id; 0: the default */
  WeirOnLimit on_limit;
  WeirAllocator allocator;
  void *reserved[5]; /* for options of later versions; must be NULL */
} WeirParserOptions;

/* Totals since init(), over all connections. */
typedef struct
{
  uint64_t bytes;                               /* fed */
  uint64_t lines;                               /* completed, including blank lines */
  uint64_t events, comments, retries, findings; /* items returned */
  uint64_t skipped_blocks;                      /* dropped because of a limit */
  uint64_t skipped_bytes; /* of these blocks, from the first field to the end of the blank line, and
                           * of lines that were dropped alone */
} WeirCounters;

/* --- Private: public only because the caller allocates a WeirParser ------- */

#define WEIR_WINDOW_BLOCKS 64

/* The result of scanning up to WEIR_WINDOW_BLOCKS blocks of 64 bytes. */
typedef struct
{
  uint64_t ends[WEIR_WINDOW_BLOCKS]; /* bit i of ends[b]: byte i of block b is LF or CR */
  uint64_t blocks;                   /* bit b: ends[b] is not 0 */
  bool suspect; /* the window may contain invalid UTF-8. A character that the end of the window cuts
                 * does not count. */
  bool ascii;   /* neither the window nor the four bytes before it contain a byte above 0x7F */
} WeirWindow;

/* A growable text. [begin, end) may still change. Bytes before begin were returned in spans and
 * neither move nor change until the next feed(). */
typedef struct
{
  char *bytes;
  size_t capacity, begin, end;
} WeirText;

/* A field value of the current block. span points into the chunk, into the text of the current line,
 * or, if held is set, into text. */
typedef struct
{
  WeirSpan span;
  WeirText text;
  bool held;
} WeirPart;

typedef struct WeirParser WeirParser;

struct WeirParser
{
  WeirParserOptions options;
  WeirCounters counters;                /* bytes: without the current connection */
  const struct WeirPathFunctions *path; /* weir-path-private.h */

  /* The chunk, its scanned window, and the position in both. */
  const char *chunk;
  size_t length;
  uint64_t offset; /* of the chunk in the stream */
  size_t at;       /* next byte to consume: the start of the line, or the end of the part that was
                    * copied to line */
  size_t window_begin, scanned; /* bounds of the window */
  size_t block_begin;           /* of the block that ends belongs to */
  uint64_t ends; /* line ends of that block that were not visited yet; window.blocks has the blocks
                      * that were not visited yet */
  WeirWindow window;

  /* The current line. */
  uint64_t line_begin;
  WeirText line;     /* of a line that is cut or not UTF-8: its text so far, decoded */
  size_t line_valid; /* length of the valid UTF-8 at its start; at most three bytes follow */
  size_t piece_room; /* how many more bytes the fast path of feed() may append to line */
  uint64_t bad_begin, bad_end; /* byte range of its first invalid UTF-8, if bad is set */
  bool carried;                /* the line is in that text */
  bool bad;
  bool suspect;      /* it may contain invalid UTF-8 */
  bool after_cr;     /* an LF as the next byte belongs to the previous line end */
  uint8_t line_ends; /* kinds of line ends seen in the stream: SEEN_… */
  uint8_t bom;       /* number of bytes of the byte order mark seen; BOM_PAST: done */

  /* The current block, and the last event ID string. */
  unsigned block_has; /* HAS_… */
  uint64_t event_begin;
  WeirPart data, type, id, last_id;

  /* The items that the last line end completed, as a set of bits, and their values. */
  uint32_t due;
  WeirSpan due_line;
  uint64_t due_begin, due_end, due_block_begin, due_unfinished_begin, mixed_begin, mixed_end,
      retry_ms;

  bool grown;    /* a text was written to since the last feed() */
  void *retired; /* list of blocks that texts outgrew since then; spans still point into them */
  uint64_t skip_begin;
  bool skipping, skipping_line, stopped, drained, finished, flush;

  /* The caller allocates the struct, so its size is part of the ABI. Later versions take their members
   * from here. */
  uint64_t reserved[18];
};

#ifdef __cplusplus
}
#endif

#endif
