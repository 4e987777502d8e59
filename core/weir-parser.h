/* SPDX-License-Identifier: MIT */
/*
 * weir-parser: a pull parser for event streams (text/event-stream).
 *
 * Bytes go in, in chunks cut anywhere; items come out: events, comments,
 * reconnection times and findings. The rules are those of the HTML Standard,
 * section 9.2.6 "Interpreting an event stream"; text is decoded by the
 * Encoding Standard's "UTF-8 decode".
 *
 *   WeirParser parser;
 *   WeirItem item;
 *
 *   weir_parser_init (&parser, NULL);
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
 * end cuts comes from the allocator in the options. A parser is used by one
 * thread at a time; any number of parsers may be used at once.
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
} WeirItemKind;

/* What can be found wrong, or worth knowing, about a stream: a closed list. */
typedef enum
{
  WEIR_FINDING_UNKNOWN_FIELD = 1,  /* a field name that the standard does not know; ignored */
  WEIR_FINDING_FIELD_NAME_CASE,    /* "Data: x": names are case-sensitive; ignored */
  WEIR_FINDING_FIELD_NAME_SPACE,   /* "data : x" or " data: x": space is part of the name; ignored */
  WEIR_FINDING_INVALID_RETRY,      /* a retry value that is not only ASCII digits; ignored */
  WEIR_FINDING_NUL_IN_ID,          /* an id that holds U+0000; ignored */
  WEIR_FINDING_BOM_IN_STREAM,      /* U+FEFF at the start of a line other than the first */
  WEIR_FINDING_INVALID_UTF8,       /* bytes that are not UTF-8; replaced by U+FFFD; once a line */
  WEIR_FINDING_MIXED_LINE_ENDS,    /* a line end of another kind than those before; once a stream */
  WEIR_FINDING_NO_DATA,            /* a block with id or event but no data: no event is dispatched */
  WEIR_FINDING_UNFINISHED_EVENT,   /* the stream ended before the blank line; dropped or flushed */
  WEIR_FINDING_LINE_TOO_LONG,      /* max_line_bytes was reached; skipped to the next blank line */
  WEIR_FINDING_EVENT_TOO_LARGE,    /* max_event_bytes was reached; skipped to the next blank line */
  WEIR_FINDING_ID_TOO_LONG,        /* max_id_bytes was reached; the id is ignored */
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
 * Spans live until the next weir_parser_next(), or, if the item came from
 * weir_parser_next_batch(), until the next weir_parser_feed().
 */
typedef struct
{
  WeirItemKind kind;
  WeirFindingCode finding;  /* finding */
  uint64_t begin;
  uint64_t end;
  WeirSpan type;            /* event: its type, "message" where no event field set it */
  WeirSpan data;            /* event: its data buffer, without the last line feed */
  WeirSpan last_event_id;   /* event, and finding NO_DATA: the last event ID string, as of here */
  WeirSpan text;            /* comment: what follows the colon; finding: the line it speaks of */
  uint64_t retry_ms;        /* retry: the reconnection time, in milliseconds, clamped */
  bool has_type;            /* event: the block has an event field that is not empty */
  bool has_id;              /* event, NO_DATA: the block has an id field that was not ignored */
} WeirItem;

/* --- What next() says ---------------------------------------------------- */

typedef enum
{
  WEIR_ITEM = 0,     /* *item is filled in */
  WEIR_NEED_INPUT,   /* all that was fed is used up; feed more, or finish */
  WEIR_LIMIT,        /* a limit was reached and on_limit is STOP; only reset goes on */
  WEIR_NO_MEMORY,    /* the allocator gave NULL; nothing was lost: call again, or reset */
  WEIR_MISUSE,       /* feed before the last chunk was drained, or after finish; nothing was done */
} WeirStatus;

/* The names of these in lower case with hyphens, as the command-line tools print them
 * ("unknown-field"), and an English sentence for each finding. Static strings, never NULL. */
const char *weir_finding_name (WeirFindingCode code);
const char *weir_finding_sentence (WeirFindingCode code);

/* --- Options ------------------------------------------------------------- */

typedef enum
{
  WEIR_ON_LIMIT_STOP = 0, /* next() says WEIR_LIMIT, and again until reset */
  WEIR_ON_LIMIT_SKIP,     /* drop the block up to the next blank line, with a finding, and count it */
} WeirOnLimit;

/* resize() gives a block of new_size bytes that holds the first old_size bytes of
 * block (NULL where old_size is 0), or NULL and leaves block alone; new_size 0 frees. */
typedef struct
{
  void *(*resize) (void *user_data, void *block, size_t old_size, size_t new_size);
  void *user_data;
} WeirAllocator;

#define WEIR_DEFAULT_MAX_LINE_BYTES  ((size_t) 16 << 20)
#define WEIR_DEFAULT_MAX_EVENT_BYTES ((size_t) 64 << 20)
#define WEIR_DEFAULT_MAX_ID_BYTES    ((size_t) 64 << 10)

/* All zero means: the default limits, stop on a limit, no fixed allocator (an item that a
 * chunk's end cuts, or of several data lines, then gives WEIR_NO_MEMORY). */
typedef struct
{
  size_t max_line_bytes;  /* of a line without its line end; 0: the default */
  size_t max_event_bytes; /* of an event's data, decoded; 0: the default */
  size_t max_id_bytes;    /* of an id, decoded; 0: the default */
  WeirOnLimit on_limit;
  WeirAllocator allocator;
} WeirParserOptions;

/* --- The parser ---------------------------------------------------------- */

/* Yours to place, on the stack or in a struct; every member is private. */
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
 * finish; otherwise WEIR_NEED_INPUT where length is 0 and WEIR_ITEM to say: ask next(). */
WeirStatus weir_parser_feed (WeirParser *parser, const void *bytes, size_t length);

/* The next item of what was fed. One may stop between any two items and go on later. */
WeirStatus weir_parser_next (WeirParser *parser, WeirItem *item);

/* As many items as fit: writes their count to n_items. WEIR_ITEM: the array is full, call again
 * (its spans stay valid too); any other status: why it stopped, behind the n_items items. */
WeirStatus weir_parser_next_batch (WeirParser *parser, WeirItem *items, size_t capacity, size_t *n_items);

/* The stream has ended (HTML Standard 9.2.6: "any pending data must be discarded"). Drops the
 * unfinished event, or, with flush, treats the end as a line end and a blank line; next() then gives
 * what is left, a finding UNFINISHED_EVENT among it where there was one. */
WeirStatus weir_parser_finish (WeirParser *parser, bool flush);

/* The last event ID string, as the next Last-Event-ID header should carry it; until the next next(). */
WeirSpan weir_parser_get_last_event_id (const WeirParser *parser);

/* Sets it, before the first byte. WEIR_MISUSE if it holds U+0000, CR or LF, WEIR_LIMIT if too long. */
WeirStatus weir_parser_set_last_event_id (WeirParser *parser, const char *text, size_t length);

typedef struct
{
  uint64_t bytes, lines, events, comments, retries, findings, skipped_blocks, skipped_bytes;
} WeirCounters;

/* Since init. */
WeirCounters weir_parser_get_counters (const WeirParser *parser);

#ifdef __cplusplus
}
#endif

#endif
