/* SPDX-License-Identifier: MIT */
/*
 * weir-sse-arena: the heap of the WebAssembly module, an allocator for one parser.
 *
 * It has all memory from its beginning on and grows upwards, so that JavaScript
 * can put a parser aside by copying what is below top.
 */
#ifndef WEIR_SSE_ARENA_H
#define WEIR_SSE_ARENA_H

#include <stddef.h>
#include <stdint.h>

#define WEIR_ARENA_CLASSES 32

/* Blocks have sizes of powers of two; those given back wait in a list a size. */
typedef struct
{
  char *begin;
  char *top;     /* the end of what is handed out */
  size_t in_use; /* blocks that were not given back */
  void *free[WEIR_ARENA_CLASSES];
} WeirArena;

/* Takes the memory from begin on. */
void weir_arena_init (WeirArena *arena, void *begin);

/* What WeirAllocator wants; user_data is the arena. */
void *weir_arena_resize (void *user_data, void *block, size_t old_size, size_t new_size);

#endif
