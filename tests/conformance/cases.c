/* SPDX-License-Identifier: MIT */
#include "cases.h"

#include <string.h>

void
case_escape (GString *to, const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    {
      guchar byte = (guchar) text[i];

      if (byte < 0x20 || byte == 0x7F || byte == '\\')
        g_string_append_printf (to, "\\x%02X", byte);
      else
        g_string_append_c (to, text[i]);
    }
}

/* --- Escapes ------------------------------------------------------------- */

static void unescape (GString *to, const char *text, gsize length);

/* What stands in braces: "{FEFF}" behind \u, or "{200:ab}". Gives the length with the braces. */
static gsize
unescape_braces (GString *to, const char *text, gsize length, gboolean is_character)
{
  const char *end = memchr (text, '}', length);
  guint64 number;
  char *behind;

  if (text[0] != '{' || end == NULL)
    g_error ("an escape lacks its braces: %.20s", text);
  number = g_ascii_strtoull (text + 1, &behind, is_character ? 16 : 10);
  if (is_character && behind == end)
    g_string_append_unichar (to, (gunichar) number);
  else if (!is_character && *behind == ':')
    for (guint64 i = 0; i < number; i++)
      unescape (to, behind + 1, (gsize) (end - behind - 1));
  else
    g_error ("an escape of another kind: %.20s", text);
  return (gsize) (end - text) + 1;
}

static void
unescape (GString *to, const char *text, gsize length)
{
  static const char letters[] = "rnt\\\"", bytes[] = "\r\n\t\\\"";

  for (gsize i = 0; i < length; i++)
    {
      const char *letter;

      if (text[i] != '\\')
        {
          g_string_append_c (to, text[i]);
          continue;
        }
      i++;
      letter = i < length ? strchr (letters, text[i]) : NULL;
      if (letter != NULL && *letter != '\0')
        g_string_append_c (to, bytes[letter - letters]);
      else if (i + 2 < length && text[i] == 'x')
        {
          g_string_append_c (to, (char) (g_ascii_xdigit_value (text[i + 1]) * 16
                                         + g_ascii_xdigit_value (text[i + 2])));
          i += 2;
        }
      else if (i + 1 < length && text[i] == 'u')
        i += unescape_braces (to, text + i + 1, length - i - 1, TRUE);
      else if (i < length && text[i] == '{')
        i += unescape_braces (to, text + i, length - i, FALSE) - 1;
      else if (i == length || text[i] != '\n')
        g_error ("an unknown escape: %.20s", text + i - 1);
    }
}

/* --- Cases --------------------------------------------------------------- */

static void
case_free (gpointer data)
{
  Case *self = data;

  g_free (self->path);
  g_free (self->last_event_id);
  g_clear_pointer (&self->stream, g_bytes_unref);
  if (self->items != NULL)
    g_string_free (self->items, TRUE);
  g_free (self);
}

static void
case_take_option (Case *self, const char *option)
{
  const char *value = strchr (option, '=');
  gsize number = value != NULL ? (gsize) g_ascii_strtoull (value + 1, NULL, 10) : 0;

  if (g_str_has_prefix (option, "max-line-bytes="))
    self->options.max_line_bytes = number;
  else if (g_str_has_prefix (option, "max-event-bytes="))
    self->options.max_event_bytes = number;
  else if (g_str_has_prefix (option, "max-id-bytes="))
    self->options.max_id_bytes = number;
  else if (g_str_has_prefix (option, "last-event-id="))
    self->last_event_id = g_strdup (value + 1);
  else if (g_str_equal (option, "on-limit=skip"))
    self->options.on_limit = WEIR_ON_LIMIT_SKIP;
  else if (g_str_equal (option, "flush"))
    self->flush = TRUE;
  else
    g_error ("%s: an unknown option: %s", self->path, option);
}

static void
case_take_block (Case *self, const char *info, const GString *block)
{
  g_auto (GStrv) words = g_strsplit (info, " ", -1);

  if (g_str_equal (words[0], "stream"))
    {
      GString *stream = g_string_new (NULL);

      unescape (stream, block->str, block->len);
      self->stream = g_string_free_to_bytes (stream);
      for (char **option = words + 1; *option != NULL; option++)
        case_take_option (self, *option);
    }
  else if (g_str_equal (words[0], "items"))
    {
      g_auto (GStrv) lines = g_strsplit (block->str, "\n", -1);

      self->items = g_string_new (NULL);
      for (char **line = lines; *line != NULL && **line != '\0'; line++)
        {
          g_autoptr (GString) text = g_string_new (NULL);

          unescape (text, *line, strlen (*line));
          case_escape (self->items, text->str, text->len);
          g_string_append_c (self->items, '\n');
        }
    }
  else if (!g_str_equal (words[0], "chromium"))
    g_error ("%s: an unknown block: %s", self->path, info);
}

static void
load_file (GPtrArray *cases, const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *topic = g_strndup (name, strlen (name) - strlen (".md"));
  g_autofree char *contents = NULL, *info = NULL;
  g_autoptr (GString) block = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  Case *now = NULL;

  if (!g_file_get_contents (path, &contents, NULL, &error))
    g_error ("%s", error->message);
  lines = g_strsplit (contents, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      if (info == NULL && g_str_has_prefix (*line, "## "))
        {
          now = g_new0 (Case, 1);
          now->path = g_strdup_printf ("%s/%s", topic, *line + 3);
          g_ptr_array_add (cases, now);
        }
      else if (info == NULL && now != NULL && g_str_has_prefix (*line, "```"))
        info = g_strdup (*line + 3);
      else if (info != NULL && g_str_equal (*line, "```"))
        {
          case_take_block (now, info, block);
          g_string_truncate (block, 0);
          g_clear_pointer (&info, g_free);
        }
      else if (info != NULL)
        g_string_append_printf (block, "%s\n", *line);
    }
  if (info != NULL)
    g_error ("%s: the last block lacks its end", path);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

GPtrArray *
cases_load (const char *folder)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *cases = g_ptr_array_new_with_free_func (case_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;

  if (dir == NULL)
    g_error ("%s", error->message);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".md") && !g_str_equal (name, "README.md"))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    load_file (cases, folder, g_ptr_array_index (names, i));

  for (guint i = 0; i < cases->len; i++)
    {
      const Case *now = g_ptr_array_index (cases, i);

      if (now->stream == NULL || now->items == NULL)
        g_error ("%s: a case has a stream and its items", now->path);
    }
  return cases;
}
