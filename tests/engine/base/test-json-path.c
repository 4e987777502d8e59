/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/weir-json-path.h"

static const char text[] =
    "{\"a\":{\"b\":[1,2,{\"c\":\"x\\u00e9\"}]},\"n\":12345678901234567891,\"f\":1.50,\"a.b\":true,"
    "\"items\":[{\"price\":5,\"name\":\"pen\"},{\"price\":15,\"name\":\"ink\"}],\"z\":null,\"neg\":"
    "-7}";

static void
test_matches (void)
{
  static const struct
  {
    const char *path;
    gboolean matches;
  } cases[] = {
    { "$", TRUE },
    { "$.a", TRUE },
    { "$.b", FALSE },
    { "$.a.b", TRUE },
    { "$['a.b']", TRUE },
    { "$[\"a.b\"] == true", TRUE },
    { "$.a.b[0]", TRUE },
    { "$.a.b[3]", FALSE },
    { "$.a.b[-1].c", TRUE },
    { "$.a.b[-3] == 1", TRUE },
    { "$.a.b[-4]", FALSE },
    { "$.a.b[2].c == 'xé'", TRUE },
    { "$.a.b[2].c == \"x\\u00e9\"", TRUE },
    { "$..c", TRUE },
    { "$..c == 'y'", FALSE },
    { "$..price > 10", TRUE },
    { "$..price > 15", FALSE },
    { "$..[0] == 1", TRUE },
    { "$.*", TRUE },
    { "$.* == null", TRUE },
    { "$.items[*].name == 'ink'", TRUE },
    { "$.items[?@.price > 10]", TRUE },
    { "$.items[?(@.price > 10)].name == 'ink'", TRUE },
    { "$.items[?@.price > 10].name == 'pen'", FALSE },
    { "$.items[?@.weight]", FALSE },
    { "$.n == 12345678901234567891", TRUE },
    { "$.n == 12345678901234567890", FALSE },
    { "$.n > 12345678901234567890", TRUE },
    { "$.f == 1.5", TRUE },
    { "$.f >= 1.5", TRUE },
    { "$.f < 1.5", FALSE },
    { "$.neg < -6", TRUE },
    { "$.neg < 3", TRUE },
    { "$.z == null", TRUE },
    { "$.z == 0", FALSE },
    { "$.z != 0", TRUE },
    { "$.z < null", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (WeirJsonPath) path = weir_json_path_new (cases[i].path, &error);

      g_assert_no_error (error);
      if (weir_json_path_matches (path, text, strlen (text)) != cases[i].matches)
        g_error ("%s", cases[i].path);
    }
}

static void
test_invalid (void)
{
  static const char *const paths[] = { "",          "a",     "$.",      "$a",       "$[",
                                       "$['a]",     "$[x]",  "$.a = 1", "$.a ==",   "$.a == x",
                                       "$.a == 01", "$.a b", "$[?$.a]", "$[?(@.a]", "$...a" };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (weir_json_path_new (paths[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
}

/* What is not JSON matches nothing, and what is deep harms nothing. */
static void
test_hostile (void)
{
  g_autoptr (WeirJsonPath) path = weir_json_path_new ("$..a", NULL);
  g_autofree char *deep = g_strnfill (100000, '[');

  g_assert_false (weir_json_path_matches (path, "", 0));
  g_assert_false (weir_json_path_matches (path, "{\"a\":1", 6));
  g_assert_false (weir_json_path_matches (path, "{\"a\":1}x", 8));
  g_assert_false (weir_json_path_matches (path, deep, 100000));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-path/matches", test_matches);
  g_test_add_func ("/json-path/invalid", test_invalid);
  g_test_add_func ("/json-path/hostile", test_hostile);
  return g_test_run ();
}
