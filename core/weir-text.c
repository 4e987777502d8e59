/* SPDX-License-Identifier: MIT */
#include "weir-text-private.h"

#include <string.h>

/* Precedes the bytes of the text in each block. size includes it. */
typedef struct
{
  void *next;
  size_t size;
} Header;

/* Capacity of the first block, in bytes. */
#define MIN_CAPACITY ((size_t) 256)

static Header *
header (const WeirText *text)
{
  return text->bytes != NULL ? (Header *) (void *) (text->bytes - sizeof (Header)) : NULL;
}

static void *
resize (const WeirAllocator *allocator, void *block, size_t old_size, size_t new_size)
{
  return allocator->resize != NULL
             ? allocator->resize (allocator->user_data, block, old_size, new_size)
             : NULL;
}

/* Returns: a block with room for capacity bytes, or NULL. It is the text's own block, resized, unless
 * spans point into that; then it is a new one. */
static Header *
larger (const WeirText *text, size_t capacity, const WeirAllocator *allocator)
{
  Header *old = text->begin == 0 ? header (text) : NULL;
  size_t size = capacity + sizeof (Header);
  Header *block;

  if (capacity > SIZE_MAX / 2)
    return NULL;
  block = resize (allocator, old, old != NULL ? old->size : 0, size);
  if (block != NULL)
    block->size = size;
  return block;
}

bool
weir_text_grow (WeirText *text, size_t more, const WeirAllocator *allocator, void **retired)
{
  size_t used = text->end - text->begin;
  size_t twice = text->capacity < MIN_CAPACITY / 2 ? MIN_CAPACITY : text->capacity * 2;
  Header *block = NULL;

  if (more > SIZE_MAX / 2 - used)
    return false;
  if (twice > used + more)
    block = larger (text, twice, allocator);
  if (block == NULL)
    block = larger (text, used + more, allocator);
  if (block == NULL)
    return false;

  if (text->begin > 0)
    {
      Header *old = header (text);

      memcpy (block + 1, text->bytes + text->begin, used);
      old->next = *retired;
      *retired = old;
    }
  text->bytes = (char *) (block + 1);
  text->capacity = block->size - sizeof (Header);
  text->begin = 0;
  text->end = used;
  return true;
}

void
weir_text_move_to_front (WeirText *text)
{
  size_t used = text->end - text->begin;

  memmove (text->bytes, text->bytes + text->begin, used);
  text->begin = 0;
  text->end = used;
}

void
weir_text_clear (WeirText *text, const WeirAllocator *allocator)
{
  Header *block = header (text);

  if (block != NULL)
    resize (allocator, block, block->size, 0);
  *text = (WeirText){ 0 };
}

void
weir_text_free_retired (void **retired, const WeirAllocator *allocator)
{
  while (*retired != NULL)
    {
      Header *block = *retired;

      *retired = block->next;
      resize (allocator, block, block->size, 0);
    }
}
