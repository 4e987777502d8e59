/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-recorded-request-private.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/weir-recording-folder.h"

#define SUFFIX ".request"
/* Of a file. Masking can make a body longer than it was. */
#define MOST_BYTES ((guint64) 4 << 20)

char *
weir_recorded_request_make_name (guint connection)
{
  return g_strdup_printf ("%06u" SUFFIX, connection);
}

/* --- Writing ----------------------------------------------------------------- */

/* Appends text as valid UTF-8 without control characters. */
static void
append_text (GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (const char *at = valid; *at != '\0'; at++)
    g_string_append_c (out, (guchar) *at < 0x20 ? ' ' : *at);
}

GString *
weir_recorded_request_format (const WeirConnectionInfo *info)
{
  GString *out;
  g_auto (GStrv) headers = NULL;

  if (info->method == NULL || info->url == NULL || info->request_headers == NULL)
    return NULL;
  out = g_string_new (NULL);
  append_text (out, info->method);
  g_string_append_printf (out, " %" G_GUINT64_FORMAT " ", info->request_bytes);
  append_text (out, info->url);
  g_string_append_c (out, '\n');
  headers = g_strsplit (info->request_headers, "\n", -1);
  for (guint i = 0; headers[i] != NULL; i++)
    if (*headers[i] != '\0')
      {
        append_text (out, headers[i]);
        g_string_append_c (out, '\n');
      }
  g_string_append_c (out, '\n');
  if (info->request_body != NULL)
    g_string_append (out, info->request_body);
  return out;
}

/* --- Reading ----------------------------------------------------------------- */

/* Reads "METHOD SIZE URL". */
static gboolean
parse_first_line (const char *line, WeirConnectionInfo *info)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);

  if (g_strv_length (words) != 3 || *words[0] == '\0' || *words[2] == '\0'
      || !g_ascii_string_to_unsigned (words[1], 10, 0, G_MAXINT64, &info->request_bytes, NULL))
    return FALSE;
  info->method = g_strdup (words[0]);
  info->url = g_strdup (words[2]);
  return TRUE;
}

WeirConnectionInfo *
weir_recorded_request_load (const char *path, guint connection)
{
  g_autoptr (WeirConnectionInfo) info = weir_connection_info_new (connection);
  g_autofree char *name = weir_recorded_request_make_name (connection);
  g_autofree char *file = g_build_filename (path, name, NULL);
  g_autofree char *bytes = NULL;
  g_autofree char *text = NULL;
  char *headers, *body;
  gsize length;

  bytes = weir_recorded_file_read_text (file, MOST_BYTES, &length, NULL);
  if (bytes == NULL)
    return NULL;
  text = g_utf8_make_valid (bytes, (gssize) length);
  headers = strchr (text, '\n');
  /* A file without the empty line was not written completely. */
  body = headers != NULL ? strstr (headers, "\n\n") : NULL;
  if (body == NULL)
    return NULL;
  *headers = '\0';
  if (!parse_first_line (text, info))
    return NULL;
  info->request_headers =
      body > headers ? g_strndup (headers + 1, (gsize) (body - headers)) : g_strdup ("");
  if (body[2] != '\0')
    info->request_body = g_strdup (body + 2);
  return g_steal_pointer (&info);
}

/* --- Space ------------------------------------------------------------------- */

/* Returns: the number in the name of a request's file, or 0 if it is another file. */
static guint
parse_name (const char *name)
{
  guint64 number = 0;
  g_autofree char *digits = NULL;

  if (!g_str_has_suffix (name, SUFFIX))
    return 0;
  digits = g_strndup (name, strlen (name) - strlen (SUFFIX));
  if (!g_ascii_string_to_unsigned (digits, 10, 1, G_MAXINT, &number, NULL))
    return 0;
  return (guint) number;
}

guint64
weir_recorded_requests_measure (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;
  guint64 n_bytes = 0;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      GStatBuf info;

      if (parse_name (name) > 0 && g_lstat (file, &info) == 0 && S_ISREG (info.st_mode))
        n_bytes += (guint64) info.st_size;
    }
  return n_bytes;
}

void
weir_recorded_requests_delete (const char *path, guint before)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      const guint number = parse_name (name);

      if (number > 0 && number < before)
        g_unlink (file);
    }
}
