/* SPDX-License-Identifier: MIT */
/* weir-bisect: finds a place in a sorted sequence by halving. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether the element of that number comes before the place that is sought. */
typedef gboolean (*WeirIsBefore) (gconstpointer data, guint64 number);

/* Finds the first number from low up to high for which is_before returns FALSE. Once it does, it does
 * for all greater numbers.
 * Returns: the number, or high if there is none. */
static inline guint64
weir_bisect (guint64 low, guint64 high, WeirIsBefore is_before, gconstpointer data)
{
  while (low < high)
    {
      const guint64 middle = low + (high - low) / 2;

      if (is_before (data, middle))
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

G_END_DECLS
