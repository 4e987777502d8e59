/* SPDX-License-Identifier: MIT */
#include "weir-stream-config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "app/engine/recording/weir-recording.h"
#include "app/engine/base/weir-secrets.h"

#define LARGE_FILE_BYTES (64 << 20)

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

  copy->uuid = g_strdup (self->uuid);
  copy->name = g_strdup (self->name);
  copy->address = g_strdup (self->address);
  copy->method = g_strdup (self->method);
  copy->headers = g_strdup (self->headers);
  copy->user = g_strdup (self->user);
  copy->secret = g_strdup (self->secret);
  copy->body = g_strdup (self->body);
  copy->last_event_id = g_strdup (self->last_event_id);
  copy->proxy = g_strdup (self->proxy);
  copy->ca_file = g_strdup (self->ca_file);
  copy->certificate_file = g_strdup (self->certificate_file);
  copy->numbered_by = g_strdup (self->numbered_by);
  copy->recordings = g_strdup (self->recordings);
  copy->alert_filter = g_strdup (self->alert_filter);
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
  g_free (self->uuid);
  g_free (self->name);
  g_free (self->address);
  g_free (self->method);
  g_free (self->headers);
  g_free (self->user);
  g_free (self->secret);
  g_free (self->body);
  g_free (self->last_event_id);
  g_free (self->proxy);
  g_free (self->ca_file);
  g_free (self->certificate_file);
  g_free (self->numbered_by);
  g_free (self->recordings);
  g_free (self->alert_filter);
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
    return g_strdup (self->address);
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
  g_autoptr (WeirRequest) request = weir_request_new (self->address, error);
  WeirRequestOptions *options;

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
  g_autofree char *name = g_strndup (line, strcspn (line, ":"));

  return weir_secrets_is_secret_header (g_strstrip (name));
}

/* The header lines that are secret, or those that are not; NULL where there are none. */
static char *
pick_headers (const char *headers, gboolean secret)
{
  g_auto (GStrv) lines = g_strsplit (headers != NULL ? headers : "", "\n", -1);
  GString *picked = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0' && is_secret_header (lines[i]) == secret)
      g_string_append_printf (picked, "%s\n", lines[i]);
  return g_string_free (picked, picked->len == 0);
}

static void
put (JsonBuilder *builder, const char *name, const char *value)
{
  if (!is_given (value))
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
put_number (JsonBuilder *builder, const char *name, guint value)
{
  if (value == 0)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

JsonNode *
weir_stream_config_to_json (const WeirStreamConfig *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *headers = pick_headers (self->headers, FALSE);
  g_autofree char *secrets = weir_stream_config_get_secrets (self);

  json_builder_begin_object (builder);
  put (builder, "uuid", self->uuid);
  put (builder, "name", self->name);
  put (builder, "address", self->address);
  put (builder, "method", self->method);
  put (builder, "headers", headers);
  put_number (builder, "auth", self->auth);
  put (builder, "user", self->user);
  put (builder, "body", self->body);
  put (builder, "last-event-id", self->last_event_id);
  put (builder, "proxy", self->proxy);
  put (builder, "ca-file", self->ca_file);
  put (builder, "certificate-file", self->certificate_file);
  put (builder, "numbered-by", self->numbered_by);
  put (builder, "recordings", self->recordings);
  put (builder, "alert-filter", self->alert_filter);
  put_number (builder, "insecure", self->insecure);
  put_number (builder, "no-reconnect", self->no_reconnect);
  put_number (builder, "repeat-body", self->repeat_body);
  put_number (builder, "no-record", self->no_record);
  put_number (builder, "http1", self->http1);
  put_number (builder, "retry-ms", self->retry_ms);
  put_number (builder, "idle-timeout-ms", self->idle_timeout_ms);
  put_number (builder, "max-attempts", self->max_attempts);
  put_number (builder, "alert-silence-s", self->alert_silence_s);
  if (secrets != NULL)
    {
      json_builder_set_member_name (builder, "secrets");
      json_builder_add_boolean_value (builder, TRUE);
    }
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

static char *
take (const WeirJsonObject *object, const char *name)
{
  return g_strdup (weir_json_object_get_string (object, name));
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
  const char *uuid = weir_json_object_get_string (object, "uuid");
  WeirStreamConfig *self;

  if (address == NULL)
    return NULL;
  self = weir_stream_config_new (address);
  if (is_given (uuid))
    {
      g_free (self->uuid);
      self->uuid = g_strdup (uuid);
    }
  self->name = take (object, "name");
  self->method = take (object, "method");
  self->headers = take (object, "headers");
  self->auth = MIN (take_number (object, "auth"), WEIR_AUTH_BASIC);
  self->user = take (object, "user");
  self->body = take (object, "body");
  self->last_event_id = take (object, "last-event-id");
  self->proxy = take (object, "proxy");
  self->ca_file = take (object, "ca-file");
  self->certificate_file = take (object, "certificate-file");
  self->numbered_by = take (object, "numbered-by");
  self->recordings = take (object, "recordings");
  self->alert_filter = take (object, "alert-filter");
  self->insecure = take_number (object, "insecure") != 0;
  self->no_reconnect = take_number (object, "no-reconnect") != 0;
  self->repeat_body = take_number (object, "repeat-body") != 0;
  self->no_record = take_number (object, "no-record") != 0;
  self->http1 = take_number (object, "http1") != 0;
  self->retry_ms = take_number (object, "retry-ms");
  self->idle_timeout_ms = take_number (object, "idle-timeout-ms");
  self->max_attempts = take_number (object, "max-attempts");
  self->alert_silence_s = take_number (object, "alert-silence-s");
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

char *
weir_stream_config_get_secrets (const WeirStreamConfig *self)
{
  g_autofree char *headers = pick_headers (self->headers, TRUE);

  if (headers == NULL && !is_given (self->secret))
    return NULL;
  return g_strdup_printf ("%s\n%s", self->secret != NULL ? self->secret : "",
                          headers != NULL ? headers : "");
}

void
weir_stream_config_set_secrets (WeirStreamConfig *self, const char *secrets)
{
  const char *headers = strchr (secrets, '\n');

  g_return_if_fail (headers != NULL);

  g_free (self->secret);
  self->secret = g_strndup (secrets, (gsize) (headers - secrets));
  if (headers[1] != '\0')
    {
      char *all = g_strconcat (self->headers != NULL ? self->headers : "", headers + 1, NULL);
      g_free (self->headers);
      self->headers = all;
    }
}
