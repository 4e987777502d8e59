/* SPDX-License-Identifier: MIT */
/*
 * The way of a chunk: the path's scan() marks where lines end, take_line() takes one
 * line and makes items due, give() hands them out. What the chunk's end cuts
 * is put aside by drain(), so the next chunk finds every text in memory.
 *
 * Whatever needs memory asks for it before it changes anything, so that a step
 * that failed for want of it can be taken again.
 */
#include "weir-parser.h"

#include "weir-path-private.h"
#include "weir-text-private.h"
#include "weir-utf8-private.h"

#include <string.h>

/* What block_has says. */
enum
{
  HAS_FIELD = 1 << 0,
  HAS_DATA = 1 << 1,
  HAS_TYPE = 1 << 2,
  HAS_ID = 1 << 3,
};

/* What line_ends says. */
enum
{
  SEEN_LF = 1 << 0,
  SEEN_CR = 1 << 1,
  SEEN_CRLF = 1 << 2,
};

/* The bits of due: the finding codes, then these. They leave lowest first. */
enum
{
  DUE_COMMENT = WEIR_FINDING_ID_TOO_LONG + 1,
  DUE_RETRY,
  DUE_EVENT,
};

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"
#define BOM_LENGTH 3
#define BOM_PAST 4

static void
make_due (WeirParser *self, unsigned what)
{
  self->due |= (uint32_t) 1 << what;
}

static bool
reserve (WeirParser *self, WeirText *text, size_t more)
{
  return weir_text_reserve (text, more, &self->options.allocator, &self->retired);
}

/* --- Parts of a block ---------------------------------------------------- */

static void
part_set (WeirPart *part, WeirSpan span)
{
  part->text.begin = part->text.end;
  part->span = span;
  part->held = false;
}

static void
part_drop (WeirPart *part)
{
  part_set (part, (WeirSpan){ "", 0 });
}

/* Copies what stands elsewhere into the part's own text. */
static bool
part_hold (WeirParser *self, WeirPart *part)
{
  WeirText *text = &part->text;

  if (part->held || part->span.length == 0)
    return true;
  if (!reserve (self, text, part->span.length))
    return false;
  memcpy (text->bytes + text->end, part->span.text, part->span.length);
  text->end += part->span.length;
  part->span.text = text->bytes + text->begin;
  part->held = true;
  return true;
}

static void
part_thaw (WeirPart *part)
{
  weir_text_thaw (&part->text);
  if (part->held)
    part->span.text = part->text.bytes;
}

static void
drop_block (WeirParser *self)
{
  self->block_has = 0;
  part_drop (&self->data);
  part_drop (&self->type);
  part_drop (&self->id);
}

/* --- Limits -------------------------------------------------------------- */

static void
over_limit (WeirParser *self, WeirFindingCode code)
{
  bool begun = (self->block_has & HAS_FIELD) != 0;

  make_due (self, code);
  self->due_block_begin = self->block_begin;
  self->skip_begin = begun ? self->block_begin : self->line_begin;
  self->skipping = true;
  self->stopped = self->options.on_limit == WEIR_ON_LIMIT_STOP;
  self->counters.skipped_blocks++;
  drop_block (self);
}

static void
line_too_long (WeirParser *self)
{
  over_limit (self, WEIR_FINDING_LINE_TOO_LONG);
  self->due_line = (WeirSpan){ "", 0 };
  self->due_begin = self->line_begin;
  self->due_end = self->line_begin + self->options.max_line_bytes + 1;
  self->line.end = self->line.begin;
  self->carried = false;
}

static void
end_skipping (WeirParser *self, uint64_t end)
{
  self->counters.skipped_bytes += end - self->skip_begin;
  self->skipping = false;
}

/* --- Lines that are cut, or not UTF-8 ------------------------------------ */

/* Replaces what is bad in the line's text behind line_valid; whole says that nothing follows. */
static bool
decode (WeirParser *self, bool whole)
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
  if (cut && !whole)
    return true;

  /* At worst each byte becomes three: what is left makes way, and is decoded into the gap. */
  if (!reserve (self, line, 2 * rest))
    return false;
  to = line->bytes + line->begin + self->line_valid;
  from = memmove (to + 2 * rest, to, rest);
  while (rest > 0)
    {
      n = weir_utf8_bad_length (from, rest, &cut);
      if (cut && !whole)
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

/* Puts the line's bytes, up to end in the chunk, aside. */
static bool
carry (WeirParser *self, size_t end)
{
  size_t length = end - self->at;

  if (!reserve (self, &self->line, length))
    return false;
  memcpy (self->line.bytes + self->line.end, self->chunk + self->at, length);
  self->line.end += length;
  self->at = end;
  self->carried = true;
  return decode (self, false);
}

/* Whether blocks of the window, from the line's first to its last, hold a byte above 0x7F. */
static bool
window_is_high (const WeirParser *self, size_t end)
{
  size_t first = self->at > self->window_begin ? (self->at - self->window_begin) / WEIR_BLOCK : 0;
  size_t last = (end - self->window_begin) / WEIR_BLOCK;

  return self->window.high != 0 && self->window.high << (63 - last) >> (63 - last) >> first != 0;
}

/* The line, which ends at end in the chunk, as text. */
static bool
line_text (WeirParser *self, size_t end, WeirSpan *line)
{
  *line = (WeirSpan){ self->chunk + self->at, end - self->at };
  if (!self->carried)
    {
      if (!self->high && !window_is_high (self, end))
        return true;
      if (self->path->utf8_valid_length (line->text, line->length) == line->length)
        return true;
    }
  if (!carry (self, end) || !decode (self, true))
    return false;
  *line = (WeirSpan){ self->line.bytes + self->line.begin, self->line.end - self->line.begin };
  return true;
}

/* --- Fields -------------------------------------------------------------- */

static bool
span_is (WeirSpan span, const char *text)
{
  return span.length == strlen (text) && memcmp (span.text, text, span.length) == 0;
}

static bool
is_known_in_any_case (WeirSpan name)
{
  char lower[8];

  if (name.length >= sizeof lower)
    return false;
  for (size_t i = 0; i < name.length; i++)
    lower[i] = (char) (name.text[i] >= 'A' && name.text[i] <= 'Z' ? name.text[i] + 32 : name.text[i]);
  name.text = lower;
  return span_is (name, "data") || span_is (name, "event") || span_is (name, "id") || span_is (name, "retry");
}

static bool
is_space (char c)
{
  return c == ' ' || c == '\t';
}

static WeirFindingCode
finding_for_name (WeirSpan name)
{
  WeirSpan bare = name;

  if (name.length >= BOM_LENGTH && memcmp (name.text, BYTE_ORDER_MARK, BOM_LENGTH) == 0)
    return WEIR_FINDING_BOM_IN_STREAM;
  while (bare.length > 0 && is_space (bare.text[bare.length - 1]))
    bare.length--;
  while (bare.length > 0 && is_space (bare.text[0]))
    bare = (WeirSpan){ bare.text + 1, bare.length - 1 };
  if (!is_known_in_any_case (bare))
    return WEIR_FINDING_UNKNOWN_FIELD;
  return bare.length < name.length ? WEIR_FINDING_FIELD_NAME_SPACE : WEIR_FINDING_FIELD_NAME_CASE;
}

static bool
take_data (WeirParser *self, WeirSpan value)
{
  WeirPart *data = &self->data;
  bool more = (self->block_has & HAS_DATA) != 0;
  size_t before = more ? data->span.length + 1 : 0;

  if (before > self->options.max_event_bytes || value.length > self->options.max_event_bytes - before)
    {
      over_limit (self, WEIR_FINDING_EVENT_TOO_LARGE);
      return true;
    }
  if (!more)
    {
      part_set (data, value);
    }
  else
    {
      if (!part_hold (self, data) || !reserve (self, &data->text, value.length + 1))
        return false;
      data->text.bytes[data->text.end++] = '\n';
      if (value.length > 0)
        memcpy (data->text.bytes + data->text.end, value.text, value.length);
      data->text.end += value.length;
      data->span = (WeirSpan){ data->text.bytes + data->text.begin, data->text.end - data->text.begin };
      data->held = true;
    }
  self->block_has |= HAS_DATA;
  return true;
}

static void
take_id (WeirParser *self, WeirSpan value)
{
  if (value.length > 0 && memchr (value.text, '\0', value.length) != NULL)
    {
      make_due (self, WEIR_FINDING_NUL_IN_ID);
    }
  else if (value.length > self->options.max_id_bytes)
    {
      make_due (self, WEIR_FINDING_ID_TOO_LONG);
    }
  else
    {
      part_set (&self->id, value);
      self->block_has |= HAS_ID;
    }
}

static void
take_retry (WeirParser *self, WeirSpan value)
{
  uint64_t ms = 0;

  for (size_t i = 0; i < value.length; i++)
    {
      if (value.text[i] < '0' || value.text[i] > '9')
        {
          make_due (self, WEIR_FINDING_INVALID_RETRY);
          return;
        }
      ms = ms * 10 + (uint64_t) (value.text[i] - '0');
      if (ms > WEIR_MAX_RETRY_MS)
        ms = WEIR_MAX_RETRY_MS;
    }
  self->retry_ms = ms;
  make_due (self, value.length > 0 ? (unsigned) DUE_RETRY : (unsigned) WEIR_FINDING_INVALID_RETRY);
}

/* HTML Standard 9.2.6, "process the field". */
static bool
take_field (WeirParser *self, WeirSpan line)
{
  const char *colon = memchr (line.text, ':', line.length);
  WeirSpan name = { line.text, colon != NULL ? (size_t) (colon - line.text) : line.length };
  WeirSpan value = { "", 0 };

  if (colon != NULL)
    value = (WeirSpan){ colon + 1, line.length - name.length - 1 };
  if (value.length > 0 && value.text[0] == ' ')
    value = (WeirSpan){ value.text + 1, value.length - 1 };

  if (colon == line.text)
    {
      make_due (self, DUE_COMMENT);
      return true;
    }
  if ((self->block_has & HAS_FIELD) == 0)
    self->block_begin = self->line_begin;
  self->block_has |= HAS_FIELD;

  if (span_is (name, "data"))
    return take_data (self, value);
  if (span_is (name, "event"))
    {
      part_set (&self->type, value);
      self->block_has |= HAS_TYPE;
    }
  else if (span_is (name, "id"))
    take_id (self, value);
  else if (span_is (name, "retry"))
    take_retry (self, value);
  else
    make_due (self, finding_for_name (name));
  return true;
}

/* HTML Standard 9.2.6, "dispatch the event". */
static void
take_blank_line (WeirParser *self)
{
  if ((self->block_has & HAS_ID) != 0)
    {
      WeirPart id = self->id;

      self->id = self->last_id;
      self->last_id = id;
      part_drop (&self->id);
    }
  self->due_block_begin = self->block_begin;
  if ((self->block_has & HAS_DATA) != 0)
    make_due (self, DUE_EVENT);
  else if ((self->block_has & (HAS_TYPE | HAS_ID)) != 0)
    make_due (self, WEIR_FINDING_NO_DATA);
  else
    drop_block (self);
}

/* --- Lines --------------------------------------------------------------- */

static void
saw_line_end (WeirParser *self, unsigned kind, uint64_t begin, uint64_t end)
{
  bool other = self->line_ends == SEEN_LF || self->line_ends == SEEN_CR || self->line_ends == SEEN_CRLF;

  if ((self->line_ends & kind) != 0)
    return;
  self->line_ends |= (uint8_t) kind;
  if (!other)
    return;
  make_due (self, WEIR_FINDING_MIXED_LINE_ENDS);
  self->mixed_begin = begin;
  self->mixed_end = end;
}

/* The byte behind a CR is here, and tells what that line's end was. */
static void
behind_cr (WeirParser *self, bool lf)
{
  self->after_cr = false;
  saw_line_end (self, lf ? SEEN_CRLF : SEEN_CR, self->line_begin - 1, self->line_begin + lf);
}

static void
begin_line (WeirParser *self, size_t at)
{
  self->at = at;
  self->line_begin = self->offset + at;
  self->line.begin = self->line.end;
  self->line_valid = 0;
  self->bad = false;
  self->carried = false;
  self->high = false;
}

/* Takes the line that ends at end in the chunk. Where at is not behind end afterwards, it wants to
 * be called again, when what is due has left. */
static WeirStatus
take_line (WeirParser *self, size_t end)
{
  bool lf = self->chunk[end] == '\n';
  uint64_t length;

  if (self->after_cr)
    {
      bool belongs = lf && end == self->at;

      behind_cr (self, belongs);
      if (belongs)
        begin_line (self, end + 1);
      if (belongs || self->due != 0)
        return WEIR_ITEM;
    }

  length = self->offset + end - self->line_begin;
  if (length > self->options.max_line_bytes && !self->skipping)
    {
      line_too_long (self);
      return WEIR_ITEM;
    }
  if (!self->skipping && length > 0)
    {
      WeirSpan line;

      if (!line_text (self, end, &line) || !take_field (self, line))
        return WEIR_NO_MEMORY;
      if (self->bad)
        make_due (self, WEIR_FINDING_INVALID_UTF8);
      self->due_line = line;
      self->due_begin = self->line_begin;
    }
  else if (!self->skipping)
    {
      take_blank_line (self);
      self->due_line = (WeirSpan){ "", 0 };
    }
  else if (length == 0)
    {
      end_skipping (self, self->offset + end + 1);
    }

  self->due_end = self->offset + end + 1;
  self->counters.lines++;
  if (lf)
    saw_line_end (self, SEEN_LF, self->due_end - 1, self->due_end);
  begin_line (self, end + 1);
  self->after_cr = !lf;
  return WEIR_ITEM;
}

/* --- The ends of a chunk, and of the stream ------------------------------- */

/* The stream's first bytes: passes over a byte order mark. */
static WeirStatus
take_bom (WeirParser *self)
{
  static const char mark[] = BYTE_ORDER_MARK;
  size_t before = (size_t) self->offset;

  if (self->finished)
    before += self->length;
  while (self->bom < BOM_LENGTH && self->at < self->length && self->chunk[self->at] == mark[self->bom])
    {
      self->bom++;
      self->at++;
    }
  if (self->bom < BOM_LENGTH && self->at == self->length && !self->finished)
    return WEIR_NEED_INPUT;
  if (self->bom == BOM_LENGTH)
    {
      begin_line (self, self->at);
    }
  else
    {
      /* Not a mark after all: what earlier chunks held of it belongs to the line. */
      if (!reserve (self, &self->line, before))
        return WEIR_NO_MEMORY;
      if (before > 0)
        memcpy (self->line.bytes + self->line.end, mark, before);
      self->line.end += before;
      self->carried = before > 0;
      self->at = self->finished ? self->length : 0;
    }
  self->bom = BOM_PAST;
  return WEIR_ITEM;
}

/* No line ends in the rest of the chunk: puts aside what the next one needs. */
static WeirStatus
drain (WeirParser *self)
{
  if (self->after_cr && self->at < self->length)
    {
      behind_cr (self, false);
      return WEIR_ITEM;
    }
  if (self->offset + self->length - self->line_begin > self->options.max_line_bytes && !self->skipping)
    {
      line_too_long (self);
      return WEIR_ITEM;
    }
  if (self->skipping)
    self->at = self->length;
  else if (self->at < self->length && !carry (self, self->length))
    return WEIR_NO_MEMORY;
  if (!part_hold (self, &self->data) || !part_hold (self, &self->type) || !part_hold (self, &self->id)
      || !part_hold (self, &self->last_id))
    return WEIR_NO_MEMORY;
  self->drained = true;
  return WEIR_NEED_INPUT;
}

/* HTML Standard 9.2.6: "once the end of the file is reached, any pending data must be discarded". */
static WeirStatus
take_end (WeirParser *self)
{
  uint64_t end = self->offset + self->length;
  bool in_block = (self->block_has & (HAS_DATA | HAS_TYPE | HAS_ID)) != 0;
  WeirSpan line = { "", 0 };

  if (self->after_cr)
    behind_cr (self, false);
  self->due_unfinished_begin = (self->block_has & HAS_FIELD) != 0 ? self->block_begin : self->line_begin;
  if (self->carried)
    {
      if (!decode (self, true))
        return WEIR_NO_MEMORY;
      line = (WeirSpan){ self->line.bytes + self->line.begin, self->line.end - self->line.begin };
      if (self->flush && !take_field (self, line))
        return WEIR_NO_MEMORY;
      if (self->flush && self->bad)
        make_due (self, WEIR_FINDING_INVALID_UTF8);
    }
  self->due_line = line;
  self->due_begin = self->line_begin;
  self->due_end = end;
  if (in_block || (line.length > 0 && line.text[0] != ':'))
    make_due (self, WEIR_FINDING_UNFINISHED_EVENT);
  if (self->skipping)
    end_skipping (self, end);
  if (self->flush)
    take_blank_line (self);
  else
    drop_block (self);
  self->drained = true;
  return WEIR_ITEM;
}

/* --- Items --------------------------------------------------------------- */

static void
give_event (WeirParser *self, WeirItem *item)
{
  *item = (WeirItem){
    .kind = WEIR_ITEM_EVENT,
    .begin = self->due_block_begin,
    .end = self->due_end,
    .type = self->type.span.length > 0 ? self->type.span : (WeirSpan){ "message", 7 },
    .data = self->data.span,
    .last_event_id = self->last_id.span,
    .has_type = self->type.span.length > 0,
    .has_id = (self->block_has & HAS_ID) != 0,
  };
  self->counters.events++;
  drop_block (self);
}

static void
give_finding (WeirParser *self, WeirItem *item, WeirFindingCode code)
{
  *item = (WeirItem){
    .kind = WEIR_ITEM_FINDING,
    .finding = code,
    .begin = self->due_begin,
    .end = self->due_end,
    .text = self->due_line,
  };
  self->counters.findings++;
  switch (code)
    {
    case WEIR_FINDING_BOM_IN_STREAM:
      item->end = item->begin + BOM_LENGTH;
      break;
    case WEIR_FINDING_INVALID_UTF8:
      item->begin = self->bad_begin;
      item->end = self->bad_end;
      break;
    case WEIR_FINDING_MIXED_LINE_ENDS:
      item->begin = self->mixed_begin;
      item->end = self->mixed_end;
      item->text = (WeirSpan){ "", 0 };
      break;
    case WEIR_FINDING_NO_DATA:
      item->begin = self->due_block_begin;
      item->text = (WeirSpan){ "", 0 };
      item->last_event_id = self->last_id.span;
      item->has_id = (self->block_has & HAS_ID) != 0;
      drop_block (self);
      break;
    case WEIR_FINDING_UNFINISHED_EVENT:
      item->begin = self->due_unfinished_begin;
      break;
    case WEIR_FINDING_EVENT_TOO_LARGE:
      item->begin = self->due_block_begin;
      break;
    default:
      break;
    }
}

static void
give (WeirParser *self, WeirItem *item)
{
  unsigned what = (unsigned) __builtin_ctz (self->due);

  self->due &= self->due - 1;
  if (what == DUE_EVENT)
    {
      give_event (self, item);
    }
  else if (what == DUE_COMMENT)
    {
      WeirSpan text = { self->due_line.text + 1, self->due_line.length - 1 };

      *item = (WeirItem){ .kind = WEIR_ITEM_COMMENT, .begin = self->due_begin, .end = self->due_end, .text = text };
      self->counters.comments++;
    }
  else if (what == DUE_RETRY)
    {
      *item = (WeirItem){
        .kind = WEIR_ITEM_RETRY, .begin = self->due_begin, .end = self->due_end, .retry_ms = self->retry_ms
      };
      self->counters.retries++;
    }
  else
    {
      give_finding (self, item, (WeirFindingCode) what);
    }
}

/* --- The loop ------------------------------------------------------------ */

/* Goes to the next line end in the chunk, if there is one: the lowest bit of ends. */
static bool
find_end (WeirParser *self)
{
  while (self->ends == 0)
    {
      size_t length = self->length - self->scanned;

      if (++self->block * WEIR_BLOCK >= self->window_length)
        {
          if (length == 0)
            return false;
          if (self->at < self->scanned && window_is_high (self, self->scanned - 1))
            self->high = true;
          self->window_begin = self->scanned;
          self->window_length = length < WEIR_WINDOW ? length : WEIR_WINDOW;
          self->scanned += self->window_length;
          self->block = 0;
          self->path->scan (self->chunk + self->window_begin, self->window_length, &self->window);
        }
      self->ends = self->window.ends[self->block];
    }
  return true;
}

static WeirStatus
step (WeirParser *self)
{
  WeirStatus status;
  size_t end;

  if (self->bom < BOM_PAST && (status = take_bom (self)) != WEIR_ITEM)
    {
      self->drained = status == WEIR_NEED_INPUT;
      return status;
    }
  if (self->finished)
    return take_end (self);
  if (!find_end (self))
    return drain (self);
  end = self->window_begin + self->block * WEIR_BLOCK + (size_t) __builtin_ctzll (self->ends);
  status = take_line (self, end);
  if (self->at > end)
    self->ends &= self->ends - 1;
  return status;
}

WeirStatus
weir_parser_next_batch (WeirParser *self, WeirItem *items, size_t capacity, size_t *n_items)
{
  *n_items = 0;
  for (;;)
    {
      WeirStatus status;

      while (self->due != 0 && *n_items < capacity)
        give (self, &items[(*n_items)++]);
      if (*n_items == capacity)
        return WEIR_ITEM;
      if (self->stopped)
        return WEIR_LIMIT;
      if (self->drained)
        return WEIR_NEED_INPUT;
      status = step (self);
      if (status != WEIR_ITEM)
        return status;
    }
}

WeirStatus
weir_parser_next (WeirParser *self, WeirItem *item)
{
  size_t n_items;
  WeirStatus status = weir_parser_next_batch (self, item, 1, &n_items);

  return n_items > 0 ? WEIR_ITEM : status;
}

/* --- The rest of the API -------------------------------------------------- */

static void
begin_stream (WeirParser *self)
{
  self->chunk = NULL;
  self->length = self->scanned = self->window_length = self->block = 0;
  self->offset = 0;
  self->ends = 0;
  self->due = 0;
  self->bom = 0;
  self->line_ends = 0;
  self->after_cr = self->skipping = self->stopped = self->finished = false;
  self->drained = true;
  drop_block (self);
  begin_line (self, 0);
}

void
weir_parser_init (WeirParser *self, const WeirParserOptions *options)
{
  memset (self, 0, sizeof *self);
  if (options != NULL)
    self->options = *options;
  if (self->options.max_line_bytes == 0)
    self->options.max_line_bytes = WEIR_DEFAULT_MAX_LINE_BYTES;
  if (self->options.max_event_bytes == 0)
    self->options.max_event_bytes = WEIR_DEFAULT_MAX_EVENT_BYTES;
  if (self->options.max_id_bytes == 0)
    self->options.max_id_bytes = WEIR_DEFAULT_MAX_ID_BYTES;
  self->path = weir_path_functions ();
  part_drop (&self->last_id);
  begin_stream (self);
}

void
weir_parser_clear (WeirParser *self)
{
  const WeirAllocator *allocator = &self->options.allocator;

  weir_text_free_retired (&self->retired, allocator);
  weir_text_clear (&self->line, allocator);
  weir_text_clear (&self->data.text, allocator);
  weir_text_clear (&self->type.text, allocator);
  weir_text_clear (&self->id.text, allocator);
  weir_text_clear (&self->last_id.text, allocator);
}

/* The last event ID string must be in memory of ours before the chunk goes. */
void
weir_parser_reset (WeirParser *self)
{
  if (self->skipping)
    end_skipping (self, self->offset + self->at);
  if (!part_hold (self, &self->last_id))
    part_drop (&self->last_id);
  begin_stream (self);
}

static WeirStatus
may_take (const WeirParser *self)
{
  if (self->stopped)
    return WEIR_LIMIT;
  return self->drained && self->due == 0 && !self->finished ? WEIR_ITEM : WEIR_MISUSE;
}

WeirStatus
weir_parser_feed (WeirParser *self, const void *bytes, size_t length)
{
  WeirStatus status = may_take (self);

  if (status != WEIR_ITEM)
    return status;
  if (length == 0)
    return WEIR_NEED_INPUT;

  weir_text_free_retired (&self->retired, &self->options.allocator);
  weir_text_thaw (&self->line);
  part_thaw (&self->data);
  part_thaw (&self->type);
  part_thaw (&self->id);
  part_thaw (&self->last_id);

  self->offset += self->length;
  self->chunk = bytes;
  self->length = length;
  self->at = self->scanned = self->window_length = self->block = 0;
  self->drained = false;
  self->counters.bytes += length;
  return WEIR_ITEM;
}

WeirStatus
weir_parser_finish (WeirParser *self, bool flush)
{
  WeirStatus status = may_take (self);

  if (status != WEIR_ITEM)
    return status;
  self->finished = true;
  self->flush = flush;
  self->drained = false;
  return WEIR_ITEM;
}

WeirSpan
weir_parser_get_last_event_id (const WeirParser *self)
{
  return self->last_id.span;
}

WeirStatus
weir_parser_set_last_event_id (WeirParser *self, const char *text, size_t length)
{
  WeirPart before = self->last_id;

  if (self->offset + self->length > 0 || weir_utf8_valid_length (text, length) < length)
    return WEIR_MISUSE;
  for (size_t i = 0; i < length; i++)
    if (text[i] == '\0' || text[i] == '\n' || text[i] == '\r')
      return WEIR_MISUSE;
  if (length > self->options.max_id_bytes)
    return WEIR_LIMIT;

  part_set (&self->last_id, (WeirSpan){ text, length });
  if (part_hold (self, &self->last_id))
    return WEIR_NEED_INPUT;
  self->last_id = before;
  return WEIR_NO_MEMORY;
}

WeirCounters
weir_parser_get_counters (const WeirParser *self)
{
  WeirCounters counters = self->counters;

  if (self->skipping)
    counters.skipped_bytes += self->offset + self->at - self->skip_begin;
  return counters;
}
