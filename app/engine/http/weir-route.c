/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-route-private.h"

#include "base/weir-secrets.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_REDIRECTS 10

/* A GET of the address that was posted to is no loop. (transfer full) */
static char *
make_key (const char *method, GUri *uri)
{
  g_autofree char *text = g_uri_to_string (uri);

  return g_strconcat (method, " ", text, NULL);
}

static gboolean
has_credentials (WeirRequest *request)
{
  const char *name;
  const char *value;

  for (guint i = 0; weir_request_get_header (request, i, &name, &value); i++)
    if (weir_secrets_is_secret_header (name, value))
      return TRUE;
  return FALSE;
}

void
weir_route_init (WeirRoute *self, WeirRequest *request)
{
  *self = (WeirRoute){
    .has_body = weir_request_get_body (request) != NULL,
    .has_credentials = has_credentials (request),
    .uri = g_uri_parse (weir_request_get_url (request), SOUP_HTTP_URI_FLAGS, NULL),
    .method = weir_request_get_method (request),
    .visited = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
  };
  self->origin = g_uri_ref (self->uri);
  g_hash_table_add (self->visited, make_key (self->method, self->uri));
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

/* Fetch, 4.4 "HTTP-redirect fetch": a POST becomes a GET, except after 307 and 308. */
static const char *
get_next_method (const WeirRoute *self, guint status)
{
  if (status == 303 || ((status == 301 || status == 302) && strcmp (self->method, "POST") == 0))
    return "GET";
  return self->method;
}

static void
change_method (WeirRoute *self, guint status)
{
  const char *next = get_next_method (self, status);

  if (strcmp (self->method, next) != 0)
    self->changed_method = status;
  if (strcmp (self->method, next) != 0 || status == 303)
    self->without_body = TRUE;
  self->method = next;
}

/* What is sent to the new address. */
static char *
describe_step (const WeirRoute *self, guint status, const char *location)
{
  const gboolean body = self->has_body && !self->without_body;

  if (!weir_route_is_foreign (self))
    return g_strdup_printf (_ ("Redirected (%u) to %s."), status, location);
  if (body)
    return g_strdup_printf (_ ("Redirected (%u) to another origin, %s. The request body is sent "
                               "there; credentials are not."),
                            status, location);
  return g_strdup_printf (
      _ ("Redirected (%u) to another origin, %s. Credentials are not sent there."), status,
      location);
}

char *
weir_route_describe_changes (const WeirRoute *self)
{
  g_autofree char *method = NULL;
  const char *credentials = NULL;

  if (self->changed_method != 0 && self->has_body)
    method = g_strdup_printf (_ ("A redirect (%u) turned the request into a GET without its body."),
                              self->changed_method);
  else if (self->changed_method != 0)
    method = g_strdup_printf (_ ("A redirect (%u) turned the request into a GET."),
                              self->changed_method);
  if (self->has_credentials && weir_route_is_foreign (self))
    credentials = _ ("A redirect led to another origin, so the credentials were not sent.");
  if (method == NULL)
    return g_strdup (credentials);
  return g_strjoin (" ", method, credentials, NULL);
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
      *evidence = g_strdup_printf (_ ("The response %u has no Location header."), status);
      return NULL;
    }
  uri = g_uri_parse_relative (self->uri, location, SOUP_HTTP_URI_FLAGS, NULL);
  if (!uri || !is_http (uri))
    {
      *evidence =
          g_strdup_printf (_ ("It leads to “%s”, which is not an http or https address."), shown);
      return NULL;
    }
  key = make_key (get_next_method (self, status), uri);
  if (g_hash_table_contains (self->visited, key))
    {
      *evidence = g_strdup_printf (_ ("It is a loop: the redirects return to “%s”."), shown);
      return NULL;
    }
  if (++self->n_redirects > MAX_REDIRECTS)
    {
      *evidence = g_strdup_printf (_ ("There were more than %u redirects, the last one to “%s”."),
                                   MAX_REDIRECTS, shown);
      return NULL;
    }

  g_hash_table_add (self->visited, g_steal_pointer (&key));
  g_uri_unref (self->uri);
  self->uri = g_steal_pointer (&uri);
  change_method (self, status);
  return describe_step (self, status, shown);
}
