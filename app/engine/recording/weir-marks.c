/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-marks-private.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

void
weir_marks_append (GString *lines, const WeirMarkLine *line)
{
  gsize begin;

  if (line->what == 'c')
    g_string_append_printf (lines, "c %u %" G_GINT64_FORMAT, line->number, line->time_us);
  else if (line->what == 'n')
    g_string_append_printf (lines, "n %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %u", line->offset,
                            line->time_us, line->number);
  else
    g_string_append_printf (lines, "%c %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT, line->what,
                            line->offset, line->time_us);
  if (line->text != NULL)
    {
      g_string_append_c (lines, ' ');
      begin = lines->len;
      g_string_append (lines, line->text);
      for (gsize i = begin; i < lines->len; i++)
        if ((guchar) lines->str[i] < 0x20)
          lines->str[i] = ' ';
    }
  g_string_append_c (lines, '\n');
}

static gboolean
take_number (char **at, guint64 *number)
{
  char *end;

  if (!g_ascii_isdigit (**at))
    return FALSE;
  *number = g_ascii_strtoull (*at, &end, 10);
  *at = *end == ' ' ? end + 1 : end;
  return *end == ' ' || *end == '\0';
}

static gboolean
parse (char *at, WeirMarkLine *line)
{
  guint64 first, time_us, kind = 0;

  if (strchr ("corne", at[0]) == NULL || at[0] == '\0' || at[1] != ' ')
    return FALSE;
  *line = (WeirMarkLine){ .what = at[0] };
  at += 2;
  if (!take_number (&at, &first) || !take_number (&at, &time_us))
    return FALSE;
  if (line->what == 'n' && !take_number (&at, &kind))
    return FALSE;
  if (line->what == 'c')
    line->number = (guint) first;
  else
    line->offset = first;
  if (line->what == 'n')
    line->number = (guint) kind;
  line->time_us = (gint64) time_us;
  line->text = at;
  return TRUE;
}

gboolean
weir_marks_next (char **text, WeirMarkLine *line)
{
  char *end;

  while ((end = strchr (*text, '\n')) != NULL)
    {
      char *begin = *text;

      *end = '\0';
      *text = end + 1;
      if (parse (begin, line))
        return TRUE;
    }
  return FALSE;
}

gboolean
weir_marks_check_head (const char *text, const char *path, GError **error)
{
  static const char word[] = "weir-recording ";
  guint64 version = 0;

  if (g_str_has_prefix (text, word))
    version = g_ascii_strtoull (text + strlen (word), NULL, 10);
  if (version == WEIR_RECORDING_VERSION)
    return TRUE;
  if (version > WEIR_RECORDING_VERSION)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                 _ ("“%s” was recorded by a newer Weir; update this one to open it."), path);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _ ("“%s” is not a recording's list of marks; move it away to open the rest."),
                 path);
  return FALSE;
}
