/* SPDX-License-Identifier: MIT */
#include "weir-alert-watch.h"

#include <glib/gi18n.h>

#include "app/engine/checks/weir-alert.h"
#include "app/engine/filter/weir-query.h"
#include "app/engine/log/weir-row.h"
#include "common/weir-format.h"

/* --- Texts ------------------------------------------------------------------- */

/* Characters shown of each text. */
#define MAX_NAME 60
#define MAX_TYPE 40
#define MAX_TEXT 160

/* What turns the direction of writing could make a text look like another one. */
static gboolean
is_plain (gunichar c)
{
  return !g_unichar_iscntrl (c) && c != 0x061C && c != 0x200E && c != 0x200F && c != 0x2028
         && c != 0x2029 && !(c >= 0x202A && c <= 0x202E) && !(c >= 0x2066 && c <= 0x2069);
}

/* At most max characters of text, those that are plain; without_markup, none of them begins markup. */
static char *
make_plain (const char *text, guint max, gboolean without_markup)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *plain = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (!is_plain (c))
        continue;
      if (max-- == 0)
        {
          g_string_append (plain, "…");
          break;
        }
      if (without_markup && c == '<')
        c = 0x2039;
      else if (without_markup && c == '&')
        c = 0xFF06;
      g_string_append_unichar (plain, c);
    }
  return g_string_free (plain, FALSE);
}

static char *
weir_alert_text_make_body (const char *text)
{
  return make_plain (text, MAX_TEXT, TRUE);
}

static char *
weir_alert_text_describe_matches (guint64 n,
                                  gboolean of_events,
                                  const char *filter,
                                  const char *stream)
{
  g_autofree char *question = make_plain (filter, MAX_NAME, FALSE);
  g_autofree char *name = stream != NULL ? make_plain (stream, MAX_NAME, FALSE) : NULL;
  const gulong number = (gulong) n;
  char count[WEIR_FORMAT_LENGTH];

  weir_format_count (count, n);
  if (name == NULL && of_events)
    return g_strdup_printf (ngettext ("%s event matched “%s”", "%s events matched “%s”", number),
                            count, question);
  if (name == NULL)
    return g_strdup_printf (ngettext ("%s row matched “%s”", "%s rows matched “%s”", number), count,
                            question);
  if (of_events)
    return g_strdup_printf (
        ngettext ("%s event matched “%s” in %s", "%s events matched “%s” in %s", number), count,
        question, name);
  return g_strdup_printf (
      ngettext ("%s row matched “%s” in %s", "%s rows matched “%s” in %s", number), count, question,
      name);
}

static char *
weir_alert_text_describe_silence (guint seconds, const char *stream)
{
  g_autofree char *name = stream != NULL ? make_plain (stream, MAX_NAME, FALSE) : NULL;
  const gboolean in_minutes = seconds % 60 == 0;
  const guint n = in_minutes ? seconds / 60 : seconds;

  if (name == NULL && in_minutes)
    return g_strdup_printf (ngettext ("No event for %u minute", "No event for %u minutes", n), n);
  if (name == NULL)
    return g_strdup_printf (ngettext ("No event for %u second", "No event for %u seconds", n), n);
  if (in_minutes)
    return g_strdup_printf (
        ngettext ("No event for %u minute in %s", "No event for %u minutes in %s", n), n, name);
  return g_strdup_printf (
      ngettext ("No event for %u second in %s", "No event for %u seconds in %s", n), n, name);
}

static char *
weir_alert_text_describe_row (WeirRow *row)
{
  g_autofree char *type = make_plain (weir_row_get_type_name (row), MAX_TYPE, TRUE);
  g_autofree char *text = weir_alert_text_make_body (weir_row_get_preview (row));

  /* Translators: an event's type, and the beginning of its data. */
  return g_strdup_printf (_ ("%s: %s"), type, text);
}

/* --- The watch --------------------------------------------------------------- */

/* Minimum interval between two notifications. Matches in between are counted. */
#define REPORT_EVERY_US (10 * G_USEC_PER_SEC)

struct _WeirAlertWatch
{
  GApplication *application;
  WeirStreamItem *item;
  WeirAlert *alert; /* NULL if there is no alert */
  WeirLog *log;     /* the item's, as of the last tick */
  char *matches_id; /* of the two notifications */
  char *silence_id;

  guint64 n, first;   /* unseen matches, and the first of them */
  guint64 n_reported; /* how many of them were reported */
  gint64 reported_us; /* when matches were last reported; 0: never */
  gboolean has_reported_silence;
  gboolean had_window;
  gboolean matches_sent, silence_sent; /* a notification is shown */
  AdwToast *matches_toast;             /* weak */
  AdwToast *silence_toast;             /* weak */
};

/* --- Telling ------------------------------------------------------------------ */

static void
send (WeirAlertWatch *self, const char *id, const char *title, const char *body, guint64 row)
{
  g_autoptr (GNotification) notification = g_notification_new (title);

  g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target (
      notification, "app.show-alert", "(st)", weir_stream_item_get_config (self->item)->uuid, row);
  g_application_send_notification (self->application, id, notification);
}

static void
withdraw (WeirAlertWatch *self, const char *id, gboolean *sent)
{
  if (*sent)
    g_application_withdraw_notification (self->application, id);
  *sent = FALSE;
}

static void
dismiss (AdwToast **toast)
{
  AdwToast *old = *toast;

  g_clear_weak_pointer (toast);
  if (old != NULL)
    adw_toast_dismiss (old);
}

/* Instead of the toast before. */
static AdwToast *
replace_toast (AdwToast **toast, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  dismiss (toast);
  g_set_weak_pointer (toast, adw_toast_new (escaped));
  return *toast;
}

static void
forget_matches (WeirAlertWatch *self)
{
  self->n = self->n_reported = 0;
  self->first = WEIR_NO_ROW;
  withdraw (self, self->matches_id, &self->matches_sent);
}

static void
report_matches (WeirAlertWatch *self, WeirMainWindow *window)
{
  const char *filter = weir_stream_item_get_config (self->item)->alert_filter;
  const gboolean of_events = weir_alert_is_of_events (self->alert);
  g_autofree char *title = NULL, *body = NULL;
  g_autoptr (WeirRow) row = NULL;
  AdwToast *toast;

  if (window == NULL)
    {
      row = weir_row_new (self->log, self->first);
      title = weir_alert_text_describe_matches (self->n, of_events, filter,
                                                weir_stream_item_get_title (self->item));
      body = weir_alert_text_describe_row (row);
      send (self, self->matches_id, title, body, self->first);
      self->matches_sent = TRUE;
      self->n_reported = self->n;
      return;
    }
  title = weir_alert_text_describe_matches (self->n, of_events, filter, NULL);
  toast = replace_toast (&self->matches_toast, title);
  adw_toast_set_button_label (toast, _ ("_Show"));
  adw_toast_set_action_name (toast, "app.show-alert");
  adw_toast_set_action_target (toast, "(st)", weir_stream_item_get_config (self->item)->uuid,
                               self->first);
  weir_main_window_add_toast (window, toast);
  forget_matches (self);
}

static void
report_silence (WeirAlertWatch *self, WeirMainWindow *window)
{
  const guint seconds = weir_stream_item_get_config (self->item)->alert_silence_s;
  g_autofree char *title = NULL, *body = NULL;
  AdwToast *toast;

  if (window == NULL)
    {
      title = weir_alert_text_describe_silence (seconds, weir_stream_item_get_title (self->item));
      body = weir_alert_text_make_body (weir_stream_item_get_status (self->item));
      send (self, self->silence_id, title, body, WEIR_NO_ROW);
      self->silence_sent = TRUE;
      weir_stream_item_set_has_unseen_alert (self->item, TRUE);
      return;
    }
  title = weir_alert_text_describe_silence (seconds, NULL);
  toast = replace_toast (&self->silence_toast, title);
  adw_toast_set_timeout (toast, 0);
  weir_main_window_add_toast (window, toast);
}

static void
end_silence (WeirAlertWatch *self)
{
  self->has_reported_silence = FALSE;
  withdraw (self, self->silence_id, &self->silence_sent);
  dismiss (&self->silence_toast);
}

/* The stream is visible to the user. */
static void
see (WeirAlertWatch *self)
{
  forget_matches (self);
  withdraw (self, self->silence_id, &self->silence_sent);
  weir_stream_item_set_has_unseen_alert (self->item, FALSE);
}

/* --- Watching ----------------------------------------------------------------- */

static void
forget (WeirAlertWatch *self)
{
  forget_matches (self);
  end_silence (self);
  dismiss (&self->matches_toast);
  weir_stream_item_set_has_unseen_alert (self->item, FALSE);
}

/* A file receives no new events. */
static void
set_log (WeirAlertWatch *self, guint64 first)
{
  weir_alert_set_log (self->alert, weir_stream_item_is_file (self->item) ? NULL : self->log, first);
}

/* Events from before the alert was set do not count. */
static void
configure (WeirAlertWatch *self, gboolean from_now)
{
  const WeirStreamConfig *config = weir_stream_item_get_config (self->item);
  g_autoptr (WeirFilter) filter = NULL;

  forget (self);
  g_clear_pointer (&self->alert, weir_alert_free);
  if (config->alert_filter != NULL)
    filter = weir_query_parse (config->alert_filter, NULL, NULL);
  if (filter == NULL && config->alert_silence_s == 0)
    return;
  self->alert = weir_alert_new (filter, config->alert_silence_s * G_USEC_PER_SEC);
  g_set_object (&self->log, weir_stream_item_get_log (self->item));
  set_log (self, self->log != NULL && from_now ? weir_log_get_n_rows (self->log) : 0);
}

static void
filter_changed (WeirAlertWatch *self)
{
  configure (self, TRUE);
}

/* All events of a new log count. Events of a log that was a file until now do not. */
static void
follow_log (WeirAlertWatch *self)
{
  if (g_set_object (&self->log, weir_stream_item_get_log (self->item)))
    {
      forget_matches (self);
      set_log (self, 0);
    }
  else
    set_log (self, self->log != NULL ? weir_log_get_n_rows (self->log) : 0);
}

static void
take_matches (WeirAlertWatch *self)
{
  guint64 first;
  const guint64 n = weir_alert_take_matches (self->alert, &first);

  if (n > 0 && self->n == 0)
    self->first = first;
  self->n += n;
}

gboolean
weir_alert_watch_tick (WeirAlertWatch *self, gint64 now_us, WeirMainWindow *window)
{
  gboolean silent;

  if (self->alert == NULL)
    return FALSE;
  follow_log (self);
  weir_alert_tick (self->alert, now_us, weir_stream_item_is_live (self->item));
  if (window != NULL && !self->had_window)
    see (self);
  self->had_window = window != NULL;
  take_matches (self);
  if (self->n > 0 && window == NULL)
    weir_stream_item_set_has_unseen_alert (self->item, TRUE);
  if (self->n > self->n_reported
      && (self->reported_us == 0 || now_us - self->reported_us >= REPORT_EVERY_US))
    {
      self->reported_us = now_us;
      report_matches (self, window);
    }
  silent = weir_alert_is_silent (self->alert);
  if (!silent && self->has_reported_silence)
    end_silence (self);
  if (silent && !self->has_reported_silence)
    report_silence (self, window);
  self->has_reported_silence = silent;
  return TRUE;
}

WeirAlertWatch *
weir_alert_watch_new (GApplication *application, WeirStreamItem *item)
{
  WeirAlertWatch *self = g_new0 (WeirAlertWatch, 1);
  const char *uuid = weir_stream_item_get_config (item)->uuid;

  self->application = application;
  self->item = g_object_ref (item);
  self->first = WEIR_NO_ROW;
  self->matches_id = g_strconcat ("matches-", uuid, NULL);
  self->silence_id = g_strconcat ("silence-", uuid, NULL);
  g_signal_connect_swapped (item, "notify::alert-filter", G_CALLBACK (filter_changed), self);
  configure (self, !weir_stream_item_is_live (item));
  return self;
}

void
weir_alert_watch_free (WeirAlertWatch *self)
{
  g_signal_handlers_disconnect_by_data (self->item, self);
  forget (self);
  g_clear_pointer (&self->alert, weir_alert_free);
  g_clear_object (&self->log);
  g_clear_object (&self->item);
  g_free (self->matches_id);
  g_free (self->silence_id);
  g_free (self);
}
