/* SPDX-License-Identifier: MIT */
#include "weir-sse-arena.h"

#include <stdbool.h>
#include <string.h>

#define LEAST_CLASS 6
#define PAGE ((size_t) 65536)

/* Code that loads whole vectors may read this far past a block. */
#define SLACK 64

void
weir_arena_init (WeirArena *arena, void *begin)
{
  memset (arena, 0, sizeof *arena);
  arena->begin = arena->top = (char *) (((uintptr_t) begin + 15) & ~(uintptr_t) 15);
}

static unsigned
class_of (size_t size)
{
  return size <= (size_t) 1 << LEAST_CLASS ? LEAST_CLASS
                                           : 32u - (unsigned) __builtin_clz ((unsigned) size - 1);
}

static bool
grow_to (char *top)
{
  size_t have = __builtin_wasm_memory_size (0) * PAGE;
  size_t want = (size_t) (uintptr_t) top + SLACK;

  return want <= have
         || __builtin_wasm_memory_grow (0, (want - have + PAGE - 1) / PAGE) != SIZE_MAX;
}

static void *
take (WeirArena *arena, unsigned class)
{
  void *block = arena->free[class];

  if (block != NULL)
    {
      memcpy (&arena->free[class], block, sizeof (void *));
    }
  else
    {
      if (((size_t) 1 << class) > SIZE_MAX / 2 - (size_t) (uintptr_t) arena->top
          || !grow_to (arena->top + ((size_t) 1 << class)))
        return NULL;
      block = arena->top;
      arena->top += (size_t) 1 << class;
    }
  arena->in_use++;
  return block;
}

static void
give_back (WeirArena *arena, void *block, unsigned class)
{
  if (--arena->in_use == 0)
    {
      weir_arena_init (arena, arena->begin);
    }
  else if ((char *) block + ((size_t) 1 << class) == arena->top)
    {
      arena->top = block;
    }
  else
    {
      memcpy (block, &arena->free[class], sizeof (void *));
      arena->free[class] = block;
    }
}

void *
weir_arena_resize (void *user_data, void *block, size_t old_size, size_t new_size)
{
  WeirArena *arena = user_data;
  unsigned from = class_of (old_size), to = class_of (new_size);
  void *larger;

  if (new_size == 0)
    {
      if (block != NULL)
        give_back (arena, block, from);
      return NULL;
    }
  if (new_size > SIZE_MAX / 4)
    return NULL;
  if (block == NULL)
    return take (arena, to);
  if (from == to)
    return block;
  if ((char *) block + ((size_t) 1 << from) == arena->top
      && grow_to ((char *) block + ((size_t) 1 << to)))
    {
      arena->top = (char *) block + ((size_t) 1 << to);
      return block;
    }
  larger = take (arena, to);
  if (larger == NULL)
    return NULL;
  memcpy (larger, block, old_size < new_size ? old_size : new_size);
  give_back (arena, block, from);
  return larger;
}
