/* SPDX-License-Identifier: MIT */
#include "weir-secrets.h"

#include <string.h>

/* --- Names --------------------------------------------------------------- */

/* The one list for headers and query parameters. */

/* Secret wherever they are in a name, as in "token_id" and "X-Hub-Signature-256". */
static const char *const words_anywhere[] = {
  "assertion",   "authentication", "authorization", "bearer",   "cookie",    "cred",  "credential",
  "credentials", "creds",          "dpop",          "hmac",     "jwt",       "oauth", "otp",
  "passcode",    "passphrase",     "passwd",        "password", "passwords", "pwd",   "secret",
  "secrets",     "session",        "sid",           "sig",      "signature", "token", "totp",
  NULL,
};

/* Secret only as the last word of a name, as in "api_key" and "ticket", but not in "ticket_id". */
static const char *const words_at_end[] = {
  "access", "auth", "code", "key", "keys", "pass", "pin", "pw", "sign", "ticket", "verifier", NULL,
};

/* Written without a separator, as in "authtoken" and "PHPSESSID". */
static const char *const endings[] = {
  "accesscode", "accesskey",  "apikey",     "appkey",    "authcode", "authkey",   "clientkey",
  "cookie",     "credential", "licensekey", "masterkey", "passwd",   "password",  "passwort",
  "pincode",    "privatekey", "secret",     "secretkey", "sessid",   "sessionid", "sharedkey",
  "signature",  "signkey",    "streamkey",  "token",     "userkey",  "userpass",  NULL,
};

/* As last words they describe a secret: "token_type" contains no token. */
static const char *const descriptions[] = {
  "alg",    "algorithm", "count", "endpoint", "expires", "expiry", "length", "limit",
  "method", "name",      "size",  "timeout",  "ttl",     "type",   NULL,
};

static gboolean
contains (const char *const *words, const char *word)
{
  return g_strv_contains (words, word);
}

static gboolean
has_ending (const char *word)
{
  for (gsize i = 0; endings[i]; i++)
    if (g_str_has_suffix (word, endings[i]))
      return TRUE;
  return FALSE;
}

/* A word begins after a separator, before "Token" in "accessToken" and before "Key" in "AWSKey". */
static gboolean
begins_word (const char *name, gsize i)
{
  const char before = name[i - 1];

  if (!g_ascii_isupper (name[i]))
    return FALSE;
  return g_ascii_islower (before) || g_ascii_isdigit (before)
         || (g_ascii_isupper (before) && g_ascii_islower (name[i + 1]));
}

/* The words of name in lower case, without digits at their ends. */
static GStrv
split_name (const char *name)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_autoptr (GString) word = g_string_new (NULL);

  for (gsize i = 0;; i++)
    {
      const gboolean is_part = g_ascii_isalnum (name[i]) || (guchar) name[i] >= 0x80;

      if (word->len > 0 && (!is_part || begins_word (name, i)))
        {
          while (word->len > 0 && g_ascii_isdigit (word->str[word->len - 1]))
            g_string_truncate (word, word->len - 1);
          if (word->len > 0)
            g_strv_builder_add (words, word->str);
          g_string_truncate (word, 0);
        }
      if (name[i] == '\0')
        break;
      if (is_part)
        g_string_append_c (word, g_ascii_tolower (name[i]));
    }
  return g_strv_builder_end (words);
}

gboolean
weir_secrets_is_secret_name (const char *name)
{
  g_auto (GStrv) words = split_name (name);
  const guint n = g_strv_length (words);
  /* Capitals need not begin words, as in "DPoP" and "PassWord". */
  g_autofree char *joined = g_strjoinv ("", words);

  if (n == 0 || contains (descriptions, words[n - 1]))
    return FALSE;
  if (contains (words_anywhere, joined) || has_ending (joined))
    return TRUE;
  for (guint i = 0; i < n; i++)
    if (contains (words_anywhere, words[i]) || has_ending (words[i]))
      return TRUE;
  return contains (words_at_end, words[n - 1]);
}

/* Keys that can be recognised by their beginning, whatever the parameter is called. */
static gboolean
looks_like_key (const char *value)
{
  static const char *const prefixes[] = {
    "sk-",  "pk-",  "sk_live_", "rk_live_",    "whsec_", "ghp_", "gho_",
    "ghu_", "ghs_", "ghr_",     "github_pat_", "glpat-", "xox",  "eyJ",
    "AIza", "AKIA", "ASIA",     "ya29.",       "hf_",    "npm_", NULL,
  };

  for (gsize i = 0; prefixes[i]; i++)
    if (g_str_has_prefix (value, prefixes[i]))
      return TRUE;
  return g_ascii_strncasecmp (value, "Bearer ", 7) == 0
         || g_ascii_strncasecmp (value, "Basic ", 6) == 0;
}

/* --- Addresses ----------------------------------------------------------- */

/* An address within a parameter of an address, and so on; deeper ones are masked as a whole. */
#define MAX_NESTING 4

static void append_masked_url (GString *out, const char *url, guint nesting);
static void append_masked_parameters (GString *out, const char *text, guint nesting);

/* Decodes %XX and "+". The result need not be UTF-8; %00 becomes a space. */
static char *
unescape (const char *text)
{
  GString *out = g_string_sized_new (strlen (text));

  for (const char *p = text; *p; p++)
    if (*p == '%' && g_ascii_isxdigit (p[1]) && g_ascii_isxdigit (p[2]))
      {
        const int byte = g_ascii_xdigit_value (p[1]) << 4 | g_ascii_xdigit_value (p[2]);

        g_string_append_c (out, byte != 0 ? (char) byte : ' ');
        p += 2;
      }
    else
      g_string_append_c (out, *p == '+' ? ' ' : *p);
  return g_string_free (out, FALSE);
}

/* A parameter with a harmless name may contain an address with secrets. */
static void
append_masked_value (GString *out, const char *value, guint nesting)
{
  g_autofree char *meant = unescape (value);
  g_autoptr (GString) masked = NULL;

  if (strpbrk (meant, "?=#") == NULL && strstr (meant, "//") == NULL)
    {
      g_string_append (out, value);
      return;
    }
  if (nesting >= MAX_NESTING)
    {
      g_string_append (out, WEIR_MASK);
      return;
    }
  masked = g_string_new (NULL);
  if (strpbrk (meant, "?#") == NULL && strstr (meant, "//") == NULL)
    append_masked_parameters (masked, meant, nesting + 1);
  else
    append_masked_url (masked, meant, nesting + 1);
  if (strcmp (masked->str, meant) == 0)
    g_string_append (out, value);
  else
    g_string_append_uri_escaped (out, masked->str, "*/:?=@", FALSE);
}

static void
append_masked_parameter (GString *out, const char *parameter, guint nesting)
{
  const char *equals = strchr (parameter, '=');
  g_autofree char *escaped = NULL;
  g_autofree char *name = NULL;
  g_autofree char *value = NULL;

  if (equals == NULL)
    {
      value = unescape (parameter);
      g_string_append (out, looks_like_key (value) ? WEIR_MASK : parameter);
      return;
    }
  escaped = g_strndup (parameter, equals - parameter);
  name = unescape (escaped);
  value = unescape (equals + 1);
  g_string_append_len (out, parameter, equals + 1 - parameter);
  if (*value && (weir_secrets_is_secret_name (name) || looks_like_key (value)))
    g_string_append (out, WEIR_MASK);
  else
    append_masked_value (out, equals + 1, nesting);
}

static void
append_masked_parameters (GString *out, const char *text, guint nesting)
{
  for (;;)
    {
      const gsize length = strcspn (text, "&;#");
      g_autofree char *parameter = g_strndup (text, length);

      append_masked_parameter (out, parameter, nesting);
      text += length;
      if (*text == '\0')
        return;
      g_string_append_c (out, *text++);
    }
}

/* The length of "scheme://" or "//" at the start of url; 0 if there is none. */
static gsize
measure_scheme (const char *url)
{
  gsize n = 0;

  while (g_ascii_isalnum (url[n]) || (n > 0 && url[n] != '\0' && strchr ("+-.", url[n])))
    n++;
  if (n > 0 && url[n] == ':')
    n++;
  return url[n] == '/' && url[n + 1] == '/' && (n == 0 || url[n - 1] == ':') ? n + 2 : 0;
}

/* The "@" after a user and a password; NULL if there is none. has_scheme: authority follows "//". */
static const char *
find_user_info_end (const char *authority, gboolean has_scheme)
{
  const gsize length = strcspn (authority, "/?#");
  const char *at = g_strrstr_len (authority, (gssize) length, "@");
  const char *colon = memchr (authority, ':', length);

  /* Without a scheme it may be a file's name, but not "user:password@host". */
  if (at != NULL)
    return has_scheme || (colon != NULL && colon < at) ? at : NULL;
  /* A password that contains one of "/?#": what follows the colon is no port. */
  if (has_scheme && colon != NULL && *authority != '['
      && strspn (colon + 1, "0123456789") < (gsize) (authority + length - colon - 1))
    return strrchr (colon, '@');
  return NULL;
}

static void
append_masked_url (GString *out, const char *url, guint nesting)
{
  const gsize space = strspn (url, " \t");
  const gsize scheme = measure_scheme (url + space);
  const char *authority = url + space + scheme;
  const char *at = find_user_info_end (authority, scheme > 0);
  const char *rest = at != NULL ? at : authority;

  g_string_append_len (out, url, authority - url);
  /* Without a scheme, the colon is what makes it user info. */
  if (at != NULL)
    g_string_append (out, scheme > 0 ? WEIR_MASK : WEIR_MASK ":" WEIR_MASK);
  g_string_append_len (out, rest, (gssize) strcspn (rest, "?#"));
  rest += strcspn (rest, "?#");
  if (*rest == '\0')
    return;
  g_string_append_c (out, *rest++);
  append_masked_parameters (out, rest, nesting);
}

char *
weir_secrets_mask_url (const char *url)
{
  GString *out;

  g_return_val_if_fail (url != NULL, NULL);

  out = g_string_new (NULL);
  append_masked_url (out, url, 0);
  return g_string_free (out, FALSE);
}

/* --- Headers ------------------------------------------------------------- */

/* "Basic realm=x" in a challenge says what the server expects; it contains no secret. */
static gboolean
is_challenge (const char *name)
{
  return g_ascii_strcasecmp (name, "WWW-Authenticate") == 0
         || g_ascii_strcasecmp (name, "Proxy-Authenticate") == 0;
}

gboolean
weir_secrets_is_secret_header (const char *name, const char *value)
{
  return weir_secrets_is_secret_name (name) || (looks_like_key (value) && !is_challenge (name));
}

/* The names of cookies stay. A cookie without a name is masked as a whole. */
static char *
mask_cookies (const char *value, gboolean is_set_cookie)
{
  GString *out = g_string_new (NULL);
  g_auto (GStrv) pieces = g_strsplit (value, ";", -1);

  for (gsize i = 0; pieces[i]; i++)
    {
      const char *equals = strchr (pieces[i], '=');

      if (i > 0)
        g_string_append_c (out, ';');
      if (equals != NULL)
        {
          g_string_append_len (out, pieces[i], equals + 1 - pieces[i]);
          g_string_append (out, WEIR_MASK);
        }
      else if (is_set_cookie && i > 0)
        g_string_append (out, pieces[i]); /* "; Secure" */
      else if (*pieces[i] != '\0')
        g_string_append (out, i > 0 ? " " WEIR_MASK : WEIR_MASK);
    }
  return g_string_free (out, FALSE);
}

/* The scheme stays if it is a known one; anything else may be part of the secret. */
static char *
mask_authorization (const char *value)
{
  static const char *const schemes[] = {
    "AWS4-HMAC-SHA256", "ApiKey", "Basic", "Bearer", "DPoP", "Digest", "Hawk", "Key", "NTLM",
    "Negotiate",        "OAuth",  "Token", NULL
  };
  const gsize length = strcspn (value, " ");

  for (gsize i = 0; value[length] == ' ' && schemes[i]; i++)
    if (strlen (schemes[i]) == length && g_ascii_strncasecmp (value, schemes[i], length) == 0)
      return g_strdup_printf ("%.*s " WEIR_MASK, (int) length, value);
  return g_strdup (WEIR_MASK);
}

static void
append_masked_word (GString *out, const char *word, gsize length)
{
  g_autofree char *copy = g_strndup (word, length);
  const char *scheme = strstr (copy, "://");
  const char *url = copy;

  if (looks_like_key (copy))
    {
      g_string_append (out, WEIR_MASK);
      return;
    }
  /* The URL begins within the word in "url=http://host". */
  if (scheme != NULL && scheme < copy + strcspn (copy, "?#"))
    {
      url = scheme;
      while (url > copy && (g_ascii_isalnum (url[-1]) || strchr ("+-.", url[-1])))
        url--;
    }
  g_string_append_len (out, copy, url - copy);
  append_masked_url (out, url, 0);
}

/* The text between delimiters is taken for an address where it looks like one. */
static char *
mask_urls (const char *value, const char *delimiters)
{
  GString *out = g_string_new (NULL);

  for (;;)
    {
      const gsize length = strcspn (value, delimiters);

      append_masked_word (out, value, length);
      value += length;
      if (*value == '\0')
        return g_string_free (out, FALSE);
      g_string_append_c (out, *value++);
    }
}

char *
weir_secrets_mask_header (const char *name, const char *value)
{
  static const char *const addresses[] = { "content-location", "location", "referer", "sourcemap",
                                           NULL };
  g_autofree char *lower = g_ascii_strdown (name, -1);

  if (contains (addresses, lower))
    return weir_secrets_mask_url (value);
  /* These addresses may contain spaces. */
  if (strcmp (lower, "refresh") == 0)
    return mask_urls (value, "\"'");
  if (strcmp (lower, "link") == 0)
    return mask_urls (value, "<>");
  if (!weir_secrets_is_secret_header (name, value))
    return mask_urls (value, " \t<>\"'");
  if (strcmp (lower, "cookie") == 0 || strcmp (lower, "set-cookie") == 0)
    return mask_cookies (value, *lower == 's');
  if (strcmp (lower, "authorization") == 0 || strcmp (lower, "proxy-authorization") == 0)
    return mask_authorization (value);
  return g_strdup (WEIR_MASK);
}

/* --- What a server may repeat -------------------------------------------- */

#define SHORTEST_SECRET 4

/* Takes secret. */
static void
add_secret (GStrvBuilder *secrets, char *secret)
{
  if (secret != NULL && *secret != '\0')
    g_strv_builder_add (secrets, secret);
  g_free (secret);
}

static void
add_user_info (GStrvBuilder *secrets, const char *url)
{
  const char *authority = url + measure_scheme (url);
  const char *at = g_strrstr_len (authority, (gssize) strcspn (authority, "/?#"), "@");
  const char *colon = at != NULL ? memchr (authority, ':', at - authority) : NULL;
  g_autofree char *password = colon != NULL ? g_strndup (colon + 1, at - colon - 1) : NULL;

  if (password == NULL)
    return;
  add_secret (secrets, unescape (password));
  add_secret (secrets, g_steal_pointer (&password));
}

static void
add_parameters (GStrvBuilder *secrets, const char *text, guint nesting)
{
  g_auto (GStrv) pieces = g_strsplit_set (text, "&;#", -1);

  for (gsize i = 0; pieces[i]; i++)
    {
      char *value = strchr (pieces[i], '=');
      g_autofree char *name = NULL;
      g_autofree char *meant = NULL;

      if (value != NULL)
        *value++ = '\0';
      else
        value = pieces[i];
      name = unescape (value == pieces[i] ? "" : pieces[i]);
      meant = unescape (value);
      if (weir_secrets_is_secret_name (name) || looks_like_key (meant))
        {
          add_secret (secrets, g_strdup (value));
          add_secret (secrets, g_steal_pointer (&meant));
        }
      else if (nesting < MAX_NESTING && strpbrk (meant, "?#") != NULL)
        add_parameters (secrets, strpbrk (meant, "?#") + 1, nesting + 1);
    }
}

GStrv
weir_secrets_of_url (const char *url)
{
  g_autoptr (GStrvBuilder) secrets = g_strv_builder_new ();
  const char *query = url + strcspn (url, "?#");

  add_user_info (secrets, url);
  if (*query != '\0')
    add_parameters (secrets, query + 1, 0);
  return g_strv_builder_end (secrets);
}

/* "Basic dXNlcjpwYXNz" contains a password. */
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

  if (!weir_secrets_is_secret_header (name, value))
    return g_strv_builder_end (secrets);
  add_secret (secrets, g_strdup (value));
  if (g_ascii_strncasecmp (value, "Basic ", 6) == 0)
    add_password (secrets, value + 6);
  words = g_strsplit (value, ";", -1);
  for (gsize i = 0; g_ascii_strcasecmp (name, "Cookie") == 0 && words[i]; i++)
    add_secret (secrets, strchr (words[i], '=') ? g_strdup (strchr (words[i], '=') + 1) : NULL);
  /* After the scheme, if there is one. */
  add_secret (secrets, strchr (value, ' ') ? g_strstrip (g_strdup (strchr (value, ' '))) : NULL);
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
