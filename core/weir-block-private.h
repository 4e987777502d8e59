/* SPDX-License-Identifier: MIT */
/* The current block (the lines up to a blank line): its field values and the event they form. */
#ifndef WEIR_BLOCK_PRIVATE_H
#define WEIR_BLOCK_PRIVATE_H

#include "weir-parser-state-private.h"

#include <string.h>

static inline void
weir_part_set (WeirPart *part, WeirSpan span)
{
  part->span = span;
  part->held = false;
}

/* Copies the value of part to its own text, with room for more bytes after it. Returns: false if there
 * is no memory. */
bool weir_part_hold (WeirParser *self, WeirPart *part, size_t more);

/* Makes the value independent of the chunk, if there is one. Returns: false if there is no memory. */
bool weir_part_keep (WeirParser *self, WeirPart *part, bool there);

/* Called for the next chunk: spans that were returned are not in use any more. */
void weir_part_release_spans (WeirPart *part);

/* Makes the id of the block the last event ID string. */
void weir_block_commit_id (WeirParser *self);

/* Forgets the values of the block. Their memory is kept, because returned spans may point into it. */
void weir_block_drop (WeirParser *self);

/* Drops the block because of a limit, and makes the finding code due. */
void weir_block_over_limit (WeirParser *self, WeirFindingCode code);

/* HTML Standard 9.2.6, "process the field". Returns: false if there is no memory. */
bool weir_block_take_field (WeirParser *self, WeirSpan line);

/* HTML Standard 9.2.6, "dispatch the event". */
void weir_block_take_blank_line (WeirParser *self);

/* Returns: whether value can be appended to data, the data of a block with the fields has, within
 * max_event_bytes. */
static inline bool
weir_block_data_fits (const WeirParser *self, unsigned has, WeirSpan data, WeirSpan value)
{
  size_t before = (has & HAS_DATA) != 0 ? data.length + 1 : 0;

  return before <= self->options.max_event_bytes
         && value.length <= self->options.max_event_bytes - before;
}

static inline bool
weir_holds_nul (WeirSpan text)
{
  return text.length > 0 && memchr (text.text, '\0', text.length) != NULL;
}

#endif
