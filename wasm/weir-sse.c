/* SPDX-License-Identifier: MIT */
/*
 * weir-sse: the parser as JavaScript wants it. A chunk is copied in, one call
 * fills a table with a row an item, and the text of all rows stands together,
 * so that JavaScript decodes it in one go and slices.
 *
 * The module holds one parser at a time. Its state and what it allocated are one
 * run of bytes, which JavaScript copies out and in to have any number of them.
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

/* What the parser gets at a time where a stream is out of the ordinary again and again; it doubles. */
#define LEAST_HARD 256u

/* What a parser keeps between two calls. It stands before the parser's arena. */
typedef struct
{
  WeirParser parser;
  WeirMeter meter;
  uint32_t want;
  uint32_t tail; /* bytes that wait in tail; the parser has not got them yet */
  WeirArena arena;
} State;

extern State __heap_base;

#define state __heap_base

/* The begin of a block that the last piece has cut. JavaScript keeps it beside the state. */
static uint8_t tail[WEIR_TAIL + WEIR_SLACK];

static WeirItem items[ITEMS];
static size_t n_items, item;
static uint32_t at;        /* so far the text was taken */
static uint32_t hard;      /* how much the parser gets next, at the least */
static uint32_t came;      /* bytes of the piece */
static double text_begin;  /* in the stream */
static uint32_t block_end; /* in the text, of the last one that a blank line ended, or 0 */
static WeirMeterRest rest;

/* What the table had before the last run of usual blocks, and what the run took. */
static struct
{
  uint32_t begin, length, n_rows;
  WeirText16 extra;
} run;
static bool is_far;    /* from the peer's limit */
static int32_t status; /* the parser's */
static bool is_more;   /* the table is full */
static bool is_cut;    /* what is left may wait for the next piece */

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

/* An id is for everybody: the last event ID string changed. */
static bool
is_wanted (const WeirItem *from)
{
  return (state.want >> from->kind & 1) != 0 || from->has_id;
}

/* --- The peer's limit ----------------------------------------------------- */

/* Far from the limit only what is behind the last block counts. */
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

/* --- The parser, and what need not go through it --------------------------- */

static bool
is_full (void)
{
  return weir_table.n_rows >= WEIR_ROWS || weir_table.answer.n_larges > WEIR_LARGES - 4;
}

/* Whether a text still stands where the parser may write as soon as it is asked for more. */
static bool
holds_larges (void)
{
  return weir_table.answer.n_larges > 0;
}

/* Rows for the parser's items; false when these must be read before there can be more. */
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

/* Takes blocks without the parser, where none can be over a limit. Returns whether there were any. */
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

/* Lets what is left of the text wait for the next piece. No more than came now: so no byte is looked at
 * more than twice. What counts characters wants to see each byte once. */
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

/* The parser gets what waits, of which nothing comes yet. Without memory for it, it takes no more. */
static void
feed_tail (void)
{
  if (state.tail > 0 && weir_parser_feed (&state.parser, tail, state.tail) == WEIR_ITEM)
    weir_parser_next_batch (&state.parser, items, ITEMS, &n_items);
  state.tail = 0;
}

/* Gives the parser the next block, or more of them where the usual way came to nothing before. */
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

/* Whether units are bytes, so that all runs of the text have one main text. */
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
      /* It may be for want of room. */
      if (weir_table.n_rows >= WEIR_ROWS / 2 || is_full () || holds_larges ())
        break;
      feed_parser ();
    }
  is_more = true;
}

/* --- Calls ---------------------------------------------------------------- */

/* Rows for what is at hand. A status WEIR_ITEM says that more are waiting. */
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

/* The main or the extra text had more units than the table says, so it is not UTF-8: the last run is
 * taken back, and what is not UTF-8 of it goes through the parser. */
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

/* Makes the parser ready. The limits are in bytes, 0 for the defaults; max_characters is the
 * peer's maxBufferSize, below 0 for none. */
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

/* Puts what waited before the piece, whose first bytes a copy of whole vectors would overwrite. */
static void
copy_tail (uint32_t length)
{
  uint32_t vectors = length & ~(uint32_t) 15;

  weir_text_copy (weir_table.text, tail, vectors);
  for (uint32_t i = vectors; i < length; i++)
    weir_table.text[i] = tail[i];
}

/* What waited and n bytes of the piece behind it are the text. */
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

/* A piece of a chunk, n bytes in their place. next is the byte that follows it in the chunk, or -1;
 * cr says whether a CR comes later in the chunk; first, that the chunk begins with this piece. */
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

/* The end of the stream. */
EXPORT (finish)
uint32_t
finish (bool flush)
{
  feed_tail ();
  set_text (0);
  weir_table.answer.over = false; /* another parser may have left it set */
  return begin ((int32_t) weir_parser_finish (&state.parser, flush));
}

/* The rows were read: gives back what large items took. */
EXPORT (trim)
void
trim (void)
{
  weir_bypass_trim (&state.parser);
}

/* Ready for the next connection. */
EXPORT (reset)
void
reset (void)
{
  state.tail = 0;
  weir_parser_reset (&state.parser);
  weir_meter_reset (&state.meter);
}
