/* SPDX-License-Identifier: MIT */
#include "base/weir-json-object.h"

#include <string.h>

static WeirJsonObject *
read (const char *text)
{
  return weir_json_object_new (text, strlen (text));
}

static void
test_members (void)
{
  g_autoptr (WeirJsonObject) object =
      read (" {\"name\": \"a\\u00e9\\n\", \"n\": -12, \"big\": 9223372036854775808, \"f\": 1.5,"
            "\"yes\": true, \"no\": false, \"null\": null, \"o\": {\"n\": 7}, \"a\": [ 1 ],"
            "\"nul\": \"a\\u0000b\", \"twice\": 1, \"twice\": \"last\", \"k\\u0000\": 1} ");
  const char *value;
  gsize length;

  g_assert_nonnull (object);
  g_assert_cmpstr (weir_json_object_get_string (object, "name"), ==, "aé\n");
  g_assert_cmpint (weir_json_object_get_integer (object, "n", 0), ==, -12);
  g_assert_cmpint (weir_json_object_get_integer (object, "big", 3), ==, 3);
  g_assert_cmpint (weir_json_object_get_integer (object, "f", 3), ==, 3);
  g_assert_cmpint (weir_json_object_get_integer (object, "name", 3), ==, 3);
  g_assert_true (weir_json_object_get_boolean (object, "yes"));
  g_assert_false (weir_json_object_get_boolean (object, "no"));
  g_assert_false (weir_json_object_get_boolean (object, "n"));
  g_assert_cmpint (weir_json_object_get_kind (object, "null"), ==, WEIR_JSON_NULL);
  g_assert_cmpint (weir_json_object_get_kind (object, "o"), ==, WEIR_JSON_OBJECT_BEGIN);
  g_assert_cmpint (weir_json_object_get_kind (object, "k"), ==, 0);
  g_assert_null (weir_json_object_get_string (object, "nul"));
  g_assert_null (weir_json_object_get_string (object, "n"));
  g_assert_cmpstr (weir_json_object_get_string (object, "twice"), ==, "last");
  value = weir_json_object_peek_value (object, "a", &length);
  g_assert_cmpmem (value, length, "[ 1 ]", 5);
  g_assert_null (weir_json_object_peek_value (object, "none", &length));
}

static void
test_others (void)
{
  static const char *const known[] = { "a", "b", NULL };
  g_autoptr (WeirJsonObject) object =
      read ("{\"z\": 1.10, \"a\":1,\"x\\u0041\":{\"b\":[12345678901234567890]} ,\"b\":2}");
  g_autoptr (WeirJsonObject) plain = read ("{\"a\":1}");
  g_autofree char *others = weir_json_object_dup_others (object, known);

  g_assert_cmpstr (others, ==, "\"z\": 1.10,\"x\\u0041\":{\"b\":[12345678901234567890]}");
  g_assert_null (weir_json_object_dup_others (plain, known));
}

static void
test_objects (void)
{
  g_autoptr (WeirJsonObject) object = read ("{\"a\":[{\"n\":1},2,[{\"n\":3}],{\"n\":4}],\"b\":{}}");
  g_autoptr (GPtrArray) objects = weir_json_object_dup_objects (object, "a");

  g_assert_nonnull (objects);
  g_assert_cmpuint (objects->len, ==, 2);
  g_assert_cmpint (weir_json_object_get_integer (objects->pdata[1], "n", 0), ==, 4);
  g_assert_null (weir_json_object_dup_objects (object, "b"));
  g_assert_null (weir_json_object_dup_objects (object, "c"));
}

static void
test_refused (void)
{
  static const char *const wrong[] = {
    "",         "1",          "[]",      "{",          "{} {}",
    "{\"a\":}", "{\"a\":1,}", "{'a':1}", "{\"a\":[1}", "{\"a\":\"\xff\"}",
    "{\"a\":{}"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_null (read (wrong[i]));
}

/* Both depths kill a parser that recurses. */
static void
test_deep (void)
{
  g_autoptr (GString) text = g_string_new ("{\"a\":");

  for (guint i = 0; i < 1000000; i++)
    g_string_append_c (text, i % 2 ? '[' : '{');
  g_assert_null (weir_json_object_new (text->str, text->len));
  g_string_assign (text, "{\"a\":");
  for (guint i = 0; i < 1000000; i++)
    g_string_append_c (text, '[');
  for (guint i = 0; i < 1000000; i++)
    g_string_append_c (text, ']');
  g_string_append_c (text, '}');
  g_assert_null (weir_json_object_new (text->str, text->len));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-object/members", test_members);
  g_test_add_func ("/json-object/objects", test_objects);
  g_test_add_func ("/json-object/others", test_others);
  g_test_add_func ("/json-object/refused", test_refused);
  g_test_add_func ("/json-object/deep", test_deep);
  return g_test_run ();
}
