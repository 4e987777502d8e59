/* SPDX-License-Identifier: MIT */
/* The fast path: the hot loops for common lines. weir-line.c handles the other lines. */
#include "weir-usual-lines-private.h"

#include "weir-block-private.h"
#include "weir-field-private.h"
#include "weir-item-private.h"
#include "weir-window-private.h"

#ifndef WEIR_SMALL

/* Short values are copied by one copy of this many bytes, whatever their length. */
#define AT_ONCE 64

/* Returns: whether a line end of this kind is at offset at. */
static inline bool
is_line_end (const char *chunk, size_t length, size_t at, bool crlf)
{
  if (crlf)
    return at + 1 < length && chunk[at] == '\r' && chunk[at + 1] == '\n';
  return at < length && chunk[at] == '\n';
}

/* Returns: weir_load_head() of the line at offset at, with zeros for bytes after the end of the chunk. */
static inline uint64_t
load_head_in_chunk (const char *chunk, size_t length, size_t at)
{
  char start[LOOKAHEAD] = { 0 };

  if (at + LOOKAHEAD <= length)
    return weir_load_head (chunk + at);
  if (length >= LOOKAHEAD)
    return weir_load_head (chunk + length - LOOKAHEAD) >> 8 * (at + LOOKAHEAD - length);
  memcpy (start, chunk + at, length - at);
  return weir_load_head (start);
}

/*
 * Appends data lines to *data, the data of the block, from the position of the parser on, up to the first
 * line that is not a data line or that the fast path does not handle. It is a separate, short loop,
 * because documents are sent as many such lines.
 * Returns: false if there was none.
 */
__attribute__ ((noinline)) static bool
join_data_lines (WeirParser *self, WeirSpan *data, bool crlf)
{
  const char *const chunk = self->chunk;
  const size_t length = self->length, max_line_bytes = self->options.max_line_bytes;
  const size_t max_bytes = self->options.max_event_bytes;
  WeirText *text = &self->data.text;
  WeirCursor cursor = weir_cursor_get (self);
  size_t at = self->at, first = at, lines = 0;
  size_t room, joined;
  char *to;

  if (self->suspect || self->window.suspect)
    return false;
  if (!self->data.held)
    self->data.span = *data;
  if (!weir_part_hold (self, &self->data, 1 + AT_ONCE))
    return false;
  to = text->bytes + text->end;
  room = text->capacity - text->end;
  joined = text->end - text->begin;

  for (;;)
    {
      size_t end, n, from;

      if (cursor.ends == 0)
        {
          self->at = at;
          if (!weir_cursor_next_block (self, &cursor) || self->suspect || self->window.suspect)
            break;
        }
      end = weir_cursor_end (&cursor);
      if (end < at)
        {
          weir_cursor_advance (&cursor, false);
          continue;
        }
      if (end - at < NAME_LENGTH || end - at > max_line_bytes
          || (load_head_in_chunk (chunk, length, at) & WEIR_DATA_MASK) != WEIR_DATA_HEAD
          || !is_line_end (chunk, length, end, crlf))
        break;
      from = at + NAME_LENGTH + (chunk[at + NAME_LENGTH] == ' ');
      n = end - from;
      if (joined + 1 > max_bytes || n > max_bytes - joined - 1)
        break;
      if (room < 1 + n + AT_ONCE)
        {
          text->end = text->begin + joined;
          if (!weir_parser_reserve (self, text, 1 + n + AT_ONCE))
            break;
          to = text->bytes + text->end;
          room = text->capacity - text->end;
        }
      *to = '\n';
      if (n <= AT_ONCE && from + AT_ONCE <= length)
        memcpy (to + 1, chunk + from, AT_ONCE);
      else
        memcpy (to + 1, chunk + from, n);
      to += 1 + n;
      room -= 1 + n;
      joined += 1 + n;
      weir_cursor_advance (&cursor, crlf);
      at = end + 1 + crlf;
      lines++;
    }
  weir_cursor_put (self, cursor);
  text->end = text->begin + joined;
  self->data.span.text = data->text = text->bytes + text->begin;
  self->data.span.length = data->length = joined;
  self->at = at;
  self->counters.lines += lines;
  return at > first;
}

/* Move the values of the current block to the item that it becomes, or back to the parser. */
static inline void
open_block (const WeirParser *self, WeirItem *item)
{
  item->data = self->data.span;
  item->type = self->type.span;
}

static inline void
put_block_back (WeirParser *self, const WeirItem *item)
{
  self->data.span = item->data;
  self->type.span = item->type;
}

/*
 * The hot loop. It returns the same items as weir_line_take() and weir_item_fill_due(), for the lines that
 * weir_take_usual_lines() describes. An iteration takes one line, or a data line together with the
 * blank line that usually follows it. It is one long function because the state of the block has to
 * stay in registers: has and event_begin, and the values in *item, the item that is being assembled.
 * put_block_back() and the end of the function write them to the parser. The instruction counts of
 * tests/bench guard it. Compiled twice, for LF and CR LF.
 */
__attribute__ ((always_inline)) static inline size_t
take_lines_ended_by (bool crlf, WeirParser *self, WeirItem *restrict items, size_t capacity)
{
  const char *const chunk = self->chunk;
  const size_t length = self->length;
  const uint64_t offset = self->offset;
  unsigned has = self->block_has;
  uint64_t event_begin = self->event_begin;
  WeirCursor cursor = weir_cursor_get (self);
  size_t at = self->at, lines = 0, comments = 0;
  bool suspect = self->suspect || self->window.suspect;
  bool held = self->data.held || self->type.held || self->id.held;
  WeirItem *item = items;
  const WeirItem *const full = items + capacity;

  if (item == full)
    return 0;
  open_block (self, item);
  for (;;)
    {
      WeirSpan line, value;
      size_t end, next;
      bool is_blank, is_complete = false;

      if (cursor.ends == 0)
        {
          self->at = at;
          if (!weir_cursor_next_block (self, &cursor))
            break;
          suspect = self->suspect || self->window.suspect;
        }
      end = weir_cursor_end (&cursor);
      if (end < at)
        {
          /* An LF that was taken with its CR in the block before. */
          weir_cursor_advance (&cursor, false);
          continue;
        }
      if (crlf ? !is_line_end (chunk, length, end, true) : chunk[end] != '\n')
        break;
      next = end + 1 + crlf;

      line = (WeirSpan){ chunk + at, end - at };
      is_blank = line.length == 0;
      if (!is_blank)
        {
          if (line.length > self->options.max_line_bytes)
            break;
          if (suspect)
            {
              if (self->path->utf8_valid_length (line.text, line.length) != line.length)
                break;
              self->suspect = false;
              suspect = self->window.suspect;
            }
          switch (weir_field_of (line, load_head_in_chunk (chunk, length, at), &value))
            {
            case FIELD_DATA:
              if ((has & HAS_DATA) != 0)
                {
                  self->at = at;
                  weir_cursor_put (self, cursor);
                  if (!join_data_lines (self, &item->data, crlf))
                    goto stop;
                  held = true;
                  at = self->at;
                  cursor = weir_cursor_get (self);
                  suspect = self->suspect || self->window.suspect;
                  continue;
                }
              if (!weir_block_data_fits (self, has, item->data, value))
                goto stop;
              item->data = value;
              event_begin = has == 0 ? offset + at : event_begin;
              has |= HAS_FIELD | HAS_DATA;
              /* The blank line usually follows: take it now, without searching for its end. */
              if (is_line_end (chunk, length, next, crlf))
                {
                  weir_cursor_advance (&cursor, crlf);
                  lines++;
                  end = next;
                  next += 1 + crlf;
                  is_blank = true;
                }
              break;
            case FIELD_EVENT:
              item->type = value;
              self->type.held = false;
              event_begin = has == 0 ? offset + at : event_begin;
              has |= HAS_FIELD | HAS_TYPE;
              break;
            case FIELD_ID:
              if (value.length > self->options.max_id_bytes || weir_holds_nul (value))
                goto stop;
              weir_part_set (&self->id, value);
              event_begin = has == 0 ? offset + at : event_begin;
              has |= HAS_FIELD | HAS_ID;
              break;
            case FIELD_COMMENT:
              put_block_back (self, item);
              weir_item_fill_comment (item, value, offset + at, offset + end + 1);
              comments++;
              is_complete = true;
              /* Take the blank line that usually follows a heartbeat. */
              if (has == 0 && is_line_end (chunk, length, next, crlf))
                {
                  weir_cursor_advance (&cursor, crlf);
                  lines++;
                  next += 1 + crlf;
                }
              break;
            default:
              goto stop;
            }
        }
      if (is_blank)
        {
          if ((has & HAS_DATA) != 0)
            {
              if ((has & HAS_ID) != 0)
                weir_block_commit_id (self);
              item->begin = event_begin;
              item->end = offset + end + 1;
              weir_item_finish_event (self, item, has);
              if (held)
                {
                  self->data.held = self->type.held = self->id.held = false;
                  held = false;
                }
              is_complete = true;
            }
          else if ((has & (HAS_TYPE | HAS_ID)) != 0)
            {
              break;
            }
          has = 0;
        }
      weir_cursor_advance (&cursor, crlf);
      at = next;
      lines++;

      if (!is_complete)
        continue;
      item++;
      if (item == full)
        goto out;
      if (has != 0)
        open_block (self, item);
    }
stop:
  put_block_back (self, item);
out:
  self->block_has = has;
  self->event_begin = event_begin;
  weir_cursor_put (self, cursor);
  self->at = at;
  self->line_begin = offset + at;
  self->counters.lines += lines;
  self->counters.events += (size_t) (item - items) - comments;
  self->counters.comments += comments;
  return (size_t) (item - items);
}

size_t
weir_take_usual_lines (WeirParser *self, WeirItem *items, size_t capacity)
{
  bool crlf = self->line_ends == SEEN_CRLF;

  if (self->carried || self->after_cr || self->skipping || (self->line_ends != SEEN_LF && !crlf))
    return 0;
  return crlf ? take_lines_ended_by (true, self, items, capacity)
              : take_lines_ended_by (false, self, items, capacity);
}

#else

/* WEIR_SMALL builds have no fast path. */
size_t
weir_take_usual_lines (WeirParser *self, WeirItem *items, size_t capacity)
{
  (void) self, (void) items, (void) capacity;
  return 0;
}

#endif
