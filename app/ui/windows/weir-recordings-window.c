/* SPDX-License-Identifier: MIT */
#include "weir-recordings-window.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "app/engine/base/weir-recording-folder.h"
#include "app/engine/recording/weir-recording.h"
#include "common/weir-format.h"
#include "common/weir-settings.h"
#include "weir-export-dialog.h"
#include "weir-recording-item.h"

/* Long enough to be found by the keyboard, too. */
#define UNDO_S 10

struct _WeirRecordingsWindow
{
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkEditable *entry;
  GtkStack *stack;
  AdwStatusPage *hint;
  GtkColumnView *list;
  GtkLabel *summary;

  GListStore *recordings;
  GtkStringFilter *filter;
  GtkSingleSelection *selection;
  GSimpleActionGroup *actions;
  GCancellable *cancellable;
  GPtrArray *deleted; /* of WeirRecordingItem: gone from the list, not from the disk yet */
  AdwToast *undo;     /* of the last of them; NULL: none */
  gboolean is_counting;
};

G_DEFINE_FINAL_TYPE (WeirRecordingsWindow, weir_recordings_window, ADW_TYPE_WINDOW)

enum
{
  ACTIVATED,
  RENAMED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
show_toast (WeirRecordingsWindow *self, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

/* --- What there is ---------------------------------------------------------- */

static void
show_summary (WeirRecordingsWindow *self)
{
  GSettings *settings = weir_settings_get ();
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->recordings));
  const guint limit = g_settings_get_uint (settings, "disk-limit");
  char size[WEIR_FORMAT_LENGTH], most[WEIR_FORMAT_LENGTH];
  g_autofree char *used = NULL, *rule = NULL, *text = NULL;
  guint64 n_bytes = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WeirRecordingItem) item =
          g_list_model_get_item (G_LIST_MODEL (self->recordings), i);

      n_bytes += weir_recording_item_get_summary (item)->n_bytes;
    }
  used = g_strdup_printf (ngettext ("%u recording, %s.", "%u recordings, %s.", n), n,
                          weir_format_size (size, n_bytes));
  if (!g_settings_get_boolean (settings, "record"))
    rule = g_strdup (_ ("Recording is off in Preferences."));
  else if (limit == 0)
    rule =
        g_strdup (_ ("Streams are recorded. The oldest data is deleted above 5 GB, or a tenth of "
                     "the free space."));
  else
    rule = g_strdup_printf (_ ("Streams are recorded. The oldest data is deleted above %s."),
                            weir_format_size (most, limit * G_GUINT64_CONSTANT (1000000)));
  text = g_strjoin (" ", used, rule, NULL);
  gtk_label_set_text (self->summary, text);
}

static void
update_stack (WeirRecordingsWindow *self)
{
  const gboolean searched = *gtk_editable_get_text (self->entry) != '\0';
  const gboolean empty = g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0;

  gtk_stack_set_visible_child_name (self->stack, empty ? "hint" : "list");
  adw_status_page_set_title (self->hint, searched ? _ ("No Matches") : _ ("No Recordings"));
  adw_status_page_set_description (
      self->hint, searched ? _ ("No recording has this name or address.")
                           : _ ("Streams that you watch are recorded and appear here."));
}

static void
update_actions (WeirRecordingsWindow *self)
{
  static const char *const names[] = { "open", "replay", "export", "rename", "reveal", "delete" };
  WeirRecordingItem *item = gtk_single_selection_get_selected_item (self->selection);
  const gboolean is_written = item != NULL && weir_recording_item_get_summary (item)->is_written;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      /* The recorder knows the folder by its name. */
      const gboolean moves = g_str_equal (names[i], "rename") || g_str_equal (names[i], "delete");

      g_simple_action_set_enabled (
          G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), names[i])),
          item != NULL && !(moves && is_written));
    }
}

static void
changed (WeirRecordingsWindow *self)
{
  show_summary (self);
  update_stack (self);
  update_actions (self);
}

/* --- Reading them, in a thread ----------------------------------------------- */

static void
load (GTask *task, gpointer source, gpointer folder, GCancellable *cancellable)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;

  while (directory != NULL && !g_cancellable_is_cancelled (cancellable)
         && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      WeirRecordingSummary summary;

      if (g_str_has_suffix (name, WEIR_RECORDING_SUFFIX)
          && weir_recording_summary_load (&summary, path, NULL))
        g_ptr_array_add (items, weir_recording_item_new (path, &summary));
    }
  g_task_return_pointer (task, items, (GDestroyNotify) g_ptr_array_unref);
}

static void
loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  WeirRecordingsWindow *self = WEIR_RECORDINGS_WINDOW (source);
  g_autoptr (GPtrArray) items = g_task_propagate_pointer (G_TASK (result), NULL);

  /* The window was closed. */
  if (items == NULL || g_cancellable_is_cancelled (self->cancellable))
    return;
  g_list_store_splice (self->recordings, 0, 0, items->pdata, items->len);
  changed (self);
}

static void
start_loading (WeirRecordingsWindow *self)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, loaded, NULL);

  g_task_set_task_data (task, weir_settings_get_recordings (), g_free);
  g_task_run_in_thread (task, load);
}

static void count_next (WeirRecordingsWindow *self);

static void
count (GTask *task, gpointer source, gpointer item, GCancellable *cancellable)
{
  GError *error = NULL;
  const gint64 n =
      weir_recording_count_events (weir_recording_item_get_path (item), cancellable, &error);

  if (n >= 0)
    g_task_return_int (task, n);
  else
    g_task_return_error (task, error);
}

static void
counted (GObject *source, GAsyncResult *result, gpointer data)
{
  WeirRecordingsWindow *self = WEIR_RECORDINGS_WINDOW (source);
  WeirRecordingItem *item = g_task_get_task_data (G_TASK (result));
  const gssize n = g_task_propagate_int (G_TASK (result), NULL);

  self->is_counting = FALSE;
  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  /* One that cannot be read is not tried again. */
  weir_recording_item_set_n_events (item, MAX (n, 0));
  count_next (self);
}

/* Counts the events of one recording after the other, those at the top of the list first. */
static void
count_next (WeirRecordingsWindow *self)
{
  GListModel *model = G_LIST_MODEL (self->selection);

  if (self->is_counting)
    return;
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (WeirRecordingItem) item = g_list_model_get_item (model, i);
      g_autoptr (GTask) task = NULL;

      if (weir_recording_item_get_n_events (item) >= 0)
        continue;
      task = g_task_new (self, self->cancellable, counted, NULL);
      g_task_set_task_data (task, g_object_ref (item), g_object_unref);
      self->is_counting = TRUE;
      g_task_run_in_thread (task, count);
      return;
    }
}

/* Recordings appear that a search had hidden, or that were just read. */
static void
list_changed (WeirRecordingsWindow *self)
{
  update_stack (self);
  count_next (self);
}

/* --- Columns ------------------------------------------------------------------- */

typedef char *(*Write) (WeirRecordingItem *item);

static char *
write_title (WeirRecordingItem *item)
{
  return g_strdup (weir_recording_item_get_title (item));
}

static char *
write_url (WeirRecordingItem *item)
{
  const WeirRecordingSummary *summary = weir_recording_item_get_summary (item);

  return g_strdup (summary->url != NULL ? summary->url : "");
}

static char *
write_begin (WeirRecordingItem *item)
{
  const WeirRecordingSummary *summary = weir_recording_item_get_summary (item);
  const gint64 time_us = summary->begin_us > 0 ? summary->begin_us : summary->end_us;
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_us / G_USEC_PER_SEC);

  return time_us > 0 && time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M") : g_strdup ("–");
}

static char *
write_duration (WeirRecordingItem *item)
{
  const WeirRecordingSummary *summary = weir_recording_item_get_summary (item);
  char text[WEIR_FORMAT_LENGTH];

  if (summary->is_written)
    return g_strdup (_ ("Still recording"));
  if (summary->begin_us == 0)
    return g_strdup ("–");
  return g_strdup (weir_format_age (text, summary->end_us - summary->begin_us));
}

static char *
write_size (WeirRecordingItem *item)
{
  char text[WEIR_FORMAT_LENGTH];

  return g_strdup (weir_format_size (text, weir_recording_item_get_summary (item)->n_bytes));
}

static char *
write_events (WeirRecordingItem *item)
{
  const gint64 n = weir_recording_item_get_n_events (item);
  char text[WEIR_FORMAT_LENGTH];

  return g_strdup (n >= 0 ? weir_format_count (text, (guint64) n) : "…");
}

static const struct
{
  const char *title;
  Write write;
  const char *property; /* to sort by; NULL: by the text */
  gboolean is_number;
  gboolean expands;
} columns[] = {
  { N_ ("Name"), write_title, "title", FALSE, TRUE },
  { N_ ("Stream"), write_url, NULL, FALSE, TRUE },
  { N_ ("Begin"), write_begin, "begin", FALSE, FALSE },
  { N_ ("Duration"), write_duration, NULL, TRUE, FALSE },
  { N_ ("Size"), write_size, "size", TRUE, FALSE },
  { N_ ("Events"), write_events, "n-events", TRUE, FALSE },
};

static void
update_cell (GtkListItem *cell, GParamSpec *pspec, WeirRecordingItem *item)
{
  GtkWidget *label = gtk_list_item_get_child (cell);
  const guint column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (label), "weir-column"));
  g_autofree char *text = columns[column].write (item);

  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_tooltip_text (label, columns[column].expands ? text : NULL);
}

static void
set_up_cell (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer column)
{
  const guint number = GPOINTER_TO_UINT (column);
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), columns[number].is_number ? 1 : 0);
  gtk_label_set_ellipsize (GTK_LABEL (label),
                           columns[number].expands ? PANGO_ELLIPSIZE_MIDDLE : PANGO_ELLIPSIZE_NONE);
  if (columns[number].expands)
    gtk_label_set_width_chars (GTK_LABEL (label), 14);
  gtk_widget_add_css_class (label, "numeric");
  g_object_set_data (G_OBJECT (label), "weir-column", column);
  gtk_list_item_set_child (cell, label);
}

static void
bind_cell (GtkSignalListItemFactory *factory, GtkListItem *cell)
{
  GObject *item = gtk_list_item_get_item (cell);

  g_signal_connect_object (item, "notify", G_CALLBACK (update_cell), cell, G_CONNECT_SWAPPED);
  update_cell (cell, NULL, WEIR_RECORDING_ITEM (item));
}

static void
unbind_cell (GtkSignalListItemFactory *factory, GtkListItem *cell)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (cell), update_cell, cell);
}

static int
compare_texts (gconstpointer a, gconstpointer b, gpointer column)
{
  Write write = columns[GPOINTER_TO_UINT (column)].write;
  g_autofree char *left = write ((gpointer) a), *right = write ((gpointer) b);

  return g_utf8_collate (left, right);
}

static GtkSorter *
make_sorter (guint column)
{
  GtkExpression *expression;

  if (columns[column].property == NULL)
    return GTK_SORTER (gtk_custom_sorter_new (compare_texts, GUINT_TO_POINTER (column), NULL));
  expression =
      gtk_property_expression_new (WEIR_TYPE_RECORDING_ITEM, NULL, columns[column].property);
  if (column == 0)
    return GTK_SORTER (gtk_string_sorter_new (expression));
  return GTK_SORTER (gtk_numeric_sorter_new (expression));
}

static void
add_columns (WeirRecordingsWindow *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr (GtkColumnViewColumn) column = NULL;
      g_autoptr (GtkSorter) sorter = make_sorter (i);

      g_signal_connect (factory, "setup", G_CALLBACK (set_up_cell), GUINT_TO_POINTER (i));
      g_signal_connect (factory, "bind", G_CALLBACK (bind_cell), NULL);
      g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cell), NULL);
      column = gtk_column_view_column_new (_ (columns[i].title), factory);
      gtk_column_view_column_set_sorter (column, sorter);
      gtk_column_view_column_set_expand (column, columns[i].expands);
      gtk_column_view_column_set_resizable (column, TRUE);
      gtk_column_view_append_column (self->list, column);
      /* The newest first. */
      if (columns[i].write == write_begin)
        gtk_column_view_sort_by_column (self->list, column, GTK_SORT_DESCENDING);
    }
}

static void
set_model (WeirRecordingsWindow *self)
{
  GtkExpression *search = gtk_property_expression_new (WEIR_TYPE_RECORDING_ITEM, NULL, "search");
  GtkFilterListModel *found;
  GtkSortListModel *sorted;

  self->filter = gtk_string_filter_new (search);
  g_object_bind_property (self->entry, "text", self->filter, "search", G_BINDING_SYNC_CREATE);
  found = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->recordings)),
                                     g_object_ref (GTK_FILTER (self->filter)));
  sorted = gtk_sort_list_model_new (G_LIST_MODEL (found),
                                    g_object_ref (gtk_column_view_get_sorter (self->list)));
  self->selection = gtk_single_selection_new (G_LIST_MODEL (sorted));
  gtk_column_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (list_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (update_actions),
                           self, G_CONNECT_SWAPPED);
}

/* --- What can be done with one ------------------------------------------------- */

static WeirRecordingItem *
get_selected (WeirRecordingsWindow *self)
{
  return gtk_single_selection_get_selected_item (self->selection);
}

static void
emit_activated (WeirRecordingsWindow *self, gboolean replay)
{
  WeirRecordingItem *item = get_selected (self);

  if (item == NULL)
    return;
  g_signal_emit (self, signals[ACTIVATED], 0, weir_recording_item_get_path (item), replay);
  gtk_window_close (GTK_WINDOW (self));
}

static void
activated (WeirRecordingsWindow *self, guint position)
{
  emit_activated (self, FALSE);
}

static void
open_recording (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  emit_activated (window, g_str_equal (g_action_get_name (G_ACTION (action)), "replay"));
}

static void
open_log (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  GError *error = NULL;
  WeirLog *log = weir_log_open (path, &error);

  if (log == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  weir_log_wait_indexed (log);
  g_task_return_pointer (task, log, g_object_unref);
}

static void
log_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  WeirRecordingsWindow *self = WEIR_RECORDINGS_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirLog) log = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *name = g_path_get_basename (g_task_get_task_data (G_TASK (result)));
  g_autoptr (WeirView) view = NULL;
  g_autoptr (WeirRows) none = NULL;
  GtkWidget *dialog;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (log == NULL)
    {
      show_toast (self, error->message);
      return;
    }
  view = weir_view_new (log);
  weir_view_tick (view);
  none = weir_rows_new ();
  dialog = weir_export_dialog_new (GTK_WINDOW (self), view, none, name);
  g_signal_connect_object (dialog, "exported", G_CALLBACK (show_toast), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
export_recording (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  WeirRecordingsWindow *self = WEIR_RECORDINGS_WINDOW (window);
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, log_opened, NULL);

  g_task_set_task_data (task, g_strdup (weir_recording_item_get_path (get_selected (self))),
                        g_free);
  g_task_run_in_thread (task, open_log);
}

/* Without a file manager on the bus, the default program for folders opens the parent folder. */
static void
file_manager_answered (GObject *bus, GAsyncResult *result, gpointer data)
{
  g_autofree char *path = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, &error);
  g_autofree char *folder = NULL, *uri = NULL;

  if (answer != NULL)
    return;
  folder = g_path_get_dirname (path);
  uri = g_filename_to_uri (folder, NULL, NULL);
  if (uri != NULL)
    gtk_show_uri (NULL, uri, GDK_CURRENT_TIME);
}

static void
reveal (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  const char *path = weir_recording_item_get_path (get_selected (window));
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  const char *const uris[] = { uri, NULL };

  if (bus == NULL || uri == NULL)
    return;
  g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                          "org.freedesktop.FileManager1", "ShowItems",
                          g_variant_new ("(^ass)", uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                          NULL, file_manager_answered, g_strdup (path));
}

/* --- Renaming -------------------------------------------------------------------- */

static void
rename_to (WeirRecordingsWindow *self, WeirRecordingItem *item, const char *name)
{
  g_autofree char *before = g_strdup (weir_recording_item_get_path (item));
  g_autofree char *folder = g_path_get_dirname (before);
  g_autofree char *file = g_strconcat (name, WEIR_RECORDING_SUFFIX, NULL);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autofree char *problem = NULL;

  if (g_str_equal (before, path))
    return;
  if (*name == '\0' || *name == '.' || strchr (name, G_DIR_SEPARATOR) != NULL)
    problem = g_strdup (_ ("Enter a name without a slash that does not begin with a dot."));
  else if (g_file_test (path, G_FILE_TEST_EXISTS))
    problem = g_strdup_printf (_ ("There is a recording “%s” already. Enter another name."), name);
  else if (g_rename (before, path) != 0)
    problem = g_strdup_printf (_ ("The recording could not be renamed: %s."), g_strerror (errno));
  if (problem != NULL)
    {
      show_toast (self, problem);
      return;
    }
  weir_recording_item_set_path (item, path);
  g_signal_emit (self, signals[RENAMED], 0, before, path);
}

static void
name_given (AdwMessageDialog *dialog, const char *response, WeirRecordingsWindow *self)
{
  GtkEditable *entry = GTK_EDITABLE (adw_message_dialog_get_extra_child (dialog));
  WeirRecordingItem *item = g_object_get_data (G_OBJECT (dialog), "weir-recording");
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  if (g_str_equal (response, "rename"))
    rename_to (self, item, name);
}

static void
rename_recording (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  WeirRecordingsWindow *self = WEIR_RECORDINGS_WINDOW (window);
  WeirRecordingItem *item = get_selected (self);
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _ ("Rename Recording"), NULL);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "rename",
                                    _ ("_Rename"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "rename",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "rename");
  gtk_editable_set_text (GTK_EDITABLE (entry), weir_recording_item_get_title (item));
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Name"),
                                  -1);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  g_object_set_data_full (G_OBJECT (dialog), "weir-recording", g_object_ref (item), g_object_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (name_given), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- Deleting ---------------------------------------------------------------------- */

/* Deletes from the disk what was deleted from the list. */
static void
delete_now (WeirRecordingsWindow *self)
{
  for (guint i = 0; i < self->deleted->len; i++)
    {
      WeirRecordingItem *item = g_ptr_array_index (self->deleted, i);
      g_autoptr (GError) error = NULL;

      if (weir_recording_delete (weir_recording_item_get_path (item), &error))
        continue;
      if (self->toasts != NULL)
        show_toast (self, error->message);
      else
        g_message ("%s", error->message);
    }
  g_ptr_array_set_size (self->deleted, 0);
}

static void
select_item (WeirRecordingsWindow *self, WeirRecordingItem *item)
{
  GListModel *model = G_LIST_MODEL (self->selection);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (WeirRecordingItem) candidate = g_list_model_get_item (model, i);

      if (candidate == item)
        gtk_single_selection_set_selected (self->selection, i);
    }
}

static void
undo_delete (WeirRecordingsWindow *self)
{
  WeirRecordingItem *item;

  if (self->deleted->len == 0)
    return;
  item = g_ptr_array_index (self->deleted, self->deleted->len - 1);
  g_list_store_append (self->recordings, item);
  select_item (self, item);
  g_ptr_array_remove_index (self->deleted, self->deleted->len - 1);
  changed (self);
}

static void
undo_dismissed (WeirRecordingsWindow *self, AdwToast *toast)
{
  if (toast != self->undo)
    return;
  g_clear_object (&self->undo);
  delete_now (self);
}

static void
delete_recording (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  WeirRecordingsWindow *self = WEIR_RECORDINGS_WINDOW (window);
  WeirRecordingItem *item = get_selected (self);
  g_autofree char *text =
      g_strdup_printf (_ ("“%s” was deleted"), weir_recording_item_get_title (item));
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  guint position;

  /* Undo belongs to the last one. */
  if (self->undo != NULL)
    adw_toast_dismiss (self->undo);
  g_ptr_array_add (self->deleted, g_object_ref (item));
  if (g_list_store_find (self->recordings, item, &position))
    g_list_store_remove (self->recordings, position);
  self->undo = g_object_ref (adw_toast_new (escaped));
  adw_toast_set_button_label (self->undo, _ ("_Undo"));
  adw_toast_set_timeout (self->undo, UNDO_S);
  g_signal_connect_object (self->undo, "button-clicked", G_CALLBACK (undo_delete), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->undo, "dismissed", G_CALLBACK (undo_dismissed), self,
                           G_CONNECT_SWAPPED);
  adw_toast_overlay_add_toast (self->toasts, g_object_ref (self->undo));
  changed (self);
}

/* --- The object ---------------------------------------------------------------- */

static void
weir_recordings_window_dispose (GObject *object)
{
  WeirRecordingsWindow *self = WEIR_RECORDINGS_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  /* The model changes once more while the widgets go. */
  if (self->toasts != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  self->toasts = NULL;
  delete_now (self);
  g_clear_object (&self->undo);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "recordings", NULL);
  g_clear_object (&self->actions);
  g_clear_object (&self->selection);
  g_clear_object (&self->filter);
  g_clear_object (&self->recordings);
  G_OBJECT_CLASS (weir_recordings_window_parent_class)->dispose (object);
}

static void
weir_recordings_window_finalize (GObject *object)
{
  WeirRecordingsWindow *self = WEIR_RECORDINGS_WINDOW (object);

  g_clear_object (&self->cancellable);
  g_ptr_array_unref (self->deleted);
  G_OBJECT_CLASS (weir_recordings_window_parent_class)->finalize (object);
}

static void
weir_recordings_window_class_init (WeirRecordingsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_recordings_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = weir_recordings_window_finalize;
  signals[ACTIVATED] =
      g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[RENAMED] = g_signal_new ("renamed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/weir_monitor/Weir/weir-recordings-window.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirRecordingsWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, WeirRecordingsWindow, entry);
  gtk_widget_class_bind_template_child (widget_class, WeirRecordingsWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, WeirRecordingsWindow, hint);
  gtk_widget_class_bind_template_child (widget_class, WeirRecordingsWindow, list);
  gtk_widget_class_bind_template_child (widget_class, WeirRecordingsWindow, summary);
  gtk_widget_class_bind_template_callback (widget_class, activated);
  gtk_widget_class_bind_template_callback (widget_class, gtk_window_close);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F2, 0, "recordings.rename", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, GDK_CONTROL_MASK,
                                       "recordings.delete", NULL);
}

static void
weir_recordings_window_init (WeirRecordingsWindow *self)
{
  static const GActionEntry actions[] = {
    { .name = "open", .activate = open_recording },
    { .name = "replay", .activate = open_recording },
    { .name = "export", .activate = export_recording },
    { .name = "rename", .activate = rename_recording },
    { .name = "reveal", .activate = reveal },
    { .name = "delete", .activate = delete_recording },
  };

  self->cancellable = g_cancellable_new ();
  self->deleted = g_ptr_array_new_with_free_func (g_object_unref);
  self->recordings = g_list_store_new (WEIR_TYPE_RECORDING_ITEM);
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), actions, G_N_ELEMENTS (actions),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "recordings", G_ACTION_GROUP (self->actions));
  gtk_widget_init_template (GTK_WIDGET (self));
  set_model (self);
  add_columns (self);
  /* GTK 4.8 names the list inside of the column view by its class. */
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (gtk_widget_get_last_child (GTK_WIDGET (self->list))),
      GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Recordings"), -1);
  changed (self);
  start_loading (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

GtkWidget *
weir_recordings_window_new (GtkWindow *parent)
{
  return g_object_new (WEIR_TYPE_RECORDINGS_WINDOW, "transient-for", parent, "application",
                       gtk_window_get_application (parent), NULL);
}
