/* SPDX-License-Identifier: MIT */
/* Bodies of every format: the same items and ranges wherever the bytes are cut, from the reader, from a
 * log and from a recording. */
#include "base/weir-reader.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "core/weir-allocator.h"
#include "log/weir-row.h"
#include "recorded.h"
#include "recording/weir-recording.h"
#include "tree.h"

typedef struct
{
  const char *name;
  WeirBodyFormat format;
  const char *bytes;
  gsize length;
  const char *items; /* "[begin,end) type data" lines */
  gboolean is_damaged, is_cut;
} Body;

#define BYTES(text) text, sizeof text - 1

/* A frame of the event type "chunk" with the payload {"a":1}, and one without headers and payload. */
#define FRAME                                                                                      \
  "\0\0\0\x2b\0\0\0\x14\xc9\xe9\x15\x01\x0b:event-type\7\0\5chunk{\"a\":1}\x55\x38\xc0\xb5"
#define EMPTY_FRAME "\0\0\0\x10\0\0\0\0\x05\xc2\x48\xeb\x7d\x98\xc8\xff"

static const Body bodies[] = {
  { "an event stream", WEIR_BODY_SSE, BYTES ("event: a\ndata: 1\n\ndata: 2\n\n"),
    "[0,18) a 1\n[18,27) message 2\n", FALSE, FALSE },
  { "lines", WEIR_BODY_NDJSON, BYTES ("{\"a\":1}\r\n\n {\"b\":2} \n3"),
    "[0,9) message {\"a\":1}\n[10,20) message {\"b\":2}\n[20,21) message 3\n", FALSE, FALSE },
  { "a line that is not UTF-8", WEIR_BODY_NDJSON, BYTES ("\"\xff\"\n"),
    "[0,4) message \"\xef\xbf\xbd\"\n", FALSE, FALSE },
  { "a sequence", WEIR_BODY_JSON_SEQ,
    BYTES ("\x1e{\"a\":[\n\"}\\\"\"]}\n\x1e"
           "2\n"),
    "[0,16) message {\"a\":[\n\"}\\\"\"]}\n[16,19) message 2\n", FALSE, FALSE },
  { "a sequence with a text that is cut off", WEIR_BODY_JSON_SEQ,
    BYTES ("\x1e{\"a\":\"\n\x1e{\"b\":2}\n"), "[0,8) message {\"a\":\"\n[8,17) message {\"b\":2}\n",
    FALSE, FALSE },
  { "a sequence without the last line feed", WEIR_BODY_JSON_SEQ, BYTES ("\x1e[1]"),
    "[0,4) message [1]\n", FALSE, FALSE },
  { "frames", WEIR_BODY_BEDROCK, BYTES (FRAME EMPTY_FRAME),
    "[0,43) chunk {\"a\":1}\n[43,59) message \n", FALSE, FALSE },
  { "a frame that is cut off", WEIR_BODY_BEDROCK, BYTES (EMPTY_FRAME "\0\0\0\x10\0"),
    "[0,16) message \n", FALSE, TRUE },
  { "a frame with a wrong checksum", WEIR_BODY_BEDROCK,
    BYTES (EMPTY_FRAME "\0\0\0\x10\0\0\0\0\x05\xc2\x48\xea\x7d\x98\xc8\xff"), "[0,16) message \n",
    TRUE, FALSE },
  { "envelopes", WEIR_BODY_CONNECT, BYTES ("\0\0\0\0\x07{\"a\":1}\2\0\0\0\2{}"),
    "[0,12) message {\"a\":1}\n[12,19) end-stream {}\n", FALSE, FALSE },
  { "an envelope that is cut off", WEIR_BODY_CONNECT, BYTES ("\0\0\0\0\x07{\"a\""), "", FALSE,
    TRUE },
  { "an envelope that is too large", WEIR_BODY_CONNECT, BYTES ("\0\x7f\0\0\0{}"), "", TRUE, FALSE },
};

static gboolean
take (gpointer data, WeirItem *items, gsize n_items)
{
  for (gsize i = 0; i < n_items; i++)
    g_string_append_printf (data, "[%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ") %.*s %.*s\n",
                            items[i].begin, items[i].end, (int) items[i].type.length,
                            items[i].type.text, (int) items[i].data.length, items[i].data.text);
  return TRUE;
}

/* The reader has read another body before. (transfer full) */
static char *
read_in_two (WeirReader *reader, const Body *body, gsize cut)
{
  GString *items = g_string_new (NULL);

  weir_reader_begin (reader, body->format);
  weir_reader_feed (reader, body->bytes, cut);
  g_assert_cmpint (weir_reader_drain (reader, take, items), ==, WEIR_NEED_INPUT);
  weir_reader_feed (reader, body->bytes + cut, body->length - cut);
  g_assert_cmpint (weir_reader_drain (reader, take, items), ==, WEIR_NEED_INPUT);
  weir_reader_finish (reader, FALSE);
  g_assert_cmpint (weir_reader_drain (reader, take, items), ==, WEIR_NEED_INPUT);
  g_assert_cmpint (weir_reader_is_damaged (reader), ==, body->is_damaged);
  g_assert_cmpint (weir_reader_is_cut (reader), ==, body->is_cut);
  return g_string_free (items, FALSE);
}

static WeirReader *
make_reader (void)
{
  const WeirParserOptions options = { .allocator = weir_allocator_malloc () };

  return weir_reader_new (&options);
}

static void
test_cuts (void)
{
  g_autoptr (WeirReader) reader = make_reader ();

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    for (gsize cut = 0; cut <= bodies[i].length; cut++)
      {
        g_autofree char *items = read_in_two (reader, &bodies[i], cut);

        if (strcmp (items, bodies[i].items) != 0)
          g_test_message ("%s, cut at %zu", bodies[i].name, cut);
        g_assert_cmpstr (items, ==, bodies[i].items);
      }
}

/* An envelope whose message is compressed with gzip. */
static void
test_compressed (void)
{
  g_autoptr (WeirReader) reader = make_reader ();
  g_autoptr (GConverter) gzip =
      G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1));
  g_autoptr (GString) items = g_string_new (NULL);
  char envelope[200] = { 1, 0, 0, 0 };
  gsize n_read, n_written;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_converter_convert (gzip, BYTES ("{\"gate\":\"open\"}"), envelope + 5,
                                        sizeof envelope - 5, G_CONVERTER_INPUT_AT_END, &n_read,
                                        &n_written, &error),
                   ==, G_CONVERTER_FINISHED);
  envelope[4] = (char) n_written;
  weir_reader_begin (reader, WEIR_BODY_CONNECT);
  weir_reader_feed (reader, envelope, 5 + n_written);
  weir_reader_drain (reader, take, items);
  g_assert_true (g_str_has_suffix (items->str, ") message {\"gate\":\"open\"}\n"));
}

static void
append_row (GString *items, WeirLog *log, guint64 number)
{
  g_autoptr (WeirRow) row = weir_row_new (log, number);
  g_autofree char *data = data_of (log, number);
  WeirRowInfo info;

  g_assert_true (weir_log_get_row (log, number, &info));
  if (info.kind == WEIR_ROW_EVENT)
    g_string_append_printf (items, "[%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ") %s %s\n",
                            info.offset, info.offset + info.size, weir_row_get_type_name (row),
                            data);
}

/* The rows of a log parse their own bytes again. (transfer full) */
static char *
list_rows (WeirLog *log)
{
  GString *items = g_string_new (NULL);

  for (guint64 i = 0; i < weir_log_get_n_rows (log); i++)
    append_row (items, log, i);
  return g_string_free (items, FALSE);
}

/* A recording names the format, so that the rows are the same when it is opened, even without marks. */
static void
test_recording (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autofree char *folder = make_folder ();
      g_autofree char *path = g_build_filename (folder, "x.weir", NULL);
      g_autofree char *marks = g_build_filename (path, "marks", NULL);
      g_autoptr (GError) error = NULL;
      g_autofree char *live = NULL, *opened = NULL, *bare = NULL;
      WeirLog *log = weir_log_new ();
      LogWriter writer;

      g_assert_true (weir_log_record (log, path, NULL, &error));
      log_writer_init (&writer, log);
      log_writer_begin_format (&writer, bodies[i].format);
      log_writer_write (&writer, bodies[i].bytes, bodies[i].length, 3);
      log_writer_end (&writer);
      log_writer_clear (&writer);
      weir_log_wait_written (log);
      live = list_rows (log);
      g_clear_object (&log);

      log = open_log (path);
      opened = list_rows (log);
      g_clear_object (&log);
      g_assert_cmpint (g_unlink (marks), ==, 0);
      log = open_log (path);
      bare = list_rows (log);
      g_clear_object (&log);
      g_test_message ("%s", bodies[i].name);
      g_assert_cmpstr (live, ==, bodies[i].items);
      g_assert_cmpstr (opened, ==, bodies[i].items);
      g_assert_cmpstr (bare, ==, bodies[i].items);
      remove_tree (folder);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reader/cuts", test_cuts);
  g_test_add_func ("/reader/compressed", test_compressed);
  g_test_add_func ("/reader/recording", test_recording);
  return g_test_run ();
}
