/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-route-private.h"

#include "base/weir-secrets.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_REDIRECTS 10

void
weir_route_init (WeirRoute *self, WeirRequest *request)
{
  *self = (WeirRoute){
    .uri = g_uri_parse (weir_request_get_url (request), SOUP_HTTP_URI_FLAGS, NULL),
    .method = weir_request_get_method (request),
    .visited = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
  };
  self->origin = g_uri_ref (self->uri);
  g_hash_table_add (self->visited, g_uri_to_string (self->uri));
}

void
weir_route_clear (WeirRoute *self)
{
  g_clear_pointer (&self->uri, g_uri_unref);
  g_clear_pointer (&self->origin, g_uri_unref);
  g_clear_pointer (&self->visited, g_hash_table_unref);
}

gboolean
weir_route_is_redirect (guint status)
{
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

gboolean
weir_route_is_same_origin (GUri *a, GUri *b)
{
  return strcmp (g_uri_get_scheme (a), g_uri_get_scheme (b)) == 0
         && g_ascii_strcasecmp (g_uri_get_host (a), g_uri_get_host (b)) == 0
         && g_uri_get_port (a) == g_uri_get_port (b);
}

gboolean
weir_route_is_foreign (const WeirRoute *self)
{
  return !weir_route_is_same_origin (self->uri, self->origin);
}

static gboolean
is_http (GUri *uri)
{
  return g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0'
         && (strcmp (g_uri_get_scheme (uri), "http") == 0
             || strcmp (g_uri_get_scheme (uri), "https") == 0);
}

/* RFC 9110, 15.4: a POST becomes a GET, except for 307 and 308. */
static void
change_method (WeirRoute *self, guint status)
{
  if (status != 303 && ((status != 301 && status != 302) || strcmp (self->method, "POST") != 0))
    return;
  self->method = "GET";
  self->without_body = TRUE;
}

char *
weir_route_follow (WeirRoute *self, guint status, const char *location, char **evidence)
{
  g_autofree char *masked = location ? weir_secrets_mask_url (location) : NULL;
  g_autofree char *shown = masked ? g_utf8_make_valid (masked, -1) : NULL;
  g_autoptr (GUri) uri = NULL;
  g_autofree char *key = NULL;

  if (!location || !*location)
    {
      *evidence = g_strdup_printf (_ ("status %u without a Location."), status);
      return NULL;
    }
  uri = g_uri_parse_relative (self->uri, location, SOUP_HTTP_URI_FLAGS, NULL);
  if (!uri || !is_http (uri))
    {
      *evidence = g_strdup_printf (_ ("to “%s”, which is no http or https address."), shown);
      return NULL;
    }
  key = g_uri_to_string (uri);
  if (g_hash_table_contains (self->visited, key))
    {
      *evidence = g_strdup_printf (_ ("a loop: the redirects come back to “%s”."), shown);
      return NULL;
    }
  if (++self->n_redirects > MAX_REDIRECTS)
    {
      *evidence =
          g_strdup_printf (_ ("more than %u redirects, the last to “%s”."), MAX_REDIRECTS, shown);
      return NULL;
    }

  g_hash_table_add (self->visited, g_steal_pointer (&key));
  g_uri_unref (self->uri);
  self->uri = g_steal_pointer (&uri);
  change_method (self, status);
  return weir_route_is_foreign (self) ? g_strdup_printf (
             _ ("Redirected (%u) to another origin, %s; credentials stay behind."), status, shown)
                                      : g_strdup_printf (_ ("Redirected (%u) to %s."), status,
                                                         shown);
}
