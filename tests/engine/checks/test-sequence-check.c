/* SPDX-License-Identifier: MIT */
/* Gaps, late and repeated numbers, restarts, series, and the limits of what is kept of them. */
#include "checks/weir-sequence-check.h"

#include <string.h>

#include "checks/weir-check-text.h"
#include "base/weir-decimal-private.h"

static WeirSpan
span (const char *text)
{
  return (WeirSpan){ text, strlen (text) };
}

static void
feed_id (WeirSequenceCheck *check, guint64 row, const char *id)
{
  const WeirItem item = {
    .kind = WEIR_ITEM_EVENT, .type = span ("message"), .last_event_id = span (id), .has_id = true
  };

  weir_sequence_check_event (check, row, &item);
}

static void
feed_data (WeirSequenceCheck *check, guint64 row, const char *data)
{
  const WeirItem item = { .kind = WEIR_ITEM_EVENT, .type = span ("message"), .data = span (data) };

  weir_sequence_check_event (check, row, &item);
}

/* What was found, as "row: sentence" lines. */
static void
collect (WeirSequenceCheck *check, GString *lines)
{
  WeirSequenceFinding finding;

  while (weir_sequence_check_take (check, &finding))
    {
      g_autofree char *text = weir_sequence_finding_describe (&finding);

      g_string_append_printf (lines, "%d→%d: %s\n", (int) finding.row_before, (int) finding.row,
                              text);
      weir_sequence_finding_clear (&finding);
    }
}

/* Words are ids, from row 1 on; | is another connection, ~ that events are not known. */
static void
expect_ids (const char *words, const char *expected, const char *summary)
{
  g_autoptr (WeirSequenceCheck) check = weir_sequence_check_new ("id", NULL);
  g_auto (GStrv) ids = g_strsplit (words, " ", -1);
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autofree char *text = NULL;
  WeirSequenceSummary totals;
  guint64 row = 0;

  for (guint i = 0; ids[i] != NULL; i++)
    {
      if (g_str_equal (ids[i], "|"))
        weir_sequence_check_reconnected (check);
      else if (g_str_equal (ids[i], "~"))
        weir_sequence_check_skipped (check);
      else
        feed_id (check, ++row, ids[i]);
      collect (check, lines);
    }
  weir_sequence_check_finish (check);
  collect (check, lines);
  g_assert_cmpstr (lines->str, ==, expected);
  weir_sequence_check_get_summary (check, &totals);
  text = weir_sequence_summary_describe (&totals);
  g_assert_cmpstr (text, ==, summary);
  g_assert_cmpint (weir_sequence_summary_is_clean (&totals), ==, *expected == '\0');
}

static void
test_in_order (void)
{
  expect_ids ("1 2 3", "", "No gaps: 3 events, numbered 1 to 3");
  expect_ids ("7", "", "No gaps: 1 event, numbered 7 to 7");
  /* No two of a series, so nothing is known. */
  expect_ids ("3f2a-8c11-7be40001 9b7c-4d2e-11aa0042", "",
              "Nothing could be compared: 2 events, each the only one of its series");
  expect_ids ("-2 -1 0 1", "", "No gaps: 4 events, numbered -2 to 1");
  expect_ids ("8 | 9 10 | 11", "", "No gaps: 4 events, numbered 8 to 11");
}

/* CouchDB's IDs, UUIDs, hashes and ULIDs. */
static void
test_no_order (void)
{
  expect_ids ("1-g1AAAA01 2-g1AAAB77 5-g1AAAC99", "",
              "Nothing could be compared · events whose ID has no order, such as a UUID: 3");
  expect_ids ("6ba7b810-9dad-11d1-80b4-00c04fd43018 6ba7b811-9dad-11d1-80b4-00c04fd43019 "
              "6ba7b812-9dad-11d1-80b4-00c04fd43021",
              "", "Nothing could be compared · events whose ID has no order, such as a UUID: 3");
  expect_ids ("01ARZ3NDEKTSV4RRFFQ69G5F01 9e107d9d372bb6826bd81d3542a41901", "",
              "Nothing could be compared · events whose ID has no order, such as a UUID: 2");
  expect_ids (
      "1 6ba7b810-9dad-11d1-80b4-00c04fd43018 2", "",
      "No gaps: 2 events, numbered 1 to 2 · events whose ID has no order, such as a UUID: 1");
  /* These are numbered. */
  expect_ids ("session7event0001 session7event0002", "",
              "No gaps: 2 events, numbered session7event0001 to session7event0002");
}

/* Times with a number within each, as Redis and Nchan give them. */
static void
test_pairs_of_time (void)
{
  expect_ids ("1526919030474-0 1526919030474-1 1526919030480-0", "",
              "In order: 3 events, numbered 1526919030474-0 to 1526919030480-0 · changes of the "
              "first number, at which gaps cannot be seen: 1");
  expect_ids ("1526919030474-55 1526919030474-57 1526919030475-0",
              "1→2: 1526919030474-56 is missing, between 1526919030474-55 and 1526919030474-57\n",
              "3 events, numbered 1526919030474-55 to 1526919030475-0 · missing: 1 · gaps: 1 · "
              "changes of the first number, at which gaps cannot be seen: 1");
  expect_ids ("1526919030:0 1526919030:1", "",
              "No gaps: 2 events, numbered 1526919030:0 to 1526919030:1");
  expect_ids ("1526919030474-5 1526919030480-0 | 1526919030474-5 1526919030474-4 1526919030480-0",
              "2→3: 1526919030474-5 was repeated; at a reconnect\n"
              "3→4: 1526919030474-4 was late, after 1526919030480-0\n"
              "4→5: 1526919030480-0 was repeated\n",
              "5 events, numbered 1526919030474-5 to 1526919030480-0 · late: 1 · repeated: 2 · "
              "changes of the first number, at which gaps cannot be seen: 1");
}

/* NATS: both numbers grow by one. Otherwise the first one names a series, as of a partition. */
static void
test_pairs_of_sequences (void)
{
  expect_ids ("10-1 11-2 12-3", "", "No gaps: 3 events, numbered 10-1 to …-3");
  expect_ids ("10-1 11-2 17-5", "2→3: 2 numbers are missing: …-3 to …-4, between …-2 and …-5\n",
              "3 events, numbered 10-1 to …-5 · missing: 2 · gaps: 1");
  expect_ids ("0-100 1-50 0-101 1-51", "", "No gaps: 4 events in 2 series");
  expect_ids ("0-100 0-101", "", "No gaps: 2 events, numbered 0-100 to 0-101");
  expect_ids ("0-100", "", "No gaps: 1 event, numbered 0-100 to 0-100");
}

static void
test_gaps (void)
{
  expect_ids ("1 2 4", "2→3: 3 is missing, between 2 and 4\n",
              "3 events, numbered 1 to 4 · missing: 1 · gaps: 1");
  expect_ids ("8 9 | 1012 1013",
              "2→3: 1002 numbers are missing: 10 to 1011, between 9 and 1012; at a reconnect\n",
              "4 events, numbered 8 to 1013 · missing: 1002 · gaps: 1");
  /* The same gap between known and unknown events is none. */
  expect_ids ("8 9 ~ 1012 1013", "", "No gaps: 4 events, numbered 1012 to 1013");
}

static void
test_late (void)
{
  expect_ids ("1 2 4 3 5",
              "2→3: 3 is missing, between 2 and 4\n"
              "3→4: 3 was late, after 4\n",
              "5 events, numbered 1 to 5 · gaps: 1 · late: 1");
  /* Out of the middle, the beginning and the end of a hole; one is left. */
  expect_ids ("1 7 4 2 3 6",
              "1→2: 5 numbers are missing: 2 to 6, between 1 and 7\n"
              "2→3: 4 was late, after 7\n"
              "3→4: 2 to 3 were late, after 7\n"
              "5→6: 6 was late, after 7\n",
              "6 events, numbered 1 to 7 · missing: 1 · gaps: 1 · late: 4");
  /* Twice is no longer late. */
  expect_ids ("1 3 2 2",
              "1→2: 2 is missing, between 1 and 3\n"
              "2→3: 2 was late, after 3\n"
              "3→4: 2 was repeated\n",
              "4 events, numbered 1 to 3 · gaps: 1 · late: 1 · repeated: 1");
  /* Before all that came: what lies between is missing, until it comes. */
  expect_ids ("50 47 48 51", "1→2: 47 to 48 were late, after 50\n",
              "4 events, numbered 47 to 51 · missing: 1 · late: 2");
}

static void
test_repeated (void)
{
  expect_ids ("5 5 6", "1→2: 5 was repeated\n", "3 events, numbered 5 to 6 · repeated: 1");
  expect_ids ("5 6 7 8 | 6 7 8 9 10", "4→5: 3 events were repeated: 6 to 8; at a reconnect\n",
              "9 events, numbered 5 to 10 · repeated: 3");
  expect_ids ("1 1 2", "1→2: 1 was repeated\n", "3 events, numbered 1 to 2 · repeated: 1");
  /* Late and repeated are two findings, though their numbers follow one another. */
  expect_ids ("5 6 8 7 8",
              "2→3: 7 is missing, between 6 and 8\n"
              "3→4: 7 was late, after 8\n"
              "4→5: 8 was repeated\n",
              "5 events, numbered 5 to 8 · gaps: 1 · late: 1 · repeated: 1");
  /* Two runs are two findings. */
  expect_ids ("5 6 7 5 7 8",
              "3→4: 5 was repeated\n"
              "4→5: 7 was repeated\n",
              "6 events, numbered 5 to 8 · repeated: 2");
  expect_ids ("5 6 7 6 7 6 7",
              "3→4: 2 events were repeated: 6 to 7\n"
              "5→6: 2 events were repeated: 6 to 7\n",
              "7 events, numbered 5 to 7 · repeated: 4");
}

static void
test_restarts (void)
{
  expect_ids ("41 42 | 1 2 4",
              "2→3: The numbering restarted at 1, after 42; at a reconnect\n"
              "4→5: 3 is missing, between 2 and 4\n",
              "5 events · missing: 1 · gaps: 1 · restarted: 1");
  expect_ids ("8 9 0 1 2", "2→3: The numbering restarted at 0, after 9\n",
              "5 events · restarted: 1");
  /* All of it once more, and on: no gap. */
  expect_ids ("1 2 3 1 2 3 4", "3→4: The numbering restarted at 1, after 3\n",
              "7 events · restarted: 1");
  /* The first alone came again. */
  expect_ids ("1 2 3 1 4 5", "3→4: The numbering restarted at 1, after 3\n",
              "6 events · restarted: 1");
  expect_ids ("1 2 3 1 4 6",
              "3→4: The numbering restarted at 1, after 3\n"
              "5→6: 5 is missing, between 4 and 6\n",
              "6 events · missing: 1 · gaps: 1 · restarted: 1");
  /* It was a new numbering, as its gap shows. */
  expect_ids ("1 2 3 4 5 6 1 3 7",
              "6→7: The numbering restarted at 1, after 6\n"
              "7→8: 2 is missing, between 1 and 3\n"
              "8→9: 3 numbers are missing: 4 to 6, between 3 and 7\n",
              "9 events · missing: 4 · gaps: 2 · restarted: 1");
  expect_ids ("1 2 3 1 2 3 5",
              "3→4: The numbering restarted at 1, after 3\n"
              "6→7: 4 is missing, between 3 and 5\n",
              "7 events · missing: 1 · gaps: 1 · restarted: 1");
}

static void
test_series (void)
{
  expect_ids ("evt-0008 evt-0009 evt-0012",
              "2→3: 2 numbers are missing: evt-0010 to evt-0011, between evt-0009 and evt-0012\n",
              "3 events, numbered evt-0008 to evt-0012 · missing: 2 · gaps: 1");
  expect_ids ("a1 b1 a2 b3 a3", "2→4: b2 is missing, between b1 and b3\n",
              "5 events in 2 series · missing: 1 · gaps: 1");
  expect_ids ("099 100 102", "2→3: 101 is missing, between 100 and 102\n",
              "3 events, numbered 099 to 102 · missing: 1 · gaps: 1");
  expect_ids ("7 008 9", "", "No gaps: 3 events, numbered 007 to 009");
  expect_ids ("00 000 001", "1→2: 000 was repeated\n",
              "3 events, numbered 000 to 001 · repeated: 1");
  /* A run ends where another series comes between. */
  expect_ids ("a5 a6 a7 a6 b1 a7",
              "3→4: a6 was repeated\n"
              "4→6: a7 was repeated\n",
              "6 events in 2 series · repeated: 2");
  /* What a terminal or a label must not see. */
  expect_ids ("\033[1 \033[3", "1→2:  [2 is missing, between  [1 and  [3\n",
              "2 events, numbered  [1 to  [3 · missing: 1 · gaps: 1");
}

static void
test_none (void)
{
  g_autoptr (WeirSequenceCheck) check = weir_sequence_check_new ("id", NULL);
  const WeirItem without = { .kind = WEIR_ITEM_EVENT, .last_event_id = span ("4") };
  WeirSequenceSummary totals;
  g_autofree char *text = NULL;

  weir_sequence_check_event (check, 1, &without);
  feed_id (check, 2, "abc");
  feed_id (check, 3, "");
  weir_sequence_check_get_summary (check, &totals);
  g_assert_cmpuint (totals.n_without, ==, 1);
  g_assert_cmpuint (totals.n_not_number, ==, 2);
  g_assert_cmpuint (totals.n_numbered, ==, 0);
  text = weir_sequence_summary_describe (&totals);
  g_assert_cmpstr (text, ==,
                   "No event has such a number · events without a number: 1 · events whose number "
                   "is not an integer: 2");
}

static void
test_json (void)
{
  g_autoptr (WeirSequenceCheck) check = weir_sequence_check_new ("$.meta.seq", NULL);
  g_autoptr (GString) lines = g_string_new (NULL);
  WeirSequenceSummary totals;
  static const char *const data[] = {
    "{\"meta\": {\"seq\": 9}}",
    "{\"meta\": {\"seq\": \"10\"}}",
    "{\"meta\": {\"seq\": \"1\\u0031\"}}",
    "{\"meta\": {\"seq\": 12.0}}",
    "{\"meta\": {\"seq\": 1e1}}",
    "{\"meta\": {\"seq\": null}}",
    "{\"meta\": {\"seq\": [12]}}",
    "{\"seq\": 12}",
    "{\"meta\": {\"seq\": 12}",
    "{\"meta\": {\"seq\": 14}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (data); i++)
    feed_data (check, i, data[i]);
  collect (check, lines);
  g_assert_cmpstr (lines->str, ==, "2→9: 2 numbers are missing: 12 to 13, between 11 and 14\n");
  weir_sequence_check_get_summary (check, &totals);
  g_assert_cmpuint (totals.n_numbered, ==, 4);
  g_assert_cmpuint (totals.n_not_number, ==, 4);
  g_assert_cmpuint (totals.n_without, ==, 2);
}

static void
test_wrong_path (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (weir_sequence_check_new ("seq", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "a path begins with “$”"));
}

/* Beyond any machine's integers. */
static void
test_long_numbers (void)
{
  expect_ids ("9999999999999999999999 10000000000000000000000 10000000000000000000002",
              "2→3: 10000000000000000000001 is missing, between 10000000000000000000000 and "
              "10000000000000000000002\n",
              "3 events, numbered 9999999999999999999999 to 10000000000000000000002 · missing: 1 · "
              "gaps: 1");
  expect_ids ("1 100000000000000000000",
              "1→2: 99999999999999999998 numbers are missing: 2 to 99999999999999999999, between 1 "
              "and 100000000000000000000\n",
              "2 events, numbered 1 to 100000000000000000000 · missing: 99999999999999999998 · "
              "gaps: 1");
}

static void
expect_decimal (char *actual, const char *expected)
{
  g_assert_cmpstr (actual, ==, expected);
  g_free (actual);
}

static void
test_decimal (void)
{
  g_autoptr (GString) number = g_string_new ("-1");

  for (int a = -120; a <= 120; a += 3)
    for (int b = -120; b <= 120; b += 7)
      {
        g_autofree char *x = g_strdup_printf ("%d", a), *y = g_strdup_printf ("%d", b);
        g_autofree char *sum = g_strdup_printf ("%d", a + b);
        g_autofree char *difference = g_strdup_printf ("%d", a - b);

        expect_decimal (weir_decimal_add (x, y), sum);
        expect_decimal (weir_decimal_subtract (x, y), difference);
        g_assert_cmpint (weir_decimal_compare (x, y), ==, (a > b) - (a < b));
      }
  for (int i = 0; i <= 1001; i++)
    {
      g_autofree char *expected = g_strdup_printf ("%d", i);

      weir_decimal_increment (number);
      g_assert_cmpstr (number->str, ==, expected);
      g_assert_cmpuint (number->len, ==, strlen (expected));
    }
}

/* --- Limits ------------------------------------------------------------------- */

static void
test_series_limit (void)
{
  g_autoptr (WeirSequenceCheck) check = weir_sequence_check_new ("id", NULL);
  WeirSequenceSummary totals;

  for (guint i = 0; i < WEIR_SEQUENCE_MOST_SERIES + 5; i++)
    {
      g_autofree char *id = g_strdup_printf ("s%u-1", i);

      feed_id (check, i, id);
    }
  feed_id (check, 1, "s7-2");
  weir_sequence_check_get_summary (check, &totals);
  g_assert_cmpuint (totals.n_series, ==, WEIR_SEQUENCE_MOST_SERIES);
  g_assert_cmpuint (totals.n_over, ==, 5);
  g_assert_cmpuint (totals.n_numbered, ==, WEIR_SEQUENCE_MOST_SERIES + 1);
}

/* A byte too many of either is too much. */
static void
test_length_limit (void)
{
  g_autoptr (WeirSequenceCheck) check = weir_sequence_check_new ("id", NULL);
  g_autofree char *number = g_strnfill (WEIR_SEQUENCE_MOST_BYTES + 1, '1');
  g_autofree char *prefix = g_strnfill (WEIR_SEQUENCE_MOST_BYTES + 2, 'a');
  WeirSequenceSummary totals;

  prefix[WEIR_SEQUENCE_MOST_BYTES + 1] = '1';
  feed_id (check, 1, number + 1);
  feed_id (check, 2, prefix + 1);
  weir_sequence_check_get_summary (check, &totals);
  g_assert_cmpuint (totals.n_numbered, ==, 2);
  feed_id (check, 3, number);
  feed_id (check, 4, prefix);
  weir_sequence_check_get_summary (check, &totals);
  g_assert_cmpuint (totals.n_numbered, ==, 2);
  g_assert_cmpuint (totals.n_over, ==, 2);
}

static void
test_hole_limit (void)
{
  g_autoptr (WeirSequenceCheck) check = weir_sequence_check_new ("id", NULL);
  const guint n = WEIR_SEQUENCE_MOST_HOLES + 3;
  WeirSequenceSummary totals;

  for (guint i = 0; i <= n; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", 10 + 2 * i);

      feed_id (check, i, id);
    }
  weir_sequence_check_get_summary (check, &totals);
  g_assert_cmpuint (totals.n_gaps, ==, n);
  g_assert_cmpuint (totals.n_forgotten, ==, 3);
  /* Nor is one of a series that has none kept, or one before all others. */
  feed_id (check, 0, "b1");
  feed_id (check, 0, "b3");
  feed_id (check, 0, "b2");
  feed_id (check, 0, "5");
  feed_id (check, 0, "8");
  weir_sequence_check_get_summary (check, &totals);
  g_assert_cmpuint (totals.n_forgotten, ==, 5);
  g_assert_cmpuint (totals.n_repeated, ==, 2);
  g_assert_cmpuint (totals.n_late, ==, 1);
  /* Of the lowest ones it is not known any more that they were missing; of the next one it is. */
  feed_id (check, 0, "15");
  feed_id (check, 0, "17");
  weir_sequence_check_get_summary (check, &totals);
  g_assert_cmpuint (totals.n_repeated, ==, 3);
  g_assert_cmpuint (totals.n_late, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sequence-check/decimal", test_decimal);
  g_test_add_func ("/sequence-check/in-order", test_in_order);
  g_test_add_func ("/sequence-check/gaps", test_gaps);
  g_test_add_func ("/sequence-check/late", test_late);
  g_test_add_func ("/sequence-check/repeated", test_repeated);
  g_test_add_func ("/sequence-check/restarts", test_restarts);
  g_test_add_func ("/sequence-check/no-order", test_no_order);
  g_test_add_func ("/sequence-check/pairs-of-time", test_pairs_of_time);
  g_test_add_func ("/sequence-check/pairs-of-sequences", test_pairs_of_sequences);
  g_test_add_func ("/sequence-check/series", test_series);
  g_test_add_func ("/sequence-check/none", test_none);
  g_test_add_func ("/sequence-check/json", test_json);
  g_test_add_func ("/sequence-check/wrong-path", test_wrong_path);
  g_test_add_func ("/sequence-check/long-numbers", test_long_numbers);
  g_test_add_func ("/sequence-check/series-limit", test_series_limit);
  g_test_add_func ("/sequence-check/length-limit", test_length_limit);
  g_test_add_func ("/sequence-check/hole-limit", test_hole_limit);
  return g_test_run ();
}
