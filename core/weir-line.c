/* SPDX-License-Identifier: MIT */
#include "weir-line-private.h"

#include "weir-block-private.h"
#include "weir-field-private.h"
#include "weir-utf8-private.h"

/* Returns: whether a line that is too long may be a field that the standard defines. Decides by its first
 * bytes, at most max_line_bytes + 1 of them, so that the result does not depend on the chunks. A line that
 * is cut before its colon may be a field. */
static bool
may_be_field (const WeirParser *self)
{
  static const char names[] = "data:\0event:\0id:\0retry:";
  size_t carried = self->carried ? self->line.end - self->line.begin : 0;

  for (const char *name = names; name < names + sizeof names; name++)
    {
      size_t i = 0;

      for (; *name != '\0' && i <= self->options.max_line_bytes; i++, name++)
        if (*name
            != (i < carried ? self->line.bytes[self->line.begin + i]
                            : self->chunk[self->at + i - carried]))
          break;
      if (*name == '\0' || i > self->options.max_line_bytes)
        return true;
      while (*name != '\0')
        name++;
    }
  return false;
}

static void
line_too_long (WeirParser *self)
{
  if (self->options.on_limit == WEIR_ON_LIMIT_STOP || may_be_field (self))
    {
      weir_block_over_limit (self, WEIR_FINDING_LINE_TOO_LONG);
    }
  else
    {
      weir_make_due (self, WEIR_FINDING_LINE_TOO_LONG);
      self->skip_begin = self->line_begin;
      self->skipping = self->skipping_line = true;
    }
  self->due_line = (WeirSpan){ "", 0 };
  self->due_begin = self->line_begin;
  self->due_end = self->line_begin + self->options.max_line_bytes + 1;
  self->line.end = self->line.begin;
  self->carried = false;
}

void
weir_line_end_skipping (WeirParser *self, uint64_t end)
{
  self->counters.skipped_bytes += end - self->skip_begin;
  self->skipping = self->skipping_line = false;
}

/* Replaces invalid UTF-8 after the first line_valid bytes of the line's text. is_whole: the line is
 * complete, so that a character cut at its end is invalid. Returns: false if there is no memory. */
static bool
decode (WeirParser *self, bool is_whole)
{
  WeirText *line = &self->line;
  size_t rest, valid, n;
  const char *from;
  char *to;
  bool cut;

  to = line->bytes + line->begin + self->line_valid;
  rest = line->end - line->begin - self->line_valid;
  valid = self->path->utf8_valid_length (to, rest);
  self->line_valid += valid;
  to += valid;
  rest -= valid;
  if (rest == 0)
    return true;
  weir_utf8_bad_length (to, rest, &cut);
  if (cut && !is_whole)
    return true;

  /* Each invalid byte becomes up to three. Move the rest up by this difference, and decode it into the
   * gap. */
  if (!weir_parser_reserve (self, line, 2 * rest))
    return false;
  to = line->bytes + line->begin + self->line_valid;
  from = memmove (to + 2 * rest, to, rest);
  while (rest > 0)
    {
      n = weir_utf8_bad_length (from, rest, &cut);
      if (cut && !is_whole)
        break;
      if (!self->bad)
        {
          self->bad = true;
          self->bad_begin = self->offset + self->at - rest;
          self->bad_end = self->bad_begin + n;
        }
      memcpy (to, WEIR_REPLACEMENT, WEIR_REPLACEMENT_LENGTH);
      to += WEIR_REPLACEMENT_LENGTH;
      from += n;
      rest -= n;
      valid = self->path->utf8_valid_length (from, rest);
      memmove (to, from, valid);
      to += valid;
      from += valid;
      rest -= valid;
    }
  memmove (to, from, rest);
  self->line_valid = (size_t) (to - (line->bytes + line->begin));
  line->end = line->begin + self->line_valid + rest;
  return true;
}

bool
weir_line_carry (WeirParser *self, size_t end)
{
  size_t length = end - self->at;

  if (!weir_parser_reserve (self, &self->line, length + LOOKAHEAD))
    return false;
  memcpy (self->line.bytes + self->line.end, self->chunk + self->at, length);
  self->line.end += length;
  self->at = end;
  self->carried = true;
  if (self->suspect)
    return decode (self, false);
  length = self->line.end - self->line.begin;
  self->line_valid = length - weir_utf8_cut_length (self->line.bytes + self->line.begin, length);
  return true;
}

/* Sets *line to the text of a carried line that is complete. Returns: false if there is no memory. */
static bool
carried_line (WeirParser *self, WeirSpan *line)
{
  if (self->line_valid < self->line.end - self->line.begin && !decode (self, true))
    return false;
  if (!weir_parser_reserve (self, &self->line, LOOKAHEAD))
    return false;
  memset (self->line.bytes + self->line.end, 0, LOOKAHEAD);
  *line = (WeirSpan){ self->line.bytes + self->line.begin, self->line.end - self->line.begin };
  return true;
}

/* Sets *line to the text of the line that ends at offset end of the chunk. Returns: false if there is no
 * memory. */
static bool
line_text (WeirParser *self, size_t end, WeirSpan *line)
{
  *line = (WeirSpan){ self->chunk + self->at, end - self->at };
  self->suspect = self->suspect || self->window.suspect;
  if (!self->carried
      && (!self->suspect
          || self->path->utf8_valid_length (line->text, line->length) == line->length))
    return true;
  return weir_line_carry (self, end) && carried_line (self, line);
}

/* Notes a line end of this kind (SEEN_…) in the range [begin, end) of the stream. The first that differs from
 * those before is a finding. */
static void
saw_line_end (WeirParser *self, unsigned kind, uint64_t begin, uint64_t end)
{
  bool other =
      self->line_ends == SEEN_LF || self->line_ends == SEEN_CR || self->line_ends == SEEN_CRLF;

  if ((self->line_ends & kind) != 0)
    return;
  self->line_ends |= (uint8_t) kind;
  if (!other)
    return;
  weir_make_due (self, WEIR_FINDING_MIXED_LINE_ENDS);
  self->mixed_begin = begin;
  self->mixed_end = end;
}

/* Called when the byte after a CR is known: is_crlf says that it is an LF. */
static void
resolve_cr (WeirParser *self, bool is_crlf)
{
  self->after_cr = false;
  saw_line_end (self, is_crlf ? SEEN_CRLF : SEEN_CR, self->line_begin - 1,
                self->line_begin + is_crlf);
}

void
weir_line_begin (WeirParser *self, size_t at)
{
  self->at = at;
  self->line_begin = self->offset + at;
  self->line.begin = self->line.end;
  self->line_valid = 0;
  self->bad = false;
  self->carried = false;
  self->suspect = false;
}

/* Returns: whether the line, up to offset end of the stream, exceeds the limit. */
static bool
is_too_long (const WeirParser *self, uint64_t end)
{
  return !self->skipping && end - self->line_begin > self->options.max_line_bytes;
}

/* Takes the field or comment in the line that ends at offset end of the chunk. Returns: false if there is
 * no memory. */
static bool
take_text_line (WeirParser *self, size_t end)
{
  WeirSpan line;

  if (!line_text (self, end, &line) || !weir_block_take_field (self, line))
    return false;
  if (self->bad)
    weir_make_due (self, WEIR_FINDING_INVALID_UTF8);
  self->due_line = line;
  self->due_begin = self->line_begin;
  return true;
}

/* Skipping a block ends with a blank line, skipping a single line with its line end. */
static void
skip_line (WeirParser *self, uint64_t end)
{
  if (end == self->line_begin || self->skipping_line)
    weir_line_end_skipping (self, end + 1);
}

WeirStatus
weir_line_take (WeirParser *self, size_t end)
{
  const bool is_lf = self->chunk[end] == '\n';
  const uint64_t end_in_stream = self->offset + end;

  if (self->after_cr)
    {
      const bool is_crlf = is_lf && end == self->at;

      resolve_cr (self, is_crlf);
      if (is_crlf)
        weir_line_begin (self, end + 1);
      /* A finding about the previous line end precedes the items of this line. */
      if (is_crlf || self->due != 0)
        return WEIR_ITEM;
    }

  if (is_too_long (self, end_in_stream))
    {
      line_too_long (self);
      return WEIR_ITEM;
    }
  if (self->skipping)
    {
      skip_line (self, end_in_stream);
    }
  else if (end_in_stream == self->line_begin)
    {
      weir_block_take_blank_line (self);
      self->due_line = (WeirSpan){ "", 0 };
    }
  else if (!take_text_line (self, end))
    {
      return WEIR_NO_MEMORY;
    }

  self->due_end = end_in_stream + 1;
  self->counters.lines++;
  if (is_lf)
    saw_line_end (self, SEEN_LF, self->due_end - 1, self->due_end);
  weir_line_begin (self, end + 1);
  self->after_cr = !is_lf;
  return WEIR_ITEM;
}

WeirStatus
weir_line_take_bom (WeirParser *self)
{
  static const char mark[] = BYTE_ORDER_MARK;
  size_t before = (size_t) self->offset;

  if (self->finished)
    before += self->length;
  while (self->bom < BOM_LENGTH && self->at < self->length
         && self->chunk[self->at] == mark[self->bom])
    {
      self->bom++;
      self->at++;
    }
  if (self->bom < BOM_LENGTH && self->at == self->length && !self->finished)
    return WEIR_NEED_INPUT;
  if (self->bom == BOM_LENGTH)
    {
      weir_line_begin (self, self->at);
    }
  else
    {
      /* Not a byte order mark: its first bytes, from earlier chunks, belong to the line. */
      if (before > 0 && !weir_parser_reserve (self, &self->line, before + LOOKAHEAD))
        return WEIR_NO_MEMORY;
      if (before > 0)
        memcpy (self->line.bytes + self->line.end, mark, before);
      self->line.end += before;
      self->carried = self->suspect = before > 0;
      self->at = self->finished ? self->length : 0;
    }
  self->bom = BOM_PAST;
  return WEIR_ITEM;
}

/* Returns: how many bytes take_piece() may append to the line: 0, or what fits into its memory and the
 * limit. */
static size_t
room_for_pieces (const WeirParser *self)
{
  const WeirText *line = &self->line;
  size_t length = (size_t) (self->offset - self->line_begin);
  size_t room, allowed;

  if (!self->carried || self->suspect || self->line_valid < line->end - line->begin
      || self->skipping || line->capacity - line->end < LOOKAHEAD
      || length > self->options.max_line_bytes)
    return 0;
  room = line->capacity - line->end - LOOKAHEAD;
  allowed = self->options.max_line_bytes - length;
  return room < allowed ? room : allowed;
}

WeirStatus
weir_line_drain (WeirParser *self)
{
  uint64_t end = self->offset + self->length;

  if (self->after_cr && self->at < self->length)
    {
      resolve_cr (self, false);
      return WEIR_ITEM;
    }
  if (is_too_long (self, end))
    {
      line_too_long (self);
      return WEIR_ITEM;
    }
  self->suspect = self->suspect || self->window.suspect;
  if (self->skipping)
    self->at = self->length;
  else if (self->at < self->length && !weir_line_carry (self, self->length))
    return WEIR_NO_MEMORY;
  if (!weir_part_keep (self, &self->data, self->block_has & HAS_DATA)
      || !weir_part_keep (self, &self->type, self->block_has & HAS_TYPE)
      || !weir_part_keep (self, &self->id, self->block_has & HAS_ID)
      || !weir_part_keep (self, &self->last_id, true))
    return WEIR_NO_MEMORY;
  self->offset = end;
  self->length = self->at = self->scanned = 0;
  self->piece_room = room_for_pieces (self);
  self->drained = true;
  return WEIR_NEED_INPUT;
}

WeirStatus
weir_line_take_end (WeirParser *self)
{
  uint64_t end = self->offset + self->length;
  bool in_block = (self->block_has & (HAS_DATA | HAS_TYPE | HAS_ID)) != 0;
  WeirSpan line = { "", 0 };

  /* weir_line_drain() has checked everything except an incomplete byte order mark. */
  if (is_too_long (self, end))
    {
      line_too_long (self);
      return WEIR_ITEM;
    }
  if (self->after_cr)
    resolve_cr (self, false);
  self->due_unfinished_begin =
      (self->block_has & HAS_FIELD) != 0 ? self->event_begin : self->line_begin;
  if (self->carried)
    {
      if (!carried_line (self, &line))
        return WEIR_NO_MEMORY;
      if (self->flush && !weir_block_take_field (self, line))
        return WEIR_NO_MEMORY;
      if (self->flush && self->bad)
        weir_make_due (self, WEIR_FINDING_INVALID_UTF8);
    }
  self->due_line = line;
  self->due_begin = self->line_begin;
  self->due_end = end;
  if (in_block || (line.length > 0 && line.text[0] != ':'))
    weir_make_due (self, WEIR_FINDING_UNFINISHED_EVENT);
  if (self->skipping)
    weir_line_end_skipping (self, end);
  if (self->flush)
    weir_block_take_blank_line (self);
  else
    weir_block_drop (self);
  self->drained = true;
  return WEIR_ITEM;
}
