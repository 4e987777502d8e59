/* SPDX-License-Identifier: MIT */
/*
 * WeirBlocks: an append-only row of memory blocks that never move. One thread adds blocks; any
 * thread reads them, without a lock: it pins a block, which keeps it from being given back while
 * it is looked at. A block that was taken out of memory answers NULL from then on.
 *
 * All blocks of the program have one size and one limit. Where a new block would go past the limit,
 * the oldest block of whoever holds most leaves first, in the order of WeirBlocksLoss; what costs
 * nothing to lose leaves much sooner. What one gives back another uses: memory that is touched for the first time is the slowest there is.
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

/* What it costs when a block leaves memory. */
typedef enum
{
  WEIR_BLOCKS_ON_DISK,   /* nothing: it stands in a file */
  WEIR_BLOCKS_SPILLED,   /* it is written to a file without a name, and read back from there */
  WEIR_BLOCKS_FORGOTTEN, /* it is lost */
  WEIR_BLOCKS_KEPT,      /* it does not leave */
} WeirBlocksLoss;

typedef struct
{
  _Atomic (WeirBlock *) *groups; /* WEIR_BLOCK_GROUPS */
  _Atomic guint64 n_evictable;   /* blocks before this one may leave */
  _Atomic int spill;             /* a file, or -1 */

  /* Under the lock of all blocks. */
  WeirBlocksLoss loss;
  guint64 n_blocks;
  guint64 n_in_memory;
  guint64 first_in_memory;
  GPtrArray *limbo;     /* Departed: taken out, but pinned when it was */
  gboolean is_spilling; /* a thread writes the oldest block, without the lock */
} WeirBlocks;

void weir_blocks_init (WeirBlocks *self, WeirBlocksLoss loss);
/* Nobody may read any more. */
void weir_blocks_clear (WeirBlocks *self);
void weir_blocks_set_loss (WeirBlocks *self, WeirBlocksLoss loss);

/* A new block at the end. */
guint8 *weir_blocks_add (WeirBlocks *self);
/* The memory of the block at the end, for who added it. */
guint8 *weir_blocks_get_last (WeirBlocks *self);

/* The block's memory, or NULL where it is not in memory (then there is nothing to unpin). */
const guint8 *weir_blocks_pin (WeirBlocks *self, guint64 block);
void weir_blocks_unpin (WeirBlocks *self, guint64 block);

/* Reads of a block that was spilled. FALSE where it was not, or cannot be read. */
gboolean weir_blocks_read_spilled (
    WeirBlocks *self, guint64 block, gsize offset, gsize length, gpointer bytes);

/* Bytes of its blocks in memory. */
guint64 weir_blocks_get_memory (WeirBlocks *self);

G_END_DECLS
