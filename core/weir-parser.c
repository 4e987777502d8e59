/* SPDX-License-Identifier: MIT */
/*
 * How a chunk is parsed:
 *
 * 1. scan() of a path finds the line ends, one window at a time (weir-window.c).
 * 2. The fast path, weir_take_usual_lines(), turns most lines into items.
 * 3. It leaves the other lines (cut by the end of a chunk, invalid UTF-8, with a finding, over a limit)
 *    to the slow path, weir_line_take(), which handles one line. It updates the block (weir-block.c)
 *    and marks items as due; weir_item_fill_due() returns them.
 * 4. weir_line_drain() copies what the end of the chunk cuts.
 *
 * Each step reserves its memory before it changes anything else, so that it can be repeated after
 * WEIR_NO_MEMORY.
 */
#include "weir-parser.h"

#include "weir-block-private.h"
#include "weir-item-private.h"
#include "weir-line-private.h"
#include "weir-usual-lines-private.h"
#include "weir-utf8-private.h"
#include "weir-window-private.h"

/* The slow path: takes one line, or the start or end of the stream. */
static WeirStatus
step (WeirParser *self)
{
  WeirCursor cursor;
  WeirStatus status;
  size_t end;

  if (self->bom < BOM_PAST && (status = weir_line_take_bom (self)) != WEIR_ITEM)
    {
      self->drained = status == WEIR_NEED_INPUT;
      return status;
    }
  if (self->finished)
    return weir_line_take_end (self);
  cursor = weir_cursor_get (self);
  if (cursor.ends == 0 && !weir_cursor_next_block (self, &cursor))
    return weir_line_drain (self);
  end = weir_cursor_end (&cursor);
  weir_cursor_put (self, cursor);
  status = end < self->at ? WEIR_ITEM : weir_line_take (self, end);
  if (self->at > end)
    self->ends &= self->ends - 1;
  return status;
}

/* Returns: whether the chunk ends with the end of a block, so that nothing must be copied. */
static bool
leaves_nothing (const WeirParser *self)
{
  return self->at == self->length && self->block_has == 0
         && (self->last_id.held || self->last_id.span.length == 0);
}

static WeirStatus
take_items (WeirParser *self, WeirItem *items, size_t capacity, size_t *n_items)
{
  for (;;)
    {
      WeirStatus status;
      size_t n_usual;

      while (self->due != 0 && *n_items < capacity)
        weir_item_fill_due (self, &items[(*n_items)++]);
      if (*n_items == capacity)
        return WEIR_ITEM;
      if (self->stopped)
        return WEIR_LIMIT;
      if (self->drained)
        return WEIR_NEED_INPUT;
      n_usual = weir_take_usual_lines (self, items + *n_items, capacity - *n_items);
      *n_items += n_usual;
      if (*n_items == capacity)
        return WEIR_ITEM;
      if (n_usual > 0 && leaves_nothing (self))
        {
          self->drained = true;
          return WEIR_NEED_INPUT;
        }
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

/* --- Starting and feeding ------------------------------------------------- */

static void
begin_stream (WeirParser *self)
{
  self->counters.bytes += self->offset + self->length;
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
  self->after_cr = self->skipping = self->skipping_line = self->stopped = self->finished = false;
  self->drained = true;
  weir_block_drop (self);
  weir_line_begin (self, 0);
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
  weir_part_set (&self->last_id, (WeirSpan){ "", 0 });
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

void
weir_parser_reset (WeirParser *self)
{
  if (self->skipping)
    weir_line_end_skipping (self, self->offset + self->at);
  /* The last event ID string may point into the chunk, which becomes invalid. */
  if (!weir_part_keep (self, &self->last_id, true))
    weir_part_set (&self->last_id, (WeirSpan){ "", 0 });
  begin_stream (self);
}

/* Returns: WEIR_ITEM if the parser accepts a chunk or the end of the stream, otherwise why not. */
static WeirStatus
accepts_input (const WeirParser *self)
{
  if (self->stopped)
    return WEIR_LIMIT;
  return self->drained && self->due == 0 && !self->finished ? WEIR_ITEM : WEIR_MISUSE;
}

/* Called for the next chunk: text that was assembled from the last one is not in use any more. */
__attribute__ ((noinline)) static void
release_spans (WeirParser *self)
{
  if (self->retired != NULL)
    weir_text_free_retired (&self->retired, &self->options.allocator);
  weir_text_release_spans (&self->line);
  weir_part_release_spans (&self->data);
  weir_part_release_spans (&self->type);
  weir_part_release_spans (&self->id);
  weir_part_release_spans (&self->last_id);
  self->grown = false;
}

typedef uint8_t Sixteen __attribute__ ((vector_size (16)));

/* A fast path for chunks of 16 to 64 bytes, at most piece_room: appends a chunk that is ASCII without a
 * line end to the current line. Returns: false, without effect, for other chunks. */
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
  return true;
}

WeirStatus
weir_parser_feed (WeirParser *self, const void *bytes, size_t length)
{
  WeirStatus status;

  if (length - sizeof (Sixteen) <= 3 * sizeof (Sixteen) && length <= self->piece_room
      && take_piece (self, bytes, length))
    return WEIR_ITEM;
  status = accepts_input (self);
  if (status != WEIR_ITEM)
    return status;
  if (length == 0)
    return WEIR_NEED_INPUT;

  if (self->grown)
    release_spans (self);
  self->offset += self->length;
  self->chunk = bytes;
  self->length = length;
  self->at = self->scanned = 0;
  self->piece_room = 0;
  self->window.suspect = false;
  self->drained = false;
  return WEIR_ITEM;
}

WeirStatus
weir_parser_finish (WeirParser *self, bool flush)
{
  WeirStatus status = accepts_input (self);

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

  weir_part_set (&self->last_id, (WeirSpan){ text, length });
  if (weir_part_keep (self, &self->last_id, true))
    return WEIR_NEED_INPUT;
  self->last_id = before;
  return WEIR_NO_MEMORY;
}

WeirCounters
weir_parser_get_counters (const WeirParser *self)
{
  WeirCounters counters = self->counters;

  counters.bytes += self->offset + self->length;
  if (self->skipping)
    counters.skipped_bytes += self->offset + self->at - self->skip_begin;
  return counters;
}
