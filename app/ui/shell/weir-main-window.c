/* SPDX-License-Identifier: MIT */
#include "weir-main-window.h"

#include <glib/gi18n.h>

#include "app/engine/base/weir-recording-folder.h"
#include "app/engine/base/weir-secrets.h"
#include "common/weir-settings.h"
#include "inspector/weir-json-tree.h"
#include "page/weir-bookmark-actions.h"
#include "page/weir-page-actions.h"
#include "streams/weir-curl.h"
#include "streams/weir-stream-row.h"

/* --- The address field ------------------------------------------------------- */

#define ADDRESS "weir-address"

static const char *
get_text (GtkEntry *entry)
{
  return gtk_editable_get_text (GTK_EDITABLE (entry));
}

static void
set_text (GtkEntry *entry, const char *text)
{
  if (!g_str_equal (get_text (entry), text))
    gtk_editable_set_text (GTK_EDITABLE (entry), text);
}

/* The displayed text differs from the text that was entered. */
static gboolean
is_masked (GtkEntry *entry)
{
  const char *address = g_object_get_data (G_OBJECT (entry), ADDRESS);
  g_autofree char *masked = address != NULL ? weir_secrets_mask_url (address) : NULL;

  return masked != NULL && g_str_equal (masked, get_text (entry));
}

static char *
weir_address_field_get (GtkEntry *entry)
{
  return g_strdup (is_masked (entry) ? g_object_get_data (G_OBJECT (entry), ADDRESS)
                                     : get_text (entry));
}

static void
unmask (GtkEntry *entry)
{
  g_autofree char *address = weir_address_field_get (entry);

  set_text (entry, address);
}

static void
set_masked (GtkEntry *entry, const char *address)
{
  g_autofree char *masked = weir_secrets_mask_url (address);

  g_object_set_data_full (G_OBJECT (entry), ADDRESS, g_strdup (address), g_free);
  set_text (entry, masked);
}

static void
mask (GtkEntry *entry)
{
  g_autofree char *address = weir_address_field_get (entry);

  set_masked (entry, address);
}

static void
weir_address_field_set (GtkEntry *entry, const char *address)
{
  set_masked (entry, address);
  if ((gtk_widget_get_state_flags (GTK_WIDGET (entry)) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0)
    unmask (entry);
}

static void
weir_address_field_init (GtkEntry *entry)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  g_signal_connect_object (focus, "enter", G_CALLBACK (unmask), entry, G_CONNECT_SWAPPED);
  g_signal_connect_object (focus, "leave", G_CALLBACK (mask), entry, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (entry), focus);
}

/* --- The window -------------------------------------------------------------- */

/* Number of pages that are kept, because a page keeps its scroll position. */
#define MAX_PAGES 8
/* Number of streams from which on the sidebar shows a search field. */
#define SEARCH_FROM 12
#define MAX_RECENT_FILES 10

struct _WeirMainWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwFlap *flap;
  GtkRevealer *stream_search_revealer;
  GtkEditable *stream_search;
  GtkStack *sidebar_stack;
  GtkListView *stream_list;
  GtkEntry *address;
  GtkWidget *connect_button;
  GtkMenuButton *page_menu_button;
  GMenuModel *stream_menu;
  GMenu *recent_menu;
  GtkWidget *filter_button;
  GtkStack *stack;
  GtkStack *pages;

  WeirStreamList *streams;
  GtkSingleSelection *selection;
  GtkStringFilter *name_filter;
  GQueue recent_pages; /* of WeirStreamPage, the visible one first */
};

G_DEFINE_FINAL_TYPE (WeirMainWindow, weir_main_window, ADW_TYPE_APPLICATION_WINDOW)

WeirStreamItem *
weir_main_window_get_item (WeirMainWindow *self)
{
  g_return_val_if_fail (WEIR_IS_MAIN_WINDOW (self), NULL);

  return gtk_single_selection_get_selected_item (self->selection);
}

static WeirStreamPage *
find_page (WeirMainWindow *self, WeirStreamItem *item)
{
  for (GList *l = self->recent_pages.head; l != NULL; l = l->next)
    if (weir_stream_page_get_item (l->data) == item)
      return l->data;
  return NULL;
}

static void
drop_page (WeirMainWindow *self, WeirStreamPage *page)
{
  if (self->recent_pages.head != NULL && self->recent_pages.head->data == page)
    gtk_widget_insert_action_group (GTK_WIDGET (self), "page", NULL);
  g_queue_remove (&self->recent_pages, page);
  gtk_stack_remove (self->pages, GTK_WIDGET (page));
}

static WeirStreamPage *
ensure_page (WeirMainWindow *self, WeirStreamItem *item)
{
  WeirStreamPage *page = find_page (self, item);

  if (page != NULL)
    {
      g_queue_remove (&self->recent_pages, page);
    }
  else
    {
      page = WEIR_STREAM_PAGE (weir_stream_page_new (item));
      weir_page_actions_add (page);
      weir_bookmark_actions_add (page);
      gtk_stack_add_child (self->pages, GTK_WIDGET (page));
    }
  g_queue_push_head (&self->recent_pages, page);
  while (self->recent_pages.length > MAX_PAGES)
    drop_page (self, self->recent_pages.tail->data);
  return page;
}

WeirStreamPage *
weir_main_window_get_page (WeirMainWindow *self)
{
  g_return_val_if_fail (WEIR_IS_MAIN_WINDOW (self), NULL);

  return self->recent_pages.head != NULL ? self->recent_pages.head->data : NULL;
}

static void
update_connect_button (WeirMainWindow *self)
{
  WeirStreamItem *item = weir_main_window_get_item (self);
  const gboolean live = item != NULL && weir_stream_item_is_live (item);
  const char *word = live ? _ ("Disconnect") : _ ("Connect");

  gtk_button_set_icon_name (GTK_BUTTON (self->connect_button),
                            live ? "media-playback-stop-symbolic"
                                 : "media-playback-start-symbolic");
  gtk_widget_set_tooltip_text (self->connect_button, word);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->connect_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, word, -1);
}

/* Reports a failure as a desktop notification while the window is in the background. */
static void
state_changed (WeirMainWindow *self, GParamSpec *pspec, WeirStreamItem *item)
{
  const char *error = weir_stream_item_get_error (item);
  g_autoptr (GNotification) notification = NULL;

  update_connect_button (self);
  if (error == NULL || gtk_window_is_active (GTK_WINDOW (self))
      || !g_settings_get_boolean (weir_settings_get (), "notify"))
    return;
  notification = g_notification_new (weir_stream_item_get_title (item));
  g_notification_set_body (notification, error);
  g_application_send_notification (G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))),
                                   weir_stream_item_get_config (item)->uuid, notification);
}

static void
show_item (WeirMainWindow *self)
{
  WeirStreamItem *item = weir_main_window_get_item (self);
  WeirStreamPage *page;
  const char *address;

  gtk_widget_set_sensitive (self->filter_button, item != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->page_menu_button), item != NULL);
  update_connect_button (self);
  if (item == NULL)
    {
      gtk_stack_set_visible_child_name (self->stack, "welcome");
      gtk_window_set_title (GTK_WINDOW (self), _ ("Weir"));
      weir_address_field_set (self->address, "");
      return;
    }
  page = ensure_page (self, item);
  gtk_stack_set_visible_child (self->pages, GTK_WIDGET (page));
  gtk_stack_set_visible_child_name (self->stack, "pages");
  gtk_widget_insert_action_group (GTK_WIDGET (self), "page",
                                  G_ACTION_GROUP (weir_stream_page_get_actions (page)));
  gtk_window_set_title (GTK_WINDOW (self), weir_stream_item_get_title (item));
  address = weir_stream_item_get_config (item)->address;
  weir_address_field_set (self->address, address != NULL ? address : "");
  if (adw_flap_get_folded (self->flap))
    adw_flap_set_reveal_flap (self->flap, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (weir_stream_page_get_list (page)));
}

static void
item_changed (WeirMainWindow *self, guint position, guint removed, guint added)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->streams));

  gtk_stack_set_visible_child_name (self->sidebar_stack, n > 0 ? "streams" : "empty");
  gtk_revealer_set_reveal_child (self->stream_search_revealer, n >= SEARCH_FROM);
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (WeirStreamItem) item = g_list_model_get_item (G_LIST_MODEL (self->streams), i);

      g_signal_handlers_disconnect_by_func (item, state_changed, self);
      g_signal_connect_object (item, "notify::state", G_CALLBACK (state_changed), self,
                               G_CONNECT_SWAPPED);
    }
}

void
weir_main_window_select_item (WeirMainWindow *self, WeirStreamItem *item)
{
  GListModel *model = G_LIST_MODEL (self->selection);

  g_return_if_fail (WEIR_IS_MAIN_WINDOW (self));

  /* What is looked for at the side hides others. */
  if (item != NULL && !gtk_filter_match (GTK_FILTER (self->name_filter), item))
    gtk_editable_set_text (self->stream_search, "");
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (WeirStreamItem) candidate = g_list_model_get_item (model, i);

      if (candidate != item)
        continue;
      gtk_single_selection_set_selected (self->selection, i);
      return;
    }
}

WeirStreamList *
weir_main_window_get_streams (WeirMainWindow *self)
{
  g_return_val_if_fail (WEIR_IS_MAIN_WINDOW (self), NULL);

  return self->streams;
}

void
weir_main_window_add_toast (WeirMainWindow *self, AdwToast *toast)
{
  g_return_if_fail (WEIR_IS_MAIN_WINDOW (self));

  adw_toast_overlay_add_toast (self->toasts, toast);
}

void
weir_main_window_show_toast (WeirMainWindow *self, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_return_if_fail (WEIR_IS_MAIN_WINDOW (self));

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

void
weir_main_window_open_config (WeirMainWindow *self, WeirStreamConfig *config)
{
  g_autoptr (WeirStreamItem) item = weir_stream_item_new (config);

  g_return_if_fail (WEIR_IS_MAIN_WINDOW (self));

  gtk_editable_set_text (self->stream_search, "");
  weir_stream_list_add (self->streams, item);
  weir_main_window_select_item (self, item);
  weir_stream_item_open (item);
}

/* --- Files ------------------------------------------------------------------- */

/* Returns: (transfer full): path, or the recording that the file at path is a part of. */
static char *
find_recording (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_str_has_suffix (folder, WEIR_RECORDING_SUFFIX) && weir_recording_is (folder))
    return g_steal_pointer (&folder);
  return g_strdup (path);
}

static void
update_recent_menu (WeirMainWindow *self)
{
  g_auto (GStrv) paths = g_settings_get_strv (weir_settings_get (), "recent-files");

  g_menu_remove_all (self->recent_menu);
  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autofree char *name = g_path_get_basename (paths[i]);
      g_autofree char *shown = g_filename_display_name (name);
      g_auto (GStrv) parts = g_strsplit (shown, "_", -1);
      g_autofree char *label = g_strjoinv ("__", parts);
      g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

      g_menu_item_set_action_and_target (item, "win.open-recent", "s", paths[i]);
      g_menu_append_item (self->recent_menu, item);
    }
}

/* Puts path at the top of the recent files. */
static void
remember_file (const char *path)
{
  GSettings *settings = weir_settings_get ();
  g_auto (GStrv) before = g_settings_get_strv (settings, "recent-files");
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  if (!g_utf8_validate (path, -1, NULL))
    return;
  g_ptr_array_add (paths, (gpointer) path);
  for (guint i = 0; before[i] != NULL && paths->len < MAX_RECENT_FILES; i++)
    if (!g_str_equal (before[i], path))
      g_ptr_array_add (paths, before[i]);
  g_ptr_array_add (paths, NULL);
  g_settings_set_strv (settings, "recent-files", (const char *const *) paths->pdata);
}

static void
open_path (WeirMainWindow *self, const char *path)
{
  g_autofree char *recording = find_recording (path);

  remember_file (recording);
  weir_main_window_open_address (self, recording);
}

static void
open_recent (GtkWidget *widget, const char *name, GVariant *parameter)
{
  open_path (WEIR_MAIN_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static gboolean
files_dropped (WeirMainWindow *self, const GValue *value)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));
  gboolean opened = FALSE;

  for (GSList *l = files; l != NULL; l = l->next)
    {
      g_autofree char *path = g_file_get_path (l->data);

      if (path == NULL)
        continue;
      open_path (self, path);
      opened = TRUE;
    }
  return opened;
}

void
weir_main_window_open_address (WeirMainWindow *self, const char *address)
{
  WeirStreamItem *item;

  g_return_if_fail (WEIR_IS_MAIN_WINDOW (self));

  item = weir_stream_list_find_address (self->streams, address);
  if (item == NULL)
    {
      weir_main_window_open_config (self, weir_stream_config_new (address));
      return;
    }
  weir_main_window_select_item (self, item);
  if (!weir_stream_item_is_live (item))
    weir_stream_item_open (item);
}

static void
open_command (WeirMainWindow *self, const char *command)
{
  g_autoptr (GError) error = NULL;
  WeirStreamConfig *config = weir_curl_parse (command, &error);

  if (config != NULL)
    weir_main_window_open_config (self, config);
  else
    weir_main_window_show_toast (self, error->message);
}

/* Whether address corrects the stream in front, which failed before it received an event: a typo, for
 * instance. */
static gboolean
is_correction (WeirMainWindow *self, const char *address)
{
  WeirStreamItem *item = weir_main_window_get_item (self);
  WeirLog *log = item != NULL ? weir_stream_item_get_log (item) : NULL;

  return item != NULL && weir_stream_item_get_error (item) != NULL
         && !weir_stream_item_is_file (item) && (log == NULL || weir_log_get_n_events (log) == 0)
         && weir_stream_config_can_move (weir_stream_item_get_config (item), address)
         && weir_stream_list_find_address (self->streams, address) == NULL;
}

static void
address_activated (WeirMainWindow *self)
{
  g_autofree char *address = g_strstrip (weir_address_field_get (self->address));

  if (*address == '\0')
    {
      gtk_widget_grab_focus (GTK_WIDGET (self->address));
      return;
    }
  if (weir_curl_is_command (address))
    open_command (self, address);
  else if (is_correction (self, address))
    weir_stream_item_open_address (weir_main_window_get_item (self), address);
  else
    weir_main_window_open_address (self, address);
}

static void
toggle_connection (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WeirMainWindow *self = WEIR_MAIN_WINDOW (widget);
  WeirStreamItem *item = weir_main_window_get_item (self);

  if (item != NULL && weir_stream_item_is_live (item))
    weir_stream_item_close (item);
  else
    address_activated (self);
}

static void
connect_now (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WeirStreamItem *item = weir_main_window_get_item (WEIR_MAIN_WINDOW (widget));

  if (item != NULL)
    weir_stream_item_open (item);
}

static void
focus_address (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WeirMainWindow *self = WEIR_MAIN_WINDOW (widget);

  gtk_widget_grab_focus (GTK_WIDGET (self->address));
  gtk_editable_select_region (GTK_EDITABLE (self->address), 0, -1);
}

static void
file_chosen (GtkFileChooserNative *chooser, int response, WeirMainWindow *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
      g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

      if (path != NULL)
        open_path (self, path);
    }
  g_object_unref (chooser);
}

static void
open_file (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkFileChooserNative *chooser =
      gtk_file_chooser_native_new (_ ("Open a Recording or File"), GTK_WINDOW (widget),
                                   GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  static const char *const suffixes[] = { "sse", "har", "ndjson", "jsonl" };
  GtkFileFilter *filter = gtk_file_filter_new (), *all = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _ ("Event streams and recordings"));
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    gtk_file_filter_add_suffix (filter, suffixes[i]);
  gtk_file_filter_add_mime_type (filter, "text/event-stream");
  /* A recording is a folder, which is opened by any file inside it. */
  gtk_file_filter_add_pattern (filter, WEIR_MARKS_NAME);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), filter);
  g_object_unref (filter);
  gtk_file_filter_set_name (all, _ ("All files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), all);
  g_object_unref (all);
  g_signal_connect (chooser, "response", G_CALLBACK (file_chosen), widget);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
show_toast (GtkWidget *widget, const char *name, GVariant *parameter)
{
  weir_main_window_show_toast (WEIR_MAIN_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
show_streams (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WeirMainWindow *self = WEIR_MAIN_WINDOW (widget);

  adw_flap_set_reveal_flap (self->flap, !adw_flap_get_reveal_flap (self->flap));
}

/* The menu is about the stream in front. */
static void
select_row (WeirMainWindow *self, WeirStreamRow *row)
{
  weir_main_window_select_item (self, weir_stream_row_get_item (row));
}

static void
setup_row (WeirMainWindow *self, GtkListItem *item)
{
  GtkWidget *row = weir_stream_row_new (self->stream_menu);

  g_signal_connect_object (row, "menu-opened", G_CALLBACK (select_row), self, G_CONNECT_SWAPPED);
  gtk_list_item_set_child (item, row);
}

static void
bind_row (WeirMainWindow *self, GtkListItem *item)
{
  weir_stream_row_bind (WEIR_STREAM_ROW (gtk_list_item_get_child (item)),
                        gtk_list_item_get_item (item));
}

static void
unbind_row (WeirMainWindow *self, GtkListItem *item)
{
  weir_stream_row_bind (WEIR_STREAM_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
save_size (WeirMainWindow *self)
{
  GSettings *settings = weir_settings_get ();
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_boolean (settings, "window-maximized",
                          gtk_window_is_maximized (GTK_WINDOW (self)));
  if (gtk_window_is_maximized (GTK_WINDOW (self)))
    return;
  g_settings_set_int (settings, "window-width", width);
  g_settings_set_int (settings, "window-height", height);
}

static gboolean
weir_main_window_close_request (GtkWindow *window)
{
  WeirMainWindow *self = WEIR_MAIN_WINDOW (window);

  save_size (self);
  weir_stream_list_flush (self->streams);
  return GTK_WINDOW_CLASS (weir_main_window_parent_class)->close_request (window);
}

static void
weir_main_window_dispose (GObject *object)
{
  WeirMainWindow *self = WEIR_MAIN_WINDOW (object);

  g_queue_clear (&self->recent_pages);
  g_clear_object (&self->streams);
  g_clear_object (&self->selection);
  g_clear_object (&self->name_filter);
  G_OBJECT_CLASS (weir_main_window_parent_class)->dispose (object);
}

static void
weir_main_window_class_init (WeirMainWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = weir_main_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = weir_main_window_close_request;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir_monitor/Weir/weir-main-window.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirMainWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, WeirMainWindow, flap);
  gtk_widget_class_bind_template_child (widget_class, WeirMainWindow, stream_search_revealer);
  gtk_widget_class_bind_template_child (widget_class, WeirMainWindow, stream_search);
  gtk_widget_class_bind_template_child (widget_class, WeirMainWindow, sidebar_stack);
  gtk_widget_class_bind_template_child (widget_class, WeirMainWindow, stream_list);
  gtk_widget_class_bind_template_child (widget_class, WeirMainWindow, address);
  gtk_widget_class_bind_template_child (widget_class, WeirMainWindow, connect_button);
  gtk_widget_class_bind_template_child (widget_class, WeirMainWindow, page_menu_button);
  gtk_widget_class_bind_template_child (widget_class, WeirMainWindow, stream_menu);
  gtk_widget_class_bind_template_child (widget_class, WeirMainWindow, recent_menu);
  gtk_widget_class_bind_template_child (widget_class, WeirMainWindow, filter_button);
  gtk_widget_class_bind_template_child (widget_class, WeirMainWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, WeirMainWindow, pages);

  gtk_widget_class_install_action (widget_class, "win.toast", "s", show_toast);
  gtk_widget_class_install_action (widget_class, "win.toggle-connection", NULL, toggle_connection);
  gtk_widget_class_install_action (widget_class, "win.connect", NULL, connect_now);
  gtk_widget_class_install_action (widget_class, "win.focus-address", NULL, focus_address);
  gtk_widget_class_install_action (widget_class, "win.open-file", NULL, open_file);
  gtk_widget_class_install_action (widget_class, "win.open-recent", "s", open_recent);
  gtk_widget_class_install_action (widget_class, "win.show-streams", NULL, show_streams);
}

/* GTK 4.8 leaves the keyboard in a menu whose submenu was used, where no key is heard any more. */
static void
menu_closed (WeirMainWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  WeirStreamPage *page = weir_main_window_get_page (self);

  if (page != NULL && (focus == NULL || !gtk_widget_get_mapped (focus)))
    gtk_widget_grab_focus (GTK_WIDGET (weir_stream_page_get_list (page)));
}

static gboolean
is_editing (GtkWidget *focus)
{
  return GTK_IS_EDITABLE (focus)
         || (GTK_IS_TEXT_VIEW (focus) && gtk_text_view_get_editable (GTK_TEXT_VIEW (focus)));
}

/* Keys without a modifier are shortcuts only while no text is edited. */
static gboolean
key_pressed (WeirMainWindow *self, guint key, guint code, GdkModifierType modifiers)
{
  static const struct
  {
    guint key;
    GdkModifierType modifiers;
    const char *action;
  } keys[] = {
    { GDK_KEY_space, 0, "page.pause" },
    { GDK_KEY_slash, 0, "page.focus-filter" },
    { GDK_KEY_f, GDK_CONTROL_MASK, "page.find" },
    { GDK_KEY_g, GDK_CONTROL_MASK, "page.find-next" },
    { GDK_KEY_G, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "page.find-previous" },
    { GDK_KEY_End, 0, "page.follow" },
    { GDK_KEY_n, 0, "page.next-finding" },
    { GDK_KEY_N, GDK_SHIFT_MASK, "page.previous-finding" },
    { GDK_KEY_d, GDK_CONTROL_MASK, "page.bookmark-and-note" },
    { GDK_KEY_b, 0, "page.next-bookmark" },
    { GDK_KEY_B, GDK_SHIFT_MASK, "page.previous-bookmark" },
    { GDK_KEY_p, GDK_CONTROL_MASK, "page.replay" },
    /* The bar of a replay shows both keys. Without the bar these actions are disabled. */
    { GDK_KEY_p, 0, "page.replay-play" },
    { GDK_KEY_period, 0, "page.replay-step" },
    { GDK_KEY_j, GDK_CONTROL_MASK, "page.go-to" },
    { GDK_KEY_c, GDK_CONTROL_MASK, "page.copy-data" },
    { GDK_KEY_C, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "page.copy-ndjson" },
    { GDK_KEY_e, GDK_CONTROL_MASK, "page.export" },
    { GDK_KEY_Escape, 0, "page.close-inspector" },
  };
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  WeirStreamPage *page = weir_main_window_get_page (self);
  const GdkModifierType held = modifiers & gtk_accelerator_get_default_mod_mask ();
  GtkWidget *tree = focus != NULL ? gtk_widget_get_ancestor (focus, WEIR_TYPE_JSON_TREE) : NULL;

  if (tree != NULL && !GTK_IS_EDITABLE (focus)
      && weir_json_tree_press_key (WEIR_JSON_TREE (tree), key, held))
    return GDK_EVENT_STOP;
  if (page == NULL || weir_main_window_get_item (self) == NULL || is_editing (focus))
    return GDK_EVENT_PROPAGATE;
  /* Labels and text views have keys of their own for copying and scrolling. */
  if ((GTK_IS_TEXT_VIEW (focus) || GTK_IS_LABEL (focus)) && key != GDK_KEY_slash)
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_space && GTK_IS_BUTTON (focus))
    return GDK_EVENT_PROPAGATE;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].key == key && keys[i].modifiers == held)
      return gtk_widget_activate_action (GTK_WIDGET (page), keys[i].action, NULL);
  return GDK_EVENT_PROPAGATE;
}

static void
weir_main_window_init (WeirMainWindow *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  GSettings *settings = weir_settings_get ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (gtk_menu_button_get_popover (self->page_menu_button), "closed",
                            G_CALLBACK (menu_closed), self);
  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (settings, "window-width"),
                               g_settings_get_int (settings, "window-height"));
  if (g_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
  g_signal_connect_swapped (drop, "drop", G_CALLBACK (files_dropped), self);
  g_signal_connect_object (settings, "changed::recent-files", G_CALLBACK (update_recent_menu), self,
                           G_CONNECT_SWAPPED);
  update_recent_menu (self);
  weir_address_field_init (self->address);
  g_signal_connect_swapped (self->address, "activate", G_CALLBACK (address_activated), self);
  g_signal_connect_swapped (factory, "setup", G_CALLBACK (setup_row), self);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (bind_row), self);
  g_signal_connect_swapped (factory, "unbind", G_CALLBACK (unbind_row), self);
  gtk_list_view_set_factory (self->stream_list, factory);
  g_object_unref (factory);
}

static void
show_keyring_error (WeirMainWindow *self)
{
  const char *error = weir_stream_list_get_keyring_error (self->streams);

  if (error != NULL)
    weir_main_window_show_toast (self, error);
}

static void
show_keyring_waiting (WeirMainWindow *self)
{
  AdwToast *toast;

  if (!weir_stream_list_get_keyring_waiting (self->streams))
    return;
  toast = adw_toast_new (_ ("Waiting for the keyring password"));
  adw_toast_set_timeout (toast, 0);
  /* The next change is that it has answered. */
  g_signal_connect_object (self->streams, "notify::keyring-waiting", G_CALLBACK (adw_toast_dismiss),
                           toast, G_CONNECT_SWAPPED);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
set_streams (WeirMainWindow *self, WeirStreamList *streams)
{
  GtkExpression *title = gtk_property_expression_new (WEIR_TYPE_STREAM_ITEM, NULL, "title");
  GtkFilterListModel *found;

  self->streams = g_object_ref (streams);
  self->name_filter = gtk_string_filter_new (title);
  g_object_bind_property (self->stream_search, "text", self->name_filter, "search",
                          G_BINDING_SYNC_CREATE);
  found = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (streams)),
                                     g_object_ref (GTK_FILTER (self->name_filter)));
  self->selection = gtk_single_selection_new (G_LIST_MODEL (found));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_list_view_set_model (self->stream_list, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (show_item), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (streams, "items-changed", G_CALLBACK (item_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (streams, "notify::keyring-error", G_CALLBACK (show_keyring_error), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (streams, "notify::keyring-waiting", G_CALLBACK (show_keyring_waiting),
                           self, G_CONNECT_SWAPPED);
  show_keyring_waiting (self);
  item_changed (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (streams)));
  show_item (self);
}

WeirMainWindow *
weir_main_window_new (GtkApplication *application, WeirStreamList *streams)
{
  WeirMainWindow *self = g_object_new (WEIR_TYPE_MAIN_WINDOW, "application", application, NULL);

  set_streams (self, streams);
  gtk_widget_grab_focus (GTK_WIDGET (self->address));
  return self;
}
