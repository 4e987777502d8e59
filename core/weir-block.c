/* SPDX-License-Identifier: MIT */
#include "weir-block-private.h"

#include "weir-field-private.h"

bool
weir_part_hold (WeirParser *self, WeirPart *part, size_t more)
{
  WeirText *text = &part->text;
  size_t length = part->span.length;

  if (!part->held)
    text->begin = text->end;
  if (!weir_parser_reserve (self, text, part->held ? more : length + more))
    return false;
  if (!part->held && length > 0)
    memcpy (text->bytes + text->end, part->span.text, length);
  if (!part->held)
    text->end += length;
  part->span.text = text->bytes + text->begin;
  part->held = true;
  return true;
}

bool
weir_part_keep (WeirParser *self, WeirPart *part, bool there)
{
  return !there || part->held || part->span.length == 0 || weir_part_hold (self, part, 0);
}

void
weir_part_release_spans (WeirPart *part)
{
  if (!part->held)
    part->text.begin = part->text.end;
  weir_text_release_spans (&part->text);
  if (part->held)
    part->span.text = part->text.bytes + part->text.begin;
}

void
weir_block_commit_id (WeirParser *self)
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

void
weir_block_drop (WeirParser *self)
{
  self->block_has = 0;
  self->data.held = self->type.held = self->id.held = false;
}

void
weir_block_over_limit (WeirParser *self, WeirFindingCode code)
{
  bool begun = (self->block_has & HAS_FIELD) != 0;

  weir_make_due (self, code);
  self->due_block_begin = self->event_begin;
  self->skip_begin = begun ? self->event_begin : self->line_begin;
  self->skipping = true;
  self->stopped = self->options.on_limit == WEIR_ON_LIMIT_STOP;
  self->counters.skipped_blocks++;
  weir_block_drop (self);
}

/* Appends an LF and value to the data of the block. */
static bool
append_data (WeirParser *self, WeirSpan value)
{
  WeirPart *data = &self->data;
  WeirText *text = &data->text;

  if (!weir_part_hold (self, data, 1 + value.length))
    return false;
  text->bytes[text->end++] = '\n';
  if (value.length > 0)
    memcpy (text->bytes + text->end, value.text, value.length);
  text->end += value.length;
  data->span.length += 1 + value.length;
  return true;
}

static bool
take_data (WeirParser *self, WeirSpan value)
{
  if (!weir_block_data_fits (self, self->block_has, self->data.span, value))
    weir_block_over_limit (self, WEIR_FINDING_EVENT_TOO_LARGE);
  else if ((self->block_has & HAS_DATA) == 0)
    weir_part_set (&self->data, value);
  else if (!append_data (self, value))
    return false;
  if (!self->skipping)
    self->block_has |= HAS_DATA;
  return true;
}

static void
take_id (WeirParser *self, WeirSpan value)
{
  if (weir_holds_nul (value))
    {
      weir_make_due (self, WEIR_FINDING_NUL_IN_ID);
    }
  else if (value.length > self->options.max_id_bytes)
    {
      weir_make_due (self, WEIR_FINDING_ID_TOO_LONG);
    }
  else
    {
      weir_part_set (&self->id, value);
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
          weir_make_due (self, WEIR_FINDING_INVALID_RETRY);
          return;
        }
      ms = ms * 10 + (uint64_t) (value.text[i] - '0');
      if (ms > WEIR_MAX_RETRY_MS)
        ms = WEIR_MAX_RETRY_MS;
    }
  self->retry_ms = ms;
  weir_make_due (self,
                 value.length > 0 ? (unsigned) DUE_RETRY : (unsigned) WEIR_FINDING_INVALID_RETRY);
}

bool
weir_block_take_field (WeirParser *self, WeirSpan line)
{
  char start[LOOKAHEAD] = { 0 };
  WeirSpan value;
  WeirField field;

  memcpy (start, line.text, line.length < sizeof start ? line.length : sizeof start);
  field = weir_field_of (line, weir_load_head (start), &value);
  if (field == FIELD_COMMENT)
    {
      weir_make_due (self, DUE_COMMENT);
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
      weir_part_set (&self->type, value);
      self->block_has |= HAS_TYPE;
      return true;
    case FIELD_ID:
      take_id (self, value);
      return true;
    case FIELD_RETRY:
      take_retry (self, value);
      return true;
    default:
      weir_make_due (self, weir_finding_for_field_name (line));
      return true;
    }
}

void
weir_block_take_blank_line (WeirParser *self)
{
  if ((self->block_has & HAS_ID) != 0)
    weir_block_commit_id (self);
  self->due_block_begin = self->event_begin;
  if ((self->block_has & HAS_DATA) != 0)
    weir_make_due (self, DUE_EVENT);
  else if ((self->block_has & (HAS_TYPE | HAS_ID)) != 0)
    weir_make_due (self, WEIR_FINDING_NO_DATA);
  else
    weir_block_drop (self);
}
