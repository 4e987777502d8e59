/* SPDX-License-Identifier: MIT */
/* Items, as the caller gets them. */
#ifndef WEIR_ITEM_PRIVATE_H
#define WEIR_ITEM_PRIVATE_H

#include "weir-parser-private.h"

/* Gives the first of what is due. */
void weir_item_give (WeirParser *self, WeirItem *item);

/* Fills in what an event has beside its data, and its type where it has one. Written field by field:
 * the values were stored a moment ago, each for itself. */
static inline void
weir_item_finish_event (
    const WeirParser *self, WeirItem *item, unsigned has, uint64_t begin, uint64_t end)
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
