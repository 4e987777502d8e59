/* SPDX-License-Identifier: MIT */
/* What is told of JSON that changes its shape, what is not, and the limits of what is kept of it. */
#include "checks/weir-schema-check.h"

#include <string.h>

#include "checks/weir-check-text.h"

static WeirSpan
span (const char *text)
{
  return (WeirSpan){ text, strlen (text) };
}

static void
feed (WeirSchemaCheck *check, guint64 row, const char *type, const char *data)
{
  const WeirItem item = { .kind = WEIR_ITEM_EVENT, .type = span (type), .data = span (data) };

  weir_schema_check_event (check, row, &item);
}

static void
collect (WeirSchemaCheck *check, GString *lines)
{
  WeirSchemaDrift drift;

  while (weir_schema_check_take (check, &drift))
    {
      g_autofree char *text = weir_schema_drift_describe (&drift);

      g_string_append_printf (lines, "%d", (int) drift.row);
      if (drift.row_again != G_MAXUINT64)
        g_string_append_printf (lines, "-%d", (int) drift.row_again);
      g_string_append_printf (lines, ": %s\n", text);
      weir_schema_drift_clear (&drift);
    }
}

/* data: of events of type t, from row 1 on, each as often as the digit before it says. */
static void
expect (const char *const *data, const char *expected)
{
  g_autoptr (WeirSchemaCheck) check = weir_schema_check_new ();
  g_autoptr (GString) lines = g_string_new (NULL);
  guint64 row = 0;

  for (guint i = 0; data[i] != NULL; i++)
    for (int n = data[i][0] - '0'; n > 0; n--)
      feed (check, ++row, "t", data[i] + 1);
  weir_schema_check_finish (check);
  collect (check, lines);
  g_assert_cmpstr (lines->str, ==, expected);
}

#define EXPECT(expected, ...) expect ((const char *const[]){ __VA_ARGS__, NULL }, expected)

static void
test_same (void)
{
  EXPECT ("", "3{\"a\": 1, \"b\": [1, 2], \"c\": {\"d\": null}}");
  EXPECT ("", "1{\"a\": 1, \"b\": true}", "2{\"b\": false, \"a\": 2}");
  EXPECT ("", "1{\"a\": []}", "1{\"a\": [{\"b\": 1}]}", "1{\"a\": []}");
  EXPECT ("", "2only text");
}

static void
test_new (void)
{
  EXPECT ("2: $.b of t is new: string\n", "1{\"a\": 1}", "2{\"a\": 1, \"b\": \"x\"}");
  /* Of what is new altogether, only the outermost. */
  EXPECT ("2: $.b of t is new: object\n", "1{\"a\": 1}",
          "1{\"a\": 1, \"b\": {\"c\": [{\"d\": 1}]}}");
  /* An object that there was before, if not just now. */
  EXPECT ("2: $.b of t changed from object to null\n3: $.b.e of t is new: number\n", "1{\"b\": {}}",
          "1{\"b\": null}", "1{\"b\": {\"e\": 1}}");
  EXPECT ("3: $.a[*].c of t is new: number\n", "2{\"a\": [{\"b\": 1}]}",
          "1{\"a\": [{\"b\": 1}, {\"b\": 1, \"c\": 2}]}");
}

static void
test_missing (void)
{
  EXPECT ("2: $.b of t is missing from here on: 1 event\n", "1{\"a\": 1, \"b\": 2}", "1{\"a\": 1}");
  EXPECT ("3: $.b of t is missing from here on: 4 events\n", "2{\"a\": 1, \"b\": 2}",
          "4{\"a\": 1}");
  EXPECT ("3-6: $.b of t is missing in 3 events, then it is present again\n",
          "2{\"a\": 1, \"b\": 2}", "3{\"a\": 1}", "2{\"a\": 1, \"b\": 2}");
  /* Left out now and then. */
  EXPECT ("", "2{\"a\": 1, \"b\": 2}", "2{\"a\": 1}", "1{\"a\": 1, \"b\": 2}");
  EXPECT ("", "2{\"a\": 1, \"b\": 2}", "2{\"a\": 1}", "1{\"a\": 1, \"b\": 2}", "6{\"a\": 1}");
  EXPECT ("6: $.b of t is missing from here on: 7 events\n", "2{\"a\": 1, \"b\": 2}", "2{\"a\": 1}",
          "1{\"a\": 1, \"b\": 2}", "7{\"a\": 1}");
  /* Once, and never again: it was told that it is new. */
  EXPECT ("2: $.b of t is new: number\n", "1{\"a\": 1}", "2{\"a\": 1, \"b\": 2}", "5{\"a\": 1}");
  EXPECT ("2: $.b of t is new: number\n5: $.b of t is missing from here on: 5 events\n",
          "1{\"a\": 1}", "3{\"a\": 1, \"b\": 2}", "5{\"a\": 1}");
  EXPECT ("2: $.b of t is new: number\n", "1{\"a\": 1}", "2{\"a\": 1, \"b\": 2}", "4{\"a\": 1}",
          "1{\"a\": 1, \"b\": 2}");
  /* Of what is missing altogether, only the outermost. */
  EXPECT ("2: $.b of t is missing from here on: 3 events\n", "1{\"b\": {\"c\": {\"d\": 1}}}",
          "3{}");
  EXPECT ("2: $.a[*].n of t is missing from here on: 2 events\n", "1{\"a\": [{\"n\": 1}, {}]}",
          "2{\"a\": [{}, {}]}", "3{\"a\": []}");
}

static void
test_changed (void)
{
  EXPECT ("3: $.a of t changed from number to string\n", "2{\"a\": 1}", "2{\"a\": \"1\"}");
  EXPECT ("2: $.a of t changed from boolean to null\n", "1{\"a\": true}", "1{\"a\": null}",
          "1{\"a\": false}", "1{\"a\": null}");
  /* And back, after a while. */
  EXPECT ("3: $.a of t changed from number to string\n"
          "6: $.a of t changed from string to number\n",
          "2{\"a\": 1}", "3{\"a\": \"1\"}", "2{\"a\": 1}");
  EXPECT ("2: $.a[*] of t changed from number to string or number\n", "1{\"a\": [1]}",
          "1{\"a\": [1, \"2\"]}");
  EXPECT ("2: $ of t changed from object to not JSON\n", "1{\"a\": 1}", "1[DONE]");
  EXPECT ("2: $.a of t changed from object to array\n", "1{\"a\": {\"b\": 1}}",
          "2{\"a\": [{\"c\": 1}]}");
}

static void
test_types (void)
{
  g_autoptr (WeirSchemaCheck) check = weir_schema_check_new ();
  g_autoptr (GString) lines = g_string_new (NULL);

  feed (check, 1, "one", "{\"a\": 1}");
  feed (check, 2, "other", "{\"a\": \"x\"}");
  feed (check, 3, "one", "{\"a\": 2}");
  feed (check, 4, "other", "{\"a\": 2}");
  weir_schema_check_finish (check);
  collect (check, lines);
  g_assert_cmpstr (lines->str, ==, "4: $.a of other changed from string to number\n");
}

static void
test_names (void)
{
  EXPECT ("2: $[\"a b\"] of t is new: number\n", "1{}", "1{\"a b\": 1}");
  EXPECT ("2: $[\"\"] of t is new: null\n", "1{}", "1{\"\": null}");
  EXPECT ("2: $[\"\\\"]\\u001b\"] of t is new: null\n", "1{}", "1{\"\\\"]\\u001b\": null}");
  EXPECT ("2: $.名 of t is new: null\n", "1{}", "1{\"名\": null}");
  EXPECT ("2: $.[U+202E]x of t is new: null\n", "1{}", "1{\"\\u202ex\": null}");
  /* Escaped or not, it is one name. */
  EXPECT ("", "1{\"ab\": 1}", "1{\"\\u0061b\": 1}");
  /* A name that comes twice is of both kinds. */
  EXPECT ("2: $.a of t changed from number to string or number\n", "1{\"a\": 1}",
          "1{\"a\": 1, \"a\": \"\"}");
}

/* Elements of an array share a path, and types share none. */
static void
test_paths (void)
{
  g_autoptr (WeirSchemaCheck) check = weir_schema_check_new ();
  WeirSchemaSummary totals;

  feed (check, 1, "t", "{\"items\": [{\"name\": \"x\"}, {\"name\": null}]}");
  weir_schema_check_get_summary (check, &totals);
  g_assert_cmpuint (totals.n_paths, ==, 4);
  feed (check, 2, "u", "7");
  feed (check, 3, "t", "{\"items\": []}");
  weir_schema_check_get_summary (check, &totals);
  g_assert_cmpuint (totals.n_paths, ==, 5);
  g_assert_cmpuint (totals.n_types, ==, 2);
  g_assert_cmpuint (totals.n_events, ==, 3);
}

/* --- Limits ------------------------------------------------------------------- */

static void
test_type_limit (void)
{
  g_autoptr (WeirSchemaCheck) check = weir_schema_check_new ();
  g_autofree char *long_name = g_strnfill (WEIR_SCHEMA_MOST_BYTES + 1, 'x');
  WeirSchemaSummary totals;
  g_autofree char *text = NULL;

  feed (check, 0, long_name, "{}");
  for (guint i = 0; i < WEIR_SCHEMA_MOST_TYPES + 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("type %u", i);

      feed (check, i, name, "{}");
    }
  feed (check, 0, "type 0", "[]");
  weir_schema_check_get_summary (check, &totals);
  g_assert_cmpuint (totals.n_types, ==, WEIR_SCHEMA_MOST_TYPES);
  g_assert_cmpuint (totals.n_over, ==, 5);
  g_assert_cmpuint (totals.n_drifts, ==, 1);
  text = weir_schema_summary_describe (&totals);
  g_assert_cmpstr (
      text, ==,
      "1 change of the JSON schema · event types: 256 · paths: 256 · events of further types: 5");
}

static void
test_path_limit (void)
{
  g_autoptr (WeirSchemaCheck) check = weir_schema_check_new ();
  g_autofree char *long_name = g_strnfill (WEIR_SCHEMA_MOST_BYTES + 1, 'x');
  g_autofree char *long_member = g_strdup_printf ("{\"%s\": {\"a\": 1}}", long_name);
  g_autoptr (GString) data = g_string_new ("{");
  WeirSchemaSummary totals;
  WeirSchemaDrift drift;

  feed (check, 0, "t", long_member);
  for (guint i = 0; i < WEIR_SCHEMA_MOST_PATHS + 9; i++)
    g_string_append_printf (data, "%s\"m%u\": {}", i > 0 ? "," : "", i);
  g_string_append_c (data, '}');
  for (guint i = 0; i < 2; i++)
    feed (check, i, "t", data->str);
  feed (check, 2, "another", "{}");
  weir_schema_check_get_summary (check, &totals);
  g_assert_cmpuint (totals.n_paths, ==, WEIR_SCHEMA_MOST_PATHS);
  /* The root is a path as well. */
  g_assert_cmpuint (totals.n_left, ==, 1 + 2 * 10);
  g_assert_cmpuint (totals.n_over, ==, 1);
  g_assert_cmpuint (totals.n_drifts, ==, WEIR_SCHEMA_MOST_PATHS - 1);
  while (weir_schema_check_take (check, &drift))
    weir_schema_drift_clear (&drift);
}

/* As deep as the tokenizer goes, and deeper, which is not JSON to it. */
static void
test_depth (void)
{
  for (guint depth = 255; depth <= 257; depth++)
    {
      g_autoptr (WeirSchemaCheck) check = weir_schema_check_new ();
      g_autofree char *begin = g_strnfill (depth, '[');
      g_autofree char *end = g_strnfill (depth, ']');
      g_autofree char *data = g_strconcat (begin, "1", end, NULL);
      WeirSchemaSummary totals;

      feed (check, 1, "t", data);
      weir_schema_check_get_summary (check, &totals);
      g_assert_cmpuint (totals.n_paths, ==, depth <= 256 ? depth + 1 : 1);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schema-check/same", test_same);
  g_test_add_func ("/schema-check/new", test_new);
  g_test_add_func ("/schema-check/missing", test_missing);
  g_test_add_func ("/schema-check/changed", test_changed);
  g_test_add_func ("/schema-check/types", test_types);
  g_test_add_func ("/schema-check/names", test_names);
  g_test_add_func ("/schema-check/paths", test_paths);
  g_test_add_func ("/schema-check/type-limit", test_type_limit);
  g_test_add_func ("/schema-check/path-limit", test_path_limit);
  g_test_add_func ("/schema-check/depth", test_depth);
  return g_test_run ();
}
