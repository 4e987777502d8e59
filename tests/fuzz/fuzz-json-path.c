/* SPDX-License-Identifier: MIT */
/*
 * JSON paths and other readers of JSON texts. The input is a path or a word, a line feed, and the text.
 */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "base/weir-json-object.h"
#include "base/weir-json-path.h"
#include "base/weir-json-text.h"
#include "filter/weir-json-find.h"

int LLVMFuzzerTestOneInput (const uint8_t *input, size_t size);

static void
check_path (const char *expression, const char *text, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirJsonPath) path = weir_json_path_new (expression, &error);
  WeirJsonToken value;

  g_assert_true ((path == NULL) == (error != NULL));
  if (path == NULL)
    {
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return;
    }
  if (weir_json_path_find (path, text, length, &value))
    {
      g_assert_true (weir_json_path_matches (path, text, length));
      g_assert_true (weir_json_text_is_valid (text, length, NULL, NULL));
      g_assert_cmpuint (value.begin, <, value.end);
      g_assert_cmpuint (value.end, <=, length);
    }
  else
    g_assert_false (weir_json_path_matches (path, text, length));
}

static void
check_pretty (const char *text, gsize length)
{
  g_autoptr (GBytes) pretty = weir_json_text_pretty (text, length, NULL, NULL);
  g_autoptr (GBytes) again = NULL;
  gsize n;
  const char *bytes;

  g_assert_cmpint (pretty != NULL, ==, weir_json_text_is_valid (text, length, NULL, NULL));
  if (pretty == NULL)
    return;
  bytes = g_bytes_get_data (pretty, &n);
  again = weir_json_text_pretty (bytes, n, NULL, NULL);
  g_assert_true (again != NULL && g_bytes_equal (again, pretty));
}

static void
check_find (const char *word, const char *text, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);
  g_autoptr (GArray) found = NULL;

  if (*word == '\0' || !g_utf8_validate (word, -1, NULL))
    return;
  found = weir_json_find (bytes, word, NULL);
  for (guint i = 0; i < found->len; i++)
    {
      const WeirJsonMatch *match = &g_array_index (found, WeirJsonMatch, i);

      g_assert_cmpuint (match->value, <, length);
      g_assert_cmpuint (match->hit, <, length);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *input, size_t size)
{
  const uint8_t *feed = size > 0 ? memchr (input, '\n', size) : NULL;
  g_autofree char *word =
      g_strndup ((const char *) input, feed != NULL ? (gsize) (feed - input) : size);
  const gsize rest = feed != NULL ? size - (gsize) (feed + 1 - input) : 0;
  g_autofree char *text = g_malloc (rest + 1);
  g_autoptr (WeirJsonObject) object = NULL;

  if (rest > 0)
    memcpy (text, feed + 1, rest);
  text[rest] = '\0';
  if (g_utf8_validate (word, -1, NULL))
    check_path (word, text, rest);
  check_pretty (text, rest);
  if (weir_json_text_is_valid (text, rest, NULL, NULL))
    check_find (word, text, rest);
  object = weir_json_object_new (text, rest);
  if (object != NULL)
    g_assert_true (weir_json_text_is_valid (text, rest, NULL, NULL));
  return 0;
}
