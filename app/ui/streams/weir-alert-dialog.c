/* SPDX-License-Identifier: MIT */
#include "weir-alert-dialog.h"

#include "app/engine/filter/weir-query.h"

/* Default value for a new alert. */
#define USUAL_SILENCE_S 60

struct _WeirAlertDialog
{
  AdwWindow parent_instance;

  AdwWindowTitle *title;
  GtkWidget *accept_button;
  GtkEditable *filter;
  GtkLabel *error;
  GtkSwitch *silence;
  GtkSpinButton *silence_s;
};

G_DEFINE_FINAL_TYPE (WeirAlertDialog, weir_alert_dialog, ADW_TYPE_WINDOW)

enum
{
  SIGNAL_ACCEPTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
filter_changed (WeirAlertDialog *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirFilter) filter =
      weir_query_parse (gtk_editable_get_text (self->filter), NULL, &error);

  gtk_label_set_text (self->error, error != NULL ? error->message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error), error != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialog.accept", error == NULL);
}

static void
accept (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WeirAlertDialog *self = WEIR_ALERT_DIALOG (widget);
  g_autofree char *filter = g_strstrip (g_strdup (gtk_editable_get_text (self->filter)));
  guint silence_s;

  /* What was typed just now counts, too. */
  gtk_spin_button_update (self->silence_s);
  silence_s = (guint) gtk_spin_button_get_value_as_int (self->silence_s);
  g_signal_emit (self, signals[SIGNAL_ACCEPTED], 0, *filter != '\0' ? filter : NULL,
                 gtk_switch_get_active (self->silence) ? silence_s : 0);
  gtk_window_close (GTK_WINDOW (self));
}

static void
weir_alert_dialog_class_init (WeirAlertDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[SIGNAL_ACCEPTED] =
      g_signal_new ("accepted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_UINT);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir_monitor/Weir/weir-alert-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirAlertDialog, title);
  gtk_widget_class_bind_template_child (widget_class, WeirAlertDialog, accept_button);
  gtk_widget_class_bind_template_child (widget_class, WeirAlertDialog, filter);
  gtk_widget_class_bind_template_child (widget_class, WeirAlertDialog, error);
  gtk_widget_class_bind_template_child (widget_class, WeirAlertDialog, silence);
  gtk_widget_class_bind_template_child (widget_class, WeirAlertDialog, silence_s);

  gtk_widget_class_install_action (widget_class, "dialog.accept", NULL, accept);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
weir_alert_dialog_init (WeirAlertDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default_widget (GTK_WINDOW (self), self->accept_button);
  g_signal_connect_swapped (self->filter, "changed", G_CALLBACK (filter_changed), self);
}

WeirAlertDialog *
weir_alert_dialog_new (GtkWindow *parent, const WeirStreamConfig *config)
{
  WeirAlertDialog *self = g_object_new (WEIR_TYPE_ALERT_DIALOG, "transient-for", parent, NULL);
  g_autofree char *title = weir_stream_config_get_title (config);

  adw_window_title_set_subtitle (self->title, title);
  gtk_editable_set_text (self->filter, config->alert_filter != NULL ? config->alert_filter : "");
  gtk_switch_set_active (self->silence, config->alert_silence_s > 0);
  gtk_spin_button_set_value (self->silence_s, config->alert_silence_s > 0 ? config->alert_silence_s
                                                                          : USUAL_SILENCE_S);
  gtk_widget_grab_focus (GTK_WIDGET (self->filter));
  return self;
}
