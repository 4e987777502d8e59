/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-request.h"
#include "base/weir-secrets.h"

#include <string.h>

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
  /* What curl says of a body otherwise is another type than ours. */
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
