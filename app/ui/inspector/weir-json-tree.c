/* SPDX-License-Identifier: MIT */
#include "weir-json-tree.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "app/engine/base/weir-direction.h"
#include "common/weir-highlight.h"
#include "weir-json-children.h"
#include "weir-json-search.h"

/* What one line of a tree can show of a value. */
#define MAX_VALUE_BYTES 400
/* Containers that are opened at once, so that a small event needs no click. */
#define OPEN_UP_TO 24
/* Scrolls a match into view horizontally. */
#define SEEN_BYTES 28
#define BYTES_BEFORE_MATCH 10

struct _WeirJsonTree
{
  GtkWidget parent_instance;

  GtkWidget *box;
  WeirJsonSearch *search;
  WeirHighlight *highlight;
  GPtrArray *bound;       /* of GtkListItem, the lines that are shown */
  GtkTreeListModel *tree; /* NULL: nothing is shown */
  GtkListView *list;
  GtkLabel *path;
  GtkWidget *copy_path;
  GtkWidget *copy_value;
  GtkSingleSelection *selection;
  GtkWidget *menu; /* NULL until it is first opened */
};

G_DEFINE_FINAL_TYPE (WeirJsonTree, weir_json_tree, GTK_TYPE_WIDGET)

static WeirJsonNode *
get_selected (WeirJsonTree *self)
{
  GtkTreeListRow *row =
      self->selection != NULL ? gtk_single_selection_get_selected_item (self->selection) : NULL;

  return row != NULL ? gtk_tree_list_row_get_item (row) : NULL;
}

static GListModel *
open_node (gpointer item, gpointer unused)
{
  return weir_json_node_is_container (item) && weir_json_node_get_count (item) > 0
             ? G_LIST_MODEL (weir_json_children_new (item))
             : NULL;
}

static void
add_color (PangoAttrList *attributes, const char *light, const char *dark, guint begin, guint end)
{
  const gboolean is_dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  PangoColor color;
  PangoAttribute *attribute;

  pango_color_parse (&color, is_dark ? dark : light);
  attribute = pango_attr_foreground_new (color.red, color.green, color.blue);
  attribute->start_index = begin;
  attribute->end_index = end;
  pango_attr_list_insert (attributes, attribute);
}

static void
color_value (PangoAttrList *attributes, WeirJsonTokenKind kind, guint begin, guint end)
{
  switch (kind)
    {
    case WEIR_JSON_STRING:
      add_color (attributes, "#00704e", "#5cd6a9", begin, end);
      break;
    case WEIR_JSON_NUMBER:
      add_color (attributes, "#a34700", "#ffab66", begin, end);
      break;
    case WEIR_JSON_TRUE:
    case WEIR_JSON_FALSE:
    case WEIR_JSON_NULL:
      add_color (attributes, "#9b2f7d", "#f09bd6", begin, end);
      break;
    default:
      add_color (attributes, "#5e5c64", "#c0bfbc", begin, end);
      break;
    }
}

/* --- A line ------------------------------------------------------------------ */

static char *
write_count (WeirJsonNode *node)
{
  const guint n = weir_json_node_get_count (node);

  if (weir_json_node_get_kind (node) == WEIR_JSON_OBJECT_BEGIN)
    return g_strdup_printf (ngettext ("{ %u member }", "{ %u members }", n), n);
  return g_strdup_printf (ngettext ("[ %u element ]", "[ %u elements ]", n), n);
}

/* Where to begin to show a value of a match, so that the match is seen. */
static const char *
find_beginning (const char *text, const WeirJsonMatch *match)
{
  const char *beginning;

  if (match == NULL || match->hit - match->value <= SEEN_BYTES)
    return text;
  beginning = text + (match->hit - match->value - BYTES_BEFORE_MATCH);
  while (((guchar) *beginning & 0xC0) == 0x80)
    beginning--;
  return beginning;
}

/* The value as sent, as much of it as a line can show. */
static char *
write_value (WeirJsonNode *node, const WeirJsonMatch *match)
{
  GString *value;
  const char *text, *end;
  gsize length;

  if (weir_json_node_is_container (node))
    return write_count (node);
  text = weir_json_node_peek_text (node, &length);
  end = text + length;
  value = g_string_new (find_beginning (text, match) > text ? "…" : "");
  for (const char *p = find_beginning (text, match); p < end; p = g_utf8_next_char (p))
    {
      if (value->len > MAX_VALUE_BYTES)
        {
          g_string_append (value, "…");
          break;
        }
      if (weir_turns_direction (g_utf8_get_char (p)))
        g_string_append_printf (value, "[U+%04X]", g_utf8_get_char (p));
      else
        g_string_append_len (value, p, g_utf8_next_char (p) - p);
    }
  return g_string_free (value, FALSE);
}

static void
update_line (WeirJsonTree *self, GtkListItem *item)
{
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (item));
  GtkLabel *label = GTK_LABEL (gtk_tree_expander_get_child (expander));
  g_autoptr (WeirJsonNode) node = gtk_tree_list_row_get_item (gtk_list_item_get_item (item));
  const WeirJsonMatch *match =
      weir_json_node_get_range (node) == NULL
          ? weir_json_search_get_match (self->search, weir_json_node_get_begin (node))
          : NULL;
  g_autofree char *value = write_value (node, match);
  const char *name = weir_json_node_get_name (node);
  g_autofree char *line = g_strdup_printf ("%s: %s", name, value);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  const guint colon = (guint) strlen (name);

  add_color (attributes, "#0b5fa5", "#7fbdf5", 0, colon);
  color_value (attributes, weir_json_node_get_kind (node), colon + 2, (guint) strlen (line));
  if (match != NULL)
    {
      weir_highlight_mark (self->highlight, attributes, line, 0, colon);
      if (!weir_json_node_is_container (node))
        weir_highlight_mark (self->highlight, attributes, line, colon + 2, strlen (line));
    }
  gtk_label_set_text (label, line);
  gtk_label_set_attributes (label, attributes);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (GTK_WIDGET (expander))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, line, -1);
}

/* --- The menu of a line -------------------------------------------------------- */

/* Returns: (transfer full): the filter for events with the same value, or, of a container, with any. */
static char *
make_condition (WeirJsonNode *node)
{
  const char *path = weir_json_node_get_path (node);
  const char *text;
  gsize length;

  if (weir_json_node_is_container (node))
    return g_strdup (path);
  text = weir_json_node_peek_text (node, &length);
  return g_strdup_printf ("%s == %.*s", path, (int) length, text);
}

static void
append (GMenu *menu, const char *label, const char *action, const char *target)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  if (target != NULL)
    g_menu_item_set_action_and_target (item, action, "s", target);
  else
    g_menu_item_set_detailed_action (item, action);
  g_menu_append_item (menu, item);
}

static GMenu *
make_menu (WeirJsonNode *node)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) filter = g_menu_new (), copy = g_menu_new ();
  g_autofree char *condition = make_condition (node);

  append (filter, _ ("_Filter by This Value"), "page.filter-by", condition);
  append (filter, _ ("_Exclude This Value"), "page.exclude", condition);
  append (copy, _ ("Copy _Value"), "tree.copy-value", NULL);
  append (copy, _ ("Copy _Path"), "tree.copy-path", NULL);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (filter));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (copy));
  return menu;
}

/* Opens the menu of the selected line at a place in widget. */
static void
open_menu (WeirJsonTree *self, GtkWidget *widget, double x, double y)
{
  g_autoptr (WeirJsonNode) node = get_selected (self);
  g_autoptr (GMenu) menu = NULL;
  double menu_x, menu_y;

  if (node == NULL || weir_json_node_get_range (node) != NULL)
    return;
  menu = make_menu (node);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  self->menu = gtk_popover_menu_new_from_model (G_MENU_MODEL (menu));
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_widget_translate_coordinates (widget, GTK_WIDGET (self), x, y, &menu_x, &menu_y);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu),
                               &(GdkRectangle){ (int) menu_x, (int) menu_y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
menu_asked (GtkGestureClick *gesture, int n_press, double x, double y, GtkListItem *item)
{
  GtkWidget *line = gtk_list_item_get_child (item);
  WeirJsonTree *self = WEIR_JSON_TREE (gtk_widget_get_ancestor (line, WEIR_TYPE_JSON_TREE));

  gtk_single_selection_set_selected (self->selection, gtk_list_item_get_position (item));
  open_menu (self, line, x, y);
}

static gboolean
menu_key_pressed (GtkWidget *widget, GVariant *arguments, gpointer unused)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));

  open_menu (WEIR_JSON_TREE (widget), focus, 0, gtk_widget_get_height (focus));
  return TRUE;
}

static void
setup (WeirJsonTree *self, GtkListItem *item)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkWidget *expander = gtk_tree_expander_new ();
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "monospace");
  gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander), label);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (menu_asked), item);
  gtk_widget_add_controller (expander, GTK_EVENT_CONTROLLER (click));
  gtk_list_item_set_child (item, expander);
}

static void
bind (WeirJsonTree *self, GtkListItem *item)
{
  gtk_tree_expander_set_list_row (GTK_TREE_EXPANDER (gtk_list_item_get_child (item)),
                                  gtk_list_item_get_item (item));
  g_ptr_array_add (self->bound, item);
  update_line (self, item);
}

static void
unbind (WeirJsonTree *self, GtkListItem *item)
{
  g_ptr_array_remove_fast (self->bound, item);
  gtk_tree_expander_set_list_row (GTK_TREE_EXPANDER (gtk_list_item_get_child (item)), NULL);
}

/* --- The path ---------------------------------------------------------------- */

static void
update_path (WeirJsonTree *self)
{
  g_autoptr (WeirJsonNode) node = get_selected (self);

  gtk_label_set_text (self->path, node != NULL ? weir_json_node_get_path (node)
                                               : _ ("Select a value to see its path"));
  if (node != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->path), "monospace");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->path), "monospace");
  gtk_widget_set_sensitive (self->copy_path, node != NULL);
  gtk_widget_set_sensitive (self->copy_value, node != NULL);
}

static void
copy_path (WeirJsonTree *self)
{
  g_autoptr (WeirJsonNode) node = get_selected (self);

  if (node != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                            weir_json_node_get_path (node));
}

static void
copy_value (WeirJsonTree *self)
{
  g_autoptr (WeirJsonNode) node = get_selected (self);
  g_autofree char *value = NULL;
  const char *text;
  gsize length;

  if (node == NULL)
    return;
  text = weir_json_node_peek_text (node, &length);
  value = g_strndup (text, length);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), value);
}

static void
copy_by_menu (GSimpleAction *action, GVariant *parameter, gpointer tree)
{
  if (g_str_equal (g_action_get_name (G_ACTION (action)), "copy-path"))
    copy_path (tree);
  else
    copy_value (tree);
}

static void
toggle (WeirJsonTree *self, guint position)
{
  g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (row != NULL)
    gtk_tree_list_row_set_expanded (row, !gtk_tree_list_row_get_expanded (row));
}

/* --- Finding ----------------------------------------------------------------- */

static void
search_changed (WeirJsonTree *self)
{
  const char *const words[] = { weir_json_search_get_word (self->search), NULL };

  weir_highlight_set_words (self->highlight, words);
  for (guint i = 0; i < self->bound->len; i++)
    update_line (self, g_ptr_array_index (self->bound, i));
}

/* Expands the containers around the value that begins at offset. Returns its line, or NULL. */
static GtkTreeListRow *
open_path (WeirJsonTree *self, gsize offset)
{
  g_autoptr (GListModel) children = g_object_ref (gtk_tree_list_model_get_model (self->tree));
  g_autoptr (GtkTreeListRow) row = NULL;
  g_autoptr (WeirJsonNode) node = NULL;
  guint position;

  while (children != NULL
         && weir_json_children_find (WEIR_JSON_CHILDREN (children), offset, &position))
    {
      GtkTreeListRow *child = row != NULL
                                  ? gtk_tree_list_row_get_child_row (row, position)
                                  : gtk_tree_list_model_get_child_row (self->tree, position);

      g_set_object (&row, child);
      g_object_unref (child);
      g_clear_object (&node);
      node = gtk_tree_list_row_get_item (row);
      if (weir_json_node_get_range (node) == NULL && weir_json_node_get_begin (node) == offset)
        return g_steal_pointer (&row);
      gtk_tree_list_row_set_expanded (row, TRUE);
      g_clear_object (&children);
      if (gtk_tree_list_row_get_children (row) != NULL)
        children = g_object_ref (gtk_tree_list_row_get_children (row));
    }
  return NULL;
}

static void
found (WeirJsonTree *self, guint64 offset)
{
  g_autoptr (GtkTreeListRow) row = self->tree != NULL ? open_path (self, offset) : NULL;
  guint position;

  if (row == NULL)
    return;
  position = gtk_tree_list_row_get_position (row);
  gtk_single_selection_set_selected (self->selection, position);
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
}

/* Focuses the matching line. The list itself would focus the first one. */
static void
search_closed (WeirJsonTree *self)
{
  for (guint i = 0; i < self->bound->len; i++)
    {
      GtkListItem *item = g_ptr_array_index (self->bound, i);

      if (gtk_list_item_get_selected (item)
          && gtk_widget_grab_focus (gtk_widget_get_parent (gtk_list_item_get_child (item))))
        return;
    }
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static GtkWidget *
make_button (const char *icon, const char *name)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return button;
}

static void
weir_json_tree_dispose (GObject *object)
{
  WeirJsonTree *self = WEIR_JSON_TREE (object);

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->tree);
  g_clear_object (&self->highlight);
  g_clear_pointer (&self->bound, g_ptr_array_unref);
  G_OBJECT_CLASS (weir_json_tree_parent_class)->dispose (object);
}

static void
weir_json_tree_class_init (WeirJsonTreeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_json_tree_dispose;
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key_pressed, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key_pressed, NULL);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
make_path_bar (WeirJsonTree *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *find;

  self->path = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->path, 0);
  gtk_label_set_ellipsize (self->path, PANGO_ELLIPSIZE_START);
  gtk_label_set_selectable (self->path, TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self->path), TRUE);
  find = make_button ("edit-find-symbolic", _ ("Find in the Tree"));
  gtk_widget_set_tooltip_text (find, _ ("Find in the Tree (Ctrl+F)"));
  g_signal_connect_swapped (find, "clicked", G_CALLBACK (weir_json_search_open), self->search);
  self->copy_path = make_button ("edit-copy-symbolic", _ ("Copy the Path"));
  self->copy_value = make_button ("edit-paste-symbolic", _ ("Copy the Value"));
  g_signal_connect_swapped (self->copy_path, "clicked", G_CALLBACK (copy_path), self);
  g_signal_connect_swapped (self->copy_value, "clicked", G_CALLBACK (copy_value), self);
  gtk_box_append (GTK_BOX (bar), GTK_WIDGET (self->path));
  gtk_box_append (GTK_BOX (bar), find);
  gtk_box_append (GTK_BOX (bar), self->copy_path);
  gtk_box_append (GTK_BOX (bar), self->copy_value);
  gtk_widget_add_css_class (bar, "weir-status-bar");
  return bar;
}

static void
weir_json_tree_init (WeirJsonTree *self)
{
  static const GActionEntry actions[] = {
    { .name = "copy-path", .activate = copy_by_menu },
    { .name = "copy-value", .activate = copy_by_menu },
  };
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (group), actions, G_N_ELEMENTS (actions), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "tree", G_ACTION_GROUP (group));
  self->bound = g_ptr_array_new ();
  self->highlight = weir_highlight_new ();
  self->search = g_object_new (WEIR_TYPE_JSON_SEARCH, NULL);
  g_signal_connect_swapped (self->search, "changed", G_CALLBACK (search_changed), self);
  g_signal_connect_swapped (self->search, "found", G_CALLBACK (found), self);
  g_signal_connect_swapped (self->search, "closed", G_CALLBACK (search_closed), self);
  g_signal_connect_swapped (factory, "setup", G_CALLBACK (setup), self);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (bind), self);
  g_signal_connect_swapped (factory, "unbind", G_CALLBACK (unbind), self);
  self->list = GTK_LIST_VIEW (gtk_list_view_new (NULL, factory));
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "json");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("JSON tree"), -1);
  g_signal_connect_swapped (self->list, "activate", G_CALLBACK (toggle), self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->list));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scroller, TRUE);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->search));
  gtk_box_append (GTK_BOX (self->box), scroller);
  gtk_box_append (GTK_BOX (self->box), make_path_bar (self));
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  update_path (self);
}

/* Opens small containers, top down, until there is a screenful. */
static void
open_small (GtkTreeListModel *tree)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (tree)) && i < OPEN_UP_TO; i++)
    {
      g_autoptr (GtkTreeListRow) row = gtk_tree_list_model_get_row (tree, i);
      g_autoptr (WeirJsonNode) node = gtk_tree_list_row_get_item (row);

      if (weir_json_node_is_container (node) && weir_json_node_get_count (node) <= OPEN_UP_TO)
        gtk_tree_list_row_set_expanded (row, TRUE);
    }
}

void
weir_json_tree_set_root (WeirJsonTree *self, WeirJsonNode *root)
{
  g_return_if_fail (WEIR_IS_JSON_TREE (self));
  g_return_if_fail (root == NULL || weir_json_node_is_container (root));

  gtk_list_view_set_model (self->list, NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->tree);
  weir_json_search_set_json (self->search, root != NULL ? weir_json_node_get_bytes (root) : NULL);
  if (root == NULL)
    return;
  self->tree = gtk_tree_list_model_new (G_LIST_MODEL (weir_json_children_new (root)), FALSE, FALSE,
                                        open_node, NULL, NULL);
  open_small (self->tree);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->tree)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (update_path), self,
                           G_CONNECT_SWAPPED);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  update_path (self);
}

gboolean
weir_json_tree_press_key (WeirJsonTree *self, guint key, GdkModifierType modifiers)
{
  const GdkModifierType control = GDK_CONTROL_MASK, shift = GDK_SHIFT_MASK;

  g_return_val_if_fail (WEIR_IS_JSON_TREE (self), FALSE);

  if (key == GDK_KEY_f && modifiers == control)
    weir_json_search_open (self->search);
  else if (!weir_json_search_is_open (self->search))
    return FALSE;
  else if (key == GDK_KEY_Escape && modifiers == 0)
    weir_json_search_close (self->search);
  else if (key == GDK_KEY_g && modifiers == control)
    weir_json_search_step (self->search, FALSE);
  else if (key == GDK_KEY_G && modifiers == (control | shift))
    weir_json_search_step (self->search, TRUE);
  else
    return FALSE;
  return TRUE;
}
