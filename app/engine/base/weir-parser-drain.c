/* SPDX-License-Identifier: MIT */
#include "weir-parser-drain.h"

#define BATCH_ITEMS 256

WeirStatus
weir_parser_drain (WeirParser *parser, WeirTakeItems take, gpointer data)
{
  WeirItem items[BATCH_ITEMS];
  gsize n_items;
  WeirStatus status;

  do
    {
      status = weir_parser_next_batch (parser, items, BATCH_ITEMS, &n_items);
      if (n_items > 0 && !take (data, items, n_items))
        return WEIR_ITEM;
    }
  while (status == WEIR_ITEM);
  return status;
}
