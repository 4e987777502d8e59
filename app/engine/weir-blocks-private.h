/* SPDX-License-Identifier: MIT */
/*
 * WeirBlocks: an append-only row of memory blocks that never move. One thread adds blocks; any
 * thread reads them, without a lock: it pins a block, which keeps it from being given back while
 * it is looked at. A block that was taken out of memory answers NULL from then on.
 *
 * All blocks of the program have one size, so that what one log gives back another uses: memory
 * that is touched for the first time is the slowest there is.
 */
#pragma once

#include <glib.h>
#include <stdatomic.h>

G_BEGIN_DECLS

#define WEIR_BLOCK_SIZE ((gsize) 1 << 20)
#define WEIR_BLOCKS_PER_GROUP 4096u
#define WEIR_BLOCK_GROUPS 4096u

typedef struct
{
  _Atomic (guint8 *) bytes;
  atomic_int pins;
} WeirBlock;

typedef struct
{
  _Atomic (WeirBlock *) *groups; /* WEIR_BLOCK_GROUPS */

  /* The writer's, and whoever evicts under its lock. */
  guint64 n_blocks;
  guint64 n_in_memory;
  guint64 first_in_memory;
  GPtrArray *limbo; /* WeirBlock: taken out, still pinned when it was */
} WeirBlocks;

void weir_blocks_init (WeirBlocks *self);
/* Nobody may read any more. */
void weir_blocks_clear (WeirBlocks *self);

/* A new block at the end. */
guint8 *weir_blocks_add (WeirBlocks *self);

/* The block's memory, or NULL where it is not in memory (then there is nothing to unpin). */
const guint8 *weir_blocks_pin (WeirBlocks *self, guint64 block);
void weir_blocks_unpin (WeirBlocks *self, guint64 block);

/* Takes the oldest block in memory out. Its memory is given back once nobody looks at it. FALSE
 * where there is none older than limit. */
gboolean weir_blocks_evict_oldest (WeirBlocks *self, guint64 limit);

/* --- The program's blocks -------------------------------------------------- */

guint8 *weir_memory_take (void);
void weir_memory_give (guint8 *bytes);
/* Bytes in blocks that are in use. */
guint64 weir_memory_get_used (void);

G_END_DECLS
