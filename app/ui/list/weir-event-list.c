/* SPDX-License-Identifier: MIT */
#include "weir-event-list.h"

#include <glib/gi18n.h>

#include "weir-columns.h"
#include "weir-event-row.h"
#include "common/weir-frame-meter.h"
#include "weir-list-header.h"
#include "weir-list-place.h"
#include "common/weir-settings.h"

/* How often a quiet stream is polled. A busy stream is polled every second frame. */
#define QUIET_POLL_MS 80
#define HIDDEN_POLL_MS 1000
#define BUSY_FOR_US (G_USEC_PER_SEC / 2)

struct _WeirEventList
{
  GtkWidget parent_instance;

  GtkWidget *menu;
  GtkWidget *box;
  WeirListHeader *header;
  GtkWidget *scroller;
  GtkListView *list;

  WeirColumns *columns;
  WeirHighlight *highlight;
  WeirBookmarks *bookmarks;
  WeirView *view;
  WeirRowSelection *selection;
  WeirListPlace *place;
  gboolean following;
  gboolean held; /* the primary button is down on a row */

  guint poll_timeout;
  guint frame_tick;
  guint64 frame;
  gint64 news_us; /* when rows last arrived, monotonic time */
  double value_before;
};

G_DEFINE_FINAL_TYPE (WeirEventList, weir_event_list, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_FOLLOWING,
  PROP_PAUSED,
  N_PROPS,
};

enum
{
  SIGNAL_SELECTION_CHANGED,
  SIGNAL_TICKED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void poll_soon (WeirEventList *self);

static guint
get_length (WeirEventList *self)
{
  return self->view != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->view)) : 0;
}

/* The action knows rows that were added in this iteration; the adjustment's upper value does
 * not. */
static void
scroll_to (WeirEventList *self, guint position)
{
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
}

static void
scroll_to_end (WeirEventList *self)
{
  const guint n = get_length (self);

  if (n > 0)
    scroll_to (self, n - 1);
}

static gboolean
is_at_end (WeirEventList *self)
{
  GtkAdjustment *adjustment =
      gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));

  return gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment)
         >= gtk_adjustment_get_upper (adjustment) - 1;
}

/* A list that had no rows before knows no row's height yet, and ends its first scroll elsewhere; one
 * that became lower has its end below what is in sight. */
static void
stay_at_end (WeirEventList *self)
{
  if (self->following && !self->held && !is_at_end (self))
    scroll_to_end (self);
}

/* Adds new rows. Returns: TRUE if there were any. */
static gboolean
take_in (WeirEventList *self)
{
  gboolean changed;

  if (self->view == NULL)
    return FALSE;
  weir_list_place_note (self->place);
  changed = weir_view_tick (self->view);
  if (self->following)
    weir_list_place_forget (self->place);
  else
    weir_list_place_restore (self->place, changed);
  if (!changed)
    return FALSE;
  if (self->following && !self->held)
    scroll_to_end (self);
  g_signal_emit (self, signals[SIGNAL_TICKED], 0);
  return TRUE;
}

static gboolean
on_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer unused)
{
  WeirEventList *self = WEIR_EVENT_LIST (widget);
  const gint64 now_us = gdk_frame_clock_get_frame_time (clock);

  weir_frame_meter_add_frame (now_us);
  if (self->frame++ % 2 == 0 && take_in (self))
    self->news_us = now_us;
  else
    stay_at_end (self);
  if (now_us - self->news_us < BUSY_FOR_US)
    return G_SOURCE_CONTINUE;

  weir_frame_meter_pause ();
  self->frame_tick = 0;
  poll_soon (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_poll (gpointer data)
{
  WeirEventList *self = WEIR_EVENT_LIST (data);

  if (!take_in (self) || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      stay_at_end (self);
      return G_SOURCE_CONTINUE;
    }
  self->poll_timeout = 0;
  self->news_us = g_get_monotonic_time ();
  self->frame_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_frame, NULL, NULL);
  return G_SOURCE_REMOVE;
}

static void
poll_soon (WeirEventList *self)
{
  const guint every_ms = gtk_widget_get_mapped (GTK_WIDGET (self)) ? QUIET_POLL_MS : HIDDEN_POLL_MS;

  g_clear_handle_id (&self->poll_timeout, g_source_remove);
  if (self->frame_tick != 0)
    {
      gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->frame_tick);
      self->frame_tick = 0;
    }
  if (self->view != NULL)
    self->poll_timeout = g_timeout_add (every_ms, on_poll, self);
}

/* Emitted before "value-changed". A value that changes together with the length or height of
 * the list was not changed by the user. */
static void
resized (WeirEventList *self, GtkAdjustment *adjustment)
{
  self->value_before = gtk_adjustment_get_value (adjustment);
}

/* A smaller value means that the user scrolled up. A value at the end means that the user is
 * back at the end. */
static void
scrolled (WeirEventList *self, GtkAdjustment *adjustment)
{
  const double value = gtk_adjustment_get_value (adjustment);
  const double page_size = gtk_adjustment_get_page_size (adjustment);
  const double last = gtk_adjustment_get_upper (adjustment) - page_size;

  if (value == self->value_before)
    return;

  weir_list_place_forget (self->place);
  if (self->following && value < self->value_before - 1)
    weir_event_list_set_following (self, FALSE);
  else if (!self->following && value > self->value_before && value >= last - 1
           && weir_row_selection_get_size (self->selection) == 0)
    weir_event_list_set_following (self, TRUE);
  if (!self->following && ABS (value - self->value_before) >= page_size)
    weir_frame_meter_jump (gtk_widget_get_frame_clock (GTK_WIDGET (self)));
  self->value_before = value;
}

/* A pressed row stays in place until the button is released. Otherwise following would move
 * it away, and no click would happen. */
static gboolean
watch_button (WeirEventList *self, GdkEvent *event)
{
  const GdkEventType type = gdk_event_get_event_type (event);

  if (type == GDK_BUTTON_PRESS && gdk_button_event_get_button (event) == GDK_BUTTON_PRIMARY)
    self->held = TRUE;
  else if (type == GDK_BUTTON_RELEASE || type == GDK_GRAB_BROKEN
           || (type == GDK_MOTION_NOTIFY
               && !(gdk_event_get_modifier_state (event) & GDK_BUTTON1_MASK)))
    self->held = FALSE;
  return GDK_EVENT_PROPAGATE;
}

static void
selection_changed (WeirEventList *self)
{
  weir_list_place_forget (self->place);
  if (weir_row_selection_get_size (self->selection) > 0)
    weir_event_list_set_following (self, FALSE);
  g_signal_emit (self, signals[SIGNAL_SELECTION_CHANGED], 0);
}

/* Opens the menu of the selected rows at a place in widget. */
static void
open_menu (WeirEventList *self, GtkWidget *widget, double x, double y)
{
  double menu_x, menu_y;

  gtk_widget_translate_coordinates (widget, GTK_WIDGET (self), x, y, &menu_x, &menu_y);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu),
                               &(GdkRectangle){ (int) menu_x, (int) menu_y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static gboolean
menu_key_pressed (GtkWidget *widget, GVariant *arguments, gpointer unused)
{
  WeirEventList *self = WEIR_EVENT_LIST (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));

  if (self->selection == NULL || weir_row_selection_get_size (self->selection) == 0)
    return FALSE;
  open_menu (self, focus, 0, gtk_widget_get_height (focus));
  return TRUE;
}

/* A secondary click selects the row under it, unless it is one of those selected. */
static void
menu_asked (GtkGestureClick *gesture, int n_press, double x, double y, GtkListItem *item)
{
  GtkWidget *row = gtk_list_item_get_child (item);
  WeirEventList *self = WEIR_EVENT_LIST (gtk_widget_get_ancestor (row, WEIR_TYPE_EVENT_LIST));

  if (!gtk_list_item_get_selected (item))
    gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection),
                                     gtk_list_item_get_position (item), TRUE);
  open_menu (self, row, x, y);
}

static void
set_row_above (WeirEventList *self, GtkListItem *item)
{
  const guint position = gtk_list_item_get_position (item);

  weir_event_row_set_above (WEIR_EVENT_ROW (gtk_list_item_get_child (item)),
                            position > 0 ? weir_view_get_row_number (self->view, position - 1)
                                         : WEIR_NO_ROW);
}

/* A search runs backwards and finds rows above those that are already shown. */
static void
row_moved (GtkListItem *item, GParamSpec *pspec, WeirEventList *self)
{
  if (self->view != NULL && gtk_list_item_get_item (item) != NULL)
    set_row_above (self, item);
}

static void
setup_row (WeirEventList *self, GtkListItem *item)
{
  GtkWidget *row = weir_event_row_new (self->columns, self->highlight, self->bookmarks);
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (menu_asked), item);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (click));
  g_signal_connect_object (item, "notify::position", G_CALLBACK (row_moved), self, 0);
  gtk_list_item_set_child (item, row);
}

static void
bind_row (WeirEventList *self, GtkListItem *item)
{
  weir_event_row_bind (WEIR_EVENT_ROW (gtk_list_item_get_child (item)),
                       gtk_list_item_get_item (item));
  set_row_above (self, item);
}

static void
unbind_row (WeirEventList *self, GtkListItem *item)
{
  weir_event_row_bind (WEIR_EVENT_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
measure_columns (WeirEventList *self)
{
  weir_columns_measure (self->columns, gtk_widget_get_pango_context (GTK_WIDGET (self->list)));
}

static void
weir_event_list_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (weir_event_list_parent_class)->css_changed (widget, change);
  measure_columns (WEIR_EVENT_LIST (widget));
}

static gboolean
weir_event_list_grab_focus (GtkWidget *widget)
{
  WeirEventList *self = WEIR_EVENT_LIST (widget);

  return weir_list_place_grab_focus (self->place)
         || gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

/* Tab moves the focus to the current row, and from any row out of the list: GTK 4.8 would go from row
 * to row. */
static gboolean
weir_event_list_focus (GtkWidget *widget, GtkDirectionType direction)
{
  WeirEventList *self = WEIR_EVENT_LIST (widget);
  const gboolean in_rows =
      (gtk_widget_get_state_flags (GTK_WIDGET (self->list)) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0;

  if (in_rows && direction == GTK_DIR_TAB_FORWARD)
    return FALSE;
  if (in_rows && direction == GTK_DIR_TAB_BACKWARD)
    return gtk_widget_child_focus (GTK_WIDGET (self->header), direction);
  if (gtk_widget_get_focus_child (widget) == NULL && weir_list_place_grab_focus (self->place))
    return TRUE;
  return GTK_WIDGET_CLASS (weir_event_list_parent_class)->focus (widget, direction);
}

static void
weir_event_list_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (weir_event_list_parent_class)->map (widget);
  poll_soon (WEIR_EVENT_LIST (widget));
}

static void
weir_event_list_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (weir_event_list_parent_class)->unmap (widget);
  poll_soon (WEIR_EVENT_LIST (widget));
}

static void
weir_event_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WeirEventList *self = WEIR_EVENT_LIST (object);

  switch (id)
    {
    case PROP_FOLLOWING:
      g_value_set_boolean (value, self->following);
      break;
    case PROP_PAUSED:
      g_value_set_boolean (value, weir_event_list_get_paused (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_event_list_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  WeirEventList *self = WEIR_EVENT_LIST (object);

  switch (id)
    {
    case PROP_FOLLOWING:
      weir_event_list_set_following (self, g_value_get_boolean (value));
      break;
    case PROP_PAUSED:
      weir_event_list_set_paused (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_event_list_dispose (GObject *object)
{
  WeirEventList *self = WEIR_EVENT_LIST (object);

  g_clear_handle_id (&self->poll_timeout, g_source_remove);
  if (self->list != NULL)
    gtk_list_view_set_model (self->list, NULL);
  g_clear_pointer (&self->place, weir_list_place_free);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->view);
  g_clear_object (&self->highlight);
  g_clear_object (&self->bookmarks);
  g_clear_object (&self->columns);
  G_OBJECT_CLASS (weir_event_list_parent_class)->dispose (object);
}

static void
weir_event_list_class_init (WeirEventListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = weir_event_list_dispose;
  object_class->get_property = weir_event_list_get_property;
  object_class->set_property = weir_event_list_set_property;
  widget_class->css_changed = weir_event_list_css_changed;
  widget_class->grab_focus = weir_event_list_grab_focus;
  widget_class->focus = weir_event_list_focus;
  widget_class->map = weir_event_list_map;
  widget_class->unmap = weir_event_list_unmap;
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key_pressed, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key_pressed, NULL);

  properties[PROP_FOLLOWING] = g_param_spec_boolean ("following", NULL, NULL, TRUE, flags);
  properties[PROP_PAUSED] = g_param_spec_boolean ("paused", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_SELECTION_CHANGED] =
      g_signal_new ("selection-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_TICKED] = g_signal_new ("ticked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (WEIR_TYPE_LIST_HEADER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir_monitor/Weir/weir-event-list.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirEventList, menu);
  gtk_widget_class_bind_template_child (widget_class, WeirEventList, box);
  gtk_widget_class_bind_template_child (widget_class, WeirEventList, header);
  gtk_widget_class_bind_template_child (widget_class, WeirEventList, scroller);
  gtk_widget_class_bind_template_child (widget_class, WeirEventList, list);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
weir_event_list_init (WeirEventList *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkEventController *buttons = gtk_event_controller_legacy_new ();
  GtkAdjustment *adjustment;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->following = TRUE;
  self->columns = weir_columns_new ();
  self->highlight = weir_highlight_new ();
  self->place = weir_list_place_new (self->list);
  measure_columns (self);
  weir_list_header_set_columns (self->header, self->columns);
  g_signal_connect_object (weir_settings_get (), "changed::font", G_CALLBACK (measure_columns),
                           self, G_CONNECT_SWAPPED);

  g_signal_connect_swapped (factory, "setup", G_CALLBACK (setup_row), self);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (bind_row), self);
  g_signal_connect_swapped (factory, "unbind", G_CALLBACK (unbind_row), self);
  gtk_list_view_set_factory (self->list, factory);
  g_object_unref (factory);

  gtk_event_controller_set_propagation_phase (buttons, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (buttons, "event", G_CALLBACK (watch_button), self);
  gtk_widget_add_controller (GTK_WIDGET (self->list), buttons);

  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (resized), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (scrolled), self,
                           G_CONNECT_SWAPPED);
}

gboolean
weir_event_list_set_view (WeirEventList *self, WeirView *view)
{
  g_return_val_if_fail (WEIR_IS_EVENT_LIST (self), FALSE);

  if (self->view == view)
    return FALSE;
  gtk_list_view_set_model (self->list, NULL);
  g_clear_object (&self->selection);
  g_set_object (&self->view, view);
  if (view != NULL)
    {
      self->selection = weir_row_selection_new (view);
      g_signal_connect_swapped (self->selection, "selection-changed",
                                G_CALLBACK (selection_changed), self);
      gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
    }
  weir_list_place_set_rows (self->place, view, self->selection);
  weir_event_list_set_following (self, g_settings_get_boolean (weir_settings_get (), "follow"));
  poll_soon (self);
  if (self->following)
    scroll_to_end (self);
  return TRUE;
}

void
weir_event_list_set_bookmarks (WeirEventList *self, WeirBookmarks *bookmarks)
{
  g_return_if_fail (WEIR_IS_EVENT_LIST (self));
  g_return_if_fail (self->view == NULL);

  g_set_object (&self->bookmarks, bookmarks);
}

void
weir_event_list_set_following (WeirEventList *self, gboolean following)
{
  g_return_if_fail (WEIR_IS_EVENT_LIST (self));

  if (self->following == following)
    return;
  self->following = following;
  if (following)
    {
      if (self->selection != NULL)
        weir_row_selection_clear (self->selection);
      scroll_to_end (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLLOWING]);
}

gboolean
weir_event_list_get_following (WeirEventList *self)
{
  g_return_val_if_fail (WEIR_IS_EVENT_LIST (self), FALSE);

  return self->following;
}

void
weir_event_list_set_paused (WeirEventList *self, gboolean paused)
{
  g_return_if_fail (WEIR_IS_EVENT_LIST (self));

  if (self->view == NULL || weir_view_get_paused (self->view) == paused)
    return;
  weir_view_set_paused (self->view, paused);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAUSED]);
}

gboolean
weir_event_list_get_paused (WeirEventList *self)
{
  g_return_val_if_fail (WEIR_IS_EVENT_LIST (self), FALSE);

  return self->view != NULL && weir_view_get_paused (self->view);
}

WeirRowSelection *
weir_event_list_get_selection (WeirEventList *self)
{
  g_return_val_if_fail (WEIR_IS_EVENT_LIST (self), NULL);

  return self->selection;
}

WeirHighlight *
weir_event_list_get_highlight (WeirEventList *self)
{
  g_return_val_if_fail (WEIR_IS_EVENT_LIST (self), NULL);

  return self->highlight;
}

WeirRow *
weir_event_list_get_selected_row (WeirEventList *self)
{
  g_return_val_if_fail (WEIR_IS_EVENT_LIST (self), NULL);

  if (self->selection == NULL || weir_row_selection_get_size (self->selection) == 0)
    return NULL;
  return weir_row_new (weir_view_get_log (self->view),
                       weir_rows_find (weir_row_selection_get_rows (self->selection), 0));
}

void
weir_event_list_go_to (WeirEventList *self, guint position)
{
  g_return_if_fail (WEIR_IS_EVENT_LIST (self));

  if (position >= get_length (self))
    return;
  weir_event_list_set_following (self, FALSE);
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
  weir_list_place_show (self->place, position);
}

guint
weir_event_list_get_position (WeirEventList *self)
{
  const guint n = get_length (self);
  guint position;

  g_return_val_if_fail (WEIR_IS_EVENT_LIST (self), 0);

  if (n > 0 && weir_row_selection_get_size (self->selection) > 0
      && weir_view_find_row (
          self->view, weir_rows_find (weir_row_selection_get_rows (self->selection), 0), &position))
    return position;
  return n > 0 ? n - 1 : 0;
}
