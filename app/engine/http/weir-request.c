/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-request.h"

#include "weir-address-private.h"
#include "base/weir-secrets.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

G_DEFINE_QUARK (weir - request - error - quark, weir_request_error)

typedef struct
{
  char *name;
  char *value;
} Header;

struct _WeirRequest
{
  GObject parent_instance;

  char *url;
  char *path;
  char *display_url;
  char *method;
  GArray *headers;
  GBytes *body;
  char *last_event_id;
  char *proxy;
  GTlsDatabase *tls_database;
  char *ca_file;
  GTlsCertificate *client_certificate;
  char *client_certificate_file;
  WeirRequestOptions options;
};

G_DEFINE_FINAL_TYPE (WeirRequest, weir_request, G_TYPE_OBJECT)

static void
header_clear (gpointer data)
{
  Header *header = data;

  g_free (header->name);
  g_free (header->value);
}

static void
weir_request_finalize (GObject *object)
{
  WeirRequest *self = WEIR_REQUEST (object);

  g_free (self->url);
  g_free (self->path);
  g_free (self->display_url);
  g_free (self->method);
  g_array_unref (self->headers);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->last_event_id);
  g_free (self->proxy);
  g_clear_object (&self->tls_database);
  g_free (self->ca_file);
  g_free (self->client_certificate_file);
  g_clear_object (&self->client_certificate);
  G_OBJECT_CLASS (weir_request_parent_class)->finalize (object);
}

static void
weir_request_class_init (WeirRequestClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_request_finalize;
}

static void
weir_request_init (WeirRequest *self)
{
  self->headers = g_array_new (FALSE, FALSE, sizeof (Header));
  g_array_set_clear_func (self->headers, header_clear);
}

/* --- The address --------------------------------------------------------- */

static gboolean
take_user_info (WeirRequest *self, GUri *uri, GError **error)
{
  const char *user = g_uri_get_user (uri);
  const char *password = g_uri_get_password (uri);

  return !user || !*user || weir_request_set_basic (self, user, password ? password : "", error);
}

static gboolean
take_uri (WeirRequest *self, GUri *uri, GError **error)
{
  g_autoptr (GUri) bare = NULL;

  if (!take_user_info (self, uri, error))
    return FALSE;
  bare = g_uri_build (SOUP_HTTP_URI_FLAGS, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri),
                      g_uri_get_port (uri), *g_uri_get_path (uri) ? g_uri_get_path (uri) : "/",
                      g_uri_get_query (uri), NULL);
  self->url = g_uri_to_string (bare);
  self->display_url = weir_secrets_mask_url (self->url);
  return TRUE;
}

static void
take_path (WeirRequest *self, const char *path)
{
  self->path = g_strdup (path);
  self->display_url =
      strcmp (path, "-") == 0 ? g_strdup (_ ("standard input")) : g_filename_display_name (path);
}

static gboolean
take_address (WeirRequest *self, const char *address, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GUri) uri = NULL;

  if (!weir_address_parse (address, &path, &uri, error))
    return FALSE;
  if (uri != NULL)
    return take_uri (self, uri, error);
  take_path (self, path);
  return TRUE;
}

WeirRequest *
weir_request_new (const char *address, GError **error)
{
  g_autoptr (WeirRequest) self = NULL;

  g_return_val_if_fail (address != NULL, NULL);

  self = g_object_new (WEIR_TYPE_REQUEST, NULL);
  if (!take_address (self, address, error))
    return NULL;
  return g_steal_pointer (&self);
}

const char *
weir_request_get_display_url (WeirRequest *self)
{
  g_return_val_if_fail (WEIR_IS_REQUEST (self), NULL);
  return self->display_url;
}

const char *
weir_request_get_url (WeirRequest *self)
{
  g_return_val_if_fail (WEIR_IS_REQUEST (self), NULL);
  return self->url;
}

const char *
weir_request_get_path (WeirRequest *self)
{
  g_return_val_if_fail (WEIR_IS_REQUEST (self), NULL);
  return self->path;
}

/* --- Method, headers, body ----------------------------------------------- */

/* RFC 9110, 5.6.2: token. */
static gboolean
is_token (const char *text)
{
  if (!*text)
    return FALSE;
  for (; *text; text++)
    if (!g_ascii_isalnum (*text) && !strchr ("!#$%&'*+-.^_`|~", *text))
      return FALSE;
  return TRUE;
}

gboolean
weir_request_set_method (WeirRequest *self, const char *method, GError **error)
{
  g_return_val_if_fail (WEIR_IS_REQUEST (self), FALSE);

  if (!is_token (method) || g_ascii_strcasecmp (method, "CONNECT") == 0
      || g_ascii_strcasecmp (method, "HEAD") == 0)
    {
      g_autofree char *shown = weir_address_quote (method);

      g_set_error (error, WEIR_REQUEST_ERROR, WEIR_REQUEST_ERROR_METHOD,
                   _ ("“%s” is not a method that brings a stream; use GET, POST or the like."),
                   shown);
      return FALSE;
    }
  g_free (self->method);
  self->method = g_ascii_strup (method, -1);
  return TRUE;
}

const char *
weir_request_get_method (WeirRequest *self)
{
  g_return_val_if_fail (WEIR_IS_REQUEST (self), NULL);

  if (self->method)
    return self->method;
  return self->body ? "POST" : "GET";
}

static gboolean
refuse_header (GError **error, const char *format, const char *name)
{
  g_autofree char *shown = weir_address_quote (name);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, WEIR_REQUEST_ERROR, WEIR_REQUEST_ERROR_HEADER, format, shown);
#pragma GCC diagnostic pop
  return FALSE;
}

/* Replaces where HTTP allows one only, as with credentials given twice. */
static void
store_header (WeirRequest *self, const char *name, const char *value)
{
  Header header = { g_strdup (name), g_strdup (value) };

  if (g_ascii_strcasecmp (name, "Authorization") == 0)
    for (guint i = self->headers->len; i > 0; i--)
      if (g_ascii_strcasecmp (g_array_index (self->headers, Header, i - 1).name, name) == 0)
        g_array_remove_index (self->headers, i - 1);
  g_array_append_val (self->headers, header);
}

gboolean
weir_request_add_header (WeirRequest *self, const char *name, const char *value, GError **error)
{
  g_autofree char *trimmed = NULL;

  g_return_val_if_fail (WEIR_IS_REQUEST (self), FALSE);
  g_return_val_if_fail (name != NULL && value != NULL, FALSE);

  if (strpbrk (name, "\r\n") || strpbrk (value, "\r\n"))
    return refuse_header (error,
                          _ ("The header “%s” holds a line break, which would smuggle in another "
                             "header; write it on one line."),
                          name);
  if (!is_token (name))
    return refuse_header (
        error, _ ("“%s” is not the name of a header. Write the header as 'Name: value'."), name);
  trimmed = g_strstrip (g_strdup (value));
  for (const char *p = trimmed; *p; p++)
    if (((guchar) *p < 0x20 && *p != '\t') || *p == 0x7F)
      return refuse_header (error, _ ("The header “%s” contains a control character."), name);
  if (g_ascii_strcasecmp (name, "Content-Length") == 0
      || g_ascii_strcasecmp (name, "Transfer-Encoding") == 0
      || g_ascii_strcasecmp (name, "Connection") == 0)
    return refuse_header (error, _ ("Remove the header “%s”. Weir sets it itself."), name);
  if (g_ascii_strcasecmp (name, "Last-Event-ID") == 0)
    return weir_request_set_last_event_id (self, trimmed, error);

  store_header (self, name, trimmed);
  return TRUE;
}

gboolean
weir_request_add_header_line (WeirRequest *self, const char *line, GError **error)
{
  const char *colon = strchr (line, ':');
  g_autofree char *name = NULL;

  g_return_val_if_fail (WEIR_IS_REQUEST (self), FALSE);

  if (!colon)
    return refuse_header (error, _ ("“%s” is not a header. Write it as 'Name: value'."),
                          weir_secrets_is_secret_header (line, line) ? WEIR_MASK : line);
  name = g_strndup (line, colon - line);
  return weir_request_add_header (self, name, colon + 1, error);
}

gboolean
weir_request_get_header (WeirRequest *self, guint i, const char **name, const char **value)
{
  g_return_val_if_fail (WEIR_IS_REQUEST (self), FALSE);

  if (i >= self->headers->len)
    return FALSE;
  *name = g_array_index (self->headers, Header, i).name;
  *value = g_array_index (self->headers, Header, i).value;
  return TRUE;
}

gboolean
weir_request_set_bearer (WeirRequest *self, const char *token, GError **error)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (token));
  g_autofree char *value = g_strconcat ("Bearer ", trimmed, NULL);

  return weir_request_add_header (self, "Authorization", value, error);
}

gboolean
weir_request_set_basic (WeirRequest *self, const char *user, const char *password, GError **error)
{
  g_autofree char *pair = g_strconcat (user, ":", password, NULL);
  g_autofree char *encoded = g_base64_encode ((const guchar *) pair, strlen (pair));
  g_autofree char *value = g_strconcat ("Basic ", encoded, NULL);

  if (strchr (user, ':') || weir_address_has_control (pair))
    {
      g_set_error (error, WEIR_REQUEST_ERROR, WEIR_REQUEST_ERROR_HEADER,
                   _ ("The user name or the password holds a control character, or the name a "
                      "colon, which HTTP cannot send; check what was pasted."));
      return FALSE;
    }
  return weir_request_add_header (self, "Authorization", value, error);
}

void
weir_request_set_body (WeirRequest *self, GBytes *body)
{
  g_return_if_fail (WEIR_IS_REQUEST (self));

  if (body)
    g_bytes_ref (body);
  g_clear_pointer (&self->body, g_bytes_unref);
  self->body = body;
}

GBytes *
weir_request_get_body (WeirRequest *self)
{
  g_return_val_if_fail (WEIR_IS_REQUEST (self), NULL);
  return self->body;
}

gboolean
weir_request_set_last_event_id (WeirRequest *self, const char *id, GError **error)
{
  g_return_val_if_fail (WEIR_IS_REQUEST (self), FALSE);

  if (id && strpbrk (id, "\r\n"))
    {
      g_set_error_literal (error, WEIR_REQUEST_ERROR, WEIR_REQUEST_ERROR_ID,
                           _ ("The last event ID contains a line break. An ID is one line."));
      return FALSE;
    }
  if (id && !g_utf8_validate (id, -1, NULL))
    {
      g_set_error_literal (error, WEIR_REQUEST_ERROR, WEIR_REQUEST_ERROR_ID,
                           _ ("The last event ID is not valid UTF-8."));
      return FALSE;
    }
  g_free (self->last_event_id);
  self->last_event_id = g_strdup (id);
  return TRUE;
}

const char *
weir_request_get_last_event_id (WeirRequest *self)
{
  g_return_val_if_fail (WEIR_IS_REQUEST (self), NULL);
  return self->last_event_id;
}

/* --- The way there ------------------------------------------------------- */

gboolean
weir_request_set_proxy (WeirRequest *self, const char *url, GError **error)
{
  g_return_val_if_fail (WEIR_IS_REQUEST (self), FALSE);

  if (url && *url)
    {
      g_autofree char *scheme = g_uri_parse_scheme (url);
      static const char *const known[] = { "http",    "https",  "socks", "socks4",
                                           "socks4a", "socks5", NULL };

      if (!scheme || !g_strv_contains (known, scheme) || weir_address_has_control (url)
          || !g_uri_is_valid (url, SOUP_HTTP_URI_FLAGS, NULL))
        {
          g_autofree char *shown = weir_address_quote (url);

          g_set_error (
              error, WEIR_REQUEST_ERROR, WEIR_REQUEST_ERROR_PROXY,
              _ ("“%s” is not a proxy. Write it like http://host:port or socks5://host:port."),
              shown);
          return FALSE;
        }
    }
  g_free (self->proxy);
  self->proxy = g_strdup (url);
  return TRUE;
}

const char *
weir_request_get_proxy (WeirRequest *self)
{
  g_return_val_if_fail (WEIR_IS_REQUEST (self), NULL);
  return self->proxy;
}

static gboolean
refuse_file (GError **error, const char *format, const char *path, GError *cause)
{
  g_autofree char *shown = g_filename_display_name (path);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, WEIR_REQUEST_ERROR, WEIR_REQUEST_ERROR_FILE, format, shown, cause->message);
#pragma GCC diagnostic pop
  return FALSE;
}

gboolean
weir_request_set_ca_file (WeirRequest *self, const char *path, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  GTlsDatabase *database = g_tls_file_database_new (absolute, &cause);

  g_return_val_if_fail (WEIR_IS_REQUEST (self), FALSE);

  if (!database)
    return refuse_file (error, _ ("The authorities in “%s” cannot be used: %s"), path, cause);
  g_set_object (&self->tls_database, database);
  g_object_unref (database);
  g_free (self->ca_file);
  self->ca_file = g_strdup (path);
  return TRUE;
}

const char *
weir_request_get_ca_file (WeirRequest *self)
{
  g_return_val_if_fail (WEIR_IS_REQUEST (self), NULL);
  return self->ca_file;
}

GTlsDatabase *
weir_request_get_tls_database (WeirRequest *self)
{
  g_return_val_if_fail (WEIR_IS_REQUEST (self), NULL);
  return self->tls_database;
}

gboolean
weir_request_set_client_certificate (WeirRequest *self,
                                     const char *path,
                                     const char *key_path,
                                     GError **error)
{
  g_autoptr (GError) cause = NULL;
  GTlsCertificate *certificate;

  g_return_val_if_fail (WEIR_IS_REQUEST (self), FALSE);

  certificate = g_tls_certificate_new_from_files (path, key_path ? key_path : path, &cause);
  if (!certificate)
    return refuse_file (error, _ ("The client certificate in “%s” cannot be used: %s"), path,
                        cause);
  g_set_object (&self->client_certificate, certificate);
  g_object_unref (certificate);
  g_free (self->client_certificate_file);
  self->client_certificate_file = g_strdup (path);
  return TRUE;
}

const char *
weir_request_get_client_certificate_file (WeirRequest *self)
{
  g_return_val_if_fail (WEIR_IS_REQUEST (self), NULL);
  return self->client_certificate_file;
}

GTlsCertificate *
weir_request_get_client_certificate (WeirRequest *self)
{
  g_return_val_if_fail (WEIR_IS_REQUEST (self), NULL);
  return self->client_certificate;
}

WeirRequestOptions *
weir_request_get_options (WeirRequest *self)
{
  g_return_val_if_fail (WEIR_IS_REQUEST (self), NULL);
  return &self->options;
}
