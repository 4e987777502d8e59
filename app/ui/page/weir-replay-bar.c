/* SPDX-License-Identifier: MIT */
#include "weir-replay-bar.h"

#include <glib/gi18n.h>

#define UPDATE_MS 100

/* As the drop-down lists them. */
static const double speeds[] = { 1, 2, 10, 100, 0 };

struct _WeirReplayBar
{
  GtkWidget parent_instance;

  GtkWidget *revealer;
  GtkButton *play;
  GtkWidget *step;
  GtkDropDown *speed;
  GtkProgressBar *progress;
  GtkLabel *place;

  GActionMap *actions; /* that of the page, which outlives the bar */
  WeirPlayer *player;
  guint update; /* a timeout; 0: none */
};

G_DEFINE_FINAL_TYPE (WeirReplayBar, weir_replay_bar, GTK_TYPE_WIDGET)

/* "3:07", "1:02:33". */
static char *
format_place (gint64 us)
{
  const int seconds = (int) (us / G_USEC_PER_SEC);

  return seconds < 3600
             ? g_strdup_printf ("%d:%02d", seconds / 60, seconds % 60)
             : g_strdup_printf ("%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

static void
set_icon (GtkButton *button, const char *icon, const char *label)
{
  if (g_strcmp0 (gtk_button_get_icon_name (button), icon) == 0)
    return;
  gtk_button_set_icon_name (button, icon);
  gtk_widget_set_tooltip_text (GTK_WIDGET (button), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}

static void
show_place (WeirReplayBar *self, const WeirPlayerState *state)
{
  g_autofree char *position = format_place (state->position_us);
  g_autofree char *duration = format_place (state->duration_us);
  g_autofree char *text = NULL;

  if (state->duration_us > 0)
    text = g_strdup_printf (_ ("%s of %s"), position, duration);
  else
    text = g_strdup (_ ("This recording has no times"));
  if (!g_str_equal (gtk_label_get_text (self->place), text))
    gtk_label_set_text (self->place, text);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), state->duration_us > 0);
  if (state->duration_us > 0)
    gtk_progress_bar_set_fraction (
        self->progress, CLAMP ((double) state->position_us / (double) state->duration_us, 0, 1));
}

static gboolean
update (gpointer data)
{
  WeirReplayBar *self = data;
  WeirPlayerState state;

  weir_player_get_state (self->player, &state);
  if (state.playing)
    set_icon (self->play, "media-playback-pause-symbolic", _ ("Pause the Replay (P)"));
  else
    set_icon (self->play, "media-playback-start-symbolic", _ ("Continue the Replay (P)"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->play), !state.ended);
  gtk_widget_set_sensitive (self->step, !state.ended);
  show_place (self, &state);
  weir_player_state_clear (&state);
  return G_SOURCE_CONTINUE;
}

static void
update_timer (WeirReplayBar *self)
{
  const gboolean wanted = self->player != NULL && gtk_widget_get_mapped (GTK_WIDGET (self));

  if (self->player != NULL)
    update (self);
  if (wanted && self->update == 0)
    self->update = g_timeout_add (UPDATE_MS, update, self);
  else if (!wanted)
    g_clear_handle_id (&self->update, g_source_remove);
}

static void
speed_chosen (WeirReplayBar *self)
{
  const guint chosen = gtk_drop_down_get_selected (self->speed);

  if (self->player != NULL && chosen < G_N_ELEMENTS (speeds))
    weir_player_set_speed (self->player, speeds[chosen]);
}

/* Their keys do nothing unless the bar shows them. */
static void
enable_actions (WeirReplayBar *self)
{
  static const char *const names[] = { "replay-play", "replay-step" };

  for (guint i = 0; self->actions != NULL && i < G_N_ELEMENTS (names); i++)
    g_simple_action_set_enabled (
        G_SIMPLE_ACTION (g_action_map_lookup_action (self->actions, names[i])),
        self->player != NULL);
}

void
weir_replay_bar_set_player (WeirReplayBar *self, WeirPlayer *player)
{
  g_return_if_fail (WEIR_IS_REPLAY_BAR (self));

  if (!g_set_object (&self->player, player))
    return;
  enable_actions (self);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), player != NULL);
  gtk_drop_down_set_selected (self->speed, 0);
  update_timer (self);
}

static void
toggle (GSimpleAction *action, GVariant *parameter, gpointer bar)
{
  WeirReplayBar *self = WEIR_REPLAY_BAR (bar);
  WeirPlayerState state;

  if (self->player == NULL)
    return;
  weir_player_get_state (self->player, &state);
  weir_player_set_playing (self->player, !state.playing);
  weir_player_state_clear (&state);
  update (self);
}

static void
step (GSimpleAction *action, GVariant *parameter, gpointer bar)
{
  WeirReplayBar *self = WEIR_REPLAY_BAR (bar);

  if (self->player == NULL)
    return;
  weir_player_step (self->player);
  update (self);
}

void
weir_replay_bar_add_actions (WeirReplayBar *self, GActionMap *map)
{
  static const GActionEntry actions[] = {
    { .name = "replay-play", .activate = toggle },
    { .name = "replay-step", .activate = step },
  };

  g_return_if_fail (WEIR_IS_REPLAY_BAR (self));

  g_action_map_add_action_entries (map, actions, G_N_ELEMENTS (actions), self);
  self->actions = map;
  enable_actions (self);
}

/* --- The widget ------------------------------------------------------------------ */

static void
weir_replay_bar_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (weir_replay_bar_parent_class)->map (widget);
  update_timer (WEIR_REPLAY_BAR (widget));
}

static void
weir_replay_bar_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&WEIR_REPLAY_BAR (widget)->update, g_source_remove);
  GTK_WIDGET_CLASS (weir_replay_bar_parent_class)->unmap (widget);
}

static void
weir_replay_bar_dispose (GObject *object)
{
  WeirReplayBar *self = WEIR_REPLAY_BAR (object);

  g_clear_handle_id (&self->update, g_source_remove);
  g_clear_object (&self->player);
  g_clear_pointer (&self->revealer, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_replay_bar_parent_class)->dispose (object);
}

static void
weir_replay_bar_class_init (WeirReplayBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_replay_bar_dispose;
  widget_class->map = weir_replay_bar_map;
  widget_class->unmap = weir_replay_bar_unmap;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir_monitor/Weir/weir-replay-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirReplayBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, WeirReplayBar, play);
  gtk_widget_class_bind_template_child (widget_class, WeirReplayBar, step);
  gtk_widget_class_bind_template_child (widget_class, WeirReplayBar, speed);
  gtk_widget_class_bind_template_child (widget_class, WeirReplayBar, progress);
  gtk_widget_class_bind_template_child (widget_class, WeirReplayBar, place);
  gtk_widget_class_bind_template_callback (widget_class, speed_chosen);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
weir_replay_bar_init (WeirReplayBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
