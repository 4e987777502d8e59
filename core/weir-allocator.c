/* SPDX-License-Identifier: MIT */
/* First fit in a row of blocks that fill the buffer. */
#include "weir-allocator.h"

#include <string.h>

/* Before each block. size is the payload's, a multiple of ALIGNMENT. */
typedef union
{
  struct
  {
    size_t size;
    bool used;
  } head;
  max_align_t align;
} Block;

#define ALIGNMENT sizeof (Block)

static Block *
next_block (const WeirFixedBuffer *fixed, Block *block)
{
  Block *next = (Block *) (void *) ((char *) (block + 1) + block->head.size);

  return (char *) next < fixed->bytes + fixed->size ? next : NULL;
}

/* Takes the free blocks behind block into it. */
static void
swallow (const WeirFixedBuffer *fixed, Block *block)
{
  Block *next;

  while ((next = next_block (fixed, block)) != NULL && !next->head.used)
    block->head.size += sizeof (Block) + next->head.size;
}

/* Leaves the block size bytes, and makes a block of the rest if it is large enough for one. */
static void
split (Block *block, size_t size)
{
  size_t rest = block->head.size - size;
  Block *next;

  if (rest <= sizeof (Block))
    return;
  block->head.size = size;
  next = (Block *) (void *) ((char *) (block + 1) + size);
  next->head.size = rest - sizeof (Block);
  next->head.used = false;
}

static Block *
find_free (const WeirFixedBuffer *fixed, size_t size)
{
  Block *block = fixed->size > 0 ? (Block *) (void *) fixed->bytes : NULL;

  for (; block != NULL; block = next_block (fixed, block))
    {
      if (block->head.used)
        continue;
      swallow (fixed, block);
      if (block->head.size >= size)
        return block;
    }
  return NULL;
}

static void *
resize (void *user_data, void *old, size_t old_size, size_t new_size)
{
  const WeirFixedBuffer *fixed = user_data;
  Block *was = old != NULL ? (Block *) old - 1 : NULL;
  Block *block;
  size_t size;

  if (new_size > fixed->size)
    return NULL;
  size = (new_size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  if (was != NULL && new_size == 0)
    {
      was->head.used = false;
      return NULL;
    }
  if (was != NULL)
    {
      size_t before = was->head.size;

      swallow (fixed, was);
      if (was->head.size >= size)
        {
          split (was, size);
          return old;
        }
      split (was, before);
    }
  block = find_free (fixed, size);
  if (block == NULL)
    return NULL;
  block->head.used = true;
  split (block, size);
  if (was != NULL)
    {
      memcpy (block + 1, old, old_size);
      was->head.used = false;
    }
  return block + 1;
}

WeirAllocator
weir_allocator_fixed (WeirFixedBuffer *fixed, void *buffer, size_t size)
{
  size_t skip = (ALIGNMENT - (uintptr_t) buffer % ALIGNMENT) % ALIGNMENT;
  size_t usable = size > skip ? (size - skip) / ALIGNMENT * ALIGNMENT : 0;

  *fixed = (WeirFixedBuffer){ (char *) buffer + (usable > 0 ? skip : 0),
                              usable > sizeof (Block) ? usable : 0 };
  if (fixed->size > 0)
    {
      Block *all = (Block *) (void *) fixed->bytes;

      all->head.size = fixed->size - sizeof (Block);
      all->head.used = false;
    }
  return (WeirAllocator){ resize, fixed };
}
