/* SPDX-License-Identifier: MIT */
/*
 * weir-sse: the parser as JavaScript wants it. A chunk is copied in, one call
 * fills a table with a row an item, and the text of all rows stands together,
 * so that JavaScript decodes it in one go and slices.
 *
 * The module holds one parser at a time. Its state and what it allocated are one
 * run of bytes, which JavaScript copies out and in to have any number of them.
 */
#include "weir-parser.h"
#include "weir-sse-arena.h"
#include "weir-sse-meter.h"
#include "weir-sse-text.h"

#include <string.h>

#define EXPORT(name) __attribute__ ((export_name (#name), used))

#define PIECE 65536u /* bytes of a chunk at a time */
#define NARROW_ROOM 65536u
#define WIDE_ROOM 131072u
#define ROWS 8192u
#define ITEMS 64u
#define LARGES 64u
#define NAMES 64u /* 2 to the 6: so many bits of a hash */
#define NAME_LENGTH 31u
#define SLACK 16u

/* What the caller wants to see: a bit a kind of item, and these. */
enum
{
  WANT_RANGES = 1 << 5, /* the items' byte ranges */
  WANT_RAW = 1 << 6,    /* no UTF-16: text that is not ASCII is left as UTF-8 */
};

/* How a text is given, two bits each in a row's head. */
enum
{
  TEXT_NARROW = 0, /* offsets into the narrow text: ASCII, a unit a byte */
  TEXT_WIDE =
      1, /* offsets into the wide text, in units; with WANT_RAW into the narrow one, UTF-8 */
  TEXT_LARGE = 2, /* the index of a large text, which stands by itself */
};

/* A row's head: kind in bits 0 to 2, has_id in 3, how data, id and type are given in 4, 6 and 8,
 * and from bit 16 the finding's code, or 1 + the type's index in names, or 0 for no type. */
enum
{
  HEAD_HAS_ID = 3,
  HEAD_DATA = 4,
  HEAD_ID = 6,
  HEAD_TYPE = 8,
  HEAD_HAS_TYPE = 10,
  HEAD_CODE = 16,
};

typedef struct
{
  uint32_t head;
  uint32_t data, data_end; /* a retry's milliseconds: the low and the high half */
  uint32_t id, id_end;
  uint32_t type, type_end; /* where the type has no name */
  uint32_t unused;
} Row;

typedef struct
{
  const char *text;
  uint32_t length;
  uint32_t wide;
} Large;

typedef struct
{
  uint8_t length;
  char text[NAME_LENGTH];
} Name;

/* What a parser keeps between two calls. It stands before the parser's arena. */
typedef struct
{
  WeirParser parser;
  WeirMeter meter;
  uint64_t position; /* in the stream */
  uint32_t want;
  WeirArena arena;
} State;

extern State __heap_base;

#define state __heap_base

/* What a call says, for JavaScript to read. */
static struct
{
  int32_t status;
  uint32_t narrow, narrow_end; /* of the narrow text, what rows speak of */
  uint32_t wide_end;           /* units of the wide text; with WANT_RAW: whether there is UTF-8 */
  uint32_t n_larges;
  uint32_t over;    /* maxBufferSize was passed */
  uint32_t last_id; /* 1 + the last row with an id, or 0 */
} answer;

static Row rows[ROWS];
static double ranges[2 * ROWS];
static Large larges[LARGES];
static Name names[NAMES];
static char narrow[PIECE + NARROW_ROOM + SLACK] __attribute__ ((aligned (16)));
static uint16_t wide[WIDE_ROOM + SLACK] __attribute__ ((aligned (16)));

static WeirItem items[ITEMS];
static size_t n_items, item;
static uint32_t length;      /* of the piece; behind it in narrow is room */
static bool ascii;           /* the piece is */
static uint64_t piece_begin; /* in the stream */
static uint32_t block_end;   /* in the piece, of the last one that a blank line ended, or 0 */
static WeirMeterRest rest;
static bool is_far; /* from the peer's limit */

/* --- Where things are ---------------------------------------------------- */

EXPORT (places)
const void *
places (void)
{
  static const void *all[9];

  all[0] = &state;
  all[1] = &state.arena.top;
  all[2] = &answer;
  all[3] = rows;
  all[4] = ranges;
  all[5] = larges;
  all[6] = names;
  all[7] = narrow;
  all[8] = wide;
  return all;
}

/* --- Texts --------------------------------------------------------------- */

static uint32_t
put_narrow (WeirSpan span, uint32_t *begin, uint32_t *end)
{
  *begin = answer.narrow_end;
  weir_text_copy (narrow + answer.narrow_end, span.text, span.length);
  *end = answer.narrow_end += (uint32_t) span.length;
  return TEXT_NARROW;
}

static uint32_t
put_wide (WeirSpan span, uint32_t *begin, uint32_t *end)
{
  *begin = answer.wide_end;
  *end = answer.wide_end +=
      (uint32_t) weir_text_widen (wide + answer.wide_end, span.text, span.length);
  return TEXT_WIDE;
}

static uint32_t
put_large (WeirSpan span, bool is_ascii, uint32_t *begin, uint32_t *end)
{
  *begin = *end = answer.n_larges;
  larges[answer.n_larges++] = (Large){ span.text, (uint32_t) span.length, !is_ascii };
  return TEXT_LARGE;
}

/* A text in the piece, where it stands. */
static uint32_t
leave (WeirSpan span, uint32_t *begin, uint32_t *end)
{
  *begin = (uint32_t) (span.text - narrow);
  *end = *begin + (uint32_t) span.length;
  if (*begin < answer.narrow)
    answer.narrow = *begin;
  if (*end > answer.narrow_end)
    answer.narrow_end = *end;
  return TEXT_NARROW;
}

/* Behind the piece there is room for length bytes. */
static bool
is_room (size_t n_bytes)
{
  if (answer.narrow_end < length)
    answer.narrow_end = length;
  return n_bytes <= sizeof narrow - SLACK - answer.narrow_end;
}

static uint32_t
put (WeirSpan span, uint32_t *begin, uint32_t *end)
{
  bool in_piece = (uintptr_t) span.text - (uintptr_t) narrow < length;
  bool raw = (state.want & WANT_RAW) != 0;
  bool is_ascii;

  if (span.length == 0)
    {
      *begin = *end = 0;
      return TEXT_NARROW;
    }
  if (in_piece && ascii)
    {
      *begin = (uint32_t) (span.text - narrow);
      *end = *begin + (uint32_t) span.length;
      return TEXT_NARROW;
    }
  is_ascii = weir_text_is_ascii (span.text, span.length);
  if (raw && !is_ascii)
    answer.wide_end = 1;
  if (in_piece && raw)
    return leave (span, begin, end) + !is_ascii;
  if (is_ascii || raw)
    {
      if (!is_room (span.length))
        return put_large (span, is_ascii, begin, end);
      if (answer.narrow == UINT32_MAX)
        answer.narrow = answer.narrow_end;
      return put_narrow (span, begin, end) + !is_ascii;
    }
  if (span.length > WIDE_ROOM - answer.wide_end)
    return put_large (span, false, begin, end);
  return put_wide (span, begin, end);
}

/* Up to eight bytes of a short text as a number: the first ones, or, from the end, the last. */
static uint64_t
bytes_of (const char *text, size_t n)
{
  uint64_t eight = 0;
  uint32_t first, last;

  if (n >= 8)
    {
      memcpy (&eight, text, 8);
      return eight;
    }
  if (n >= 4)
    {
      memcpy (&first, text, 4);
      memcpy (&last, text + n - 4, 4);
      return (uint64_t) first << 32 | last;
    }
  for (size_t i = 0; i < n; i++)
    eight = eight << 8 | (uint8_t) text[i];
  return eight;
}

static bool
is_same (const char *a, const char *b, size_t n)
{
  size_t at = 0;

  for (; n - at > 8; at += 8)
    if (bytes_of (a + at, 8) != bytes_of (b + at, 8))
      return false;
  return bytes_of (a + at, n - at) == bytes_of (b + at, n - at);
}

/* 1 + the index of a short type in names, or 0 where its place is taken. */
static uint32_t
name_of (WeirSpan type)
{
  uint64_t hash;
  Name *name;

  if (type.length > NAME_LENGTH)
    return 0;
  hash = bytes_of (type.text, type.length);
  if (type.length > 8)
    hash ^= bytes_of (type.text + type.length - 8, 8) << 1;
  name = &names[(hash + type.length) * UINT64_C (0x9E3779B97F4A7C15) >> 58];
  if (name->length == 0)
    {
      name->length = (uint8_t) type.length;
      memcpy (name->text, type.text, type.length);
    }
  else if (name->length != type.length || !is_same (name->text, type.text, type.length))
    {
      return 0;
    }
  return 1 + (uint32_t) (name - names);
}

/* --- Rows ---------------------------------------------------------------- */

static void
put_id (Row *row, const WeirItem *from)
{
  if (from->has_id)
    row->head |= 1u << HEAD_HAS_ID | put (from->last_event_id, &row->id, &row->id_end) << HEAD_ID;
}

static void
put_event (Row *row, const WeirItem *from)
{
  row->head |= put (from->data, &row->data, &row->data_end) << HEAD_DATA;
  put_id (row, from);
  if (from->has_type)
    {
      uint32_t name = name_of (from->type);

      row->head |= 1u << HEAD_HAS_TYPE | name << HEAD_CODE;
      if (name == 0)
        row->head |= put (from->type, &row->type, &row->type_end) << HEAD_TYPE;
    }
}

static void
put_row (Row *row, const WeirItem *from)
{
  row->head = (uint32_t) from->kind;
  if (from->kind == WEIR_ITEM_EVENT)
    {
      put_event (row, from);
    }
  else if (from->kind == WEIR_ITEM_RETRY)
    {
      row->data = (uint32_t) from->retry_ms;
      row->data_end = (uint32_t) (from->retry_ms >> 32);
    }
  else
    {
      row->head |= (uint32_t) from->finding << HEAD_CODE
                   | put (from->text, &row->data, &row->data_end) << HEAD_DATA;
      put_id (row, from);
    }
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
  bool over;

  if (block_end > 0)
    weir_meter_dispatch (&state.meter, narrow[block_end - 1] == '\r');
  weir_meter_count (&state.meter, narrow + block_end, length - block_end, rest, &over);
}

static void
note_block (const WeirItem *from)
{
  if (from->kind == WEIR_ITEM_EVENT || from->finding == WEIR_FINDING_NO_DATA)
    block_end = (uint32_t) (from->end - piece_begin);
}

/* --- Calls ---------------------------------------------------------------- */

static uint32_t
fill_rows (void)
{
  uint32_t n = 0;

  /* Of a piece that is ASCII, rows speak of any part. */
  answer.narrow = ascii && length > 0 ? 0 : UINT32_MAX;
  answer.narrow_end = ascii ? length : 0;
  answer.wide_end = answer.n_larges = answer.last_id = 0;
  for (;;)
    {
      for (; item < n_items; item++)
        {
          note_block (&items[item]);
          if (!is_wanted (&items[item]))
            continue;
          if (n == ROWS || answer.n_larges > LARGES - 3)
            return n;
          put_row (&rows[n], &items[item]);
          if ((state.want & WANT_RANGES) != 0)
            {
              ranges[2 * n] = (double) items[item].begin;
              ranges[2 * n + 1] = (double) items[item].end;
            }
          n++;
          if (items[item].has_id)
            answer.last_id = n;
        }
      if (answer.status != WEIR_ITEM)
        return n;
      answer.status = (int32_t) weir_parser_next_batch (&state.parser, items, ITEMS, &n_items);
      item = 0;
    }
}

/* Rows for what is at hand. A status WEIR_ITEM says that more are waiting. */
EXPORT (more)
uint32_t
more (void)
{
  uint32_t n = fill_rows ();

  if (answer.status == WEIR_NEED_INPUT && is_far && state.meter.limited)
    count_tail ();
  return n;
}

static uint32_t
begin (WeirStatus began)
{
  n_items = item = 0;
  answer.status = (int32_t) began;
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
  state.position = 0;
  weir_parser_init (&state.parser, &options);
  weir_meter_init (&state.meter, max_characters, (want >> WEIR_ITEM_COMMENT & 1) != 0);
}

/* A piece of a chunk, n bytes at narrow. next is the byte that follows it in the chunk, or -1;
 * cr says whether a CR comes later in the chunk; first, that the chunk begins with this piece. */
EXPORT (feed)
uint32_t
feed (uint32_t n, int next, bool cr, bool first)
{
  bool over = false;

  rest = (WeirMeterRest){ next, cr };
  if (state.meter.limited)
    {
      weir_meter_begin (&state.meter, first, narrow, n, rest);
      is_far = weir_meter_is_far (&state.meter, n);
      if (!is_far)
        n = (uint32_t) weir_meter_count (&state.meter, narrow, n, rest, &over);
    }
  length = n;
  ascii = weir_text_is_ascii (narrow, n);
  block_end = 0;
  piece_begin = state.position;
  state.position += n;
  answer.over = over;
  return begin (weir_parser_feed (&state.parser, narrow, n));
}

/* The end of the stream. */
EXPORT (finish)
uint32_t
finish (bool flush)
{
  length = 0;
  return begin (weir_parser_finish (&state.parser, flush));
}

/* Ready for the next connection. */
EXPORT (reset)
void
reset (void)
{
  weir_parser_reset (&state.parser);
  state.position = 0;
  weir_meter_reset (&state.meter);
}
