/* SPDX-License-Identifier: MIT */
/* Recordings of unknown origin: every reader gives the same events, whatever the marks say, and nothing
 * outside of the recording is opened. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/weir-allocator.h"
#include "export/weir-export.h"
#include "log-writer.h"
#include "log/weir-row.h"
#include "recorded.h"
#include "recording/weir-joined-replay.h"
#include "recording/weir-marks-private.h"
#include "recording/weir-recording.h"
#include "recording/weir-replay.h"
#include "tree.h"

static void
write_file (const char *folder, const char *name, const void *bytes, gssize length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, bytes, length, NULL));
}

/* A recording with one file. (transfer full) */
static char *
make_recording (const char *folder, const char *marks, const char *body)
{
  char *path = g_build_filename (folder, "r.weir", NULL);

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  if (marks != NULL)
    write_file (path, "marks", marks, -1);
  if (body != NULL)
    write_file (path, "000001-000000000000000.sse", body, -1);
  return path;
}

/* --- The events that each reader gives ---------------------------------------------- */

static void
append_event (GString *events, WeirSpan type, WeirSpan data, WeirSpan id)
{
  g_string_append_printf (events, "%zu,%zu,%zu:", type.length, data.length, id.length);
  g_string_append_len (events, type.text, (gssize) type.length);
  g_string_append_len (events, data.text, (gssize) data.length);
  g_string_append_len (events, id.text, (gssize) id.length);
  g_string_append_c (events, '\n');
}

static void
init_parser (WeirParser *parser)
{
  const WeirParserOptions options = { .on_limit = WEIR_ON_LIMIT_SKIP,
                                      .allocator = weir_allocator_malloc () };

  weir_parser_init (parser, &options);
}

static void
drain (WeirParser *parser, GString *events)
{
  WeirItem item;

  while (weir_parser_next (parser, &item) == WEIR_ITEM)
    if (item.kind == WEIR_ITEM_EVENT)
      append_event (events, item.type, item.data, item.last_event_id);
}

static WeirSpan
span_of (const char *text)
{
  return (WeirSpan){ text, strlen (text) };
}

/* The rows of a log. Their texts are valid UTF-8. (transfer full) */
static GString *
events_of_log (WeirLog *log)
{
  GString *events = g_string_new (NULL);

  for (guint64 i = 0; i < weir_log_get_n_rows (log); i++)
    {
      g_autoptr (WeirRow) row = weir_row_new (log, i);
      GBytes *data = weir_row_get_data (row);

      g_assert_true (g_utf8_validate (weir_row_get_preview (row), -1, NULL));
      g_assert_true (
          g_utf8_validate_len (g_bytes_get_data (data, NULL), g_bytes_get_size (data), NULL));
      g_assert_cmpint (weir_row_get_time_us (row), >=, 0);
      if (weir_row_get_kind (row) == WEIR_ROW_EVENT)
        append_event (events, span_of (weir_row_get_type_name (row)),
                      (WeirSpan){ g_bytes_get_data (data, NULL), g_bytes_get_size (data) },
                      span_of (weir_row_get_id (row)));
    }
  return events;
}

static GString *
events_of_index (const char *path)
{
  g_autoptr (WeirLog) log = open_log (path);

  return events_of_log (log);
}

static GString *
events_of_replay (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirReplay) replay = weir_replay_new (path, &error);
  g_autoptr (WeirLog) log = weir_log_new ();

  g_assert_no_error (error);
  g_assert_true (weir_replay_to_sink (replay, WEIR_SINK (log), NULL, &error));
  return events_of_log (log);
}

/* What a client of the feed gets. */
static GString *
events_of_feed (const char *path)
{
  g_autoptr (WeirJoinedReplay) replay = weir_joined_replay_new (path, NULL);
  GString *events = g_string_new (NULL);
  WeirJoinedBytes bytes;
  WeirParser parser;

  init_parser (&parser);
  while (weir_joined_replay_next (replay, &bytes))
    {
      weir_parser_feed (&parser, bytes.bytes, bytes.length);
      drain (&parser, events);
    }
  weir_parser_finish (&parser, FALSE);
  drain (&parser, events);
  weir_parser_clear (&parser);
  return events;
}

static void
on_exported (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (weir_export_run_finish (WEIR_EXPORT (source), result, &error));
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static void
export_log (WeirLog *log, WeirExportFormat format, const char *path)
{
  g_autoptr (WeirExport) export = weir_export_new (log, NULL, format, path);
  gboolean done = FALSE;

  weir_export_run_async (export, NULL, on_exported, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

/* Every format is valid UTF-8; the .sse file is read again. */
static GString *
events_of_export (const char *path)
{
  static const WeirExportFormat formats[] = { WEIR_EXPORT_CSV, WEIR_EXPORT_HAR, WEIR_EXPORT_NDJSON,
                                              WEIR_EXPORT_SSE };
  g_autofree char *out = g_strconcat (path, ".out", NULL);
  g_autoptr (WeirLog) log = open_log (path);
  g_autofree char *text = NULL;
  gsize length;

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_clear_pointer (&text, g_free);
      export_log (log, formats[i], out);
      g_assert_true (g_file_get_contents (out, &text, &length, NULL));
      g_assert_true (g_utf8_validate_len (text, length, NULL));
    }
  return events_of_index (out);
}

static const struct
{
  const char *name;
  GString *(*read) (const char *path);
} readers[] = {
  { "the log", events_of_index },
  { "a replay", events_of_replay },
  { "the feed", events_of_feed },
  { "an export", events_of_export },
};

static void
assert_every_reader_gives (const char *path, const GString *expected)
{
  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    {
      GString *events = readers[i].read (path);

      if (!g_string_equal (events, expected))
        g_error ("%s gives other events of %s:\n%s\ninstead of:\n%s", readers[i].name, path,
                 events->str, expected->str);
      g_string_free (events, TRUE);
    }
}

/* --- Marks only describe ---------------------------------------------------------------- */

static void
assert_events (const char *path, const char *const *data)
{
  g_autoptr (GString) expected = g_string_new (NULL);

  for (; *data != NULL; data++)
    append_event (expected, span_of ("message"), span_of (*data), span_of (""));
  assert_every_reader_gives (path, expected);
}

/* Every step that is said before the last byte comes where it is said, but the end. */
static void
test_early_end (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = make_recording (folder,
                                          "weir-recording 1\nc 1 1 u\nr 0 2\ne 11 3 end\n"
                                          "n 11 4 1 after it\ne 22 5 end\no 22 5 again\n",
                                          "data: one\n\ndata: two\n\n");

  assert_events (path, (const char *const[]){ "one", "two", NULL });
  remove_tree (folder);
}

static void
test_texts (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path =
      make_recording (folder,
                      "weir-recording 1\nc 1 1 http://h/\xF0\no 0 1 HTTP/1.1 200 OK\xF0\nr 0 1\n"
                      "n 5 2 3 note \xF0\nn 5 2 77 kind \xFF\xFE\ne 13 3 reset end\xE2\n",
                      "data: hello\n\n");
  g_autoptr (WeirLog) log = open_log (path);
  g_autoptr (WeirRow) note = weir_row_new (log, 1);
  g_autoptr (WeirRow) end = weir_row_new (log, 3);
  g_autoptr (WeirRow) skipped = weir_row_new (log, 4);
  WeirConnectionInfo *info = weir_row_get_connection (end);

  assert_events (path, (const char *const[]){ "hello", NULL });
  g_assert_cmpstr (weir_row_get_preview (note), ==, "note \uFFFD");
  g_assert_cmpstr (weir_row_get_preview (end), ==, "end\uFFFD");
  g_assert_nonnull (strstr (weir_row_get_preview (skipped), "1 line of the marks"));
  g_assert_cmpuint (weir_log_get_n_rows (log), ==, 5);
  g_assert_cmpstr (info->url, ==, "http://h/\uFFFD");
  g_assert_cmpstr (info->reason_phrase, ==, "OK\uFFFD");
  g_assert_cmpint (info->end, ==, WEIR_END_RESET);
  g_assert_true (info->failed);
  remove_tree (folder);
}

static void
test_numbers (void)
{
  static const char *const bad[] = {
    "c 1 18446744073709551615 http://h/",
    "o 0 9223372036854775807 HTTP/1.1 200 OK",
    "r 0 9223372036854775807",
    "r 0 9223372036854775808",
    "r 18446744073709551615 5",
    "r 3 9999999999999999999999",
    "n 0 5 0 none",
    "n 0 5 4294967297 large",
    "n 18446744073709551615 18446744073709551615 18446744073709551615 x",
    "e 18446744073709551615 1 end",
    "c 0 1 zero",
    "c 4294967298 1 large",
    "r 1000000000000000 5",
    "r -1 5",
    "r +1 5",
    "r  1 5",
    "r 1",
    "r 1 5x",
    "x 1 5",
    "c",
    "",
  };
  g_autofree char *folder = make_folder ();
  g_autoptr (GString) marks = g_string_new (WEIR_MARKS_HEAD);
  g_autofree char *path = NULL;
  g_autoptr (WeirReplay) replay = NULL;
  g_autofree char *skipped = NULL;
  WeirReplayStep step;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_string_append_printf (marks, "c %u 1 u\n%s\nr 0 7\n", i * 2 + 1, bad[i]);
  path = make_recording (folder, marks->str, "data: a\n\n");
  assert_events (path, (const char *const[]){ "a", NULL });
  replay = weir_replay_new (path, NULL);
  while (weir_replay_next (replay, &step, NULL))
    g_assert_cmpint (step.time_us, <=, 7);
  skipped = weir_replay_describe_skipped (replay);
  /* The lines of a connection whose own line is bad are skipped with it. */
  g_assert_nonnull (strstr (skipped, "24 lines of the marks"));
  remove_tree (folder);
}

/* --- Heads and sizes ------------------------------------------------------------------- */

static void
assert_refused (const char *path, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (weir_log_open (path, &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_clear_error (&error);
  g_assert_null (weir_replay_new (path, &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_clear_error (&error);
  g_assert_null (weir_joined_replay_new (path, &error));
  g_assert_error (error, G_IO_ERROR, code);
}

static void
test_heads (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = make_recording (folder, "", "data: a\n\n");
  g_autofree char *marks = g_build_filename (path, "marks", NULL);

  /* What a program that was killed at once leaves. */
  assert_events (path, (const char *const[]){ "a", NULL });
  write_file (path, "marks", "weir-recor", -1);
  assert_events (path, (const char *const[]){ "a", NULL });
  write_file (path, "marks", "weir-recording 1", -1);
  assert_events (path, (const char *const[]){ "a", NULL });

  write_file (path, "marks", "weir-recording 2\n", -1);
  assert_refused (path, G_IO_ERROR_NOT_SUPPORTED);
  write_file (path, "marks", "weir-recording 99999999999999999999999\n", -1);
  assert_refused (path, G_IO_ERROR_NOT_SUPPORTED);
  write_file (path, "marks", "weir-recording 10\n", -1);
  assert_refused (path, G_IO_ERROR_NOT_SUPPORTED);
  write_file (path, "marks", "weir-recording 1x\n", -1);
  assert_refused (path, G_IO_ERROR_INVALID_DATA);
  write_file (path, "marks", "weir-recording -1\n", -1);
  assert_refused (path, G_IO_ERROR_INVALID_DATA);
  write_file (path, "marks", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 18);
  assert_refused (path, G_IO_ERROR_INVALID_DATA);

  write_file (path, "marks", WEIR_MARKS_HEAD, -1);
  g_assert_cmpint (truncate (marks, G_GINT64_CONSTANT (1) << 40), ==, 0);
  assert_refused (path, G_IO_ERROR_INVALID_DATA);
  remove_tree (folder);
}

/* Lines of any length are read in constant memory. */
static void
test_long_lines (void)
{
  g_autofree char *folder = make_folder ();
  g_autoptr (GString) marks = g_string_new (WEIR_MARKS_HEAD "c 1 1 ");
  g_autofree char *path = NULL;
  g_autoptr (WeirReplay) replay = NULL;
  g_autofree char *skipped = NULL;
  WeirReplayStep step;
  guint n_notes = 0;

  g_string_append (marks, "http://h/\n");
  for (gsize length = 1000; length < (4 << 20); length *= 4)
    {
      g_autofree char *text = g_strnfill (length, 'x');

      g_string_append_printf (marks, "n 0 1 1 %s\nn 0 1 1 short\n", text);
    }
  path = make_recording (folder, marks->str, "data: a\n\n");
  replay = weir_replay_new (path, NULL);
  while (weir_replay_next (replay, &step, NULL))
    n_notes += step.kind == WEIR_REPLAY_NOTE;
  /* Those of 1,000 to 256,000 bytes, and the seven short ones. */
  g_assert_cmpuint (n_notes, ==, 12);
  skipped = weir_replay_describe_skipped (replay);
  g_assert_nonnull (strstr (skipped, "2 lines of the marks"));
  remove_tree (folder);
}

/* --- Files ------------------------------------------------------------------------------- */

static void
test_names (void)
{
  static const struct
  {
    const char *name;
    guint connection;
    guint64 offset;
  } names[] = {
    { "000001-000000000000000.sse", 1, 0 },
    { "1-0.sse", 1, 0 },
    { "123456789-123456789012345.sse", 123456789, G_GUINT64_CONSTANT (123456789012345) },
    { "1-0.sse ", 0, 0 },
    { " 1-0.sse", 0, 0 },
    { "1- 0.sse", 0, 0 },
    { "+1-0.sse", 0, 0 },
    { "-1-0.sse", 0, 0 },
    { "1--0.sse", 0, 0 },
    { "0-0.sse", 0, 0 },
    { "1-.sse", 0, 0 },
    { "-0.sse", 0, 0 },
    { "1-0.SSE", 0, 0 },
    { "1-0.sse.bak", 0, 0 },
    { "1-0x1.sse", 0, 0 },
    { "1234567890-0.sse", 0, 0 },
    { "1-1234567890123456.sse", 0, 0 },
    { "1-0", 0, 0 },
    { "", 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      WeirRecordedFile file = { 0 };

      g_assert_cmpint (weir_recorded_file_parse_name (names[i].name, &file), ==,
                       names[i].connection > 0);
      if (names[i].connection == 0)
        continue;
      g_assert_cmpuint (file.connection, ==, names[i].connection);
      g_assert_cmpuint (file.offset, ==, names[i].offset);
    }
}

static void
test_irregular_files (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = make_recording (folder, WEIR_MARKS_HEAD "c 1 1 u\n", "data: a\n\n");
  g_autofree char *secret = g_build_filename (folder, "secret", NULL);
  g_autofree char *fifo = g_build_filename (folder, "fifo", NULL);
  g_autofree char *marks = g_build_filename (path, "marks", NULL);
  g_autofree char *second = g_build_filename (path, "000002-000000000000000.sse", NULL);
  g_autofree char *third = g_build_filename (path, "000003-000000000000000.sse", NULL);
  g_autofree char *fourth = g_build_filename (path, "000004-000000000000000.sse", NULL);
  g_autofree char *link = g_build_filename (folder, "link", NULL);
  g_autoptr (WeirReplay) replay = NULL;
  g_autofree char *skipped = NULL;
  WeirReplayStep step;

  write_file (folder, "secret", "data: secret\n\n", -1);
  g_assert_cmpint (symlink (secret, second), ==, 0);
  g_assert_cmpint (mkfifo (third, 0600), ==, 0);
  g_assert_cmpint (g_mkdir (fourth, 0700), ==, 0);
  assert_events (path, (const char *const[]){ "a", NULL });
  replay = weir_replay_new (path, NULL);
  while (weir_replay_next (replay, &step, NULL))
    ;
  skipped = weir_replay_describe_skipped (replay);
  g_assert_nonnull (strstr (skipped, "3 files"));

  /* The recording itself may be named by a link, and so may a file. */
  g_assert_cmpint (symlink (path, link), ==, 0);
  assert_events (link, (const char *const[]){ "a", NULL });
  assert_events (secret, (const char *const[]){ "secret", NULL });

  g_assert_cmpint (g_unlink (marks), ==, 0);
  g_assert_cmpint (symlink (secret, marks), ==, 0);
  assert_refused (path, G_IO_ERROR_NOT_REGULAR_FILE);
  g_assert_cmpint (g_unlink (marks), ==, 0);
  g_assert_cmpint (mkfifo (marks, 0600), ==, 0);
  assert_refused (path, G_IO_ERROR_NOT_REGULAR_FILE);

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  assert_refused (fifo, G_IO_ERROR_NOT_REGULAR_FILE);
  remove_tree (folder);
}

/* A file that becomes a link after the recording was opened is not followed either. */
static void
test_exchanged_file (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = make_recording (folder, NULL, "data: a\n\n");
  g_autofree char *secret = g_build_filename (folder, "secret", NULL);
  g_autofree char *body = g_build_filename (path, "000001-000000000000000.sse", NULL);
  g_autoptr (WeirReplay) replay = weir_replay_new (path, NULL);
  g_autoptr (GError) error = NULL;
  WeirReplayStep step;

  write_file (folder, "secret", "data: b\n\n", -1);
  g_assert_cmpint (g_unlink (body), ==, 0);
  g_assert_cmpint (symlink (secret, body), ==, 0);
  g_assert_true (weir_replay_next (replay, &step, &error));
  g_assert_cmpint (step.kind, ==, WEIR_REPLAY_BEGAN);
  g_assert_false (weir_replay_next (replay, &step, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  remove_tree (folder);
}

/* --- Any marks, any files ----------------------------------------------------------------- */

/* A number of one of the kinds that readers may trip over. */
static guint64
random_number (GRand *random, guint64 likely)
{
  switch (g_rand_int_range (random, 0, 8))
    {
    case 0:
      return G_MAXUINT64;
    case 1:
      return G_MAXINT64;
    case 2:
      return (guint64) g_rand_int (random) << g_rand_int_range (random, 0, 32);
    case 3:
      return 0;
    default:
      return (guint64) g_rand_int_range (random, 0, (gint32) MAX (likely, 2));
    }
}

static void
append_random_line (GRand *random, GString *marks)
{
  static const char *const texts[] = {
    "",   " text",     " HTTP/1.1 200 OK", " reset broken", " \xFF", " HTTP/1.1 4294967297 \x01",
    "\r", " 3 overdue"
  };
  const char what = "corner\xFF"[g_rand_int_range (random, 0, 7)];

  g_string_append_printf (marks, "%c %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, what,
                          random_number (random, what == 'c' ? 5 : 60),
                          random_number (random, 1000000));
  if (what == 'n')
    g_string_append_printf (marks, " %" G_GUINT64_FORMAT, random_number (random, 15));
  g_string_append (marks, texts[g_rand_int_range (random, 0, G_N_ELEMENTS (texts))]);
  g_string_append_c (marks, g_rand_int_range (random, 0, 30) == 0 ? '\0' : '\n');
}

static void
append_random_bytes (GRand *random, GString *body)
{
  static const char *const pieces[] = {
    "data: a\n\n", "data: b\r\n\r\n", "data:c\r\r",   ": comment\n", ": x\n\n",
    "id: 7\n",     "event: t\n",      "data: \xFF\n", "data",        "\n",
    "\r",          "retry: 5\n",      "\xEF\xBB\xBF", "id\n\n",      "data\n\n"
  };
  const gint n = g_rand_int_range (random, 0, 8);

  for (gint i = 0; i < n; i++)
    g_string_append (body, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
}

/* Writes files with and without bytes missing between them; what they hold is parsed here. */
static void
write_random_files (GRand *random, const char *path, GString *expected)
{
  WeirParser parser;

  init_parser (&parser);
  for (guint connection = 1; connection < 5; connection++)
    {
      guint64 offset = (guint64) g_rand_int_range (random, 0, 2) * 10;
      const gint n_files = g_rand_int_range (random, 0, 4);

      weir_parser_reset (&parser);
      for (gint i = 0; i < n_files; i++)
        {
          g_autofree char *name =
              g_strdup_printf ("%06u-%015" G_GUINT64_FORMAT ".sse", connection, offset);
          g_autoptr (GString) body = g_string_new (NULL);

          append_random_bytes (random, body);
          write_file (path, name, body->str, (gssize) body->len);
          if (body->len > 0)
            weir_parser_feed (&parser, body->str, body->len);
          drain (&parser, expected);
          offset += body->len;
          if (body->len == 0)
            break;
          if (i + 1 == n_files || g_rand_int_range (random, 0, 4) > 0)
            continue;
          /* Some bytes are missing. */
          offset += 3;
          weir_parser_finish (&parser, FALSE);
          drain (&parser, expected);
          weir_parser_reset (&parser);
        }
      weir_parser_finish (&parser, FALSE);
      drain (&parser, expected);
    }
  weir_parser_clear (&parser);
}

static void
test_any_marks (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20261130);

  for (guint round = 0; round < 400; round++)
    {
      g_autofree char *folder = make_folder ();
      g_autofree char *path = make_recording (folder, NULL, NULL);
      g_autoptr (GString) marks = g_string_new (WEIR_MARKS_HEAD);
      g_autoptr (GString) expected = g_string_new (NULL);
      const gint n_lines = g_rand_int_range (random, 0, 40);

      for (gint i = 0; i < n_lines; i++)
        append_random_line (random, marks);
      write_file (path, "marks", marks->str, (gssize) marks->len);
      write_random_files (random, path, expected);
      g_test_message ("round %u", round);
      assert_every_reader_gives (path, expected);
      remove_tree (folder);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recording/hostile/early-end", test_early_end);
  g_test_add_func ("/recording/hostile/texts", test_texts);
  g_test_add_func ("/recording/hostile/numbers", test_numbers);
  g_test_add_func ("/recording/hostile/heads", test_heads);
  g_test_add_func ("/recording/hostile/long-lines", test_long_lines);
  g_test_add_func ("/recording/hostile/names", test_names);
  g_test_add_func ("/recording/hostile/irregular-files", test_irregular_files);
  g_test_add_func ("/recording/hostile/exchanged-file", test_exchanged_file);
  g_test_add_func ("/recording/hostile/any-marks", test_any_marks);
  return g_test_run ();
}
