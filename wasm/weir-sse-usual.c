/* SPDX-License-Identifier: MIT */
#include "weir-sse-usual.h"

#include "weir-bypass.h"
#include "weir-sse-table.h"
#include "weir-sse-text.h"

#include <string.h>

/* Line ends of a block that are written at once, without a test for each. */
#define AT_ONCE 8

/* Marks the end of the list of line ends. */
#define NO_END UINT32_MAX

/* The parser takes events of more data lines. */
#define VALUES 64

/* A retry of at most this many digits cannot exceed the maximum. */
#define DIGITS 9

/* The starts of lines as numbers of eight bytes, and masks of the bytes to compare. */
#define DATA_HEAD UINT64_C (0x3A61746164)    /* "data:" */
#define EVENT_HEAD UINT64_C (0x3A746E657665) /* "event:" */
#define RETRY_HEAD UINT64_C (0x3A7972746572) /* "retry:" */
#define ID_HEAD UINT64_C (0x3A6469)          /* "id:" */
#define ID_MASK UINT64_C (0xFFFFFF)
#define DATA_MASK UINT64_C (0xFFFFFFFFFF)
#define EVENT_MASK UINT64_C (0xFFFFFFFFFFFF)

/* What a block has. */
enum
{
  HAS_FIELD = 1 << 0,
  HAS_DATA = 1 << 1,
  HAS_TYPE = 1 << 2,
  HAS_ID = 1 << 3,
};

/* The byte range of a value, and how much smaller its offsets in UTF-16 units are. */
typedef struct
{
  uint32_t begin, end;
  uint32_t less, less_end;
} Value;

/* The offsets of the line ends in the text, then NO_END. CR LF has two. */
static uint32_t ends[WEIR_TAIL + WEIR_PIECE + AT_ONCE];
/* The index of the first one after the offset of the last query. */
static uint32_t next_end;
/* The text is treated as UTF-8 up to here. */
static uint32_t valid;
/* The origin of the offsets of texts. */
static uint32_t base;
/* The offset of the text in the stream. */
static double position;

/* The current block. It is in memory because the loop needs the registers. */
static struct
{
  uint32_t has, begin, n_lines, behind_data;
  Value data, id, type;
} block;

/* Its data lines if there are several. */
static WeirSpan lines[VALUES];

/* The type of the last event that had one, and its bits in a head. */
static Value last;
static uint32_t last_head;

/* The end of the complete blocks that were taken, how much smaller that offset is in units, and the number of
 * rows. */
static struct
{
  uint32_t end, less, n_rows;
} taken;

/* Appends the offsets of the bits of a block, AT_ONCE at a time. If there are fewer, the next block overwrites
 * the excess. */
static inline uint32_t *
append_ends (uint32_t *to, uint64_t bits, uint32_t block_begin)
{
  uint32_t n = (uint32_t) __builtin_popcountll (bits);

  for (uint32_t done = 0; done < n; done += AT_ONCE)
#pragma clang loop unroll(full)
    for (uint32_t i = 0; i < AT_ONCE; i++)
      {
        to[done + i] = block_begin + (bits == 0 ? 64 : (uint32_t) __builtin_ctzll (bits));
        bits &= bits - 1;
      }
  return to + n;
}

/* The index of the first line end that is not before at. */
static uint32_t
end_at (uint32_t at)
{
  while (ends[next_end] < at)
    next_end++;
  return next_end;
}

void
weir_usual_begin (void)
{
  bool utf8 = (weir_table.want & WEIR_WANT_UTF8) != 0, suspect = false, ascii = true;
  const char *bytes = (const char *) weir_table.text;
  uint32_t length = weir_table.length, *to = ends;

  for (uint32_t at = 0; at < length; at += WEIR_BYPASS_WINDOW)
    {
      WeirWindow window;

      weir_bypass_scan (bytes, at, length, utf8, &window);
      suspect |= window.suspect;
      ascii &= window.ascii;
      for (; window.blocks != 0; window.blocks &= window.blocks - 1)
        {
          uint32_t block = (uint32_t) __builtin_ctzll (window.blocks);

          to = append_ends (to, window.ends[block], at + block * WEIR_BYPASS_BLOCK);
        }
    }
  *to = NO_END;
  next_end = 0;
  weir_table.ascii = ascii;
  /* Without this check, the length of the decoded string shows invalid UTF-8. */
  valid = length;
  if (suspect)
    weir_usual_check ();
}

void
weir_usual_check (void)
{
  valid = (uint32_t) weir_bypass_valid_length ((const char *) weir_table.text, weir_table.length);
}

uint32_t
weir_usual_block_end (uint32_t at)
{
  const uint8_t *bytes = weir_table.text;
  uint32_t length = weir_table.length;

  for (const uint32_t *next = ends + end_at (at); *next != NO_END; next++)
    {
      uint32_t end = *next + 1;

      if (end >= length || (bytes[end] != '\n' && bytes[end] != '\r'))
        continue;
      if (bytes[end - 1] == '\r' && bytes[end] == '\n')
        continue;
      return end + 1 + (bytes[end] == '\r' && end + 1 < length && bytes[end + 1] == '\n');
    }
  return length;
}

static inline uint64_t
load_8 (const uint8_t *at)
{
  uint64_t eight;

  memcpy (&eight, at, sizeof eight);
  return eight;
}

/* Whether the text has a NUL. May also return true for a NUL in the seven bytes after it. */
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

static inline WeirSpan
span_of (const Value *value)
{
  return (WeirSpan){ (const char *) weir_table.text + value->begin, value->end - value->begin };
}

/* Copies word by word: reading a word of a vector store soon after it stalls. */
static inline void
set (Value *to, uint32_t begin, const Value *line)
{
  to->begin = begin;
  to->end = line->end;
  to->less = line->less;
  to->less_end = line->less_end;
}

/* Passes a value to JavaScript. Returns: WEIR_TEXT_…. */
static inline uint32_t
put_value (const Value *value, uint32_t *to, uint32_t *to_end)
{
  if (value->begin < weir_table.first)
    {
      *to = value->begin;
      *to_end = value->end;
      if (value->end > weir_table.answer.cut_end)
        weir_table.answer.cut_end = value->end;
      return WEIR_TEXT_CUT;
    }
  *to = value->begin - value->less - base;
  *to_end = value->end - value->less_end - base;
  return WEIR_TEXT_MAIN;
}

/* Passes the type of the block. Returns: its bits in the row's head, or 0 if the parser must take the
 * block. */
static uint32_t
put_type (WeirRow *row)
{
  WeirSpan span = span_of (&block.type);
  uint32_t name, how, end;

  if (!weir_table.ascii && weir_bypass_valid_length (span.text, span.length) < span.length)
    return 0;
  name = weir_table_name (span);
  if (name > 0)
    return weir_table_name_head (name);
  if (span.length >= 65536)
    return 0;
  how = put_value (&block.type, &row->type, &end);
  return weir_table_type_head (how, end - row->type);
}

/* The same. The type is usually that of the event before. */
static inline uint32_t
put_type_again (WeirRow *row)
{
  uint32_t length = block.type.end - block.type.begin;

  if (length != last.end - last.begin || (last_head >> WEIR_HEAD_NAMED & 1) == 0
      || !is_same (weir_table.text + block.type.begin, weir_table.text + last.begin, length))
    {
      set (&last, block.type.begin, &block.type);
      last_head = put_type (row);
    }
  return last_head;
}

/* Passes a block that has more than one data line. Returns: the head of its row, or 0 if the parser must
 * take the block. */
__attribute__ ((noinline)) static uint32_t
put_block (WeirRow *row)
{
  uint32_t head = WEIR_ITEM_EVENT;

  if ((block.has & HAS_ID) != 0)
    head |= put_value (&block.id, &row->id, &row->id_end) << WEIR_HEAD_ID | 1u << WEIR_HEAD_HAS_ID;
  if ((block.has & HAS_TYPE) != 0 && block.type.end > block.type.begin)
    {
      uint32_t type_head = put_type_again (row);

      if (type_head == 0)
        return 0;
      head |= type_head;
    }
  if (block.n_lines > 0 && (weir_table.want & WEIR_WANT_RAW) == 0)
    {
      if (!weir_table_put_lines (lines, block.n_lines, &row->data, &row->data_end))
        return 0;
      return head | WEIR_TEXT_EXTRA << WEIR_HEAD_DATA;
    }
  return head | put_value (&block.data, &row->data, &row->data_end) << WEIR_HEAD_DATA
         | (uint32_t) (block.n_lines > 0) << WEIR_HEAD_LINES;
}

/* Returns: the milliseconds of a retry, or UINT32_MAX if the parser must take it. */
static uint32_t
retry_of (uint32_t begin, uint32_t end)
{
  uint32_t ms = 0;

  if (begin == end || end - begin > DIGITS)
    return UINT32_MAX;
  for (uint32_t i = begin; i < end; i++)
    {
      uint8_t digit = weir_table.text[i];

      if (digit < '0' || digit > '9')
        return UINT32_MAX;
      ms = ms * 10 + (digit - '0');
    }
  return ms;
}

static inline bool
is_full (void)
{
  return weir_table.n_rows >= WEIR_ROWS - 1 || weir_table.answer.n_larges > WEIR_LARGES - 4;
}

static inline bool
wants (WeirItemKind kind)
{
  return (weir_table.want >> kind & 1) != 0;
}

/* Takes a data line after the first of the block. */
static bool
take_more_data (uint32_t begin, const Value *line)
{
  if (line->begin != block.behind_data || block.n_lines == VALUES)
    return false;
  if (block.n_lines == 0)
    lines[block.n_lines++] = span_of (&block.data);
  lines[block.n_lines++] = (WeirSpan){ (const char *) weir_table.text + begin, line->end - begin };
  block.data.end = line->end;
  block.data.less_end = line->less_end;
  return true;
}

static bool
take_comment (const Value *line)
{
  WeirRow *row = &weir_table.rows[weir_table.n_rows];
  Value value;

  if (!wants (WEIR_ITEM_COMMENT))
    return true;
  if (is_full ())
    return false;
  set (&value, line->begin + 1, line);
  row->head = WEIR_ITEM_COMMENT | put_value (&value, &row->data, &row->data_end) << WEIR_HEAD_DATA;
  weir_table_put_range (weir_table.n_rows++, position + line->begin, position + line->end + 1);
  return true;
}

static bool
take_retry (uint32_t begin, const Value *line)
{
  uint32_t ms = retry_of (begin, line->end);

  if (ms == UINT32_MAX || is_full ())
    return false;
  if (!wants (WEIR_ITEM_RETRY))
    return true;
  weir_table.rows[weir_table.n_rows] = (WeirRow){ WEIR_ITEM_RETRY, ms, 0, 0, 0, 0 };
  weir_table_put_range (weir_table.n_rows++, position + line->begin, position + line->end + 1);
  return true;
}

/* Takes a line other than the first data line of the block. Returns: false if the parser must take it. */
static inline bool
take_line (uint64_t head, const Value *line)
{
  const uint8_t *bytes = weir_table.text + line->begin;
  uint32_t begin;

  if ((head & EVENT_MASK) == EVENT_HEAD)
    {
      set (&block.type, line->begin + 6 + (bytes[6] == ' '), line);
      block.has |= HAS_TYPE;
      return true;
    }
  if ((head & DATA_MASK) == DATA_HEAD)
    return take_more_data (line->begin + 5 + (bytes[5] == ' '), line);
  if ((head & ID_MASK) == ID_HEAD)
    {
      begin = line->begin + 3 + (bytes[3] == ' ');
      set (&block.id, begin, line);
      block.has |= HAS_ID;
      return line->end - begin <= WEIR_PIECE
             && !may_hold_nul (weir_table.text + begin, line->end - begin);
    }
  return (head & EVENT_MASK) == RETRY_HEAD
         && take_retry (line->begin + 6 + (bytes[6] == ' '), line);
}

/* Everything before the line is complete blocks. */
static inline void
note (const Value *line)
{
  taken.end = line->begin;
  taken.less = line->less;
  taken.n_rows = weir_table.n_rows;
}

/* Takes lines from at on, and notes the end of the complete blocks. Returns: whether the text ended. */
static bool
take_lines (uint32_t at, bool crlf)
{
  const uint8_t *const bytes = weir_table.text;
  const uint32_t limit = valid < weir_table.length ? valid : weir_table.length;
  const bool counts = (weir_table.want & WEIR_WANT_RAW) == 0 && !weir_table.ascii;
  const bool wants_ranges = (weir_table.want & WEIR_WANT_RANGES) != 0;
  const uint32_t *next_line_end = ends + end_at (at);
  Value line = { .begin = at };

  for (;; next_line_end += 1 + crlf)
    {
      uint32_t end = *next_line_end, next = end + 1 + crlf;

      if (end == NO_END)
        return limit == weir_table.length;
      if (next > limit || bytes[next - 1] != '\n' || (crlf && bytes[end] != '\r'))
        return false;
      if (end > line.begin)
        {
          uint64_t head = load_8 (bytes + line.begin);

          line.end = end;
          if (counts)
            line.less_end += weir_text_surplus (bytes + line.begin, end - line.begin);
          if ((head & 0xFF) == ':')
            {
              if (!take_comment (&line))
                return false;
              line.begin = next;
              line.less = line.less_end;
              if (block.has == 0)
                note (&line);
              continue;
            }
          if (block.has == 0)
            block.begin = line.begin;
          if ((head & DATA_MASK) == DATA_HEAD && (block.has & HAS_DATA) == 0)
            {
              set (&block.data, line.begin + 5 + (bytes[line.begin + 5] == ' '), &line);
              block.has |= HAS_DATA;
            }
          else if (!take_line (head, &line))
            {
              return false;
            }
          block.has |= HAS_FIELD;
          if ((head & DATA_MASK) == DATA_HEAD)
            block.behind_data = next;
          line.begin = next;
          line.less = line.less_end;
          /* The blank line usually follows data. */
          if (crlf || next >= limit || bytes[next] != '\n' || (block.has & HAS_DATA) == 0)
            continue;
          next_line_end++;
          end = next++;
        }
      if ((block.has & HAS_DATA) == 0 && (block.has & (HAS_ID | HAS_TYPE)) != 0)
        /* The parser reports a finding, and may set the last event ID. */
        return false;
      if ((block.has & HAS_ID) != 0 || ((block.has & HAS_DATA) != 0 && wants (WEIR_ITEM_EVENT)))
        {
          uint32_t n = weir_table.n_rows;
          WeirRow *row = &weir_table.rows[n];

          if (is_full ())
            return false;
          if (block.has == (HAS_FIELD | HAS_DATA) && block.n_lines == 0)
            row->head = WEIR_ITEM_EVENT
                        | put_value (&block.data, &row->data, &row->data_end) << WEIR_HEAD_DATA;
          else if ((row->head = put_block (row)) == 0)
            return false;
          if (wants_ranges)
            weir_table_put_range (n, position + block.begin, position + end + 1);
          weir_table.n_rows = n + 1;
        }
      block.n_lines = 0;
      block.has = 0;
      line.begin = next;
      note (&line);
    }
}

uint32_t
weir_usual_take (uint32_t at, bool crlf, double text_begin, bool *is_cut)
{
  WeirText16 *text = &weir_table.answer.main;

  base = (weir_table.want & WEIR_WANT_RAW) != 0 ? weir_table.first
         : text->end > 0                        ? text->begin
                                                : at;
  position = text_begin;
  block.has = block.n_lines = 0;
  last_head = 0;
  note (&(Value){ .begin = at });
  *is_cut = take_lines (at, crlf) && weir_table.n_rows == taken.n_rows;
  weir_table.n_rows = taken.n_rows;
  if (taken.end == at)
    return at;
  if (text->end == 0)
    text->begin = at;
  text->end = taken.end;
  text->units = taken.end - text->begin - taken.less;
  text->is_ascii = weir_table.ascii;
  return taken.end;
}
