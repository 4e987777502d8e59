/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-arguments.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* GOption prints the help and exits. It ignores errors of writing. */
static void
print (const char *text)
{
  if ((fputs (text, stdout) >= 0 && fflush (stdout) == 0) || errno == EPIPE)
    return;
  fprintf (stderr, "%s: ", g_get_prgname ());
  fprintf (stderr, _ ("The output cannot be written: %s."), g_strerror (errno));
  fputc ('\n', stderr);
  exit (EXIT_FAILURE);
}

gboolean
weir_arguments_parse (GOptionContext *context, int *argc, char ***argv, GError **error)
{
  g_autoptr (GError) problem = NULL;

  g_set_print_handler (print);
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
weir_arguments_read_number (const WeirNumberOption *option,
                            const char *text,
                            gint64 *number,
                            GError **error)
{
  if (text == NULL
      || g_ascii_string_to_signed (text, 10, option->least, option->most, number, NULL))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("%s must be a number from %lld to %lld, not “%s”."), option->option,
               (long long) option->least, (long long) option->most, text);
  return FALSE;
}

/* Returns 0 or errno. */
static int
read_file (const char *path, GByteArray *bytes)
{
  FILE *file = g_fopen (path, "re");
  guint8 buffer[4096];
  gsize n;
  int error = 0;

  if (file == NULL)
    return errno;
  while ((n = fread (buffer, 1, sizeof buffer, file)) > 0)
    g_byte_array_append (bytes, buffer, (guint) n);
  if (ferror (file))
    error = errno;
  fclose (file);
  return error;
}

GBytes *
weir_arguments_load (const char *option, const char *value, GError **error)
{
  g_autoptr (GByteArray) bytes = NULL;
  int problem;

  if (*value != '@')
    return g_bytes_new (value, strlen (value));
  bytes = g_byte_array_new ();
  problem = read_file (value + 1, bytes);
  if (problem == 0)
    return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               /* Translators: the file, the option, and the system's reason. */
               _ ("“%s” for %s cannot be read: %s."), value + 1, option, g_strerror (problem));
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
                   _ ("The file after “@” for %s contains a NUL byte. It must be text."), option);
      return NULL;
    }
  return g_strndup (length > 0 ? text : "", length);
}
