/* SPDX-License-Identifier: MIT */
/*
 * weir-sse: the parser for JavaScript. JavaScript copies a chunk into the module. One call fills a table
 * with a row for each item. The texts of all rows are contiguous, so that JavaScript decodes them once
 * and slices the string.
 *
 * The module holds one parser at a time. Its state and its allocations are contiguous bytes, which
 * JavaScript copies out and in to have any number of parsers.
 */
#include "weir-bypass.h"
#include "weir-sse-arena.h"
#include "weir-sse-meter.h"
#include "weir-sse-table.h"
#include "weir-sse-text.h"
#include "weir-sse-usual.h"

#include <string.h>

#define EXPORT(name) __attribute__ ((export_name (#name), used))

#define ITEMS 32u

/* How much the parser gets when the fast path fails repeatedly. It doubles each time. */
#define LEAST_HARD 256u

/* What a parser keeps between two calls. The parser's arena follows it. */
typedef struct
{
  WeirParser parser;
  WeirMeter meter;
  uint32_t want;
  uint32_t tail; /* bytes in tail, which the parser has not received yet */
  WeirArena arena;
} State;

extern State __heap_base;

#define state __heap_base

/* The start of a block that the end of the last piece cut. JavaScript saves it with the state. */
static uint8_t tail[WEIR_TAIL + WEIR_SLACK];

static WeirItem items[ITEMS];
static size_t n_items, item;
static uint32_t at;        /* the text is taken up to here */
static uint32_t hard;      /* the minimum that the parser gets next */
static uint32_t came;      /* length of the piece */
static double text_begin;  /* in the stream */
static uint32_t block_end; /* in the text, of the last block that a blank line ended, or 0 */
static WeirMeterRest rest;

/* The state of the table before the last run of the fast path, and the bytes of that run. */
static struct
{
  uint32_t begin, length, n_rows;
  WeirText16 extra;
} run;
static bool is_far;    /* far from the peer's limit */
static int32_t status; /* of the parser */
static bool is_more;   /* the table is full */
static bool is_cut;    /* the rest may wait for the next piece */

/* --- Where things are ---------------------------------------------------- */

EXPORT (places)
const void *
places (void)
{
  static const void *const all[] = {
    &state,
    &state.arena.top,
    &weir_table.answer,
    weir_table.rows,
    weir_table.ranges,
    weir_table.larges,
    weir_table.names,
    weir_table.piece + WEIR_TAIL,
    weir_table.extra,
    tail,
    &state.tail,
  };

  return all;
}

/* --- Rows of the parser's items ------------------------------------------- */

static void
put_row (WeirRow *row, const WeirItem *from)
{
  WeirSpan text = from->kind == WEIR_ITEM_EVENT ? from->data : from->text;

  row->head = (uint32_t) from->kind;
  if (from->kind == WEIR_ITEM_RETRY)
    {
      row->data = (uint32_t) from->retry_ms;
      return;
    }
  row->head |= (uint32_t) from->finding << WEIR_HEAD_CODE
               | weir_table_put (text, &row->data, &row->data_end) << WEIR_HEAD_DATA;
  if (from->has_id)
    row->head |= 1u << WEIR_HEAD_HAS_ID
                 | weir_table_put (from->last_event_id, &row->id, &row->id_end) << WEIR_HEAD_ID;
  if (from->has_type)
    row->head |= weir_table_put_type (row, from->type);
}

/* Items with an id are always passed, because they change the last event ID string. */
static bool
is_wanted (const WeirItem *from)
{
  return (state.want >> from->kind & 1) != 0 || from->has_id;
}

/* --- The peer's limit ----------------------------------------------------- */

/* Far from the limit, only the bytes after the last block count. */
static void
count_tail (void)
{
  const char *text = (const char *) weir_table.text;
  bool over;

  if (block_end > 0)
    weir_meter_dispatch (&state.meter, text[block_end - 1] == '\r');
  weir_meter_count (&state.meter, text + block_end, weir_table.length - block_end, rest, &over);
}

static void
note_block (const WeirItem *from)
{
  if (from->kind == WEIR_ITEM_EVENT || from->finding == WEIR_FINDING_NO_DATA)
    block_end = (uint32_t) ((double) from->end - text_begin);
}

/* --- The parser and the fast path ------------------------------------------ */

static bool
is_full (void)
{
  return weir_table.n_rows >= WEIR_ROWS || weir_table.answer.n_larges > WEIR_LARGES - 4;
}

/* Whether a row refers to memory that the parser may overwrite in its next call. */
static bool
holds_larges (void)
{
  return weir_table.answer.n_larges > 0;
}

/* Makes rows of the parser's items. Returns: false if JavaScript must read them before there can be more. */
static bool
drain (void)
{
  WeirAnswer *answer = &weir_table.answer;

  for (;;)
    {
      for (; item < n_items; item++)
        {
          const WeirItem *from = &items[item];

          note_block (from);
          if (!is_wanted (from))
            continue;
          if (is_full ())
            return false;
          put_row (&weir_table.rows[weir_table.n_rows], from);
          weir_table_put_range (weir_table.n_rows++, (double) from->begin, (double) from->end);
        }
      if (answer->status != WEIR_ITEM)
        return true;
      if (holds_larges ())
        return false;
      answer->status = (int32_t) weir_parser_next_batch (&state.parser, items, ITEMS, &n_items);
      item = 0;
    }
}

/* Takes blocks without the parser if none of them can exceed a limit. Returns: whether there were any. */
static bool
take_usual (void)
{
  const WeirParserOptions *limits = &state.parser.options;
  WeirBypass bypass = weir_bypass_state (&state.parser);
  uint32_t end;

  is_cut = false;
  if (bypass == WEIR_BYPASS_NO || limits->max_line_bytes < WEIR_TAIL + WEIR_PIECE
      || limits->max_event_bytes < WEIR_TAIL + WEIR_PIECE || limits->max_id_bytes < WEIR_PIECE)
    return false;
  run.begin = at;
  run.n_rows = weir_table.n_rows;
  run.extra = weir_table.answer.extra;
  end = weir_usual_take (at, bypass == WEIR_BYPASS_CRLF, text_begin, &is_cut);
  run.length = end - at;
  if (end == at)
    return false;
  weir_bypass_bytes (&state.parser, end - at);
  block_end = at = end;
  hard = 0;
  return true;
}

/* Keeps the rest of the text for the next piece, if it is not longer than this piece, so that no byte is
 * scanned more than twice. The meter must count each byte once, so nothing is kept with a limit. Returns:
 * whether the rest was kept. */
static bool
keep_tail (void)
{
  uint32_t length = weir_table.length - at;

  if (!is_cut || length > WEIR_TAIL || length > came || state.meter.limited)
    return false;
  weir_text_copy (tail, weir_table.text + at, length);
  state.tail = length;
  return true;
}

/* Feeds the kept bytes to the parser. They produce no item yet. Without memory, the parser stops. */
static void
feed_tail (void)
{
  if (state.tail > 0 && weir_parser_feed (&state.parser, tail, state.tail) == WEIR_ITEM)
    weir_parser_next_batch (&state.parser, items, ITEMS, &n_items);
  state.tail = 0;
}

/* Feeds the next block to the parser, or more blocks if the fast path failed before. */
static void
feed_parser (void)
{
  uint32_t length = weir_table.length;
  uint32_t end = weir_usual_block_end (hard < length - at ? at + hard : length);

  weir_table.answer.status =
      (int32_t) weir_parser_feed (&state.parser, weir_table.text + at, end - at);
  hard = hard == 0 ? LEAST_HARD : hard * 2;
  at = end;
}

/* Whether offsets are in bytes, or nothing follows, so that all runs can share one main text. */
static bool
is_one_text (void)
{
  return weir_table.ascii || (weir_table.want & WEIR_WANT_RAW) != 0 || at >= weir_table.length;
}

/* Fills the table. */
static void
fill (void)
{
  WeirAnswer *answer = &weir_table.answer;
  bool is_taken;

  for (;;)
    {
      if (!drain ())
        break;
      if (answer->status != WEIR_NEED_INPUT || at >= weir_table.length)
        return;
      is_taken = take_usual ();
      if (keep_tail ())
        return;
      if (is_taken && !is_one_text ())
        break;
      if (is_taken)
        continue;
      /* The fast path may have failed because the table is full. */
      if (weir_table.n_rows >= WEIR_ROWS / 2 || is_full () || holds_larges ())
        break;
      feed_parser ();
    }
  is_more = true;
}

/* --- Calls ---------------------------------------------------------------- */

/* Makes rows of the text. The status WEIR_ITEM means that there are more. */
static uint32_t
go_on (void)
{
  WeirAnswer *answer = &weir_table.answer;

  answer->status = status;
  is_more = false;
  fill ();
  status = answer->status;
  if (is_more)
    answer->status = WEIR_ITEM;
  else if (status == WEIR_NEED_INPUT && is_far && state.meter.limited)
    count_tail ();
  return weir_table.n_rows;
}

EXPORT (more)
uint32_t
more (void)
{
  weir_table_clear ();
  return go_on ();
}

/* Called if a decoded string has more units than the table says, so that the text is not UTF-8. Undoes the
 * last run; the parser takes the part that is not UTF-8. */
EXPORT (redo)
uint32_t
redo (void)
{
  WeirAnswer *answer = &weir_table.answer;

  weir_usual_check ();
  weir_bypass_bytes (&state.parser, -(size_t) run.length);
  at = run.begin;
  state.tail = 0;
  status = WEIR_NEED_INPUT;
  weir_table.n_rows = run.n_rows;
  answer->extra = run.extra;
  answer->main = (WeirText16){ .is_ascii = true };
  return go_on ();
}

static uint32_t
begin (int32_t began)
{
  block_end = at = hard = 0;
  n_items = item = 0;
  status = began;
  return more ();
}

/* Initialises the parser. The limits are in bytes, 0 for the defaults. max_characters is the peer's
 * maxBufferSize; below 0 there is no limit. */
EXPORT (open)
void
open (uint32_t want,
      size_t max_line,
      size_t max_event,
      size_t max_id,
      WeirOnLimit on_limit,
      double max_characters)
{
  WeirParserOptions options = {
    .max_line_bytes = max_line,
    .max_event_bytes = max_event,
    .max_id_bytes = max_id,
    .on_limit = on_limit,
    .allocator = { weir_arena_resize, &state.arena },
  };

  weir_arena_init (&state.arena, &state + 1);
  state.want = want;
  state.tail = 0;
  weir_parser_init (&state.parser, &options);
  weir_meter_init (&state.meter, max_characters, (want >> WEIR_ITEM_COMMENT & 1) != 0);
}

/* Copies the kept bytes to the memory before the piece. The last ones are copied one by one, because a
 * vector would overwrite the start of the piece. */
static void
copy_tail (uint32_t length)
{
  uint32_t vectors = length & ~(uint32_t) 15;

  weir_text_copy (weir_table.text, tail, vectors);
  for (uint32_t i = vectors; i < length; i++)
    weir_table.text[i] = tail[i];
}

/* Makes the text of the kept bytes and n bytes of the piece. */
static void
set_text (uint32_t n)
{
  weir_table.want = state.want;
  weir_table.first = (state.want & WEIR_WANT_RAW) != 0 ? state.tail : 0;
  weir_table.text = weir_table.piece + WEIR_TAIL - state.tail;
  weir_table.answer.text = weir_table.text;
  weir_table.length = state.tail + n;
  copy_tail (state.tail);
  state.tail = 0;
}

/* Parses a piece of a chunk, n bytes that JavaScript has copied in. next: the byte that follows in the
 * chunk, or -1. cr: a CR follows later in the chunk. first: the piece is the first of the chunk. */
EXPORT (feed)
uint32_t
feed (uint32_t n, int next, bool cr, bool first)
{
  const char *piece = (const char *) weir_table.piece + WEIR_TAIL;
  bool over = false;

  rest = (WeirMeterRest){ next, cr };
  if (state.meter.limited)
    {
      weir_meter_begin (&state.meter, first, piece, n, rest);
      is_far = weir_meter_is_far (&state.meter, n);
      if (!is_far)
        n = (uint32_t) weir_meter_count (&state.meter, piece, n, rest, &over);
    }
  came = n;
  set_text (n);
  weir_usual_begin ();
  weir_table.answer.over = over;
  text_begin = (double) (state.parser.offset + state.parser.length);
  return begin (state.parser.stopped ? WEIR_LIMIT : WEIR_NEED_INPUT);
}

/* Ends the stream. */
EXPORT (finish)
uint32_t
finish (bool flush)
{
  feed_tail ();
  set_text (0);
  weir_table.answer.over = false; /* another parser may have set it */
  return begin ((int32_t) weir_parser_finish (&state.parser, flush));
}

/* Called after the rows were read: frees the memory of large items. */
EXPORT (trim)
void
trim (void)
{
  weir_bypass_trim (&state.parser);
}

/* Prepares for the next connection. */
EXPORT (reset)
void
reset (void)
{
  state.tail = 0;
  weir_parser_reset (&state.parser);
  weir_meter_reset (&state.meter);
}
