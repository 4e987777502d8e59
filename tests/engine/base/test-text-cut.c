/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "base/weir-text-cut.h"

/* Text is never cut inside a character. */
static void
test_fit (void)
{
  static const char text[] = "aé€😀z";

  for (gsize max = 0; max <= sizeof text; max++)
    {
      const gsize n = weir_text_cut (text, strlen (text), max);

      g_assert_cmpuint (n, <=, max);
      g_assert_true (g_utf8_validate_len (text, n, NULL));
      /* The next character would not fit. */
      if (n < strlen (text))
        g_assert_cmpuint ((gsize) (g_utf8_next_char (text + n) - text), >, max);
    }
  g_assert_cmpuint (weir_text_cut (text, strlen (text), 100), ==, strlen (text));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/fit", test_fit);
  return g_test_run ();
}
