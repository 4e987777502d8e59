/* SPDX-License-Identifier: MIT */
#include "weir-secrets.h"

#include <string.h>

static gboolean
contains_word (const char *name, const char *const *words)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  for (gsize i = 0; words[i]; i++)
    if (strstr (lower, words[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_secret_parameter (const char *name)
{
  static const char *const words[] = { "token",   "key",  "secret", "passw", "pwd",  "auth",
                                       "session", "sign", "jwt",    "cred",  "code", NULL };

  return contains_word (name, words) || g_ascii_strcasecmp (name, "sig") == 0
         || g_ascii_strcasecmp (name, "sid") == 0;
}

/* Keys that show by their own beginning what they are, whatever the parameter is called. */
static gboolean
looks_like_key (const char *value)
{
  static const char *const prefixes[] = { "sk-", "pk-", "ghp_", "xox", "eyJ", NULL };

  for (gsize i = 0; prefixes[i]; i++)
    if (g_str_has_prefix (value, prefixes[i]))
      return TRUE;
  return FALSE;
}

static void
append_masked_parameters (GString *out, const char *text, gsize length)
{
  const char *end = text + length;

  while (text < end)
    {
      gsize piece = strcspn (text, "&;#");
      const char *equals;

      piece = MIN (piece, (gsize) (end - text));
      equals = memchr (text, '=', piece);
      if (equals)
        {
          g_autofree char *escaped = g_strndup (text, equals - text);
          g_autofree char *name = g_uri_unescape_string (escaped, NULL);
          g_autofree char *value = g_strndup (equals + 1, text + piece - equals - 1);

          g_string_append_len (out, text, equals + 1 - text);
          if (*value && (is_secret_parameter (name ? name : escaped) || looks_like_key (value)))
            g_string_append (out, WEIR_MASK);
          else
            g_string_append (out, value);
        }
      else
        g_string_append_len (out, text, piece);

      text += piece;
      if (text < end)
        g_string_append_c (out, *text++);
    }
}

char *
weir_secrets_mask_url (const char *url)
{
  GString *out = g_string_new (NULL);
  const char *authority = strstr (url, "://");
  const char *rest = url;
  gsize parameters;

  g_return_val_if_fail (url != NULL, NULL);

  if (authority)
    {
      gsize length;
      const char *at;

      authority += 3;
      length = strcspn (authority, "/?#");
      at = g_strrstr_len (authority, length, "@");
      g_string_append_len (out, url, authority - url);
      if (at)
        {
          g_string_append (out, WEIR_MASK "@");
          rest = at + 1;
        }
      else
        rest = authority;
    }

  parameters = strcspn (rest, "?#");
  g_string_append_len (out, rest, parameters);
  rest += parameters;
  if (*rest)
    {
      g_string_append_c (out, *rest++);
      append_masked_parameters (out, rest, strlen (rest));
    }
  return g_string_free (out, FALSE);
}

gboolean
weir_secrets_is_secret_header (const char *name)
{
  static const char *const words[] = { "auth",  "cookie",  "token", "key",  "secret",
                                       "passw", "session", "sign",  "cred", NULL };

  /* A challenge says what is wanted; it holds no secret. */
  if (g_ascii_strcasecmp (name, "WWW-Authenticate") == 0
      || g_ascii_strcasecmp (name, "Proxy-Authenticate") == 0)
    return FALSE;
  return contains_word (name, words);
}

static char *
mask_cookies (const char *value)
{
  GString *out = g_string_new (NULL);
  g_auto (GStrv) pieces = g_strsplit (value, ";", -1);

  for (gsize i = 0; pieces[i]; i++)
    {
      const char *equals = strchr (pieces[i], '=');

      if (i > 0)
        g_string_append_c (out, ';');
      if (equals)
        {
          g_string_append_len (out, pieces[i], equals + 1 - pieces[i]);
          g_string_append (out, WEIR_MASK);
        }
      else
        g_string_append (out, pieces[i]);
    }
  return g_string_free (out, FALSE);
}

char *
weir_secrets_mask_header (const char *name, const char *value)
{
  if (g_ascii_strcasecmp (name, "Location") == 0 || g_ascii_strcasecmp (name, "Referer") == 0
      || g_ascii_strcasecmp (name, "Content-Location") == 0)
    return weir_secrets_mask_url (value);
  if (!weir_secrets_is_secret_header (name))
    return g_strdup (value);
  if (g_ascii_strcasecmp (name, "Cookie") == 0 || g_ascii_strcasecmp (name, "Set-Cookie") == 0)
    return mask_cookies (value);
  if (g_ascii_strcasecmp (name, "Authorization") == 0
      || g_ascii_strcasecmp (name, "Proxy-Authorization") == 0)
    {
      const char *space = strchr (value, ' ');

      if (space)
        return g_strdup_printf ("%.*s " WEIR_MASK, (int) (space - value), value);
    }
  return g_strdup (WEIR_MASK);
}

/* --- What is repeated ---------------------------------------------------- */

#define SHORTEST_SECRET 4

/* Takes secret. */
static void
add_secret (GStrvBuilder *secrets, char *secret)
{
  if (secret != NULL && *secret != '\0')
    g_strv_builder_add (secrets, secret);
  g_free (secret);
}

GStrv
weir_secrets_of_url (const char *url)
{
  g_autoptr (GStrvBuilder) secrets = g_strv_builder_new ();
  const char *query = url + strcspn (url, "?#");
  g_auto (GStrv) pieces = g_strsplit_set (*query ? query + 1 : "", "&;#", -1);

  for (gsize i = 0; pieces[i]; i++)
    {
      char *value = strchr (pieces[i], '=');

      if (value == NULL)
        continue;
      *value++ = '\0';
      if (!is_secret_parameter (pieces[i]) && !looks_like_key (value))
        continue;
      add_secret (secrets, g_strdup (value));
      add_secret (secrets, g_uri_unescape_string (value, NULL));
    }
  return g_strv_builder_end (secrets);
}

/* "Basic dXNlcjpwYXNz" holds a password. */
static void
add_password (GStrvBuilder *secrets, const char *encoded)
{
  gsize length;
  g_autofree char *pair = (char *) g_base64_decode (encoded, &length);
  const char *colon = memchr (pair, ':', length);

  if (colon != NULL)
    add_secret (secrets, g_strndup (colon + 1, pair + length - colon - 1));
}

GStrv
weir_secrets_of_header (const char *name, const char *value)
{
  g_autoptr (GStrvBuilder) secrets = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;

  if (!weir_secrets_is_secret_header (name))
    return g_strv_builder_end (secrets);
  if (g_ascii_strncasecmp (value, "Basic ", 6) == 0)
    add_password (secrets, value + 6);
  if (g_ascii_strcasecmp (name, "Cookie") == 0)
    {
      words = g_strsplit (value, ";", -1);
      for (gsize i = 0; words[i]; i++)
        add_secret (secrets, strchr (words[i], '=') ? g_strdup (strchr (words[i], '=') + 1) : NULL);
      return g_strv_builder_end (secrets);
    }
  /* Behind the scheme, where there is one. */
  add_secret (secrets, g_strdup (strrchr (value, ' ') ? strrchr (value, ' ') + 1 : value));
  return g_strv_builder_end (secrets);
}

char *
weir_secrets_hide (const char *text, const char *secret)
{
  GString *out = g_string_new (text);

  if (strlen (secret) >= SHORTEST_SECRET)
    g_string_replace (out, secret, WEIR_MASK, 0);
  return g_string_free (out, FALSE);
}
