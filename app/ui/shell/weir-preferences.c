/* SPDX-License-Identifier: MIT */
#include "weir-preferences.h"

#include <glib/gi18n.h>

#include "common/weir-settings.h"

struct _WeirPreferences
{
  AdwPreferencesWindow parent_instance;

  GtkWidget *theme;
  GtkWidget *font;
  GtkWidget *font_reset;
  GtkWidget *time_format;
  GtkWidget *follow;
  GtkWidget *restore;
  GtkWidget *notify;
  GtkWidget *record;
  GtkWidget *memory_limit;
  GtkWidget *disk_automatic;
  GtkWidget *disk_limit;
};

G_DEFINE_FINAL_TYPE (WeirPreferences, weir_preferences, ADW_TYPE_PREFERENCES_WINDOW)

/* The nicks have the order of the combo row's items. */
static const char *const themes[] = { "system", "light", "dark", NULL };
static const char *const time_formats[] = { "clock", "elapsed", "iso", NULL };

static gboolean
nick_to_position (GValue *value, GVariant *variant, gpointer data)
{
  const char *const *nicks = data;

  for (guint i = 0; nicks[i] != NULL; i++)
    if (g_str_equal (nicks[i], g_variant_get_string (variant, NULL)))
      {
        g_value_set_uint (value, i);
        return TRUE;
      }
  return FALSE;
}

static GVariant *
position_to_nick (const GValue *value, const GVariantType *type, gpointer data)
{
  const char *const *nicks = data;
  const guint position = g_value_get_uint (value);

  return position < g_strv_length ((char **) nicks) ? g_variant_new_string (nicks[position]) : NULL;
}

static void
bind_choice (GtkWidget *row, const char *key, const char *const *nicks)
{
  g_settings_bind_with_mapping (weir_settings_get (), key, row, "selected", G_SETTINGS_BIND_DEFAULT,
                                nick_to_position, position_to_nick, (gpointer) nicks, NULL);
}

/* The button shows what no choice means; only a choice is written. */
static gboolean
font_to_button (GValue *value, GVariant *variant, gpointer unused)
{
  const char *font = g_variant_get_string (variant, NULL);

  g_value_set_string (value, *font != '\0' ? font : "Monospace 11");
  return TRUE;
}

static GVariant *
font_from_button (const GValue *value, const GVariantType *type, gpointer unused)
{
  return g_variant_new_string (g_value_get_string (value));
}

/* 0 means the automatic limit. The number of megabytes is then kept unchanged. */
static gboolean
limit_to_automatic (GValue *value, GVariant *variant, gpointer unused)
{
  g_value_set_boolean (value, g_variant_get_uint32 (variant) == 0);
  return TRUE;
}

static GVariant *
limit_from_automatic (const GValue *value, const GVariantType *type, gpointer data)
{
  const int megabytes = gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (data));

  return g_variant_new_uint32 (g_value_get_boolean (value) ? 0 : (guint32) megabytes);
}

static gboolean
limit_to_megabytes (GValue *value, GVariant *variant, gpointer data)
{
  const guint32 limit = g_variant_get_uint32 (variant);

  g_value_set_double (value,
                      limit != 0 ? limit : gtk_spin_button_get_value (GTK_SPIN_BUTTON (data)));
  return TRUE;
}

static GVariant *
limit_from_megabytes (const GValue *value, const GVariantType *type, gpointer data)
{
  if (!gtk_widget_is_sensitive (GTK_WIDGET (data)))
    return NULL;
  return g_variant_new_uint32 ((guint32) g_value_get_double (value));
}

static void
reset_font (void)
{
  g_settings_reset (weir_settings_get (), "font");
}

static void
weir_preferences_class_init (WeirPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir_monitor/Weir/weir-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, theme);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, font);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, font_reset);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, time_format);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, follow);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, restore);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, notify);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, record);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, memory_limit);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, disk_automatic);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, disk_limit);
}

static void
weir_preferences_init (WeirPreferences *self)
{
  GSettings *settings = weir_settings_get ();

  gtk_widget_init_template (GTK_WIDGET (self));
  bind_choice (self->theme, "theme", themes);
  bind_choice (self->time_format, "time-format", time_formats);
  /* In GTK 4.8, the inner button has no accessible name. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (self->font)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Data Font"), -1);
  g_settings_bind_with_mapping (settings, "font", self->font, "font", G_SETTINGS_BIND_DEFAULT,
                                font_to_button, font_from_button, NULL, NULL);
  g_settings_bind (settings, "follow", self->follow, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "restore", self->restore, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "notify", self->notify, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "record", self->record, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "memory-limit", self->memory_limit, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind_with_mapping (settings, "disk-limit", self->disk_automatic, "active",
                                G_SETTINGS_BIND_DEFAULT, limit_to_automatic, limit_from_automatic,
                                self->disk_limit, NULL);
  g_settings_bind_with_mapping (settings, "disk-limit", self->disk_limit, "value",
                                G_SETTINGS_BIND_DEFAULT, limit_to_megabytes, limit_from_megabytes,
                                self->disk_limit, NULL);
  g_signal_connect (self->font_reset, "clicked", G_CALLBACK (reset_font), NULL);
}

WeirPreferences *
weir_preferences_new (GtkWindow *parent)
{
  return g_object_new (WEIR_TYPE_PREFERENCES, "transient-for", parent, NULL);
}
