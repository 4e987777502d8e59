/* SPDX-License-Identifier: MIT */
/* The calls around the parsing: limits to the byte, misuse, reset, counters, names; and the
 * encoder. */
#include <glib.h>
#include <string.h>

#include "weir-allocator.h"
#include "weir-encoder.h"
#include "weir-parser.h"
#include "weir-path.h"

#define SPAN(text) ((WeirSpan){ text, strlen (text) })

static void
assert_span (WeirSpan span, const char *text)
{
  g_assert_cmpmem (span.text, span.length, text, strlen (text));
}

/* Returns: the first event or finding of a stream. */
static WeirItem
first_item (WeirParser *parser, const WeirParserOptions *options, const char *stream)
{
  WeirItem item = { 0 };

  weir_parser_init (parser, options);
  weir_parser_feed (parser, stream, strlen (stream));
  weir_parser_next (parser, &item);
  return item;
}

static void
test_limits (void)
{
  WeirParserOptions options = { .max_line_bytes = 10, .allocator = weir_allocator_malloc () };
  WeirParser parser;
  WeirItem item;

  item = first_item (&parser, &options, "data: 1234\n\n");
  g_assert_cmpint (item.kind, ==, WEIR_ITEM_EVENT);
  weir_parser_clear (&parser);
  item = first_item (&parser, &options,
                     "\xEF\xBB\xBF"
                     "data: 1234\n\n");
  g_assert_cmpint (item.kind, ==, WEIR_ITEM_EVENT);
  weir_parser_clear (&parser);
  item = first_item (&parser, &options, "data: 12345\n\n");
  g_assert_cmpint (item.finding, ==, WEIR_FINDING_LINE_TOO_LONG);
  g_assert_cmpuint (item.end, ==, 11);
  g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_LIMIT);
  g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_LIMIT);
  g_assert_cmpint (weir_parser_feed (&parser, "x", 1), ==, WEIR_LIMIT);
  g_assert_cmpint (weir_parser_finish (&parser, FALSE), ==, WEIR_LIMIT);
  weir_parser_reset (&parser);
  g_assert_cmpint (weir_parser_feed (&parser, "data: 1\n\n", 9), ==, WEIR_ITEM);
  g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_ITEM);
  g_assert_cmpint (item.kind, ==, WEIR_ITEM_EVENT);
  weir_parser_clear (&parser);

  options.max_line_bytes = 0;
  options.max_event_bytes = 5;
  item = first_item (&parser, &options, "data: ab\ndata: cd\n\n");
  g_assert_cmpint (item.kind, ==, WEIR_ITEM_EVENT);
  assert_span (item.data, "ab\ncd");
  weir_parser_clear (&parser);
  item = first_item (&parser, &options, "data: ab\ndata: cde\n\n");
  g_assert_cmpint (item.finding, ==, WEIR_FINDING_EVENT_TOO_LARGE);
  weir_parser_clear (&parser);

  options.max_id_bytes = 3;
  item = first_item (&parser, &options, "id: abc\n\n");
  assert_span (item.last_event_id, "abc");
  weir_parser_clear (&parser);
  item = first_item (&parser, &options, "id: abcd\n\n");
  g_assert_cmpint (item.finding, ==, WEIR_FINDING_ID_TOO_LONG);
  weir_parser_clear (&parser);
}

static void
test_skip (void)
{
  WeirParserOptions options = { .max_line_bytes = 10,
                                .on_limit = WEIR_ON_LIMIT_SKIP,
                                .allocator = weir_allocator_malloc () };
  WeirCounters counters;
  WeirParser parser;
  WeirItem item;

  item = first_item (&parser, &options, "id: 1\ndata: 12345\nid: 2\n: c\n\ndata: x\n\n");
  g_assert_cmpint (item.finding, ==, WEIR_FINDING_LINE_TOO_LONG);
  g_assert_cmpuint (item.begin, ==, 6);
  g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_ITEM);
  g_assert_cmpint (item.kind, ==, WEIR_ITEM_EVENT);
  assert_span (item.data, "x");
  assert_span (item.last_event_id, "");
  counters = weir_parser_get_counters (&parser);
  g_assert_cmpuint (counters.skipped_blocks, ==, 1);
  g_assert_cmpuint (counters.skipped_bytes, ==, 29);
  g_assert_cmpuint (counters.events, ==, 1);
  g_assert_cmpuint (counters.findings, ==, 1);
  g_assert_cmpuint (counters.comments, ==, 0);
  g_assert_cmpuint (counters.lines, ==, 7);
  g_assert_cmpuint (counters.bytes, ==, 38);
  weir_parser_clear (&parser);
}

/* Returns: the next item. Feeds the rest of the stream when the parser asks for it. */
static void
next_item (WeirParser *parser, WeirItem *item, const char *rest)
{
  if (weir_parser_next (parser, item) != WEIR_NEED_INPUT)
    return;
  weir_parser_feed (parser, rest, strlen (rest));
  g_assert_cmpint (weir_parser_next (parser, item), ==, WEIR_ITEM);
}

/* A comment or an unknown field that is too long is skipped without its block, also if chunks cut it. */
static void
test_skip_line (void)
{
  static const char *const lines[] = { ":too long a comment", "datax: too long", "Data: too long" };
  WeirParserOptions options = { .max_line_bytes = 10,
                                .on_limit = WEIR_ON_LIMIT_SKIP,
                                .allocator = weir_allocator_malloc () };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    for (gsize cut = 0; cut < strlen (lines[i]); cut++)
      {
        g_autofree char *text = g_strdup_printf ("data: 1\n%s\ndata: 2\n\n", lines[i]);
        gsize first = strlen ("data: 1\n") + cut;
        WeirParser parser;
        WeirItem item;

        item = first_item (&parser, &options, "");
        weir_parser_feed (&parser, text, first);
        next_item (&parser, &item, text + first);
        g_assert_cmpint (item.finding, ==, WEIR_FINDING_LINE_TOO_LONG);
        next_item (&parser, &item, text + first);
        g_assert_cmpint (item.kind, ==, WEIR_ITEM_EVENT);
        assert_span (item.data, "1\n2");
        g_assert_cmpuint (weir_parser_get_counters (&parser).skipped_blocks, ==, 0);
        g_assert_cmpuint (weir_parser_get_counters (&parser).skipped_bytes, ==,
                          strlen (lines[i]) + 1);
        weir_parser_clear (&parser);
      }
}

static void
test_misuse (void)
{
  WeirParser parser;
  WeirItem item;

  weir_parser_init (&parser, NULL);
  g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_NEED_INPUT);
  g_assert_cmpint (weir_parser_feed (&parser, "", 0), ==, WEIR_NEED_INPUT);
  g_assert_cmpint (weir_parser_feed (&parser, "data: x\n\n", 9), ==, WEIR_ITEM);
  g_assert_cmpint (weir_parser_feed (&parser, "x", 1), ==, WEIR_MISUSE);
  g_assert_cmpint (weir_parser_finish (&parser, FALSE), ==, WEIR_MISUSE);
  g_assert_cmpint (weir_parser_set_last_event_id (&parser, "1", 1), ==, WEIR_MISUSE);
  g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_ITEM);
  g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_NEED_INPUT);
  g_assert_cmpint (weir_parser_finish (&parser, FALSE), ==, WEIR_ITEM);
  g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_NEED_INPUT);
  g_assert_cmpint (weir_parser_feed (&parser, "x", 1), ==, WEIR_MISUSE);
  g_assert_cmpint (weir_parser_finish (&parser, FALSE), ==, WEIR_MISUSE);
  weir_parser_clear (&parser);
}

/* A short chunk in the middle of a line has a fast path; after the end of the stream it is misuse as
 * well. */
static void
test_feed_after_finish (void)
{
  const char *chunk = "12345678901234567890";
  WeirParserOptions options = { .allocator = weir_allocator_malloc () };
  WeirParser parser;
  WeirItem item;

  weir_parser_init (&parser, &options);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpint (weir_parser_feed (&parser, i == 0 ? "data: start of a lin" : chunk, 20), ==,
                       WEIR_ITEM);
      g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_NEED_INPUT);
    }
  g_assert_cmpint (weir_parser_finish (&parser, TRUE), ==, WEIR_ITEM);
  g_assert_cmpint (weir_parser_feed (&parser, chunk, 20), ==, WEIR_MISUSE);
  g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_ITEM);
  g_assert_cmpint (item.finding, ==, WEIR_FINDING_UNFINISHED_EVENT);
  g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_ITEM);
  g_assert_cmpuint (item.data.length, ==, 54);
  g_assert_cmpint (weir_parser_feed (&parser, chunk, 20), ==, WEIR_MISUSE);
  weir_parser_clear (&parser);
}

/* The counters are totals over all connections, ended or broken off. */
static void
test_counters (void)
{
  WeirParserOptions options = { .max_line_bytes = 20,
                                .on_limit = WEIR_ON_LIMIT_SKIP,
                                .allocator = weir_allocator_malloc () };
  const char *stream =
      ": c\n\n: c\n\nretry: 1\nfoo\ndata: x\n\ndata: too long, so it is skipped\ndata";
  gsize length = strlen (stream);
  WeirParser parser;
  WeirItem item;

  weir_parser_init (&parser, &options);
  for (guint i = 1; i <= 3; i++)
    {
      WeirCounters counters;

      weir_parser_feed (&parser, stream, length);
      while (weir_parser_next (&parser, &item) == WEIR_ITEM)
        continue;
      weir_parser_reset (&parser);
      counters = weir_parser_get_counters (&parser);
      g_assert_cmpuint (counters.bytes, ==, i * length);
      g_assert_cmpuint (counters.lines, ==, i * 9);
      g_assert_cmpuint (counters.comments, ==, i * 2);
      g_assert_cmpuint (counters.retries, ==, i);
      g_assert_cmpuint (counters.events, ==, i);
      g_assert_cmpuint (counters.findings, ==, i * 2);
      g_assert_cmpuint (counters.skipped_blocks, ==, i);
      g_assert_cmpuint (counters.skipped_bytes, ==,
                        i * strlen ("data: too long, so it is skipped\ndata"));
    }
  weir_parser_clear (&parser);
}

/* A line that arrives in short chunks is refused with the chunk that exceeds the limit. */
static void
test_limit_in_short_chunks (void)
{
  for (gsize limit = 20; limit <= 300; limit += 7)
    {
      WeirParserOptions options = { .max_line_bytes = limit,
                                    .allocator = weir_allocator_malloc () };
      WeirParser parser;
      WeirItem item;

      weir_parser_init (&parser, &options);
      for (gsize fed = 20; fed <= 400; fed += 20)
        {
          g_assert_cmpint (
              weir_parser_feed (&parser,
                                fed == 20 ? "data: start of a lin" : "12345678901234567890", 20),
              ==, WEIR_ITEM);
          if (fed <= limit)
            {
              g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_NEED_INPUT);
              continue;
            }
          g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_ITEM);
          g_assert_cmpint (item.finding, ==, WEIR_FINDING_LINE_TOO_LONG);
          break;
        }
      g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_LIMIT);
      weir_parser_clear (&parser);
    }
}

/* After a reset nothing of the last connection remains, except for the last event ID. */
static void
test_reset (void)
{
  static const char *const ends[] = { "data: x\n\n",       "data: x\r\n\r\n", "data: x\r\r",
                                      "event: t\ndata: x", "\xEF\xBB",        "data: \xE4",
                                      "id: 2\nevent: t\n", ": comment\r",     "" };
  static const char *const streams[] = { "\xEF\xBB\xBF"
                                         "data: y\n\n",
                                         "data: y\r\n\r\n", "data: y\r\r" };
  WeirParserOptions options = { .allocator = weir_allocator_malloc () };
  WeirParser parser;
  WeirItem item;

  weir_parser_init (&parser, &options);
  g_assert_cmpint (weir_parser_set_last_event_id (&parser, "7", 1), ==, WEIR_NEED_INPUT);
  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    for (gsize cut = 0; cut <= strlen (ends[i]); cut++)
      for (gsize next = 0; next < G_N_ELEMENTS (streams); next++)
        {
          weir_parser_feed (&parser, ends[i], cut);
          while (weir_parser_next (&parser, &item) == WEIR_ITEM)
            continue;
          weir_parser_reset (&parser);
          weir_parser_feed (&parser, streams[next], strlen (streams[next]));
          g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_ITEM);
          g_assert_cmpint (item.kind, ==, WEIR_ITEM_EVENT);
          g_assert_cmpuint (item.begin, ==, next == 0 ? 3 : 0);
          assert_span (item.type, "message");
          assert_span (item.data, "y");
          assert_span (item.last_event_id, "7");
          g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_NEED_INPUT);
          weir_parser_reset (&parser);
        }
  weir_parser_clear (&parser);
}

static void
feed_block (WeirParser *parser, const char *chunk, const char *expected)
{
  WeirItem item;

  g_assert_cmpint (weir_parser_feed (parser, chunk, strlen (chunk)), ==, WEIR_ITEM);
  if (expected != NULL)
    {
      g_assert_cmpint (weir_parser_next (parser, &item), ==, WEIR_ITEM);
      assert_span (item.data, expected);
    }
  g_assert_cmpint (weir_parser_next (parser, &item), ==, WEIR_NEED_INPUT);
}

/* Long data that is assembled after other data in the same block of memory moves to its front when the
 * next chunk arrives, and the blank line may be all of that chunk. */
static void
test_moved_data (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *large = g_strnfill (20000, 'x');
  g_autofree char *first = g_strdup_printf ("data: \ndata: %s\n\n", large);
  g_autofree char *first_data = g_strdup_printf ("\n%s", large);
  WeirParserOptions options = { .allocator = weir_allocator_malloc () };
  WeirParser parser;

  for (guint i = 0; text->len < 3000; i++)
    g_string_append_printf (text, "%u ", i);
  weir_parser_init (&parser, &options);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *chunk =
          g_strdup_printf ("data: a\ndata: b\n\ndata: %s\ndata: c\n", text->str);
      g_autofree char *expected = g_strdup_printf ("%s\nc", text->str);

      feed_block (&parser, first, first_data);
      feed_block (&parser, chunk, "a\nb");
      feed_block (&parser, "\n", expected);
    }
  weir_parser_clear (&parser);
}

static void *
refuse (void *user_data, void *block, size_t old_size, size_t new_size)
{
  return NULL;
}

/* Without memory, the last event ID stays as it was. */
static void
test_last_event_id_without_memory (void)
{
  WeirParserOptions options = { .allocator = { refuse, NULL } };
  WeirParser parser;

  weir_parser_init (&parser, &options);
  g_assert_cmpint (weir_parser_set_last_event_id (&parser, "7", 1), ==, WEIR_NO_MEMORY);
  assert_span (weir_parser_get_last_event_id (&parser), "");
  g_assert_cmpint (weir_parser_set_last_event_id (&parser, "", 0), ==, WEIR_NEED_INPUT);
  weir_parser_clear (&parser);
}

static void
test_last_event_id (void)
{
  WeirParserOptions options = { .max_id_bytes = 4, .allocator = weir_allocator_malloc () };
  char chunk[] = "id: 7\ndata: a\n\nid: 8\ndata: b\n";
  WeirParser parser;
  WeirItem item;

  weir_parser_init (&parser, &options);
  g_assert_cmpint (weir_parser_set_last_event_id (&parser, "a\nb", 3), ==, WEIR_MISUSE);
  g_assert_cmpint (weir_parser_set_last_event_id (&parser, "\0", 1), ==, WEIR_MISUSE);
  g_assert_cmpint (weir_parser_set_last_event_id (&parser, "\xFF", 1), ==, WEIR_MISUSE);
  g_assert_cmpint (weir_parser_set_last_event_id (&parser, "12345", 5), ==, WEIR_LIMIT);
  g_assert_cmpint (weir_parser_set_last_event_id (&parser, "1234", 4), ==, WEIR_NEED_INPUT);
  assert_span (weir_parser_get_last_event_id (&parser), "1234");

  weir_parser_feed (&parser, chunk, sizeof chunk - 1);
  g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_ITEM);
  assert_span (item.last_event_id, "7");
  g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_NEED_INPUT);
  /* The unfinished event's id was not committed. */
  weir_parser_reset (&parser);
  memset (chunk, '#', sizeof chunk);
  assert_span (weir_parser_get_last_event_id (&parser), "7");
  weir_parser_feed (&parser, "data: c\n\n", 9);
  g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_ITEM);
  g_assert_cmpuint (item.begin, ==, 0);
  g_assert_false (item.has_id);
  assert_span (item.last_event_id, "7");
  g_assert_cmpuint (weir_parser_get_counters (&parser).events, ==, 2);
  weir_parser_clear (&parser);
}

static void
test_names (void)
{
  WeirPath path;

  for (int code = WEIR_FINDING_UNKNOWN_FIELD; code <= WEIR_FINDING_ID_TOO_LONG; code++)
    {
      g_assert_cmpstr (weir_finding_name (code), !=, "none");
      g_assert_true (g_str_has_suffix (weir_finding_sentence (code), "."));
    }
  g_assert_cmpstr (weir_finding_name (99), ==, "none");
  for (int i = 0; i < WEIR_N_PATHS; i++)
    {
      g_assert_true (weir_path_from_name (weir_path_name (i), &path));
      g_assert_cmpint (path, ==, i);
    }
  g_assert_false (weir_path_from_name ("mmx", &path));
  g_assert_true (weir_force_path (WEIR_PATH_SCALAR));
  g_assert_cmpint (weir_get_path (), ==, WEIR_PATH_SCALAR);
  g_assert_true (weir_force_path (WEIR_PATH_BEST));
  g_assert_cmpint (weir_get_path (), !=, WEIR_PATH_BEST);
  g_assert_false (weir_force_path (WEIR_N_PATHS));
}

static void
test_encoder (void)
{
  WeirMessage message = { .type = SPAN ("tick"),
                          .id = SPAN ("7"),
                          .data = SPAN ("a\n b\n"),
                          .retry_ms = 10,
                          .comment = SPAN ("x"),
                          .has_comment = true,
                          .has_id = true,
                          .has_data = true,
                          .has_retry = true };
  static const char expected[] = ":x\nevent: tick\nid: 7\nretry: 10\ndata: a\ndata:  b\ndata: \n\n";
  char bytes[100];
  size_t length;

  g_assert_cmpint (weir_encode (&message, NULL, 0, &length), ==, WEIR_ENCODE_SPACE);
  g_assert_cmpuint (length, ==, strlen (expected));
  g_assert_cmpint (weir_encode (&message, bytes, length - 1, &length), ==, WEIR_ENCODE_SPACE);
  g_assert_cmpint (weir_encode (&message, bytes, length, &length), ==, WEIR_ENCODE_DONE);
  g_assert_cmpmem (bytes, length, expected, strlen (expected));

  message = (WeirMessage){ .comment = SPAN (" keep-alive"), .has_comment = true };
  g_assert_cmpint (weir_encode (&message, bytes, sizeof bytes, &length), ==, WEIR_ENCODE_DONE);
  g_assert_cmpmem (bytes, length, ": keep-alive\n", 13);
  message = (WeirMessage){ 0 };
  g_assert_cmpint (weir_encode (&message, bytes, sizeof bytes, &length), ==, WEIR_ENCODE_DONE);
  g_assert_cmpuint (length, ==, 0);
}

static void
test_encoder_refuses (void)
{
  static const struct
  {
    WeirMessage message;
    WeirEncodeStatus status;
  } cases[] = {
    { { .type = { "a\nb", 3 } }, WEIR_ENCODE_TYPE_LINE },
    { { .type = { "a\r", 2 } }, WEIR_ENCODE_TYPE_LINE },
    { { .id = { "a\n", 2 }, .has_id = true }, WEIR_ENCODE_ID_LINE },
    { { .id = { "\r", 1 }, .has_id = true }, WEIR_ENCODE_ID_LINE },
    { { .id = { "a\0b", 3 }, .has_id = true }, WEIR_ENCODE_ID_NUL },
    { { .data = { "a\r\nb", 4 }, .has_data = true }, WEIR_ENCODE_DATA_CR },
    { { .comment = { "\r", 1 }, .has_comment = true }, WEIR_ENCODE_COMMENT_CR },
    { { .data = { "\xED\xA0\x80", 3 }, .has_data = true }, WEIR_ENCODE_NOT_UTF8 },
    { { .comment = { "\xFF", 1 }, .has_comment = true }, WEIR_ENCODE_NOT_UTF8 },
    { { .type = { "a\xE4", 2 } }, WEIR_ENCODE_NOT_UTF8 },
    { { .id = { "\x80", 1 }, .has_id = true }, WEIR_ENCODE_NOT_UTF8 },
    { { .retry_ms = WEIR_MAX_RETRY_MS + 1, .has_retry = true }, WEIR_ENCODE_RETRY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char bytes[100];
      size_t length;

      g_assert_cmpint (weir_encode (&cases[i].message, bytes, sizeof bytes, &length), ==,
                       cases[i].status);
      g_assert_cmpuint (length, ==, 0);
      g_assert_true (g_str_has_suffix (weir_encode_status_sentence (cases[i].status), "."));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api/limits", test_limits);
  g_test_add_func ("/api/skip", test_skip);
  g_test_add_func ("/api/skip-line", test_skip_line);
  g_test_add_func ("/api/misuse", test_misuse);
  g_test_add_func ("/api/feed-after-finish", test_feed_after_finish);
  g_test_add_func ("/api/counters", test_counters);
  g_test_add_func ("/api/limit-in-short-chunks", test_limit_in_short_chunks);
  g_test_add_func ("/api/reset", test_reset);
  g_test_add_func ("/api/moved-data", test_moved_data);
  g_test_add_func ("/api/last-event-id", test_last_event_id);
  g_test_add_func ("/api/last-event-id-without-memory", test_last_event_id_without_memory);
  g_test_add_func ("/api/names", test_names);
  g_test_add_func ("/encoder/encodes", test_encoder);
  g_test_add_func ("/encoder/refuses", test_encoder_refuses);
  return g_test_run ();
}
