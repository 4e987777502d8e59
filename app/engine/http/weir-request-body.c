/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-request-body.h"

#include "base/weir-secrets.h"
#include "core/weir-json.h"
#include "weir-refusal-private.h"

#include <string.h>

/* The name of a JSON member. (transfer full) */
static char *
read_name (const char *text, const WeirJsonToken *key)
{
  char *name = g_malloc0 (key->end - key->begin);

  weir_json_unescape (text, key, name);
  return name;
}

/* JSON, which may be truncated, with the strings of secret members masked.
 * Returns: (transfer full): NULL if it is not JSON. */
static char *
mask_json (const char *text, gsize length)
{
  GString *out = g_string_new (NULL);
  WeirJson json;
  WeirJsonToken token;
  gsize done = 0;
  gboolean secret = FALSE;

  weir_json_init (&json, text, length, 0);
  while (weir_json_next (&json, &token) == WEIR_JSON_TOKEN)
    {
      if (token.kind == WEIR_JSON_STRING && secret)
        {
          g_string_append_len (out, text + done, (gssize) (token.begin - done));
          g_string_append (out, "\"" WEIR_MASK "\"");
          done = token.end;
        }
      secret = FALSE;
      if (token.kind == WEIR_JSON_KEY)
        {
          g_autofree char *name = read_name (text, &token);

          secret = weir_secrets_is_secret_name (name);
        }
    }
  /* What follows a secret name before the cut is the secret. */
  if (!secret)
    g_string_append_len (out, text + done, (gssize) (length - done));
  return g_string_free (out, FALSE);
}

/* Whether text could be the fields of a form: a name, "=", and no space or quote. */
static gboolean
is_form (const char *text)
{
  return strchr (text, '=') != NULL && strpbrk (text, " \t\r\n\"{<") == NULL;
}

/* (transfer full) */
static char *
mask_form (const char *text)
{
  g_autofree char *url = g_strconcat ("?", text, NULL);
  g_autofree char *masked = weir_secrets_mask_url (url);

  return g_strdup (masked + 1);
}

char *
weir_request_body_mask (const char *body, gsize length, WeirRequest *request)
{
  g_autofree char *text = g_utf8_make_valid (body, (gssize) length);
  const char *start = text + strspn (text, " \t\r\n");
  char *masked;

  if (*start == '{' || *start == '[')
    masked = mask_json (text, strlen (text));
  else
    masked = is_form (start) ? mask_form (text) : g_strdup (text);
  return request != NULL ? weir_refusal_hide_secrets (masked, request) : masked;
}
