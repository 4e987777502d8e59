/* SPDX-License-Identifier: MIT */
#include "weir-type-table-private.h"

#include <string.h>

static guint
hash_name (const char *name, gsize length)
{
  guint32 hash = 2166136261u;

  for (gsize i = 0; i < length; i++)
    hash = (hash ^ (guchar) name[i]) * 16777619u;
  return hash;
}

static gboolean
is_name (WeirTypeTable *self, guint type, const char *name, gsize length)
{
  const char *known = atomic_load_explicit (&self->names[type], memory_order_relaxed);

  return self->lengths[type] == length && memcmp (known, name, length) == 0;
}

static guint
intern (WeirTypeTable *self, const char *name, gsize length)
{
  guint n_types = atomic_load_explicit (&self->n_types, memory_order_relaxed);
  guint slot = hash_name (name, length) % G_N_ELEMENTS (self->slots);

  for (; self->slots[slot] != 0; slot = (slot + 1) % G_N_ELEMENTS (self->slots))
    if (is_name (self, self->slots[slot] - 1u, name, length))
      return self->slots[slot] - 1u;
  if (n_types == WEIR_TYPE_TABLE_SIZE || length > WEIR_TYPE_TABLE_MAX_NAME)
    return WEIR_TYPE_TABLE_OTHER;

  self->slots[slot] = (guint16) (n_types + 1);
  self->lengths[n_types] = (guint16) length;
  atomic_store_explicit (&self->names[n_types], g_strndup (name, length), memory_order_release);
  atomic_store_explicit (&self->n_types, n_types + 1, memory_order_release);
  return n_types;
}

WeirTypeTable *
weir_type_table_new (void)
{
  WeirTypeTable *self = g_new0 (WeirTypeTable, 1);

  intern (self, "message", strlen ("message"));
  return self;
}

void
weir_type_table_free (WeirTypeTable *self)
{
  for (guint i = 0; i < self->n_types; i++)
    g_free (self->names[i]);
  g_free (self);
}

guint
weir_type_table_count (WeirTypeTable *self, const char *name, gsize length)
{
  guint type = self->latest;
  guint counted;

  if (!is_name (self, type, name, length))
    type = intern (self, name, length);
  if (type != WEIR_TYPE_TABLE_OTHER)
    self->latest = type;

  counted = MIN (type, WEIR_TYPE_TABLE_SIZE);
  atomic_store_explicit (&self->counts[counted],
                         atomic_load_explicit (&self->counts[counted], memory_order_relaxed) + 1,
                         memory_order_relaxed);
  return type;
}

guint
weir_type_table_get_n_types (WeirTypeTable *self)
{
  return atomic_load_explicit (&self->n_types, memory_order_acquire);
}

const char *
weir_type_table_get_name (WeirTypeTable *self, guint type)
{
  if (type >= weir_type_table_get_n_types (self))
    return NULL;
  return atomic_load_explicit (&self->names[type], memory_order_acquire);
}

guint64
weir_type_table_get_count (WeirTypeTable *self, guint type)
{
  return atomic_load_explicit (&self->counts[MIN (type, WEIR_TYPE_TABLE_SIZE)],
                               memory_order_relaxed);
}
