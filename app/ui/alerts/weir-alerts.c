/* SPDX-License-Identifier: MIT */
#include "weir-alerts.h"

#include "weir-alert-watch.h"

#define TICK_MS 500

struct _WeirAlerts
{
  GObject parent_instance;

  GtkApplication *application;
  WeirStreamList *streams;
  GHashTable *watches; /* WeirStreamItem → WeirAlertWatch */
  guint timeout;       /* 0: there is nothing to watch for */
};

G_DEFINE_FINAL_TYPE (WeirAlerts, weir_alerts, G_TYPE_OBJECT)

static WeirMainWindow *
get_window (WeirAlerts *self)
{
  for (GList *l = gtk_application_get_windows (self->application); l != NULL; l = l->next)
    if (WEIR_IS_MAIN_WINDOW (l->data))
      return l->data;
  return NULL;
}

/* A dialog in front of the stream does not hide it. */
static gboolean
is_active (WeirAlerts *self)
{
  for (GList *l = gtk_application_get_windows (self->application); l != NULL; l = l->next)
    if (gtk_window_is_active (l->data))
      return TRUE;
  return FALSE;
}

static gboolean
tick (gpointer data)
{
  WeirAlerts *self = WEIR_ALERTS (data);
  WeirMainWindow *window = is_active (self) ? get_window (self) : NULL;
  WeirStreamItem *shown = window != NULL ? weir_main_window_get_item (window) : NULL;
  const gint64 now_us = g_get_monotonic_time ();
  gboolean needed = FALSE;
  GHashTableIter iter;
  gpointer item, watch;

  g_hash_table_iter_init (&iter, self->watches);
  while (g_hash_table_iter_next (&iter, &item, &watch))
    needed |= weir_alert_watch_tick (watch, now_us, item == shown ? window : NULL);
  if (needed)
    return G_SOURCE_CONTINUE;
  self->timeout = 0;
  return G_SOURCE_REMOVE;
}

static void
tick_from_now (WeirAlerts *self)
{
  if (self->timeout == 0)
    self->timeout = g_timeout_add (TICK_MS, tick, self);
}

static gboolean
is_gone (gpointer item, gpointer watch, gpointer self)
{
  return weir_stream_list_find (WEIR_ALERTS (self)->streams, item) == G_MAXUINT;
}

static void
streams_changed (WeirAlerts *self, guint position, guint removed, guint added)
{
  if (removed > 0)
    g_hash_table_foreach_remove (self->watches, is_gone, self);
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (WeirStreamItem) item = g_list_model_get_item (G_LIST_MODEL (self->streams), i);

      if (g_hash_table_contains (self->watches, item))
        continue;
      g_hash_table_insert (self->watches, item,
                           weir_alert_watch_new (G_APPLICATION (self->application), item));
      g_signal_connect_object (item, "notify::alert-filter", G_CALLBACK (tick_from_now), self,
                               G_CONNECT_SWAPPED);
      tick_from_now (self);
    }
}

static WeirStreamItem *
find_item (WeirAlerts *self, const char *uuid)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->watches);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    if (g_str_equal (weir_stream_item_get_config (item)->uuid, uuid))
      return item;
  return NULL;
}

static void
show_alert (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  WeirAlerts *self = WEIR_ALERTS (data);
  WeirMainWindow *window = get_window (self);
  WeirStreamItem *item;
  WeirStreamPage *page;
  const char *uuid;
  guint64 row;

  g_variant_get (parameter, "(&st)", &uuid, &row);
  item = find_item (self, uuid);
  if (window == NULL)
    return;
  gtk_window_present (GTK_WINDOW (window));
  if (item == NULL)
    return;
  weir_main_window_select_item (window, item);
  page = weir_main_window_get_page (window);
  if (row != WEIR_NO_ROW && page != NULL && weir_stream_page_get_item (page) == item)
    weir_stream_page_show_row (page, row);
}

static void
weir_alerts_dispose (GObject *object)
{
  WeirAlerts *self = WEIR_ALERTS (object);

  g_clear_handle_id (&self->timeout, g_source_remove);
  g_hash_table_remove_all (self->watches);
  g_clear_object (&self->streams);
  G_OBJECT_CLASS (weir_alerts_parent_class)->dispose (object);
}

static void
weir_alerts_finalize (GObject *object)
{
  g_hash_table_unref (WEIR_ALERTS (object)->watches);
  G_OBJECT_CLASS (weir_alerts_parent_class)->finalize (object);
}

static void
weir_alerts_class_init (WeirAlertsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = weir_alerts_dispose;
  object_class->finalize = weir_alerts_finalize;
}

static void
weir_alerts_init (WeirAlerts *self)
{
  self->watches = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) weir_alert_watch_free);
}

WeirAlerts *
weir_alerts_new (GtkApplication *application, WeirStreamList *streams)
{
  WeirAlerts *self = g_object_new (WEIR_TYPE_ALERTS, NULL);
  g_autoptr (GSimpleAction) show = g_simple_action_new ("show-alert", G_VARIANT_TYPE ("(st)"));

  self->application = application;
  self->streams = g_object_ref (streams);
  g_signal_connect_object (show, "activate", G_CALLBACK (show_alert), self, 0);
  g_action_map_add_action (G_ACTION_MAP (application), G_ACTION (show));
  g_signal_connect_object (streams, "items-changed", G_CALLBACK (streams_changed), self,
                           G_CONNECT_SWAPPED);
  streams_changed (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (streams)));
  return self;
}
