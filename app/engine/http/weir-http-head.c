/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-http-head.h"

#include <glib/gi18n-lib.h>
#include <string.h>

G_DEFINE_QUARK (weir - http - error - quark, weir_http_error)

static gboolean
is_token (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && (text[i] == '\0' || !strchr ("!#$%&'*+-.^_`|~", text[i])))
      return FALSE;
  return length > 0;
}

gsize
weir_http_head_measure (const char *bytes, gsize length, gsize from)
{
  /* The end may begin in the bytes that were searched before. */
  gsize at = from > 3 ? from - 3 : 0;

  if (length > 0 && !is_token (bytes, 1))
    return length;
  while (at < length)
    {
      const char *feed = memchr (bytes + at, '\n', length - at);
      if (feed == NULL)
        return 0;
      at = feed - bytes + 1;
      if (at < length && bytes[at] == '\n')
        return at + 1;
      if (at + 1 < length && bytes[at] == '\r' && bytes[at + 1] == '\n')
        return at + 2;
    }
  return 0;
}

static void
clear_field (gpointer data)
{
  WeirHttpField *field = data;

  g_free (field->name);
  g_free (field->value);
}

static gboolean
parse_field (WeirHttpHead *head, const char *line, gsize length, GError **error)
{
  const char *colon = memchr (line, ':', length);
  WeirHttpField field;
  const char *end = line + length;

  if (colon == NULL || !is_token (line, colon - line))
    {
      g_set_error_literal (error, WEIR_HTTP_ERROR, WEIR_HTTP_ERROR_MALFORMED,
                           _ ("a header line is not of the form 'Name: value'."));
      return FALSE;
    }
  field.name = g_strndup (line, colon - line);
  for (colon++; colon < end && (*colon == ' ' || *colon == '\t'); colon++)
    ;
  while (end > colon && (end[-1] == ' ' || end[-1] == '\t'))
    end--;
  field.value = g_strndup (colon, end - colon);
  g_array_append_val (head->fields, field);
  return TRUE;
}

static gboolean
parse_version (WeirHttpHead *head, const char *text, gsize length)
{
  if (length != 8 || strncmp (text, "HTTP/1.", 7) != 0 || !g_ascii_isdigit (text[7]))
    return FALSE;
  head->minor_version = text[7] - '0';
  return TRUE;
}

static gboolean
parse_request_line (WeirHttpHead *head, const char *line, gsize length)
{
  const char *end = line + length;
  const char *space = memchr (line, ' ', length);
  const char *target = space ? space + 1 : end;
  const char *second = memchr (target, ' ', end - target);

  if (second == NULL || second == target || !is_token (line, space - line)
      || !parse_version (head, second + 1, end - second - 1))
    return FALSE;
  head->method = g_strndup (line, space - line);
  head->target = g_strndup (target, second - target);
  return TRUE;
}

static gboolean
parse_status_line (WeirHttpHead *head, const char *line, gsize length)
{
  if (length < 12 || !parse_version (head, line, 8) || line[8] != ' ' || !g_ascii_isdigit (line[9])
      || !g_ascii_isdigit (line[10]) || !g_ascii_isdigit (line[11])
      || (length > 12 && line[12] != ' '))
    return FALSE;
  head->status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
  if (head->status < 100)
    return FALSE;
  head->reason = length > 13 ? g_strndup (line + 13, length - 13) : g_strdup ("");
  return TRUE;
}

typedef gboolean (*ParseLine) (WeirHttpHead *head, const char *line, gsize length);

static WeirHttpHead *
parse (const char *bytes, gsize length, ParseLine parse_first, GError **error)
{
  g_autoptr (WeirHttpHead) head = g_new0 (WeirHttpHead, 1);
  const char *end = bytes + length;
  gboolean first = TRUE;

  head->fields = g_array_new (FALSE, FALSE, sizeof (WeirHttpField));
  g_array_set_clear_func (head->fields, clear_field);
  while (bytes < end)
    {
      const char *feed = memchr (bytes, '\n', end - bytes);
      gsize line = (feed ? feed : end) - bytes;

      if (line > 0 && bytes[line - 1] == '\r')
        line--;
      if (memchr (bytes, '\r', line) || memchr (bytes, '\0', line))
        {
          g_set_error_literal (error, WEIR_HTTP_ERROR, WEIR_HTTP_ERROR_MALFORMED,
                               _ ("a header line contains a bare CR or a NUL."));
          return NULL;
        }
      if (first && !parse_first (head, bytes, line))
        {
          g_set_error_literal (error, WEIR_HTTP_ERROR, WEIR_HTTP_ERROR_MALFORMED,
                               _ ("the first line is not HTTP/1.x."));
          return NULL;
        }
      if (!first && line > 0 && !parse_field (head, bytes, line, error))
        return NULL;
      first = FALSE;
      bytes = feed ? feed + 1 : end;
    }
  return g_steal_pointer (&head);
}

WeirHttpHead *
weir_http_head_parse_request (const char *bytes, gsize length, GError **error)
{
  return parse (bytes, length, parse_request_line, error);
}

WeirHttpHead *
weir_http_head_parse_response (const char *bytes, gsize length, GError **error)
{
  return parse (bytes, length, parse_status_line, error);
}

void
weir_http_head_free (WeirHttpHead *head)
{
  g_clear_pointer (&head->fields, g_array_unref);
  g_free (head->method);
  g_free (head->target);
  g_free (head->reason);
  g_free (head);
}

const char *
weir_http_head_get (const WeirHttpHead *head, const char *name)
{
  for (guint i = 0; i < head->fields->len; i++)
    {
      const WeirHttpField *field = &g_array_index (head->fields, WeirHttpField, i);
      if (g_ascii_strcasecmp (field->name, name) == 0)
        return field->value;
    }
  return NULL;
}

guint
weir_http_head_count (const WeirHttpHead *head, const char *name)
{
  guint count = 0;

  for (guint i = 0; i < head->fields->len; i++)
    if (g_ascii_strcasecmp (g_array_index (head->fields, WeirHttpField, i).name, name) == 0)
      count++;
  return count;
}

gboolean
weir_http_head_has_token (const WeirHttpHead *head, const char *name, const char *token)
{
  for (guint i = 0; i < head->fields->len; i++)
    {
      const WeirHttpField *field = &g_array_index (head->fields, WeirHttpField, i);
      g_auto (GStrv) parts = NULL;

      if (g_ascii_strcasecmp (field->name, name) != 0)
        continue;
      parts = g_strsplit (field->value, ",", -1);
      for (char **part = parts; *part; part++)
        if (g_ascii_strcasecmp (g_strstrip (*part), token) == 0)
          return TRUE;
    }
  return FALSE;
}

gboolean
weir_http_head_keeps_alive (const WeirHttpHead *head)
{
  if (weir_http_head_has_token (head, "Connection", "close"))
    return FALSE;
  return head->minor_version >= 1 || weir_http_head_has_token (head, "Connection", "keep-alive");
}
