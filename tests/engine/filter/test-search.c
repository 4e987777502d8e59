/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <string.h>

#include "log-writer.h"
#include "tree.h"
#include "recording/weir-recording.h"
#include "filter/weir-search.h"

static void
fill (WeirLog *log, guint first, guint n)
{
  g_autoptr (GString) stream = g_string_new (NULL);
  LogWriter writer;

  for (guint i = first; i < first + n; i++)
    g_string_append_printf (stream, "data: number %u%s\n\n", i, i % 10 == 0 ? " ten" : "");
  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  log_writer_write (&writer, stream->str, stream->len, 4096);
  log_writer_end (&writer);
  log_writer_clear (&writer);
}

static void
count_change (GListModel *model, guint position, guint removed, guint added, guint *n_items)
{
  g_assert_cmpuint (position, <=, *n_items);
  g_assert_cmpuint (removed, ==, 0);
  *n_items += added;
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, *n_items);
}

static void
finish (WeirSearch *search)
{
  while (!weir_search_is_done (search) || weir_search_tick (search))
    {
      weir_search_tick (search);
      g_thread_yield ();
    }
}

static guint
count_open_files (void)
{
  g_autoptr (GDir) directory = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (directory) != NULL)
    n++;
  return n;
}

#define N_RECORDINGS 60

/* Many recordings are opened a few at a time and keep no file open; the next search finds them open,
 * but for one that has grown. */
static void
test_cache (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-search-XXXXXX", NULL);
  g_autoptr (WeirFilter) filter = weir_filter_new_text ("ten", FALSE);
  g_autoptr (WeirLogCache) cache = weir_log_cache_new ();
  g_autoptr (WeirSearch) first = weir_search_new (filter, cache);
  g_autoptr (WeirSearch) second = weir_search_new (filter, cache);
  g_autofree char *grown = NULL;
  guint n_files;

  for (guint i = 0; i < N_RECORDINGS; i++)
    {
      g_autofree char *name = g_strdup_printf ("%02u.weir", i);
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (WeirLog) recorded = weir_log_new ();

      g_assert_true (weir_log_record (recorded, path, NULL, NULL));
      fill (recorded, 0, 100);
      if (i == 7)
        grown = g_build_filename (path, "000002-000000000000000.sse", NULL);
      weir_log_wait_written (recorded);
    }
  n_files = count_open_files ();
  for (guint i = 0; i < N_RECORDINGS; i++)
    {
      g_autofree char *name = g_strdup_printf ("%02u.weir", i);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      weir_search_add_path (first, path, name);
    }
  finish (first);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (first)), ==, 10 * N_RECORDINGS);
  g_assert_cmpuint (count_open_files (), ==, n_files);

  g_assert_true (g_file_set_contents (grown, "data: ten more\n\n", -1, NULL));
  for (guint i = 0; i < N_RECORDINGS; i++)
    {
      g_autofree char *name = g_strdup_printf ("%02u.weir", i);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      weir_search_add_path (second, path, name);
    }
  finish (second);
  for (guint i = 0; i < N_RECORDINGS; i++)
    {
      g_assert_cmpuint (weir_search_get_n_matches (second, i), ==, i == 7 ? 11 : 10);
      g_assert_true (
          (weir_search_get_source_log (first, i) == weir_search_get_source_log (second, i))
          == (i != 7));
    }
  remove_tree (folder);
}

/* One that is given up while its recordings are being opened. */
static void
test_given_up (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-search-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "a.weir", NULL);
  g_autoptr (WeirFilter) filter = weir_filter_new_text ("ten", FALSE);
  g_autoptr (WeirLogCache) cache = weir_log_cache_new ();

  {
    g_autoptr (WeirLog) recorded = weir_log_new ();

    g_assert_true (weir_log_record (recorded, path, NULL, NULL));
    fill (recorded, 0, 1000);
  }
  for (guint i = 0; i < 200; i++)
    {
      g_autoptr (WeirSearch) search = weir_search_new (filter, cache);

      for (guint j = 0; j < 5; j++)
        weir_search_add_path (search, path, "a.weir");
      if (i % 3 == 0)
        weir_search_tick (search);
      else if (i % 3 == 1)
        finish (search);
    }
  remove_tree (folder);
}

/* Over an open stream and the recordings of a folder; a recording that cannot be opened is counted. */
static void
test_everywhere (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-search-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "old.weir", NULL);
  g_autofree char *newer = g_build_filename (folder, "newer.weir", NULL);
  g_autofree char *marks = g_build_filename (newer, "marks", NULL);
  g_autofree char *segment = g_build_filename (path, "000001-000000000000000.sse", NULL);
  g_autofree char *old_marks = g_build_filename (path, "marks", NULL);
  g_autoptr (WeirFilter) filter = weir_filter_new_text ("TEN", FALSE);
  g_autoptr (WeirLogCache) cache = weir_log_cache_new ();
  g_autoptr (WeirSearch) search = weir_search_new (filter, cache);
  g_autoptr (WeirLog) open = weir_log_new ();
  guint n_items = 0, n_rows = 0;

  {
    g_autoptr (WeirLog) recorded = weir_log_new ();

    g_assert_true (weir_log_record (recorded, path, NULL, NULL));
    fill (recorded, 1000, 500);
  }
  fill (open, 0, 300);
  g_assert_cmpint (g_mkdir (newer, 0700), ==, 0);
  g_assert_true (g_file_set_contents (marks, "weir-recording 99\n", -1, NULL));

  g_signal_connect (search, "items-changed", G_CALLBACK (count_change), &n_items);
  weir_search_add_log (search, open, "open");
  weir_search_add_path (search, path, "old.weir");
  weir_search_add_path (search, newer, "newer.weir");
  finish (search);

  g_assert_cmpuint (weir_search_get_n_sources (search), ==, 3);
  g_assert_cmpuint (weir_search_get_n_failed (search), ==, 1);
  g_assert_null (weir_search_get_source_log (search, 2));
  g_assert_cmpstr (weir_search_get_source_name (search, 1), ==, "old.weir");
  g_assert_cmpuint (weir_search_get_n_matches (search, 0), ==, 30);
  g_assert_cmpuint (weir_search_get_n_matches (search, 1), ==, 50);
  g_assert_cmpuint (n_items, ==, 80);
  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (WeirRow) row = g_list_model_get_item (G_LIST_MODEL (search), i);
      guint source = weir_search_get_source_at (search, i);

      g_assert_cmpuint (source, ==, i < 30 ? 0 : 1);
      g_assert_true (weir_row_get_log (row) == weir_search_get_source_log (search, source));
      g_assert_true (g_str_has_suffix (weir_row_get_preview (row), " ten"));
      n_rows++;
    }
  g_assert_cmpuint (n_rows, ==, 80);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (search), 80));

  g_unlink (marks);
  g_rmdir (newer);
  g_unlink (segment);
  g_unlink (old_marks);
  g_rmdir (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/search/everywhere", test_everywhere);
  g_test_add_func ("/search/cache", test_cache);
  g_test_add_func ("/search/given-up", test_given_up);
  return g_test_run ();
}
