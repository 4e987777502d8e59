/* SPDX-License-Identifier: MIT */
#include "weir-sse-usual.h"

#include "weir-passing.h"
#include "weir-sse-table.h"
#include "weir-sse-text.h"

#include <string.h>

#define N_WINDOWS ((WEIR_TAIL + WEIR_PIECE) / WEIR_PASSING_WINDOW)

/* The most data lines of an event that is taken here. */
#define VALUES 64

/* A retry of so many digits is less than the most there may be. */
#define DIGITS 9

#define BYTES_4(a, b, c, d)                                                                        \
  ((uint32_t) (a) | (uint32_t) (b) << 8 | (uint32_t) (c) << 16 | (uint32_t) (d) << 24)

typedef struct
{
  uint32_t begin, end;
} Range;

static WeirWindow windows[N_WINDOWS];
static Range values[VALUES]; /* of the data lines behind the first one, in the block being taken */
static uint32_t valid;       /* so far the text is not known to be anything but UTF-8 */

void
weir_usual_begin (void)
{
  bool utf8 = (weir_table.want & (WEIR_WANT_RAW | WEIR_WANT_RANGES)) != 0;
  const char *bytes = (const char *) weir_table.text;
  uint32_t length = weir_table.length;

  /* Else what is made UTF-16 is checked when it is, and what is not is nobody's concern. */
  valid = (uint32_t) weir_passing_scan (bytes, length, utf8, windows, &weir_table.ascii);
}

static inline uint64_t
ends_of (uint32_t block)
{
  return windows[block / WEIR_WINDOW_BLOCKS].ends[block % WEIR_WINDOW_BLOCKS];
}

/* The next block from block on that has line ends, or one that is not before n_blocks. */
static inline uint32_t
next_block (uint32_t block, uint32_t n_blocks)
{
  while (block < n_blocks)
    {
      uint64_t rest = windows[block / WEIR_WINDOW_BLOCKS].blocks >> block % WEIR_WINDOW_BLOCKS;

      if (rest != 0)
        return block + (uint32_t) __builtin_ctzll (rest);
      block = (block / WEIR_WINDOW_BLOCKS + 1) * WEIR_WINDOW_BLOCKS;
    }
  return block;
}

uint32_t
weir_usual_block_end (uint32_t at)
{
  const uint8_t *bytes = weir_table.text;
  uint32_t length = weir_table.length, block = at / WEIR_PASSING_BLOCK;
  uint32_t n_blocks = (length + WEIR_PASSING_BLOCK - 1) / WEIR_PASSING_BLOCK;

  if (at >= length)
    return length;
  for (uint64_t ends = ends_of (block) & ~UINT64_C (0) << at % WEIR_PASSING_BLOCK;;
       ends &= ends - 1)
    {
      uint32_t end;

      if (ends == 0)
        {
          block = next_block (block + 1, n_blocks);
          if (block >= n_blocks)
            return length;
          ends = ends_of (block);
        }
      end = block * WEIR_PASSING_BLOCK + (uint32_t) __builtin_ctzll (ends) + 1;
      if (end >= length || (bytes[end] != '\n' && bytes[end] != '\r'))
        continue;
      if (bytes[end - 1] == '\r' && bytes[end] == '\n')
        continue;
      return end + 1 + (bytes[end] == '\r' && end + 1 < length && bytes[end + 1] == '\n');
    }
}

static inline uint32_t
load_4 (const uint8_t *at)
{
  uint32_t four;

  memcpy (&four, at, sizeof four);
  return four;
}

static inline uint64_t
load_8 (const uint8_t *at)
{
  uint64_t eight;

  memcpy (&eight, at, sizeof eight);
  return eight;
}

/* Whether there is a NUL; it may say so of one within seven bytes behind. */
static inline bool
may_hold_nul (const uint8_t *text, uint32_t length)
{
  for (uint32_t i = 0; i < length; i += 8)
    {
      uint64_t eight = load_8 (text + i);

      if (((eight - UINT64_C (0x0101010101010101)) & ~eight & UINT64_C (0x8080808080808080)) != 0)
        return true;
    }
  return false;
}

static inline bool
is_same (const uint8_t *a, const uint8_t *b, uint32_t length)
{
  for (uint32_t i = 0; i + 8 <= length; i += 8)
    if (load_8 (a + i) != load_8 (b + i))
      return false;
  return length % 8 == 0
         || (load_8 (a + length / 8 * 8) ^ load_8 (b + length / 8 * 8)) << (64 - 8 * (length % 8))
                == 0;
}

/* The value behind the colon at n of the line. */
static inline Range
value_at (const uint8_t *bytes, uint32_t begin, uint32_t end)
{
  return (Range){ begin + (bytes[begin] == ' '), end };
}

/* How texts stand in the table: where they are (in_place), as ASCII or UTF-8 (kind), or else widened. */
typedef struct
{
  bool in_place;
  uint32_t kind;
} Ways;

static inline WeirSpan
span_of (Range range)
{
  return (WeirSpan){ (const char *) weir_table.text + range.begin, range.end - range.begin };
}

/* Gives a text, and returns how. */
static inline uint32_t
put_text (Ways ways, Range range, uint32_t *to, uint32_t *to_end)
{
  if (ways.in_place && range.begin >= weir_table.first)
    {
      *to = range.begin;
      *to_end = range.end;
      return ways.kind;
    }
  return weir_table_put (span_of (range), to, to_end);
}

static bool
is_utf8 (Range range)
{
  WeirSpan span = span_of (range);

  return weir_table.ascii || weir_passing_valid_length (span.text, span.length) == span.length;
}

/* Moves n values behind the first one's end, where they stand: they are shorter than their lines were.
 * Returns where they end. */
static uint32_t
join (uint32_t end, uint32_t n)
{
  uint8_t *bytes = weir_table.text;

  for (uint32_t i = 0; i < n; i++)
    {
      uint32_t length = values[i].end - values[i].begin;

      bytes[end++] = '\n';
      weir_text_move_down (bytes + end, bytes + values[i].begin, length);
      end += length;
    }
  return end;
}

/* A retry's milliseconds, or UINT32_MAX where the core had better look. */
static uint32_t
retry_of (const uint8_t *bytes, Range value)
{
  uint32_t ms = 0;

  if (value.begin == value.end || value.end - value.begin > DIGITS)
    return UINT32_MAX;
  for (uint32_t i = value.begin; i < value.end; i++)
    {
      if (bytes[i] < '0' || bytes[i] > '9')
        return UINT32_MAX;
      ms = ms * 10 + (bytes[i] - '0');
    }
  return ms;
}

uint32_t
weir_usual_take (uint32_t at, bool crlf, double position, bool *is_cut)
{
  const uint8_t *const bytes = weir_table.text;
  const uint32_t limit = valid, want = weir_table.want;
  const uint32_t n_blocks = (limit + WEIR_PASSING_BLOCK - 1) / WEIR_PASSING_BLOCK;
  WeirAnswer *const answer = &weir_table.answer;
  WeirRow *const rows = weir_table.rows;
  uint32_t begin = at, done = at, line = at, block = at / WEIR_PASSING_BLOCK, n = weir_table.n_rows,
           n_done = n;
  uint32_t type_head = 0;
  uint32_t n_values = 0, behind_data = 0;
  Range data = { 0, 0 }, id = { 0, 0 }, type = { 0, 0 }, last = { 0, 0 };
  bool in_block = false, has_data = false, has_id = false, has_type = false;
  const bool raw = (want & WEIR_WANT_RAW) != 0, wants_events = (want >> WEIR_ITEM_EVENT & 1) != 0;
  const bool wants_comments = (want >> WEIR_ITEM_COMMENT & 1) != 0,
             wants_ranges = (want & WEIR_WANT_RANGES) != 0;
  const Ways ways = { weir_table.ascii || raw,
                      weir_table.ascii ? WEIR_TEXT_NARROW : WEIR_TEXT_WIDE };
  uint64_t ends;

  *is_cut = false;
  if (at >= limit)
    return at;
  if (raw && !weir_table.ascii)
    answer->wide_end = 1;
  ends = ends_of (block) & ~UINT64_C (0) << at % WEIR_PASSING_BLOCK;
  for (;;)
    {
      uint32_t end, next, kind;
      Range value;

      if (ends == 0)
        {
          block = next_block (block + 1, n_blocks);
          if (block >= n_blocks)
            {
              *is_cut = n == n_done && limit == weir_table.length;
              goto stop;
            }
          ends = ends_of (block);
        }
      end = block * WEIR_PASSING_BLOCK + (uint32_t) __builtin_ctzll (ends);
      ends &= ends - 1;
      if (end < line)
        continue;
      next = end + 1 + crlf;
      if (next > limit || bytes[next - 1] != '\n' || (crlf && bytes[end] != '\r'))
        goto stop;
      if (end > line)
        {
          uint32_t head = load_4 (bytes + line);

          if (head == BYTES_4 ('d', 'a', 't', 'a') && bytes[line + 4] == ':')
            {
              value = value_at (bytes, line + 5, end);
              if (!has_data)
                {
                  data = value;
                  has_data = true;
                  /* As a rule the blank line follows. */
                  if (!crlf && next < limit && bytes[next] == '\n')
                    {
                      if (!in_block)
                        begin = line;
                      end = next++;
                      goto blank;
                    }
                }
              else
                {
                  if (line != behind_data || n_values == VALUES)
                    goto stop;
                  values[n_values++] = value;
                }
              behind_data = next;
            }
          else if (head == BYTES_4 ('e', 'v', 'e', 'n') && bytes[line + 4] == 't'
                   && bytes[line + 5] == ':')
            {
              type = value_at (bytes, line + 6, end);
              has_type = true;
            }
          else if ((head & 0xFFFFFF) == BYTES_4 ('i', 'd', ':', 0))
            {
              id = value_at (bytes, line + 3, end);
              has_id = true;
              if (id.end - id.begin > WEIR_PIECE
                  || may_hold_nul (bytes + id.begin, id.end - id.begin))
                goto stop;
            }
          else if ((head & 0xFF) == ':')
            {
              if (wants_comments)
                {
                  if (n >= WEIR_ROWS - 1 || answer->n_larges > WEIR_LARGES - 4)
                    goto stop;
                  kind =
                      put_text (ways, (Range){ line + 1, end }, &rows[n].data, &rows[n].data_end);
                  if (kind == WEIR_TEXT_BAD)
                    goto stop;
                  rows[n].head = WEIR_ITEM_COMMENT | kind << WEIR_HEAD_DATA;
                  if (wants_ranges)
                    weir_table_put_range (n, position + line, position + end + 1);
                  n++;
                }
              line = next;
              if (!in_block)
                {
                  done = next;
                  n_done = n;
                }
              continue;
            }
          else if (head == BYTES_4 ('r', 'e', 't', 'r') && bytes[line + 4] == 'y'
                   && bytes[line + 5] == ':')
            {
              uint32_t ms = retry_of (bytes, value_at (bytes, line + 6, end));

              if (ms == UINT32_MAX || n >= WEIR_ROWS - 1)
                goto stop;
              if ((want >> WEIR_ITEM_RETRY & 1) != 0)
                {
                  rows[n] = (WeirRow){ WEIR_ITEM_RETRY, ms, 0, 0, 0, 0 };
                  if (wants_ranges)
                    weir_table_put_range (n, position + line, position + end + 1);
                  n++;
                }
            }
          else
            {
              goto stop;
            }
          if (!in_block)
            begin = line;
          in_block = true;
          line = next;
          continue;
        }
    blank:
      if (has_data)
        {
          if (has_id || wants_events)
            {
              WeirRow *row = &rows[n];
              uint32_t how = WEIR_ITEM_EVENT;

              if (n >= WEIR_ROWS - 1 || answer->n_larges > WEIR_LARGES - 4)
                goto stop;
              if (has_id)
                {
                  kind = put_text (ways, id, &row->id, &row->id_end);
                  if (kind == WEIR_TEXT_BAD)
                    goto stop;
                  how |= kind << WEIR_HEAD_ID | 1u << WEIR_HEAD_HAS_ID;
                }
              if (has_type && type.end > type.begin)
                {
                  /* As a rule it is the type of the event before. */
                  if (type.end - type.begin != last.end - last.begin
                      || (type_head >> WEIR_HEAD_NAMED & 1) == 0
                      || !is_same (bytes + type.begin, bytes + last.begin, type.end - type.begin))
                    {
                      if (!is_utf8 (type))
                        goto stop;
                      type_head = weir_table_put_type (row, span_of (type));
                      last = type;
                    }
                  how |= type_head;
                }
              /* At last, since joined lines are no longer as the parser would have to see them. */
              if (n_values > 0)
                {
                  Range lines = { data.begin, values[n_values - 1].end };

                  if (!raw && !is_utf8 (lines))
                    goto stop;
                  how |= (uint32_t) raw << WEIR_HEAD_LINES;
                  data.end = raw ? lines.end : join (data.end, n_values);
                }
              kind = put_text (ways, data, &row->data, &row->data_end);
              if (kind == WEIR_TEXT_BAD)
                goto stop;
              row->head = how | kind << WEIR_HEAD_DATA;
              if (wants_ranges)
                weir_table_put_range (n, position + begin, position + end + 1);
              n++;
            }
          n_values = 0;
          has_data = has_id = has_type = false;
        }
      else if (has_id || has_type)
        {
          /* A finding, and perhaps the last event ID. */
          goto stop;
        }
      in_block = false;
      done = line = next;
      n_done = n;
    }
stop:
  weir_table.n_rows = n_done;
  if (done > at)
    {
      if (at < answer->narrow)
        answer->narrow = at;
      if (done > answer->narrow_end)
        answer->narrow_end = done;
    }
  return done;
}
