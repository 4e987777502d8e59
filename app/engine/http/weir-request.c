/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-request-private.h"

#include "base/weir-secrets.h"
#include "weir-content-decoder-private.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

/* --- Addresses --------------------------------------------------------------- */

/* User input for a sentence: masked, printable, at most 200 characters. (transfer full) */
static char *
quote_input (const char *text)
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

static gboolean
has_control (const char *text)
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
  g_autofree char *shown = quote_input (address);

  return fail (
      error,
      g_strdup_printf (_ ("“%s” is not an address. Write it like http://host:port/path."), shown));
}

static gboolean
fail_to_read (GError **error, const char *address)
{
  g_autofree char *shown = quote_input (address);

  return fail (
      error,
      g_strdup_printf (_ ("“%s” cannot be read. Weir reads http and https addresses, and files."),
                       shown));
}

/* A pasted address may contain spaces and letters of any script; a request line may not. */
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
  if (strpbrk (host, " #/:<>?@[\\]^|%\"`{}") != NULL || has_control (host))
    return FALSE;
  return *host != '\0' && *host != '.' && strstr (host, "..") == NULL && end - host <= 253;
}

static gboolean
parse_url (const char *address, GUri **uri, GError **error)
{
  g_autofree char *shown = quote_input (address);
  g_autofree char *encoded = NULL;
  g_autoptr (GUri) parsed = NULL;

  if (has_control (address))
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
parse_file_uri (const char *address, char **path, GError **error)
{
  *path = g_filename_from_uri (address, NULL, NULL);
  return *path != NULL || fail_to_read (error, address);
}

static gboolean
parse_address (const char *address, char **path, GUri **uri, GError **error)
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
    {
      if (g_ascii_strcasecmp (scheme, "http") == 0 || g_ascii_strcasecmp (scheme, "https") == 0)
        return parse_url (address, uri, error);
      if (g_ascii_strcasecmp (scheme, "file") == 0)
        return parse_file_uri (address, path, error);
      return fail_to_read (error, address);
    }
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

/* --- The request ------------------------------------------------------------- */

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

/* --- Taking the address ------------------------------------------------------ */

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

  if (!parse_address (address, &path, &uri, error))
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
      g_autofree char *shown = quote_input (method);

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
  g_autofree char *shown = quote_input (name);

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
    {
      /* It may be a token that was pasted alone, so it is not repeated. */
      g_set_error_literal (error, WEIR_REQUEST_ERROR, WEIR_REQUEST_ERROR_HEADER,
                           _ ("A header has no colon. Write it as 'Name: value'."));
      return FALSE;
    }
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

  if (strchr (user, ':') || has_control (pair))
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

/* --- Proxy and certificates ----------------------------------------------------- */

gboolean
weir_request_set_proxy (WeirRequest *self, const char *url, GError **error)
{
  g_return_val_if_fail (WEIR_IS_REQUEST (self), FALSE);

  if (url && *url)
    {
      g_autofree char *scheme = g_uri_parse_scheme (url);
      static const char *const known[] = { "http",    "https",  "socks", "socks4",
                                           "socks4a", "socks5", NULL };

      if (!scheme || !g_strv_contains (known, scheme) || has_control (url)
          || !g_uri_is_valid (url, SOUP_HTTP_URI_FLAGS, NULL))
        {
          g_autofree char *shown = quote_input (url);

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

/* --- The head that is sent ------------------------------------------------- */

/* The proxy, if it was given with a name and a password; otherwise NULL. (transfer full) */
static GUri *
get_proxy_with_credentials (WeirRequest *request)
{
  const char *proxy = weir_request_get_proxy (request);
  g_autoptr (GUri) uri = proxy ? g_uri_parse (proxy, SOUP_HTTP_URI_FLAGS, NULL) : NULL;

  if (!uri || !g_uri_get_user (uri) || !g_uri_get_password (uri))
    return NULL;
  return g_steal_pointer (&uri);
}

char *
weir_request_dup_proxy_authorization (WeirRequest *request)
{
  g_autoptr (GUri) proxy = get_proxy_with_credentials (request);
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
  value = weir_request_dup_proxy_authorization (request);
  if (value)
    soup_message_headers_replace (headers, "Proxy-Authorization", value);
}

/* Whether a header may be sent to another origin. Headers that the user set for the first one may not. */
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
weir_request_fill_head (SoupMessageHeaders *headers,
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

/* --- As a curl command ------------------------------------------------------ */

static void
append_quoted (GString *out, const char *option, const char *value)
{
  g_autofree char *quoted = g_shell_quote (value);

  g_string_append_printf (out, " %s%s%s", option, *option ? " " : "", quoted);
}

static void
append_url (GString *out, const char *option, const char *url, gboolean with_secrets)
{
  g_autofree char *masked = weir_secrets_mask_url (url);

  append_quoted (out, option, with_secrets ? url : masked);
}

static void
append_headers (GString *out, WeirRequest *request, gboolean with_secrets)
{
  const char *id = weir_request_get_last_event_id (request);
  gboolean typed = FALSE;
  const char *name;
  const char *value;

  append_quoted (out, "-H", "Accept: text/event-stream");
  for (guint i = 0; weir_request_get_header (request, i, &name, &value); i++)
    {
      g_autofree char *masked = weir_secrets_mask_header (name, value);
      g_autofree char *line = g_strconcat (name, ": ", with_secrets ? value : masked, NULL);

      append_quoted (out, "-H", line);
      typed = typed || g_ascii_strcasecmp (name, "Content-Type") == 0;
    }
  if (id && *id)
    {
      g_autofree char *line = g_strconcat ("Last-Event-ID: ", id, NULL);

      append_quoted (out, "-H", line);
    }
  /* Otherwise curl would send another content type. */
  if (weir_request_get_body (request) && !typed)
    append_quoted (out, "-H", "Content-Type: application/json");
}

static void
append_body (GString *out, WeirRequest *request)
{
  gsize length;
  const char *text;
  g_autofree char *copy = NULL;

  if (!weir_request_get_body (request))
    return;
  text = g_bytes_get_data (weir_request_get_body (request), &length);
  copy = g_strndup (text ? text : "", length);
  append_quoted (out, "--data-raw", copy);
}

static void
append_way (GString *out, WeirRequest *request, gboolean with_secrets)
{
  const WeirRequestOptions *options = weir_request_get_options (request);

  if (weir_request_get_proxy (request))
    append_url (out, "--proxy", weir_request_get_proxy (request), with_secrets);
  if (weir_request_get_ca_file (request))
    append_quoted (out, "--cacert", weir_request_get_ca_file (request));
  if (weir_request_get_client_certificate_file (request))
    append_quoted (out, "--cert", weir_request_get_client_certificate_file (request));
  if (options->http1)
    g_string_append (out, " --http1.1");
  if (options->insecure)
    g_string_append (out, " --insecure");
}

char *
weir_request_to_curl (WeirRequest *self, gboolean with_secrets)
{
  GString *out;

  g_return_val_if_fail (WEIR_IS_REQUEST (self), NULL);

  out = g_string_new ("curl -N");
  if (weir_request_get_path (self))
    {
      g_autofree char *path = g_canonicalize_filename (weir_request_get_path (self), NULL);
      g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);

      append_quoted (out, "", uri);
      return g_string_free (out, FALSE);
    }
  if (strcmp (weir_request_get_method (self), "GET") != 0)
    append_quoted (out, "-X", weir_request_get_method (self));
  append_headers (out, self, with_secrets);
  append_body (out, self);
  append_way (out, self, with_secrets);
  append_url (out, "", weir_request_get_url (self), with_secrets);
  return g_string_free (out, FALSE);
}
