/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "log-writer.h"
#include "log/weir-row.h"

#define assert_bytes(bytes, text)                                                                  \
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text))

static WeirLog *
log_of (const char *bytes, gsize length, gsize cut)
{
  WeirLog *log = weir_log_new ();
  LogWriter writer;

  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  log_writer_write (&writer, bytes, length, cut);
  log_writer_end (&writer);
  log_writer_clear (&writer);
  return log;
}

static void
test_rows (void)
{
  static const char stream[] = ":hello\nretry: 250\nid: 7\nevent: note\ndata: one\ndata: two\n\n"
                               "data: three\n\nnonsense: 1\ndata: four\n\n";
  static const struct
  {
    WeirRowKind kind;
    const char *type, *id, *data, *preview;
  } expected[] = {
    { WEIR_ROW_MARK, "connection", NULL, "HTTP/1.1 200 OK", "HTTP/1.1 200 OK" },
    { WEIR_ROW_COMMENT, "comment", NULL, "hello", "hello" },
    { WEIR_ROW_RETRY, "retry", NULL, "250", "250 ms" },
    { WEIR_ROW_EVENT, "note", "7", "one\ntwo", "one\u21B5two" },
    { WEIR_ROW_EVENT, "message", "7", "three", "three" },
    { WEIR_ROW_FINDING, "unknown-field", NULL, NULL, NULL },
    { WEIR_ROW_EVENT, "message", "7", "four", "four" },
    { WEIR_ROW_MARK, "connection", NULL, NULL, NULL },
  };

  for (gsize cut = 0; cut < 9; cut++)
    {
      g_autoptr (WeirLog) log = log_of (stream, strlen (stream), cut);

      g_assert_cmpuint (weir_log_get_n_rows (log), ==, G_N_ELEMENTS (expected));
      g_assert_cmpuint (weir_log_get_n_events (log), ==, 3);
      g_assert_cmpuint (weir_log_get_n_findings (log), ==, 1);
      g_assert_cmpuint (weir_log_get_n_bytes (log), ==, strlen (stream));
      for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
        {
          g_autoptr (WeirRow) row = weir_row_new (log, i);

          g_assert_cmpint (weir_row_get_kind (row), ==, expected[i].kind);
          g_assert_cmpstr (weir_row_get_type_name (row), ==, expected[i].type);
          g_assert_cmpstr (weir_row_get_id (row), ==, expected[i].id);
          if (expected[i].data != NULL)
            assert_bytes (weir_row_get_data (row), expected[i].data);
          if (expected[i].preview != NULL)
            g_assert_cmpstr (weir_row_get_preview (row), ==, expected[i].preview);
        }
    }
}

static void
test_raw (void)
{
  static const char stream[] = "\xEF\xBB\xBF"
                               "data: a\xFF\n\n\xEF\xBB\xBF"
                               "data: b\n\ndata: c\n\n";
  g_autoptr (WeirLog) log = log_of (stream, strlen (stream), 0);
  guint n_events = 0;

  for (guint64 i = 0; i < weir_log_get_n_rows (log); i++)
    {
      g_autoptr (WeirRow) row = weir_row_new (log, i);

      if (weir_row_get_kind (row) != WEIR_ROW_EVENT)
        continue;
      assert_bytes (weir_row_get_data (row), n_events == 0 ? "a\uFFFD" : "c");
      g_assert_cmpuint (weir_row_get_size (row), ==, g_bytes_get_size (weir_row_get_raw (row)));
      n_events++;
    }
  g_assert_cmpuint (n_events, ==, 2);
}

/* Reads of cut bytes each: those of a row reach from before its first byte to its last. */
static void
test_reads (void)
{
  static const char stream[] = "data: one\n\n: comment\ndata: two\n\ndata: three\n\n";

  for (gsize cut = 1; cut < sizeof stream; cut++)
    {
      g_autoptr (WeirLog) log = log_of (stream, strlen (stream), cut);

      for (guint64 i = 0; i < weir_log_get_n_rows (log); i++)
        {
          WeirRead reads[sizeof stream], first;
          WeirRowInfo info;
          const guint n = weir_log_get_reads (log, i, G_N_ELEMENTS (reads), reads);

          g_assert_true (weir_log_get_row (log, i, &info));
          if (info.kind == WEIR_ROW_MARK)
            {
              g_assert_cmpuint (n, ==, 0);
              continue;
            }
          g_assert_cmpuint (n, ==, (info.offset + info.size - 1) / cut - info.offset / cut + 1);
          for (guint j = 0; j < n; j++)
            g_assert_cmpuint (reads[j].offset, ==, (info.offset / cut + j) * cut);
          for (guint j = 1; j < n; j++)
            g_assert_cmpint (reads[j].time_us - reads[j - 1].time_us, ==, 1000);
          g_assert_cmpint (reads[n - 1].time_us, ==, info.time_us);
          g_assert_cmpuint (weir_log_get_reads (log, i, 1, &first), ==, 1);
          g_assert_cmpuint (first.offset, ==, reads[0].offset);
        }
    }
}

static void
test_ids_over_connections (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  LogWriter writer;
  guint n_events = 0;

  log_writer_init (&writer, log);
  for (guint i = 0; i < 2; i++)
    {
      const char *text = i == 0 ? "data: a\n\nid: x\n\n" : "data: b\n\nid\ndata: c\n\n";

      log_writer_begin (&writer);
      log_writer_write (&writer, text, strlen (text), 1);
      log_writer_end (&writer);
    }
  log_writer_clear (&writer);

  for (guint64 i = 0; i < weir_log_get_n_rows (log); i++)
    {
      static const char *const ids[] = { "", "x", "" };
      g_autoptr (WeirRow) row = weir_row_new (log, i);

      if (weir_row_get_kind (row) == WEIR_ROW_EVENT)
        g_assert_cmpstr (weir_row_get_id (row), ==, ids[n_events++]);
    }
  g_assert_cmpuint (n_events, ==, 3);
}

static void
test_types_are_bounded (void)
{
  g_autoptr (GString) stream = g_string_new (NULL);
  g_autoptr (WeirLog) log = NULL;
  g_autoptr (WeirRow) row = NULL;

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (stream, "event: type-%u\ndata\n\n", i);
  log = log_of (stream->str, stream->len, 0);

  g_assert_cmpuint (weir_log_get_n_types (log), ==, 4096);
  g_assert_cmpstr (weir_log_get_type_name (log, 0), ==, "message");
  g_assert_cmpuint (weir_log_get_type_count (log, 0), ==, 0);
  g_assert_cmpuint (weir_log_get_type_count (log, 1), ==, 1);
  g_assert_cmpuint (weir_log_get_type_count (log, WEIR_TYPE_OTHER), ==, 5000 - 4095);
  row = weir_row_new (log, 5000);
  g_assert_cmpstr (weir_row_get_type_name (row), ==, "type-4999");
}

/* Rows that lie across two blocks, and times. */
static void
test_many (void)
{
  g_autoptr (GString) stream = g_string_new (NULL);
  g_autoptr (WeirLog) log = NULL;

  for (guint i = 0; i < 200000; i++)
    g_string_append_printf (stream, "data: %u\n\n", i);
  log = log_of (stream->str, stream->len, 65536);
  g_assert_cmpuint (weir_log_get_n_rows (log), ==, 200002);
  for (guint i = 0; i < 200000; i++)
    {
      g_autoptr (WeirRow) row = weir_row_new (log, i + 1);
      g_autofree char *number = g_strdup_printf ("%u", i);

      assert_bytes (weir_row_get_data (row), number);
    }
  for (guint i = 1; i < 200000; i++)
    {
      WeirRowInfo before, here;

      g_assert_true (weir_log_get_row (log, i, &before));
      g_assert_true (weir_log_get_row (log, i + 1, &here));
      g_assert_cmpint (before.time_us, <=, here.time_us);
    }
}

/* A reader beside the writer sees whole rows only. */
static gpointer
read_along (gpointer data)
{
  WeirLog *log = data;
  guint64 seen = 0;

  while (seen < 50002)
    {
      guint64 n_rows = weir_log_get_n_rows (log);

      for (; seen < n_rows; seen++)
        {
          g_autoptr (WeirRow) row = weir_row_new (log, seen);

          if (weir_row_get_kind (row) == WEIR_ROW_EVENT)
            {
              g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, seen - 1);

              assert_bytes (weir_row_get_data (row), number);
            }
        }
      g_thread_yield ();
    }
  return NULL;
}

static void
test_reader_beside_writer (void)
{
  g_autoptr (GString) stream = g_string_new (NULL);
  g_autoptr (WeirLog) log = weir_log_new ();
  GThread *reader = g_thread_new ("reader", read_along, log);
  LogWriter writer;

  for (guint i = 0; i < 50000; i++)
    g_string_append_printf (stream, "data: %u\n\n", i);
  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  log_writer_write (&writer, stream->str, stream->len, 1460);
  log_writer_end (&writer);
  log_writer_clear (&writer);
  g_thread_join (reader);
}

static void
test_preview (void)
{
  g_autoptr (GString) stream = g_string_new ("data: a\tb\x1B[31m\xC2\x85\n\ndata: ");
  const char *turned = "data: \u202Egnp.exe\u2069\u200F\n\n";
  g_autoptr (WeirLog) log = NULL;
  g_autoptr (WeirRow) controls = NULL;
  g_autoptr (WeirRow) wide = NULL;
  g_autoptr (WeirRow) bidi = NULL;

  for (guint i = 0; i < 10000; i++)
    g_string_append (stream, "长");
  g_string_append (stream, "\n\n");
  g_string_append (stream, turned);
  g_string_append (stream, ": hush\n:  two\n:\n");
  log = log_of (stream->str, stream->len, 0);
  bidi = weir_row_new (log, 3);
  g_assert_cmpstr (weir_row_get_preview (bidi), ==, "[U+202E]gnp.exe[U+2069][U+200F]");
  /* Of a comment the one space behind the colon is not shown. */
  for (guint i = 0; i < 3; i++)
    {
      static const char *const comments[] = { "hush", " two", "" };
      g_autoptr (WeirRow) comment = weir_row_new (log, 4 + i);

      g_assert_cmpstr (weir_row_get_preview (comment), ==, comments[i]);
    }
  controls = weir_row_new (log, 1);
  wide = weir_row_new (log, 2);
  g_assert_cmpstr (weir_row_get_preview (controls), ==, "a b [31m ");
  g_assert_cmpuint (strlen (weir_row_get_preview (wide)), <=, 512);
  g_assert_true (g_utf8_validate (weir_row_get_preview (wide), -1, NULL));
}

/* What belongs to a row is found without a walk over all rows before it. */
static void
test_look_back (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autoptr (GString) stream = g_string_new (NULL);
  LogWriter writer;
  guint64 n_rows;

  for (guint i = 0; i < 60000; i++)
    g_string_append (stream, i == 7 ? "event: rare\ndata\n\n" : "data\n\n");
  g_string_append (stream, "event: rare\ndata\n\n");
  log_writer_init (&writer, log);
  for (guint i = 0; i < 2; i++)
    {
      log_writer_begin (&writer);
      log_writer_write (&writer, stream->str, stream->len, 0);
      log_writer_end (&writer);
    }
  log_writer_clear (&writer);

  /* begun, 60,001 events, ended, and again */
  n_rows = weir_log_get_n_rows (log);
  g_assert_cmpuint (n_rows, ==, 2 * 60003);
  g_assert_cmpuint (weir_log_find_previous (log, 60001, 1, 100000), ==, 8);
  g_assert_cmpuint (weir_log_find_previous (log, 60001, 1, 59993), ==, 8);
  g_assert_cmpuint (weir_log_find_previous (log, 60001, 1, 59992), ==, WEIR_NO_ROW);
  g_assert_cmpuint (weir_log_find_previous (log, 8, 1, 100000), ==, WEIR_NO_ROW);
  g_assert_cmpuint (weir_log_find_previous (log, 0, 0, 100000), ==, WEIR_NO_ROW);
  g_assert_cmpuint (weir_log_find_previous (log, n_rows, 0, 100000), ==, n_rows - 3);
  /* Each row's connection is told by the mark of its end. */
  g_assert_cmpuint (weir_log_find_connection (log, 0), ==, 60002);
  g_assert_cmpuint (weir_log_find_connection (log, 60001), ==, 60002);
  g_assert_cmpuint (weir_log_find_connection (log, 60002), ==, 60002);
  g_assert_cmpuint (weir_log_find_connection (log, 60003), ==, n_rows - 1);
  g_assert_cmpuint (weir_log_find_connection (log, n_rows - 2), ==, n_rows - 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log/rows", test_rows);
  g_test_add_func ("/log/raw", test_raw);
  g_test_add_func ("/log/reads", test_reads);
  g_test_add_func ("/log/ids-over-connections", test_ids_over_connections);
  g_test_add_func ("/log/types-are-bounded", test_types_are_bounded);
  g_test_add_func ("/log/many", test_many);
  g_test_add_func ("/log/reader-beside-writer", test_reader_beside_writer);
  g_test_add_func ("/log/look-back", test_look_back);
  g_test_add_func ("/log/preview", test_preview);
  return g_test_run ();
}
