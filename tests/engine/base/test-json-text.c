/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/weir-json-text.h"

static void
test_pretty (void)
{
  static const struct
  {
    const char *text, *pretty;
  } cases[] = {
    { "1.10", "1.10" },
    { " [ ] ", "[]" },
    { "{}", "{}" },
    { "[[],{}]", "[\n  [],\n  {}\n]" },
    { "{\"b\":1,\"a\":12345678901234567890,\"b\":[1e400,-0.0]}",
      "{\n  \"b\": 1,\n  \"a\": 12345678901234567890,\n  \"b\": [\n    1e400,\n    -0.0\n  ]\n}" },
    { "[\"a\\u0000\\/\",null,true,false]", "[\n  \"a\\u0000\\/\",\n  null,\n  true,\n  false\n]" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WeirJsonError error = WEIR_JSON_ERROR_END;
      g_autoptr (GBytes) pretty =
          weir_json_text_pretty (cases[i].text, strlen (cases[i].text), &error, NULL);

      g_assert_nonnull (pretty);
      g_assert_cmpint (error, ==, WEIR_JSON_NO_ERROR);
      g_assert_cmpstr (g_bytes_get_data (pretty, NULL), ==, cases[i].pretty);
      g_assert_cmpuint (g_bytes_get_size (pretty), ==, strlen (cases[i].pretty));
    }
}

static void
test_not_json (void)
{
  g_autofree char *deep = g_strnfill (100000, '[');
  WeirJsonError error;
  gsize position;

  g_assert_null (weir_json_text_pretty ("{\"a\":01}", 8, &error, &position));
  g_assert_cmpint (error, ==, WEIR_JSON_ERROR_NUMBER);
  g_assert_cmpuint (position, >=, 5);
  g_assert_null (weir_json_text_pretty ("", 0, &error, &position));
  g_assert_cmpint (error, ==, WEIR_JSON_ERROR_END);
  g_assert_null (weir_json_text_pretty (deep, 100000, &error, NULL));
  g_assert_cmpint (error, ==, WEIR_JSON_ERROR_TOO_DEEP);
  g_assert_null (weir_json_text_pretty ("[1] x", 5, NULL, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-text/pretty", test_pretty);
  g_test_add_func ("/json-text/not-json", test_not_json);
  return g_test_run ();
}
