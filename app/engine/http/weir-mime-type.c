/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-mime-type-private.h"

#include <string.h>

static gboolean
is_token (const char *text)
{
  if (*text == '\0')
    return FALSE;
  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text) && !strchr ("!#$%&'*+-.^_`|~", *text))
      return FALSE;
  return TRUE;
}

/* The length of the first item of a list, up to separator; separators in quoted strings are text. */
static gsize
measure_item (const char *text, char separator)
{
  gboolean quoted = FALSE;
  gsize at;

  for (at = 0; text[at] != '\0' && (quoted || text[at] != separator); at++)
    if (text[at] == '"')
      quoted = !quoted;
    else if (quoted && text[at] == '\\' && text[at + 1] != '\0')
      at++;
  return at;
}

/* The value of a parameter without its quotes. (transfer full) */
static char *
read_value (const char *text)
{
  GString *value;

  if (*text != '"')
    return g_strdup (text);
  value = g_string_new (NULL);
  for (text++; *text != '\0' && *text != '"'; text++)
    {
      if (*text == '\\' && text[1] != '\0')
        text++;
      g_string_append_c (value, *text);
    }
  return g_string_free (value, FALSE);
}

/* The first charset among parameters; NULL: none. (transfer full) */
static char *
find_charset (const char *parameters)
{
  while (*parameters == ';')
    {
      const gsize length = measure_item (++parameters, ';');
      g_autofree char *parameter = g_strstrip (g_strndup (parameters, length));
      char *equals = strchr (parameter, '=');

      parameters += length;
      if (equals == NULL)
        continue;
      *equals = '\0';
      if (g_ascii_strcasecmp (parameter, "charset") == 0 && equals[1] != '\0')
        return read_value (equals + 1);
    }
  return NULL;
}

/* "type/subtype" in lower case; NULL: it is not valid. (transfer full) */
static char *
read_essence (const char *text, gsize length)
{
  g_autofree char *essence = g_strstrip (g_strndup (text, length));
  char *slash = strchr (essence, '/');
  gboolean valid;

  if (slash == NULL)
    return NULL;
  *slash = '\0';
  valid = is_token (essence) && is_token (slash + 1);
  *slash = '/';
  return valid ? g_ascii_strdown (essence, -1) : NULL;
}

static void
take_type (WeirMimeType *self, const char *text)
{
  const gsize end = strcspn (text, ";");
  g_autofree char *essence = read_essence (text, end);
  g_autofree char *charset = NULL;

  if (essence == NULL || strcmp (essence, "*/*") == 0)
    return;
  charset = find_charset (text + end);
  /* A later value of the same type inherits the charset of an earlier one. */
  if (charset != NULL || g_strcmp0 (essence, self->essence) != 0)
    {
      g_free (self->charset);
      self->charset = g_steal_pointer (&charset);
    }
  g_free (self->essence);
  self->essence = g_steal_pointer (&essence);
}

void
weir_mime_type_extract (WeirMimeType *self, const char *values)
{
  *self = (WeirMimeType){ 0 };
  while (values != NULL)
    {
      const gsize length = measure_item (values, ',');
      g_autofree char *value = g_strndup (values, length);

      take_type (self, value);
      values = values[length] == ',' ? values + length + 1 : NULL;
    }
}

void
weir_mime_type_clear (WeirMimeType *self)
{
  g_clear_pointer (&self->essence, g_free);
  g_clear_pointer (&self->charset, g_free);
}

gboolean
weir_mime_type_is_event_stream (const WeirMimeType *self)
{
  return g_strcmp0 (self->essence, "text/event-stream") == 0;
}

gboolean
weir_mime_type_get_records (const WeirMimeType *self, WeirBodyFormat *format)
{
  static const struct
  {
    const char *essence;
    WeirBodyFormat format;
  } types[] = {
    { "application/x-ndjson", WEIR_BODY_NDJSON },
    { "application/ndjson", WEIR_BODY_NDJSON },
    { "application/jsonl", WEIR_BODY_NDJSON },
    { "application/x-jsonlines", WEIR_BODY_NDJSON },
    { "application/jsonlines", WEIR_BODY_NDJSON },
    { "application/json-lines", WEIR_BODY_NDJSON },
    { "application/stream+json", WEIR_BODY_NDJSON },
    { "text/x-ndjson", WEIR_BODY_NDJSON },
    { "text/ndjson", WEIR_BODY_NDJSON },
    { "application/json-seq", WEIR_BODY_JSON_SEQ },
    { "application/vnd.amazon.eventstream", WEIR_BODY_BEDROCK },
    { "application/connect+json", WEIR_BODY_CONNECT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_strcmp0 (self->essence, types[i].essence) == 0)
      {
        *format = types[i].format;
        return TRUE;
      }
  return FALSE;
}
