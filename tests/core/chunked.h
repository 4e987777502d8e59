/* SPDX-License-Identifier: MIT */
/* The parser at work on a stream that comes in chunks. */
#pragma once

#include <glib.h>

#include "weir-parser.h"

/* How a stream is cut: size bytes a chunk, or, where size is 0, at random; one cut more at split. */
typedef struct
{
  gsize size, split;
  GRand *random;
  gboolean batch;
} Cut;

/* All items and the status they end with, written down as reference_parse() does. Each chunk is
 * memory of its own, and overwritten as soon as it is drained. */
char *chunked_parse (const char *bytes,
                     gsize length,
                     const WeirParserOptions *options,
                     gboolean flush,
                     const Cut *cut);
