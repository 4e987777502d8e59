/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "base/weir-bisect.h"

typedef struct
{
  guint64 first; /* the place that is sought */
  guint n_asked;
} Sought;

static gboolean
is_before (gconstpointer data, guint64 number)
{
  Sought *sought = (gpointer) data;

  sought->n_asked++;
  return number < sought->first;
}

/* Every place is found, and in as few questions as there are bits. */
static void
test_places (void)
{
  for (guint64 n = 0; n <= 70; n++)
    for (guint64 first = 0; first <= n + 1; first++)
      {
        Sought sought = { first, 0 };

        g_assert_cmpuint (weir_bisect (0, n, is_before, &sought), ==, MIN (first, n));
        g_assert_cmpuint (sought.n_asked, <=, 7);
      }
}

static void
test_ends (void)
{
  Sought sought = { G_MAXUINT64 - 1, 0 };

  g_assert_cmpuint (weir_bisect (0, G_MAXUINT64, is_before, &sought), ==, G_MAXUINT64 - 1);
  g_assert_cmpuint (weir_bisect (7, 7, is_before, &sought), ==, 7);
  sought.first = 5;
  g_assert_cmpuint (weir_bisect (7, 9, is_before, &sought), ==, 7);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bisect/places", test_places);
  g_test_add_func ("/bisect/ends", test_ends);
  return g_test_run ();
}
