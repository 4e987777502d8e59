/* SPDX-License-Identifier: MIT */
#include "weir-feed-access-private.h"

#include <string.h>

/* The name in "name:port" or "[address]:port", without brackets. Returns NULL if it is malformed. */
static char *
dup_host_name (const char *text)
{
  const char *end;

  if (*text == '[')
    {
      end = strchr (++text, ']');
      return end ? g_strndup (text, end - text) : NULL;
    }
  end = strchr (text, ':');
  return end ? g_strndup (text, end - text) : g_strdup (text);
}

/* A page of another site whose name was made to point to this machine (DNS rebinding) sends that name in
 * Host. It cannot send an address. */
static gboolean
is_own_name (const WeirFeedAccess *self, const char *name)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (name);
  g_autoptr (GInetAddress) own = g_inet_address_new_from_string (self->host);

  if (g_ascii_strcasecmp (name, "localhost") == 0 || g_ascii_strcasecmp (name, self->host) == 0)
    return TRUE;
  if (address == NULL)
    return FALSE;
  return g_inet_address_get_is_loopback (address) || own == NULL
         || !g_inet_address_get_is_loopback (own);
}

static gboolean
check_host (const WeirFeedAccess *self, WeirFeedExchange *exchange)
{
  const char *host = weir_http_head_get (exchange->request, "Host");
  g_autofree char *name = host ? dup_host_name (host) : NULL;

  if (weir_http_head_count (exchange->request, "Host") != 1 || name == NULL)
    {
      if (host == NULL && exchange->request->minor_version == 0)
        return TRUE;
      weir_feed_exchange_say (exchange, 400, "The request needs one Host header.");
      return FALSE;
    }
  if (is_own_name (self, name))
    return TRUE;
  weir_feed_exchange_say (
      exchange, 421, "This server answers only to its own address: the Host header names another.");
  return FALSE;
}

static gboolean
is_own_origin (WeirFeedExchange *exchange, const char *origin)
{
  const char *host = weir_http_head_get (exchange->request, "Host");

  return host && g_str_has_prefix (origin, "http://")
         && g_ascii_strcasecmp (origin + strlen ("http://"), host) == 0;
}

static gboolean
refuse_origin (WeirFeedExchange *exchange)
{
  weir_feed_exchange_say (exchange, 403,
                          "Only this server's own page may read it; --cors allows others.");
  return FALSE;
}

/* Browsers send no Origin with a GET for an image, a script or a frame; they do send where the page that
 * asks is from (Fetch Metadata). */
static gboolean
is_cross_site (WeirFeedExchange *exchange)
{
  return g_strcmp0 (weir_http_head_get (exchange->request, "Sec-Fetch-Site"), "cross-site") == 0;
}

static gboolean
check_origin (const WeirFeedAccess *self, WeirFeedExchange *exchange)
{
  const char *origin = weir_http_head_get (exchange->request, "Origin");
  const char *const *allowed = (const char *const *) self->cors;
  const gboolean allows_all = allowed != NULL && g_strv_contains (allowed, "*");

  if (allowed != NULL)
    g_string_append (exchange->fields, "Vary: Origin\r\n");
  if (origin == NULL)
    return allows_all || !is_cross_site (exchange) || refuse_origin (exchange);
  if (is_own_origin (exchange, origin))
    return TRUE;
  if (!allows_all && (allowed == NULL || !g_strv_contains (allowed, origin)))
    return refuse_origin (exchange);
  g_string_append_printf (exchange->fields, "Access-Control-Allow-Origin: %s\r\n", origin);
  return TRUE;
}

static gboolean
is_preflight (WeirFeedExchange *exchange)
{
  return strcmp (exchange->request->method, "OPTIONS") == 0
         && weir_http_head_get (exchange->request, "Access-Control-Request-Method") != NULL;
}

static void
answer_preflight (WeirFeedExchange *exchange)
{
  g_string_append (exchange->fields,
                   "Access-Control-Allow-Methods: GET, HEAD, POST\r\n"
                   "Access-Control-Allow-Headers: Accept, Authorization, Cache-Control, "
                   "Content-Type, Last-Event-ID\r\n"
                   "Access-Control-Max-Age: 600\r\n");
  weir_feed_exchange_say_nothing (exchange);
}

gboolean
weir_feed_access_check (const WeirFeedAccess *self, WeirFeedExchange *exchange)
{
  if (!check_host (self, exchange) || !check_origin (self, exchange))
    return FALSE;
  if (!is_preflight (exchange))
    return TRUE;
  answer_preflight (exchange);
  return FALSE;
}

static gboolean
equal_in_constant_time (const char *a, const char *b)
{
  gsize length = strlen (b);
  guint difference = strlen (a) != length;

  for (gsize i = 0; i < length && a[i] != '\0'; i++)
    difference |= (guchar) a[i] ^ (guchar) b[i];
  return difference == 0;
}

gboolean
weir_feed_access_check_bearer (const WeirFeedAccess *self, WeirFeedExchange *exchange)
{
  const char *given = weir_http_head_get (exchange->request, "Authorization");

  if (self->bearer == NULL)
    return TRUE;
  if (given && g_ascii_strncasecmp (given, "Bearer ", 7) == 0
      && equal_in_constant_time (given + 7, self->bearer))
    return TRUE;
  g_string_append (exchange->fields, "WWW-Authenticate: Bearer realm=\"weir-feed\"\r\n");
  weir_feed_exchange_say (exchange, 401,
                          given ? "The bearer token is wrong."
                                : "This stream needs a bearer token in the Authorization header.");
  return FALSE;
}
