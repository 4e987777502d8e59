/* SPDX-License-Identifier: MIT */
/*
 * weir-parser: a pull parser for event streams (text/event-stream).
 *
 * The caller feeds bytes in chunks of any size and pulls items: events, comments, reconnection times
 * and findings. The parser follows the HTML Standard, section 9.2.6 "Interpreting an event stream",
 * and decodes text by the Encoding Standard's "UTF-8 decode".
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
 * The parser uses no clock, no files and no malloc(). It takes memory from the allocator in its
 * options; weir-allocator.h has one for realloc(). One thread at a time may use a parser. Different
 * parsers are independent.
 *
 * The items do not depend on how the stream is cut into chunks.
 */
#ifndef WEIR_PARSER_H
#define WEIR_PARSER_H

#include "weir-parser-types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Initialises parser, which the caller allocates, for the first byte of a stream. options is copied;
 * NULL means all defaults. */
void weir_parser_init (WeirParser *parser, const WeirParserOptions *options);

/* Frees all memory that the parser took from its allocator. The parser may be initialised again. */
void weir_parser_clear (WeirParser *parser);

/* Prepares parser for the first byte of the next connection. Discards the unfinished event and the
 * rest of the chunk, and restarts byte offsets at 0. Keeps the last event ID, the options, the
 * counters and the memory. */
void weir_parser_reset (WeirParser *parser);

/*
 * Passes a chunk of length bytes to the parser. The bytes belong to the caller and must stay
 * unchanged until next() returns WEIR_NEED_INPUT and until the caller is done with the spans of the
 * items.
 *
 * Memory for text that was assembled from a chunk is freed by the next feed(), so do not pass
 * gigabytes at once.
 *
 * Returns: WEIR_ITEM: call next(); WEIR_NEED_INPUT if length is 0; WEIR_MISUSE if the previous chunk is
 * not consumed, or after finish(); WEIR_LIMIT if a limit stopped the parser.
 */
WeirStatus weir_parser_feed (WeirParser *parser, const void *bytes, size_t length);

/* Returns the next item in *item. The caller may pause between two items for any time.
 * Returns: WEIR_ITEM if *item is set; otherwise WEIR_NEED_INPUT, WEIR_LIMIT or WEIR_NO_MEMORY. */
WeirStatus weir_parser_next (WeirParser *parser, WeirItem *item);

/* Returns up to capacity items, and their number in *n_items.
 * Returns: WEIR_ITEM if the array is full: call again; its spans stay valid. Any other status is the
 * reason why no item follows the *n_items that were returned. */
WeirStatus
weir_parser_next_batch (WeirParser *parser, WeirItem *items, size_t capacity, size_t *n_items);

/*
 * Reports the end of the stream. Discards the unfinished event (HTML Standard, 9.2.6: "any pending
 * data must be discarded"). With flush, treats the end as a line end and a blank line instead. next()
 * then returns the last items, including a finding UNFINISHED_EVENT if there was such an event, and
 * finally WEIR_NEED_INPUT.
 *
 * Returns: WEIR_ITEM: call next(); or WEIR_MISUSE and WEIR_LIMIT like feed().
 */
WeirStatus weir_parser_finish (WeirParser *parser, bool flush);

/* Returns the last event ID string, as the next Last-Event-ID header must contain it. Valid until the
 * next call of next() or next_batch(). */
WeirSpan weir_parser_get_last_event_id (const WeirParser *parser);

/* Sets the last event ID string before the first byte of a connection. text is copied.
 * Returns: WEIR_NEED_INPUT if it was set; WEIR_MISUSE if bytes were fed already, or if text is not
 * UTF-8 or contains U+0000, CR or LF; WEIR_LIMIT if it exceeds max_id_bytes; WEIR_NO_MEMORY. */
WeirStatus weir_parser_set_last_event_id (WeirParser *parser, const char *text, size_t length);

/* Returns the counters since init(). */
WeirCounters weir_parser_get_counters (const WeirParser *parser);

/* Returns the name of a finding, in lower case with hyphens as in "unknown-field". Static, never
 * NULL. */
const char *weir_finding_name (WeirFindingCode code);

/* Returns an English sentence that explains a finding. Static, never NULL. */
const char *weir_finding_sentence (WeirFindingCode code);

#ifdef __cplusplus
}
#endif

#endif
