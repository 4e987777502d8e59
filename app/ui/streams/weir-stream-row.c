/* SPDX-License-Identifier: MIT */
#include "weir-stream-row.h"

#include <glib/gi18n.h>

#include "common/weir-format.h"
#include "common/weir-state.h"
#include "list/weir-rate-history.h"

/* --- The sparkline ----------------------------------------------------------- */

#define WEIR_TYPE_SPARKLINE (weir_sparkline_get_type ())
G_DECLARE_FINAL_TYPE (WeirSparkline, weir_sparkline, WEIR, SPARKLINE, GtkWidget)

#define WIDTH 56
#define HEIGHT 18
#define N_POINTS 28
#define SPAN_US (60 * G_USEC_PER_SEC)

struct _WeirSparkline
{
  GtkWidget parent_instance;

  WeirRateHistory *history;
};

G_DEFINE_FINAL_TYPE (WeirSparkline, weir_sparkline, GTK_TYPE_WIDGET)

/* Fills values with events per step. Returns the greatest. */
static double
read_values (WeirSparkline *self, double values[N_POINTS])
{
  const guint n = weir_rate_history_get_length (self->history);
  const gint64 end_us = weir_rate_history_get (self->history, n - 1)->time_us;
  guint64 before = weir_rate_history_find (self->history, end_us - SPAN_US)->events;
  double most = 0;

  for (int i = 0; i < N_POINTS; i++)
    {
      const gint64 until = end_us - SPAN_US + SPAN_US * (i + 1) / N_POINTS;
      const guint64 events = weir_rate_history_find (self->history, until)->events;

      values[i] = (double) (events - before);
      most = MAX (most, values[i]);
      before = events;
    }
  return most;
}

static void
weir_sparkline_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WeirSparkline *self = WEIR_SPARKLINE (widget);
  const float width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  const float step = width / N_POINTS;
  double values[N_POINTS], most;
  GdkRGBA color;

  if (self->history == NULL || weir_rate_history_get_length (self->history) < 2)
    return;
  most = read_values (self, values);
  if (most <= 0)
    return;
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  for (int i = 0; i < N_POINTS; i++)
    {
      const float bar = values[i] > 0 ? MAX (1.5f, (float) (values[i] / most) * height) : 0;

      gtk_snapshot_append_color (
          snapshot, &color, &GRAPHENE_RECT_INIT ((float) i * step, height - bar, step - 0.6f, bar));
    }
}

static void
weir_sparkline_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : HEIGHT;
}

static void
weir_sparkline_set_history (WeirSparkline *self, WeirRateHistory *history)
{
  g_return_if_fail (WEIR_IS_SPARKLINE (self));

  if (self->history == history)
    return;
  if (self->history != NULL)
    g_signal_handlers_disconnect_by_data (self->history, self);
  g_set_object (&self->history, history);
  if (history != NULL)
    g_signal_connect_object (history, "changed", G_CALLBACK (gtk_widget_queue_draw), self,
                             G_CONNECT_SWAPPED);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
weir_sparkline_dispose (GObject *object)
{
  WeirSparkline *self = WEIR_SPARKLINE (object);

  weir_sparkline_set_history (self, NULL);
  G_OBJECT_CLASS (weir_sparkline_parent_class)->dispose (object);
}

static void
weir_sparkline_class_init (WeirSparklineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_sparkline_dispose;
  widget_class->snapshot = weir_sparkline_snapshot;
  widget_class->measure = weir_sparkline_measure;
  gtk_widget_class_set_css_name (widget_class, "sparkline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
weir_sparkline_init (WeirSparkline *self)
{
}

/* --- The row ----------------------------------------------------------------- */

struct _WeirStreamRow
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *state;
  WeirSparkline *sparkline;
  GtkWidget *alert_icon;
  GMenuModel *menu_model;
  GtkWidget *menu; /* NULL until it is first opened */

  WeirStreamItem *item;
};

G_DEFINE_FINAL_TYPE (WeirStreamRow, weir_stream_row, GTK_TYPE_WIDGET)

static guint menu_opened_signal;

/* Returns: (transfer full): why the stream failed, in one or two words. */
static char *
get_failure_word (WeirStreamItem *item)
{
  WeirStream *stream = weir_stream_item_get_stream (item);
  WeirConnectionInfo *connection = stream != NULL ? weir_stream_get_connection (stream) : NULL;

  if (stream == NULL || weir_stream_get_error (stream) == NULL || connection == NULL)
    return g_strdup (_ ("Failed"));
  switch (connection->end)
    {
    case WEIR_END_STATUS:
      return g_strdup_printf ("%u", connection->status);
    case WEIR_END_REFUSED:
      return g_strdup (_ ("Refused"));
    case WEIR_END_TLS:
      return g_strdup (_ ("TLS"));
    case WEIR_END_DNS:
      return g_strdup (_ ("Host not found"));
    case WEIR_END_UNREACHABLE:
      return g_strdup (_ ("Unreachable"));
    case WEIR_END_PROXY:
      return g_strdup (_ ("Proxy"));
    case WEIR_END_RESET:
      return g_strdup (_ ("Reset"));
    case WEIR_END_IDLE:
      return g_strdup (_ ("Timeout"));
    case WEIR_END_REDIRECT:
      return g_strdup (_ ("Redirect"));
    case WEIR_END_CONTENT_TYPE:
      return g_strdup (_ ("Not an event stream"));
    case WEIR_END_TOO_LARGE:
      return g_strdup (_ ("Too large"));
    case WEIR_END_MALFORMED:
      return g_strdup (_ ("Invalid HTTP"));
    case WEIR_END_NONE:
    case WEIR_END_SERVER:
    case WEIR_END_NO_CONTENT:
    case WEIR_END_FILE:
    case WEIR_END_CANCELLED:
    default:
      return g_strdup (_ ("Failed"));
    }
}

/* Returns: (transfer full): the state in one or two words. */
static char *
get_word (WeirStreamItem *item)
{
  if (weir_stream_item_get_error (item) != NULL)
    return get_failure_word (item);
  switch (weir_stream_item_get_state (item))
    {
    case WEIR_STREAM_STATE_OPEN:
      return g_strdup (weir_stream_item_get_player (item) != NULL ? _ ("Replay") : _ ("Open"));
    case WEIR_STREAM_STATE_CONNECTING:
      return g_strdup (_ ("Connecting…"));
    case WEIR_STREAM_STATE_WAITING:
      return g_strdup (_ ("Waiting to reconnect"));
    case WEIR_STREAM_STATE_ENDED:
      return g_strdup (_ ("Ended"));
    case WEIR_STREAM_STATE_IDLE:
    default:
      return g_strdup (_ ("Not connected"));
    }
}

/* Returns: (transfer full): the word, and what is measured in this state. */
static char *
get_line (WeirStreamItem *item, const char *word)
{
  const gint64 waited_us = weir_stream_item_get_head_wait_us (item);
  g_autofree char *silence = weir_stream_item_describe_silence (item, FALSE);
  char text[WEIR_FORMAT_LENGTH];
  double per_second;

  if (waited_us > 0)
    return g_strdup_printf (_ ("No response head for %s"), weir_format_age (text, waited_us));
  if (silence != NULL)
    return g_steal_pointer (&silence);
  if (weir_stream_item_get_state (item) != WEIR_STREAM_STATE_OPEN)
    return g_strdup (word);
  g_object_get (item, "rate", &per_second, NULL);
  return g_strdup_printf ("%s · %s", word, weir_format_rate (text, per_second));
}

static void
update (WeirStreamRow *self)
{
  const WeirStreamState state = weir_stream_item_get_state (self->item);
  const gboolean failed = weir_stream_item_get_error (self->item) != NULL;
  const gboolean quiet = weir_stream_item_is_quiet (self->item);
  const char *title = weir_stream_item_get_title (self->item);
  const gboolean alert = weir_stream_item_get_has_unseen_alert (self->item);
  GtkWidget *list_item = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *word = get_word (self->item), *line = get_line (self->item, word), *name = NULL;

  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->state, line);
  /* A sentence takes the place of a chart that would be empty. */
  gtk_widget_set_visible (GTK_WIDGET (self->sparkline), state == WEIR_STREAM_STATE_OPEN && !quiet);
  gtk_image_set_from_icon_name (self->icon, weir_state_get_icon (state, failed));
  weir_state_set_style (GTK_WIDGET (self->icon), state, failed, quiet);
  gtk_widget_set_visible (self->alert_icon, alert);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), weir_stream_item_get_status (self->item));
  if (list_item == NULL)
    return;
  name = alert ? g_strdup_printf (_ ("%s, %s, alert"), title, word)
               : g_strdup_printf ("%s, %s", title, word);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list_item), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
}

static GdkContentProvider *
prepare_drag (WeirStreamRow *self)
{
  return gdk_content_provider_new_typed (WEIR_TYPE_STREAM_ITEM, self->item);
}

static gboolean
dropped (WeirStreamRow *self, const GValue *value)
{
  return gtk_widget_activate_action (GTK_WIDGET (self), "win.move-stream-here", "(ss)",
                                     weir_stream_item_get_config (g_value_get_object (value))->uuid,
                                     weir_stream_item_get_config (self->item)->uuid);
}

static void
open_menu (WeirStreamRow *self, int n_press, double x, double y)
{
  GtkWidget *menu = gtk_popover_menu_new_from_model (self->menu_model);

  g_signal_emit (self, menu_opened_signal, 0);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  self->menu = menu;
  gtk_widget_set_parent (menu, GTK_WIDGET (self));
  gtk_popover_set_has_arrow (GTK_POPOVER (menu), FALSE);
  gtk_widget_set_halign (menu, GTK_ALIGN_START);
  gtk_popover_set_pointing_to (GTK_POPOVER (menu), &(GdkRectangle){ (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (menu));
}

static void
weir_stream_row_dispose (GObject *object)
{
  WeirStreamRow *self = WEIR_STREAM_ROW (object);

  weir_stream_row_bind (self, NULL);
  g_clear_object (&self->menu_model);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_stream_row_parent_class)->dispose (object);
}

static void
weir_stream_row_class_init (WeirStreamRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_stream_row_dispose;

  /* The menu of the row opens, whose actions are about the stream in front. */
  menu_opened_signal = g_signal_new ("menu-opened", WEIR_TYPE_STREAM_ROW, G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (WEIR_TYPE_SPARKLINE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir_monitor/Weir/weir-stream-row.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirStreamRow, box);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamRow, icon);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamRow, title);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamRow, state);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamRow, sparkline);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamRow, alert_icon);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
weir_stream_row_init (WeirStreamRow *self)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (WEIR_TYPE_STREAM_ITEM, GDK_ACTION_MOVE);
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect_swapped (source, "prepare", G_CALLBACK (prepare_drag), self);
  g_signal_connect_swapped (target, "drop", G_CALLBACK (dropped), self);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (open_menu), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (source));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

GtkWidget *
weir_stream_row_new (GMenuModel *menu_model)
{
  WeirStreamRow *self = g_object_new (WEIR_TYPE_STREAM_ROW, NULL);

  self->menu_model = g_object_ref (menu_model);
  return GTK_WIDGET (self);
}

void
weir_stream_row_bind (WeirStreamRow *self, WeirStreamItem *item)
{
  g_return_if_fail (WEIR_IS_STREAM_ROW (self));

  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  if (self->sparkline != NULL)
    weir_sparkline_set_history (self->sparkline,
                                item != NULL ? weir_stream_item_get_history (item) : NULL);
  if (item == NULL)
    return;
  g_signal_connect_swapped (item, "notify", G_CALLBACK (update), self);
  update (self);
}

WeirStreamItem *
weir_stream_row_get_item (WeirStreamRow *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_ROW (self), NULL);

  return self->item;
}
