/* SPDX-License-Identifier: MIT */
/*
 * WeirTypeTable: event types and their numbers. One thread interns; any thread reads names and
 * counts. It is bounded, so that a stream with a new type for each event does not eat memory.
 */
#pragma once

#include <glib.h>
#include <stdatomic.h>

G_BEGIN_DECLS

#define WEIR_TYPE_TABLE_SIZE 4096u
#define WEIR_TYPE_TABLE_MAX_NAME 256u /* bytes; a longer type is not interned */
#define WEIR_TYPE_TABLE_OTHER 0xFFFFu /* the number of types that are not in the table */

typedef struct
{
  _Atomic (char *) names[WEIR_TYPE_TABLE_SIZE];
  _Atomic guint64 counts[WEIR_TYPE_TABLE_SIZE + 1]; /* the last: all others */
  _Atomic guint n_types;

  /* The writer's. */
  guint16 lengths[WEIR_TYPE_TABLE_SIZE];
  guint16 slots[WEIR_TYPE_TABLE_SIZE * 2]; /* number + 1, open addressing */
  guint latest;
} WeirTypeTable;

/* "message" has number 0 from the start. */
WeirTypeTable *weir_type_table_new (void);
void weir_type_table_free (WeirTypeTable *self);

/* The number of a type, and one more event of it; WEIR_TYPE_TABLE_OTHER if the table is full. */
guint weir_type_table_count (WeirTypeTable *self, const char *name, gsize length);

guint weir_type_table_get_n_types (WeirTypeTable *self);
const char *weir_type_table_get_name (WeirTypeTable *self, guint type);
guint64 weir_type_table_get_count (WeirTypeTable *self, guint type);

G_END_DECLS
