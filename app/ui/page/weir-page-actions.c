/* SPDX-License-Identifier: MIT */
#include "weir-page-actions.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "windows/weir-export-dialog.h"
#include "common/weir-row-text.h"
#include "app/engine/base/weir-bisect.h"

/* More rows than this are for an export, not for a clipboard. */
#define MAX_COPIED_ROWS 100000

static void
show_toast (GtkWidget *widget, const char *text)
{
  gtk_widget_activate_action (widget, "win.toast", "s", text);
}

static WeirView *
get_view (GtkWidget *widget)
{
  return weir_stream_item_get_view (weir_stream_page_get_item (WEIR_STREAM_PAGE (widget)));
}

/* --- Copying --------------------------------------------------------------- */

typedef char *(*Write) (WeirRow *row);

static void
copy_rows (GtkWidget *widget, Write write)
{
  WeirEventList *list = weir_stream_page_get_list (WEIR_STREAM_PAGE (widget));
  WeirRowSelection *selection = weir_event_list_get_selection (list);
  WeirView *view = get_view (widget);
  GString *text;
  const WeirRows *rows;
  guint n = 0;

  if (view == NULL || weir_row_selection_get_size (selection) == 0)
    {
      show_toast (widget, _ ("Select a row to copy"));
      return;
    }
  text = g_string_new (NULL);
  rows = weir_row_selection_get_rows (selection);
  for (guint64 number = 0;
       n < MAX_COPIED_ROWS && (number = weir_rows_find (rows, number)) != WEIR_NO_ROW; number++)
    {
      g_autoptr (WeirRow) row = weir_row_new (weir_view_get_log (view), number);
      g_autofree char *line = write (row);

      g_string_append_printf (text, n++ > 0 ? "\n%s" : "%s", line);
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text->str);
  show_toast (widget, n < MAX_COPIED_ROWS ? _ ("Copied") : _ ("Copied the first 100,000 rows"));
  g_string_free (text, TRUE);
}

static void
copy_data (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  copy_rows (widget, weir_row_text_get_data);
}

static char *
get_id (WeirRow *row)
{
  const char *id = weir_row_get_id (row);

  return g_strdup (id != NULL ? id : "");
}

static void
copy_id (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  copy_rows (widget, get_id);
}

/* The clipboard holds text: bytes that are not UTF-8 become U+FFFD. */
static char *
get_raw (WeirRow *row)
{
  gsize length;
  const char *raw = g_bytes_get_data (weir_row_get_raw (row), &length);

  return g_utf8_make_valid (raw != NULL ? raw : "", (gssize) length);
}

static void
copy_raw (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  copy_rows (widget, get_raw);
}

static void
copy_ndjson (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  copy_rows (widget, weir_row_text_to_ndjson);
}

/* --- Exporting ------------------------------------------------------------- */

static void
export_rows (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirStreamPage *page = WEIR_STREAM_PAGE (widget);
  WeirView *view = get_view (widget);
  const WeirRows *selected = weir_row_selection_get_rows (
      weir_event_list_get_selection (weir_stream_page_get_list (page)));
  GtkWidget *dialog;

  if (view == NULL || weir_log_get_n_rows (weir_view_get_log (view)) == 0)
    {
      show_toast (widget, _ ("There are no rows to export yet"));
      return;
    }
  dialog = weir_export_dialog_new (GTK_WINDOW (gtk_widget_get_root (widget)), view, selected,
                                   weir_stream_item_get_title (weir_stream_page_get_item (page)));
  g_signal_connect_object (dialog, "exported", G_CALLBACK (show_toast), widget, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- Walking findings ------------------------------------------------------ */

static gboolean
is_finding (WeirView *view, guint position)
{
  WeirRowInfo info;

  return weir_log_get_row (weir_view_get_log (view), weir_view_get_row_number (view, position),
                           &info)
         && info.kind == WEIR_ROW_FINDING;
}

static void
next_finding (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirEventList *list = weir_stream_page_get_list (WEIR_STREAM_PAGE (widget));
  const gboolean back = g_str_equal (g_action_get_name (G_ACTION (action)), "previous-finding");
  WeirView *view = get_view (widget);
  guint n, position;

  if (view == NULL)
    return;
  n = g_list_model_get_n_items (G_LIST_MODEL (view));
  position = weir_event_list_get_position (list);
  for (guint i = 1; i <= n; i++)
    {
      const guint at = back ? (position + n - i) % n : (position + i) % n;

      if (!is_finding (view, at))
        continue;
      weir_event_list_go_to (list, at);
      return;
    }
  show_toast (widget, _ ("This stream has no findings"));
}

/* --- From a value to a filter ----------------------------------------------- */

/* Returns: (transfer full): name:"value". */
static char *
make_condition (const char *name, const char *value)
{
  GString *condition = g_string_new (name);

  g_string_append (condition, ":\"");
  for (; *value != '\0'; value++)
    {
      if (*value == '"' || *value == '\\')
        g_string_append_c (condition, '\\');
      g_string_append_c (condition, *value);
    }
  g_string_append_c (condition, '"');
  return g_string_free (condition, FALSE);
}

/* Returns: (transfer full): the condition on the type or the ID of the selected event, or NULL. */
static char *
make_row_condition (WeirStreamPage *page, gboolean by_id)
{
  g_autoptr (WeirRow) row = weir_event_list_get_selected_row (weir_stream_page_get_list (page));

  if (row == NULL || weir_row_get_kind (row) != WEIR_ROW_EVENT)
    return NULL;
  return by_id ? make_condition ("id", weir_row_get_id (row))
               : make_condition ("type", weir_row_get_type_name (row));
}

static void
filter_by_row (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirStreamPage *page = WEIR_STREAM_PAGE (widget);
  const gboolean by_id = g_str_equal (g_action_get_name (G_ACTION (action)), "filter-by-id");
  g_autofree char *condition = make_row_condition (page, by_id);

  if (condition != NULL)
    weir_filter_bar_set_expression (weir_stream_page_get_filter_bar (page), condition);
}

static void
hide_type (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirStreamPage *page = WEIR_STREAM_PAGE (widget);
  g_autofree char *condition = make_row_condition (page, FALSE);

  if (condition != NULL)
    weir_filter_bar_exclude (weir_stream_page_get_filter_bar (page), condition);
}

static void
filter_by (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  weir_filter_bar_set_expression (weir_stream_page_get_filter_bar (widget),
                                  g_variant_get_string (parameter, NULL));
}

static void
exclude (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  weir_filter_bar_exclude (weir_stream_page_get_filter_bar (widget),
                           g_variant_get_string (parameter, NULL));
}

/* --- Jumping --------------------------------------------------------------- */

typedef struct
{
  WeirLog *log;
  gint64 time_us;
} SoughtTime;

static gboolean
row_is_before (gconstpointer data, guint64 row)
{
  const SoughtTime *sought = data;
  WeirRowInfo info;

  return weir_log_get_row (sought->log, row, &info) && info.time_us < sought->time_us;
}

/* The first row at or after a time of day, of the day of the last row. */
static guint64
find_time (WeirLog *log, int hours, int minutes, int seconds)
{
  const guint64 n_rows = weir_log_get_n_rows (log);
  WeirRowInfo info;
  g_autoptr (GDateTime) last = NULL, wanted = NULL;
  SoughtTime sought = { .log = log };

  if (n_rows == 0 || !weir_log_get_row (log, n_rows - 1, &info))
    return WEIR_NO_ROW;
  last = g_date_time_new_from_unix_local (info.time_us / G_USEC_PER_SEC);
  wanted = g_date_time_new_local (g_date_time_get_year (last), g_date_time_get_month (last),
                                  g_date_time_get_day_of_month (last), hours, minutes, seconds);
  if (wanted == NULL)
    return WEIR_NO_ROW;
  sought.time_us = g_date_time_to_unix (wanted) * G_USEC_PER_SEC;
  return weir_bisect (0, n_rows, row_is_before, &sought);
}

typedef struct
{
  WeirLog *log;
  char *id;
} IdSearch;

static void
id_search_free (gpointer data)
{
  IdSearch *search = data;

  g_object_unref (search->log);
  g_free (search->id);
  g_free (search);
}

/* Newest first, in a thread: a row's id is read from its bytes. */
static void
find_id (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  IdSearch *search = data;

  for (guint64 row = weir_log_get_n_rows (search->log); row-- > 0;)
    {
      g_autoptr (WeirRow) candidate = NULL;
      WeirRowInfo info;

      if (!weir_log_get_row (search->log, row, &info) || info.kind != WEIR_ROW_EVENT
          || !info.has_id)
        continue;
      candidate = weir_row_new (search->log, row);
      if (g_strcmp0 (weir_row_get_id (candidate), search->id) != 0)
        continue;
      g_task_return_int (task, (gssize) row);
      return;
    }
  g_task_return_int (task, -1);
}

static void
id_found (GObject *source, GAsyncResult *result, gpointer data)
{
  const gssize row = g_task_propagate_int (G_TASK (result), NULL);

  if (row >= 0)
    weir_stream_page_go_to_row (WEIR_STREAM_PAGE (source), (guint64) row);
  else
    show_toast (GTK_WIDGET (source), _ ("No event has that ID"));
}

static void
start_id_search (GtkWidget *widget, WeirLog *log, const char *id)
{
  g_autoptr (GTask) task = g_task_new (widget, NULL, id_found, NULL);
  IdSearch *search = g_new0 (IdSearch, 1);

  search->log = g_object_ref (log);
  search->id = g_strdup (id);
  g_task_set_task_data (task, search, id_search_free);
  g_task_run_in_thread (task, find_id);
}

static void
jump (GtkWidget *widget, const char *text)
{
  WeirView *view = get_view (widget);
  int hours, minutes, seconds = 0;
  char *end;
  guint64 number;

  if (view == NULL || *text == '\0')
    return;
  if (sscanf (text, "%d:%d:%d", &hours, &minutes, &seconds) >= 2)
    {
      weir_stream_page_go_to_row (WEIR_STREAM_PAGE (widget),
                                  find_time (weir_view_get_log (view), hours, minutes, seconds));
      return;
    }
  if (*text == '#')
    {
      number = g_ascii_strtoull (text + 1, &end, 10);
      if (*end == '\0' && number > 0)
        {
          weir_stream_page_go_to_row (WEIR_STREAM_PAGE (widget), number - 1);
          return;
        }
    }
  start_id_search (widget, weir_view_get_log (view), text);
}

static void
jump_answered (AdwMessageDialog *dialog, const char *response, GtkWidget *widget)
{
  GtkEditable *entry = GTK_EDITABLE (adw_message_dialog_get_extra_child (dialog));
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  if (g_str_equal (response, "jump"))
    jump (widget, text);
}

static void
go_to (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *dialog = adw_message_dialog_new (
      GTK_WINDOW (gtk_widget_get_root (widget)), _ ("Jump To"),
      _ ("Enter an event ID, a time such as 14:03:22, or a row number such as #1200."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "jump",
                                    _ ("_Jump"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "jump",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "jump");
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Position"), -1);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  g_signal_connect_object (dialog, "response", G_CALLBACK (jump_answered), widget, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
weir_page_actions_add (WeirStreamPage *page)
{
  static const GActionEntry actions[] = {
    { .name = "copy-data", .activate = copy_data },
    { .name = "copy-ndjson", .activate = copy_ndjson },
    { .name = "copy-id", .activate = copy_id },
    { .name = "copy-raw", .activate = copy_raw },
    { .name = "export", .activate = export_rows },
    { .name = "next-finding", .activate = next_finding },
    { .name = "previous-finding", .activate = next_finding },
    { .name = "filter-by-type", .activate = filter_by_row },
    { .name = "filter-by-id", .activate = filter_by_row },
    { .name = "hide-type", .activate = hide_type },
    { .name = "filter-by", .activate = filter_by, .parameter_type = "s" },
    { .name = "exclude", .activate = exclude, .parameter_type = "s" },
    { .name = "go-to", .activate = go_to },
  };

  g_action_map_add_action_entries (weir_stream_page_get_actions (page), actions,
                                   G_N_ELEMENTS (actions), page);
}
