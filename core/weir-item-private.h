/* SPDX-License-Identifier: MIT */
/* Filling in the items that the caller receives. */
#ifndef WEIR_ITEM_PRIVATE_H
#define WEIR_ITEM_PRIVATE_H

#include "weir-parser-state-private.h"

/* Fills in *item with the first item that is due; there is one. */
void weir_item_fill_due (WeirParser *self, WeirItem *item);

/* Completes an event whose range and data, and type if it has one, are set. Assigns member by member: a copy of
 * the whole struct would load words that were just stored separately, which stalls. */
static inline void
weir_item_finish_event (const WeirParser *self, WeirItem *item, unsigned has)
{
  bool has_type = (has & HAS_TYPE) != 0 && item->type.length > 0;

  if (!has_type)
    item->type = (WeirSpan){ "message", 7 };
  item->kind = WEIR_ITEM_EVENT;
  item->finding = 0;
  item->last_event_id = self->last_id.span;
  item->text = (WeirSpan){ NULL, 0 };
  item->retry_ms = 0;
  item->has_type = has_type;
  item->has_id = (has & HAS_ID) != 0;
}

static inline void
weir_item_fill_comment (WeirItem *item, WeirSpan text, uint64_t begin, uint64_t end)
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

#endif
