/* SPDX-License-Identifier: MIT */
/*
 * How fast the core is, beside what the machine can do: splitting the same bytes into lines with
 * memchr, and copying them. All three take turns; the best of many turns counts. The buffers are
 * far larger than any cache.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "weir-allocator.h"
#include "weir-json.h"
#include "weir-parser.h"
#include "weir-path.h"

#include "corpus.h"

#define BUFFER ((size_t) 128 << 20)
#define TURNS 7
#define BATCH 64

/* A stream, and where its events end. */
typedef struct
{
  const char *name;
  char *bytes;
  size_t length;
  size_t *ends;
  size_t n_ends;
} Stream;

typedef struct
{
  double weir, memchr, memcpy; /* seconds */
} Times;

/* Processor time: what others do on the machine counts less. */
static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double) time.tv_sec + (double) time.tv_nsec * 1e-9;
}

/* The compiler must think that somebody looks at p. */
static inline void
look_at (const void *p)
{
  __asm__ volatile("" : : "g"(p) : "memory");
}

static void
die (const char *what, const char *why)
{
  fprintf (stderr, "core-bench: %s: %s\n", what, why);
  exit (1);
}

/* --- What is measured ---------------------------------------------------- */

static size_t
chunk_length (const Stream *stream, size_t chunk, size_t at, size_t event)
{
  size_t rest = stream->length - at;

  if (chunk == 0)
    return (event < stream->n_ends ? stream->ends[event] : stream->length) - at;
  return rest < chunk ? rest : chunk;
}

/* Not inlined, for callgrind counts by its name. */
__attribute__ ((noinline)) static void
run_weir (WeirParser *parser, const Stream *stream, size_t chunk)
{
  WeirItem items[BATCH];
  size_t n_items, length, event = 0;

  weir_parser_reset (parser);
  for (size_t at = 0; at < stream->length; at += length)
    {
      WeirStatus status;

      length = chunk_length (stream, chunk, at, event++);
      weir_parser_feed (parser, stream->bytes + at, length);
      do
        {
          status = weir_parser_next_batch (parser, items, BATCH, &n_items);
          look_at (items);
        }
      while (status == WEIR_ITEM);
      if (status != WEIR_NEED_INPUT)
        die (stream->name, "the parser stopped");
    }
}

static void
run_memchr (const Stream *stream)
{
  const char *at = stream->bytes, *end = at + stream->length, *lf;

  while ((lf = memchr (at, '\n', (size_t) (end - at))) != NULL)
    {
      look_at (lf);
      at = lf + 1;
    }
}

static void
run_memcpy (const Stream *stream, char *to)
{
  memcpy (to, stream->bytes, stream->length);
  look_at (to);
}

static Times
measure (const Stream *stream, size_t chunk, char *copy)
{
  WeirParserOptions options = {
    .max_line_bytes = (size_t) 1 << 30,
    .max_event_bytes = (size_t) 1 << 30,
    .allocator = weir_allocator_malloc (),
  };
  Times best = { 1e9, 1e9, 1e9 };
  WeirParser parser;

  weir_parser_init (&parser, &options);
  for (int turn = 0; turn < TURNS; turn++)
    {
      double start = now (), time;

      run_weir (&parser, stream, chunk);
      time = now () - start;
      best.weir = time < best.weir ? time : best.weir;

      start = now ();
      run_memchr (stream);
      time = now () - start;
      best.memchr = time < best.memchr ? time : best.memchr;

      start = now ();
      run_memcpy (stream, copy);
      time = now () - start;
      best.memcpy = time < best.memcpy ? time : best.memcpy;
    }
  weir_parser_clear (&parser);
  return best;
}

/* How fast the JSON tokenizer walks the data of the stream's events, in GB/s. */
static double
measure_json (const Stream *stream)
{
  WeirParserOptions options = { .allocator = weir_allocator_malloc () };
  double best = 1e9, start, time;
  size_t bytes = 0, n = 0;
  WeirSpan *texts = malloc (stream->n_ends * sizeof *texts);
  WeirParser parser;
  WeirItem item;

  if (texts == NULL)
    die (stream->name, strerror (ENOMEM));
  weir_parser_init (&parser, &options);
  weir_parser_feed (&parser, stream->bytes, stream->length);
  while (n < stream->n_ends && weir_parser_next (&parser, &item) == WEIR_ITEM)
    if (item.kind == WEIR_ITEM_EVENT)
      {
        texts[n++] = item.data;
        bytes += item.data.length;
      }
  for (int turn = 0; turn < TURNS; turn++)
    {
      start = now ();
      for (size_t i = 0; i < n; i++)
        {
          WeirJsonStatus status;
          WeirJsonToken token;
          WeirJson json;

          weir_json_init (&json, texts[i].text, texts[i].length, 0);
          while ((status = weir_json_next (&json, &token)) == WEIR_JSON_TOKEN)
            look_at (&token);
          if (status == WEIR_JSON_ERROR)
            die (stream->name, weir_json_error_sentence (json.error));
        }
      time = now () - start;
      best = time < best ? time : best;
    }
  weir_parser_clear (&parser);
  free (texts);
  return (double) bytes * 1e-9 / best;
}

/* --- Streams ------------------------------------------------------------- */

static void
find_events (Stream *stream)
{
  WeirParserOptions options = {
    .max_line_bytes = (size_t) 1 << 30,
    .max_event_bytes = (size_t) 1 << 30,
    .allocator = weir_allocator_malloc (),
  };
  size_t capacity = 1024;
  WeirParser parser;
  WeirItem item;

  stream->ends = malloc (capacity * sizeof *stream->ends);
  weir_parser_init (&parser, &options);
  weir_parser_feed (&parser, stream->bytes, stream->length);
  while (stream->ends != NULL && weir_parser_next (&parser, &item) == WEIR_ITEM)
    {
      size_t end = (size_t) item.end;

      if (item.kind == WEIR_ITEM_FINDING)
        continue;
      if (item.kind == WEIR_ITEM_COMMENT && end < stream->length && stream->bytes[end] == '\n')
        end++;
      if (end < stream->length && stream->bytes[end - 1] == '\r' && stream->bytes[end] == '\n')
        end++;
      if (stream->n_ends == capacity)
        stream->ends = realloc (stream->ends, (capacity *= 2) * sizeof *stream->ends);
      if (stream->ends != NULL)
        stream->ends[stream->n_ends++] = end;
    }
  weir_parser_clear (&parser);
  if (stream->ends == NULL)
    die (stream->name, strerror (ENOMEM));
}

/* The file, over and over until the buffer is full. */
static void
read_stream (Stream *stream, const char *path)
{
  FILE *file = fopen (path, "rb");
  size_t size;

  if (file == NULL)
    die (path, strerror (errno));
  fseek (file, 0, SEEK_END);
  size = (size_t) ftell (file);
  rewind (file);
  if (size == 0)
    die (path, "it is empty");
  stream->length = (BUFFER + size - 1) / size * size;
  stream->bytes = malloc (stream->length);
  if (stream->bytes == NULL || fread (stream->bytes, 1, size, file) != size)
    die (path, strerror (errno));
  for (size_t at = size; at < stream->length; at += size)
    memcpy (stream->bytes + at, stream->bytes, size);
  fclose (file);
}

/* --- What is printed ----------------------------------------------------- */

static void
print_json_text (const char *text)
{
  putchar ('"');
  for (; *text != '\0'; text++)
    {
      if ((unsigned char) *text < 0x20)
        printf ("\\u%04x", (unsigned) *text);
      else
        printf (*text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    }
  putchar ('"');
}

static void
print_row (const Stream *stream, const char *chunk, const Times *times, double above, bool json)
{
  double giga = (double) stream->length * 1e-9;
  const char *path = weir_path_name (weir_get_path ());

  if (json)
    {
      printf ("{\"file\":");
      print_json_text (stream->name);
      printf (",\"chunk\":%s,\"path\":\"%s\",\"weir_gbps\":%.3f,\"memchr_gbps\":%.3f,\"memcpy_"
              "gbps\":%.3f,"
              "\"ratio\":%.3f}\n",
              strcmp (chunk, "event") == 0 ? "\"event\"" : chunk, path, giga / times->weir,
              giga / times->memchr, giga / times->memcpy, times->memchr / times->weir);
    }
  else
    {
      printf ("%-12s %-6s %-7s %8.2f %8.2f %8.2f %8.2f %8.2f %9.1f", stream->name, chunk, path,
              giga / times->weir, giga / times->memchr, giga / times->memcpy,
              times->memchr / times->weir, times->memcpy / times->weir,
              times->weir * 1e9 / (double) stream->n_ends);
      printf (above > -1e8 ? " %+9.1f\n" : "\n", above);
    }
  fflush (stdout);
}

/* Of the chunks, the only one to measure; NULL: all. */
static const char *only_chunk;

static void
bench (const Stream *stream, char *copy, bool json)
{
  static const struct
  {
    const char *name;
    size_t size;
  } chunks[] = { { "65536", 65536 }, { "1460", 1460 }, { "event", 0 } };
  double first = 0;

  for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++)
    {
      Times times;

      if (only_chunk != NULL && strcmp (only_chunk, chunks[i].name) != 0)
        continue;
      times = measure (stream, chunks[i].size, copy);
      if (i == 0)
        first = times.weir;
      print_row (stream, chunks[i].name, &times,
                 chunks[i].size == 0 && first > 0
                     ? (times.weir - first) * 1e9 / (double) stream->n_ends
                     : -1e9,
                 json);
    }
  if (strcmp (stream->name, "one-line") == 0
      && (only_chunk == NULL || strcmp (only_chunk, "16") == 0))
    {
      Times times = measure (stream, 16, copy);

      print_row (stream, "16", &times, -1e9, json);
    }
}

static void
bench_paths (Stream *stream, WeirPath only, bool json)
{
  char *copy = malloc (stream->length);

  if (copy == NULL)
    die (stream->name, strerror (ENOMEM));
  memset (copy, 1, stream->length);
  find_events (stream);
  if (weir_force_path (only))
    bench (stream, copy, json);
  if (!json && strcmp (stream->name, "wikipedia") == 0 && only_chunk == NULL)
    printf ("%-12s JSON tokens %8.2f GB/s\n", stream->name, measure_json (stream));
  if (only == WEIR_PATH_BEST && weir_get_path () != WEIR_PATH_AVX2
      && weir_force_path (WEIR_PATH_AVX2))
    bench (stream, copy, json);
  free (copy);
  free (stream->ends);
  free (stream->bytes);
}

/* For callgrind: two runs over a small stream. */
static int
run_twice (const char *corpus, size_t chunk)
{
  WeirParserOptions options = { .allocator = weir_allocator_malloc () };
  Stream stream = { .name = corpus };
  WeirParser parser;

  stream.bytes = corpus_new (corpus, (size_t) 1 << 20, &stream.length);
  if (stream.bytes == NULL)
    die (corpus, "there is no such corpus");
  find_events (&stream);
  weir_parser_init (&parser, &options);
  run_weir (&parser, &stream, chunk);
  run_weir (&parser, &stream, chunk);
  printf ("%zu\n", 2 * stream.length);
  weir_parser_clear (&parser);
  free (stream.bytes);
  free (stream.ends);
  return 0;
}

static int
usage (void)
{
  fputs ("Usage: core-bench [--json] [--path NAME] [--chunk 65536|1460|event|16] [--corpus NAME | "
         "FILE...]\n"
         "       core-bench --write CORPUS BYTES    (to standard output)\n"
         "       core-bench --twice CORPUS CHUNK    (for callgrind; CHUNK 0 is one event)\n",
         stderr);
  return 2;
}

int
main (int argc, char **argv)
{
  WeirPath path = WEIR_PATH_BEST;
  const char *corpus = NULL;
  bool json = false;
  int i;

  for (i = 1; i < argc && strncmp (argv[i], "--", 2) == 0; i++)
    {
      if (strcmp (argv[i], "--json") == 0)
        json = true;
      else if (strcmp (argv[i], "--corpus") == 0 && i + 1 < argc)
        corpus = argv[++i];
      else if (strcmp (argv[i], "--chunk") == 0 && i + 1 < argc)
        only_chunk = argv[++i];
      else if (strcmp (argv[i], "--path") == 0 && i + 1 < argc
               && weir_path_from_name (argv[i + 1], &path))
        i++;
      else if (strcmp (argv[i], "--twice") == 0 && i + 3 == argc
               && weir_force_path_from_environment ())
        return run_twice (argv[i + 1], (size_t) strtoull (argv[i + 2], NULL, 10));
      else if (strcmp (argv[i], "--write") == 0 && i + 3 == argc)
        {
          size_t length;
          char *bytes =
              corpus_new (argv[i + 1], (size_t) strtoull (argv[i + 2], NULL, 10), &length);

          if (bytes == NULL)
            return usage ();
          fwrite (bytes, 1, length, stdout);
          free (bytes);
          return 0;
        }
      else
        return usage ();
    }
  if (!weir_force_path (path))
    die (weir_path_name (path), "this machine does not have it");
  if (!json)
    printf ("%-12s %-6s %-7s %8s %8s %8s %8s %8s %9s %9s\n", "stream", "chunk", "path", "GB/s",
            "memchr", "memcpy", "/memchr", "/memcpy", "ns/event", "above");
  for (; i < argc; i++)
    {
      Stream stream = { .name = argv[i] };

      read_stream (&stream, argv[i]);
      corpus = "";
      bench_paths (&stream, path, json);
    }
  for (const Corpus *c = corpora; c->name != NULL; c++)
    if (corpus == NULL || strcmp (corpus, c->name) == 0)
      {
        Stream stream = { .name = c->name };

        stream.bytes = corpus_new (c->name, BUFFER, &stream.length);
        bench_paths (&stream, path, json);
      }
  return 0;
}
