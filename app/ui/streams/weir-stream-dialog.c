/* SPDX-License-Identifier: MIT */
#include "weir-stream-dialog.h"

#include <glib/gi18n.h>

#include "weir-curl.h"

struct _WeirStreamDialog
{
  AdwWindow parent_instance;

  GtkButton *accept_button;
  GtkRevealer *error_revealer;
  GtkLabel *error_label;
  GtkEditable *address;
  GtkEditable *name;
  AdwComboRow *method;
  AdwComboRow *auth;
  GtkEditable *user;
  GtkEditable *secret;
  GtkTextView *headers;
  GtkTextView *body;
  GtkSwitch *reconnect;
  GtkSwitch *repeat_body;
  GtkSwitch *record;
  GtkSpinButton *retry_ms;
  GtkSpinButton *max_attempts;
  GtkEditable *last_event_id;
  GtkEditable *proxy;
  GtkEditable *ca_file;
  GtkEditable *certificate_file;
  GtkSwitch *insecure;

  WeirStreamConfig *config; /* the original settings; those without a field are preserved */
};

G_DEFINE_FINAL_TYPE (WeirStreamDialog, weir_stream_dialog, ADW_TYPE_WINDOW)

enum
{
  SIGNAL_ACCEPTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
show_error (WeirStreamDialog *self, const char *text)
{
  if (text != NULL)
    gtk_label_set_text (self->error_label, text);
  gtk_revealer_set_reveal_child (self->error_revealer, text != NULL);
}

static void
put_text (GtkEditable *editable, const char *text)
{
  gtk_editable_set_text (editable, text != NULL ? text : "");
}

static void
put_lines (GtkTextView *view, const char *text)
{
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (view), text != NULL ? text : "", -1);
}

static void
put_method (WeirStreamDialog *self, const char *method)
{
  GtkStringList *methods = GTK_STRING_LIST (adw_combo_row_get_model (self->method));
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (methods));

  if (method == NULL)
    method = self->config->body != NULL ? "POST" : "GET";
  for (guint i = 0; i < n; i++)
    if (g_ascii_strcasecmp (gtk_string_list_get_string (methods, i), method) == 0)
      {
        adw_combo_row_set_selected (self->method, i);
        return;
      }
  gtk_string_list_append (methods, method);
  adw_combo_row_set_selected (self->method, n);
}

static void
put_config (WeirStreamDialog *self)
{
  const WeirStreamConfig *config = self->config;

  put_text (self->address, config->address);
  put_text (self->name, config->name);
  put_method (self, config->method);
  adw_combo_row_set_selected (self->auth, config->auth);
  put_text (self->user, config->user);
  put_text (self->secret, config->secret);
  put_lines (self->headers, config->headers);
  put_lines (self->body, config->body);
  gtk_switch_set_active (self->reconnect, !config->no_reconnect);
  gtk_switch_set_active (self->repeat_body, config->repeat_body);
  gtk_switch_set_active (self->record, !config->no_record);
  gtk_spin_button_set_value (self->retry_ms, config->retry_ms);
  gtk_spin_button_set_value (self->max_attempts, config->max_attempts);
  put_text (self->last_event_id, config->last_event_id);
  put_text (self->proxy, config->proxy);
  put_text (self->ca_file, config->ca_file);
  put_text (self->certificate_file, config->certificate_file);
  gtk_switch_set_active (self->insecure, config->insecure);
}

static void
take_text (GtkEditable *editable, char **field)
{
  const char *text = gtk_editable_get_text (editable);

  g_free (*field);
  *field = *text != '\0' ? g_strdup (text) : NULL;
}

static void
take_lines (GtkTextView *view, char **field)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  g_free (*field);
  *field = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  if (**field == '\0')
    g_clear_pointer (field, g_free);
}

static void
take_method (WeirStreamDialog *self, WeirStreamConfig *config)
{
  GtkStringObject *method = adw_combo_row_get_selected_item (self->method);
  const char *name = gtk_string_object_get_string (method);
  const gboolean usual = g_str_equal (name, config->body != NULL ? "POST" : "GET");

  g_free (config->method);
  config->method =
      usual || (config->body != NULL && g_str_equal (name, "GET")) ? NULL : g_strdup (name);
}

static WeirStreamConfig *
take_config (WeirStreamDialog *self)
{
  WeirStreamConfig *config = weir_stream_config_copy (self->config);

  take_text (self->address, &config->address);
  if (config->address != NULL)
    g_strstrip (config->address);
  take_text (self->name, &config->name);
  config->auth = (WeirAuth) adw_combo_row_get_selected (self->auth);
  take_text (self->user, &config->user);
  take_text (self->secret, &config->secret);
  take_lines (self->headers, &config->headers);
  take_lines (self->body, &config->body);
  take_method (self, config);
  config->no_reconnect = !gtk_switch_get_active (self->reconnect);
  config->repeat_body = gtk_switch_get_active (self->repeat_body);
  config->no_record = !gtk_switch_get_active (self->record);
  config->retry_ms = (guint) gtk_spin_button_get_value_as_int (self->retry_ms);
  config->max_attempts = (guint) gtk_spin_button_get_value_as_int (self->max_attempts);
  take_text (self->last_event_id, &config->last_event_id);
  take_text (self->proxy, &config->proxy);
  take_text (self->ca_file, &config->ca_file);
  take_text (self->certificate_file, &config->certificate_file);
  config->insecure = gtk_switch_get_active (self->insecure);
  return config;
}

/* Fills the fields from a curl command in the address. */
static void
address_changed (WeirStreamDialog *self)
{
  const char *text = gtk_editable_get_text (self->address);
  g_autoptr (GError) error = NULL;
  WeirStreamConfig *config;

  show_error (self, NULL);
  if (!weir_curl_is_command (text))
    return;
  config = weir_curl_parse (text, &error);
  if (config == NULL)
    {
      show_error (self, error->message);
      return;
    }
  g_free (config->uuid);
  config->uuid = g_strdup (self->config->uuid);
  weir_stream_config_set_alert (config, self->config->alert_filter, self->config->alert_silence_s);
  config->numbered_by = g_strdup (self->config->numbered_by);
  weir_stream_config_free (self->config);
  self->config = config;
  put_config (self);
}

static void
auth_changed (WeirStreamDialog *self)
{
  const guint auth = adw_combo_row_get_selected (self->auth);

  gtk_widget_set_visible (GTK_WIDGET (self->user), auth == WEIR_AUTH_BASIC);
  gtk_widget_set_visible (GTK_WIDGET (self->secret), auth != WEIR_AUTH_NONE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->secret),
                                 auth == WEIR_AUTH_BEARER ? _ ("Token") : _ ("Password"));
}

static void
accept (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WeirStreamDialog *self = WEIR_STREAM_DIALOG (widget);
  g_autoptr (WeirStreamConfig) config = take_config (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirRequest) request = NULL;

  if (config->address == NULL || *config->address == '\0')
    {
      show_error (self, _ ("Enter the address of an event stream."));
      gtk_widget_grab_focus (GTK_WIDGET (self->address));
      return;
    }
  request = weir_stream_config_to_request (config, &error);
  if (request == NULL)
    {
      show_error (self, error->message);
      return;
    }
  g_signal_emit (self, signals[SIGNAL_ACCEPTED], 0, config);
  gtk_window_close (GTK_WINDOW (self));
}

static void
weir_stream_dialog_finalize (GObject *object)
{
  g_clear_pointer (&WEIR_STREAM_DIALOG (object)->config, weir_stream_config_free);
  G_OBJECT_CLASS (weir_stream_dialog_parent_class)->finalize (object);
}

static void
weir_stream_dialog_class_init (WeirStreamDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = weir_stream_dialog_finalize;

  signals[SIGNAL_ACCEPTED] = g_signal_new ("accepted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/weir_monitor/Weir/weir-stream-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirStreamDialog, accept_button);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamDialog, error_revealer);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamDialog, error_label);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamDialog, address);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamDialog, name);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamDialog, method);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamDialog, auth);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamDialog, user);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamDialog, secret);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamDialog, headers);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamDialog, body);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamDialog, reconnect);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamDialog, repeat_body);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamDialog, record);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamDialog, retry_ms);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamDialog, max_attempts);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamDialog, last_event_id);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamDialog, proxy);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamDialog, ca_file);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamDialog, certificate_file);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamDialog, insecure);

  gtk_widget_class_install_action (widget_class, "dialog.accept", NULL, accept);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
weir_stream_dialog_init (WeirStreamDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default_widget (GTK_WINDOW (self), GTK_WIDGET (self->accept_button));
  g_signal_connect_swapped (self->address, "changed", G_CALLBACK (address_changed), self);
  g_signal_connect_swapped (self->auth, "notify::selected", G_CALLBACK (auth_changed), self);
}

WeirStreamDialog *
weir_stream_dialog_new (GtkWindow *parent, const WeirStreamConfig *config)
{
  WeirStreamDialog *self =
      g_object_new (WEIR_TYPE_STREAM_DIALOG, "transient-for", parent, "title",
                    config != NULL ? _ ("Edit Stream") : _ ("New Stream"), NULL);

  self->config = config != NULL ? weir_stream_config_copy (config) : weir_stream_config_new (NULL);
  put_config (self);
  auth_changed (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->address));
  return self;
}
