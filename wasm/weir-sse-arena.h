/* SPDX-License-Identifier: MIT */
/*
 * weir-sse-arena: the heap of the WebAssembly module, an allocator for one parser.
 *
 * It owns all memory from its start on and grows upwards, so that JavaScript can save a parser by
 * copying the bytes below top.
 */
#ifndef WEIR_SSE_ARENA_H
#define WEIR_SSE_ARENA_H

#include <stddef.h>
#include <stdint.h>

#define WEIR_ARENA_CLASSES 32

/* The sizes of blocks are powers of two. Freed blocks are kept in one list for each size. */
typedef struct
{
  char *begin;
  char *top;     /* the end of the allocated blocks */
  size_t in_use; /* blocks that were not freed */
  void *free[WEIR_ARENA_CLASSES];
} WeirArena;

/* Uses the memory from begin on. */
void weir_arena_init (WeirArena *arena, void *begin);

/* The function of a WeirAllocator. user_data is the arena. */
void *weir_arena_resize (void *user_data, void *block, size_t old_size, size_t new_size);

#endif
