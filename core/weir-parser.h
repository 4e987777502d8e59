/* SPDX-License-Identifier: MIT */
/*
 * weir-parser: a pull parser for event streams (text/event-stream).
 *
 * Bytes go in, in chunks cut anywhere; items come out: events, comments,
 * reconnection times and findings. The rules are those of the HTML Standard,
 * section 9.2.6 "Interpreting an event stream"; text is decoded by the
 * Encoding Standard's "UTF-8 decode".
 *
 *   WeirParserOptions options = { .allocator = weir_allocator_malloc () };
 *   WeirParser parser;
 *   WeirItem item;
 *
 *   weir_parser_init (&parser, &options);
 *   while ((n = read (fd, chunk, sizeof chunk)) > 0)
 *     {
 *       weir_parser_feed (&parser, chunk, n);
 *       while (weir_parser_next (&parser, &item) == WEIR_ITEM)
 *         if (item.kind == WEIR_ITEM_EVENT)
 *           fwrite (item.data.text, 1, item.data.length, stdout);
 *     }
 *   weir_parser_clear (&parser);
 *
 * The core knows no clock, no file and no malloc: memory for what a chunk's
 * end cuts comes from the allocator in the options; weir-allocator.h has one
 * for realloc and one for a fixed buffer. A parser is used by one thread at a
 * time; any number of parsers may be used at once.
 *
 * The items are the same wherever the chunks are cut.
 */
#ifndef WEIR_PARSER_H
#define WEIR_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- What comes out ------------------------------------------------------ */

/* Text of length bytes, valid UTF-8, not NUL-terminated; it may hold NUL. */
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
  WEIR_ITEM_FINDING,   /* something that a reader of the stream should know */
  WEIR_ITEM_FRAGMENT, /* a piece of the data of an event to come; only where options.fragments asks for it */
} WeirItemKind;

/* What can be found wrong, or worth knowing, about a stream: a closed list. */
typedef enum
{
  WEIR_FINDING_UNKNOWN_FIELD = 1, /* a field name that the standard does not know; ignored */
  WEIR_FINDING_FIELD_NAME_CASE,   /* "Data: x": names are case-sensitive; ignored */
  WEIR_FINDING_FIELD_NAME_SPACE,  /* "data : x" or " data: x": space is part of the name; ignored */
  WEIR_FINDING_INVALID_RETRY,    /* a retry value that is empty or not only ASCII digits; ignored */
  WEIR_FINDING_NUL_IN_ID,        /* an id that holds U+0000; ignored */
  WEIR_FINDING_BOM_IN_STREAM,    /* U+FEFF at the start of a line other than the first */
  WEIR_FINDING_INVALID_UTF8,     /* bytes that are not UTF-8; replaced by U+FFFD; once a line */
  WEIR_FINDING_MIXED_LINE_ENDS,  /* a line end of another kind than those before; once a stream */
  WEIR_FINDING_NO_DATA,          /* a block with id or event but no data: no event is dispatched */
  WEIR_FINDING_UNFINISHED_EVENT, /* the stream ended before the blank line; dropped or flushed */
  WEIR_FINDING_LINE_TOO_LONG,    /* max_line_bytes was reached; see WEIR_ON_LIMIT_SKIP */
  WEIR_FINDING_EVENT_TOO_LARGE,  /* max_event_bytes was reached; skipped to the next blank line */
  WEIR_FINDING_ID_TOO_LONG,      /* max_id_bytes was reached; the id is ignored */
} WeirFindingCode;

/*
 * One item. Fields that do not belong to its kind are zero.
 *
 * begin and end are the item's byte range [begin, end) in the connection's
 * stream, counted from the first byte fed since init or reset, a byte order
 * mark included: of an event from its first field's line to the end of the
 * blank line that dispatches it; of a comment or retry its line with the line
 * end; of a finding the bytes it speaks of.
 *
 * A CR ends its line at once, whatever follows, so an event is never kept
 * waiting for a byte that may not come. A range that ends with a CR LF
 * therefore ends behind the CR, wherever the chunks are cut, and that LF
 * stands between the ranges. Whether a CR stood alone is known a byte later, or
 * at the end: that is where MIXED_LINE_ENDS comes for it.
 *
 * Items come in the order of the byte that completes them; of the same byte
 * the findings first, in the order of the list above, then the comment or
 * retry, then the event.
 *
 * Spans live until the next weir_parser_next(), or, if the item came from
 * weir_parser_next_batch(), until the next weir_parser_feed().
 */
typedef struct
{
  WeirItemKind kind;
  WeirFindingCode finding; /* finding */
  uint64_t begin;
  uint64_t end;
  WeirSpan type; /* event: its type, "message" where no event field set it */
  WeirSpan data; /* event: its data buffer, without the last line feed; fragment: the piece */
  WeirSpan last_event_id; /* event, and finding NO_DATA: the last event ID string, as of here */
  WeirSpan text;     /* comment: what follows the colon; finding: the line it speaks of, if any */
  uint64_t retry_ms; /* retry: the reconnection time, at most WEIR_MAX_RETRY_MS */
  bool has_type;     /* event: the block has an event field that is not empty */
  bool has_id;       /* event, NO_DATA: the block has an id field that was not ignored */
} WeirItem;

/* About 24 days and 20 hours: what timers everywhere can take. */
#define WEIR_MAX_RETRY_MS ((uint64_t) INT32_MAX)

/* --- What next() says ---------------------------------------------------- */

typedef enum
{
  WEIR_ITEM = 0,   /* *item is filled in */
  WEIR_NEED_INPUT, /* all that was fed is used up; feed more, or finish */
  WEIR_LIMIT,      /* a limit was reached and on_limit is STOP; the item before was the finding
                      * that says which; only reset goes on */
  WEIR_NO_MEMORY,  /* the allocator gave NULL; nothing was lost: call again, or reset */
  WEIR_MISUSE,     /* feed before the last chunk was drained, or after finish; nothing was done */
} WeirStatus;

/* The names of the findings in lower case with hyphens, as the command-line tools print them
 * ("unknown-field"), and an English sentence for each. Static strings, never NULL. */
const char *weir_finding_name (WeirFindingCode code);
const char *weir_finding_sentence (WeirFindingCode code);

/* --- Options ------------------------------------------------------------- */

typedef enum
{
  WEIR_ON_LIMIT_STOP = 0, /* next() says WEIR_LIMIT, and again until reset */
  WEIR_ON_LIMIT_SKIP, /* drop the block up to the next blank line, with a finding, and count it; of a
                       * comment or an unknown field that is too long only the line */
} WeirOnLimit;

/* resize() gives a block of new_size bytes, aligned for a pointer, that holds the first old_size
 * bytes of block (NULL where old_size is 0), or NULL and leaves block alone; new_size 0 frees. */
typedef struct
{
  void *(*resize) (void *user_data, void *block, size_t old_size, size_t new_size);
  void *user_data;
} WeirAllocator;

#define WEIR_DEFAULT_MAX_LINE_BYTES ((size_t) 16 << 20)
#define WEIR_DEFAULT_MAX_EVENT_BYTES ((size_t) 64 << 20)
#define WEIR_DEFAULT_MAX_ID_BYTES ((size_t) 64 << 10)

/* All zero means: the default limits, stop on a limit, no allocator (an item that a chunk's end
 * cuts, several data lines, invalid UTF-8, or an id to remember then gives WEIR_NO_MEMORY). */
typedef struct
{
  size_t max_line_bytes;  /* of a line without its line end, as it came; 0: the default */
  size_t max_event_bytes; /* of decoded data, looked at when a line ends; 0: the default */
  size_t max_id_bytes;    /* of an id, decoded; 0: the default */
  WeirOnLimit on_limit;
  WeirAllocator allocator;
  bool fragments;    /* give an event's data piece by piece, see below */
  void *reserved[4]; /* NULL: room for options of later versions */
} WeirParserOptions;

/* With fragments, data that a chunk's end cuts are not kept: each piece leaves as an item FRAGMENT,
 * and the event carries the last piece only (it may be empty), so that a value of any size passes
 * through little memory. max_line_bytes and max_event_bytes then do not hold for data. The pieces
 * together are the data that the event would have had; where they are cut depends on the chunks. A
 * finding UNFINISHED_EVENT, LINE_TOO_LONG or a WEIR_LIMIT instead of the event means: forget them. A
 * fragment's range goes from its event's first byte to the last that was read for it. */

/* --- The parser ---------------------------------------------------------- */

/* Yours to place, on the stack or in a struct; its members are private (at the end). */
typedef struct WeirParser WeirParser;

/* Makes parser ready for the first byte of a stream. options is copied; NULL: all defaults. */
void weir_parser_init (WeirParser *parser, const WeirParserOptions *options);

/* Gives back what the allocator gave. The parser may be initialised again. */
void weir_parser_clear (WeirParser *parser);

/* Ready for the first byte of the next connection: the unfinished event, the byte count and the
 * decoder start afresh; the last event ID, the limits, the counters and the memory stay. */
void weir_parser_reset (WeirParser *parser);

/* Hands over a chunk, cut anywhere. The bytes are the caller's and stay unchanged until the chunk
 * is drained (next() said WEIR_NEED_INPUT). WEIR_MISUSE if the last chunk is not drained, or after
 * finish; WEIR_LIMIT if a limit stopped the parser; otherwise WEIR_NEED_INPUT where length is 0 and
 * WEIR_ITEM to say: ask next(). What was assembled from a chunk is freed by the next feed(), so do
 * not feed gigabytes at once. */
WeirStatus weir_parser_feed (WeirParser *parser, const void *bytes, size_t length);

/* The next item of what was fed. One may stop between any two items and go on later. */
WeirStatus weir_parser_next (WeirParser *parser, WeirItem *item);

/* As many items as fit: writes their count to n_items. WEIR_ITEM: the array is full, call again
 * (its spans stay valid too); any other status: why it stopped, behind the n_items items. */
WeirStatus
weir_parser_next_batch (WeirParser *parser, WeirItem *items, size_t capacity, size_t *n_items);

/* The stream has ended (HTML Standard 9.2.6: "any pending data must be discarded"). Drops the
 * unfinished event, or, with flush, treats the end as a line end and a blank line; next() then gives
 * what is left, a finding UNFINISHED_EVENT among it where there was one, and then WEIR_NEED_INPUT.
 * Says WEIR_ITEM, to mean: ask next(); or WEIR_MISUSE and WEIR_LIMIT as feed() does. */
WeirStatus weir_parser_finish (WeirParser *parser, bool flush);

/* The last event ID string, as the next Last-Event-ID header should carry it; until the next next(). */
WeirSpan weir_parser_get_last_event_id (const WeirParser *parser);

/* Sets it, before the first byte of a connection. The text is copied. WEIR_MISUSE if it is not UTF-8,
 * or holds U+0000, CR or LF; WEIR_LIMIT if it is longer than max_id_bytes; WEIR_NO_MEMORY;
 * WEIR_NEED_INPUT where it is done. */
WeirStatus weir_parser_set_last_event_id (WeirParser *parser, const char *text, size_t length);

typedef struct
{
  uint64_t bytes;                               /* fed */
  uint64_t lines;                               /* ended, blank ones included */
  uint64_t events, comments, retries, findings; /* items given */
  uint64_t skipped_blocks;                      /* dropped for a limit */
  uint64_t skipped_bytes; /* of those, from the block's first field to the blank line's end, and of
                           * single lines that were dropped */
} WeirCounters;

/* Since init, over all connections. */
WeirCounters weir_parser_get_counters (const WeirParser *parser);

/* --- Private: here for its size alone ------------------------------------- */

#define WEIR_WINDOW_BLOCKS 64

/* The scanner's view of WEIR_WINDOW_BLOCKS blocks of 64 bytes. */
typedef struct
{
  uint64_t ends[WEIR_WINDOW_BLOCKS]; /* bit i of ends[b]: byte i of block b is LF or CR */
  uint64_t blocks;                   /* bit b: ends[b] is not 0 */
  bool suspect;                      /* there may be bytes that are not UTF-8; a character that the
                                      * end cuts is none of them */
  bool ascii;                        /* there is no byte above 0x7F, nor just before */
} WeirWindow;

/* A growable text. [begin, end) is in work; what stands before begin was handed out and neither
 * moves nor changes until the next feed. */
typedef struct
{
  char *bytes;
  size_t capacity, begin, end;
} WeirText;

/* A value of the block that is being read: in the chunk, in the line's text, or (held) in text. */
typedef struct
{
  WeirSpan span;
  WeirText text;
  bool held;
} WeirPart;

struct WeirParser
{
  WeirParserOptions options;
  WeirCounters counters;                /* its bytes: those of earlier streams */
  const struct WeirPathFunctions *path; /* weir-path.h */

  /* The chunk, the scanned part of it, and the place in both. */
  const char *chunk;
  size_t length;
  uint64_t offset; /* of the chunk in the stream */
  size_t at;       /* of the next byte to take: the line's first, or behind what was carried */
  size_t window_begin, scanned; /* the window's bounds */
  size_t block_begin;           /* of the block whose ends are walked */
  uint64_t ends; /* of that block, those not walked yet; the window says which blocks are left */
  WeirWindow window;

  /* The line that is being read. */
  uint64_t line_begin;
  WeirText line;     /* of a line that is cut or not UTF-8: what came so far, decoded */
  size_t line_valid; /* bytes of it known to be UTF-8; at most three follow */
  size_t piece_room; /* how much more of it may come in short pieces, without a further look */
  uint64_t bad_begin, bad_end; /* its first bytes that are not UTF-8, where bad is set */
  bool carried;                /* the line is in that text */
  bool bad;
  bool in_data;      /* with fragments: the text goes on with a data line's value */
  bool suspect;      /* it may hold bytes that are not UTF-8 */
  bool after_cr;     /* a LF now belongs to the line end before */
  uint8_t line_ends; /* kinds of line ends seen in the stream */
  uint8_t bom;       /* bytes of the byte order mark seen, or 4: past it */

  /* The block, and the last event ID string. */
  unsigned block_has;
  uint64_t event_begin;
  WeirPart data, type, id, last_id;

  /* What the last line's end made due, and what it speaks of. */
  uint32_t due;
  WeirSpan due_line, due_fragment;
  uint64_t due_begin, due_end, due_block_begin, due_unfinished_begin, mixed_begin, mixed_end,
      retry_ms;

  bool grown;    /* a text was written to since the last feed */
  void *retired; /* blocks outgrown since then, with spans into them */
  uint64_t skip_begin;
  bool skipping, skipping_line, stopped, drained, finished, flush;

  /* The caller allocates the struct, so its size is part of the ABI. Later versions take their members
   * from this room. */
  uint64_t reserved[16];
};

#ifdef __cplusplus
}
#endif

#endif
