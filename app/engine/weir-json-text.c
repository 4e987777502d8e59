/* SPDX-License-Identifier: MIT */
#include "weir-json-text.h"

static void
begin_line (GString *pretty, guint depth)
{
  g_string_append_c (pretty, '\n');
  for (guint i = 0; i < depth; i++)
    g_string_append (pretty, "  ");
}

/* What stands between the token before (0: none) and token. */
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

  /* Deep and short is how a text gets much longer by indenting: look before printing. */
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
