/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <string.h>

#include "log-writer.h"
#include "filter/weir-filter.h"
#include "recording/weir-recording.h"
#include "filter/weir-view.h"

/* What a row says, for the plain answers that the filters are held against. */
typedef struct
{
  WeirRowKind kind;
  const char *type, *id;
  gboolean has_id;
  GString *data;
  guint64 size;
  guint64 number;
} Said;

/* Every seventh row is bookmarked. */
#define BOOKMARK_EVERY 7

typedef gboolean (*Expect) (const Said *said);

static gboolean
holds (const char *text, const char *part)
{
  return text != NULL && strstr (text, part) != NULL;
}

static gboolean
has_needle (const Said *said)
{
  if (said->kind == WEIR_ROW_FINDING)
    return FALSE;
  return holds (said->data->str, "needle")
         || (said->kind == WEIR_ROW_EVENT
             && (holds (said->type, "needle") || (said->has_id && holds (said->id, "needle"))));
}

static gboolean
has_needle_in_any_case (const Said *said)
{
  g_autofree char *lower = g_ascii_strdown (said->data->str, -1);

  return said->kind != WEIR_ROW_FINDING
         && (holds (lower, "needle")
             || (said->kind == WEIR_ROW_EVENT
                 && (holds (said->type, "needle")
                     || (said->has_id && holds (said->id, "needle")))));
}

static gboolean
spans_lines (const Said *said)
{
  return holds (said->data->str, "one\ntwo");
}

static gboolean
is_event (const Said *said)
{
  return said->kind == WEIR_ROW_EVENT;
}

static gboolean
is_of_type (const Said *said)
{
  return said->kind == WEIR_ROW_EVENT && strcmp (said->type, "t3") == 0;
}

static gboolean
has_id_needle (const Said *said)
{
  return said->kind == WEIR_ROW_EVENT && strcmp (said->id, "needle") == 0;
}

static gboolean
is_big (const Said *said)
{
  return said->size >= 40 && said->size <= 60;
}

static gboolean
starts_with_digit (const Said *said)
{
  if (said->kind != WEIR_ROW_EVENT && said->kind != WEIR_ROW_COMMENT)
    return FALSE;
  for (const char *line = said->data->str; line != NULL;
       line = strchr (line, '\n') != NULL ? strchr (line, '\n') + 1 : NULL)
    if (g_ascii_isdigit (line[0]))
      return TRUE;
  return FALSE;
}

static gboolean
has_umlaut (const Said *said)
{
  return said->kind != WEIR_ROW_FINDING
         && (holds (said->data->str, "äh") || holds (said->data->str, "ÄH"));
}

/* Also where it stands for a byte that was not UTF-8. */
static gboolean
has_replacement (const Said *said)
{
  return said->kind != WEIR_ROW_FINDING && holds (said->data->str, "\uFFFD");
}

static gboolean
is_json_five (const Said *said)
{
  return said->kind == WEIR_ROW_EVENT && holds (said->data->str, "{\"v\":5}");
}

static gboolean
is_event_without_needle (const Said *said)
{
  return is_event (said) && !has_needle (said);
}

static gboolean
is_bookmarked (const Said *said)
{
  return said->number % BOOKMARK_EVERY == 0;
}

static gboolean
is_bookmarked_event (const Said *said)
{
  return is_bookmarked (said) && said->kind == WEIR_ROW_EVENT;
}

static gboolean
is_big_or_json (const Said *said)
{
  return is_big (said) || is_json_five (said);
}

/* A stream of short pieces in random order, many of which hold the text in places that do not count. */
static GString *
make_stream (guint n)
{
  static const char *const pieces[] = {
    "data: plain\n\n",
    "data: a needle\n\n",
    "data:needle\n\n",
    "data: one\ndata: two\n\n",
    "event: needle\ndata: x\n\n",
    "event: needle\nevent: t3\ndata: x\n\n",
    "event: t3\ndata: 5 apples\n\n",
    "id: needle\ndata: y\n\n",
    "id: other\n\n",
    "id\ndata: z\n\n",
    ": needle\n",
    ": nothing\n",
    "needle: unknown\ndata: u\n\n",
    "data: before\n: needle\ndata: after\n\n",
    "data: Needle NEEDLE\n\n",
    "data: {\"v\":5}\n\n",
    "data: {\"v\": 6, \"needle\": [1,2,3]}\r\n\r\n",
    "retry: 100\n",
    "data\n\n",
    "data: \xC3\xA4h\n\n",
    "data: \xC3\x84H \xFF\n\n",
    "data: \uFFFD\n\n",
    "data: 0123456789012345678901234567890123456789\n\n",
  };
  GString *stream = g_string_new ("\xEF\xBB\xBF"
                                  "data: needle\n\n");

  for (guint i = 0; i < n; i++)
    g_string_append (stream, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
  return stream;
}

static void
fill (WeirLog *log, guint n)
{
  g_autoptr (GString) stream = make_stream (n);
  LogWriter writer;

  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  log_writer_write (&writer, stream->str, stream->len, 5000);
  log_writer_clear (&writer);
}

static gboolean
expect (WeirLog *log, guint64 number, Expect expected)
{
  g_autoptr (WeirRow) row = weir_row_new (log, number);
  GBytes *bytes = weir_row_get_data (row);
  Said said = { weir_row_get_kind (row),
                weir_row_get_type_name (row),
                weir_row_get_id (row),
                weir_row_has_id (row),
                g_string_new (NULL),
                weir_row_get_size (row),
                number };
  gboolean answer;

  if (g_bytes_get_size (bytes) > 0)
    g_string_append_len (said.data, g_bytes_get_data (bytes, NULL),
                         (gssize) g_bytes_get_size (bytes));
  answer = expected (&said);
  g_string_free (said.data, TRUE);
  return answer;
}

/* Ticks until all is looked at. */
static void
settle (WeirView *view)
{
  guint64 total;

  do
    {
      weir_view_tick (view);
      g_thread_yield ();
    }
  while (weir_view_get_progress (view, &total) < total
         || total < weir_log_get_n_rows (weir_view_get_log (view)));
  while (weir_view_tick (view))
    ;
}

static void
assert_shows (WeirView *view, Expect expected, guint64 n_rows)
{
  guint position = 0, found;

  for (guint64 row = 0; row < n_rows; row++)
    {
      gboolean is_finding = FALSE;

      if (expected == has_needle || expected == has_needle_in_any_case || expected == has_umlaut
          || expected == has_replacement || expected == is_event_without_needle)
        {
          g_autoptr (WeirRow) item = weir_row_new (weir_view_get_log (view), row);

          /* Of findings the raw bytes are searched. */
          is_finding = weir_row_get_kind (item) == WEIR_ROW_FINDING;
        }
      if (is_finding)
        {
          if (weir_view_find_row (view, row, &found))
            position++;
          continue;
        }
      if (expect (weir_view_get_log (view), row, expected))
        {
          g_assert_cmpuint (weir_view_get_row_number (view, position), ==, row);
          g_assert_true (weir_view_find_row (view, row, &found));
          g_assert_cmpuint (found, ==, position);
          g_assert_true (weir_view_is_match (view, row));
          g_assert_true (weir_view_is_decided (view, row));
          position++;
        }
      else
        {
          g_assert_false (weir_view_find_row (view, row, &found));
          g_assert_false (weir_view_is_match (view, row));
          g_assert_true (weir_view_is_decided (view, row));
        }
    }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (view)), ==, position);
  g_assert_cmpuint (weir_view_get_n_matches (view), ==, position);
}

static void
check (WeirLog *log, WeirFilter *filter, Expect expected)
{
  g_autoptr (WeirView) view = weir_view_new (log);

  g_assert_nonnull (filter);
  weir_view_tick (view);
  weir_view_set_filter (view, filter);
  settle (view);
  assert_shows (view, expected, weir_log_get_n_rows (log));
  weir_filter_unref (filter);
}

static void
check_all (WeirLog *log)
{
  g_autoptr (WeirFilter) text = weir_filter_new_text ("needle", TRUE);
  g_autoptr (WeirFilter) events = weir_filter_new_kinds (1 << WEIR_ROW_EVENT);
  g_autoptr (WeirFilter) not_text = weir_filter_new_not (text);
  g_autoptr (WeirFilter) big = weir_filter_new_size (40, 60);
  g_autoptr (WeirFilter) json = weir_filter_new_json_path ("$.v == 5", NULL);
  g_autoptr (WeirFilter) bookmarks = weir_filter_new_bookmarks ();
  g_autoptr (WeirFilter) marked_events = weir_filter_new_and (bookmarks, events);
  g_autoptr (WeirRows) rows = weir_rows_new ();

  for (guint64 row = 0; row < weir_log_get_n_rows (log); row += BOOKMARK_EVERY)
    weir_rows_add (rows, row, 1);
  check (log, weir_filter_new_text ("needle", TRUE), has_needle);
  check (log, weir_filter_new_text ("NeedlE", FALSE), has_needle_in_any_case);
  check (log, weir_filter_new_text ("one\ntwo", TRUE), spans_lines);
  check (log, weir_filter_new_text ("äh", FALSE), has_umlaut);
  check (log, weir_filter_new_text ("\uFFFD", TRUE), has_replacement);
  check (log, weir_filter_new_kinds (1 << WEIR_ROW_EVENT), is_event);
  check (log, weir_filter_new_type ("t3"), is_of_type);
  check (log, weir_filter_new_id ("needle"), has_id_needle);
  check (log, weir_filter_new_size (40, 60), is_big);
  check (log, weir_filter_set_bookmarks (bookmarks, rows), is_bookmarked);
  check (log, weir_filter_set_bookmarks (marked_events, rows), is_bookmarked_event);
  check (log, weir_filter_new_regex ("^[0-9]", TRUE, NULL), starts_with_digit);
  check (log, weir_filter_new_json_path ("$.v == 5", NULL), is_json_five);
  check (log, weir_filter_new_and (not_text, events), is_event_without_needle);
  check (log, weir_filter_new_or (big, json), is_big_or_json);
}

static void
test_against_rows (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();

  fill (log, 20000);
  check_all (log);
}

/* The same, of bytes that are on disk only. */
static void
test_on_disk (void)
{
  g_autofree char *path = NULL;
  g_autoptr (GString) stream = make_stream (20000);
  g_autoptr (WeirLog) log = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("weir-filter-XXXXXX.sse", &path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, stream->str, (gssize) stream->len, NULL));
  log = weir_log_open (path, &error);
  g_assert_no_error (error);
  weir_log_wait_indexed (log);
  check_all (log);
  g_unlink (path);
}

/* Rows that come while a filter is set are taken in; another filter drops the search. */
static void
test_live (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autoptr (WeirView) view = weir_view_new (log);
  g_autoptr (WeirFilter) text = weir_filter_new_text ("needle", TRUE);
  g_autoptr (WeirFilter) events = weir_filter_new_kinds (1 << WEIR_ROW_EVENT);
  g_autoptr (WeirFilter) both = weir_filter_new_and (events, text);
  g_autoptr (WeirFilter) plain = weir_filter_new_type ("plain");
  guint64 n_events = 0;

  fill (log, 5000);
  weir_view_tick (view);
  weir_view_set_filter (view, both);
  weir_view_set_filter (view, plain);
  weir_view_set_filter (view, events);
  weir_view_tick (view);
  fill (log, 5000);
  weir_view_tick (view);
  fill (log, 5000);
  settle (view);
  assert_shows (view, is_event, weir_log_get_n_rows (log));
  for (guint i = 0; i < weir_log_get_n_types (log); i++)
    {
      g_assert_cmpuint (weir_view_get_type_count (view, i), ==, weir_log_get_type_count (log, i));
      n_events += weir_view_get_type_count (view, i);
    }
  g_assert_cmpuint (n_events, ==, weir_log_get_n_events (log));

  /* Rows that are there, but were not looked at yet. */
  weir_view_set_filter (view, plain);
  g_assert_false (weir_view_is_decided (view, 0));
  g_assert_false (weir_view_is_decided (view, weir_log_get_n_rows (log)));

  weir_view_set_filter (view, NULL);
  weir_view_tick (view);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (view)), ==, weir_log_get_n_rows (log));
}

/* An expression that would take for ever gives rows up, and says how many. */
static void
test_catastrophic (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autoptr (WeirView) view = weir_view_new (log);
  g_autoptr (WeirFilter) filter = weir_filter_new_regex ("(a+)+$", TRUE, NULL);
  static const char stream[] = "data: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\n\ndata: aa\n\n";
  g_autoptr (GError) error = NULL;
  LogWriter writer;

  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  for (guint i = 0; i < 20; i++)
    log_writer_write (&writer, stream, strlen (stream), 0);
  log_writer_clear (&writer);
  weir_view_tick (view);
  weir_view_set_filter (view, filter);
  settle (view);
  g_assert_cmpuint (weir_view_get_n_matches (view), ==, 20);
  g_assert_cmpuint (weir_view_get_n_skipped (view), ==, 20);

  g_assert_null (weir_filter_new_regex ("(a", TRUE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

typedef struct
{
  guint64 row;
  gboolean done;
} Found;

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  Found *found = data;
  g_autoptr (GError) error = NULL;

  found->row = weir_view_find_finish (WEIR_VIEW (source), result, &error);
  g_assert_no_error (error);
  found->done = TRUE;
}

static guint64
find (WeirView *view, WeirFilter *filter, guint64 row, gboolean backwards)
{
  Found found = { 0 };

  weir_view_find_async (view, filter, row, backwards, NULL, on_found, &found);
  while (!found.done)
    g_main_context_iteration (NULL, TRUE);
  return found.row;
}

static void
test_find (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autoptr (WeirView) view = weir_view_new (log);
  g_autoptr (WeirFilter) text = weir_filter_new_text ("needle", TRUE);
  g_autoptr (WeirFilter) events = weir_filter_new_kinds (1 << WEIR_ROW_EVENT);
  guint64 row = WEIR_NO_ROW, last = WEIR_NO_ROW;
  guint n = 0;

  fill (log, 300);
  weir_view_tick (view);
  weir_view_set_filter (view, events);
  settle (view);
  while ((row = find (view, text, row, FALSE)) != WEIR_NO_ROW)
    {
      if (last != WEIR_NO_ROW)
        {
          g_assert_cmpuint (row, >, last);
          g_assert_cmpuint (find (view, text, row, TRUE), ==, last);
        }
      last = row;
      n++;
    }
  g_assert_cmpuint (n, >, 10);
  g_assert_cmpuint (find (view, text, WEIR_NO_ROW, TRUE), ==, last);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/filter/against-rows", test_against_rows);
  g_test_add_func ("/filter/on-disk", test_on_disk);
  g_test_add_func ("/filter/live", test_live);
  g_test_add_func ("/filter/catastrophic", test_catastrophic);
  g_test_add_func ("/filter/find", test_find);
  return g_test_run ();
}
