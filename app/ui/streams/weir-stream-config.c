/* SPDX-License-Identifier: MIT */
#include "weir-stream-config.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "app/engine/recording/weir-recording.h"
#include "app/engine/base/weir-json-text.h"
#include "app/engine/base/weir-secrets.h"

#define LARGE_FILE_BYTES (64 << 20)

/* --- The members of the session file --------------------------------------- */

typedef enum
{
  TEXT,    /* a string; these four come first */
  ADDRESS, /* a string that may contain secrets */
  HEADERS, /* as ADDRESS */
  SECRET,  /* a string that is a secret */
  NUMBER,
  FLAG,
} MemberKind;

/* Of all fields but was_loaded, is_temporary and others. */
static const struct
{
  const char *name;
  gsize offset; /* in WeirStreamConfig */
  MemberKind kind;
} members[] = {
  { "uuid", G_STRUCT_OFFSET (WeirStreamConfig, uuid), TEXT },
  { "name", G_STRUCT_OFFSET (WeirStreamConfig, name), TEXT },
  { "address", G_STRUCT_OFFSET (WeirStreamConfig, address), ADDRESS },
  { "method", G_STRUCT_OFFSET (WeirStreamConfig, method), TEXT },
  { "headers", G_STRUCT_OFFSET (WeirStreamConfig, headers), HEADERS },
  { "auth", G_STRUCT_OFFSET (WeirStreamConfig, auth), NUMBER },
  { "user", G_STRUCT_OFFSET (WeirStreamConfig, user), TEXT },
  { "secret", G_STRUCT_OFFSET (WeirStreamConfig, secret), SECRET },
  { "body", G_STRUCT_OFFSET (WeirStreamConfig, body), TEXT },
  { "last-event-id", G_STRUCT_OFFSET (WeirStreamConfig, last_event_id), TEXT },
  { "proxy", G_STRUCT_OFFSET (WeirStreamConfig, proxy), ADDRESS },
  { "ca-file", G_STRUCT_OFFSET (WeirStreamConfig, ca_file), TEXT },
  { "certificate-file", G_STRUCT_OFFSET (WeirStreamConfig, certificate_file), TEXT },
  { "numbered-by", G_STRUCT_OFFSET (WeirStreamConfig, numbered_by), TEXT },
  { "recordings", G_STRUCT_OFFSET (WeirStreamConfig, recordings), TEXT },
  { "alert-filter", G_STRUCT_OFFSET (WeirStreamConfig, alert_filter), TEXT },
  { "insecure", G_STRUCT_OFFSET (WeirStreamConfig, insecure), FLAG },
  { "no-reconnect", G_STRUCT_OFFSET (WeirStreamConfig, no_reconnect), FLAG },
  { "repeat-body", G_STRUCT_OFFSET (WeirStreamConfig, repeat_body), FLAG },
  { "no-record", G_STRUCT_OFFSET (WeirStreamConfig, no_record), FLAG },
  { "http1", G_STRUCT_OFFSET (WeirStreamConfig, http1), FLAG },
  { "retry-ms", G_STRUCT_OFFSET (WeirStreamConfig, retry_ms), NUMBER },
  { "idle-timeout-ms", G_STRUCT_OFFSET (WeirStreamConfig, idle_timeout_ms), NUMBER },
  { "max-attempts", G_STRUCT_OFFSET (WeirStreamConfig, max_attempts), NUMBER },
  { "alert-silence-s", G_STRUCT_OFFSET (WeirStreamConfig, alert_silence_s), NUMBER },
};

/* The string of a member; NULL: the member is not a string. */
static char **
get_text (const WeirStreamConfig *self, guint member)
{
  return members[member].kind <= SECRET ? G_STRUCT_MEMBER_P (self, members[member].offset) : NULL;
}

static guint *
get_number (const WeirStreamConfig *self, guint member)
{
  return G_STRUCT_MEMBER_P (self, members[member].offset);
}

/* --- The object ------------------------------------------------------------ */

WeirStreamConfig *
weir_stream_config_new (const char *address)
{
  WeirStreamConfig *self = g_new0 (WeirStreamConfig, 1);

  self->uuid = g_uuid_string_random ();
  self->address = g_strdup (address);
  return self;
}

WeirStreamConfig *
weir_stream_config_copy (const WeirStreamConfig *self)
{
  WeirStreamConfig *copy = g_memdup2 (self, sizeof *self);

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    if (get_text (copy, i) != NULL)
      *get_text (copy, i) = g_strdup (*get_text (self, i));
  copy->others = g_strdup (self->others);
  return copy;
}

WeirStreamConfig *
weir_stream_config_duplicate (const WeirStreamConfig *self)
{
  WeirStreamConfig *copy = weir_stream_config_copy (self);

  g_free (copy->uuid);
  copy->uuid = g_uuid_string_random ();
  g_clear_pointer (&copy->recordings, g_free);
  return copy;
}

void
weir_stream_config_free (WeirStreamConfig *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    if (get_text (self, i) != NULL)
      g_free (*get_text (self, i));
  g_free (self->others);
  g_free (self);
}

char *
weir_stream_config_get_title (const WeirStreamConfig *self)
{
  g_autoptr (WeirRequest) request = NULL;
  const char *shown, *rest;

  if (self->name != NULL && *self->name != '\0')
    return g_strdup (self->name);
  request = self->address != NULL ? weir_request_new (self->address, NULL) : NULL;
  if (request == NULL)
    return self->address != NULL ? weir_secrets_mask_url (self->address) : NULL;
  if (weir_request_get_path (request) != NULL)
    return g_path_get_basename (weir_request_get_path (request));
  shown = weir_request_get_display_url (request);
  rest = strstr (shown, "://");
  return g_strdup (rest != NULL ? rest + strlen ("://") : shown);
}

static gboolean
add_headers (WeirRequest *request, const char *headers, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (headers != NULL ? headers : "", "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_strstrip (lines[i]);
      if (*lines[i] != '\0' && !weir_request_add_header_line (request, lines[i], error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_auth (const WeirStreamConfig *self, WeirRequest *request, GError **error)
{
  if (self->auth == WEIR_AUTH_BEARER && self->secret != NULL)
    return weir_request_set_bearer (request, self->secret, error);
  if (self->auth == WEIR_AUTH_BASIC)
    return weir_request_set_basic (request, self->user != NULL ? self->user : "",
                                   self->secret != NULL ? self->secret : "", error);
  return TRUE;
}

static gboolean
is_given (const char *text)
{
  return text != NULL && *text != '\0';
}

WeirRequest *
weir_stream_config_to_request (const WeirStreamConfig *self, GError **error)
{
  g_autoptr (WeirRequest) request = NULL;
  WeirRequestOptions *options;

  if (weir_stream_config_lacks_secrets (self))
    {
      g_set_error_literal (error, WEIR_REQUEST_ERROR, WEIR_REQUEST_ERROR_HEADER,
                           _ ("The passwords and tokens of this stream could not be read from the "
                              "keyring. Edit the stream and enter them again."));
      return NULL;
    }
  request = weir_request_new (self->address, error);
  if (request == NULL)
    return NULL;
  if (is_given (self->method) && !weir_request_set_method (request, self->method, error))
    return NULL;
  if (!add_headers (request, self->headers, error) || !add_auth (self, request, error))
    return NULL;
  if (is_given (self->body))
    {
      g_autoptr (GBytes) body = g_bytes_new (self->body, strlen (self->body));
      weir_request_set_body (request, body);
    }
  if (is_given (self->last_event_id)
      && !weir_request_set_last_event_id (request, self->last_event_id, error))
    return NULL;
  if (is_given (self->proxy) && !weir_request_set_proxy (request, self->proxy, error))
    return NULL;
  if (is_given (self->ca_file) && !weir_request_set_ca_file (request, self->ca_file, error))
    return NULL;
  if (is_given (self->certificate_file)
      && !weir_request_set_client_certificate (request, self->certificate_file, NULL, error))
    return NULL;

  options = weir_request_get_options (request);
  options->insecure = self->insecure;
  options->no_reconnect = self->no_reconnect;
  options->repeat_body = self->repeat_body;
  options->http1 = self->http1;
  options->retry_ms = self->retry_ms;
  options->idle_timeout_ms = self->idle_timeout_ms;
  options->max_attempts = self->max_attempts;
  options->on_limit = WEIR_ON_LIMIT_SKIP;
  return g_steal_pointer (&request);
}

gboolean
weir_stream_config_is_harmless (const WeirStreamConfig *self)
{
  return !is_given (self->body)
         && (!is_given (self->method) || g_ascii_strcasecmp (self->method, "GET") == 0);
}

gboolean
weir_stream_config_is_read_from_disk (const WeirStreamConfig *self)
{
  GStatBuf info;

  if (self->address == NULL)
    return FALSE;
  if (weir_recording_is (self->address))
    return TRUE;
  return g_stat (self->address, &info) == 0 && S_ISREG (info.st_mode)
         && info.st_size > LARGE_FILE_BYTES;
}

static gboolean
is_secret_header (const char *line)
{
  const gsize length = strcspn (line, ":");
  g_autofree char *name = g_strndup (line, length);
  g_autofree char *value = g_strdup (line[length] ? line + length + 1 : "");

  return weir_secrets_is_secret_header (g_strstrip (name), g_strstrip (value));
}

/* The header lines with the values of secret ones masked; NULL if headers is. */
static char *
mask_headers (const char *headers)
{
  g_auto (GStrv) lines = headers != NULL ? g_strsplit (headers, "\n", -1) : NULL;

  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    if (is_secret_header (lines[i]))
      {
        char *masked =
            g_strdup_printf ("%.*s: " WEIR_MASK, (int) strcspn (lines[i], ":"), lines[i]);

        g_free (lines[i]);
        lines[i] = masked;
      }
  return lines != NULL ? g_strjoinv ("\n", lines) : NULL;
}

static char *
mask_address (const char *address)
{
  return address != NULL ? weir_secrets_mask_url (address) : NULL;
}

/* Returns: (transfer full): what the session file gets of a string; NULL: nothing. */
static char *
mask_text (MemberKind kind, const char *text)
{
  switch (kind)
    {
    case ADDRESS:
      return mask_address (text);
    case HEADERS:
      return mask_headers (text);
    case SECRET:
      return is_given (text) ? g_strdup (WEIR_MASK) : NULL;
    case TEXT:
    case NUMBER:
    case FLAG:
    default:
      return g_strdup (text);
    }
}

static void
put_text (JsonBuilder *builder, guint member, const char *text)
{
  g_autofree char *masked = mask_text (members[member].kind, text);

  if (!is_given (masked))
    return;
  json_builder_set_member_name (builder, members[member].name);
  json_builder_add_string_value (builder, masked);
}

static void
put_number (JsonBuilder *builder, guint member, guint value)
{
  if (value == 0)
    return;
  json_builder_set_member_name (builder, members[member].name);
  json_builder_add_int_value (builder, value);
}

JsonNode *
weir_stream_config_to_json (const WeirStreamConfig *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *secrets = weir_stream_config_get_secrets (self);

  json_builder_begin_object (builder);
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    if (get_text (self, i) != NULL)
      put_text (builder, i, *get_text (self, i));
    else
      put_number (builder, i, *get_number (self, i));
  if (secrets != NULL || weir_stream_config_lacks_secrets (self))
    {
      json_builder_set_member_name (builder, "secrets");
      json_builder_add_boolean_value (builder, TRUE);
    }
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

static void
take_text (char **field, const char *text)
{
  if (!is_given (text))
    return;
  g_free (*field);
  *field = g_strdup (text);
}

static guint
take_number (const WeirJsonObject *object, const char *name)
{
  return (guint) CLAMP (weir_json_object_get_integer (object, name, 0), 0, G_MAXINT);
}

WeirStreamConfig *
weir_stream_config_from_json (const WeirJsonObject *object)
{
  const char *address = weir_json_object_get_string (object, "address");
  /* And what is written in addition to them, here and by the list. */
  const char *known[G_N_ELEMENTS (members) + 3] = { "secrets", "open" };
  WeirStreamConfig *self;

  if (!is_given (address))
    return NULL;
  self = weir_stream_config_new (address);
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      const char *name = members[i].name;

      known[2 + i] = name;
      if (get_text (self, i) != NULL)
        take_text (get_text (self, i), weir_json_object_get_string (object, name));
      else if (members[i].kind == FLAG)
        *get_number (self, i) = take_number (object, name) != 0;
      else
        *get_number (self, i) = take_number (object, name);
    }
  self->auth = MIN (self->auth, WEIR_AUTH_BASIC);
  self->was_loaded = weir_json_object_get_boolean (object, "secrets");
  self->others = weir_json_object_dup_others (object, known);
  return self;
}

void
weir_stream_config_set_alert (WeirStreamConfig *self, const char *filter, guint silence_s)
{
  char *copy = is_given (filter) ? g_strdup (filter) : NULL;

  g_free (self->alert_filter);
  self->alert_filter = copy;
  self->alert_silence_s = silence_s;
}

char **
weir_stream_config_get_recordings (const WeirStreamConfig *self)
{
  g_autoptr (GStrvBuilder) there = g_strv_builder_new ();
  g_auto (GStrv) paths = g_strsplit (self->recordings != NULL ? self->recordings : "", "\n", -1);

  for (guint i = 0; paths[i] != NULL; i++)
    if (*paths[i] != '\0' && g_file_test (paths[i], G_FILE_TEST_IS_DIR))
      g_strv_builder_add (there, paths[i]);
  return g_strv_builder_end (there);
}

void
weir_stream_config_add_recording (WeirStreamConfig *self, const char *path)
{
  char *all = self->recordings == NULL ? g_strdup (path)
                                       : g_strdup_printf ("%s\n%s", self->recordings, path);

  g_free (self->recordings);
  self->recordings = all;
}

/* --- Secrets --------------------------------------------------------------- */

static guint
count (const char *text, char c)
{
  guint n = 0;

  for (; *text; text++)
    n += *text == c;
  return n;
}

/* Whether "***" is in place of a secret, which may be one only because it looked like a key. Elsewhere
 * it is text like any other. */
static gboolean
has_placeholder (const char *value, char *(*mask) (const char *) )
{
  g_autoptr (GString) marked = g_string_new (value);
  g_autofree char *masked = NULL;

  if (g_string_replace (marked, WEIR_MASK, "sk-\001", 0) == 0)
    return FALSE;
  masked = mask (marked->str);
  return count (masked, '\001') < count (marked->str, '\001');
}

gboolean
weir_stream_config_lacks_secrets (const WeirStreamConfig *self)
{
  if (!self->was_loaded)
    return FALSE;
  return (self->auth != WEIR_AUTH_NONE && g_strcmp0 (self->secret, WEIR_MASK) == 0)
         || has_placeholder (self->address, mask_address)
         || has_placeholder (self->proxy, mask_address)
         || has_placeholder (self->headers, mask_headers);
}

static void
append_member (GString *out, const char *name, const char *value)
{
  g_string_append_printf (out, "%s\"%s\":", out->len > 1 ? "," : "", name);
  weir_json_text_append_string (out, value, strlen (value));
}

/* Appends value if masking changes it. */
static void
append_if_secret (GString *out, const char *name, const char *value, char *(*mask) (const char *) )
{
  g_autofree char *masked = mask (value);

  if (g_strcmp0 (masked, value) != 0)
    append_member (out, name, value);
}

char *
weir_stream_config_get_secrets (const WeirStreamConfig *self)
{
  g_autoptr (GString) out = NULL;

  if (weir_stream_config_lacks_secrets (self))
    return NULL;
  out = g_string_new ("{");
  if (is_given (self->secret))
    append_member (out, "secret", self->secret);
  append_if_secret (out, "address", self->address, mask_address);
  append_if_secret (out, "proxy", self->proxy, mask_address);
  append_if_secret (out, "headers", self->headers, mask_headers);
  if (out->len == 1)
    return NULL;
  g_string_append_c (out, '}');
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
restore (char **field, const char *value, char *(*mask) (const char *) )
{
  g_autofree char *masked = value != NULL ? mask (value) : NULL;

  if (value == NULL || g_strcmp0 (*field, masked) != 0)
    return;
  g_free (*field);
  *field = g_strdup (value);
}

/* The older format is the secret on the first line and then the secret headers, which the session file
 * of that time did not contain. */
static void
set_old_secrets (WeirStreamConfig *self, const char *secrets)
{
  const char *headers = secrets + strcspn (secrets, "\n");
  char *all;

  g_free (self->secret);
  self->secret = g_strndup (secrets, (gsize) (headers - secrets));
  if (headers[0] == '\0' || headers[1] == '\0')
    return;
  all = g_strconcat (self->headers != NULL ? self->headers : "", headers + 1, NULL);
  g_free (self->headers);
  self->headers = all;
}

static char *
mask_secret (const char *secret)
{
  return g_strdup (WEIR_MASK);
}

void
weir_stream_config_set_secrets (WeirStreamConfig *self, const char *secrets)
{
  g_autoptr (WeirJsonObject) object = weir_json_object_new (secrets, strlen (secrets));

  self->was_loaded = FALSE;
  if (object == NULL)
    {
      set_old_secrets (self, secrets);
      return;
    }
  restore (&self->secret, weir_json_object_get_string (object, "secret"), mask_secret);
  restore (&self->address, weir_json_object_get_string (object, "address"), mask_address);
  restore (&self->proxy, weir_json_object_get_string (object, "proxy"), mask_address);
  restore (&self->headers, weir_json_object_get_string (object, "headers"), mask_headers);
}

/* Returns: (transfer full): NULL if address is not that of a server. */
static char *
dup_host (const char *address)
{
  g_autoptr (WeirRequest) request = weir_request_new (address, NULL);
  const char *url = request != NULL ? weir_request_get_url (request) : NULL;
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, G_URI_FLAGS_NONE, NULL) : NULL;

  return uri != NULL ? g_ascii_strdown (g_uri_get_host (uri), -1) : NULL;
}

gboolean
weir_stream_config_can_move (const WeirStreamConfig *self, const char *address)
{
  g_autofree char *secrets = weir_stream_config_get_secrets (self);
  g_autofree char *from = dup_host (self->address), *to = dup_host (address);

  if (secrets == NULL && !weir_stream_config_lacks_secrets (self))
    return TRUE;
  return from != NULL && g_strcmp0 (from, to) == 0;
}

void
weir_stream_config_rename_recording (WeirStreamConfig *self, const char *from, const char *to)
{
  g_auto (GStrv) paths = g_strsplit (self->recordings != NULL ? self->recordings : "", "\n", -1);

  for (guint i = 0; paths[i] != NULL; i++)
    if (g_str_equal (paths[i], from))
      {
        g_free (paths[i]);
        paths[i] = g_strdup (to);
      }
  if (self->recordings != NULL)
    {
      g_free (self->recordings);
      self->recordings = g_strjoinv ("\n", paths);
    }
  if (g_strcmp0 (self->address, from) == 0)
    {
      g_free (self->address);
      self->address = g_strdup (to);
    }
}
