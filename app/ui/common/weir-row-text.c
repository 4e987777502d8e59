/* SPDX-License-Identifier: MIT */
#include "weir-row-text.h"

#include <glib/gi18n.h>

#include "weir-format.h"

gint64
weir_row_text_get_start_us (WeirRow *row)
{
  WeirRowInfo info;

  return weir_log_get_row (weir_row_get_log (row), 0, &info) ? info.time_us : 0;
}

gint64
weir_row_text_get_gap_us (WeirRow *row, guint64 since)
{
  const gint64 time_us = weir_row_get_time_us (row);
  WeirRowInfo info;

  if (time_us <= 0 || !weir_log_get_row (weir_row_get_log (row), since, &info) || info.time_us <= 0)
    return -1;
  return MAX (0, time_us - info.time_us);
}

char *
weir_row_text_get_data (WeirRow *row)
{
  GBytes *data = weir_row_get_data (row);
  gsize length;
  const char *text = g_bytes_get_data (data, &length);

  return g_strndup (text != NULL ? text : "", length);
}

static char *
describe_event (WeirRow *row, const char *time)
{
  const char *id = weir_row_get_id (row);

  if (id == NULL || *id == '\0')
    return g_strdup_printf (_ ("Event %s at %s: %s"), weir_row_get_type_name (row), time,
                            weir_row_get_preview (row));
  return g_strdup_printf (_ ("Event %s, ID %s, at %s: %s"), weir_row_get_type_name (row), id, time,
                          weir_row_get_preview (row));
}

static char *
describe (WeirRow *row, const char *gap)
{
  char buffer[WEIR_FORMAT_LENGTH];
  const char *clock = weir_format_time (buffer, weir_row_get_time_us (row), 0, WEIR_TIME_CLOCK);
  g_autofree char *time = g_strconcat (clock, *gap != '\0' ? ", " : "", gap, NULL);
  const char *preview = weir_row_get_preview (row);

  switch (weir_row_get_kind (row))
    {
    case WEIR_ROW_EVENT:
      return describe_event (row, time);
    case WEIR_ROW_COMMENT:
      return g_strdup_printf (_ ("Comment at %s: %s"), time, preview);
    case WEIR_ROW_RETRY:
      return g_strdup_printf (_ ("Reconnection time at %s: %s"), time, preview);
    case WEIR_ROW_FINDING:
      return g_strdup_printf (_ ("Finding at %s: %s"), time, preview);
    case WEIR_ROW_MARK:
      return g_strdup_printf (_ ("Connection at %s: %s"), time, preview);
    case WEIR_ROW_GONE:
    default:
      return g_strdup (_ ("A deleted row"));
    }
}

char *
weir_row_text_describe (WeirRow *row, const char *gap, const char *note)
{
  g_autofree char *text = describe (row, gap);

  if (note == NULL)
    return g_steal_pointer (&text);
  if (*note == '\0')
    return g_strdup_printf (_ ("%s, bookmarked"), text);
  return g_strdup_printf (_ ("%s, bookmarked: %s"), text, note);
}

static void
append_string (GString *json, const char *name, const char *text, gsize length)
{
  g_string_append_printf (json, ",\"%s\":\"", name);
  for (gsize i = 0; i < length; i++)
    {
      const guchar c = (guchar) text[i];

      if (c == '"' || c == '\\')
        g_string_append_printf (json, "\\%c", c);
      else if (c == '\n')
        g_string_append (json, "\\n");
      else if (c < 0x20)
        g_string_append_printf (json, "\\u%04x", c);
      else
        g_string_append_c (json, (char) c);
    }
  g_string_append_c (json, '"');
}

static void
append_text (GString *json, const char *name, const char *text)
{
  append_string (json, name, text != NULL ? text : "", text != NULL ? strlen (text) : 0);
}

char *
weir_row_text_to_ndjson (WeirRow *row)
{
  const WeirRowKind kind = weir_row_get_kind (row);
  GString *json = g_string_new (NULL);
  gsize length;
  const char *data = g_bytes_get_data (weir_row_get_data (row), &length);

  g_string_append_printf (json, "{\"kind\":\"%s\"", weir_row_kind_get_name (kind));
  if (kind == WEIR_ROW_EVENT)
    {
      append_text (json, "type", weir_row_get_type_name (row));
      append_string (json, "data", data, length);
      append_text (json, "lastEventId", weir_row_get_id (row));
    }
  else
    append_string (json, "text", data, length);
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}
