/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-address-private.h"

#include "weir-request.h"
#include "base/weir-secrets.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

char *
weir_address_quote (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *masked = weir_secrets_mask_url (valid);
  GString *out = g_string_new (NULL);
  int n = 0;

  for (const char *p = masked; *p && n < 200; p = g_utf8_next_char (p), n++)
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (out, g_unichar_isprint (c) ? c : 0xFFFD);
    }
  return g_string_free (out, FALSE);
}

gboolean
weir_address_has_control (const char *text)
{
  for (; *text; text++)
    if ((guchar) *text < 0x20 || *text == 0x7F)
      return TRUE;
  return FALSE;
}

/* Takes sentence over. */
static gboolean
fail (GError **error, char *sentence)
{
  g_set_error_literal (error, WEIR_REQUEST_ERROR, WEIR_REQUEST_ERROR_ADDRESS, sentence);
  g_free (sentence);
  return FALSE;
}

static gboolean
fail_as_no_address (GError **error, const char *address)
{
  g_autofree char *shown = weir_address_quote (address);

  return fail (
      error,
      g_strdup_printf (_ ("“%s” is not an address. Write it like http://host:port/path."), shown));
}

static gboolean
fail_to_read (GError **error, const char *address)
{
  g_autofree char *shown = weir_address_quote (address);

  return fail (
      error,
      g_strdup_printf (_ ("“%s” cannot be read. Weir reads http and https addresses, and files."),
                       shown));
}

/* What a person pastes may hold spaces and letters of any script; a request line may not. */
static char *
percent_encode (const char *address)
{
  GString *out = g_string_new (NULL);
  const char *authority = strstr (address, "://") + 3;
  gsize host = authority - address + strcspn (authority, "/?#");

  g_string_append_len (out, address, host);
  for (const char *p = address + host; *p; p++)
    if ((guchar) *p > 0x7E || strchr (" \"<>\\^`{|}", *p))
      g_string_append_printf (out, "%%%02X", (guchar) *p);
    else
      g_string_append_c (out, *p);
  return g_string_free (out, FALSE);
}

/* The forbidden domain code points of the URL Standard, and what no name server could be asked for. */
static gboolean
is_host (const char *host)
{
  const char *end = host + strlen (host);

  if (g_hostname_is_ip_address (host))
    return TRUE;
  if (strpbrk (host, " #/:<>?@[\\]^|%\"`{}") != NULL || weir_address_has_control (host))
    return FALSE;
  return *host != '\0' && *host != '.' && strstr (host, "..") == NULL && end - host <= 253;
}

static gboolean
parse_url (const char *address, GUri **uri, GError **error)
{
  g_autofree char *shown = weir_address_quote (address);
  g_autofree char *encoded = NULL;
  g_autoptr (GUri) parsed = NULL;

  if (weir_address_has_control (address))
    return fail (
        error,
        g_strdup_printf (
            _ ("The address “%s” contains a control character. Check what was pasted."), shown));
  encoded = percent_encode (address);
  parsed = g_uri_parse (encoded, SOUP_HTTP_URI_FLAGS, NULL);
  if (!parsed || !g_uri_get_host (parsed) || !*g_uri_get_host (parsed))
    return fail_as_no_address (error, address);
  if (strchr (g_uri_get_host (parsed), ' ') != NULL)
    return fail (error, g_strdup_printf (_ ("“%s” is not an address, because a host name cannot "
                                            "contain a space. Check what was pasted."),
                                         shown));
  if (!is_host (g_uri_get_host (parsed)))
    return fail (
        error,
        g_strdup_printf (
            _ ("“%s” is not an address, because its host name is invalid. Check what was pasted."),
            shown));
  *uri = g_steal_pointer (&parsed);
  return TRUE;
}

static gboolean
looks_like_host (const char *address)
{
  return g_regex_match_simple ("^(localhost|[A-Za-z0-9.-]+:[0-9]+|\\[[0-9A-Fa-f:.]+\\](:[0-9]+)?)"
                               "([/?].*)?$",
                               address, 0, 0);
}

/* javascript:1 has the form of HOST:PORT, but is not meant as one. */
static gboolean
is_known_scheme (const char *scheme)
{
  static const char *const known[] = {
    "about", "blob", "chrome", "data",     "ftp",         "http", "https", "javascript", "mailto",
    "sms",   "tel",  "urn",    "vbscript", "view-source", "ws",   "wss",   NULL,
  };
  g_autofree char *lower = g_ascii_strdown (scheme, -1);

  return g_strv_contains (known, lower);
}

static gboolean
parse_with_scheme (const char *address, const char *scheme, char **path, GUri **uri, GError **error)
{
  if (g_ascii_strcasecmp (scheme, "http") == 0 || g_ascii_strcasecmp (scheme, "https") == 0)
    return parse_url (address, uri, error);
  if (g_ascii_strcasecmp (scheme, "file") == 0)
    *path = g_filename_from_uri (address, NULL, NULL);
  return *path != NULL || fail_to_read (error, address);
}

gboolean
weir_address_parse (const char *address, char **path, GUri **uri, GError **error)
{
  g_autofree char *scheme = g_uri_parse_scheme (address);

  *path = NULL;
  *uri = NULL;
  if (!*address)
    return fail (error, g_strdup (_ ("No address was given; give an http address or a file.")));
  if (strcmp (address, "-") == 0 || g_file_test (address, G_FILE_TEST_EXISTS))
    {
      *path = g_strdup (address);
      return TRUE;
    }
  if (scheme && strstr (address, "://"))
    return parse_with_scheme (address, scheme, path, uri, error);
  if (scheme && g_ascii_strncasecmp (scheme, "http", 4) == 0 && is_known_scheme (scheme))
    return fail_as_no_address (error, address);
  if (scheme && is_known_scheme (scheme))
    return fail_to_read (error, address);
  if (looks_like_host (address))
    {
      g_autofree char *full = g_strconcat ("http://", address, NULL);

      return parse_url (full, uri, error);
    }
  *path = g_strdup (address);
  return TRUE;
}
