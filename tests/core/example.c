/* SPDX-License-Identifier: MIT */
/* Prints the events of a stream on standard input: cc example.c $(pkg-config --cflags --libs weir-core) */
#include <stdio.h>
#include <unistd.h>
#include <weir-allocator.h>
#include <weir-parser.h>

int
main (void)
{
  WeirParserOptions options = { .allocator = weir_allocator_malloc () };
  WeirParser parser;
  WeirStatus status = WEIR_NEED_INPUT;
  WeirItem item;
  char chunk[4096];
  ssize_t n;

  weir_parser_init (&parser, &options);
  while (status == WEIR_NEED_INPUT && (n = read (STDIN_FILENO, chunk, sizeof chunk)) > 0)
    {
      weir_parser_feed (&parser, chunk, (size_t) n);
      while ((status = weir_parser_next (&parser, &item)) == WEIR_ITEM)
        if (item.kind == WEIR_ITEM_EVENT)
          printf ("%.*s: %.*s\n", (int) item.type.length, item.type.text, (int) item.data.length,
                  item.data.text);
        else if (item.kind == WEIR_ITEM_FINDING)
          fprintf (stderr, "%s\n", weir_finding_sentence (item.finding));
    }
  weir_parser_clear (&parser);
  return status == WEIR_NEED_INPUT ? 0 : 1;
}
