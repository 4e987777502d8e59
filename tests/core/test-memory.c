/* SPDX-License-Identifier: MIT */
/* When the parser allocates memory, how much, and how it continues after a failure. */
#include <glib.h>
#include <string.h>

#include "weir-allocator.h"
#include "weir-parser.h"

#include "chunked.h"
#include "reference.h"

#define MIB ((gsize) 1 << 20)

/* AddressSanitizer keeps freed memory for a while. */
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED TRUE
#else
#define SANITIZED FALSE
#endif

/* Counts allocations. If refuse_every is not 0, only every nth one succeeds. */
typedef struct
{
  gsize n_calls, bytes, peak;
  gsize refuse_every;
} Ledger;

static void *
ledger_resize (void *user_data, void *block, size_t old_size, size_t new_size)
{
  Ledger *ledger = user_data;

  if (new_size == 0)
    {
      ledger->bytes -= old_size;
      g_free (block);
      return NULL;
    }
  ledger->n_calls++;
  if (ledger->refuse_every != 0 && ledger->n_calls % ledger->refuse_every != 0)
    return NULL;
  ledger->bytes += new_size - old_size;
  ledger->peak = MAX (ledger->peak, ledger->bytes);
  return g_realloc (block, new_size);
}

static WeirParserOptions
counted (Ledger *ledger)
{
  return (WeirParserOptions){ .allocator = { ledger_resize, ledger } };
}

static void
feed (WeirParser *parser, const char *bytes, gsize length, guint *n_events)
{
  WeirStatus status;
  WeirItem item;

  g_assert_cmpint (weir_parser_feed (parser, bytes, length), ==, WEIR_ITEM);
  while ((status = weir_parser_next (parser, &item)) == WEIR_ITEM)
    *n_events += item.kind == WEIR_ITEM_EVENT;
  g_assert_cmpint (status, ==, WEIR_NEED_INPUT);
}

static void
test_whole_events (void)
{
  static const char stream[] =
      ": c\nevent: e\ndata: one line, \xE4\xB8\xAD\xE6\x96\x87\n\ndata\n\n";
  WeirParserOptions options = { 0 };
  guint n_events = 0;
  WeirParser parser;

  /* There is no allocator. */
  weir_parser_init (&parser, &options);
  for (guint i = 0; i < 1000; i++)
    feed (&parser, stream, sizeof stream - 1, &n_events);
  g_assert_cmpuint (n_events, ==, 2000);
  weir_parser_clear (&parser);
}

static void
test_steady_state (void)
{
  static const char stream[] =
      "id: 12345\nevent: some-type\ndata: first\ndata: second\ndata: \xFF\n\n: comment\n\n";
  Ledger ledger = { 0 };
  WeirParserOptions options = counted (&ledger);
  guint n_events = 0;
  WeirParser parser;
  gsize n_calls;

  weir_parser_init (&parser, &options);
  for (gsize cut = 1; cut < sizeof stream - 1; cut++)
    {
      feed (&parser, stream, cut, &n_events);
      feed (&parser, stream + cut, sizeof stream - 1 - cut, &n_events);
    }
  n_calls = ledger.n_calls;
  g_assert_cmpuint (n_calls, >, 0);
  for (guint i = 0; i < 100; i++)
    for (gsize cut = 1; cut < sizeof stream - 1; cut++)
      {
        feed (&parser, stream, cut, &n_events);
        feed (&parser, stream + cut, sizeof stream - 1 - cut, &n_events);
      }
  g_assert_cmpuint (ledger.n_calls, ==, n_calls);
  weir_parser_clear (&parser);
  g_assert_cmpuint (ledger.bytes, ==, 0);
}

/* --- Refusals ------------------------------------------------------------ */

static const char hard[] =
    "\xEF\xBB\xBFid: 1\r\nevent: t\r\ndata: a\r\ndata: \xC3\xA9\xFF\r\n\r\n"
    "data: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n: \x80 c\r\nretry: 5\r\ndata: \xE4\xB8";

static void
drain_undaunted (WeirParser *parser, GString *log, guint *n_refused)
{
  WeirStatus status;
  WeirItem item;

  while ((status = weir_parser_next (parser, &item)) != WEIR_NEED_INPUT)
    if (status == WEIR_ITEM)
      {
        reference_write_item (log, &item);
      }
    else
      {
        g_assert_cmpint (status, ==, WEIR_NO_MEMORY);
        (*n_refused)++;
      }
}

/* Like chunked_parse(), but continues after each WEIR_NO_MEMORY. */
static char *
parse_undaunted (const WeirParserOptions *options, gsize chunk, guint *n_refused)
{
  GString *log = g_string_new (NULL);
  WeirParser parser;

  weir_parser_init (&parser, options);
  for (gsize at = 0; at < sizeof hard - 1; at += chunk)
    {
      g_assert_cmpint (weir_parser_feed (&parser, hard + at, MIN (chunk, sizeof hard - 1 - at)), ==,
                       WEIR_ITEM);
      drain_undaunted (&parser, log, n_refused);
    }
  g_assert_cmpint (weir_parser_finish (&parser, TRUE), ==, WEIR_ITEM);
  drain_undaunted (&parser, log, n_refused);
  g_string_append (log, "end\n");
  weir_parser_clear (&parser);
  return g_string_free (log, FALSE);
}

static void
test_refused (void)
{
  WeirParserOptions defaults = { .max_line_bytes = 1000,
                                 .max_event_bytes = 1000,
                                 .max_id_bytes = 1000 };
  g_autofree char *expected = reference_parse (hard, sizeof hard - 1, &defaults, TRUE);
  guint n_refused = 0;

  for (gsize chunk = 1; chunk < sizeof hard; chunk++)
    {
      Ledger ledger = { .refuse_every = 3 };
      WeirParserOptions options = counted (&ledger);
      g_autofree char *got = parse_undaunted (&options, chunk, &n_refused);

      reference_assert_same (hard, sizeof hard - 1, got, expected);
      g_assert_cmpuint (ledger.bytes, ==, 0);
    }
  g_assert_cmpuint (n_refused, >, 0);
}

/* --- Long lines and many lines ------------------------------------------- */

static gsize
rss_anon (void)
{
  g_autofree char *status = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  line = strstr (status, "RssAnon:");
  g_assert_nonnull (line);
  return (gsize) g_ascii_strtoull (line + strlen ("RssAnon:"), NULL, 10) * 1024;
}

static void
test_no_line_end (void)
{
  gsize chunk_size = 64 * 1024, limit = 16 * MIB, before, peak = 0;
  g_autofree char *chunk = g_strnfill (chunk_size, 'x');
  WeirParserOptions options = { .on_limit = WEIR_ON_LIMIT_SKIP,
                                .allocator = weir_allocator_malloc () };
  guint n_findings = 0;
  WeirParser parser;

  weir_parser_init (&parser, &options);
  before = rss_anon ();
  for (guint64 fed = 0; fed < (guint64) 4096 * MIB; fed += chunk_size)
    {
      WeirItem item;

      g_assert_cmpint (weir_parser_feed (&parser, chunk, chunk_size), ==, WEIR_ITEM);
      while (weir_parser_next (&parser, &item) == WEIR_ITEM)
        {
          g_assert_cmpint (item.finding, ==, WEIR_FINDING_LINE_TOO_LONG);
          g_assert_cmpuint (item.begin, ==, 0);
          g_assert_cmpuint (item.end, ==, limit + 1);
          n_findings++;
        }
      if (fed % MIB == 0)
        peak = MAX (peak, rss_anon ());
    }
  g_assert_cmpuint (n_findings, ==, 1);
  g_assert_cmpuint (weir_parser_get_counters (&parser).skipped_bytes, ==, (guint64) 4096 * MIB);
  g_test_message ("peak RssAnon: %zu KiB above the start", (peak - MIN (peak, before)) / 1024);
  if (!SANITIZED)
    g_assert_cmpuint (peak, <=, before + limit + chunk_size + MIB);
  weir_parser_clear (&parser);
}

/* The room of a line that exceeds the limit is used again for the next line, even in the same chunk. */
static void
test_after_long_line (void)
{
  const gsize limit = 64 * 1024, length = limit - 1024;
  g_autofree char *text = g_strnfill (length, 'x');
  g_autofree char *next_line = g_strconcat ("\n", text, NULL);
  Ledger ledger = { 0 };
  WeirParserOptions options = counted (&ledger);
  WeirParser parser;
  WeirItem item;

  options.on_limit = WEIR_ON_LIMIT_SKIP;
  options.max_line_bytes = limit;
  weir_parser_init (&parser, &options);
  g_assert_cmpint (weir_parser_feed (&parser, text, length), ==, WEIR_ITEM);
  g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_NEED_INPUT);
  for (guint i = 0; i < 10; i++)
    {
      g_assert_cmpint (weir_parser_feed (&parser, text, length), ==, WEIR_ITEM);
      g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_ITEM);
      g_assert_cmpint (item.finding, ==, WEIR_FINDING_LINE_TOO_LONG);
      g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_NEED_INPUT);
      g_assert_cmpint (weir_parser_feed (&parser, next_line, length + 1), ==, WEIR_ITEM);
      g_assert_cmpint (weir_parser_next (&parser, &item), ==, WEIR_NEED_INPUT);
    }
  g_assert_cmpuint (ledger.peak, <, 2 * limit);
  weir_parser_clear (&parser);
}

static void
test_many_lines (void)
{
  Ledger ledger = { 0 };
  WeirParserOptions options = counted (&ledger);
  guint n_events = 0;
  WeirParser parser;

  weir_parser_init (&parser, &options);
  for (guint i = 0; i < 100000; i++)
    feed (&parser, "data: 0123456789\n", 17, &n_events);
  feed (&parser, "\n", 1, &n_events);
  g_assert_cmpuint (n_events, ==, 1);
  /* The capacity doubles, so there are few copies, not one for each line. */
  g_assert_cmpuint (ledger.n_calls, <, 40);
  g_assert_cmpuint (ledger.peak, <, 4 * MIB);
  weir_parser_clear (&parser);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/memory/whole-events", test_whole_events);
  g_test_add_func ("/memory/steady-state", test_steady_state);
  g_test_add_func ("/memory/refused", test_refused);
  g_test_add_func ("/memory/no-line-end", test_no_line_end);
  g_test_add_func ("/memory/after-long-line", test_after_long_line);
  g_test_add_func ("/memory/many-lines", test_many_lines);
  return g_test_run ();
}
