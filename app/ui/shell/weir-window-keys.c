/* SPDX-License-Identifier: MIT */
#include "weir-window-keys.h"

#include "inspector/weir-json-tree.h"

/* Keys without a modifier mean something only where nobody types. */
gboolean
weir_window_keys_pressed (WeirMainWindow *self, guint key, guint code, GdkModifierType modifiers)
{
  static const struct
  {
    guint key;
    GdkModifierType modifiers;
    const char *action;
  } keys[] = {
    { GDK_KEY_space, 0, "page.pause" },
    { GDK_KEY_slash, 0, "page.filter" },
    { GDK_KEY_f, GDK_CONTROL_MASK, "page.find" },
    { GDK_KEY_g, GDK_CONTROL_MASK, "page.find-next" },
    { GDK_KEY_G, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "page.find-previous" },
    { GDK_KEY_End, 0, "page.follow" },
    { GDK_KEY_n, 0, "page.next-finding" },
    { GDK_KEY_N, GDK_SHIFT_MASK, "page.previous-finding" },
    { GDK_KEY_d, GDK_CONTROL_MASK, "page.bookmark" },
    { GDK_KEY_b, 0, "page.next-bookmark" },
    { GDK_KEY_B, GDK_SHIFT_MASK, "page.previous-bookmark" },
    { GDK_KEY_r, 0, "page.replay" },
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
  if (page == NULL || weir_main_window_get_item (self) == NULL || GTK_IS_EDITABLE (focus)
      || GTK_IS_TEXT_VIEW (focus) || GTK_IS_LABEL (focus))
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_space && GTK_IS_BUTTON (focus))
    return GDK_EVENT_PROPAGATE;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].key == key && keys[i].modifiers == held)
      return gtk_widget_activate_action (GTK_WIDGET (page), keys[i].action, NULL);
  return GDK_EVENT_PROPAGATE;
}
