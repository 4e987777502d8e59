/* SPDX-License-Identifier: MIT */
#include "chunked.h"

#include <string.h>

#include "reference.h"

static gsize
next_length (const Cut *cut, gsize at, gsize length)
{
  gsize n = cut->size != 0 ? cut->size : (gsize) g_rand_int_range (cut->random, 1, 40);

  if (cut->split > at)
    n = MIN (n, cut->split - at);
  return MIN (n, length - at);
}

static WeirStatus
take (WeirParser *parser, GString *log, gboolean batch)
{
  WeirItem items[3];
  WeirStatus status;

  if (!batch)
    {
      while ((status = weir_parser_next (parser, items)) == WEIR_ITEM)
        reference_write_item (log, items);
      return status;
    }
  do
    {
      gsize n_items;

      status = weir_parser_next_batch (parser, items, G_N_ELEMENTS (items), &n_items);
      for (gsize i = 0; i < n_items; i++)
        reference_write_item (log, &items[i]);
    }
  while (status == WEIR_ITEM);
  return status;
}

char *
chunked_parse (const char *bytes,
               gsize length,
               const WeirParserOptions *options,
               gboolean flush,
               const Cut *cut)
{
  GString *log = g_string_new (NULL);
  WeirParser parser;
  WeirStatus status = WEIR_NEED_INPUT;

  weir_parser_init (&parser, options);
  for (gsize at = 0, n; at < length && status == WEIR_NEED_INPUT; at += n)
    {
      g_autofree char *chunk = NULL;

      n = next_length (cut, at, length);
      chunk = g_memdup2 (bytes + at, n);
      g_assert_cmpint (weir_parser_feed (&parser, chunk, n), ==, WEIR_ITEM);
      status = take (&parser, log, cut->batch);
      memset (chunk, '#', n);
    }
  if (status == WEIR_NEED_INPUT)
    {
      g_assert_cmpint (weir_parser_finish (&parser, flush), ==, WEIR_ITEM);
      status = take (&parser, log, cut->batch);
    }
  g_string_append (log, status == WEIR_LIMIT        ? "limit\n"
                        : status == WEIR_NEED_INPUT ? "end\n"
                                                    : "?\n");
  weir_parser_clear (&parser);
  return g_string_free (log, FALSE);
}
