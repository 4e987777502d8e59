/* SPDX-License-Identifier: MIT */
#include "weir-json-text.h"

static void
begin_line (GString *pretty, guint depth)
{
  g_string_append_c (pretty, '\n');
  for (guint i = 0; i < depth; i++)
    g_string_append (pretty, "  ");
}

/* Appends what is between the token before, 0 for none, and token. */
static void
append_separator (GString *pretty, WeirJsonTokenKind before, const WeirJsonToken *token)
{
  gboolean is_end = token->kind == WEIR_JSON_OBJECT_END || token->kind == WEIR_JSON_ARRAY_END;
  gboolean is_first = before == WEIR_JSON_OBJECT_BEGIN || before == WEIR_JSON_ARRAY_BEGIN;

  if (before == 0 || (is_first && is_end))
    return;
  if (before == WEIR_JSON_KEY)
    {
      g_string_append (pretty, ": ");
      return;
    }
  if (!is_first && !is_end)
    g_string_append_c (pretty, ',');
  begin_line (pretty, token->depth);
}

static gboolean
report (const WeirJson *json, WeirJsonStatus status, WeirJsonError *error, gsize *position)
{
  if (error != NULL)
    *error = status == WEIR_JSON_DONE ? WEIR_JSON_NO_ERROR : json->error;
  if (position != NULL)
    *position = status == WEIR_JSON_DONE ? 0 : json->error_position;
  return status == WEIR_JSON_DONE;
}

GBytes *
weir_json_text_pretty (const char *text, gsize length, WeirJsonError *error, gsize *position)
{
  g_autoptr (GString) pretty = NULL;
  WeirJson json;
  WeirJsonToken token;
  WeirJsonStatus status;
  WeirJsonTokenKind before = 0;

  g_return_val_if_fail (text != NULL || length == 0, NULL);

  /* Indenting makes a short, deep text much longer. Check first that it is JSON at all. */
  if (!weir_json_text_is_valid (text, length, error, position))
    return NULL;

  pretty = g_string_sized_new (length + length / 2 + 1);
  weir_json_init (&json, text, length, 0);
  while ((status = weir_json_next (&json, &token)) == WEIR_JSON_TOKEN)
    {
      append_separator (pretty, before, &token);
      g_string_append_len (pretty, text + token.begin, (gssize) (token.end - token.begin));
      before = token.kind;
    }
  return g_string_free_to_bytes (g_steal_pointer (&pretty));
}

gboolean
weir_json_text_is_valid (const char *text, gsize length, WeirJsonError *error, gsize *position)
{
  WeirJson json;
  WeirJsonToken token;
  WeirJsonStatus status;

  g_return_val_if_fail (text != NULL || length == 0, FALSE);

  weir_json_init (&json, text, length, 0);
  while ((status = weir_json_next (&json, &token)) == WEIR_JSON_TOKEN)
    ;
  return report (&json, status, error, position);
}

static void
append_escaped (GString *out, guchar c)
{
  switch (c)
    {
    case '"':
    case '\\':
      g_string_append_c (out, '\\');
      g_string_append_c (out, (char) c);
      break;
    case '\n':
      g_string_append (out, "\\n");
      break;
    case '\r':
      g_string_append (out, "\\r");
      break;
    case '\t':
      g_string_append (out, "\\t");
      break;
    default:
      g_string_append_printf (out, "\\u%04x", c);
      break;
    }
}

void
weir_json_text_append_string (GString *out, const char *text, gsize length)
{
  gsize plain = 0;

  g_string_append_c (out, '"');
  for (gsize i = 0; i < length; i++)
    {
      guchar c = (guchar) text[i];

      if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F)
        continue;
      g_string_append_len (out, text + plain, (gssize) (i - plain));
      append_escaped (out, c);
      plain = i + 1;
    }
  g_string_append_len (out, text + plain, (gssize) (length - plain));
  g_string_append_c (out, '"');
}
