/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "log/weir-byte-map.h"

/* The map as text: for each byte a letter, and a bar where a read begins. */
static char *
draw (const char *bytes, gsize length, const WeirByteMapOptions *options)
{
  static const char letters[] = "?NSVCILBU";
  g_autoptr (GArray) pieces = weir_byte_map_new ((const guint8 *) bytes, length, options);
  GString *text = g_string_new (NULL);
  guint32 at = 0;

  for (guint i = 0; i < pieces->len; i++)
    {
      const WeirPiece *piece = &g_array_index (pieces, WeirPiece, i);

      g_assert_cmpuint (piece->begin, ==, at);
      if (piece->kind == WEIR_PIECE_READ)
        g_string_append_c (text, '|');
      else
        g_assert_cmpuint (piece->end, >, at);
      for (; at < piece->end; at++)
        g_string_append_c (text, letters[weir_piece_get_byte_kind (piece, at)]);
    }
  g_assert_cmpuint (at, ==, length);
  return g_string_free (text, FALSE);
}

static void
test_parts (void)
{
  static const struct
  {
    const char *bytes, *parts;
    gsize length; /* 0: of the string */
    gboolean at_stream_start, in_line;
  } cases[] = {
    { "data: x\n\n", "NNNNSSVLL" },
    { "data:x\r\n\r\n", "NNNNSVLLLL" },
    { "data:  x\r\r", "NNNNSSVVLL" },
    { "data\nid:\n\n", "NNNNLNNSLL" },
    { ": hi\n", "CCCCL" },
    { ":\n", "CL" },
    { "Data: x\n", "IIIIIIIL" },
    { "data : x\n", "IIIIIIIIL" },
    { "retry: 10\nretry: 1s\nretry:\n", "NNNNNSSVVLIIIIIIIIILIIIIIIL" },
    { "id: a\0b\nevent: e\n", "IIIIIIILNNNNNSSVL", 17 },
    { "\xEF\xBB\xBF"
      "data:x",
      "BBBNNNNSV", 0, TRUE },
    { "\xEF\xBB\xBF"
      "data:x\n",
      "IIIIIIIIIL" },
    { "ta: x\ndata:y", "UUUUULNNNNSV", 0, FALSE, TRUE },
    { "\n", "L", 0, FALSE, TRUE },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const WeirByteMapOptions options = { .at_stream_start = cases[i].at_stream_start,
                                           .in_line = cases[i].in_line };
      const gsize length = cases[i].length > 0 ? cases[i].length : strlen (cases[i].bytes);
      g_autofree char *parts = draw (cases[i].bytes, length, &options);

      g_assert_cmpstr (parts, ==, cases[i].parts);
    }
}

/* Wherever a read began, the bytes are what they were, and the read stands before its first one. */
static void
test_reads (void)
{
  static const char bytes[] = "id: 1\r\ndata: x\r\n: c\n\n";
  const gsize length = strlen (bytes);
  const WeirByteMapOptions plain = { 0 };
  g_autofree char *parts = draw (bytes, length, &plain);

  for (gsize a = 0; a < length; a++)
    for (gsize b = a; b < length; b++)
      {
        /* The first began before the bytes, and the last behind them. */
        const WeirRead reads[] = { { 90, 1 }, { 100 + a, 2 }, { 100 + b, 3 }, { 100 + length, 4 } };
        const WeirByteMapOptions options = { .reads = reads, .n_reads = 4, .offset = 100 };
        g_autofree char *drawn = draw (bytes, length, &options);
        g_autofree char *expected =
            g_strdup_printf ("|%.*s|%.*s|%s", (int) a, parts, (int) (b - a), parts + a, parts + b);

        g_assert_cmpstr (drawn, ==, expected);
      }
}

static void
test_most_lines (void)
{
  const gsize length = WEIR_BYTE_MAP_MOST_LINES + 7;
  g_autofree char *bytes = g_strnfill (length, '\n');
  const WeirByteMapOptions options = { 0 };
  g_autoptr (GArray) pieces = weir_byte_map_new ((const guint8 *) bytes, length, &options);
  const WeirPiece *last = &g_array_index (pieces, WeirPiece, pieces->len - 1);

  g_assert_cmpuint (pieces->len, ==, WEIR_BYTE_MAP_MOST_LINES + 1);
  g_assert_cmpint (last->kind, ==, WEIR_PIECE_UNKNOWN);
  g_assert_cmpuint (last->end - last->begin, ==, 7);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/byte-map/parts", test_parts);
  g_test_add_func ("/byte-map/reads", test_reads);
  g_test_add_func ("/byte-map/most-lines", test_most_lines);
  return g_test_run ();
}
