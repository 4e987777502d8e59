/* SPDX-License-Identifier: MIT */
/* The parser against written cases, and against the reference parser on random streams. */
#include <glib.h>
#include <string.h>

#include "weir-allocator.h"
#include "weir-parser.h"
#include "weir-path.h"

#include "chunked.h"
#include "reference.h"

static WeirParserOptions
some_options (void)
{
  return (WeirParserOptions){
    .max_line_bytes = WEIR_DEFAULT_MAX_LINE_BYTES,
    .max_event_bytes = WEIR_DEFAULT_MAX_EVENT_BYTES,
    .max_id_bytes = WEIR_DEFAULT_MAX_ID_BYTES,
    .allocator = weir_allocator_malloc (),
  };
}

/* Parses the stream with every cut, both functions and both ends. Each result must be expected. */
static void
assert_all_cuts (const char *bytes,
                 gsize length,
                 const WeirParserOptions *options,
                 gboolean flush,
                 const char *expected)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (gsize split = 0; split < length + 3; split++)
    {
      Cut cut = { .size = length + 1, .split = split, .random = random, .batch = split % 2 == 1 };
      g_autofree char *got = NULL;

      if (split >= length)
        cut.size = split - length;
      got = chunked_parse (bytes, length, options, flush, &cut);
      reference_assert_same (bytes, length, got, expected);
    }
}

/* --- Written cases ------------------------------------------------------- */

typedef struct
{
  const char *name, *stream;
  gsize length; /* 0: up to the NUL */
  gboolean flush;
  const char *expected;
} Case;

static const Case cases[] = {
  { "an event", "data: hi\n\n", 0, FALSE,
    "event 0-10 default=\"message\" data=\"hi\" id=\"\"\nend\n" },
  { "nothing", "", 0, FALSE, "end\n" },
  { "a CR dispatches at once", "data:a\r\rdata:b\r\n\r\n", 0, FALSE,
    "event 0-8 default=\"message\" data=\"a\" id=\"\"\n"
    "finding 14-16 mixed-line-ends text=\"\"\n"
    "event 8-17 default=\"message\" data=\"b\" id=\"\"\n"
    "end\n" },
  { "a field without a colon", "data\n\n", 0, FALSE,
    "event 0-6 default=\"message\" data=\"\" id=\"\"\nend\n" },
  { "one space goes", "data:  x\n\n", 0, FALSE,
    "event 0-10 default=\"message\" data=\" x\" id=\"\"\nend\n" },
  { "several lines", "data: a\ndata\ndata:b\n\n", 0, FALSE,
    "event 0-21 default=\"message\" data=\"a\\x0a\\x0ab\" id=\"\"\nend\n" },
  { "type, id, retry, comment", ": hello\nevent: e\nid: 7\nretry: 0010\ndata: d\n\n", 0, FALSE,
    "comment 0-8 text=\" hello\"\n"
    "retry 23-35 10\n"
    "event 8-44 type=\"e\" data=\"d\" new-id=\"7\"\n"
    "end\n" },
  { "the id sticks, and commits without data", "id: 7\n\ndata: a\n\nid\ndata: b\n\n", 0, FALSE,
    "finding 0-7 no-data new-id=\"7\" text=\"\"\n"
    "event 7-16 default=\"message\" data=\"a\" id=\"7\"\n"
    "event 16-28 default=\"message\" data=\"b\" new-id=\"\"\n"
    "end\n" },
  { "the type does not stick", "event: a\n\ndata: b\n\n", 0, FALSE,
    "finding 0-10 no-data id=\"\" text=\"\"\nevent 10-19 default=\"message\" data=\"b\" "
    "id=\"\"\nend\n" },
  { "one byte order mark",
    "\xEF\xBB\xBF"
    "data: a\n\n\xEF\xBB\xBF"
    "data: b\n\n",
    0, FALSE,
    "event 3-12 default=\"message\" data=\"a\" id=\"\"\n"
    "finding 12-15 bom-in-stream text=\"\xEF\xBB\xBF"
    "data: b\"\n"
    "end\n" },
  { "two byte order marks", "\xEF\xBB\xBF\xEF\xBB\xBF\n", 0, FALSE,
    "finding 3-6 bom-in-stream text=\"\xEF\xBB\xBF\"\nend\n" },
  { "half a byte order mark",
    "\xEF\xBB"
    "data: a\n\n",
    0, FALSE,
    "finding 0-10 unknown-field text=\"\xEF\xBF\xBD"
    "data: a\"\n"
    "finding 0-2 invalid-utf8 text=\"\xEF\xBF\xBD"
    "data: a\"\n"
    "end\n" },
  { "bad UTF-8", "data: \xF0\x9F\x98|\xED\xA0\x80|\xC0\x80|\xE4\xB8\n\n", 0, FALSE,
    "finding 6-9 invalid-utf8 text=\"data: "
    "\xEF\xBF\xBD|\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD|\xEF\xBF\xBD\xEF\xBF\xBD|"
    "\xEF\xBF\xBD\"\n"
    "event 0-21 default=\"message\" "
    "data=\"\xEF\xBF\xBD|\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD|\xEF\xBF\xBD\xEF\xBF\xBD|"
    "\xEF\xBF\xBD\" id=\"\"\n"
    "end\n" },
  { "other line ends are none",
    "data: a\xE2\x80\xA8"
    "b\xC2\x85"
    "c\n\n",
    0, FALSE,
    "event 0-16 default=\"message\" data=\"a\xE2\x80\xA8"
    "b\xC2\x85"
    "c\" id=\"\"\nend\n" },
  { "NUL", "data: a\0b\nid: 1\0\n\n", 18, FALSE,
    "finding 10-17 nul-in-id text=\"id: 1\\x00\"\n"
    "event 0-18 default=\"message\" data=\"a\\x00b\" id=\"\"\n"
    "end\n" },
  { "names", "Data: a\ndata : b\n data: c\nfoo\nIDs: d\n\n", 0, FALSE,
    "finding 0-8 field-name-case text=\"Data: a\"\n"
    "finding 8-17 field-name-space text=\"data : b\"\n"
    "finding 17-26 field-name-space text=\" data: c\"\n"
    "finding 26-30 unknown-field text=\"foo\"\n"
    "finding 30-37 unknown-field text=\"IDs: d\"\n"
    "end\n" },
  { "retry", "retry\nretry: -1\nretry: 99999999999999999999999\nretry:0\n", 0, FALSE,
    "finding 0-6 invalid-retry text=\"retry\"\n"
    "finding 6-16 invalid-retry text=\"retry: -1\"\n"
    "retry 16-47 2147483647\n"
    "retry 47-55 0\n"
    "end\n" },
  { "the end drops", "data: a\n", 0, FALSE, "finding 0-8 unfinished-event text=\"\"\nend\n" },
  { "the end flushes", "id: 1\ndata: \xC3", 0, TRUE,
    "finding 12-13 invalid-utf8 text=\"data: \xEF\xBF\xBD\"\n"
    "finding 0-13 unfinished-event text=\"data: \xEF\xBF\xBD\"\n"
    "event 0-13 default=\"message\" data=\"\xEF\xBF\xBD\" new-id=\"1\"\n"
    "end\n" },
  { "an unfinished comment is no event", ": a", 0, FALSE, "end\n" },
};

static void
test_cases (gconstpointer path)
{
  WeirParserOptions options = some_options ();

  g_assert_true (weir_force_path (GPOINTER_TO_INT (path)));

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i];
      gsize length = c->length != 0 ? c->length : strlen (c->stream);
      g_autofree char *reference = NULL;

      g_test_message ("%s", c->name);
      reference = reference_parse (c->stream, length, &options, c->flush);
      reference_assert_same (c->stream, length, reference, c->expected);
      assert_all_cuts (c->stream, length, &options, c->flush, c->expected);
    }
}

/* --- Random streams ------------------------------------------------------ */

static const char *const pieces[] = {
  "data",
  "data:",
  "data: ",
  "event",
  "event: ",
  "id",
  "id: ",
  "retry: ",
  ":",
  " ",
  "\n",
  "\n",
  "\n\n",
  "\r",
  "\r\n",
  "\r\n\r\n",
  "a",
  "xyz",
  "0",
  "42",
  "\xEF\xBB\xBF",
  "\xE4\xB8\xAD",
  "\xF0\x9F\x98\x80",
  "\xC3",
  "\x80",
  "\xE4\xB8",
  "\xF4\x90",
  "\xED\xA0",
  "Data: ",
  "data : ",
  "foo: ",
  "long long long long long long long long long long text ",
};

static GString *
random_stream (GRand *random)
{
  GString *stream = g_string_new (NULL);
  int n = g_rand_int_range (random, 0, 60);
  gboolean plain = g_rand_boolean (random);

  for (int i = 0; i < n; i++)
    {
      int piece = g_rand_int_range (random, 0, G_N_ELEMENTS (pieces) + 1);

      if (piece == G_N_ELEMENTS (pieces))
        g_string_append_c (stream, '\0');
      else if (!plain || (guchar) pieces[piece][0] < 0x80)
        g_string_append (stream, pieces[piece]);
    }
  return stream;
}

/* Lines about as long as the window of the scanner or longer, and short ones. Some have a part that is not plain
 * ASCII. */
static GString *
random_long_stream (GRand *random)
{
  static const gsize lengths[] = { 1, 9, 60, 200, 1000, 4000, 4090, 4096, 4100, 8192, 9000 };
  const gint32 n_lengths = g_rand_boolean (random) ? 4 : G_N_ELEMENTS (lengths);
  const gint32 plain_lines = g_rand_boolean (random) ? 1 : 50;
  GString *stream = g_string_new (NULL);

  while (stream->len < 9000)
    {
      const gsize length = lengths[g_rand_int_range (random, 0, n_lengths)]
                           + (gsize) g_rand_int_range (random, 0, 8);
      const gsize at = (gsize) g_rand_int_range (random, 0, (gint32) length);
      const gboolean is_plain = g_rand_int_range (random, 0, plain_lines) > 0;
      g_autofree char *before = g_strnfill (at, 'a');
      g_autofree char *after = g_strnfill (length - at, 'b');

      if (!is_plain && g_rand_boolean (random))
        g_string_append (stream, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
      g_string_append (stream, is_plain || g_rand_boolean (random) ? "data: " : ": ");
      g_string_append (stream, before);
      if (!is_plain)
        g_string_append (stream, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
      g_string_append (stream, after);
      g_string_append (stream, is_plain || g_rand_boolean (random) ? "\n" : "\r\n\r\n");
    }
  g_string_append (stream, "\n");
  return stream;
}

/* Chunks that end with a line, as from most servers. The lines of a block arrive in different chunks, and each
 * chunk is overwritten before the next one arrives. */
static void
test_line_chunks (gconstpointer path)
{
  static const char *const lines[] = {
    "data: a\n",  "data: bb\n", "data\n",   "event: first\n", "event: second\n",
    "event\n",    "id: 1\n",    "id: 22\n", "id\n",           ": comment\n",
    "retry: 5\n", "\n",         "\n",       "data: \xFF\n",   "event: \xFF\n",
  };
  g_autoptr (GRand) random = g_rand_new_with_seed (15);
  WeirParserOptions options = some_options ();

  g_assert_true (weir_force_path (GPOINTER_TO_INT (path)));
  for (int i = 0; i < 5000; i++)
    {
      g_autoptr (GString) stream = g_string_new (NULL);
      g_autoptr (GString) got = g_string_new (NULL);
      g_autoptr (GPtrArray) chunks = g_ptr_array_new_with_free_func (g_free);
      g_autofree char *expected = NULL;
      WeirParser parser;
      WeirItem item;

      for (int n = g_rand_int_range (random, 1, 12); n > 0; n--)
        {
          g_autoptr (GString) chunk = g_string_new (NULL);

          for (int k = g_rand_int_range (random, 1, 4); k > 0; k--)
            g_string_append (chunk, lines[g_rand_int_range (random, 0, G_N_ELEMENTS (lines))]);
          g_string_append (stream, chunk->str);
          g_ptr_array_add (chunks, g_strdup (chunk->str));
        }
      expected = reference_parse (stream->str, stream->len, &options, FALSE);
      weir_parser_init (&parser, &options);
      for (guint k = 0; k <= chunks->len; k++)
        {
          char *chunk = k < chunks->len ? g_ptr_array_index (chunks, k) : NULL;
          gsize length = chunk != NULL ? strlen (chunk) : 0;

          g_assert_cmpint (chunk != NULL ? weir_parser_feed (&parser, chunk, length)
                                         : weir_parser_finish (&parser, FALSE),
                           ==, WEIR_ITEM);
          while (weir_parser_next (&parser, &item) == WEIR_ITEM)
            reference_write_item (got, &item);
          if (chunk != NULL)
            memset (chunk, '#', length);
        }
      g_string_append (got, "end\n");
      weir_parser_clear (&parser);
      reference_assert_same (stream->str, stream->len, got->str, expected);
    }
}

/* A stream that is longer than one window gives the same items with any cuts. */
static void
test_windows (gconstpointer path)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (4096);
  const int n = g_test_thorough () ? 2000 : 200;

  g_assert_true (weir_force_path (GPOINTER_TO_INT (path)));
  for (int i = 0; i < n; i++)
    {
      g_autoptr (GString) stream = random_long_stream (random);
      const WeirParserOptions options = some_options ();
      const gsize sizes[] = { stream->len + 1, 1, 63, 4095, 4096, 4097 };
      g_autofree char *expected = reference_parse (stream->str, stream->len, &options, FALSE);

      for (gsize k = 0; k < 2 * G_N_ELEMENTS (sizes); k++)
        {
          Cut cut = { sizes[k / 2], 0, random, k % 2 == 1 };
          g_autofree char *got = chunked_parse (stream->str, stream->len, &options, FALSE, &cut);

          reference_assert_same (stream->str, stream->len, got, expected);
        }
    }
}

#define FAR_LENGTH ((gsize) 1 << 20)

/* A line of this length is copied with stores to aligned addresses that bypass the caches, after a step that
 * aligns. One line ends within that step, the other one long after it. */
static void
test_far_line (gconstpointer path)
{
  static const struct
  {
    gsize length, chunk;
  } lines[] = { { FAR_LENGTH + 10, 65536 }, { FAR_LENGTH + 150000, 100003 } };
  const WeirParserOptions options = some_options ();

  g_assert_true (weir_force_path (GPOINTER_TO_INT (path)));
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      const Cut cut = { .size = lines[i].chunk };
      g_autoptr (GString) stream = g_string_new ("data: ");
      g_autofree char *expected = NULL, *got = NULL;

      while (stream->len < lines[i].length)
        g_string_append_c (stream, (char) ('0' + stream->len % 73));
      g_string_append_printf (stream, "\n\ndata: %0100d\n\n", 0);
      expected = reference_parse (stream->str, stream->len, &options, FALSE);
      got = chunked_parse (stream->str, stream->len, &options, FALSE, &cut);
      reference_assert_same (stream->str, stream->len, got, expected);
    }
}

static void
test_random (gconstpointer path)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20);
  gboolean is_small = g_strcmp0 (g_getenv ("WEIR_TEST_SIZE"), "small") == 0;
  int n = g_test_thorough () ? 200000 : is_small ? 2000 : 10000;

  g_assert_true (weir_force_path (GPOINTER_TO_INT (path)));
  for (int i = 0; i < n; i++)
    {
      g_autoptr (GString) stream = random_stream (random);
      WeirParserOptions options = some_options ();
      gboolean flush = g_rand_boolean (random);
      g_autofree char *expected = NULL;

      if (g_rand_boolean (random))
        {
          options.max_line_bytes = (gsize) g_rand_int_range (random, 1, 40);
          options.max_event_bytes = (gsize) g_rand_int_range (random, 1, 40);
          options.max_id_bytes = (gsize) g_rand_int_range (random, 1, 10);
          options.on_limit = g_rand_boolean (random) ? WEIR_ON_LIMIT_SKIP : WEIR_ON_LIMIT_STOP;
        }
      expected = reference_parse (stream->str, stream->len, &options, flush);
      for (int cutting = 0; cutting < 6; cutting++)
        {
          Cut cut = { cutting == 0   ? stream->len + 1
                      : cutting == 1 ? 1
                                     : 0,
                      0, random, cutting % 2 == 1 };
          g_autofree char *got = chunked_parse (stream->str, stream->len, &options, flush, &cut);

          reference_assert_same (stream->str, stream->len, got, expected);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (WeirPath path = WEIR_PATH_SCALAR; path < WEIR_N_PATHS; path++)
    {
      g_autofree char *cases_name = g_strdup_printf ("/parser/%s/cases", weir_path_name (path));
      g_autofree char *random_name = g_strdup_printf ("/parser/%s/random", weir_path_name (path));
      g_autofree char *windows_name = g_strdup_printf ("/parser/%s/windows", weir_path_name (path));
      g_autofree char *lines_name = g_strdup_printf ("/parser/%s/lines", weir_path_name (path));
      g_autofree char *far_name = g_strdup_printf ("/parser/%s/far-line", weir_path_name (path));

      if (!weir_force_path (path))
        continue;
      g_test_add_data_func (lines_name, GINT_TO_POINTER (path), test_line_chunks);
      g_test_add_data_func (cases_name, GINT_TO_POINTER (path), test_cases);
      g_test_add_data_func (random_name, GINT_TO_POINTER (path), test_random);
      g_test_add_data_func (windows_name, GINT_TO_POINTER (path), test_windows);
      g_test_add_data_func (far_name, GINT_TO_POINTER (path), test_far_line);
    }
  return g_test_run ();
}
