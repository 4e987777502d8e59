/* SPDX-License-Identifier: MIT */
/*
 * weir-allocator: an allocator for WeirParserOptions that uses realloc() and free(). It is inline, so
 * that the core itself needs no C library. With WEIR_NO_LIBC this header defines nothing.
 */
#ifndef WEIR_ALLOCATOR_H
#define WEIR_ALLOCATOR_H

#include "weir-parser.h"

#ifdef __cplusplus
extern "C" {
#endif

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

/* Returns an allocator that uses realloc() and free(). */
static inline WeirAllocator
weir_allocator_malloc (void)
{
  WeirAllocator allocator = { weir_allocator_realloc, NULL };

  return allocator;
}
#endif

#ifdef __cplusplus
}
#endif

#endif
