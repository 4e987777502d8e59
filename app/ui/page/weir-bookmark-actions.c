/* SPDX-License-Identifier: MIT */
#include "weir-bookmark-actions.h"

#include <glib/gi18n.h>

/* A person marks what is to be found again; more at once would be a filter's work. */
#define MAX_ROWS 1000

static void
show_toast (WeirStreamPage *page, const char *text)
{
  gtk_widget_activate_action (GTK_WIDGET (page), "win.toast", "s", text);
}

static WeirBookmarks *
get_bookmarks (WeirStreamPage *page)
{
  return weir_stream_item_get_bookmarks (weir_stream_page_get_item (page));
}

/* --- The rows ----------------------------------------------------------------- */

/* The row that the inspector shows, while it can be seen and is a row of this list; or WEIR_NO_ROW. */
static guint64
get_read_row (WeirStreamPage *page)
{
  WeirInspector *inspector = weir_stream_page_get_inspector (page);
  WeirRow *row = weir_inspector_get_row (inspector);

  if (row == NULL || !gtk_widget_get_mapped (GTK_WIDGET (inspector))
      || weir_row_get_log (row) != weir_stream_item_get_log (weir_stream_page_get_item (page)))
    return WEIR_NO_ROW;
  return weir_row_get_number (row);
}

/* The first selected row, or else the row in the inspector; or WEIR_NO_ROW. */
static guint64
get_row (WeirStreamPage *page)
{
  WeirRowSelection *selection = weir_event_list_get_selection (weir_stream_page_get_list (page));

  if (selection != NULL && weir_row_selection_get_size (selection) > 0)
    return weir_rows_find (weir_row_selection_get_rows (selection), 0);
  return get_read_row (page);
}

/* All selected rows, or else the row in the inspector. (transfer full) */
static WeirRows *
get_rows (WeirStreamPage *page)
{
  WeirRowSelection *selection = weir_event_list_get_selection (weir_stream_page_get_list (page));
  WeirRows *rows;

  if (selection != NULL && weir_row_selection_get_size (selection) > 0)
    return weir_rows_copy (weir_row_selection_get_rows (selection));
  rows = weir_rows_new ();
  weir_rows_add (rows, get_row (page), 1);
  return rows;
}

/* --- Their state ---------------------------------------------------------------- */

/* Updates the state of the action, and reports problems once there is a window. */
static void
update (WeirStreamPage *page)
{
  g_autofree char *problem = NULL;
  GAction *action;
  guint64 row;

  /* A page that is being taken down. */
  if (weir_stream_page_get_item (page) == NULL)
    return;
  action = g_action_map_lookup_action (weir_stream_page_get_actions (page), "bookmark");
  row = get_row (page);
  g_simple_action_set_state (
      G_SIMPLE_ACTION (action),
      g_variant_new_boolean (row != WEIR_NO_ROW
                             && weir_bookmarks_contains (get_bookmarks (page), row)));
  if (gtk_widget_get_root (GTK_WIDGET (page)) == NULL)
    return;
  problem = weir_bookmarks_take_problem (get_bookmarks (page));
  if (problem != NULL)
    show_toast (page, problem);
}

static void
ticked (WeirStreamPage *page)
{
  if (weir_stream_page_get_item (page) == NULL)
    return;
  weir_bookmarks_find_rows (get_bookmarks (page));
  update (page);
}

/* --- Commands --------------------------------------------------------------------- */

static const char *
get_discard_notice (WeirStreamItem *item)
{
  if (weir_stream_item_get_player (item) != NULL)
    return _ ("Bookmarks of a replay are discarded when it ends");
  if (weir_stream_item_is_file (item))
    return _ ("Bookmarks of this file are discarded when it is closed");
  return _ ("This stream is not recorded. Its bookmarks are discarded when it is closed");
}

static void
toggle (GSimpleAction *action, GVariant *state, gpointer widget)
{
  WeirStreamPage *page = WEIR_STREAM_PAGE (widget);
  WeirBookmarks *bookmarks = get_bookmarks (page);
  g_autoptr (WeirRows) rows = NULL;
  gboolean first;

  if (get_row (page) == WEIR_NO_ROW)
    {
      show_toast (page, _ ("Select a row to bookmark"));
      return;
    }
  rows = get_rows (page);
  if (weir_rows_get_n (rows) > MAX_ROWS)
    {
      show_toast (page, _ ("At most 1,000 rows can be bookmarked at once"));
      return;
    }
  first = weir_bookmarks_get_n (bookmarks) == 0;
  if (weir_bookmarks_toggle (bookmarks, rows) && first && !weir_bookmarks_are_kept (bookmarks))
    show_toast (page, get_discard_notice (weir_stream_page_get_item (page)));
}

/* A row that has just been bookmarked gets its note next; several rows have none in common. */
static void
bookmark_and_note (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirStreamPage *page = WEIR_STREAM_PAGE (widget);
  WeirRowSelection *selection = weir_event_list_get_selection (weir_stream_page_get_list (page));
  GActionMap *actions = weir_stream_page_get_actions (page);

  g_action_change_state (g_action_map_lookup_action (actions, "bookmark"),
                         g_variant_new_boolean (TRUE));
  if (get_row (page) == WEIR_NO_ROW
      || (selection != NULL && weir_row_selection_get_size (selection) > 1)
      || !weir_bookmarks_contains (get_bookmarks (page), get_row (page)))
    return;
  weir_inspector_focus_note (weir_stream_page_get_inspector (page));
}

static void
next_bookmark (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirStreamPage *page = WEIR_STREAM_PAGE (widget);
  WeirBookmarks *bookmarks = get_bookmarks (page);
  const gboolean back = g_str_equal (g_action_get_name (G_ACTION (action)), "previous-bookmark");
  const guint64 row = weir_bookmarks_find_next (bookmarks, get_row (page), back);

  if (row != WEIR_NO_ROW)
    weir_stream_page_show_row (page, row);
  else if (weir_bookmarks_get_n (bookmarks) > 0)
    show_toast (page, _ ("The bookmarked rows are not loaded yet, or were deleted"));
  else
    show_toast (page, _ ("No bookmarks yet. Press Ctrl+D to bookmark the selected row"));
}

static void
end_note (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  gtk_widget_grab_focus (GTK_WIDGET (weir_stream_page_get_list (WEIR_STREAM_PAGE (widget))));
}

void
weir_bookmark_actions_add (WeirStreamPage *page)
{
  static const GActionEntry actions[] = {
    { .name = "bookmark", .state = "false", .change_state = toggle },
    { .name = "bookmark-and-note", .activate = bookmark_and_note },
    { .name = "next-bookmark", .activate = next_bookmark },
    { .name = "previous-bookmark", .activate = next_bookmark },
    { .name = "end-note", .activate = end_note },
  };
  WeirStreamItem *item = weir_stream_page_get_item (page);
  WeirEventList *list = weir_stream_page_get_list (page);
  WeirBookmarks *bookmarks = get_bookmarks (page);

  g_action_map_add_action_entries (weir_stream_page_get_actions (page), actions,
                                   G_N_ELEMENTS (actions), page);
  weir_event_list_set_bookmarks (list, bookmarks);
  weir_inspector_set_bookmarks (weir_stream_page_get_inspector (page), bookmarks);
  g_signal_connect_object (bookmarks, "changed", G_CALLBACK (update), page, G_CONNECT_SWAPPED);
  /* The item may have another log now. */
  g_signal_connect_object (item, "notify::status", G_CALLBACK (update), page, G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "selection-changed", G_CALLBACK (update), page, G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "ticked", G_CALLBACK (ticked), page, G_CONNECT_SWAPPED);
}
