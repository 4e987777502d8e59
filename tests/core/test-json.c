/* SPDX-License-Identifier: MIT */
#include "weir-json.h"

#include <glib.h>
#include <string.h>

/* --- Helpers ------------------------------------------------------------- */

/* The text in a block of exactly its size, so that AddressSanitizer sees a read beyond it. */
static char *
copy_exact (const char *text, gsize length)
{
  return length > 0 ? g_memdup2 (text, length) : NULL;
}

static WeirJsonStatus
read_all (WeirJson *json, const char *text, gsize length, unsigned max_depth, GString *log)
{
  WeirJsonToken token;
  WeirJsonStatus status;

  weir_json_init (json, text, length, max_depth);
  while ((status = weir_json_next (json, &token)) == WEIR_JSON_TOKEN)
    {
      g_assert_cmpuint (token.begin, <, token.end);
      g_assert_cmpuint (token.end, <=, length);
      if (log != NULL)
        {
          g_string_append_printf (log, "%s%u%c", log->len > 0 ? " " : "", token.depth,
                                  " {}[]ksntf0"[token.kind]);
          g_string_append_len (log, text + token.begin, (gssize) (token.end - token.begin));
        }
    }
  g_assert_cmpint (weir_json_next (json, &token), ==, status);
  return status;
}

/* --- Tokens -------------------------------------------------------------- */

static const struct
{
  const char *name;
  const char *text;
  const char *tokens;
} token_cases[] = {
  { "scalars", "[1,\"a\",true,false,null]", "0[[ 1n1 1s\"a\" 1ttrue 1ffalse 10null 0]]" },
  { "number-spelling", "[12345678901234567890,1.10,1e400,-0,1E+2]",
    "0[[ 1n12345678901234567890 1n1.10 1n1e400 1n-0 1n1E+2 0]]" },
  { "key-order-and-duplicates", "{\"b\":1,\"a\":2,\"b\":3}",
    "0{{ 1k\"b\" 1n1 1k\"a\" 1n2 1k\"b\" 1n3 0}}" },
  { "nested", "{\"a\":[{},[]]}", "0{{ 1k\"a\" 1[[ 2{{ 2}} 2[[ 2]] 1]] 0}}" },
  { "space", " \t\r\n[ 1 , 2 ] \n", "0[[ 1n1 1n2 0]]" },
  { "bare-scalar", "\"x\"", "0s\"x\"" },
  { "empty-containers", "[{},[]]", "0[[ 1{{ 1}} 1[[ 1]] 0]]" },
  { "escapes-stay", "\"\\u0041\\n\\\"\"", "0s\"\\u0041\\n\\\"\"" },
  { "chinese", "{\"名\":\"水堰\"}", "0{{ 1k\"名\" 1s\"水堰\" 0}}" },
  { "lone-surrogate-is-grammar", "\"\\ud800\"", "0s\"\\ud800\"" },
};

static void
test_tokens (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GString) log = g_string_new (NULL);
  gsize length = strlen (token_cases[i].text);
  g_autofree char *text = copy_exact (token_cases[i].text, length);
  WeirJson json;

  g_assert_cmpint (read_all (&json, text, length, 0, log), ==, WEIR_JSON_DONE);
  g_assert_cmpstr (log->str, ==, token_cases[i].tokens);
}

/* --- Errors -------------------------------------------------------------- */

static const struct
{
  const char *name;
  const char *text;
  WeirJsonError error;
  gsize position;
} error_cases[] = {
  { "empty", "", WEIR_JSON_ERROR_END, 0 },
  { "only-space", "  ", WEIR_JSON_ERROR_END, 2 },
  { "unclosed-array", "[1", WEIR_JSON_ERROR_END, 2 },
  { "unclosed-string", "\"abc", WEIR_JSON_ERROR_END, 4 },
  { "cut-literal", "tru", WEIR_JSON_ERROR_END, 3 },
  { "wrong-literal", "trux", WEIR_JSON_ERROR_VALUE, 3 },
  { "word", "[hello]", WEIR_JSON_ERROR_VALUE, 1 },
  { "single-quotes", "['a']", WEIR_JSON_ERROR_VALUE, 1 },
  { "trailing-comma", "[1,]", WEIR_JSON_ERROR_VALUE, 3 },
  { "leading-comma", "[,1]", WEIR_JSON_ERROR_VALUE, 1 },
  { "object-trailing-comma", "{\"a\":1,}", WEIR_JSON_ERROR_KEY, 7 },
  { "bare-key", "{a:1}", WEIR_JSON_ERROR_KEY, 1 },
  { "no-colon", "{\"a\" 1}", WEIR_JSON_ERROR_COLON, 5 },
  { "no-comma", "[1 2]", WEIR_JSON_ERROR_COMMA, 3 },
  { "wrong-close", "[1}", WEIR_JSON_ERROR_COMMA, 2 },
  { "wrong-close-object", "{\"a\":1]", WEIR_JSON_ERROR_COMMA, 6 },
  { "leading-zero", "[01]", WEIR_JSON_ERROR_NUMBER, 2 },
  { "negative-leading-zero", "-012", WEIR_JSON_ERROR_NUMBER, 2 },
  { "bare-minus", "[-]", WEIR_JSON_ERROR_NUMBER, 2 },
  { "no-fraction", "[1.]", WEIR_JSON_ERROR_NUMBER, 3 },
  { "no-exponent", "[1e]", WEIR_JSON_ERROR_NUMBER, 3 },
  { "plus", "+1", WEIR_JSON_ERROR_VALUE, 0 },
  { "bare-fraction", ".5", WEIR_JSON_ERROR_VALUE, 0 },
  { "hex", "0x1", WEIR_JSON_ERROR_TRAILING_TEXT, 1 },
  { "nan", "NaN", WEIR_JSON_ERROR_VALUE, 0 },
  { "two-values", "1 2", WEIR_JSON_ERROR_TRAILING_TEXT, 2 },
  { "bad-escape", "\"\\x\"", WEIR_JSON_ERROR_ESCAPE, 2 },
  { "short-unicode-escape", "\"\\u00G0\"", WEIR_JSON_ERROR_ESCAPE, 5 },
  { "cut-escape", "\"\\", WEIR_JSON_ERROR_END, 2 },
  { "newline-in-string", "\"a\nb\"", WEIR_JSON_ERROR_CONTROL, 2 },
  { "control-far-into-a-string", "\"0123456789012345678901234567890\x01\"", WEIR_JSON_ERROR_CONTROL,
    32 },
  { "invalid-utf8", "\"a\xFF\"", WEIR_JSON_ERROR_UTF8, 2 },
  { "overlong-utf8", "\"\xC0\x80\"", WEIR_JSON_ERROR_UTF8, 1 },
  { "surrogate-in-utf8", "\"\xED\xA0\x80\"", WEIR_JSON_ERROR_UTF8, 1 },
  { "cut-utf8-before-the-quote", "\"\xE6\xB0\"", WEIR_JSON_ERROR_UTF8, 1 },
  { "invalid-utf8-before-a-later-error", "\"\xFF \\x\"", WEIR_JSON_ERROR_UTF8, 1 },
  { "byte-order-mark", "\xEF\xBB\xBF{}", WEIR_JSON_ERROR_VALUE, 0 },
  { "close-alone", "]", WEIR_JSON_ERROR_VALUE, 0 },
};

static void
test_error (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  gsize length = strlen (error_cases[i].text);
  g_autofree char *text = copy_exact (error_cases[i].text, length);
  WeirJson json;

  g_assert_cmpint (read_all (&json, text, length, 0, NULL), ==, WEIR_JSON_ERROR);
  g_assert_cmpstr (weir_json_error_sentence (json.error), ==,
                   weir_json_error_sentence (error_cases[i].error));
  g_assert_cmpuint (json.error_position, ==, error_cases[i].position);
}

static void
test_nul (void)
{
  WeirJson json;

  g_assert_cmpint (read_all (&json, "[\0]", 3, 0, NULL), ==, WEIR_JSON_ERROR);
  g_assert_cmpint (json.error, ==, WEIR_JSON_ERROR_VALUE);
  g_assert_cmpint (read_all (&json, "\"\\\0\"", 4, 0, NULL), ==, WEIR_JSON_ERROR);
  g_assert_cmpint (json.error, ==, WEIR_JSON_ERROR_ESCAPE);
}

static void
test_depth (void)
{
  const gsize deep = 1000000;
  g_autofree char *text = g_malloc (2 * deep);
  WeirJson json;

  memset (text, '[', deep);
  memset (text + deep, ']', deep);
  g_assert_cmpint (read_all (&json, text, 2 * deep, 0, NULL), ==, WEIR_JSON_ERROR);
  g_assert_cmpint (json.error, ==, WEIR_JSON_ERROR_TOO_DEEP);
  g_assert_cmpuint (json.error_position, ==, WEIR_JSON_DEFAULT_MAX_DEPTH);

  for (gsize depth = 1; depth <= WEIR_JSON_MOST_DEPTH; depth++)
    {
      const char *start = text + deep - depth;

      g_assert_cmpint (read_all (&json, start, 2 * depth, (unsigned) depth, NULL), ==,
                       WEIR_JSON_DONE);
      if (depth > 1)
        g_assert_cmpint (read_all (&json, start, 2 * depth, (unsigned) depth - 1, NULL), ==,
                         WEIR_JSON_ERROR);
    }
  g_assert_cmpint (read_all (&json, text, 2 * deep, G_MAXUINT, NULL), ==, WEIR_JSON_ERROR);
  g_assert_cmpuint (json.error_position, ==, WEIR_JSON_MOST_DEPTH);
}

static void
test_mixed_depth (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  WeirJson json;

  for (int i = 0; i < 100; i++)
    g_string_append (text, i % 3 == 0 ? "{\"k\":" : "[");
  g_string_append (text, "0");
  for (int i = 99; i >= 0; i--)
    g_string_append (text, i % 3 == 0 ? "}" : "]");
  g_assert_cmpint (read_all (&json, text->str, text->len, 0, NULL), ==, WEIR_JSON_DONE);
}

/* --- Skip and unescape --------------------------------------------------- */

static void
test_skip (void)
{
  const char *text = "[[1,{\"a\":[2]}],3]";
  WeirJson json;
  WeirJsonToken token;

  weir_json_init (&json, text, strlen (text), 0);
  g_assert_cmpint (weir_json_next (&json, &token), ==, WEIR_JSON_TOKEN);
  g_assert_cmpint (weir_json_next (&json, &token), ==, WEIR_JSON_TOKEN);
  g_assert_cmpint (weir_json_skip (&json, &token), ==, WEIR_JSON_TOKEN);
  g_assert_cmpint (token.kind, ==, WEIR_JSON_ARRAY_END);
  g_assert_cmpuint (token.end, ==, 14);
  g_assert_cmpint (weir_json_next (&json, &token), ==, WEIR_JSON_TOKEN);
  g_assert_cmpint (token.kind, ==, WEIR_JSON_NUMBER);
  g_assert_cmpint (weir_json_skip (&json, &token), ==, WEIR_JSON_TOKEN);
  g_assert_cmpint (token.kind, ==, WEIR_JSON_NUMBER);

  weir_json_init (&json, "[[1,x]", 6, 0);
  g_assert_cmpint (weir_json_next (&json, &token), ==, WEIR_JSON_TOKEN);
  g_assert_cmpint (weir_json_skip (&json, &token), ==, WEIR_JSON_ERROR);
}

static void
check_unescaped (const char *text, const char *expected, gsize expected_length)
{
  gsize length = strlen (text);
  g_autofree char *out = g_malloc (length);
  WeirJson json;
  WeirJsonToken token;

  weir_json_init (&json, text, length, 0);
  g_assert_cmpint (weir_json_next (&json, &token), ==, WEIR_JSON_TOKEN);
  g_assert_true (token.escaped);
  g_assert_cmpmem (out, weir_json_unescape (text, &token, out), expected, expected_length);
}

static void
test_unescape (void)
{
  check_unescaped ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8);
  check_unescaped ("\"a\\u0041b\"", "aAb", 3);
  check_unescaped ("\"\\u0000\"", "\0", 1);
  check_unescaped ("\"\\u00e9\\u6C34\"", "é水", 5);
  check_unescaped ("\"\\ud83d\\ude00\"", "😀", 4);
  check_unescaped ("\"\\ud83d\"", "\xEF\xBF\xBD", 3);
  check_unescaped ("\"\\ude00x\"", "\xEF\xBF\xBDx", 4);
  check_unescaped ("\"\\ud83d\\u0041\"",
                   "\xEF\xBF\xBD"
                   "A",
                   4);
  check_unescaped ("\"\\ud83d\\ud83d\\ude00\"",
                   "\xEF\xBF\xBD"
                   "😀",
                   7);
  /* The first and last surrogates, alone and as a pair, and their neighbours. */
  check_unescaped ("\"\\ud7ff\"", "\xED\x9F\xBF", 3);
  check_unescaped ("\"\\ud800\"", "\xEF\xBF\xBD", 3);
  check_unescaped ("\"\\udbff\"", "\xEF\xBF\xBD", 3);
  check_unescaped ("\"\\udc00\"", "\xEF\xBF\xBD", 3);
  check_unescaped ("\"\\udfff\"", "\xEF\xBF\xBD", 3);
  check_unescaped ("\"\\udc00\\udc00\"", "\xEF\xBF\xBD\xEF\xBF\xBD", 6);
  check_unescaped ("\"\\udfff\\udfff\"", "\xEF\xBF\xBD\xEF\xBF\xBD", 6);
  check_unescaped ("\"\\ud800\\udc00\"", "\xF0\x90\x80\x80", 4);
  check_unescaped ("\"\\ud800\\udbff\"", "\xEF\xBF\xBD\xEF\xBF\xBD", 6);
  check_unescaped ("\"\\ue000\\uffff\"", "\xEE\x80\x80\xEF\xBF\xBF", 6);
  check_unescaped ("\"\\ud83d\\ue000\"", "\xEF\xBF\xBD\xEE\x80\x80", 6);
  check_unescaped ("\"\\udbff\\udfff\"", "\xF4\x8F\xBF\xBF", 4);
}

/* Each control character is an error at any position, because strings are read in blocks of 16 bytes. */
static void
test_control_characters (void)
{
  for (char control = 0; control < 0x20; control++)
    for (gsize at = 0; at < 40; at++)
      {
        g_autofree char *text = g_strnfill (42, 'x');
        WeirJson json;

        text[0] = text[41] = '"';
        text[1 + at] = control;
        g_assert_cmpint (read_all (&json, text, 42, 0, NULL), ==, WEIR_JSON_ERROR);
        g_assert_cmpint (json.error, ==, WEIR_JSON_ERROR_CONTROL);
        g_assert_cmpuint (json.error_position, ==, 1 + at);
      }
}

/* A valid text that is cut anywhere is an error at its end, without a read beyond it. */
static void
test_cut_anywhere (void)
{
  const char *text = "{\"a\\u00e9水\":[-1.5e+3,true,false,null,\"0123456789abcdef\\n\"],\"b\":{}}";
  gsize length = strlen (text);

  for (gsize cut = 0; cut < length; cut++)
    {
      g_autofree char *part = copy_exact (text, cut);
      WeirJson json;

      g_assert_cmpint (read_all (&json, part, cut, 0, NULL), ==, WEIR_JSON_ERROR);
      if (g_utf8_validate (text, (gssize) cut, NULL))
        {
          g_assert_cmpint (json.error, ==, WEIR_JSON_ERROR_END);
          g_assert_cmpuint (json.error_position, ==, cut);
        }
    }
}

/* --- The public suite, where it is present -------------------------------- */

static void
test_suite_file (gconstpointer data)
{
  const char *path = data;
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *contents = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  WeirJson json;
  WeirJsonStatus status;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  text = copy_exact (contents, length);
  status = read_all (&json, text, length, 0, NULL);
  if (name[0] == 'y')
    g_assert_cmpint (status, ==, WEIR_JSON_DONE);
  else if (name[0] == 'n')
    g_assert_cmpint (status, ==, WEIR_JSON_ERROR);
}

static void
add_suite (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *test = g_strdup_printf ("/json/suite/%s", name);

      if (g_str_has_suffix (name, ".json") && strlen (name) > 2 && name[1] == '_')
        g_test_add_data_func_full (test, g_build_filename (folder, name, NULL), test_suite_file,
                                   g_free);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (token_cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/json/tokens/%s", token_cases[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_tokens);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (error_cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/json/errors/%s", error_cases[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_error);
    }
  g_test_add_func ("/json/nul", test_nul);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/mixed-depth", test_mixed_depth);
  g_test_add_func ("/json/skip", test_skip);
  g_test_add_func ("/json/unescape", test_unescape);
  g_test_add_func ("/json/control-characters", test_control_characters);
  g_test_add_func ("/json/cut-anywhere", test_cut_anywhere);
  if (g_getenv ("WEIR_JSON_TEST_SUITE") != NULL)
    add_suite (g_getenv ("WEIR_JSON_TEST_SUITE"));

  return g_test_run ();
}
