/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-head-private.h"

#include "weir-backoff-private.h"
#include "base/weir-secrets.h"

#include <glib/gi18n-lib.h>

static void
append_header (const char *name, const char *value, gpointer data)
{
  g_autofree char *masked = weir_secrets_mask_header (name, value);
  g_autofree char *valid = g_utf8_make_valid (masked, -1);

  g_string_append_printf (data, "%s: %s\n", name, valid);
}

char *
weir_head_copy_headers (SoupMessageHeaders *headers)
{
  GString *out = g_string_new (NULL);

  soup_message_headers_foreach (headers, append_header, out);
  return g_string_free (out, FALSE);
}

static const char *
http_version_name (SoupHTTPVersion version)
{
  switch (version)
    {
    case SOUP_HTTP_1_0:
      return "1.0";
    case SOUP_HTTP_2_0:
      return "2";
    case SOUP_HTTP_1_1:
    default:
      return "1.1";
    }
}

static char *
describe_certificate (GTlsCertificate *certificate)
{
  g_autofree char *subject = g_tls_certificate_get_subject_name (certificate);
  g_autofree char *issuer = g_tls_certificate_get_issuer_name (certificate);
  g_autoptr (GDateTime) until = g_tls_certificate_get_not_valid_after (certificate);
  g_autofree char *day = until ? g_date_time_format (until, "%Y-%m-%d") : NULL;

  return g_strdup_printf (_ ("%s, issued by %s, valid until %s"), subject ? subject : "?",
                          issuer ? issuer : "?", day ? day : "?");
}

static const char *
tls_version_name (GTlsProtocolVersion version)
{
  switch (version)
    {
    case G_TLS_PROTOCOL_VERSION_TLS_1_2:
      return "TLS 1.2";
    case G_TLS_PROTOCOL_VERSION_TLS_1_3:
      return "TLS 1.3";
    case G_TLS_PROTOCOL_VERSION_TLS_1_1:
      return "TLS 1.1";
    case G_TLS_PROTOCOL_VERSION_TLS_1_0:
      return "TLS 1.0";
    case G_TLS_PROTOCOL_VERSION_UNKNOWN:
    case G_TLS_PROTOCOL_VERSION_SSL_3_0:
    case G_TLS_PROTOCOL_VERSION_DTLS_1_0:
    case G_TLS_PROTOCOL_VERSION_DTLS_1_2:
    default:
      return "TLS";
    }
}

static void
take_tls (WeirConnectionInfo *info, SoupMessage *message)
{
  GTlsCertificate *certificate = soup_message_get_tls_peer_certificate (message);
  const char *suite = soup_message_get_tls_ciphersuite_name (message);

  if (!certificate)
    return;
  info->tls =
      g_strdup_printf ("%s%s%s", tls_version_name (soup_message_get_tls_protocol_version (message)),
                       suite ? ", " : "", suite ? suite : "");
  info->certificate = describe_certificate (certificate);
}

void
weir_head_take (WeirConnectionInfo *info, SoupMessage *message)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *retry_after = soup_message_headers_get_one (headers, "Retry-After");
  const char *phrase = soup_message_get_reason_phrase (message);
  const char *type = soup_message_headers_get_list (headers, "Content-Type");

  info->status = soup_message_get_status (message);
  info->reason_phrase = g_utf8_make_valid (phrase ? phrase : "", -1);
  info->http_version = g_strdup (http_version_name (soup_message_get_http_version (message)));
  info->content_type = type ? g_utf8_make_valid (type, -1) : NULL;
  info->response_headers = weir_head_copy_headers (headers);
  if (retry_after)
    info->retry_after_ms = weir_backoff_parse_retry_after (retry_after, g_get_real_time ());
  take_tls (info, message);
}

void
weir_head_forget (WeirConnectionInfo *info)
{
  g_clear_pointer (&info->reason_phrase, g_free);
  g_clear_pointer (&info->http_version, g_free);
  g_clear_pointer (&info->content_type, g_free);
  g_clear_pointer (&info->response_headers, g_free);
  g_clear_pointer (&info->tls, g_free);
  g_clear_pointer (&info->certificate, g_free);
  info->status = 0;
  info->retry_after_ms = -1;
}

void
weir_head_get_type (SoupMessageHeaders *headers, WeirMimeType *type)
{
  weir_mime_type_extract (type, soup_message_headers_get_list (headers, "Content-Type"));
}

char *
weir_head_find_other_charset (SoupMessageHeaders *headers)
{
  g_auto (WeirMimeType) type = { 0 };

  weir_head_get_type (headers, &type);
  /* Both are labels of UTF-8 (Encoding Standard, 4.2). */
  if (type.charset == NULL || g_ascii_strcasecmp (type.charset, "utf-8") == 0
      || g_ascii_strcasecmp (type.charset, "utf8") == 0)
    return NULL;
  return g_utf8_make_valid (type.charset, -1);
}
