/* SPDX-License-Identifier: MIT */
#include "weir-stream-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "common/weir-banner.h"
#include "common/weir-format.h"
#include "inspector/weir-connection-view.h"
#include "list/weir-rate-strip.h"
#include "weir-replay-bar.h"
#include "common/weir-settings.h"
#include "common/weir-split.h"
#include "common/weir-state.h"
#include "app/engine/recording/weir-recording.h"
#include "streams/weir-stream-item.h"

/* --- Texts about the state --------------------------------------------------- */

static char *
count_down_to (gint64 resume_us)
{
  const gint64 left_us = resume_us - g_get_monotonic_time ();

  if (left_us <= 0)
    return g_strdup (_ ("Connect Now"));
  return g_strdup_printf (_ ("Connect Now (%d s)"),
                          (int) ((left_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC));
}

static char *
weir_stream_text_get_remedy (WeirStreamItem *item)
{
  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (item), NULL);

  switch (weir_stream_item_get_state (item))
    {
    case WEIR_STREAM_STATE_IDLE:
      return g_strdup (_ ("Connect"));
    case WEIR_STREAM_STATE_WAITING:
      return count_down_to (weir_stream_item_get_resume_us (item));
    case WEIR_STREAM_STATE_ENDED:
      if (!weir_stream_item_can_open (item))
        return NULL;
      return g_strdup (weir_stream_item_is_file (item) ? _ ("Try Again") : _ ("Reconnect"));
    case WEIR_STREAM_STATE_CONNECTING:
    case WEIR_STREAM_STATE_OPEN:
    default:
      return NULL;
    }
}

static const char *
weir_stream_text_get_title (WeirStreamItem *item)
{
  const gboolean file = weir_stream_item_is_file (item);

  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (item), NULL);

  if (weir_stream_item_get_error (item) != NULL)
    return file ? _ ("Could Not Open the File") : _ ("Could Not Open the Stream");
  switch (weir_stream_item_get_state (item))
    {
    case WEIR_STREAM_STATE_IDLE:
      return _ ("No Connection");
    case WEIR_STREAM_STATE_CONNECTING:
      return _ ("Connecting…");
    case WEIR_STREAM_STATE_OPEN:
      return weir_stream_item_get_player (item) != NULL
                 ? _ ("Waiting for the First Event")
                 : _ ("Connected, Waiting for the First Event");
    case WEIR_STREAM_STATE_WAITING:
      return _ ("Trying Again Soon");
    case WEIR_STREAM_STATE_ENDED:
    default:
      return _ ("No Events Received");
    }
}

static char *
weir_stream_text_describe_disk (WeirStreamItem *item)
{
  WeirRecordingState state = { 0 };
  char *text = NULL;
  WeirLog *log;

  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (item), NULL);

  log = weir_stream_item_get_log (item);
  if (log == NULL)
    return NULL;
  weir_log_get_recording_state (log, &state);
  if (state.path != NULL)
    {
      g_autofree char *size = g_format_size (state.disk_bytes);
      g_autofree char *freed = g_format_size (state.freed_bytes + state.freed_older_bytes);

      text = state.freed_bytes + state.freed_older_bytes > 0
                 ? g_strdup_printf (_ ("%s on disk, oldest %s deleted"), size, freed)
                 : g_strdup_printf (_ ("%s on disk"), size);
    }
  weir_recording_state_clear (&state);
  return text;
}

/* --- The page ---------------------------------------------------------------- */

#define COUNTDOWN_MS 250
/* Minimum interval between announcements to a screen reader. */
#define SPEAK_EVERY_S 5

struct _WeirStreamPage
{
  GtkWidget parent_instance;

  GtkWidget *box;
  WeirBanner *banner;
  WeirReplayBar *replay_bar;
  WeirFilterBar *filter_bar;
  GtkWidget *stack;
  WeirSplit *split;
  WeirEventList *list;
  WeirInspector *inspector;
  WeirRateStrip *strip;
  GtkRevealer *follow_revealer;
  GtkWidget *nothing_found;
  GtkWidget *hidden_notice;
  GtkWidget *show_all_button;
  AdwStatusPage *status_page;
  GtkSpinner *spinner;
  GtkWidget *status_button;
  GtkWidget *token_button;
  GtkWidget *http_button;
  GtkWidget *edit_button;
  GtkWidget *evidence;
  WeirConnectionView *evidence_view;
  WeirConnectionInfo *shown_evidence; /* NULL: none */
  GtkImage *state_icon;
  GtkLabel *state_label;
  GtkLabel *count_label;
  GtkLabel *spoken_label;
  GSimpleActionGroup *actions;

  WeirStreamItem *item;
  guint countdown_timeout;
  guint speak_timeout;
  guint64 spoken_events;
  guint64 awaited_row; /* WEIR_NO_ROW: none */
  char *selected;      /* what describes the selected rows; NULL: at most one is */
};

G_DEFINE_FINAL_TYPE (WeirStreamPage, weir_stream_page, GTK_TYPE_WIDGET)

/* A status page explains a failed connection better than a list with one row. */
static gboolean
has_rows (WeirStreamPage *self)
{
  WeirLog *log = weir_stream_item_get_log (self->item);

  return log != NULL && weir_log_get_n_bytes (log) > 0;
}

static gboolean
has_events (WeirStreamPage *self)
{
  WeirLog *log = weir_stream_item_get_log (self->item);

  return log != NULL && weir_log_get_n_events (log) > 0;
}

/* Shows the buttons that may help against the failure, and what was sent and received. */
static void
update_evidence (WeirStreamPage *self, gboolean failed)
{
  WeirStream *stream = weir_stream_item_get_stream (self->item);
  WeirConnectionInfo *info = failed && stream != NULL ? weir_stream_get_connection (stream) : NULL;
  const char *address = weir_stream_item_get_config (self->item)->address;

  if (info != NULL && !weir_connection_info_is_http (info))
    info = NULL;
  gtk_widget_set_visible (self->token_button,
                          info != NULL && (info->status == 401 || info->status == 403));
  gtk_widget_set_visible (self->http_button, info != NULL && info->end == WEIR_END_TLS
                                                 && address != NULL
                                                 && g_str_has_prefix (address, "https://"));
  gtk_widget_set_visible (self->evidence, info != NULL);
  if (info == self->shown_evidence)
    return;
  g_clear_pointer (&self->shown_evidence, weir_connection_info_unref);
  if (info == NULL)
    return;
  self->shown_evidence = weir_connection_info_ref (info);
  weir_connection_view_set_row (self->evidence_view, NULL, info);
}

static void
update_status_page (WeirStreamPage *self)
{
  const WeirStreamState state = weir_stream_item_get_state (self->item);
  const gboolean failed = weir_stream_item_get_error (self->item) != NULL;
  const gboolean busy = state == WEIR_STREAM_STATE_CONNECTING || state == WEIR_STREAM_STATE_OPEN;
  g_autofree char *remedy = weir_stream_text_get_remedy (self->item);
  g_autofree char *silence = weir_stream_item_describe_silence (self->item, TRUE);
  g_autofree char *text = g_strjoin ("\n", weir_stream_item_get_status (self->item), silence, NULL);
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_status_page_set_icon_name (self->status_page,
                                 busy ? NULL : weir_state_get_icon (state, failed));
  adw_status_page_set_title (self->status_page, weir_stream_text_get_title (self->item));
  adw_status_page_set_description (self->status_page, escaped);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  gtk_spinner_set_spinning (self->spinner, busy);
  gtk_widget_set_visible (self->status_button, remedy != NULL);
  if (remedy != NULL)
    gtk_button_set_label (GTK_BUTTON (self->status_button), remedy);
  gtk_widget_set_visible (self->edit_button, failed && !weir_stream_item_is_file (self->item));
  update_evidence (self, failed);
}

static void
update_banner (WeirStreamPage *self)
{
  const WeirStreamState state = weir_stream_item_get_state (self->item);
  g_autofree char *text = NULL, *remedy = NULL;
  g_autofree char *problem = weir_stream_item_get_problem (self->item);
  g_autofree char *silence = weir_stream_item_describe_silence (self->item, TRUE);
  WeirStream *stream = weir_stream_item_get_stream (self->item);

  if (weir_event_list_get_paused (self->list))
    {
      const guint64 waiting = weir_view_get_n_waiting (weir_stream_item_get_view (self->item));
      char count[WEIR_FORMAT_LENGTH];

      text = g_strdup_printf (ngettext ("The list is paused. %s new row is waiting.",
                                        "The list is paused. %s new rows are waiting.",
                                        (gulong) waiting),
                              weir_format_count (count, waiting));
      weir_banner_show (self->banner, WEIR_BANNER_PLAIN, text, _ ("Resume"), "page.pause");
      return;
    }
  if (!has_rows (self))
    {
      weir_banner_hide (self->banner);
      return;
    }
  remedy = weir_stream_text_get_remedy (self->item);
  text = g_strdup (weir_stream_item_get_status (self->item));
  if (weir_stream_item_get_error (self->item) != NULL)
    weir_banner_show (self->banner, WEIR_BANNER_ERROR, text, remedy, "win.connect");
  else if (state == WEIR_STREAM_STATE_WAITING)
    weir_banner_show (self->banner, WEIR_BANNER_WARNING, text, remedy, "win.connect");
  else if (problem != NULL)
    weir_banner_show (self->banner, WEIR_BANNER_WARNING, problem, NULL, NULL);
  else if (stream != NULL && weir_stream_is_overdue (stream) && silence != NULL)
    weir_banner_show (self->banner, WEIR_BANNER_WARNING, silence, _ ("Reconnect"),
                      "win.cut-stream");
  else
    weir_banner_hide (self->banner);
}

/* More rows than this are counted, but not added up. */
#define MAX_SUMMED_ROWS 50000

/* Returns: (transfer full): how many rows are selected, over what time, and their size; NULL if at most
 * one is. */
static char *
describe_selection (WeirStreamPage *self)
{
  WeirRowSelection *selection = weir_event_list_get_selection (self->list);
  const guint64 n = selection != NULL ? weir_row_selection_get_size (selection) : 0;
  char count[WEIR_FORMAT_LENGTH], size[WEIR_FORMAT_LENGTH];
  g_autofree char *selected = NULL;
  gint64 first_us = 0, last_us = 0;
  const WeirRows *rows;
  guint64 bytes = 0;
  WeirRowInfo info;
  WeirLog *log;

  if (n < 2)
    return NULL;
  selected = g_strdup_printf (ngettext ("%s selected", "%s selected", (gulong) n),
                              weir_format_count (count, n));
  if (n > MAX_SUMMED_ROWS)
    return g_steal_pointer (&selected);
  log = weir_view_get_log (weir_row_selection_get_view (selection));
  rows = weir_row_selection_get_rows (selection);
  for (guint64 row = 0; (row = weir_rows_find (rows, row)) != WEIR_NO_ROW; row++)
    {
      if (!weir_log_get_row (log, row, &info))
        continue;
      if (first_us == 0)
        first_us = info.time_us;
      last_us = MAX (last_us, info.time_us);
      bytes += info.size;
    }
  weir_format_size (size, bytes);
  return g_strdup_printf (_ ("%s · %.1f s · %s"), selected, (double) (last_us - first_us) / 1e6,
                          size);
}

static void
update_counts (WeirStreamPage *self)
{
  WeirLog *log = weir_stream_item_get_log (self->item);
  WeirRateHistory *history = weir_stream_item_get_history (self->item);
  char events[WEIR_FORMAT_LENGTH], bytes[WEIR_FORMAT_LENGTH], rate[WEIR_FORMAT_LENGTH];
  g_autofree char *text = NULL, *disk = NULL, *shown = NULL;
  guint64 n_events;

  if (log == NULL)
    {
      gtk_label_set_text (self->count_label, "");
      return;
    }
  if (self->selected != NULL)
    {
      gtk_label_set_text (self->count_label, self->selected);
      return;
    }
  n_events = weir_log_get_n_events (log);
  text = g_strdup_printf (ngettext ("%s event · %s · %s", "%s events · %s · %s", (gulong) n_events),
                          weir_format_count (events, n_events),
                          weir_format_size (bytes, weir_log_get_n_bytes (log)),
                          weir_format_rate (rate, weir_rate_history_get_rate (history)));
  disk = weir_stream_text_describe_disk (self->item);
  shown = g_strjoin (" · ", text, disk, NULL);
  gtk_label_set_text (self->count_label, shown);
}

static void
update_state (WeirStreamPage *self)
{
  const WeirStreamState state = weir_stream_item_get_state (self->item);
  const gboolean failed = weir_stream_item_get_error (self->item) != NULL;
  const char *status = weir_stream_item_get_status (self->item);
  g_autofree char *silence = weir_stream_item_describe_silence (self->item, TRUE);
  g_autofree char *details = NULL;

  if (state == WEIR_STREAM_STATE_OPEN && has_rows (self) && !has_events (self))
    status = _ ("Connected. The server has sent only comments and no event so far.");
  gtk_image_set_from_icon_name (self->state_icon, weir_state_get_icon (state, failed));
  weir_state_set_style (GTK_WIDGET (self->state_icon), state, failed,
                        weir_stream_item_is_quiet (self->item));
  gtk_label_set_text (self->state_label, silence != NULL ? silence : status);
  details = g_strjoin ("\n", status, silence, NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->state_label), details);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), has_rows (self) ? "rows" : "status");
}

static gboolean
count_down (gpointer data)
{
  WeirStreamPage *self = WEIR_STREAM_PAGE (data);

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return G_SOURCE_CONTINUE;
  update_status_page (self);
  update_banner (self);
  weir_filter_bar_refresh (self->filter_bar);
  return G_SOURCE_CONTINUE;
}

/* Shows whether the filter hides all rows, or the row in the inspector. */
static void
update_hidden (WeirStreamPage *self)
{
  WeirView *view = weir_stream_item_get_view (self->item);
  WeirRow *row = weir_inspector_get_row (self->inspector);
  gboolean nothing = FALSE, hidden = FALSE;

  if (view != NULL && weir_view_get_filter (view) != NULL)
    nothing = weir_view_get_n_matches (view) == 0 && weir_view_is_decided (view, 0);
  if (view != NULL && row != NULL && weir_row_get_log (row) == weir_view_get_log (view))
    hidden = weir_view_is_decided (view, weir_row_get_number (row))
             && !weir_view_is_match (view, weir_row_get_number (row));
  gtk_widget_set_visible (self->nothing_found, nothing);
  gtk_widget_set_visible (self->hidden_notice, hidden);
}

static void
filter_changed (WeirStreamPage *self)
{
  WeirView *view = weir_stream_item_get_view (self->item);
  g_autoptr (WeirFilter) filter = weir_filter_bar_make_filter (self->filter_bar);

  weir_highlight_set_words (weir_event_list_get_highlight (self->list),
                            weir_filter_bar_get_words (self->filter_bar));
  if (view != NULL && (filter != NULL || weir_view_get_filter (view) != NULL))
    weir_view_set_filter (view, filter);
}

static void
set_view (WeirStreamPage *self, WeirView *view)
{
  if (!weir_event_list_set_view (self->list, view))
    return;
  g_clear_pointer (&self->selected, g_free);
  weir_filter_bar_set_view (self->filter_bar, view);
  filter_changed (self);
}

static void
update_replay (WeirStreamPage *self)
{
  GAction *replay = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "replay");

  weir_replay_bar_set_player (self->replay_bar, weir_stream_item_get_player (self->item));
  g_simple_action_set_enabled (G_SIMPLE_ACTION (replay), weir_stream_item_can_replay (self->item));
}

static void
update (WeirStreamPage *self)
{
  const gboolean waiting =
      weir_stream_item_get_resume_us (self->item) != 0 || weir_event_list_get_paused (self->list);

  set_view (self, weir_stream_item_get_view (self->item));
  update_replay (self);
  update_state (self);
  update_status_page (self);
  update_banner (self);
  update_counts (self);
  weir_filter_bar_refresh (self->filter_bar);
  if (waiting && self->countdown_timeout == 0)
    self->countdown_timeout = g_timeout_add (COUNTDOWN_MS, count_down, self);
  else if (!waiting)
    g_clear_handle_id (&self->countdown_timeout, g_source_remove);
}

static gboolean
speak (gpointer data)
{
  WeirStreamPage *self = WEIR_STREAM_PAGE (data);
  WeirLog *log = weir_stream_item_get_log (self->item);
  const guint64 events = log != NULL ? weir_log_get_n_events (log) : 0;
  g_autofree char *text = NULL;
  char count[WEIR_FORMAT_LENGTH];

  if (events <= self->spoken_events)
    {
      self->speak_timeout = 0;
      return G_SOURCE_REMOVE;
    }
  text = g_strdup_printf (
      ngettext ("%s event arrived", "%s events arrived", (gulong) (events - self->spoken_events)),
      weir_format_count (count, events - self->spoken_events));
  gtk_label_set_text (self->spoken_label, text);
  self->spoken_events = events;
  return G_SOURCE_CONTINUE;
}

static void
show_awaited_row (WeirStreamPage *self)
{
  WeirView *view = weir_stream_item_get_view (self->item);
  guint64 total;

  if (self->awaited_row == WEIR_NO_ROW || view == NULL)
    return;
  weir_view_get_progress (view, &total);
  if (self->awaited_row < total)
    weir_stream_page_show_row (self, self->awaited_row);
}

static void
ticked (WeirStreamPage *self)
{
  show_awaited_row (self);
  update_hidden (self);
  if (self->speak_timeout == 0)
    self->speak_timeout = g_timeout_add_seconds (SPEAK_EVERY_S, speak, self);
}

/* A page in the background is updated when it is shown. */
static void
rate_changed (WeirStreamPage *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  update_counts (self);
  update_state (self);
  if (!has_rows (self))
    update_status_page (self);
  update_banner (self);
  weir_filter_bar_refresh (self->filter_bar);
  update_hidden (self);
}

static void
range_selected (WeirStreamPage *self, guint64 first, guint64 n)
{
  WeirView *view = weir_stream_item_get_view (self->item);
  guint position;

  if (view == NULL)
    return;
  weir_view_find_row (view, first, &position);
  weir_event_list_go_to (self->list, position);
  weir_row_selection_select_numbers (weir_event_list_get_selection (self->list), first, n);
}

static void
selection_changed (WeirStreamPage *self)
{
  g_autoptr (WeirRow) row = weir_event_list_get_selected_row (self->list);
  WeirStream *stream;

  g_free (self->selected);
  self->selected = describe_selection (self);
  update_counts (self);
  if (row == NULL)
    return;
  stream = weir_stream_item_get_stream (self->item);
  weir_inspector_set_row (self->inspector, row,
                          stream != NULL ? weir_stream_get_connection (stream) : NULL);
  weir_split_set_reveal_side (self->split, TRUE);
  update_hidden (self);
}

static void
following_changed (WeirStreamPage *self)
{
  gtk_revealer_set_reveal_child (self->follow_revealer,
                                 !weir_event_list_get_following (self->list));
}

static void
follow (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirStreamPage *self = WEIR_STREAM_PAGE (widget);

  weir_event_list_set_paused (self->list, FALSE);
  weir_event_list_set_following (self->list, TRUE);
}

/* Connects without encryption. */
static void
use_http (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirStreamItem *item = WEIR_STREAM_PAGE (widget)->item;
  const char *https = weir_stream_item_get_config (item)->address;
  g_autofree char *address = g_strconcat ("http://", https + strlen ("https://"), NULL);

  weir_stream_item_open_address (item, address);
}

static void
show_all_rows (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  g_object_set (WEIR_STREAM_PAGE (widget)->filter_bar, "revealed", FALSE, NULL);
}

static void
filter_revealed (WeirStreamPage *self)
{
  gboolean revealed;

  g_object_get (self->filter_bar, "revealed", &revealed, NULL);
  if (!revealed)
    gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static void
focus_filter (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  weir_filter_bar_focus (WEIR_STREAM_PAGE (widget)->filter_bar);
}

static void
find (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  weir_filter_bar_begin_find (WEIR_STREAM_PAGE (widget)->filter_bar);
}

static void
find_next (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirStreamPage *self = WEIR_STREAM_PAGE (widget);
  g_autoptr (WeirRow) row = weir_event_list_get_selected_row (self->list);

  weir_filter_bar_find (self->filter_bar, row != NULL ? weir_row_get_number (row) : WEIR_NO_ROW,
                        g_str_equal (g_action_get_name (G_ACTION (action)), "find-previous"));
}

/* Starts a replay, or returns to the whole recording. */
static void
replay (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirStreamItem *item = WEIR_STREAM_PAGE (widget)->item;

  weir_stream_item_set_replaying (item, weir_stream_item_get_player (item) == NULL);
}

static void
close_inspector (GSimpleAction *action, GVariant *parameter, gpointer widget)
{
  WeirStreamPage *self = WEIR_STREAM_PAGE (widget);
  WeirRowSelection *selection = weir_event_list_get_selection (self->list);

  if (!weir_split_get_reveal_side (self->split))
    g_object_set (self->filter_bar, "revealed", FALSE, NULL);
  weir_split_set_reveal_side (self->split, FALSE);
  if (selection != NULL)
    weir_row_selection_clear (selection);
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static void
weir_stream_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (weir_stream_page_parent_class)->map (widget);
  update (WEIR_STREAM_PAGE (widget));
  update_hidden (WEIR_STREAM_PAGE (widget));
}

static void
weir_stream_page_dispose (GObject *object)
{
  WeirStreamPage *self = WEIR_STREAM_PAGE (object);

  g_clear_handle_id (&self->countdown_timeout, g_source_remove);
  g_clear_handle_id (&self->speak_timeout, g_source_remove);
  /* Others may keep the two for longer, and neither may speak to a page without its parts. */
  if (self->list != NULL)
    g_signal_handlers_disconnect_by_data (self->list, self);
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  /* Actions for properties keep the widgets that have them, and those would keep the actions. */
  gtk_widget_insert_action_group (GTK_WIDGET (self), "page", NULL);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->actions);
  g_clear_pointer (&self->shown_evidence, weir_connection_info_unref);
  g_clear_pointer (&self->selected, g_free);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (weir_stream_page_parent_class)->dispose (object);
}

static void
weir_stream_page_class_init (WeirStreamPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_stream_page_dispose;
  widget_class->map = weir_stream_page_map;

  g_type_ensure (WEIR_TYPE_BANNER);
  g_type_ensure (WEIR_TYPE_CONNECTION_VIEW);
  g_type_ensure (WEIR_TYPE_EVENT_LIST);
  g_type_ensure (WEIR_TYPE_FILTER_BAR);
  g_type_ensure (WEIR_TYPE_INSPECTOR);
  g_type_ensure (WEIR_TYPE_RATE_STRIP);
  g_type_ensure (WEIR_TYPE_REPLAY_BAR);
  g_type_ensure (WEIR_TYPE_SPLIT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/weir_monitor/Weir/weir-stream-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, box);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, banner);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, replay_bar);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, filter_bar);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, strip);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, stack);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, split);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, list);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, inspector);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, follow_revealer);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, nothing_found);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, hidden_notice);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, show_all_button);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, status_page);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, status_button);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, token_button);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, http_button);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, edit_button);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, evidence);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, evidence_view);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, state_icon);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, state_label);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, count_label);
  gtk_widget_class_bind_template_child (widget_class, WeirStreamPage, spoken_label);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
add_property_action (GSimpleActionGroup *group,
                     const char *name,
                     gpointer object,
                     const char *property)
{
  g_autoptr (GPropertyAction) action = g_property_action_new (name, object, property);

  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
}

static void
weir_stream_page_init (WeirStreamPage *self)
{
  static const GActionEntry actions[] = {
    { .name = "follow", .activate = follow },
    { .name = "use-http", .activate = use_http },
    { .name = "show-all-rows", .activate = show_all_rows },
    { .name = "focus-filter", .activate = focus_filter },
    { .name = "find", .activate = find },
    { .name = "find-next", .activate = find_next },
    { .name = "find-previous", .activate = find_next },
    { .name = "close-inspector", .activate = close_inspector },
    { .name = "replay", .activate = replay },
  };

  gtk_widget_init_template (GTK_WIDGET (self));
  self->awaited_row = WEIR_NO_ROW;
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), actions, G_N_ELEMENTS (actions),
                                   self);
  weir_replay_bar_add_actions (self->replay_bar, G_ACTION_MAP (self->actions));
  add_property_action (self->actions, "pause", self->list, "paused");
  add_property_action (self->actions, "following", self->list, "following");
  gtk_widget_insert_action_group (GTK_WIDGET (self), "page", G_ACTION_GROUP (self->actions));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->status_button), "win.connect");
  g_signal_connect_swapped (self->list, "selection-changed", G_CALLBACK (selection_changed), self);
  g_signal_connect_swapped (self->list, "notify::following", G_CALLBACK (following_changed), self);
  g_signal_connect_swapped (self->list, "notify::paused", G_CALLBACK (update), self);
  add_property_action (self->actions, "filter", self->filter_bar, "revealed");
  g_settings_bind (weir_settings_get (), "show-rate-strip", self->strip, "visible",
                   G_SETTINGS_BIND_GET);
  g_signal_connect_swapped (self->filter_bar, "changed", G_CALLBACK (filter_changed), self);
  g_signal_connect_swapped (self->filter_bar, "notify::revealed", G_CALLBACK (filter_revealed),
                            self);
  g_object_bind_property (self->filter_bar, "revealed", self->show_all_button, "visible",
                          G_BINDING_SYNC_CREATE);
  g_signal_connect_swapped (self->filter_bar, "found", G_CALLBACK (weir_stream_page_go_to_row),
                            self);
  g_signal_connect_swapped (self->strip, "range-selected", G_CALLBACK (range_selected), self);
  g_signal_connect_swapped (self->list, "ticked", G_CALLBACK (ticked), self);
}

GtkWidget *
weir_stream_page_new (WeirStreamItem *item)
{
  WeirStreamPage *self = g_object_new (WEIR_TYPE_STREAM_PAGE, NULL);

  self->item = g_object_ref (item);
  weir_filter_bar_set_bookmarks (self->filter_bar, weir_stream_item_get_bookmarks (item));
  weir_rate_strip_set_history (self->strip, weir_stream_item_get_history (item));
  g_signal_connect_object (item, "notify::status", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::rate", G_CALLBACK (rate_changed), self,
                           G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

WeirStreamItem *
weir_stream_page_get_item (WeirStreamPage *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_PAGE (self), NULL);

  return self->item;
}

WeirEventList *
weir_stream_page_get_list (WeirStreamPage *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_PAGE (self), NULL);

  return self->list;
}

void
weir_stream_page_go_to_row (WeirStreamPage *self, guint64 row)
{
  WeirView *view;
  guint position;

  g_return_if_fail (WEIR_IS_STREAM_PAGE (self));

  view = weir_stream_item_get_view (self->item);
  if (view == NULL || row == WEIR_NO_ROW)
    return;
  weir_view_find_row (view, row, &position);
  weir_event_list_go_to (self->list,
                         MIN (position, g_list_model_get_n_items (G_LIST_MODEL (view)) - 1));
}

void
weir_stream_page_show_row (WeirStreamPage *self, guint64 row)
{
  WeirView *view;
  guint64 total;
  guint position;

  g_return_if_fail (WEIR_IS_STREAM_PAGE (self));

  view = weir_stream_item_get_view (self->item);
  self->awaited_row = WEIR_NO_ROW;
  if (view == NULL || row >= weir_log_get_n_rows (weir_view_get_log (view)))
    return;
  weir_view_get_progress (view, &total);
  if (row >= total)
    {
      /* The row is newer than what the list shows. */
      weir_event_list_set_paused (self->list, FALSE);
      weir_view_tick (view);
    }
  weir_stream_page_go_to_row (self, row);
  if (!weir_view_find_row (view, row, &position))
    weir_row_selection_select_numbers (weir_event_list_get_selection (self->list), row, 1);
}

void
weir_stream_page_await_row (WeirStreamPage *self, guint64 row)
{
  g_return_if_fail (WEIR_IS_STREAM_PAGE (self));

  self->awaited_row = row;
  show_awaited_row (self);
}

WeirFilterBar *
weir_stream_page_get_filter_bar (WeirStreamPage *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_PAGE (self), NULL);

  return self->filter_bar;
}

GActionMap *
weir_stream_page_get_actions (WeirStreamPage *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_PAGE (self), NULL);

  return G_ACTION_MAP (self->actions);
}

WeirInspector *
weir_stream_page_get_inspector (WeirStreamPage *self)
{
  g_return_val_if_fail (WEIR_IS_STREAM_PAGE (self), NULL);

  return self->inspector;
}
