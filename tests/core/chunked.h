/* SPDX-License-Identifier: MIT */
/* Parses a stream that arrives in chunks. */
#pragma once

#include <glib.h>

#include "weir-parser.h"

/* How to cut a stream: into chunks of size bytes, or at random if size is 0, and also at split. */
typedef struct
{
  gsize size, split;
  GRand *random;
  gboolean batch;
} Cut;

/* Returns: all items and the final status, in the format of reference_parse(). Each chunk has separate memory,
 * which is overwritten as soon as the parser has read it. */
char *chunked_parse (const char *bytes,
                     gsize length,
                     const WeirParserOptions *options,
                     gboolean flush,
                     const Cut *cut);
