/* SPDX-License-Identifier: MIT */
/*
 * Parses random streams on every path that the machine has, whole and in pieces, and prints one
 * number for all that came out. It needs a C library and no more, so it runs where GLib does not:
 * other processors, other word sizes, other sanitizers. The number must be the same everywhere.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "weir-allocator.h"
#include "weir-parser.h"
#include "weir-path.h"

#define LONGEST 6000

static uint64_t state;

/* xorshift64 */
static unsigned
below (unsigned n)
{
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (unsigned) ((state >> 32) % n);
}

static const char *const pieces[] = {
  "data: ",
  "data:",
  "data",
  "event: ",
  "id: ",
  "retry: ",
  ": ",
  "\n",
  "\n",
  "\n\n",
  "\r\n",
  "\r\n\r\n",
  "\r",
  "abc",
  "123",
  "\xE4\xB8\xAD\xE6\x96\x87",
  "\xF0\x9F\x98\x80",
  "\xC3",
  "\x80",
  "\xED\xA0\x80",
  "\xF4\x90",
  "\xEF\xBB\xBF",
  "Data: ",
  "id : ",
  "{\"a\": \"a longer piece of text, such as events are made of, longer than a block of sixty-four "
  "bytes\"}",
  ("\xE4\xBC\x9A\xE8\xAE\xAE\xE5\xB0\x86\xE5\x9C\xA8\xE5\x8D\x81\xE5\x88\x86\xE9\x92\x9F\xE5\x90"
   "\x8E\xE5\xBC\x80\xE5\xA7\x8B"
   "\xEF\xBC\x8C\xE8\xAF\xB7\xE5\x90\x84\xE4\xBD\x8D\xE4\xBB\xA3\xE8\xA1\xA8\xE7\xAD\xBE\xE5\x88"
   "\xB0\xE3\x80\x82"),
};

static size_t
make_stream (char *to)
{
  unsigned n = sizeof pieces / sizeof *pieces, kinds = 1 + below (n);
  size_t length = 0;

  for (unsigned i = below (80); i > 0 && length < LONGEST - 200; i--)
    {
      const char *piece = pieces[below (3) > 0 ? below (kinds) : below (n)];

      memcpy (to + length, piece, strlen (piece));
      length += strlen (piece);
    }
  return length;
}

/* FNV-1a */
static void
digest_bytes (uint64_t *digest, const void *bytes, size_t length)
{
  const unsigned char *at = bytes;

  for (size_t i = 0; i < length; i++)
    *digest = (*digest ^ at[i]) * UINT64_C (0x100000001B3);
}

static void
digest_number (uint64_t *digest, uint64_t number)
{
  for (int i = 0; i < 8; i++)
    {
      unsigned char byte = (unsigned char) (number >> 8 * i);

      digest_bytes (digest, &byte, 1);
    }
}

static void
digest_span (uint64_t *digest, WeirSpan span)
{
  digest_number (digest, span.length);
  if (span.length > 0)
    digest_bytes (digest, span.text, span.length);
}

static void
digest_item (uint64_t *digest, const WeirItem *item)
{
  digest_number (digest, (uint64_t) item->kind * 256 + (uint64_t) item->finding);
  digest_number (digest, item->begin);
  digest_number (digest, item->end);
  digest_number (digest, item->retry_ms * 4 + item->has_type * 2u + item->has_id);
  digest_span (digest, item->type);
  digest_span (digest, item->data);
  digest_span (digest, item->last_event_id);
  digest_span (digest, item->text);
}

static uint64_t
parse (const char *bytes, size_t length, size_t chunk)
{
  WeirParserOptions options = { .max_line_bytes = 2000,
                                .max_event_bytes = 3000,
                                .max_id_bytes = 100,
                                .on_limit = WEIR_ON_LIMIT_SKIP,
                                .allocator = weir_allocator_malloc () };
  uint64_t digest = UINT64_C (0xCBF29CE484222325);
  WeirParser parser;
  WeirItem item;

  weir_parser_init (&parser, &options);
  for (size_t at = 0; at < length; at += chunk)
    {
      size_t n = length - at < chunk ? length - at : chunk;
      char *copy = malloc (n);

      if (copy == NULL)
        abort ();
      memcpy (copy, bytes + at, n);
      weir_parser_feed (&parser, copy, n);
      while (weir_parser_next (&parser, &item) == WEIR_ITEM)
        digest_item (&digest, &item);
      free (copy);
    }
  weir_parser_finish (&parser, true);
  while (weir_parser_next (&parser, &item) == WEIR_ITEM)
    digest_item (&digest, &item);
  weir_parser_clear (&parser);
  return digest;
}

int
main (int argc, char **argv)
{
  unsigned n_streams = argc > 1 ? (unsigned) atoi (argv[1]) : 2000;
  uint64_t all = 0;

  state = UINT64_C (0x9E3779B97F4A7C15);
  for (unsigned i = 0; i < n_streams; i++)
    {
      static char stream[LONGEST];
      size_t length = make_stream (stream),
             chunks[] = { LONGEST, 1, 1 + below (100), 1 + below (1000) };
      uint64_t first = 0;

      for (WeirPath path = WEIR_PATH_SCALAR; path < WEIR_N_PATHS; path++)
        {
          if (!weir_force_path (path))
            continue;
          for (size_t c = 0; c < sizeof chunks / sizeof *chunks; c++)
            {
              uint64_t digest = parse (stream, length, chunks[c]);

              first = first != 0 ? first : digest;
              if (digest == first)
                continue;
              fprintf (stderr, "stream %u differs on %s in chunks of %zu\n", i,
                       weir_path_name (path), chunks[c]);
              return 1;
            }
        }
      digest_number (&all, first);
    }
  fprintf (stderr, "paths:");
  for (WeirPath path = WEIR_PATH_SCALAR; path < WEIR_N_PATHS; path++)
    if (weir_force_path (path))
      fprintf (stderr, " %s", weir_path_name (path));
  fprintf (stderr, "\n");
  printf ("%016llx\n", (unsigned long long) all);
  return 0;
}
