/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <string.h>

#include "log-writer.h"
#include "weir-recording.h"
#include "weir-search.h"

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
  g_autoptr (WeirSearch) search = weir_search_new (filter);
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
  g_assert_cmpuint (weir_search_add_folder (search, folder), ==, 1);
  while (!weir_search_is_done (search) || weir_search_tick (search))
    {
      weir_search_tick (search);
      g_thread_yield ();
    }

  g_assert_cmpuint (weir_search_get_n_sources (search), ==, 2);
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
  return g_test_run ();
}
