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

void
weir_rows_add (WeirRows *self, guint64 first, guint64 n)
{
  g_return_if_fail (first <= G_MAXUINT32);
  roaring_bitmap_add_range (self->bitmap, first, MIN (first + n, (guint64) G_MAXUINT32 + 1));
}

guint64
weir_rows_get_n (const WeirRows *self)
{
  return roaring_bitmap_get_cardinality (self->bitmap);
}
