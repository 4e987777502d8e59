/* SPDX-License-Identifier: MIT */
/*
 * weir-allocator: allocators for WeirParserOptions. The first needs a C library,
 * so it lives in this header and not in the core; the second needs nothing.
 */
#ifndef WEIR_ALLOCATOR_H
#define WEIR_ALLOCATOR_H

#include "weir-parser.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- The C library's heap ------------------------------------------------ */

#ifndef WEIR_NO_LIBC
#include <stdlib.h>

static inline void *
weir_allocator_realloc (void *user_data, void *block, size_t old_size, size_t new_size)
{
  (void) user_data;
  (void) old_size;
  if (new_size != 0)
    return realloc (block, new_size);
  free (block);
  return NULL;
}

/* realloc() and free(). */
static inline WeirAllocator
weir_allocator_malloc (void)
{
  WeirAllocator allocator = { weir_allocator_realloc, NULL };

  return allocator;
}
#endif

/* --- A buffer of yours, and no heap -------------------------------------- */

/* Memory for one parser out of one buffer; what does not fit gives WEIR_NO_MEMORY. A parser holds
 * the line that a chunk's end cuts, the event it belongs to, the last event ID, and what the current
 * chunk made it assemble: twice that is ample. */
typedef struct
{
  char *bytes; /* private */
  size_t size;
} WeirFixedBuffer;

/* Takes buffer, of size bytes, into use: both it and fixed stay yours, and must outlive the parser. */
WeirAllocator weir_allocator_fixed (WeirFixedBuffer *fixed, void *buffer, size_t size);

#ifdef __cplusplus
}
#endif

#endif
