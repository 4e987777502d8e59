/* SPDX-License-Identifier: MIT */
/*
 * The way of a chunk: the path's scan() marks where lines end, a window at a time.
 * take_usual_lines() makes items of what nearly every stream is made of. Whatever
 * is out of the ordinary (a line that a chunk's end cut, bad UTF-8, a finding, a
 * limit) it leaves to take_line(), which does one line, slowly: it makes items
 * due, and give() hands them out. drain() puts aside what the chunk's end cuts.
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
  DUE_FRAGMENT,
};

/* So many bytes may be read behind a line that is carried; in a chunk its end stands there. */
#define LOOKAHEAD 8

/* A line of this length is not in the caches any more when it is whole. */
#define FAR ((size_t) 1 << 20)

/* A short piece is copied in one go of this many bytes, whatever its length. */
#define AT_ONCE 64

/* Of "data:". */
#define NAME_LENGTH 5

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
  self->grown = true;
  return weir_text_reserve (text, more, &self->options.allocator, &self->retired);
}

/* --- Parts of a block ---------------------------------------------------- */

static void
part_set (WeirPart *part, WeirSpan span)
{
  part->span = span;
  part->held = false;
}

/* Takes the part's value into its own text, with room for more bytes behind it. */
static bool
part_hold (WeirParser *self, WeirPart *part, size_t more)
{
  WeirText *text = &part->text;
  size_t length = part->span.length;

  if (!part->held)
    text->begin = text->end;
  if (!reserve (self, text, part->held ? more : length + more))
    return false;
  if (!part->held && length > 0)
    memcpy (text->bytes + text->end, part->span.text, length);
  if (!part->held)
    text->end += length;
  part->span.text = text->bytes + text->begin;
  part->held = true;
  return true;
}

/* Sees to it that the value, if there is one, stays when the chunk goes. */
static bool
part_keep (WeirParser *self, WeirPart *part, bool there)
{
  return !there || part->held || part->span.length == 0 || part_hold (self, part, 0);
}

static void
part_thaw (WeirPart *part)
{
  if (!part->held)
    part->text.begin = part->text.end;
  weir_text_thaw (&part->text);
  if (part->held)
    part->span.text = part->text.bytes + part->text.begin;
}

/* The last event ID string becomes the block's id. */
static void
commit_id (WeirParser *self)
{
  if (self->id.held || self->last_id.held)
    {
      WeirPart id = self->id;

      self->id = self->last_id;
      self->last_id = id;
    }
  else
    {
      self->last_id.span = self->id.span;
    }
}

/* The block's values are no more; what was held of them stays where it is, for it may be in use. */
static void
drop_block (WeirParser *self)
{
  self->block_has = 0;
  self->data.held = self->type.held = self->id.held = false;
}

/* --- Limits -------------------------------------------------------------- */

static void
over_limit (WeirParser *self, WeirFindingCode code)
{
  bool begun = (self->block_has & HAS_FIELD) != 0;

  make_due (self, code);
  self->due_block_begin = self->event_begin;
  self->skip_begin = begun ? self->event_begin : self->line_begin;
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

  if (!reserve (self, &self->line, length + LOOKAHEAD))
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

/* The line's text, of which nothing is missing. */
static bool
carried_line (WeirParser *self, WeirSpan *line)
{
  if (self->line_valid < self->line.end - self->line.begin && !decode (self, true))
    return false;
  if (!reserve (self, &self->line, LOOKAHEAD))
    return false;
  memset (self->line.bytes + self->line.end, 0, LOOKAHEAD);
  *line = (WeirSpan){ self->line.bytes + self->line.begin, self->line.end - self->line.begin };
  return true;
}

/* The line, which ends at end in the chunk. */
static bool
line_text (WeirParser *self, size_t end, WeirSpan *line)
{
  *line = (WeirSpan){ self->chunk + self->at, end - self->at };
  self->suspect = self->suspect || self->window.suspect;
  if (!self->carried
      && (!self->suspect || self->path->utf8_valid_length (line->text, line->length) == line->length))
    return true;
  return carry (self, end) && carried_line (self, line);
}

/* --- Fields -------------------------------------------------------------- */

typedef enum
{
  FIELD_OTHER,
  FIELD_COMMENT,
  FIELD_DATA,
  FIELD_EVENT,
  FIELD_ID,
  FIELD_RETRY,
} Field;

static Field
field_called (WeirSpan name)
{
  static const char *const names[] = {
    [FIELD_DATA] = "data", [FIELD_EVENT] = "event", [FIELD_ID] = "id", [FIELD_RETRY] = "retry"
  };

  for (unsigned field = FIELD_DATA; field <= FIELD_RETRY; field++)
    if (name.length == strlen (names[field]) && memcmp (name.text, names[field], name.length) == 0)
      return (Field) field;
  return FIELD_OTHER;
}

/* The eight bytes at text as a number, the first the lowest. */
static inline uint64_t
load_head (const char *text)
{
  uint64_t head;

  memcpy (&head, text, sizeof head);
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  head = __builtin_bswap64 (head);
#endif
  return head;
}

#define HEAD_4(a, b, c, d)                                                                         \
  ((uint64_t) (a) | (uint64_t) (b) << 8 | (uint64_t) (c) << 16 | (uint64_t) (d) << 24)
#define HEAD_6(a, b, c, d, e, f) (HEAD_4 (a, b, c, d) | (uint64_t) (e) << 32 | (uint64_t) (f) << 40)

#define DATA_HEAD HEAD_6 ('d', 'a', 't', 'a', ':', 0)
#define DATA_MASK UINT64_C (0xFFFFFFFFFF)

/* What field the line is, and its value. Behind the line stands its end, or zeros. */
static inline Field
field_of (WeirSpan line, uint64_t head, WeirSpan *value)
{
  Field field;
  size_t n;

  if ((head & DATA_MASK) == DATA_HEAD)
    {
      field = FIELD_DATA;
      n = 5;
    }
  else if ((head & 0xFF) == ':')
    {
      *value = (WeirSpan){ line.text + 1, line.length - 1 };
      return FIELD_COMMENT;
    }
  else if ((head & UINT64_C (0xFFFFFFFFFFFF)) == HEAD_6 ('e', 'v', 'e', 'n', 't', ':'))
    {
      field = FIELD_EVENT;
      n = 6;
    }
  else if ((head & UINT64_C (0xFFFFFF)) == HEAD_4 ('i', 'd', ':', 0))
    {
      field = FIELD_ID;
      n = 3;
    }
  else if ((head & UINT64_C (0xFFFFFFFFFFFF)) == HEAD_6 ('r', 'e', 't', 'r', 'y', ':'))
    {
      field = FIELD_RETRY;
      n = 6;
    }
  else
    {
      *value = (WeirSpan){ line.text + line.length, 0 };
      return field_called (line);
    }
  n += line.text[n] == ' ';
  *value = (WeirSpan){ line.text + n, line.length - n };
  return field;
}

static bool
starts_with_data (WeirSpan text)
{
  return text.length >= NAME_LENGTH && memcmp (text.text, "data:", NAME_LENGTH) == 0;
}

static bool
is_known_in_any_case (WeirSpan name)
{
  char lower[8];

  if (name.length >= sizeof lower)
    return false;
  for (size_t i = 0; i < name.length; i++)
    lower[i] =
        (char) (name.text[i] >= 'A' && name.text[i] <= 'Z' ? name.text[i] + 32 : name.text[i]);
  return field_called ((WeirSpan){ lower, name.length }) != FIELD_OTHER;
}

static bool
is_space (char c)
{
  return c == ' ' || c == '\t';
}

/* Why a line's name is none that the standard knows. */
static WeirFindingCode
finding_for_name (WeirSpan line)
{
  const char *colon = memchr (line.text, ':', line.length);
  WeirSpan name = { line.text, colon != NULL ? (size_t) (colon - line.text) : line.length };
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

/* Puts a LF and value behind the block's data. */
static bool
append_data (WeirParser *self, WeirSpan value)
{
  WeirPart *data = &self->data;
  WeirText *text = &data->text;

  if (!part_hold (self, data, 1 + value.length))
    return false;
  text->bytes[text->end++] = '\n';
  if (value.length > 0)
    memcpy (text->bytes + text->end, value.text, value.length);
  text->end += value.length;
  data->span.length += 1 + value.length;
  return true;
}

/* Whether value may stand behind the block's data, if it has any. */
static inline bool
data_fits (const WeirParser *self, unsigned has, WeirSpan data, WeirSpan value)
{
  size_t before = (has & HAS_DATA) != 0 ? data.length + 1 : 0;

  if (self->options.fragments)
    return true;
  return before <= self->options.max_event_bytes
         && value.length <= self->options.max_event_bytes - before;
}

static bool
take_data (WeirParser *self, WeirSpan value)
{
  if (!data_fits (self, self->block_has, self->data.span, value))
    over_limit (self, WEIR_FINDING_EVENT_TOO_LARGE);
  else if ((self->block_has & HAS_DATA) == 0)
    part_set (&self->data, value);
  else if (!append_data (self, value))
    return false;
  if (!self->skipping)
    self->block_has |= HAS_DATA;
  return true;
}

static bool
holds_nul (WeirSpan text)
{
  return text.length > 0 && memchr (text.text, '\0', text.length) != NULL;
}

static void
take_id (WeirParser *self, WeirSpan value)
{
  if (holds_nul (value))
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
  char start[LOOKAHEAD] = { 0 };
  WeirSpan value;
  Field field;

  if (self->in_data)
    {
      /* What came of it before has left. */
      part_set (&self->data, line);
      return true;
    }
  memcpy (start, line.text, line.length < sizeof start ? line.length : sizeof start);
  field = field_of (line, load_head (start), &value);
  if (field == FIELD_COMMENT)
    {
      make_due (self, DUE_COMMENT);
      return true;
    }
  if (self->block_has == 0)
    self->event_begin = self->line_begin;
  self->block_has |= HAS_FIELD;

  switch (field)
    {
    case FIELD_DATA:
      return take_data (self, value);
    case FIELD_EVENT:
      part_set (&self->type, value);
      self->block_has |= HAS_TYPE;
      return true;
    case FIELD_ID:
      take_id (self, value);
      return true;
    case FIELD_RETRY:
      take_retry (self, value);
      return true;
    default:
      make_due (self, finding_for_name (line));
      return true;
    }
}

/* HTML Standard 9.2.6, "dispatch the event". */
static void
take_blank_line (WeirParser *self)
{
  if ((self->block_has & HAS_ID) != 0)
    commit_id (self);
  self->due_block_begin = self->event_begin;
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
  bool other =
      self->line_ends == SEEN_LF || self->line_ends == SEEN_CR || self->line_ends == SEEN_CRLF;

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
  self->in_data = false;
  self->suspect = false;
}

/* What is there of a line that is cut. */
static WeirSpan
carried_text (const WeirParser *self)
{
  if (!self->carried)
    return (WeirSpan){ "", 0 };
  return (WeirSpan){ self->line.bytes + self->line.begin, self->line.end - self->line.begin };
}

/* Whether the line is longer than it may be; text is what is known of it. With fragments, data may
 * be of any length, so text must be all of it then. */
static bool
is_too_long (const WeirParser *self, uint64_t end, WeirSpan text)
{
  if (self->skipping || end - self->line_begin <= self->options.max_line_bytes)
    return false;
  return !self->options.fragments || !(self->in_data || starts_with_data (text));
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
  if (!self->options.fragments && is_too_long (self, self->offset + end, (WeirSpan){ 0 }))
    {
      line_too_long (self);
      return WEIR_ITEM;
    }
  if (!self->skipping && length > 0)
    {
      WeirSpan line;

      if (!line_text (self, end, &line))
        return WEIR_NO_MEMORY;
      if (self->options.fragments && is_too_long (self, self->offset + end, line))
        {
          line_too_long (self);
          return WEIR_ITEM;
        }
      if (!take_field (self, line))
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
      begin_line (self, self->at);
    }
  else
    {
      /* Not a mark after all: what earlier chunks held of it belongs to the line. */
      if (before > 0 && !reserve (self, &self->line, before + LOOKAHEAD))
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

/* With fragments: what there is of the block's data leaves now. True if there is some. */
static bool
give_away_data (WeirParser *self)
{
  WeirText *line = &self->line;
  size_t name = 0;

  if ((self->block_has & HAS_DATA) != 0 && self->data.span.length > 0)
    {
      self->due_fragment = self->data.span;
      part_set (&self->data, (WeirSpan){ "", 0 });
    }
  else if (self->carried && self->line_valid > 0
           && (self->in_data
               || starts_with_data ((WeirSpan){ line->bytes + line->begin, self->line_valid })))
    {
      char *text = line->bytes + line->begin;

      if (!self->in_data)
        {
          /* Behind the colon a space may still come. */
          if (self->line_valid <= NAME_LENGTH)
            return false;
          name = NAME_LENGTH + (text[NAME_LENGTH] == ' ');
          if ((self->block_has & HAS_DATA) != 0)
            text[--name] = '\n';
          if (self->block_has == 0)
            self->event_begin = self->line_begin;
        }
      self->due_fragment = (WeirSpan){ text + name, self->line_valid - name };
      part_set (&self->data, (WeirSpan){ "", 0 });
      self->block_has |= HAS_FIELD | HAS_DATA;
      self->in_data = true;
      line->begin += self->line_valid;
      self->line_valid = 0;
      if (self->due_fragment.length == 0)
        return false;
    }
  else
    {
      return false;
    }
  self->due_block_begin = self->event_begin;
  self->due_end = self->offset + self->at;
  make_due (self, DUE_FRAGMENT);
  return true;
}

/* How much of the line that goes on take_piece() may take. */
static size_t
room_for_pieces (const WeirParser *self)
{
  const WeirText *line = &self->line;
  size_t length = (size_t) (self->offset - self->line_begin);
  size_t room, allowed;

  if (!self->carried || self->suspect || self->line_valid < line->end - line->begin || self->skipping
      || self->options.fragments || line->capacity - line->end < LOOKAHEAD
      || length > self->options.max_line_bytes)
    return 0;
  room = line->capacity - line->end - LOOKAHEAD;
  allowed = self->options.max_line_bytes - length;
  return room < allowed ? room : allowed;
}

/* No line ends in the rest of the chunk: puts aside what the next one needs. */
static WeirStatus
drain (WeirParser *self)
{
  uint64_t end = self->offset + self->length;

  if (self->after_cr && self->at < self->length)
    {
      behind_cr (self, false);
      return WEIR_ITEM;
    }
  if (!self->options.fragments && is_too_long (self, end, (WeirSpan){ 0 }))
    {
      line_too_long (self);
      return WEIR_ITEM;
    }
  self->suspect = self->suspect || self->window.suspect;
  if (self->skipping)
    self->at = self->length;
  else if (self->at < self->length && !carry (self, self->length))
    return WEIR_NO_MEMORY;
  if (self->options.fragments)
    {
      if (is_too_long (self, end, carried_text (self)))
        {
          line_too_long (self);
          return WEIR_ITEM;
        }
      if (give_away_data (self))
        return WEIR_ITEM;
    }
  if (!part_keep (self, &self->data, self->block_has & HAS_DATA)
      || !part_keep (self, &self->type, self->block_has & HAS_TYPE)
      || !part_keep (self, &self->id, self->block_has & HAS_ID)
      || !part_keep (self, &self->last_id, true))
    return WEIR_NO_MEMORY;
  self->offset = end;
  self->length = self->at = self->scanned = 0;
  self->piece_room = room_for_pieces (self);
  self->drained = true;
  return WEIR_NEED_INPUT;
}

/* HTML Standard 9.2.6: at the end of the file "any pending data must be discarded". */
static WeirStatus
take_end (WeirParser *self)
{
  uint64_t end = self->offset + self->length;
  bool in_block = (self->block_has & (HAS_DATA | HAS_TYPE | HAS_ID)) != 0;
  WeirSpan line = { "", 0 };

  /* Only half a byte order mark can be too long here: drain() has looked at the rest. */
  if (is_too_long (self, end, carried_text (self)))
    {
      line_too_long (self);
      return WEIR_ITEM;
    }
  if (self->after_cr)
    behind_cr (self, false);
  self->due_unfinished_begin =
      (self->block_has & HAS_FIELD) != 0 ? self->event_begin : self->line_begin;
  if (self->carried)
    {
      if (!carried_line (self, &line))
        return WEIR_NO_MEMORY;
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

/* Fills in what an event has beside its data, and its type where it has one. Written field by field:
 * the values were stored a moment ago, each for itself. */
static inline void
finish_event (const WeirParser *self, WeirItem *item, unsigned has, uint64_t begin, uint64_t end)
{
  bool has_type = (has & HAS_TYPE) != 0 && item->type.length > 0;

  if (!has_type)
    item->type = (WeirSpan){ "message", 7 };
  item->kind = WEIR_ITEM_EVENT;
  item->finding = 0;
  item->begin = begin;
  item->end = end;
  item->last_event_id = self->last_id.span;
  item->text = (WeirSpan){ NULL, 0 };
  item->retry_ms = 0;
  item->has_type = has_type;
  item->has_id = (has & HAS_ID) != 0;
}

static void
give_event (WeirParser *self, WeirItem *item)
{
  item->data = self->data.span;
  item->type = self->type.span;
  finish_event (self, item, self->block_has, self->due_block_begin, self->due_end);
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
  else if (what == DUE_FRAGMENT)
    {
      *item = (WeirItem){ .kind = WEIR_ITEM_FRAGMENT,
                          .begin = self->due_block_begin,
                          .end = self->due_end,
                          .data = self->due_fragment };
    }
  else if (what == DUE_COMMENT)
    {
      WeirSpan text = { self->due_line.text + 1, self->due_line.length - 1 };

      *item = (WeirItem){
        .kind = WEIR_ITEM_COMMENT, .begin = self->due_begin, .end = self->due_end, .text = text
      };
      self->counters.comments++;
    }
  else if (what == DUE_RETRY)
    {
      *item = (WeirItem){ .kind = WEIR_ITEM_RETRY,
                          .begin = self->due_begin,
                          .end = self->due_end,
                          .retry_ms = self->retry_ms };
      self->counters.retries++;
    }
  else
    {
      give_finding (self, item, (WeirFindingCode) what);
    }
}

/* --- The loop ------------------------------------------------------------ */

/* The four bytes before the window, for characters that its begin cuts. */
static uint32_t
bytes_before_window (const WeirParser *self)
{
  const char *end = self->chunk + self->window_begin;
  size_t length = self->window_begin;
  uint32_t bytes = 0;

  if (length == 0 && self->carried)
    {
      end = self->line.bytes + self->line.end;
      length = self->line.end - self->line.begin;
    }
  for (size_t i = 1; i <= length && i <= 4; i++)
    bytes |= (uint32_t) (uint8_t) * (end - i) << (32 - 8 * i);
  return bytes;
}

/* A line that is carried goes on: what is plain of the next window is put aside at the first look.
 * True if that is all of it, and the line goes on. */
static bool
carry_plain (WeirParser *self)
{
  const WeirPathFunctions *path = self->path;
  const char *from = self->chunk + self->scanned;
  WeirText *line = &self->line;
  bool far = line->end - line->begin >= FAR;
  size_t rest = self->length - self->scanned, length = far || rest < WEIR_WINDOW ? rest : WEIR_WINDOW;
  size_t copied, skew;
  char *to;

  length -= length % WEIR_BLOCK;
  if (self->suspect || self->line_valid < line->end - line->begin || length == 0
      || !reserve (self, line, length + LOOKAHEAD))
    return false;

  to = line->bytes + line->end;
  skew = (size_t) (-(uintptr_t) to % WEIR_BLOCK);
  if (!far)
    copied = path->copy_plain (to, from, length);
  else if (skew == 0)
    copied = path->copy_plain_far (to, from, length);
  else
    copied = length = path->copy_plain (to, from, WEIR_BLOCK) > 0 ? skew : 0;
  line->end += copied;
  self->line_valid += copied;
  self->at = self->scanned = self->scanned + copied;
  return copied > 0 && copied == length;
}

static void
scan_window (WeirParser *self)
{
  size_t rest;

  /* A line that the last window leaves unfinished takes what is known of it along; and its bytes,
   * while they are near, where they must be copied anyway. Without memory, drain() tries again. */
  if (self->at < self->scanned && self->window.suspect)
    self->suspect = true;
  if (self->at < self->scanned && self->carried && !self->skipping)
    carry (self, self->scanned);
  while (self->at == self->scanned && self->carried && !self->skipping && carry_plain (self))
    continue;
  rest = self->length - self->scanned;
  self->window_begin = self->scanned;
  self->scanned += rest < WEIR_WINDOW ? rest : WEIR_WINDOW;
  self->path->scan (self->chunk + self->window_begin, self->scanned - self->window_begin,
                    bytes_before_window (self), &self->window);
}

/* Goes to the next line end in the chunk, if there is one: the lowest bit of ends. */
static inline bool
find_end (WeirParser *self)
{
  unsigned block;

  if (self->ends != 0)
    return true;
  while (self->window.blocks == 0)
    {
      if (self->scanned == self->length)
        return false;
      scan_window (self);
    }
  block = (unsigned) __builtin_ctzll (self->window.blocks);
  self->window.blocks &= self->window.blocks - 1;
  self->block_begin = self->window_begin + block * WEIR_BLOCK;
  self->ends = self->window.ends[block];
  return true;
}

/* The ends left in a block; the LF of a CR LF is the next bit, or in the next block. */
static inline uint64_t
without_first (uint64_t ends, bool crlf)
{
  ends &= ends - 1;
  return crlf ? ends & (ends - 1) : ends;
}

static inline bool
is_line_end (const char *chunk, size_t length, size_t at, bool crlf)
{
  if (crlf)
    return at + 1 < length && chunk[at] == '\r' && chunk[at + 1] == '\n';
  return at < length && chunk[at] == '\n';
}

/* The start of the line at at, as load_head() has it; zeros for what the chunk does not have. */
static inline uint64_t
load_head_in_chunk (const char *chunk, size_t length, size_t at)
{
  char start[LOOKAHEAD] = { 0 };

  if (at + LOOKAHEAD <= length)
    return load_head (chunk + at);
  if (length >= LOOKAHEAD)
    return load_head (chunk + length - LOOKAHEAD) >> 8 * (at + LOOKAHEAD - length);
  memcpy (start, chunk + at, length - at);
  return load_head (start);
}

/*
 * Puts the data lines that begin at the parser's place behind data, the block's, as long as they are
 * as take_lines_ended_by() wants them. False if there is none. A loop of its own, and a short one:
 * streams that send whole documents are made of such lines.
 */
__attribute__ ((noinline)) static bool
join_data_lines (WeirParser *self, WeirSpan *data, bool crlf)
{
  const char *const chunk = self->chunk;
  const size_t length = self->length, max_line_bytes = self->options.max_line_bytes;
  const size_t max_bytes = self->options.fragments ? SIZE_MAX : self->options.max_event_bytes;
  WeirText *text = &self->data.text;
  uint64_t ends = self->ends;
  size_t at = self->at, block_begin = self->block_begin, first = at, lines = 0;
  size_t room, joined;
  char *to;

  if (self->suspect || self->window.suspect)
    return false;
  if (!self->data.held)
    self->data.span = *data;
  if (!part_hold (self, &self->data, 1 + AT_ONCE))
    return false;
  to = text->bytes + text->end;
  room = text->capacity - text->end;
  joined = text->end - text->begin;

  for (;;)
    {
      size_t end, n, from;

      if (ends == 0)
        {
          self->at = at;
          self->ends = 0;
          if (!find_end (self) || self->suspect || self->window.suspect)
            break;
          ends = self->ends;
          block_begin = self->block_begin;
        }
      end = block_begin + (size_t) __builtin_ctzll (ends);
      if (end < at)
        {
          ends &= ends - 1;
          continue;
        }
      self->ends = ends;
      if (end - at < NAME_LENGTH || end - at > max_line_bytes
          || (load_head_in_chunk (chunk, length, at) & DATA_MASK) != DATA_HEAD
          || !is_line_end (chunk, length, end, crlf))
        break;
      from = at + NAME_LENGTH + (chunk[at + NAME_LENGTH] == ' ');
      n = end - from;
      if (joined + 1 > max_bytes || n > max_bytes - joined - 1)
        break;
      if (room < 1 + n + AT_ONCE)
        {
          text->end = text->begin + joined;
          if (!reserve (self, text, 1 + n + AT_ONCE))
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
      ends = without_first (ends, crlf);
      at = end + 1 + crlf;
      lines++;
    }
  text->end = text->begin + joined;
  self->data.span.text = data->text = text->bytes + text->begin;
  self->data.span.length = data->length = joined;
  self->at = at;
  self->counters.lines += lines;
  return at > first;
}

/* The block that is being read moves into the item that it will be, or back. */
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

static inline void
fill_comment (WeirItem *item, WeirSpan text, uint64_t begin, uint64_t end)
{
  item->kind = WEIR_ITEM_COMMENT;
  item->finding = 0;
  item->begin = begin;
  item->end = end;
  item->type = item->data = item->last_event_id = (WeirSpan){ NULL, 0 };
  item->text = text;
  item->retry_ms = 0;
  item->has_type = item->has_id = false;
}

/*
 * Does what take_line() and give() do, for lines that are whole, not too long, UTF-8, end as all
 * did before, and are comment, data, event, id or blank. Stops at the first other line, or when the
 * items are full. Returns their number. Compiled twice, for LF and for CR LF.
 */
__attribute__ ((always_inline)) static inline size_t
take_lines_ended_by (bool crlf, WeirParser *self, WeirItem *restrict items, size_t capacity)
{
  const char *const chunk = self->chunk;
  const size_t length = self->length;
  const uint64_t offset = self->offset;
  unsigned has = self->block_has;
  uint64_t ends = self->ends, event_begin = self->event_begin;
  size_t at = self->at, block_begin = self->block_begin, lines = 0, comments = 0;
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

      if (ends == 0)
        {
          self->at = at;
          self->ends = 0;
          if (!find_end (self))
            break;
          ends = self->ends;
          block_begin = self->block_begin;
          suspect = self->suspect || self->window.suspect;
        }
      end = block_begin + (size_t) __builtin_ctzll (ends);
      if (end < at)
        {
          /* Taken with what stands in the block before. */
          ends &= ends - 1;
          continue;
        }
      if (crlf ? !is_line_end (chunk, length, end, true) : chunk[end] != '\n')
        break;
      next = end + 1 + crlf;

      line = (WeirSpan){ chunk + at, end - at };
      if (line.length > 0)
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
          switch (field_of (line, load_head_in_chunk (chunk, length, at), &value))
            {
            case FIELD_DATA:
              if ((has & HAS_DATA) != 0)
                {
                  self->at = at;
                  self->ends = ends;
                  if (!join_data_lines (self, &item->data, crlf))
                    goto stop;
                  held = true;
                  at = self->at;
                  ends = self->ends;
                  block_begin = self->block_begin;
                  suspect = self->suspect || self->window.suspect;
                  continue;
                }
              if (!data_fits (self, has, item->data, value))
                goto stop;
              item->data = value;
              event_begin = has == 0 ? offset + at : event_begin;
              has |= HAS_FIELD | HAS_DATA;
              /* As a rule the blank line follows: no need to look for its end. */
              if (is_line_end (chunk, length, next, crlf))
                {
                  ends = without_first (ends, crlf);
                  lines++;
                  end = next;
                  next += 1 + crlf;
                  goto blank;
                }
              break;
            case FIELD_EVENT:
              item->type = value;
              self->type.held = false;
              event_begin = has == 0 ? offset + at : event_begin;
              has |= HAS_FIELD | HAS_TYPE;
              break;
            case FIELD_ID:
              if (value.length > self->options.max_id_bytes || holds_nul (value))
                goto stop;
              part_set (&self->id, value);
              event_begin = has == 0 ? offset + at : event_begin;
              has |= HAS_FIELD | HAS_ID;
              break;
            case FIELD_COMMENT:
              put_block_back (self, item);
              fill_comment (item, value, offset + at, offset + end + 1);
              comments++;
              item++;
              if (has == 0 && is_line_end (chunk, length, next, crlf))
                {
                  ends = without_first (ends, crlf);
                  lines++;
                  next += 1 + crlf;
                }
              goto given;
            default:
              goto stop;
            }
        }
      else
        {
        blank:
          if ((has & HAS_DATA) != 0)
            {
              if ((has & HAS_ID) != 0)
                commit_id (self);
              finish_event (self, item, has, event_begin, offset + end + 1);
              if (held)
                {
                  self->data.held = self->type.held = self->id.held = false;
                  held = false;
                }
              has = 0;
              item++;
              goto given;
            }
          if ((has & (HAS_TYPE | HAS_ID)) != 0)
            break;
          has = 0;
        }
      ends = without_first (ends, crlf);
      at = next;
      lines++;
      continue;

    given:
      ends = without_first (ends, crlf);
      at = next;
      lines++;
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
  self->ends = ends;
  self->at = at;
  self->line_begin = offset + at;
  self->counters.lines += lines;
  self->counters.events += (size_t) (item - items) - comments;
  self->counters.comments += comments;
  return (size_t) (item - items);
}

static size_t
take_usual_lines (WeirParser *self, WeirItem *items, size_t capacity)
{
  if (self->carried || self->after_cr || self->skipping)
    return 0;
  if (self->line_ends == SEEN_LF)
    return take_lines_ended_by (false, self, items, capacity);
  if (self->line_ends == SEEN_CRLF)
    return take_lines_ended_by (true, self, items, capacity);
  return 0;
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
  end = self->block_begin + (size_t) __builtin_ctzll (self->ends);
  status = end < self->at ? WEIR_ITEM : take_line (self, end);
  if (self->at > end)
    self->ends &= self->ends - 1;
  return status;
}

static WeirStatus
take_items (WeirParser *self, WeirItem *items, size_t capacity, size_t *n_items)
{
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
      *n_items += take_usual_lines (self, items + *n_items, capacity - *n_items);
      if (*n_items == capacity)
        return WEIR_ITEM;
      status = step (self);
      if (status != WEIR_ITEM)
        return status;
    }
}

WeirStatus
weir_parser_next_batch (WeirParser *self, WeirItem *items, size_t capacity, size_t *n_items)
{
  *n_items = 0;
  if (self->drained && self->due == 0 && !self->stopped)
    return WEIR_NEED_INPUT;
  return take_items (self, items, capacity, n_items);
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
  self->length = self->scanned = 0;
  self->piece_room = 0;
  self->window.blocks = 0;
  self->window.suspect = false;
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
  part_set (&self->last_id, (WeirSpan){ "", 0 });
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
  if (!part_keep (self, &self->last_id, true))
    part_set (&self->last_id, (WeirSpan){ "", 0 });
  begin_stream (self);
}

static WeirStatus
may_take (const WeirParser *self)
{
  if (self->stopped)
    return WEIR_LIMIT;
  return self->drained && self->due == 0 && !self->finished ? WEIR_ITEM : WEIR_MISUSE;
}

/* What was assembled from the last chunk is not in use any more. */
__attribute__ ((noinline)) static void
thaw (WeirParser *self)
{
  if (self->retired != NULL)
    weir_text_free_retired (&self->retired, &self->options.allocator);
  weir_text_thaw (&self->line);
  part_thaw (&self->data);
  part_thaw (&self->type);
  part_thaw (&self->id);
  part_thaw (&self->last_id);
  self->grown = false;
}

typedef uint8_t Sixteen __attribute__ ((vector_size (16)));

/* The short way of a chunk that is 16 to 64 bytes of ASCII from the middle of a line. False, and
 * nothing is done, where it is none. */
static inline bool
take_piece (WeirParser *self, const char *bytes, size_t length)
{
  char *to = self->line.bytes + self->line.end;
  Sixteen other = { 0 };
  uint64_t halves[2];

  for (size_t i = 0; i < length; i += sizeof (Sixteen))
    {
      size_t at = i + sizeof (Sixteen) <= length ? i : length - sizeof (Sixteen);
      Sixteen piece;

      memcpy (&piece, bytes + at, sizeof piece);
      memcpy (to + at, &piece, sizeof piece);
      other |= piece | (Sixteen) (piece == '\n') | (Sixteen) (piece == '\r');
    }
  memcpy (halves, &other, sizeof halves);
  if (((halves[0] | halves[1]) & UINT64_C (0x8080808080808080)) != 0)
    return false;
  self->line.end += length;
  self->line_valid += length;
  self->piece_room -= length;
  self->offset += length;
  self->counters.bytes += length;
  return true;
}

WeirStatus
weir_parser_feed (WeirParser *self, const void *bytes, size_t length)
{
  WeirStatus status;

  if (length - sizeof (Sixteen) <= 3 * sizeof (Sixteen) && length <= self->piece_room
      && take_piece (self, bytes, length))
    return WEIR_ITEM;
  status = may_take (self);
  if (status != WEIR_ITEM)
    return status;
  if (length == 0)
    return WEIR_NEED_INPUT;

  if (self->grown)
    thaw (self);
  self->offset += self->length;
  self->chunk = bytes;
  self->length = length;
  self->at = self->scanned = 0;
  self->piece_room = 0;
  self->window.suspect = false;
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
  self->piece_room = 0;
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
  if (part_keep (self, &self->last_id, true))
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
