/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "filter/weir-finder-private.h"

static const guint8 *
find_plainly (const char *text, gboolean fold, const guint8 *begin, const guint8 *end)
{
  const gsize length = strlen (text);

  for (const guint8 *at = begin; (gsize) (end - at) >= length; at++)
    if (fold ? g_ascii_strncasecmp ((const char *) at, text, length) == 0
             : memcmp (at, text, length) == 0)
      return at;
  return NULL;
}

/* In random bytes of few letters, a text is found where a plain search finds it, at each distance from
 * the ends of the bytes. The bytes end where the memory does, which AddressSanitizer watches. */
static void
test_plain_search (void)
{
  static const char letters[] = "abAB@`[{ \xC3\xA4";
  g_autoptr (GRand) random = g_rand_new_with_seed (16);

  for (guint round = 0; round < 20000; round++)
    {
      const gsize length = (gsize) g_rand_int_range (random, 0, 150);
      g_autofree guint8 *bytes = g_malloc (MAX (length, 1));
      const gboolean fold = g_rand_boolean (random);
      char text[5] = "";
      WeirFinder finder;

      for (gsize i = 0; i < length; i++)
        bytes[i] = (guint8) letters[g_rand_int_range (random, 0, sizeof letters - 1)];
      for (gint i = g_rand_int_range (random, 1, 5); i > 0; i--)
        text[i - 1] = letters[g_rand_int_range (random, 0, sizeof letters - 1)];
      weir_finder_init (&finder, text, strlen (text), fold);
      g_assert_true (weir_finder_find (&finder, bytes, bytes + length)
                     == find_plainly (text, fold, bytes, bytes + length));
      weir_finder_clear (&finder);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/finder/plain-search", test_plain_search);
  return g_test_run ();
}
