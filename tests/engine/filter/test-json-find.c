/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "filter/weir-json-find.h"

static void
test_places (void)
{
  static const struct
  {
    const char *text, *word;
    const char *values[6]; /* how the text goes on at each value that is found */
    const char *hits[6];
  } cases[] = {
    { "{\"Name\":\"ada\",\"age\":36}", "a", { "\"ada", "36" }, { "ada\"", "36" } },
    { "{\"name\":\"Ada\"}", "NAME", { "\"Ada" }, { "\"Ada" } },
    { "[1.10,[110,1.1],{\"1.1\":{}}]",
      "1.1",
      { "1.10", "1.1]", "{}}" },
      { "1.10", "1.1]", "{}}" } },
    { "{\"a\":[1,2],\"b\":\"a,b\"}", "a", { "[1", "\"a,b" }, { "[1", "a,b" } },
    /* A word does not reach over quotes, colons and commas into the next value. */
    { "{\"a\":\"b\",\"c\":\"d\"}", "b\",", { NULL }, { NULL } },
    { "[\"say \\\"x\\\"\"]", "y \"x", { "\"say" }, { "\"say" } },
    { "[\"\\u4f60\\u597d\",\"你好\",\"Über\"]",
      "你好",
      { "\"\\u4f", "\"你" },
      { "\"\\u4f", "你" } },
    { "[\"\\u4f60\\u597d\",\"你好\",\"Über\"]", "über", { "\"Über" }, { "Über" } },
    { "[\"\\u4f60\"]", "4F60", { "\"\\u4f" }, { "4f60" } },
    { "{\"n\\u0061me\":1}", "name", { "1" }, { "1" } },
    { "[true,null]", "null", { "null" }, { "null" } },
    { "[1]", "", { NULL }, { NULL } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *text = cases[i].text;
      g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
      g_autoptr (GArray) matches = weir_json_find (bytes, cases[i].word, NULL);

      for (guint m = 0; m < matches->len; m++)
        {
          const WeirJsonMatch *match = &g_array_index (matches, WeirJsonMatch, m);

          g_assert_nonnull (cases[i].values[m]);
          g_assert_true (g_str_has_prefix (text + match->value, cases[i].values[m]));
          g_assert_true (g_str_has_prefix (text + match->hit, cases[i].hits[m]));
        }
      g_assert_null (cases[i].values[matches->len]);
    }
}

static void
test_most (void)
{
  g_autoptr (GString) text = g_string_new ("[");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GArray) matches = NULL;

  for (guint i = 0; i < WEIR_JSON_FIND_MOST + 10; i++)
    g_string_append (text, "1,");
  g_string_append (text, "1]");
  bytes = g_bytes_new_static (text->str, text->len);
  matches = weir_json_find (bytes, "1", NULL);
  g_assert_cmpuint (matches->len, ==, WEIR_JSON_FIND_MOST);
}

static void
test_cancel (void)
{
  g_autofree char *text = g_strnfill (100000, ' ');
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GBytes) bytes = NULL;

  text[0] = '[';
  for (guint i = 1; i < 99998; i += 2)
    memcpy (text + i, "1,", 2);
  text[99999] = ']';
  text[99997] = '1';
  text[99998] = ' ';
  bytes = g_bytes_new_static (text, 100000);
  g_cancellable_cancel (cancellable);
  g_assert_null (weir_json_find (bytes, "2", cancellable));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-find/places", test_places);
  g_test_add_func ("/json-find/most", test_most);
  g_test_add_func ("/json-find/cancel", test_cancel);
  return g_test_run ();
}
