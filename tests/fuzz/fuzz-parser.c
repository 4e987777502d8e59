/* SPDX-License-Identifier: MIT */
/*
 * The parser, with every path and any chunks, against the reference parser. The input is six bytes of settings
 * (flags, path, three limits, a seed for the cuts) and the stream.
 */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "weir-allocator.h"
#include "weir-path.h"

#include "chunked.h"
#include "reference.h"

#define SETTINGS 6

int LLVMFuzzerTestOneInput (const uint8_t *input, size_t size);

/* 255: no limit that the input can reach. */
static size_t
limit (uint8_t setting)
{
  return setting == 255 ? (size_t) 1 << 20 : (size_t) setting + 1;
}

int
LLVMFuzzerTestOneInput (const uint8_t *input, size_t size)
{
  g_autoptr (GRand) random = NULL;
  g_autofree char *expected = NULL, *whole = NULL, *got = NULL;
  WeirParserOptions options = { .allocator = weir_allocator_malloc () };
  const char *stream = (const char *) input + SETTINGS;
  gboolean flush;
  Cut cut = { 0 };

  if (size < SETTINGS)
    return 0;
  size -= SETTINGS;
  flush = input[0] & 1;
  options.on_limit = input[0] & 2 ? WEIR_ON_LIMIT_SKIP : WEIR_ON_LIMIT_STOP;
  options.max_line_bytes = limit (input[2]);
  options.max_event_bytes = limit (input[3]);
  options.max_id_bytes = limit (input[4]);
  if (!weir_force_path (input[1] % WEIR_N_PATHS))
    weir_force_path (WEIR_PATH_BEST);
  random = g_rand_new_with_seed (input[5]);

  expected = reference_parse (stream, size, &options, flush);
  cut.batch = (input[0] & 4) != 0;
  cut.size = size + 1;
  whole = chunked_parse (stream, size, &options, flush, &cut);
  reference_assert_same (stream, size, whole, expected);
  cut.random = random;
  cut.size = input[0] & 8 ? 1 : 0;
  got = chunked_parse (stream, size, &options, flush, &cut);
  reference_assert_same (stream, size, got, expected);
  return 0;
}
