/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "log-writer.h"
#include "filter/weir-view.h"

typedef struct
{
  guint n_signals, position, removed, added;
} Changes;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, Changes *changes)
{
  *changes = (Changes){ changes->n_signals + 1, position, removed, added };
}

static void
test_tick (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autoptr (WeirView) view = weir_view_new (log);
  GListModel *model = G_LIST_MODEL (view);
  Changes changes = { 0 };
  LogWriter writer;
  guint position;

  g_signal_connect (view, "items-changed", G_CALLBACK (on_items_changed), &changes);
  g_assert_false (weir_view_tick (view));

  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  log_writer_write (&writer, "data: a\n\ndata: b\n\n", 18, 1);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 0);
  g_assert_true (weir_view_tick (view));
  g_assert_cmpuint (changes.n_signals, ==, 1);
  g_assert_cmpuint (changes.added, ==, 3);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 3);

  weir_view_set_paused (view, TRUE);
  log_writer_write (&writer, "data: c\n\n", 9, 0);
  g_assert_false (weir_view_tick (view));
  g_assert_cmpuint (weir_view_get_n_waiting (view), ==, 1);
  weir_view_set_paused (view, FALSE);
  g_assert_true (weir_view_tick (view));
  g_assert_cmpuint (changes.n_signals, ==, 2);
  g_assert_cmpuint (changes.position, ==, 3);
  g_assert_cmpuint (changes.added, ==, 1);
  g_assert_false (weir_view_tick (view));

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (WeirRow) row = g_list_model_get_item (model, i);

      g_assert_cmpuint (weir_row_get_number (row), ==, i);
      g_assert_cmpuint (weir_view_get_row_number (view, i), ==, i);
      g_assert_true (weir_view_find_row (view, i, &position));
      g_assert_cmpuint (position, ==, i);
    }
  g_assert_null (g_list_model_get_item (model, 4));
  g_assert_cmpuint (weir_view_get_row_number (view, 4), ==, WEIR_NO_ROW);
  g_assert_false (weir_view_find_row (view, 4, &position));
  g_assert_cmpuint (position, ==, 4);
  log_writer_clear (&writer);
}

/* The rows of a range of positions are those that each position has, whatever is hidden between them. */
static void
test_range (void)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autoptr (WeirView) view = weir_view_new (log);
  g_autoptr (WeirFilter) filter = weir_filter_new_text ("7", FALSE);
  const guint ranges[][2] = { { 0, 1 },    { 0, 1000 }, { 3, 5 }, { 100, 171 },
                              { 270, 10 }, { 271, 1 },  { 5, 0 } };
  guint64 total;
  LogWriter writer;

  log_writer_init (&writer, log);
  log_writer_begin (&writer);
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *event = g_strdup_printf ("data: %u\n\n", i);

      log_writer_write (&writer, event, strlen (event), 0);
    }
  weir_sink_drained (WEIR_SINK (log));
  for (guint filtered = 0; filtered < 2; filtered++)
    {
      weir_view_set_filter (view, filtered ? filter : NULL);
      do
        weir_view_tick (view);
      while (weir_view_get_progress (view, &total) < total);
      weir_view_tick (view);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (view)), ==, filtered ? 271 : 1001);
      for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
        {
          g_autoptr (WeirRows) rows = weir_view_get_range (view, ranges[i][0], ranges[i][1]);
          guint64 row = 0, n = 0;

          for (guint position = ranges[i][0]; position < ranges[i][0] + ranges[i][1];
               position++, n++)
            {
              if (weir_view_get_row_number (view, position) == WEIR_NO_ROW)
                break;
              row = weir_rows_find (rows, row);
              g_assert_cmpuint (row, ==, weir_view_get_row_number (view, position));
              g_assert_true (weir_rows_contains (rows, row++));
            }
          g_assert_cmpuint (weir_rows_get_n (rows), ==, n);
          g_assert_cmpuint (weir_rows_find (rows, row), ==, WEIR_NO_ROW);
        }
    }
  log_writer_clear (&writer);
}

static void
test_rows (void)
{
  g_autoptr (WeirRows) rows = weir_rows_new ();
  g_autoptr (WeirRows) copy = NULL;

  g_assert_cmpuint (weir_rows_find (rows, 0), ==, WEIR_NO_ROW);
  weir_rows_add (rows, 10, 5);
  weir_rows_add (rows, G_MAXUINT32, 5);
  copy = weir_rows_copy (rows);
  weir_rows_remove (rows, 11, 2);
  g_assert_cmpuint (weir_rows_get_n (rows), ==, 4);
  g_assert_cmpuint (weir_rows_find (rows, 11), ==, 13);
  g_assert_cmpuint (weir_rows_find (rows, 15), ==, G_MAXUINT32);
  g_assert_cmpuint (weir_rows_find (rows, (guint64) G_MAXUINT32 + 1), ==, WEIR_NO_ROW);
  g_assert_false (weir_rows_contains (rows, 11));
  weir_rows_remove_all (copy, rows);
  g_assert_cmpuint (weir_rows_get_n (copy), ==, 2);
  weir_rows_add_all (copy, rows);
  g_assert_cmpuint (weir_rows_get_n (copy), ==, 6);
  weir_rows_clear (copy);
  g_assert_cmpuint (weir_rows_get_n (copy), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/view/tick", test_tick);
  g_test_add_func ("/view/range", test_range);
  g_test_add_func ("/view/rows", test_rows);
  return g_test_run ();
}
