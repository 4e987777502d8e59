/* SPDX-License-Identifier: MIT */
/* The sizes that programs compile in when they use the shared library. A change of one needs a new soname. */
#include <glib.h>

#include "weir-allocator.h"
#include "weir-encoder.h"
#include "weir-json.h"
#include "weir-parser.h"

static void
test_sizes (void)
{
  if (sizeof (void *) != 8)
    {
      g_test_skip ("the sizes are those of 64-bit systems");
      return;
    }
  g_assert_cmpuint (sizeof (WeirSpan), ==, 16);
  g_assert_cmpuint (sizeof (WeirItem), ==, 104);
  g_assert_cmpuint (sizeof (WeirAllocator), ==, 16);
  g_assert_cmpuint (sizeof (WeirParserOptions), ==, 88);
  g_assert_cmpuint (sizeof (WeirCounters), ==, 64);
  g_assert_cmpuint (sizeof (WeirParser), ==, 1328);
  g_assert_cmpuint (sizeof (WeirMessage), ==, 80);
  g_assert_cmpuint (sizeof (WeirJson), ==, 184);
  g_assert_cmpuint (sizeof (WeirJsonToken), ==, 32);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/abi/sizes", test_sizes);
  return g_test_run ();
}
