/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-request-head-private.h"

#include "weir-content-decoder-private.h"

#include <string.h>

GUri *
weir_request_head_get_proxy (WeirRequest *request)
{
  const char *proxy = weir_request_get_proxy (request);
  g_autoptr (GUri) uri = proxy ? g_uri_parse (proxy, SOUP_HTTP_URI_FLAGS, NULL) : NULL;

  if (!uri || !g_uri_get_user (uri) || !g_uri_get_password (uri))
    return NULL;
  return g_steal_pointer (&uri);
}

char *
weir_request_head_dup_proxy_authorization (WeirRequest *request)
{
  g_autoptr (GUri) proxy = weir_request_head_get_proxy (request);
  g_autofree char *pair = NULL;
  g_autofree char *encoded = NULL;

  if (!proxy || !g_str_has_prefix (g_uri_get_scheme (proxy), "http"))
    return NULL;
  pair = g_strconcat (g_uri_get_user (proxy), ":", g_uri_get_password (proxy), NULL);
  encoded = g_base64_encode ((const guchar *) pair, strlen (pair));
  return g_strconcat ("Basic ", encoded, NULL);
}

/* An https address is reached through a tunnel, whose own request has the credentials: what is sent
 * through it goes to the server. */
static void
add_proxy_credentials (SoupMessageHeaders *headers, WeirRequest *request, GUri *uri)
{
  g_autofree char *value = NULL;

  if (strcmp (g_uri_get_scheme (uri), "http") != 0)
    return;
  value = weir_request_head_dup_proxy_authorization (request);
  if (value)
    soup_message_headers_replace (headers, "Proxy-Authorization", value);
}

/* What may be sent to another origin: nothing that a person chose for the first one alone. */
static gboolean
crosses_origins (const char *name)
{
  static const char *const names[] = { "Accept",       "Accept-Language", "Cache-Control",
                                       "Content-Type", "User-Agent",      NULL };

  for (gsize i = 0; names[i]; i++)
    if (g_ascii_strcasecmp (name, names[i]) == 0)
      return TRUE;
  return FALSE;
}

void
weir_request_head_fill (SoupMessageHeaders *headers,
                        WeirRequest *request,
                        GUri *uri,
                        gboolean foreign,
                        const char *last_event_id)
{
  const char *name, *value;

  soup_message_headers_replace (headers, "Accept", "text/event-stream");
  soup_message_headers_replace (headers, "Cache-Control", "no-cache");
  soup_message_headers_replace (
      headers, "Accept-Encoding",
      weir_content_decoder_get_codings (strcmp (g_uri_get_scheme (uri), "https") == 0));
  soup_message_headers_replace (headers, "User-Agent", "weir/" WEIR_VERSION);
  add_proxy_credentials (headers, request, uri);
  for (guint i = 0; weir_request_get_header (request, i, &name, &value); i++)
    {
      static const char *const ours[] = { "Accept",        "Accept-Encoding",
                                          "Cache-Control", "User-Agent",
                                          "Host",          NULL };
      gboolean replace = FALSE;

      if (foreign && !crosses_origins (name))
        continue;
      for (gsize j = 0; ours[j]; j++)
        replace = replace || g_ascii_strcasecmp (name, ours[j]) == 0;
      if (replace)
        soup_message_headers_replace (headers, name, value);
      else
        soup_message_headers_append (headers, name, value);
    }
  if (last_event_id && *last_event_id)
    soup_message_headers_replace (headers, "Last-Event-ID", last_event_id);
}
