/* SPDX-License-Identifier: MIT */
#include "weir-application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>

#include "app/feed/weir-feed.h"
#include "alerts/weir-alerts.h"
#include "list/weir-columns.h"
#include "weir-config.h"
#include "common/weir-frame-meter.h"
#include "shell/weir-preferences.h"
#include "shell/weir-stream-actions.h"
#include "common/weir-settings.h"
#include "shell/weir-main-window.h"

struct _WeirApplication
{
  AdwApplication parent_instance;

  WeirStreamList *streams;
  WeirAlerts *alerts;
  WeirFeed *feed;
  char *sample_address;
  char *report_path;
  gboolean loaded;
};

G_DEFINE_FINAL_TYPE (WeirApplication, weir_application, ADW_TYPE_APPLICATION)

static const GOptionEntry options[] = {
  { "report", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, NULL,
    N_ ("Measure frame times and write a report to FILE at exit"), N_ ("FILE") },
  { "sample", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, NULL, N_ ("Open the sample feed"), NULL },
  { "version", 'v', G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, NULL, N_ ("Print the version"), NULL },
  { NULL },
};

static WeirMainWindow *
ensure_window (WeirApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window == NULL)
    {
      window = GTK_WINDOW (weir_main_window_new (GTK_APPLICATION (self), self->streams));
      weir_stream_actions_add (WEIR_MAIN_WINDOW (window));
    }
  return WEIR_MAIN_WINDOW (window);
}

/* The window is shown first: hundreds of streams take a moment to open again. */
static void
load_streams (WeirApplication *self, WeirMainWindow *window)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirStreamItem) first = NULL;
  const gboolean resume = g_settings_get_boolean (weir_settings_get (), "restore");

  if (self->loaded)
    return;
  self->loaded = TRUE;
  if (!weir_stream_list_load (self->streams, resume, &error))
    weir_main_window_show_toast (window, error->message);
  first = g_list_model_get_item (G_LIST_MODEL (self->streams), 0);
  if (first != NULL)
    weir_main_window_select_item (window, first);
}

static void
weir_application_activate (GApplication *application)
{
  WeirApplication *self = WEIR_APPLICATION (application);
  WeirMainWindow *window = ensure_window (self);

  gtk_window_present (GTK_WINDOW (window));
  load_streams (self, window);
}

/* A file that the shell named relative to its folder is made absolute there. */
static char *
get_address (GApplicationCommandLine *command_line, const char *argument)
{
  g_autoptr (GFile) file = NULL;

  if (strstr (argument, "://") != NULL)
    return g_strdup (argument);
  file = g_application_command_line_create_file_for_arg (command_line, argument);
  if (g_file_query_exists (file, NULL) || g_path_is_absolute (argument)
      || g_str_has_suffix (argument, ".sse") || strchr (argument, ':') == NULL)
    return g_file_get_path (file);
  return g_strdup (argument);
}

static int
weir_application_command_line (GApplication *application, GApplicationCommandLine *command_line)
{
  WeirApplication *self = WEIR_APPLICATION (application);
  GVariantDict *dict = g_application_command_line_get_options_dict (command_line);
  g_auto (GStrv) arguments = NULL;
  const char *report = NULL;
  int n;

  if (g_variant_dict_lookup (dict, "report", "^&ay", &report))
    {
      g_free (self->report_path);
      self->report_path = g_strdup (report);
      weir_frame_meter_enable ();
    }
  g_application_activate (application);
  if (g_variant_dict_contains (dict, "sample"))
    g_action_group_activate_action (G_ACTION_GROUP (self), "sample-feed", NULL);
  arguments = g_application_command_line_get_arguments (command_line, &n);
  for (int i = 1; i < n; i++)
    {
      g_autofree char *address = get_address (command_line, arguments[i]);

      weir_main_window_open_address (ensure_window (self), address);
    }
  return 0;
}

static int
weir_application_handle_local_options (GApplication *application, GVariantDict *dict)
{
  if (!g_variant_dict_contains (dict, "version"))
    return -1;
  g_print ("weir %s\n", WEIR_VERSION);
  return 0;
}

/* The sample feed starts with the first request for it. Returns NULL with error set if it cannot
 * run. */
static const char *
get_sample_address (WeirApplication *self, GError **error)
{
  const WeirFeedOptions feed_options = { 0 };

  if (self->sample_address != NULL)
    return self->sample_address;
  self->feed = weir_feed_new (&feed_options, error);
  if (self->feed == NULL || !weir_feed_start (self->feed, error))
    {
      g_clear_object (&self->feed);
      return NULL;
    }
  self->sample_address = g_strconcat (weir_feed_get_address (self->feed), "/events", NULL);
  return self->sample_address;
}

static void
open_sample_feed (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  WeirApplication *self = WEIR_APPLICATION (data);
  WeirMainWindow *window = ensure_window (self);
  g_autoptr (GError) error = NULL;
  const char *address = get_sample_address (self, &error);
  WeirStreamConfig *config;

  if (address == NULL)
    {
      weir_main_window_show_toast (window, error->message);
      return;
    }
  if (weir_stream_list_find_address (self->streams, address) != NULL)
    {
      weir_main_window_open_address (window, address);
      return;
    }
  config = weir_stream_config_new (address);
  config->name = g_strdup (_ ("Sample Feed"));
  config->is_temporary = TRUE;
  weir_main_window_open_config (window, config);
}

static void
show_about (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (data));

  adw_show_about_window (window, "application-name", _ ("Weir"), "application-icon", WEIR_APP_ID,
                         "version", WEIR_VERSION, "developer-name", _ ("The Weir authors"),
                         "comments", _ ("Watch, inspect and record Server-Sent Events"),
                         "license-type", GTK_LICENSE_MIT_X11, "translator-credits",
                         _ ("translator-credits"), NULL);
}

static void
show_preferences (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (data));

  gtk_window_present (GTK_WINDOW (weir_preferences_new (window)));
}

static gpointer
keep (gconstpointer object, gpointer unused)
{
  return g_object_ref ((gpointer) object);
}

/* Closing a main window closes others, so the list holds references. */
static void
quit (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GList *windows =
      g_list_copy_deep (gtk_application_get_windows (GTK_APPLICATION (data)), keep, NULL);

  for (GList *l = windows; l != NULL; l = l->next)
    if (WEIR_IS_MAIN_WINDOW (l->data))
      gtk_window_close (l->data);
  g_list_free_full (windows, g_object_unref);
}

static void
column_toggled (GSimpleAction *action, GVariant *state, gpointer data)
{
  GSettings *settings = weir_settings_get ();
  const char *name = g_action_get_name (G_ACTION (action)) + strlen ("column-");
  g_auto (GStrv) shown = g_settings_get_strv (settings, "columns");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) wanted = NULL;

  for (guint i = 0; shown[i] != NULL; i++)
    if (g_strcmp0 (shown[i], name) != 0)
      g_strv_builder_add (builder, shown[i]);
  if (g_variant_get_boolean (state))
    g_strv_builder_add (builder, name);
  wanted = g_strv_builder_end (builder);
  g_settings_set_strv (settings, "columns", (const char *const *) wanted);
  g_simple_action_set_state (action, state);
}

static void
reset_column_widths (void)
{
  g_settings_reset (weir_settings_get (), "column-widths");
}

static void
column_widths_changed (GSettings *settings, const char *key, GSimpleAction *reset)
{
  g_autoptr (GVariant) widths = g_settings_get_value (settings, "column-widths");

  g_simple_action_set_enabled (reset, g_variant_n_children (widths) > 0);
}

static void
add_column_actions (WeirApplication *self)
{
  g_autoptr (GSimpleAction) reset = g_simple_action_new ("reset-column-widths", NULL);
  g_auto (GStrv) shown = g_settings_get_strv (weir_settings_get (), "columns");

  for (WeirColumn column = 0; column < WEIR_COLUMN_TEXT; column++)
    {
      const char *column_name = weir_column_get_name (column);
      g_autofree char *name = g_strconcat ("column-", column_name, NULL);
      const gboolean on = g_strv_contains ((const char *const *) shown, column_name);
      g_autoptr (GSimpleAction) action =
          g_simple_action_new_stateful (name, NULL, g_variant_new_boolean (on));

      g_signal_connect (action, "change-state", G_CALLBACK (column_toggled), self);
      g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (action));
    }
  g_signal_connect (reset, "activate", G_CALLBACK (reset_column_widths), NULL);
  g_signal_connect_object (weir_settings_get (), "changed::column-widths",
                           G_CALLBACK (column_widths_changed), reset, 0);
  column_widths_changed (weir_settings_get (), NULL, reset);
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (reset));
}

static void
add_settings_actions (WeirApplication *self)
{
  static const char *const keys[] = { "show-comments",   "show-marks",  "show-findings",
                                      "show-rate-strip", "time-format", "theme" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GAction) action = g_settings_create_action (weir_settings_get (), keys[i]);

      g_action_map_add_action (G_ACTION_MAP (self), action);
    }
}

static void
update_theme (void)
{
  static const AdwColorScheme schemes[] = { ADW_COLOR_SCHEME_DEFAULT, ADW_COLOR_SCHEME_FORCE_LIGHT,
                                            ADW_COLOR_SCHEME_FORCE_DARK };
  const int theme = g_settings_get_enum (weir_settings_get (), "theme");

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      schemes[CLAMP (theme, 0, 2)]);
}

static void
add_accels (WeirApplication *self)
{
  static const struct
  {
    const char *action;
    const char *accels[3];
  } accels[] = {
    { "app.quit", { "<Control>q", NULL } },
    { "app.preferences", { "<Control>comma", NULL } },
    { "win.focus-address", { "<Control>l", NULL } },
    { "win.new-stream", { "<Control>t", NULL } },
    { "win.open-file", { "<Control>o", NULL } },
    { "win.recordings", { "<Shift><Control>o", NULL } },
    { "win.search-all", { "<Control><Shift>f", NULL } },
    { "win.check-stream", { "<Control>i", NULL } },
    { "win.show-help-overlay", { "<Control>question", NULL } },
    { "win.show-streams", { "F9", NULL } },
    { "win.move-stream(-1)", { "<Alt>Up", NULL } },
    { "win.move-stream(1)", { "<Alt>Down", NULL } },
    { "win.remove-stream", { "<Control>Delete", NULL } },
    { "app.sample-feed", { "<Shift><Control>s", NULL } },
    { "win.cut-stream", { "<Shift><Control>r", NULL } },
    { "win.clear-stream", { "<Shift><Control>k", NULL } },
    { "win.edit-stream", { "F2", NULL } },
    { "win.edit-alerts", { "<Shift><Control>n", NULL } },
    { "win.duplicate-stream", { "<Shift><Control>d", NULL } },
    { "win.copy-curl(false)", { "<Shift><Control>u", NULL } },
    { "win.copy-curl(true)", { "<Shift><Control><Alt>u", NULL } },
    { "app.show-comments", { "<Control>1", NULL } },
    { "app.show-findings", { "<Control>2", NULL } },
    { "app.show-marks", { "<Control>3", NULL } },
    { "app.show-rate-strip", { "<Control>4", NULL } },
    { "window.close", { "<Control>w", NULL } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action,
                                           accels[i].accels);
}

static gboolean
quit_on_signal (gpointer application)
{
  g_application_quit (application);
  return G_SOURCE_REMOVE;
}

static void
weir_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = {
    { .name = "about", .activate = show_about },
    { .name = "preferences", .activate = show_preferences },
    { .name = "quit", .activate = quit },
    { .name = "sample-feed", .activate = open_sample_feed },
  };
  WeirApplication *self = WEIR_APPLICATION (application);
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "weir", "streams.json", NULL);

  G_APPLICATION_CLASS (weir_application_parent_class)->startup (application);

  g_unix_signal_add (SIGTERM, quit_on_signal, application);
  g_unix_signal_add (SIGINT, quit_on_signal, application);
  g_unix_signal_add (SIGHUP, quit_on_signal, application);
  gtk_source_init ();
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()),
                                    "/io/github/weir_monitor/Weir/icons");
  gtk_window_set_default_icon_name (WEIR_APP_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  add_column_actions (self);
  add_settings_actions (self);
  add_accels (self);
  g_signal_connect (weir_settings_get (), "changed::theme", G_CALLBACK (update_theme), NULL);
  update_theme ();
  self->streams = weir_stream_list_new (path);
  self->alerts = weir_alerts_new (GTK_APPLICATION (self), self->streams);
}

/* The time from the first row to the last event. */
static gint64
get_span_us (WeirLog *log)
{
  const guint64 n_rows = weir_log_get_n_rows (log);
  WeirRowInfo first, last;

  if (n_rows == 0 || !weir_log_get_row (log, 0, &first))
    return 0;
  for (guint64 row = n_rows; row > 0 && n_rows - row < 100; row--)
    if (weir_log_get_row (log, row - 1, &last) && last.kind == WEIR_ROW_EVENT)
      return last.time_us - first.time_us;
  return 0;
}

static void
write_report (WeirApplication *self)
{
  guint64 events = 0, rows = 0;
  gint64 took_us = 0;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->streams)); i++)
    {
      g_autoptr (WeirStreamItem) item = g_list_model_get_item (G_LIST_MODEL (self->streams), i);
      WeirLog *log = weir_stream_item_get_log (item);

      if (log == NULL)
        continue;
      events += weir_log_get_n_events (log);
      rows += g_list_model_get_n_items (G_LIST_MODEL (weir_stream_item_get_view (item)));
      took_us = MAX (took_us, get_span_us (log));
    }
  if (!weir_frame_meter_write (self->report_path, events, rows, took_us, &error))
    g_printerr ("weir: %s\n", error->message);
}

static void
weir_application_shutdown (GApplication *application)
{
  WeirApplication *self = WEIR_APPLICATION (application);

  if (self->report_path != NULL)
    write_report (self);
  weir_stream_list_flush (self->streams);
  /* Notifications are withdrawn while the application is still registered. */
  g_clear_object (&self->alerts);
  G_APPLICATION_CLASS (weir_application_parent_class)->shutdown (application);
  g_clear_object (&self->streams);
  g_clear_object (&self->feed);
}

static void
weir_application_finalize (GObject *object)
{
  WeirApplication *self = WEIR_APPLICATION (object);

  g_free (self->sample_address);
  g_free (self->report_path);
  G_OBJECT_CLASS (weir_application_parent_class)->finalize (object);
}

static void
weir_application_class_init (WeirApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = weir_application_finalize;
  application_class->activate = weir_application_activate;
  application_class->command_line = weir_application_command_line;
  application_class->handle_local_options = weir_application_handle_local_options;
  application_class->startup = weir_application_startup;
  application_class->shutdown = weir_application_shutdown;
}

static void
weir_application_init (WeirApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _ ("[URL|FILE.sse…]"));
  g_application_set_option_context_summary (G_APPLICATION (self),
                                            _ ("Watch, inspect and record Server-Sent Events."));
}

WeirApplication *
weir_application_new (void)
{
  return g_object_new (WEIR_TYPE_APPLICATION, "application-id", WEIR_APP_ID, "flags",
                       G_APPLICATION_HANDLES_COMMAND_LINE, "resource-base-path",
                       "/io/github/weir_monitor/Weir", NULL);
}
