/* SPDX-License-Identifier: MIT */
#include "weir-blocks-private.h"

#include <sys/mman.h>

/* Blocks kept for the next taker; more are given back to the system. */
#define SPARE_BLOCKS 32

static GMutex spare_lock;
static guint8 *spare[SPARE_BLOCKS];
static guint n_spare;
static _Atomic guint64 n_used;

guint8 *
weir_memory_take (void)
{
  guint8 *bytes = NULL;

  atomic_fetch_add_explicit (&n_used, 1, memory_order_relaxed);
  g_mutex_lock (&spare_lock);
  if (n_spare > 0)
    bytes = spare[--n_spare];
  g_mutex_unlock (&spare_lock);
  if (bytes != NULL)
    return bytes;

  bytes = mmap (NULL, WEIR_BLOCK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (bytes == MAP_FAILED)
    g_error ("Out of memory: %" G_GUINT64_FORMAT " bytes of events are held",
             weir_memory_get_used ());
  return bytes;
}

void
weir_memory_give (guint8 *bytes)
{
  gboolean kept = FALSE;

  atomic_fetch_sub_explicit (&n_used, 1, memory_order_relaxed);
  g_mutex_lock (&spare_lock);
  if (n_spare < SPARE_BLOCKS)
    {
      spare[n_spare++] = bytes;
      kept = TRUE;
    }
  g_mutex_unlock (&spare_lock);
  if (!kept)
    munmap (bytes, WEIR_BLOCK_SIZE);
}

guint64
weir_memory_get_used (void)
{
  return atomic_load_explicit (&n_used, memory_order_relaxed) * WEIR_BLOCK_SIZE;
}

static WeirBlock *
get_block (WeirBlocks *self, guint64 block)
{
  WeirBlock *group;

  g_assert (block < (guint64) WEIR_BLOCK_GROUPS * WEIR_BLOCKS_PER_GROUP);
  group = atomic_load_explicit (&self->groups[block / WEIR_BLOCKS_PER_GROUP], memory_order_acquire);
  return group != NULL ? &group[block % WEIR_BLOCKS_PER_GROUP] : NULL;
}

void
weir_blocks_init (WeirBlocks *self)
{
  *self = (WeirBlocks){ .groups = g_malloc0 (WEIR_BLOCK_GROUPS * sizeof *self->groups),
                        .limbo = g_ptr_array_new () };
}

static void
give_back (WeirBlock *block)
{
  guint8 *bytes = atomic_exchange (&block->bytes, NULL);

  if (bytes != NULL)
    weir_memory_give (bytes);
}

void
weir_blocks_clear (WeirBlocks *self)
{
  for (guint64 i = self->first_in_memory; i < self->n_blocks; i++)
    give_back (get_block (self, i));
  for (guint i = 0; i < self->limbo->len; i++)
    {
      gpointer *pair = g_ptr_array_index (self->limbo, i);

      weir_memory_give (pair[1]);
      g_free (pair);
    }
  g_ptr_array_unref (self->limbo);
  for (guint i = 0; i < WEIR_BLOCK_GROUPS && self->groups[i] != NULL; i++)
    g_free (self->groups[i]);
  g_free (self->groups);
}

static WeirBlock *
add_place (WeirBlocks *self)
{
  guint64 group = self->n_blocks / WEIR_BLOCKS_PER_GROUP;

  g_assert (group < WEIR_BLOCK_GROUPS);
  if (self->n_blocks % WEIR_BLOCKS_PER_GROUP == 0)
    atomic_store_explicit (&self->groups[group], g_new0 (WeirBlock, WEIR_BLOCKS_PER_GROUP),
                           memory_order_release);
  self->n_blocks++;
  return get_block (self, self->n_blocks - 1);
}

guint8 *
weir_blocks_add (WeirBlocks *self)
{
  guint8 *bytes = weir_memory_take ();

  if (self->n_in_memory == 0)
    self->first_in_memory = self->n_blocks;
  self->n_in_memory++;
  atomic_store_explicit (&add_place (self)->bytes, bytes, memory_order_release);
  return bytes;
}

/* Pinning and evicting meet like this, all sequentially consistent: a reader counts itself in and
 * then looks at the pointer; the evictor takes the pointer away and then looks at the count. One of
 * them sees the other. */
const guint8 *
weir_blocks_pin (WeirBlocks *self, guint64 block)
{
  WeirBlock *place = get_block (self, block);
  const guint8 *bytes;

  if (place == NULL)
    return NULL;
  atomic_fetch_add (&place->pins, 1);
  bytes = atomic_load (&place->bytes);
  if (bytes == NULL)
    atomic_fetch_sub (&place->pins, 1);
  return bytes;
}

void
weir_blocks_unpin (WeirBlocks *self, guint64 block)
{
  atomic_fetch_sub (&get_block (self, block)->pins, 1);
}

static void
empty_limbo (WeirBlocks *self)
{
  for (guint i = self->limbo->len; i > 0; i--)
    {
      gpointer *pair = g_ptr_array_index (self->limbo, i - 1);
      WeirBlock *block = pair[0];

      if (atomic_load (&block->pins) != 0)
        continue;
      weir_memory_give (pair[1]);
      g_free (pair);
      g_ptr_array_remove_index_fast (self->limbo, i - 1);
    }
}

gboolean
weir_blocks_evict_oldest (WeirBlocks *self, guint64 limit)
{
  WeirBlock *block;
  guint8 *bytes;

  empty_limbo (self);
  if (self->n_in_memory == 0 || self->first_in_memory >= MIN (limit, self->n_blocks))
    return FALSE;

  block = get_block (self, self->first_in_memory++);
  self->n_in_memory--;
  bytes = atomic_exchange (&block->bytes, NULL);
  if (atomic_load (&block->pins) == 0)
    weir_memory_give (bytes);
  else
    {
      gpointer *pair = g_new (gpointer, 2);

      pair[0] = block;
      pair[1] = bytes;
      g_ptr_array_add (self->limbo, pair);
    }
  return TRUE;
}
