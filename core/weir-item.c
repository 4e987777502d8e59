/* SPDX-License-Identifier: MIT */
#include "weir-item-private.h"

#include "weir-block-private.h"

static void
fill_event (WeirParser *self, WeirItem *item)
{
  item->data = self->data.span;
  item->type = self->type.span;
  item->begin = self->due_block_begin;
  item->end = self->due_end;
  weir_item_finish_event (self, item, self->block_has);
  self->counters.events++;
  weir_block_drop (self);
}

static void
fill_finding (WeirParser *self, WeirItem *item, WeirFindingCode code)
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
      weir_block_drop (self);
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

void
weir_item_fill_due (WeirParser *self, WeirItem *item)
{
  unsigned what = (unsigned) __builtin_ctz (self->due);

  self->due &= self->due - 1;
  if (what == DUE_EVENT)
    {
      fill_event (self, item);
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
      fill_finding (self, item, (WeirFindingCode) what);
    }
}
