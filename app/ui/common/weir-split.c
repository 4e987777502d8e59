/* SPDX-License-Identifier: MIT */
#include "weir-split.h"

#define WIDE 820
#define HANDLE 1
#define MIN_MAIN_WIDTH 300
#define MIN_SIDE_WIDTH 300
#define MIN_PART_HEIGHT 140
#define GRIP 8

struct _WeirSplit
{
  GtkWidget parent_instance;

  GtkWidget *main;
  GtkWidget *side;
  GtkWidget *separator;
  gboolean reveal_side;
  double share_wide; /* the side's part of the whole */
  double share_high;
  double share_before;
};

G_DEFINE_FINAL_TYPE (WeirSplit, weir_split, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_MAIN,
  PROP_SIDE,
  PROP_REVEAL_SIDE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static gboolean
is_wide (int width)
{
  return width >= WIDE;
}

/* The side's length, along the axis that is split. */
static int
get_side_length (WeirSplit *self, int width, int height)
{
  if (is_wide (width))
    return CLAMP ((int) (width * self->share_wide), MIN_SIDE_WIDTH, width - MIN_MAIN_WIDTH);
  return CLAMP ((int) (height * self->share_high), MIN_PART_HEIGHT,
                MAX (MIN_PART_HEIGHT, height - MIN_PART_HEIGHT));
}

static void
allocate (GtkWidget *widget, int x, int y, int width, int height)
{
  gtk_widget_size_allocate (widget, &(GtkAllocation){ x, y, MAX (width, 1), MAX (height, 1) }, -1);
}

static void
weir_split_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  WeirSplit *self = WEIR_SPLIT (widget);
  const gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  const int side = get_side_length (self, width, height);

  if (!self->reveal_side)
    {
      allocate (self->main, 0, 0, width, height);
      return;
    }
  if (is_wide (width))
    {
      const int main = width - side - HANDLE;

      allocate (self->main, rtl ? side + HANDLE : 0, 0, main, height);
      allocate (self->separator, rtl ? side : main, 0, HANDLE, height);
      allocate (self->side, rtl ? 0 : main + HANDLE, 0, side, height);
      return;
    }
  allocate (self->main, 0, 0, width, height - side - HANDLE);
  allocate (self->separator, 0, height - side - HANDLE, width, HANDLE);
  allocate (self->side, 0, height - side, width, side);
}

static void
weir_split_measure (GtkWidget *widget,
                    GtkOrientation orientation,
                    int for_size,
                    int *minimum,
                    int *natural,
                    int *minimum_baseline,
                    int *natural_baseline)
{
  WeirSplit *self = WEIR_SPLIT (widget);
  int side_minimum = 0, side_natural = 0;

  gtk_widget_measure (self->main, orientation, -1, minimum, natural, NULL, NULL);
  if (self->reveal_side)
    gtk_widget_measure (self->side, orientation, -1, &side_minimum, &side_natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MAX (*minimum, side_minimum);
      *natural = MAX (*natural, side_natural);
    }
  else
    {
      *minimum = MAX (*minimum, self->reveal_side ? 2 * MIN_PART_HEIGHT : MIN_PART_HEIGHT);
      *natural = MAX (*natural, *minimum);
    }
}

static gboolean
is_on_handle (WeirSplit *self, double x, double y)
{
  const int width = gtk_widget_get_width (GTK_WIDGET (self));
  graphene_rect_t bounds;

  if (!self->reveal_side
      || !gtk_widget_compute_bounds (self->separator, GTK_WIDGET (self), &bounds))
    return FALSE;
  if (is_wide (width))
    return ABS (x - bounds.origin.x) < GRIP;
  return ABS (y - bounds.origin.y) < GRIP;
}

static void
drag_begun (GtkGesture *gesture, double x, double y, WeirSplit *self)
{
  const int width = gtk_widget_get_width (GTK_WIDGET (self));
  const int height = gtk_widget_get_height (GTK_WIDGET (self));

  if (!is_on_handle (self, x, y))
    {
      gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  self->share_before =
      (double) get_side_length (self, width, height) / (is_wide (width) ? width : MAX (height, 1));
}

static void
dragged (WeirSplit *self, double x, double y)
{
  const int width = gtk_widget_get_width (GTK_WIDGET (self));
  const int height = gtk_widget_get_height (GTK_WIDGET (self));
  const gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  if (is_wide (width))
    self->share_wide = CLAMP (self->share_before - (rtl ? -x : x) / width, 0.1, 0.9);
  else
    self->share_high = CLAMP (self->share_before - y / height, 0.1, 0.9);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
moved (WeirSplit *self, double x, double y)
{
  const gboolean wide = is_wide (gtk_widget_get_width (GTK_WIDGET (self)));

  gtk_widget_set_cursor_from_name (
      GTK_WIDGET (self), is_on_handle (self, x, y) ? (wide ? "col-resize" : "row-resize") : NULL);
}

static void
set_part (WeirSplit *self, GtkWidget **part, GtkWidget *widget)
{
  g_clear_pointer (part, gtk_widget_unparent);
  *part = widget;
  if (widget != NULL)
    gtk_widget_set_parent (widget, GTK_WIDGET (self));
}

static void
weir_split_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WeirSplit *self = WEIR_SPLIT (object);

  switch (id)
    {
    case PROP_MAIN:
      g_value_set_object (value, self->main);
      break;
    case PROP_SIDE:
      g_value_set_object (value, self->side);
      break;
    case PROP_REVEAL_SIDE:
      g_value_set_boolean (value, self->reveal_side);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_split_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  WeirSplit *self = WEIR_SPLIT (object);

  switch (id)
    {
    case PROP_MAIN:
      set_part (self, &self->main, g_value_get_object (value));
      break;
    case PROP_SIDE:
      set_part (self, &self->side, g_value_get_object (value));
      gtk_widget_set_visible (self->side, self->reveal_side);
      break;
    case PROP_REVEAL_SIDE:
      weir_split_set_reveal_side (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
weir_split_dispose (GObject *object)
{
  WeirSplit *self = WEIR_SPLIT (object);

  g_clear_pointer (&self->main, gtk_widget_unparent);
  g_clear_pointer (&self->side, gtk_widget_unparent);
  g_clear_pointer (&self->separator, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_split_parent_class)->dispose (object);
}

static void
weir_split_class_init (WeirSplitClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = weir_split_dispose;
  object_class->get_property = weir_split_get_property;
  object_class->set_property = weir_split_set_property;
  widget_class->measure = weir_split_measure;
  widget_class->size_allocate = weir_split_size_allocate;

  properties[PROP_MAIN] = g_param_spec_object ("main", NULL, NULL, GTK_TYPE_WIDGET, flags);
  properties[PROP_SIDE] = g_param_spec_object ("side", NULL, NULL, GTK_TYPE_WIDGET, flags);
  properties[PROP_REVEAL_SIDE] =
      g_param_spec_boolean ("reveal-side", NULL, NULL, FALSE, flags | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_split_init (WeirSplit *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  self->share_wide = 0.42;
  self->share_high = 0.5;
  self->separator = gtk_separator_new (GTK_ORIENTATION_VERTICAL);
  gtk_widget_set_parent (self->separator, GTK_WIDGET (self));
  gtk_widget_set_visible (self->separator, FALSE);

  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (drag), GTK_PHASE_CAPTURE);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begun), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (dragged), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (moved), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
}

void
weir_split_set_reveal_side (WeirSplit *self, gboolean reveal_side)
{
  g_return_if_fail (WEIR_IS_SPLIT (self));

  if (self->reveal_side == reveal_side)
    return;
  self->reveal_side = reveal_side;
  gtk_widget_set_visible (self->side, reveal_side);
  gtk_widget_set_visible (self->separator, reveal_side);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REVEAL_SIDE]);
}

gboolean
weir_split_get_reveal_side (WeirSplit *self)
{
  g_return_val_if_fail (WEIR_IS_SPLIT (self), FALSE);

  return self->reveal_side;
}
