/* SPDX-License-Identifier: MIT */
#include "weir-banner.h"

struct _WeirBanner
{
  GtkWidget parent_instance;

  GtkWidget *revealer;
  GtkWidget *box;
  GtkWidget *icon;
  GtkWidget *label;
  GtkWidget *button;
};

G_DEFINE_FINAL_TYPE (WeirBanner, weir_banner, GTK_TYPE_WIDGET)

static void
weir_banner_dispose (GObject *object)
{
  g_clear_pointer (&WEIR_BANNER (object)->revealer, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_banner_parent_class)->dispose (object);
}

static void
weir_banner_class_init (WeirBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_banner_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir_monitor/Weir/weir-banner.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirBanner, revealer);
  gtk_widget_class_bind_template_child (widget_class, WeirBanner, box);
  gtk_widget_class_bind_template_child (widget_class, WeirBanner, icon);
  gtk_widget_class_bind_template_child (widget_class, WeirBanner, label);
  gtk_widget_class_bind_template_child (widget_class, WeirBanner, button);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
weir_banner_init (WeirBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
set_class (WeirBanner *self, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (self->box, name);
  else
    gtk_widget_remove_css_class (self->box, name);
}

void
weir_banner_show (
    WeirBanner *self, WeirBannerKind kind, const char *text, const char *button, const char *action)
{
  static const char *const icons[] = {
    "dialog-information-symbolic",
    "dialog-warning-symbolic",
    "dialog-error-symbolic",
  };

  g_return_if_fail (WEIR_IS_BANNER (self));

  set_class (self, "warning", kind == WEIR_BANNER_WARNING);
  set_class (self, "error", kind == WEIR_BANNER_ERROR);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icons[kind]);
  gtk_label_set_text (GTK_LABEL (self->label), text);
  gtk_widget_set_visible (self->button, button != NULL);
  if (button != NULL)
    {
      gtk_button_set_label (GTK_BUTTON (self->button), button);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), action);
    }
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), TRUE);
}

void
weir_banner_hide (WeirBanner *self)
{
  g_return_if_fail (WEIR_IS_BANNER (self));

  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), FALSE);
}
