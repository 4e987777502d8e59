/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-har-private.h"

#include "base/weir-json-object.h"
#include "base/weir-secrets.h"
#include "http/weir-mime-type-private.h"
#include "http/weir-request-body-private.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An archive is read into memory as a whole. */
#define MAX_BYTES ((goffset) 512 << 20)
/* Enough of a file to distinguish an archive from other JSON. */
#define START_BYTES 1024

static void
entry_free (gpointer data)
{
  WeirHarEntry *entry = data;

  weir_connection_info_unref (entry->info);
  g_bytes_unref (entry->body);
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

/* The entry as a stream; NULL: it is not one. (transfer full) */
static WeirHarEntry *
read_entry (const WeirJsonObject *object, guint number)
{
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
  body = weir_mime_type_is_event_stream (&type) || weir_mime_type_get_records (&type, &format)
             ? read_body (content)
             : NULL;
  if (body == NULL)
    return NULL;
  entry = g_new0 (WeirHarEntry, 1);
  entry->body = body;
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

GPtrArray *
weir_har_load (const char *path, char **evidence)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autoptr (WeirJsonObject) log = load_log (path, shown, evidence);
  g_autoptr (GPtrArray) objects = NULL;
  GPtrArray *entries;

  if (log == NULL)
    return NULL;
  objects = weir_json_object_dup_objects (log, "entries");
  entries = g_ptr_array_new_with_free_func (entry_free);
  for (guint i = 0; objects != NULL && i < objects->len; i++)
    {
      WeirHarEntry *entry = read_entry (objects->pdata[i], entries->len + 1);

      if (entry != NULL)
        g_ptr_array_add (entries, entry);
    }
  if (entries->len > 0)
    return entries;
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
