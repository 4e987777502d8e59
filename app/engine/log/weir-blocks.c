/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* O_TMPFILE */
#include "weir-blocks-private.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/weir-memory.h"

/* Blocks kept for the next taker; more are given back to the system. */
#define SPARE_BLOCKS 32u
/* A program that holds this many gets more by the arena, in huge pages: fewer faults. */
#define SMALL_BLOCKS 16u
#define ARENA_BLOCKS 16u
/* Ten seconds in all. */
#define MEMORY_RETRIES 100
#define MEMORY_RETRY_US 100000
/* This many of the newest blocks of each sequence are evicted last, because they are read most. The last one
 * is being filled and is never evicted. */
#define STAYING_BLOCKS 2u
#define FILLED_BLOCKS 1u
/* Blocks of one row that stay though the limit is far: of recorded bytes, and of an index. */
#define WINDOW_ON_DISK 8u
#define WINDOW_SPILLED 4u

/* Groups and the pointers to them are mapped, because most of the pointers are never touched. */
#define GROUPS_BYTES (WEIR_BLOCK_GROUPS * sizeof (void *))
#define GROUP_BYTES (WEIR_BLOCKS_PER_GROUP * sizeof (WeirBlock))

/* A block that was evicted while a reader had pinned it. */
typedef struct
{
  WeirBlock *block;
  guint8 *bytes;
} EvictedBlock;

static GMutex lock;
static GCond spilled; /* with the lock: a block was spilled */
static GPtrArray *all;
static guint8 *spare[SPARE_BLOCKS];
static guint n_spare;
static _Atomic guint64 n_used;    /* blocks */
static _Atomic guint64 n_counted; /* bytes outside of blocks */
static _Atomic guint64 limit = WEIR_MEMORY_DEFAULT_LIMIT;

guint64
weir_memory_get_used (void)
{
  return atomic_load_explicit (&n_used, memory_order_relaxed) * WEIR_BLOCK_SIZE
         + atomic_load_explicit (&n_counted, memory_order_relaxed);
}

void
weir_memory_count (gssize bytes)
{
  atomic_fetch_add_explicit (&n_counted, (guint64) bytes, memory_order_relaxed);
}

guint64
weir_memory_get_limit (void)
{
  return atomic_load_explicit (&limit, memory_order_relaxed);
}

void
weir_memory_set_limit (guint64 bytes)
{
  atomic_store_explicit (&limit, MAX (bytes, WEIR_MEMORY_MIN_LIMIT), memory_order_relaxed);
}

/* Returns NULL if there is no memory. */
static guint8 *
map_memory (gsize size)
{
  guint8 *bytes = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  return bytes != MAP_FAILED ? bytes : NULL;
}

/* The writer waits for memory like for a slow disk: other programs may free some. */
static guint8 *
map_or_wait (gsize size)
{
  for (guint i = 0; i < MEMORY_RETRIES; i++)
    {
      guint8 *bytes = map_memory (size);

      if (bytes != NULL)
        return bytes;
      g_usleep (MEMORY_RETRY_US);
    }
  g_error ("Out of memory: %" G_GUINT64_FORMAT " bytes of events are held",
           weir_memory_get_used ());
}

/* For the first block of a sequence: most of it may never be touched, and then takes no memory. A huge page
 * would take it. */
static guint8 *
map_first_block (void)
{
  guint8 *bytes = map_or_wait (WEIR_BLOCK_SIZE);

  madvise (bytes, WEIR_BLOCK_SIZE, MADV_NOHUGEPAGE);
  return bytes;
}

static void
count_blocks (gint64 n)
{
  atomic_fetch_add_explicit (&n_used, (guint64) n, memory_order_relaxed);
}

static guint8 *
take_memory (void)
{
  guint64 n = atomic_load_explicit (&n_used, memory_order_relaxed);
  guint8 *arena;

  if (n_spare > 0)
    return spare[--n_spare];
  arena = n >= SMALL_BLOCKS ? map_memory (ARENA_BLOCKS * WEIR_BLOCK_SIZE) : NULL;
  if (arena == NULL)
    return map_or_wait (WEIR_BLOCK_SIZE);
  madvise (arena, ARENA_BLOCKS * WEIR_BLOCK_SIZE, MADV_HUGEPAGE);
  for (guint i = ARENA_BLOCKS - 1; i > 0; i--)
    spare[n_spare++] = arena + i * WEIR_BLOCK_SIZE;
  return arena;
}

static void
give_memory (guint8 *bytes)
{
  if (n_spare < SPARE_BLOCKS)
    spare[n_spare++] = bytes;
  else
    munmap (bytes, WEIR_BLOCK_SIZE);
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
weir_blocks_init (WeirBlocks *self, WeirBlocksLoss loss)
{
  *self = (WeirBlocks){ .groups = (gpointer) map_or_wait (GROUPS_BYTES),
                        .spill = -1,
                        .loss = loss,
                        .evicted_pinned = g_ptr_array_new () };
  g_mutex_lock (&lock);
  if (all == NULL)
    all = g_ptr_array_new ();
  g_ptr_array_add (all, self);
  g_mutex_unlock (&lock);
}

void
weir_blocks_clear (WeirBlocks *self)
{
  g_mutex_lock (&lock);
  while (self->is_spilling)
    g_cond_wait (&spilled, &lock);
  g_ptr_array_remove_fast (all, self);
  if (self->n_blocks == 1)
    weir_memory_count (-(gssize) self->first_filled);
  else
    count_blocks (-(gint64) self->n_in_memory);
  for (guint64 i = self->first_in_memory; self->n_in_memory > 0; i++, self->n_in_memory--)
    give_memory (get_block (self, i)->bytes);
  count_blocks (-(gint64) self->evicted_pinned->len);
  for (guint i = 0; i < self->evicted_pinned->len; i++)
    {
      EvictedBlock *evicted = g_ptr_array_index (self->evicted_pinned, i);

      give_memory (evicted->bytes);
      g_free (evicted);
    }
  g_mutex_unlock (&lock);

  g_ptr_array_unref (self->evicted_pinned);
  for (guint i = 0; i < WEIR_BLOCK_GROUPS && self->groups[i] != NULL; i++)
    munmap (self->groups[i], GROUP_BYTES);
  munmap ((gpointer) self->groups, GROUPS_BYTES);
  if (self->spill >= 0)
    close (self->spill);
}

void
weir_blocks_set_loss (WeirBlocks *self, WeirBlocksLoss loss)
{
  g_mutex_lock (&lock);
  self->loss = loss;
  g_mutex_unlock (&lock);
}

/* --- Leaving memory -------------------------------------------------------- */

static void
free_unpinned (WeirBlocks *self)
{
  for (guint i = self->evicted_pinned->len; i > 0; i--)
    {
      EvictedBlock *evicted = g_ptr_array_index (self->evicted_pinned, i - 1);

      if (atomic_load (&evicted->block->pins) != 0)
        continue;
      count_blocks (-1);
      give_memory (evicted->bytes);
      g_free (evicted);
      g_ptr_array_remove_index_fast (self->evicted_pinned, i - 1);
    }
}

/* Returns: how many blocks may be evicted, if the newest staying ones may not. */
static guint64
count_evictable (WeirBlocks *self, guint staying)
{
  guint64 end = atomic_load_explicit (&self->n_evictable, memory_order_acquire);

  /* Another thread is taking out the oldest. */
  if (self->is_spilling)
    return 0;
  end = MIN (end, self->n_blocks - MIN (self->n_blocks, staying));
  return self->n_in_memory > 0 && end > self->first_in_memory ? end - self->first_in_memory : 0;
}

static int
open_spill (void)
{
  g_autofree char *name = NULL;
  int fd = open (g_get_user_cache_dir (), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

  if (fd >= 0)
    return fd;
  fd = g_file_open_tmp ("weir-XXXXXX", &name, NULL);
  if (fd >= 0)
    unlink (name);
  return fd;
}

static gboolean
spill (WeirBlocks *self, guint64 block, const guint8 *bytes)
{
  if (self->spill < 0)
    self->spill = open_spill ();
  return self->spill >= 0
         && pwrite (self->spill, bytes, WEIR_BLOCK_SIZE, (off_t) (block * WEIR_BLOCK_SIZE))
                == (ssize_t) WEIR_BLOCK_SIZE;
}

/* Writes the oldest block to the spill file. The lock is released meanwhile, so that a slow disk holds up
 * no other log. */
static gboolean
spill_oldest (WeirBlocks *self)
{
  const guint64 oldest = self->first_in_memory;
  const guint8 *bytes = get_block (self, oldest)->bytes;
  gboolean is_spilled;

  self->is_spilling = TRUE;
  g_mutex_unlock (&lock);
  is_spilled = spill (self, oldest, bytes);
  g_mutex_lock (&lock);
  self->is_spilling = FALSE;
  g_cond_broadcast (&spilled);
  return is_spilled;
}

/* Takes the oldest block out of memory. A reader increments `pins`, then loads the pointer. This clears
 * the pointer, then loads `pins`. All of it is sequentially consistent, so one of them sees the other.
 * Returns: FALSE if it cannot be evicted. */
static gboolean
evict_oldest (WeirBlocks *self)
{
  WeirBlock *block;
  guint8 *bytes;

  if (self->loss == WEIR_BLOCKS_SPILLED && !spill_oldest (self))
    return FALSE;
  block = get_block (self, self->first_in_memory);
  self->first_in_memory++;
  self->n_in_memory--;
  bytes = atomic_exchange (&block->bytes, NULL);
  if (atomic_load (&block->pins) == 0)
    {
      count_blocks (-1);
      give_memory (bytes);
    }
  else
    {
      EvictedBlock *evicted = g_new (EvictedBlock, 1);

      *evicted = (EvictedBlock){ block, bytes };
      g_ptr_array_add (self->evicted_pinned, evicted);
    }
  return TRUE;
}

/* Chooses the sequence whose block is evicted next: the one that loses least, and of those the largest. */
static WeirBlocks *
choose_victim (guint staying)
{
  WeirBlocks *victim = NULL;
  guint64 most = 0;

  for (guint i = 0; i < all->len; i++)
    {
      WeirBlocks *blocks = g_ptr_array_index (all, i);
      guint64 n = blocks->loss != WEIR_BLOCKS_KEPT ? count_evictable (blocks, staying) : 0;

      if (n == 0 || (victim != NULL && blocks->loss > victim->loss))
        continue;
      if (victim == NULL || blocks->loss < victim->loss || n > most)
        {
          victim = blocks;
          most = n;
        }
    }
  return victim;
}

/* Blocks that can be read back without loss are evicted early: reusing a few blocks is also faster than
 * touching new memory. */
static guint64
get_window (WeirBlocks *self)
{
  switch (self->loss)
    {
    case WEIR_BLOCKS_ON_DISK:
      return WINDOW_ON_DISK;
    case WEIR_BLOCKS_SPILLED:
      return WINDOW_SPILLED;
    case WEIR_BLOCKS_FORGOTTEN:
    case WEIR_BLOCKS_KEPT:
    default:
      return G_MAXUINT64;
    }
}

static void
make_room (WeirBlocks *self)
{
  WeirBlocks *victim;

  free_unpinned (self);
  while (self->n_in_memory >= get_window (self) && count_evictable (self, STAYING_BLOCKS) > 0)
    if (!evict_oldest (self))
      break;
  while (weir_memory_get_used () + WEIR_BLOCK_SIZE > weir_memory_get_limit ())
    {
      victim = choose_victim (STAYING_BLOCKS);
      if (victim == NULL)
        victim = choose_victim (FILLED_BLOCKS);
      if (victim == NULL)
        return;
      free_unpinned (victim);
      if (!evict_oldest (victim))
        return;
    }
}

/* --- Adding and looking ---------------------------------------------------- */

guint8 *
weir_blocks_add (WeirBlocks *self)
{
  guint64 group = self->n_blocks / WEIR_BLOCKS_PER_GROUP;
  guint8 *bytes;

  g_assert (group < WEIR_BLOCK_GROUPS);
  g_mutex_lock (&lock);
  make_room (self);
  if (self->n_blocks == 0)
    bytes = map_first_block ();
  else
    {
      bytes = take_memory ();
      count_blocks (1);
    }
  if (self->n_blocks == 1)
    {
      weir_memory_count (-(gssize) self->first_filled);
      count_blocks (1);
    }
  if (self->n_blocks % WEIR_BLOCKS_PER_GROUP == 0)
    atomic_store_explicit (&self->groups[group], (gpointer) map_or_wait (GROUP_BYTES),
                           memory_order_release);
  if (self->n_in_memory == 0)
    self->first_in_memory = self->n_blocks;
  self->n_in_memory++;
  atomic_store_explicit (&get_block (self, self->n_blocks)->bytes, bytes, memory_order_release);
  self->n_blocks++;
  g_mutex_unlock (&lock);
  return bytes;
}

void
weir_blocks_set_filled (WeirBlocks *self, guint64 bytes)
{
  if (self->n_blocks != 1 || bytes == self->first_filled)
    return;
  bytes = MIN (bytes, WEIR_BLOCK_SIZE);
  weir_memory_count ((gssize) bytes - (gssize) self->first_filled);
  g_mutex_lock (&lock);
  self->first_filled = (gsize) bytes;
  g_mutex_unlock (&lock);
}

guint8 *
weir_blocks_get_last (WeirBlocks *self)
{
  return atomic_load_explicit (&get_block (self, self->n_blocks - 1)->bytes, memory_order_relaxed);
}

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

gboolean
weir_blocks_read_spilled (
    WeirBlocks *self, guint64 block, gsize offset, gsize length, gpointer bytes)
{
  int fd = atomic_load (&self->spill);

  return fd >= 0
         && pread (fd, bytes, length, (off_t) (block * WEIR_BLOCK_SIZE + offset))
                == (ssize_t) length;
}

guint64
weir_blocks_get_memory (WeirBlocks *self)
{
  guint64 n;

  g_mutex_lock (&lock);
  n = self->n_blocks == 1 ? self->first_filled : self->n_in_memory * WEIR_BLOCK_SIZE;
  g_mutex_unlock (&lock);
  return n;
}
