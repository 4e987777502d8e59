/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-har-private.h"

#include "base/weir-json-object.h"
#include "base/weir-secrets.h"
#include "http/weir-mime-type-private.h"
#include "http/weir-request-body.h"

#include "core/weir-encoder.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An archive is read into memory as a whole. */
#define MAX_BYTES ((goffset) 512 << 20)
/* Enough of a file to distinguish an archive from other JSON. */
#define START_BYTES 1024
/* The end of the year 9999. */
#define LATEST_SECONDS 253402300799.0

static void
entry_free (gpointer data)
{
  WeirHarEntry *entry = data;

  weir_connection_info_unref (entry->info);
  g_bytes_unref (entry->body);
  g_clear_pointer (&entry->messages, g_array_unref);
  g_free (entry);
}

static const char *
skip_space (const char *text)
{
  return text + strspn (text, " \t\r\n");
}

gboolean
weir_har_is (const char *path)
{
  char start[START_BYTES + 1];
  const char *text = start;
  struct stat status;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  gssize n = -1;

  if (fd >= 0 && fstat (fd, &status) == 0 && S_ISREG (status.st_mode))
    n = read (fd, start, START_BYTES);
  if (fd >= 0)
    close (fd);
  if (n <= 0)
    return FALSE;
  start[n] = '\0';
  if (g_str_has_prefix (text, "\xef\xbb\xbf"))
    text += 3;
  text = skip_space (text);
  if (*text != '{')
    return FALSE;
  text = skip_space (text + 1);
  if (!g_str_has_prefix (text, "\"log\""))
    return FALSE;
  text = skip_space (text + strlen ("\"log\""));
  return *text == ':' && *skip_space (text + 1) == '{';
}

/* (transfer full), or NULL */
static WeirJsonObject *
get_object (const WeirJsonObject *parent, const char *name)
{
  gsize length;
  const char *text = parent != NULL ? weir_json_object_peek_value (parent, name, &length) : NULL;

  return text != NULL ? weir_json_object_new (text, length) : NULL;
}

/* Masked "Name: value" lines; the values of one header are joined in *joined. (transfer full) */
static char *
read_headers (const WeirJsonObject *message, const char *wanted, GString *joined)
{
  g_autoptr (GPtrArray) headers = weir_json_object_dup_objects (message, "headers");
  GString *lines = g_string_new (NULL);

  for (guint i = 0; headers != NULL && i < headers->len; i++)
    {
      const char *name = weir_json_object_get_string (headers->pdata[i], "name");
      const char *value = weir_json_object_get_string (headers->pdata[i], "value");
      g_autofree char *masked = NULL;

      if (name == NULL || value == NULL || strpbrk (name, "\r\n") || strpbrk (value, "\r\n"))
        continue;
      masked = weir_secrets_mask_header (name, value);
      g_string_append_printf (lines, "%s: %s\n", name, masked);
      if (wanted != NULL && g_ascii_strcasecmp (name, wanted) == 0)
        g_string_append_printf (joined, "%s%s", joined->len > 0 ? ", " : "", value);
    }
  return g_string_free (lines, FALSE);
}

static gint64
read_time (const char *text)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, utc) : NULL;

  return time != NULL
             ? g_date_time_to_unix (time) * G_TIME_SPAN_SECOND + g_date_time_get_microsecond (time)
             : 0;
}

/* The body of a response; NULL: the archive does not have it. (transfer full) */
static GBytes *
read_body (const WeirJsonObject *content)
{
  const char *text = weir_json_object_get_string (content, "text");
  const char *encoding = weir_json_object_get_string (content, "encoding");
  gsize length;
  guchar *bytes;

  if (text == NULL)
    return NULL;
  if (g_strcmp0 (encoding, "base64") != 0)
    return g_bytes_new (text, strlen (text));
  bytes = g_base64_decode (text, &length);
  return g_bytes_new_take (bytes, length);
}

/* In seconds since 1970. */
static gint64
read_seconds (const WeirJsonObject *message)
{
  gsize length;
  const char *text = weir_json_object_peek_value (message, "time", &length);
  const double seconds = text != NULL ? g_ascii_strtod (text, NULL) : 0;

  return seconds > 0 && seconds < LATEST_SECONDS ? (gint64) (seconds * 1e6) : 0;
}

static WeirSpan
get_span (const WeirJsonObject *message, const char *name)
{
  const char *text = weir_json_object_get_string (message, name);

  return (WeirSpan){ text != NULL ? text : "", text != NULL ? strlen (text) : 0 };
}

/* Returns: FALSE if an event stream cannot have such a message. */
static gboolean
append_message (GString *body, const WeirJsonObject *object, char **last_id)
{
  const gsize begin = body->len;
  WeirMessage message = { .type = get_span (object, "eventName"),
                          .id = get_span (object, "eventId"),
                          .data = get_span (object, "data"),
                          .has_data = true };
  gsize length = 0;

  if (message.type.length == strlen ("message")
      && memcmp (message.type.text, "message", message.type.length) == 0)
    message.type.length = 0;
  message.has_id = g_strcmp0 (*last_id, message.id.text) != 0;
  if (weir_encode (&message, NULL, 0, &length) != WEIR_ENCODE_SPACE)
    return FALSE;
  g_string_set_size (body, begin + length);
  weir_encode (&message, body->str + begin, length, &length);
  g_free (*last_id);
  *last_id = g_strdup (message.id.text);
  return TRUE;
}

/* The messages that Chrome and Weir write, as an event stream, if the archive does not have its bytes;
 * NULL: it has no messages either. (transfer full) */
static GBytes *
read_messages (const WeirJsonObject *entry, GArray **messages)
{
  g_autoptr (GPtrArray) objects = weir_json_object_dup_objects (entry, "_eventSourceMessages");
  g_autofree char *last_id = g_strdup ("");
  GString *body;

  if (objects == NULL || objects->len == 0)
    return NULL;
  body = g_string_new (NULL);
  *messages = g_array_new (FALSE, FALSE, sizeof (WeirHarMessage));
  for (guint i = 0; i < objects->len; i++)
    if (append_message (body, objects->pdata[i], &last_id))
      {
        const WeirHarMessage message = { body->len, read_seconds (objects->pdata[i]) };

        g_array_append_val (*messages, message);
      }
  return g_string_free_to_bytes (body);
}

static void
take_request (WeirConnectionInfo *info, const WeirJsonObject *request)
{
  const char *url = weir_json_object_get_string (request, "url");
  const char *method = weir_json_object_get_string (request, "method");
  g_autoptr (WeirJsonObject) data = get_object (request, "postData");
  const char *body = data != NULL ? weir_json_object_get_string (data, "text") : NULL;

  info->url = weir_secrets_mask_url (url != NULL ? url : "");
  info->method = g_strdup (method != NULL ? method : "GET");
  info->request_headers = read_headers (request, NULL, NULL);
  if (body == NULL)
    return;
  info->request_bytes = strlen (body);
  info->request_body =
      weir_request_body_mask (body, MIN (info->request_bytes, WEIR_MAX_REQUEST_BODY), NULL);
}

static void
take_response (WeirConnectionInfo *info, const WeirJsonObject *response)
{
  const char *phrase = weir_json_object_get_string (response, "statusText");

  info->status = (guint) CLAMP (weir_json_object_get_integer (response, "status", 0), 0, 999);
  info->reason_phrase = g_strdup (phrase != NULL ? phrase : "");
}

/* The entry as a stream; NULL: it is not one, or is counted in n_empty. (transfer full) */
static WeirHarEntry *
read_entry (const WeirJsonObject *object, guint number, guint *n_empty)
{
  GArray *messages = NULL;
  g_autoptr (WeirJsonObject) request = get_object (object, "request");
  g_autoptr (WeirJsonObject) response = get_object (object, "response");
  g_autoptr (WeirJsonObject) content = get_object (response, "content");
  g_autoptr (GString) types = g_string_new (NULL);
  g_auto (WeirMimeType) type = { 0 };
  g_autofree char *headers = NULL;
  WeirBodyFormat format = WEIR_BODY_SSE;
  WeirHarEntry *entry;
  GBytes *body;

  if (request == NULL || response == NULL || content == NULL)
    return NULL;
  headers = read_headers (response, "Content-Type", types);
  if (types->len == 0)
    g_string_append (types, weir_json_object_get_string (content, "mimeType") != NULL
                                ? weir_json_object_get_string (content, "mimeType")
                                : "");
  weir_mime_type_extract (&type, types->str);
  if (!weir_mime_type_is_event_stream (&type) && !weir_mime_type_get_records (&type, &format))
    return NULL;
  body = read_body (content);
  if (body == NULL && format == WEIR_BODY_SSE)
    body = read_messages (object, &messages);
  if (body == NULL)
    {
      (*n_empty)++;
      return NULL;
    }
  entry = g_new0 (WeirHarEntry, 1);
  entry->body = body;
  entry->messages = messages;
  entry->info = weir_connection_info_new (number);
  entry->info->began_us = read_time (weir_json_object_get_string (object, "startedDateTime"));
  entry->answered_us = entry->info->began_us;
  entry->info->format = format;
  entry->info->content_type = g_strdup (types->str);
  entry->info->response_headers = g_steal_pointer (&headers);
  take_request (entry->info, request);
  take_response (entry->info, response);
  return entry;
}

static WeirJsonObject *
load_log (const char *path, const char *shown, char **evidence)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirJsonObject) root = NULL;
  WeirJsonObject *log;
  struct stat status;
  gsize length, skip;

  if (stat (path, &status) == 0 && status.st_size > MAX_BYTES)
    {
      *evidence = g_strdup_printf (_ ("The HTTP archive “%s” is larger than 512 MiB."), shown);
      return NULL;
    }
  if (!g_file_get_contents (path, &text, &length, &error))
    {
      *evidence = g_strdup_printf (_ ("Could not read “%s”: %s."), shown, error->message);
      return NULL;
    }
  skip = g_str_has_prefix (text, "\xef\xbb\xbf") ? 3 : 0;
  root = weir_json_object_new (text + skip, length - skip);
  log = get_object (root, "log");
  if (log == NULL)
    *evidence = g_strdup_printf (_ ("The HTTP archive “%s” is not valid JSON."), shown);
  return log;
}

/* (transfer full) */
static char *
describe_empty (guint n_empty, const char *shown)
{
  return g_strdup_printf (
      ngettext (
          "%u event stream in the HTTP archive “%s” has no body: its content.text is missing. "
          "Wait for the end of the stream, and export the archive again with content: in "
          "Chrome by “Export HAR (with sensitive data)”, in Firefox by “Save All As HAR”.",
          "%u event streams in the HTTP archive “%s” have no body: their content.text is "
          "missing. Wait for the end of the streams, and export the archive again with "
          "content: in Chrome by “Export HAR (with sensitive data)”, in Firefox by “Save All "
          "As HAR”.",
          n_empty),
      n_empty, shown);
}

GPtrArray *
weir_har_load (const char *path, char **evidence)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autoptr (WeirJsonObject) log = load_log (path, shown, evidence);
  g_autoptr (GPtrArray) objects = NULL;
  GPtrArray *entries;
  guint n_empty = 0;

  if (log == NULL)
    return NULL;
  objects = weir_json_object_dup_objects (log, "entries");
  entries = g_ptr_array_new_with_free_func (entry_free);
  for (guint i = 0; objects != NULL && i < objects->len; i++)
    {
      WeirHarEntry *entry = read_entry (objects->pdata[i], entries->len + 1, &n_empty);

      if (entry != NULL)
        g_ptr_array_add (entries, entry);
    }
  if (n_empty > 0)
    *evidence = describe_empty (n_empty, shown);
  if (entries->len > 0)
    return entries;
  if (n_empty > 0)
    {
      g_ptr_array_unref (entries);
      return NULL;
    }
  *evidence = g_strdup_printf (
      ngettext (
          "The HTTP archive “%s” has %u response, which is not an event stream with its body.",
          "The HTTP archive “%s” has %u responses, none of which is an event stream with its "
          "body.",
          objects != NULL ? objects->len : 0),
      shown, objects != NULL ? objects->len : 0);
  g_ptr_array_unref (entries);
  return NULL;
}
