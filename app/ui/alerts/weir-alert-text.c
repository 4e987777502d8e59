/* SPDX-License-Identifier: MIT */
#include "weir-alert-text.h"

#include <glib/gi18n.h>

#include "common/weir-format.h"

/* Characters that are said of each. */
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

char *
weir_alert_text_make_body (const char *text)
{
  return make_plain (text, MAX_TEXT, TRUE);
}

char *
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

char *
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

char *
weir_alert_text_describe_row (WeirRow *row)
{
  g_autofree char *type = make_plain (weir_row_get_type_name (row), MAX_TYPE, TRUE);
  g_autofree char *text = weir_alert_text_make_body (weir_row_get_preview (row));

  /* Translators: an event's type, and the beginning of its data. */
  return g_strdup_printf (_ ("%s: %s"), type, text);
}
