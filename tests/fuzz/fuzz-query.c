/* SPDX-License-Identifier: MIT */
/* The filter language: a query gives a filter, nothing or an error message, and a filter matches rows. */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "log-writer.h"
#include "filter/weir-filter-private.h"
#include "filter/weir-query.h"

static const char stream[] =
    ": a comment\nid: 1\ndata: one\ndata: two\n\nretry: 250\nevent: note\ndata: "
    "{\"a\":[1,{\"b\":\"x\"}]}\n\n"
    "data: a b \xE6\xB0\xB4\xE4\xBD\x8D \xFF\n\nunknown: x\nid: 7\ndata\n\n";

int LLVMFuzzerTestOneInput (const uint8_t *input, size_t size);

static WeirLog *
get_log (void)
{
  static WeirLog *log = NULL;
  LogWriter writer;

  if (log != NULL)
    return log;
  log = weir_log_new ();
  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  log_writer_write (&writer, stream, strlen (stream), 7);
  log_writer_end (&writer);
  log_writer_clear (&writer);
  return log;
}

static guint64
count (WeirFilter *filter)
{
  WeirLog *log = get_log ();
  g_autoptr (WeirMatcher) matcher = weir_matcher_new (filter, log);
  roaring_bitmap_t *matches = roaring_bitmap_create ();
  atomic_bool cancelled = FALSE;
  guint64 n;

  g_assert_true (weir_matcher_scan (matcher, 0, weir_log_get_n_rows (log), matches, &cancelled));
  n = roaring_bitmap_get_cardinality (matches);
  roaring_bitmap_free (matches);
  return n;
}

int
LLVMFuzzerTestOneInput (const uint8_t *input, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) input, size);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;
  g_autoptr (WeirFilter) filter = NULL;
  g_autoptr (WeirFilter) negated = NULL;
  g_autofree char *wrapped = NULL;

  filter = weir_query_parse (text, &words, &error);
  g_assert_true (filter == NULL || error == NULL);
  if (error != NULL)
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    g_assert_true (g_utf8_validate (words[i], -1, NULL));
  if (filter == NULL)
    return 0;
  g_assert_cmpuint (count (filter), <=, weir_log_get_n_rows (get_log ()));
  return 0;
}
