/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-arguments.h"

#include <glib/gi18n-lib.h>
#include <string.h>

gboolean
weir_arguments_parse (GOptionContext *context, int *argc, char ***argv, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (g_option_context_parse (context, argc, argv, &problem))
    return TRUE;
  if (g_error_matches (problem, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION))
    g_set_error (error, problem->domain, problem->code,
                 /* Translators: "Unknown option --x". */
                 _ ("%s; --help lists the options."), problem->message);
  else
    g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

gboolean
weir_arguments_read_number (
    const char *option, const char *text, gint64 least, gint64 most, gint64 *number, GError **error)
{
  if (text == NULL || g_ascii_string_to_signed (text, 10, least, most, number, NULL))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("%s must be a number from %lld to %lld, not “%s”."), option, (long long) least,
               (long long) most, text);
  return FALSE;
}

GBytes *
weir_arguments_load (const char *option, const char *value, GError **error)
{
  g_autoptr (GError) cause = NULL;
  char *contents;
  gsize length;

  if (*value != '@')
    return g_bytes_new (value, strlen (value));
  if (g_file_get_contents (value + 1, &contents, &length, &cause))
    return g_bytes_new_take (contents, length);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("The file after “@” for %s cannot be read: %s."), option, cause->message);
  return NULL;
}

char *
weir_arguments_load_line (const char *option, const char *value, GError **error)
{
  g_autoptr (GBytes) bytes = weir_arguments_load (option, value, error);
  gsize length;
  const char *text;

  if (bytes == NULL)
    return NULL;
  text = g_bytes_get_data (bytes, &length);
  while (*value == '@' && length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
    length--;
  if (length > 0 && memchr (text, '\0', length))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("The file after “@” for %s holds a NUL byte; it must be text."), option);
      return NULL;
    }
  return g_strndup (length > 0 ? text : "", length);
}
