/* SPDX-License-Identifier: MIT */
#include "weir-rows-private.h"

WeirRows *
weir_rows_new (void)
{
  WeirRows *self = g_new (WeirRows, 1);

  self->bitmap = roaring_bitmap_create ();
  return self;
}

void
weir_rows_free (WeirRows *self)
{
  roaring_bitmap_free (self->bitmap);
  g_free (self);
}

WeirRows *
weir_rows_copy (const WeirRows *self)
{
  WeirRows *copy = g_new (WeirRows, 1);

  copy->bitmap = roaring_bitmap_copy (self->bitmap);
  return copy;
}

/* Returns: the end of the rows, which is at most that of a log. */
static guint64
end_of (guint64 first, guint64 n)
{
  return MIN (first + MIN (n, G_MAXUINT32), (guint64) G_MAXUINT32 + 1);
}

void
weir_rows_add (WeirRows *self, guint64 first, guint64 n)
{
  g_return_if_fail (first <= G_MAXUINT32);
  roaring_bitmap_add_range (self->bitmap, first, end_of (first, n));
}

void
weir_rows_remove (WeirRows *self, guint64 first, guint64 n)
{
  g_return_if_fail (first <= G_MAXUINT32);
  roaring_bitmap_remove_range (self->bitmap, first, end_of (first, n));
}

void
weir_rows_clear (WeirRows *self)
{
  roaring_bitmap_clear (self->bitmap);
}

void
weir_rows_add_all (WeirRows *self, const WeirRows *other)
{
  roaring_bitmap_or_inplace (self->bitmap, other->bitmap);
}

void
weir_rows_remove_all (WeirRows *self, const WeirRows *other)
{
  roaring_bitmap_andnot_inplace (self->bitmap, other->bitmap);
}

guint64
weir_rows_get_n (const WeirRows *self)
{
  return roaring_bitmap_get_cardinality (self->bitmap);
}

gboolean
weir_rows_contains (const WeirRows *self, guint64 row)
{
  return row <= G_MAXUINT32 && roaring_bitmap_contains (self->bitmap, (guint32) row);
}

guint64
weir_rows_find (const WeirRows *self, guint64 row)
{
  roaring_uint32_iterator_t iterator;

  if (row > G_MAXUINT32)
    return G_MAXUINT64;
  roaring_iterator_init (self->bitmap, &iterator);
  if (!roaring_uint32_iterator_move_equalorlarger (&iterator, (guint32) row))
    return G_MAXUINT64;
  return iterator.current_value;
}
