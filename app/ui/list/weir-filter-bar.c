/* SPDX-License-Identifier: MIT */
#include "weir-filter-bar.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app/engine/filter/weir-query.h"
#include "common/weir-format.h"
#include "common/weir-settings.h"
#include "weir-path-check.h"

/* --- Finding the next match -------------------------------------------------- */

#define WEIR_TYPE_MATCH_FINDER (weir_match_finder_get_type ())
G_DECLARE_FINAL_TYPE (WeirMatchFinder, weir_match_finder, WEIR, MATCH_FINDER, GObject)

struct _WeirMatchFinder
{
  GObject parent_instance;

  WeirFilter *what;
  gboolean backwards;
  gboolean began_at_end;     /* the search cannot continue from the other end */
  gboolean wrapped;          /* the search has gone on from the other end */
  GCancellable *cancellable; /* of the search that is running, or NULL */
  const char *text;
};

G_DEFINE_FINAL_TYPE (WeirMatchFinder, weir_match_finder, G_TYPE_OBJECT)

enum
{
  FINDER_SIGNAL_FOUND,
  FINDER_SIGNAL_CHANGED,
  N_FINDER_SIGNALS,
};

static guint finder_signals[N_FINDER_SIGNALS];

static void
drop (WeirMatchFinder *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->what, weir_filter_unref);
}

static void
weir_match_finder_dispose (GObject *object)
{
  drop (WEIR_MATCH_FINDER (object));
  G_OBJECT_CLASS (weir_match_finder_parent_class)->dispose (object);
}

static void
weir_match_finder_class_init (WeirMatchFinderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = weir_match_finder_dispose;

  finder_signals[FINDER_SIGNAL_FOUND] =
      g_signal_new ("found", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_UINT64);
  finder_signals[FINDER_SIGNAL_CHANGED] = g_signal_new (
      "changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_match_finder_init (WeirMatchFinder *self)
{
}

static WeirMatchFinder *
weir_match_finder_new (void)
{
  return g_object_new (WEIR_TYPE_MATCH_FINDER, NULL);
}

static void
set_text (WeirMatchFinder *self, const char *text)
{
  if (self->text == text)
    return;
  self->text = text;
  g_signal_emit (self, finder_signals[FINDER_SIGNAL_CHANGED], 0);
}

static void search (WeirMatchFinder *self, WeirView *view, guint64 row);

static void
searched (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (WeirMatchFinder) self = data;
  g_autoptr (GError) error = NULL;
  const guint64 row = weir_view_find_finish (WEIR_VIEW (source), result, &error);

  /* A search that is dropped may have ended before it saw that. */
  if (g_task_get_cancellable (G_TASK (result)) != self->cancellable)
    return;
  if (row == WEIR_NO_ROW && !self->began_at_end && !self->wrapped)
    {
      self->wrapped = TRUE;
      set_text (self, self->backwards ? _ ("Continued from the end")
                                      : _ ("Continued from the beginning"));
      search (self, WEIR_VIEW (source), WEIR_NO_ROW);
      return;
    }
  drop (self);
  if (row == WEIR_NO_ROW)
    {
      set_text (self, _ ("Nothing found"));
      return;
    }
  if (!self->wrapped)
    set_text (self, NULL);
  g_signal_emit (self, finder_signals[FINDER_SIGNAL_FOUND], 0, row);
}

static void
search (WeirMatchFinder *self, WeirView *view, guint64 row)
{
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  weir_view_find_async (view, self->what, row, self->backwards, self->cancellable, searched,
                        g_object_ref (self));
}

static void
weir_match_finder_find (
    WeirMatchFinder *self, WeirView *view, WeirFilter *what, guint64 row, gboolean backwards)
{
  g_return_if_fail (WEIR_IS_MATCH_FINDER (self));
  g_return_if_fail (WEIR_IS_VIEW (view));
  g_return_if_fail (what != NULL);

  drop (self);
  self->what = weir_filter_ref (what);
  self->backwards = backwards;
  self->began_at_end = row == WEIR_NO_ROW;
  self->wrapped = FALSE;
  set_text (self, _ ("Searching…"));
  search (self, view, row);
}

static void
weir_match_finder_stop (WeirMatchFinder *self)
{
  g_return_if_fail (WEIR_IS_MATCH_FINDER (self));

  drop (self);
  set_text (self, NULL);
}

static const char *
weir_match_finder_get_text (WeirMatchFinder *self)
{
  g_return_val_if_fail (WEIR_IS_MATCH_FINDER (self), NULL);

  return self->text;
}

/* --- The bar ----------------------------------------------------------------- */

/* Maximum number of chips. Other types can be entered as type:NAME. */
#define MAX_CHIPS 32

struct _WeirFilterBar
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkEditable *entry;
  GtkLabel *count;
  GtkToggleButton *narrow_button;
  GtkMenuButton *saved_button;
  GtkLabel *error;
  GtkWidget *chip_scroller;
  GtkBox *chips;

  WeirView *view;
  GPtrArray *buttons; /* of GtkToggleButton, by type number; borrowed */
  char *expression;   /* as it was read last */
  WeirFilter *query;
  char **words;
  WeirMatchFinder *finder;
  WeirPathCheck *path_check; /* of the path that the query requires; NULL: not asked yet */
  WeirBookmarks *bookmarks;  /* NULL until they are set */
  GSimpleActionGroup *actions;
};

G_DEFINE_FINAL_TYPE (WeirFilterBar, weir_filter_bar, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_REVEALED,
  N_PROPS,
};

enum
{
  SIGNAL_CHANGED,
  SIGNAL_FOUND,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
changed (WeirFilterBar *self)
{
  weir_match_finder_stop (self->finder);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
expression_changed (WeirFilterBar *self)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;
  const char *text = gtk_editable_get_text (self->entry);
  WeirFilter *query;

  if (g_strcmp0 (text, self->expression) == 0)
    return;
  g_free (self->expression);
  self->expression = g_strdup (text);
  query = weir_query_parse (text, &words, &error);
  weir_match_finder_stop (self->finder);
  gtk_widget_set_visible (GTK_WIDGET (self->error), error != NULL);
  if (error != NULL)
    {
      /* What was found before stays, until the expression can be read again. */
      gtk_label_set_text (self->error, error->message);
      return;
    }
  g_clear_pointer (&self->path_check, weir_path_check_free);
  g_clear_pointer (&self->query, weir_filter_unref);
  self->query = query;
  g_strfreev (self->words);
  self->words = g_steal_pointer (&words);
  changed (self);
}

/* --- Chips ----------------------------------------------------------------- */

static void
add_chip (WeirFilterBar *self)
{
  GtkWidget *button = gtk_toggle_button_new ();

  gtk_widget_add_css_class (button, "weir-chip");
  g_signal_connect_swapped (button, "toggled", G_CALLBACK (changed), self);
  gtk_box_append (self->chips, button);
  g_ptr_array_add (self->buttons, button);
}

static void
update_chip (WeirFilterBar *self, WeirLog *log, guint type)
{
  GtkWidget *button = g_ptr_array_index (self->buttons, type);
  const guint64 count = weir_log_get_type_count (log, type);
  char number[WEIR_FORMAT_LENGTH];
  g_autofree char *text = g_strdup_printf ("%s  %s", weir_log_get_type_name (log, type),
                                           weir_format_count (number, count));

  gtk_widget_set_visible (button, count > 0);
  if (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (button)), text) != 0)
    gtk_button_set_label (GTK_BUTTON (button), text);
}

static void
update_chips (WeirFilterBar *self)
{
  WeirLog *log = weir_view_get_log (self->view);
  const guint n = MIN (weir_log_get_n_types (log), MAX_CHIPS);

  while (self->buttons->len < n)
    add_chip (self);
  for (guint i = 0; i < n; i++)
    update_chip (self, log, i);
  gtk_widget_set_visible (self->chip_scroller, n > 0);
}

static void
clear_chips (WeirFilterBar *self)
{
  for (guint i = 0; i < self->buttons->len; i++)
    gtk_box_remove (self->chips, g_ptr_array_index (self->buttons, i));
  g_ptr_array_set_size (self->buttons, 0);
}

static WeirFilter *
combine (WeirFilter *a, WeirFilter *b, WeirFilter *(*how) (WeirFilter *, WeirFilter *) )
{
  WeirFilter *both;

  if (a == NULL || b == NULL)
    return a != NULL ? a : b;
  both = how (a, b);
  weir_filter_unref (a);
  weir_filter_unref (b);
  return both;
}

static WeirFilter *
make_type_filter (WeirFilterBar *self)
{
  WeirFilter *filter = NULL;

  for (guint i = 0; i < self->buttons->len; i++)
    if (gtk_toggle_button_get_active (g_ptr_array_index (self->buttons, i)))
      filter = combine (
          filter, weir_filter_new_type (weir_log_get_type_name (weir_view_get_log (self->view), i)),
          weir_filter_new_or);
  return filter;
}

static WeirFilter *
make_kind_filter (void)
{
  static const struct
  {
    const char *key;
    guint kinds;
  } hidden[] = {
    { "show-comments", 1u << WEIR_ROW_COMMENT },
    { "show-findings", 1u << WEIR_ROW_FINDING },
    { "show-marks", 1u << WEIR_ROW_MARK | 1u << WEIR_ROW_RETRY },
  };
  const guint all = 1u << WEIR_ROW_EVENT | 1u << WEIR_ROW_COMMENT | 1u << WEIR_ROW_RETRY
                    | 1u << WEIR_ROW_FINDING | 1u << WEIR_ROW_MARK;
  guint kinds = all;

  for (guint i = 0; i < G_N_ELEMENTS (hidden); i++)
    if (!g_settings_get_boolean (weir_settings_get (), hidden[i].key))
      kinds &= ~hidden[i].kinds;
  return kinds != all ? weir_filter_new_kinds (kinds) : NULL;
}

/* Returns: (transfer full): what is typed, for the bookmarks as they are now. */
static WeirFilter *
make_query_filter (WeirFilterBar *self)
{
  g_autoptr (WeirRows) rows = NULL;
  guint64 row = WEIR_NO_ROW;

  if (self->bookmarks == NULL || !weir_filter_names_bookmarks (self->query))
    return weir_filter_ref (self->query);
  rows = weir_rows_new ();
  row = weir_bookmarks_find_next (self->bookmarks, row, FALSE);
  /* The search begins again after the last bookmark. */
  for (; row != WEIR_NO_ROW && !weir_rows_contains (rows, row);
       row = weir_bookmarks_find_next (self->bookmarks, row, FALSE))
    weir_rows_add (rows, row, 1);
  return weir_filter_set_bookmarks (self->query, rows);
}

WeirFilter *
weir_filter_bar_make_filter (WeirFilterBar *self)
{
  WeirFilter *filter;

  g_return_val_if_fail (WEIR_IS_FILTER_BAR (self), NULL);

  filter = combine (make_kind_filter (), make_type_filter (self), weir_filter_new_and);
  if (self->query == NULL || !gtk_toggle_button_get_active (self->narrow_button))
    return filter;
  return combine (filter, make_query_filter (self), weir_filter_new_and);
}

/* --- Saved filters --------------------------------------------------------- */

static void
update_saved_menu (WeirFilterBar *self)
{
  g_autoptr (GVariant) saved = g_settings_get_value (weir_settings_get (), "filters");
  g_autoptr (GMenu) menu = g_menu_new (), apply = g_menu_new (), forget = g_menu_new (),
                    edit = g_menu_new ();
  GVariantIter iter;
  const char *name, *expression;

  g_variant_iter_init (&iter, saved);
  while (g_variant_iter_next (&iter, "(&s&s)", &name, &expression))
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (name, NULL);
      g_autoptr (GMenuItem) forget_item = g_menu_item_new (name, NULL);

      g_menu_item_set_action_and_target (item, "filter.apply", "s", expression);
      g_menu_append_item (apply, item);
      g_menu_item_set_action_and_target (forget_item, "filter.forget", "s", name);
      g_menu_append_item (forget, forget_item);
    }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (apply));
  g_menu_append (edit, _ ("Save This Filter…"), "filter.save");
  if (g_menu_model_get_n_items (G_MENU_MODEL (forget)) > 0)
    g_menu_append_submenu (edit, _ ("_Remove"), G_MENU_MODEL (forget));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (edit));
  gtk_menu_button_set_menu_model (self->saved_button, G_MENU_MODEL (menu));
}

/* Saves expression as name, or, where expression is NULL, forgets name. */
static void
save (const char *name, const char *expression)
{
  g_autoptr (GVariant) saved = g_settings_get_value (weir_settings_get (), "filters");
  GVariantBuilder builder;
  GVariantIter iter;
  const char *old_name, *old_expression;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ss)"));
  g_variant_iter_init (&iter, saved);
  while (g_variant_iter_next (&iter, "(&s&s)", &old_name, &old_expression))
    if (!g_str_equal (old_name, name))
      g_variant_builder_add (&builder, "(ss)", old_name, old_expression);
  if (expression != NULL)
    g_variant_builder_add (&builder, "(ss)", name, expression);
  g_settings_set_value (weir_settings_get (), "filters", g_variant_builder_end (&builder));
}

static void
apply_saved (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  weir_filter_bar_set_expression (self, g_variant_get_string (parameter, NULL));
}

static void
forget_saved (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  save (g_variant_get_string (parameter, NULL), NULL);
}

static void
name_given (AdwMessageDialog *dialog, const char *response, WeirFilterBar *self)
{
  GtkEditable *entry = GTK_EDITABLE (adw_message_dialog_get_extra_child (dialog));
  const char *name = gtk_editable_get_text (entry);

  if (g_str_equal (response, "save") && *name != '\0')
    save (name, gtk_editable_get_text (self->entry));
}

static void
save_current (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  WeirFilterBar *self = WEIR_FILTER_BAR (data);
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *dialog =
      adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                              _ ("Save Filter"), _ ("Enter a name for this filter."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "save",
                                    _ ("_Save"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "save");
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "save",
                                              ADW_RESPONSE_SUGGESTED);
  gtk_editable_set_text (GTK_EDITABLE (entry), gtk_editable_get_text (self->entry));
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Name"),
                                  -1);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  g_signal_connect_object (dialog, "response", G_CALLBACK (name_given), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- Finding --------------------------------------------------------------- */

static void
find_next (WeirFilterBar *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "page.find-next", NULL);
}

static void
find_previous (WeirFilterBar *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "page.find-previous", NULL);
}

static void
found (WeirFilterBar *self, guint64 row)
{
  g_signal_emit (self, signals[SIGNAL_FOUND], 0, row);
}

/* --- The widget ------------------------------------------------------------ */

static void
stop_search (WeirFilterBar *self)
{
  g_object_set (self, "revealed", FALSE, NULL);
}

static void
set_revealed (WeirFilterBar *self, gboolean revealed)
{
  if (gtk_revealer_get_reveal_child (self->revealer) == revealed)
    return;
  gtk_revealer_set_reveal_child (self->revealer, revealed);
  gtk_toggle_button_set_active (self->narrow_button, TRUE);
  if (revealed)
    gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  else
    {
      for (guint i = 0; i < self->buttons->len; i++)
        gtk_toggle_button_set_active (g_ptr_array_index (self->buttons, i), FALSE);
      gtk_editable_set_text (self->entry, "");
      expression_changed (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REVEALED]);
}

static void
weir_filter_bar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_REVEALED:
      g_value_set_boolean (value,
                           gtk_revealer_get_reveal_child (WEIR_FILTER_BAR (object)->revealer));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_filter_bar_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_REVEALED:
      set_revealed (WEIR_FILTER_BAR (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_filter_bar_dispose (GObject *object)
{
  WeirFilterBar *self = WEIR_FILTER_BAR (object);

  if (self->revealer != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->revealer));
  self->revealer = NULL;
  g_clear_object (&self->view);
  g_clear_object (&self->actions);
  g_clear_object (&self->finder);
  g_clear_object (&self->bookmarks);
  g_clear_pointer (&self->path_check, weir_path_check_free);
  g_clear_pointer (&self->buttons, g_ptr_array_unref);
  g_clear_pointer (&self->expression, g_free);
  g_clear_pointer (&self->query, weir_filter_unref);
  g_clear_pointer (&self->words, g_strfreev);
  G_OBJECT_CLASS (weir_filter_bar_parent_class)->dispose (object);
}

static void
weir_filter_bar_class_init (WeirFilterBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = weir_filter_bar_dispose;
  object_class->get_property = weir_filter_bar_get_property;
  object_class->set_property = weir_filter_bar_set_property;

  properties[PROP_REVEALED] =
      g_param_spec_boolean ("revealed", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FOUND] = g_signal_new ("found", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir_monitor/Weir/weir-filter-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirFilterBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, WeirFilterBar, entry);
  gtk_widget_class_bind_template_child (widget_class, WeirFilterBar, count);
  gtk_widget_class_bind_template_child (widget_class, WeirFilterBar, narrow_button);
  gtk_widget_class_bind_template_child (widget_class, WeirFilterBar, saved_button);
  gtk_widget_class_bind_template_child (widget_class, WeirFilterBar, error);
  gtk_widget_class_bind_template_child (widget_class, WeirFilterBar, chip_scroller);
  gtk_widget_class_bind_template_child (widget_class, WeirFilterBar, chips);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
weir_filter_bar_init (WeirFilterBar *self)
{
  static const GActionEntry actions[] = {
    { .name = "apply", .activate = apply_saved, .parameter_type = "s" },
    { .name = "forget", .activate = forget_saved, .parameter_type = "s" },
    { .name = "save", .activate = save_current },
  };
  GSettings *settings = weir_settings_get ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->buttons = g_ptr_array_new ();
  self->finder = weir_match_finder_new ();
  g_signal_connect_object (self->finder, "found", G_CALLBACK (found), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->finder, "changed", G_CALLBACK (weir_filter_bar_refresh), self,
                           G_CONNECT_SWAPPED);
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), actions, G_N_ELEMENTS (actions),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "filter", G_ACTION_GROUP (self->actions));
  g_signal_connect_swapped (self->entry, "search-changed", G_CALLBACK (expression_changed), self);
  g_signal_connect_swapped (self->entry, "stop-search", G_CALLBACK (stop_search), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (find_next), self);
  g_signal_connect_swapped (self->entry, "next-match", G_CALLBACK (find_next), self);
  g_signal_connect_swapped (self->entry, "previous-match", G_CALLBACK (find_previous), self);
  g_signal_connect_swapped (self->narrow_button, "toggled", G_CALLBACK (changed), self);
  g_signal_connect_object (settings, "changed::filters", G_CALLBACK (update_saved_menu), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::show-comments", G_CALLBACK (changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::show-findings", G_CALLBACK (changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::show-marks", G_CALLBACK (changed), self,
                           G_CONNECT_SWAPPED);
  update_saved_menu (self);
}

void
weir_filter_bar_set_view (WeirFilterBar *self, WeirView *view)
{
  g_return_if_fail (WEIR_IS_FILTER_BAR (self));

  if (!g_set_object (&self->view, view))
    return;
  weir_match_finder_stop (self->finder);
  g_clear_pointer (&self->path_check, weir_path_check_free);
  clear_chips (self);
  weir_filter_bar_refresh (self);
}

/* An empty label would still keep its distance to the chips. */
static void
announce (WeirFilterBar *self, const char *text)
{
  gtk_label_set_text (self->count, text);
  gtk_widget_set_visible (GTK_WIDGET (self->count), text[0] != '\0');
}

/* Returns: (transfer full): why the query matches nothing, as far as can be said, or NULL. */
static char *
describe_suspicion (WeirFilterBar *self)
{
  WeirLog *log = weir_view_get_log (self->view);
  g_autofree char *path = NULL;
  const char *type;

  if (self->query == NULL || weir_view_get_n_matches (self->view) > 0
      || !weir_view_is_decided (self->view, 0))
    return NULL;
  type = weir_filter_find_missing_type (self->query, log);
  if (type != NULL)
    return g_strdup_printf (_ ("No event of type “%s” has arrived"), type);
  path = self->path_check == NULL ? weir_filter_get_required_path (self->query) : NULL;
  if (path != NULL)
    self->path_check = weir_path_check_new (path, log);
  if (self->path_check == NULL || !weir_path_check_is_absent (self->path_check))
    return NULL;
  return g_strdup_printf (_ ("No event has a value at %s"),
                          weir_path_check_get_path (self->path_check));
}

/* Returns: (transfer full): how much a paused list leaves out, or NULL. */
static char *
describe_waiting (WeirFilterBar *self)
{
  const guint64 waiting =
      weir_view_get_paused (self->view) ? weir_view_get_n_waiting (self->view) : 0;
  char count[WEIR_FORMAT_LENGTH];

  if (waiting == 0)
    return NULL;
  return g_strdup_printf (ngettext ("%s waiting row is not searched",
                                    "%s waiting rows are not searched", (gulong) waiting),
                          weir_format_count (count, waiting));
}

void
weir_filter_bar_refresh (WeirFilterBar *self)
{
  char matches[WEIR_FORMAT_LENGTH];
  g_autofree char *text = NULL, *suspicion = NULL, *waiting = NULL, *shown = NULL;
  guint64 done, total;

  g_return_if_fail (WEIR_IS_FILTER_BAR (self));

  if (self->view == NULL || !gtk_revealer_get_reveal_child (self->revealer))
    return;
  update_chips (self);
  if (weir_match_finder_get_text (self->finder) != NULL)
    {
      announce (self, weir_match_finder_get_text (self->finder));
      return;
    }
  if (weir_view_get_filter (self->view) == NULL)
    {
      announce (self, "");
      return;
    }
  done = weir_view_get_progress (self->view, &total);
  weir_format_count (matches, weir_view_get_n_matches (self->view));
  if (!weir_view_is_decided (self->view, 0) && done < total)
    text = g_strdup_printf (_ ("%s found, %d %% searched"), matches, (int) (done * 100 / total));
  else
    text = g_strdup_printf (_ ("%s found"), matches);
  suspicion = describe_suspicion (self);
  if (suspicion != NULL)
    {
      g_free (text);
      text = g_steal_pointer (&suspicion);
    }
  waiting = describe_waiting (self);
  shown = g_strjoin (" · ", text, waiting, NULL);
  announce (self, shown);
}

const char *const *
weir_filter_bar_get_words (WeirFilterBar *self)
{
  g_return_val_if_fail (WEIR_IS_FILTER_BAR (self), NULL);

  return (const char *const *) self->words;
}

void
weir_filter_bar_set_expression (WeirFilterBar *self, const char *expression)
{
  g_return_if_fail (WEIR_IS_FILTER_BAR (self));

  set_revealed (self, TRUE);
  gtk_editable_set_text (self->entry, expression);
  expression_changed (self);
}

/* What is typed next replaces the text. */
static void
focus_entry (WeirFilterBar *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (self->entry, 0, -1);
}

void
weir_filter_bar_begin_find (WeirFilterBar *self)
{
  g_return_if_fail (WEIR_IS_FILTER_BAR (self));

  if (!gtk_revealer_get_reveal_child (self->revealer))
    {
      set_revealed (self, TRUE);
      gtk_toggle_button_set_active (self->narrow_button, FALSE);
    }
  focus_entry (self);
}

void
weir_filter_bar_mark (WeirFilterBar *self, const char *expression)
{
  g_return_if_fail (WEIR_IS_FILTER_BAR (self));

  set_revealed (self, TRUE);
  gtk_toggle_button_set_active (self->narrow_button, FALSE);
  gtk_editable_set_text (self->entry, expression);
  expression_changed (self);
}

void
weir_filter_bar_exclude (WeirFilterBar *self, const char *condition)
{
  g_autofree char *before = NULL, *expression = NULL;

  g_return_if_fail (WEIR_IS_FILTER_BAR (self));

  before = g_strstrip (g_strdup (gtk_editable_get_text (self->entry)));
  if (*before == '\0')
    expression = g_strdup_printf ("NOT %s", condition);
  else if (strstr (before, " OR ") != NULL)
    expression = g_strdup_printf ("(%s) NOT %s", before, condition);
  else
    expression = g_strdup_printf ("%s NOT %s", before, condition);
  weir_filter_bar_set_expression (self, expression);
}

static void
bookmarks_changed (WeirFilterBar *self)
{
  if (self->query != NULL && weir_filter_names_bookmarks (self->query))
    changed (self);
}

void
weir_filter_bar_set_bookmarks (WeirFilterBar *self, WeirBookmarks *bookmarks)
{
  g_return_if_fail (WEIR_IS_FILTER_BAR (self));
  g_return_if_fail (self->bookmarks == NULL);

  self->bookmarks = g_object_ref (bookmarks);
  g_signal_connect_object (bookmarks, "changed", G_CALLBACK (bookmarks_changed), self,
                           G_CONNECT_SWAPPED);
}

void
weir_filter_bar_focus (WeirFilterBar *self)
{
  g_return_if_fail (WEIR_IS_FILTER_BAR (self));

  set_revealed (self, TRUE);
  focus_entry (self);
}

void
weir_filter_bar_find (WeirFilterBar *self, guint64 row, gboolean backwards)
{
  g_return_if_fail (WEIR_IS_FILTER_BAR (self));

  /* The entry emits "search-changed" after a delay. */
  expression_changed (self);
  if (gtk_widget_get_visible (GTK_WIDGET (self->error)))
    return;
  if (self->query == NULL || self->view == NULL)
    weir_filter_bar_begin_find (self);
  else
    {
      g_autoptr (WeirFilter) what = make_query_filter (self);

      weir_match_finder_find (self->finder, self->view, what, row, backwards);
    }
}
