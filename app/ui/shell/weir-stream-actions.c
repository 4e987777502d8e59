/* SPDX-License-Identifier: MIT */
#include "weir-stream-actions.h"

#include <glib/gi18n.h>

#include "streams/weir-alert-dialog.h"
#include "windows/weir-check-window.h"
#include "streams/weir-keyring.h"
#include "app/engine/recording/weir-recording.h"
#include "windows/weir-recordings-window.h"
#include "windows/weir-search-window.h"
#include "streams/weir-stream-dialog.h"

/* Long enough to be found by the keyboard, too. */
#define UNDO_S 10
#define REMOVAL_TOAST "weir-removal-toast"

static void
stream_accepted (WeirMainWindow *window, const WeirStreamConfig *config)
{
  weir_main_window_open_config (window, weir_stream_config_copy (config));
}

static void
new_stream (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirStreamDialog *dialog = weir_stream_dialog_new (GTK_WINDOW (widget), NULL);

  g_signal_connect_object (dialog, "accepted", G_CALLBACK (stream_accepted), widget,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- Searching all of them ------------------------------------------------- */

static void
match_chosen (WeirMainWindow *window,
              WeirStreamItem *item,
              const char *path,
              guint64 row,
              WeirSearchWindow *search)
{
  const char *expression = weir_search_window_get_expression (search);
  WeirStreamPage *page;

  if (item == NULL)
    weir_main_window_open_address (window, path);
  else
    weir_main_window_select_item (window, item);
  page = weir_main_window_get_page (window);
  if (page == NULL || (item != NULL && weir_stream_page_get_item (page) != item))
    return;
  weir_filter_bar_mark (weir_stream_page_get_filter_bar (page), expression);
  weir_stream_page_await_row (page, row);
}

/* A search or a check does not outlive the window that it belongs to. */
static gboolean
close_with_parent (GtkWindow *window)
{
  gtk_window_destroy (window);
  return GDK_EVENT_PROPAGATE;
}

static void
search_all (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  GtkWidget *window = weir_search_window_new (
      GTK_WINDOW (widget), weir_main_window_get_streams (WEIR_MAIN_WINDOW (widget)));

  g_signal_connect_object (window, "activated", G_CALLBACK (match_chosen), widget,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (widget, "close-request", G_CALLBACK (close_with_parent), window,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (window));
}

/* --- Recordings --------------------------------------------------------------- */

static void
recording_chosen (WeirMainWindow *window, const char *path, gboolean replay)
{
  WeirStreamItem *item;

  weir_main_window_open_address (window, path);
  item = weir_main_window_get_item (window);
  if (replay && item != NULL)
    weir_stream_item_set_replaying (item, TRUE);
}

static void
show_recordings (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  GtkWidget *window = weir_recordings_window_new (GTK_WINDOW (widget));

  g_signal_connect_object (window, "activated", G_CALLBACK (recording_chosen), widget,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "renamed", G_CALLBACK (weir_stream_list_rename_recording),
                           weir_main_window_get_streams (WEIR_MAIN_WINDOW (widget)),
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (widget, "close-request", G_CALLBACK (close_with_parent), window,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (window));
}

/* --- Checking one of them ----------------------------------------------------- */

static void
finding_chosen (WeirMainWindow *window, guint64 row, WeirCheckWindow *check)
{
  WeirStreamItem *item = weir_check_window_get_item (check);
  WeirStreamPage *page;

  if (row == WEIR_NO_ROW)
    {
      weir_main_window_show_toast (window, _ ("The list was cleared. Check the stream again"));
      return;
    }
  weir_main_window_select_item (window, item);
  page = weir_main_window_get_page (window);
  if (page != NULL && weir_stream_page_get_item (page) == item)
    weir_stream_page_show_row (page, row);
}

static void
check_stream (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirMainWindow *window = WEIR_MAIN_WINDOW (widget);
  WeirStreamItem *item = weir_main_window_get_item (window);
  GtkWidget *check;

  if (item == NULL || weir_stream_item_get_log (item) == NULL)
    {
      weir_main_window_show_toast (window, _ ("There are no events to check yet"));
      return;
    }
  check = weir_check_window_new (GTK_WINDOW (widget), item);
  g_signal_connect_object (check, "activated", G_CALLBACK (finding_chosen), widget,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (check, "remembered", G_CALLBACK (weir_stream_list_changed),
                           weir_main_window_get_streams (window), G_CONNECT_SWAPPED);
  g_signal_connect_object (widget, "close-request", G_CALLBACK (close_with_parent), check,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (check));
}

static void
stream_edited (WeirStreamItem *item, const WeirStreamConfig *config)
{
  weir_stream_item_set_config (item, weir_stream_config_copy (config));
  weir_stream_item_open (item);
}

static void
edit_stream (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirStreamItem *item = weir_main_window_get_item (WEIR_MAIN_WINDOW (widget));
  WeirStreamDialog *dialog;

  if (item == NULL)
    return;
  dialog = weir_stream_dialog_new (GTK_WINDOW (widget), weir_stream_item_get_config (item));
  g_signal_connect_object (dialog, "accepted", G_CALLBACK (stream_edited), item, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
edit_alerts (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirMainWindow *window = WEIR_MAIN_WINDOW (widget);
  WeirStreamItem *item = weir_main_window_get_item (window);
  WeirAlertDialog *dialog;

  if (item == NULL)
    return;
  if (weir_stream_item_is_file (item))
    {
      weir_main_window_show_toast (window, _ ("Alerts are available for live streams only"));
      return;
    }
  dialog = weir_alert_dialog_new (GTK_WINDOW (widget), weir_stream_item_get_config (item));
  g_signal_connect_object (dialog, "accepted", G_CALLBACK (weir_stream_item_set_alert), item,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static gboolean
has_title (WeirStreamList *streams, const char *title)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (streams)); i++)
    {
      g_autoptr (WeirStreamItem) item = g_list_model_get_item (G_LIST_MODEL (streams), i);

      if (g_str_equal (weir_stream_item_get_title (item), title))
        return TRUE;
    }
  return FALSE;
}

/* Returns: (transfer full): a title that no stream has. */
static char *
make_copy_name (WeirStreamList *streams, const char *title)
{
  char *name = g_strdup_printf (_ ("%s (copy)"), title);

  for (guint n = 2; has_title (streams, name); n++)
    {
      g_free (name);
      name = g_strdup_printf (_ ("%s (copy %u)"), title, n);
    }
  return name;
}

static void
duplicate_stream (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirMainWindow *window = WEIR_MAIN_WINDOW (widget);
  WeirStreamList *streams = weir_main_window_get_streams (window);
  WeirStreamItem *item = weir_main_window_get_item (window);
  g_autoptr (WeirStreamItem) copy = NULL;
  WeirStreamConfig *config;

  if (item == NULL)
    return;
  config = weir_stream_config_duplicate (weir_stream_item_get_config (item));
  g_free (config->name);
  config->name = make_copy_name (streams, weir_stream_item_get_title (item));
  copy = weir_stream_item_new (config);
  weir_stream_list_insert (streams, weir_stream_list_find (streams, item) + 1, copy);
  weir_main_window_select_item (window, copy);
}

typedef struct
{
  WeirMainWindow *window;
  WeirStreamItem *item;
  guint position;
  gboolean was_live;
  gboolean restored;
} Removal;

static void
restore_stream (Removal *removal)
{
  removal->restored = TRUE;
  weir_stream_list_insert (weir_main_window_get_streams (removal->window), removal->position,
                           removal->item);
  weir_main_window_select_item (removal->window, removal->item);
  if (removal->was_live)
    weir_stream_item_open (removal->item);
}

static void
forget_stream (gpointer data, GClosure *closure)
{
  Removal *removal = data;

  if (!removal->restored)
    weir_keyring_clear (weir_stream_item_get_config (removal->item)->uuid);
  g_object_unref (removal->item);
  g_free (removal);
}

static void
select_neighbour (WeirMainWindow *window, guint position)
{
  GListModel *streams = G_LIST_MODEL (weir_main_window_get_streams (window));
  const guint n = g_list_model_get_n_items (streams);
  g_autoptr (WeirStreamItem) item = NULL;

  if (n == 0)
    return;
  item = g_list_model_get_item (streams, MIN (position, n - 1));
  weir_main_window_select_item (window, item);
}

/* Releases the toast: the secrets of its stream leave the keyring when the toast is freed. */
static void
removal_dismissed (WeirMainWindow *window, AdwToast *toast)
{
  if (g_object_get_data (G_OBJECT (window), REMOVAL_TOAST) == toast)
    g_object_set_data (G_OBJECT (window), REMOVAL_TOAST, NULL);
}

static void
remove_item (WeirMainWindow *window, WeirStreamItem *item)
{
  WeirStreamList *streams = weir_main_window_get_streams (window);
  g_autofree char *text = NULL, *escaped = NULL;
  Removal *removal = g_new0 (Removal, 1);
  AdwToast *toast, *earlier;

  removal->window = window;
  removal->item = g_object_ref (item);
  removal->position = weir_stream_list_find (streams, item);
  removal->was_live = weir_stream_item_is_live (item);

  text = g_strdup_printf (_ ("“%s” was removed"), weir_stream_item_get_title (item));
  escaped = g_markup_escape_text (text, -1);
  toast = adw_toast_new (escaped);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_timeout (toast, UNDO_S);
  /* Toasts wait for each other: that of an earlier removal would be the one that is shown. */
  earlier = g_object_get_data (G_OBJECT (window), REMOVAL_TOAST);
  if (earlier != NULL)
    adw_toast_dismiss (earlier);
  g_object_set_data_full (G_OBJECT (window), REMOVAL_TOAST, g_object_ref (toast), g_object_unref);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (removal_dismissed), window,
                           G_CONNECT_SWAPPED);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (restore_stream), removal,
                         forget_stream, G_CONNECT_SWAPPED);

  weir_stream_item_close (item);
  weir_stream_list_remove (streams, removal->position);
  select_neighbour (window, removal->position);
  weir_main_window_add_toast (window, toast);
}

/* A recording is a folder of files, and nothing below it. */
static void
delete_recording (const char *path)
{
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (GFileEnumerator) files = g_file_enumerate_children (
      folder, G_FILE_ATTRIBUTE_STANDARD_NAME, G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);
  GFile *file;

  while (files != NULL && g_file_enumerator_iterate (files, NULL, &file, NULL, NULL)
         && file != NULL)
    g_file_delete (file, NULL, NULL);
  g_file_delete (folder, NULL, NULL);
}

static void
removal_answered (AdwMessageDialog *dialog, const char *response, WeirStreamItem *item)
{
  WeirMainWindow *window = WEIR_MAIN_WINDOW (gtk_window_get_transient_for (GTK_WINDOW (dialog)));
  g_auto (GStrv) recordings = weir_stream_item_get_recordings (item);

  if (g_str_equal (response, "cancel"))
    return;
  remove_item (window, item);
  if (!g_str_equal (response, "delete"))
    return;
  /* Pending writes would recreate files. */
  weir_stream_item_flush_bookmarks (item);
  for (guint i = 0; recordings[i] != NULL; i++)
    delete_recording (recordings[i]);
}

/* Whether all that could be lost is an empty recording of this session. */
static gboolean
never_received (WeirStreamItem *item, char **recordings)
{
  WeirLog *log = weir_stream_item_get_log (item);
  WeirRecordingState state = { 0 };
  gboolean is_only;

  if (log == NULL || weir_log_get_n_events (log) > 0 || weir_stream_item_is_file (item))
    return FALSE;
  weir_log_get_recording_state (log, &state);
  is_only = g_strv_length (recordings) == 1 && g_strcmp0 (recordings[0], state.path) == 0;
  weir_recording_state_clear (&state);
  return is_only;
}

static void
remove_stream (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirMainWindow *window = WEIR_MAIN_WINDOW (widget);
  WeirStreamItem *item = weir_main_window_get_item (window);
  g_auto (GStrv) recordings = NULL;
  GtkWidget *dialog;
  guint n;

  if (item == NULL)
    return;
  recordings = weir_stream_item_get_recordings (item);
  n = g_strv_length (recordings);
  if (n == 0 || never_received (item, recordings))
    {
      remove_item (window, item);
      for (guint i = 0; i < n; i++)
        delete_recording (recordings[i]);
      return;
    }
  dialog = adw_message_dialog_new (GTK_WINDOW (window), _ ("Remove Stream?"), NULL);
  adw_message_dialog_format_body (
      ADW_MESSAGE_DIALOG (dialog),
      ngettext ("There is %u recording of “%s”.", "There are %u recordings of “%s”.", n), n,
      weir_stream_item_get_title (item));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "keep",
                                    _ ("_Keep Recordings"), "delete", _ ("_Delete Recordings"),
                                    NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "delete",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (removal_answered), item, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
move_stream (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirMainWindow *window = WEIR_MAIN_WINDOW (widget);
  WeirStreamList *streams = weir_main_window_get_streams (window);
  WeirStreamItem *item = weir_main_window_get_item (window);
  const int by = g_variant_get_int32 (parameter);
  const int n = (int) g_list_model_get_n_items (G_LIST_MODEL (streams));
  int from;

  if (item == NULL)
    return;
  from = (int) weir_stream_list_find (streams, item);
  if (from + by < 0 || from + by >= n)
    return;
  g_object_ref (item);
  weir_stream_list_move (streams, (guint) from, (guint) (from + by));
  weir_main_window_select_item (window, item);
  g_object_unref (item);
}

static guint
find_uuid (WeirStreamList *streams, const char *uuid)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (streams));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WeirStreamItem) item = g_list_model_get_item (G_LIST_MODEL (streams), i);

      if (g_str_equal (weir_stream_item_get_config (item)->uuid, uuid))
        return i;
    }
  return G_MAXUINT;
}

static void
move_stream_here (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirMainWindow *window = WEIR_MAIN_WINDOW (widget);
  WeirStreamList *streams = weir_main_window_get_streams (window);
  g_autoptr (WeirStreamItem) item = NULL;
  const char *what, *where;
  guint from, to;

  g_variant_get (parameter, "(&s&s)", &what, &where);
  from = find_uuid (streams, what);
  to = find_uuid (streams, where);
  if (from == G_MAXUINT || to == G_MAXUINT)
    return;
  item = g_list_model_get_item (G_LIST_MODEL (streams), from);
  weir_stream_list_move (streams, from, to);
  weir_main_window_select_item (window, item);
}

static void
copy_curl (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirMainWindow *window = WEIR_MAIN_WINDOW (widget);
  WeirStreamItem *item = weir_main_window_get_item (window);
  const gboolean with_secrets = g_variant_get_boolean (parameter);
  g_autoptr (WeirRequest) request = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *command = NULL;

  if (item == NULL)
    return;
  request = weir_stream_config_to_request (weir_stream_item_get_config (item), &error);
  if (request == NULL)
    {
      weir_main_window_show_toast (window, error->message);
      return;
    }
  command = weir_request_to_curl (request, with_secrets);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), command);
  weir_main_window_show_toast (window, with_secrets ? _ ("Copied as curl, with its secrets")
                                                    : _ ("Copied as curl, without secrets"));
}

static void
cut_stream (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirStreamItem *item = weir_main_window_get_item (WEIR_MAIN_WINDOW (widget));

  if (item != NULL && weir_stream_item_is_live (item))
    weir_stream_cut (weir_stream_item_get_stream (item));
}

static void
clear_stream (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirStreamItem *item = weir_main_window_get_item (WEIR_MAIN_WINDOW (widget));

  if (item != NULL)
    weir_stream_item_clear (item);
}

void
weir_stream_actions_add (WeirMainWindow *window)
{
  static const GActionEntry actions[] = {
    { .name = "new-stream", .activate = new_stream },
    { .name = "search-all", .activate = search_all },
    { .name = "recordings", .activate = show_recordings },
    { .name = "check-stream", .activate = check_stream },
    { .name = "edit-stream", .activate = edit_stream },
    { .name = "edit-alerts", .activate = edit_alerts },
    { .name = "duplicate-stream", .activate = duplicate_stream },
    { .name = "remove-stream", .activate = remove_stream },
    { .name = "move-stream", .activate = move_stream, .parameter_type = "i" },
    { .name = "move-stream-here", .activate = move_stream_here, .parameter_type = "(ss)" },
    { .name = "copy-curl", .activate = copy_curl, .parameter_type = "b" },
    { .name = "cut-stream", .activate = cut_stream },
    { .name = "clear-stream", .activate = clear_stream },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (window), actions, G_N_ELEMENTS (actions), window);
}
