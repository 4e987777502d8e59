/* SPDX-License-Identifier: MIT */
/*
 * WeirBlocks: an append-only sequence of memory blocks that never move. One thread adds blocks. Any
 * thread reads them without a lock: it pins a block, so that its memory is not reused meanwhile. A block
 * that was evicted cannot be pinned.
 *
 * All blocks of the program have one size and one limit. If a new block would exceed the limit, the oldest
 * block of the largest sequence is evicted, in the order of WeirBlocksLoss. Blocks that can be read back
 * are evicted before the limit is reached. Evicted memory is reused, since memory that is touched for the
 * first time is slow.
 */
#pragma once

#include <glib.h>
#include <stdatomic.h>

G_BEGIN_DECLS

#define WEIR_BLOCK_SIZE ((gsize) 1 << 20)
#define WEIR_BLOCKS_PER_GROUP 256u
#define WEIR_BLOCK_GROUPS 65536u

typedef struct
{
  _Atomic (guint8 *) bytes;
  atomic_int pins;
} WeirBlock;

/* What is lost when a block is evicted. */
typedef enum
{
  WEIR_BLOCKS_ON_DISK,   /* nothing: its bytes are in a file */
  WEIR_BLOCKS_SPILLED,   /* nothing: it is written to a file without a name, and read back */
  WEIR_BLOCKS_FORGOTTEN, /* the block */
  WEIR_BLOCKS_KEPT,      /* it is not evicted */
} WeirBlocksLoss;

typedef struct
{
  _Atomic (WeirBlock *) *groups; /* WEIR_BLOCK_GROUPS */
  _Atomic guint64 n_evictable;   /* blocks before this one may be evicted */
  _Atomic int spill;             /* a file, or -1 */

  /* Under the lock of all blocks. */
  WeirBlocksLoss loss;
  guint64 n_blocks;
  guint64 n_in_memory;
  guint64 first_in_memory;
  gsize first_filled; /* while there is one block: bytes of it that count against the limit */
  GPtrArray *evicted_pinned; /* EvictedBlock: evicted while they were pinned */
  gboolean is_spilling;      /* a thread writes the oldest block, without the lock */
} WeirBlocks;

void weir_blocks_init (WeirBlocks *self, WeirBlocksLoss loss);
/* No thread may read any more. */
void weir_blocks_clear (WeirBlocks *self);
void weir_blocks_set_loss (WeirBlocks *self, WeirBlocksLoss loss);

/* Adds a block at the end. */
guint8 *weir_blocks_add (WeirBlocks *self);
/* The thread that adds blocks has filled this many bytes of the sequence. The first block counts against the
 * limit only as far as it is filled, because a program may have hundreds of short sequences. */
void weir_blocks_set_filled (WeirBlocks *self, guint64 bytes);
/* Returns: the memory of the last block; for the thread that added it. */
guint8 *weir_blocks_get_last (WeirBlocks *self);

/* Returns: the memory of the block, which is to be unpinned, or NULL if it was evicted. */
const guint8 *weir_blocks_pin (WeirBlocks *self, guint64 block);
void weir_blocks_unpin (WeirBlocks *self, guint64 block);

/* Reads from a block that was spilled. Returns: FALSE if it was not, or cannot be read. */
gboolean weir_blocks_read_spilled (
    WeirBlocks *self, guint64 block, gsize offset, gsize length, gpointer bytes);

/* Returns: the bytes of its blocks in memory. */
guint64 weir_blocks_get_memory (WeirBlocks *self);

G_END_DECLS
