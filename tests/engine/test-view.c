/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "log-writer.h"
#include "weir-view.h"

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/view/tick", test_tick);
  return g_test_run ();
}
