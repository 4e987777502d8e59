/* SPDX-License-Identifier: MIT */
/* The block that is being read, the lines up to a blank one: its values and what they come to. */
#ifndef WEIR_BLOCK_PRIVATE_H
#define WEIR_BLOCK_PRIVATE_H

#include "weir-parser-private.h"

#include <string.h>

static inline void
weir_part_set (WeirPart *part, WeirSpan span)
{
  part->span = span;
  part->held = false;
}

/* Takes the part's value into its own text, with room for more bytes behind it. False without memory. */
bool weir_part_hold (WeirParser *self, WeirPart *part, size_t more);

/* Sees to it that the value, if there is one, stays when the chunk goes. False without memory. */
bool weir_part_keep (WeirParser *self, WeirPart *part, bool there);

/* The next chunk has come: what was handed out is not in use any more. */
void weir_part_thaw (WeirPart *part);

/* The last event ID string becomes the block's id. */
void weir_block_commit_id (WeirParser *self);

/* The block's values are no more; what was held of them stays where it is, for it may be in use. */
void weir_block_drop (WeirParser *self);

/* A limit was reached, and code says which: the block is given up. */
void weir_block_over_limit (WeirParser *self, WeirFindingCode code);

/* HTML Standard 9.2.6, "process the field". False without memory. */
bool weir_block_take_field (WeirParser *self, WeirSpan line);

/* HTML Standard 9.2.6, "dispatch the event". */
void weir_block_take_blank_line (WeirParser *self);

/* Whether value may stand behind the block's data, if it has any. */
static inline bool
weir_block_data_fits (const WeirParser *self, unsigned has, WeirSpan data, WeirSpan value)
{
  size_t before = (has & HAS_DATA) != 0 ? data.length + 1 : 0;

  if (GIVES_FRAGMENTS (self))
    return true;
  return before <= self->options.max_event_bytes
         && value.length <= self->options.max_event_bytes - before;
}

static inline bool
weir_holds_nul (WeirSpan text)
{
  return text.length > 0 && memchr (text.text, '\0', text.length) != NULL;
}

#endif
