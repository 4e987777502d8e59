/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-connection-info-private.h"

#include "base/weir-secrets.h"
#include "weir-backoff-private.h"

#include <glib/gi18n-lib.h>

G_DEFINE_BOXED_TYPE (WeirConnectionInfo,
                     weir_connection_info,
                     weir_connection_info_ref,
                     weir_connection_info_unref)

static const char *const end_reason_names[] = {
  "",         "server",    "reset",  "idle",         "refused",    "unreachable",
  "dns",      "tls",       "status", "content-type", "no-content", "too-large",
  "redirect", "malformed", "proxy",  "file",         "cancelled",
};

const char *
weir_end_reason_get_name (WeirEndReason reason)
{
  g_return_val_if_fail ((guint) reason < G_N_ELEMENTS (end_reason_names), "");

  return end_reason_names[reason];
}

gboolean
weir_end_reason_parse (const char *name, WeirEndReason *reason)
{
  for (guint i = WEIR_END_SERVER; i < G_N_ELEMENTS (end_reason_names); i++)
    if (g_str_equal (end_reason_names[i], name))
      {
        *reason = (WeirEndReason) i;
        return TRUE;
      }
  return FALSE;
}

WeirConnectionInfo *
weir_connection_info_new (guint number)
{
  WeirConnectionInfo *self = g_atomic_rc_box_new0 (WeirConnectionInfo);

  self->number = number;
  self->dns_us = self->tcp_us = self->tls_us = self->sent_us = self->head_us = self->first_byte_us =
      -1;
  self->retry_after_ms = -1;
  return self;
}

/* Visits every string, for copying and freeing. */
static void
each_string (WeirConnectionInfo *self, void (*visit) (char **string))
{
  visit (&self->url);
  visit (&self->method);
  visit (&self->last_event_id);
  visit (&self->request_headers);
  visit (&self->request_body);
  visit (&self->reason_phrase);
  visit (&self->http_version);
  visit (&self->content_type);
  visit (&self->response_headers);
  visit (&self->refused_body);
  visit (&self->remote_address);
  visit (&self->tls);
  visit (&self->certificate);
  visit (&self->certificate_errors);
  visit (&self->evidence);
  visit (&self->end_sentence);
}

static void
duplicate_string (char **string)
{
  *string = g_strdup (*string);
}

static void
free_string (char **string)
{
  g_clear_pointer (string, g_free);
}

WeirConnectionInfo *
weir_connection_info_copy (const WeirConnectionInfo *self)
{
  WeirConnectionInfo *copy = g_atomic_rc_box_dup (sizeof *self, (WeirConnectionInfo *) self);

  each_string (copy, duplicate_string);
  return copy;
}

WeirConnectionInfo *
weir_connection_info_ref (WeirConnectionInfo *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
weir_connection_info_clear (gpointer data)
{
  each_string (data, free_string);
}

void
weir_connection_info_unref (WeirConnectionInfo *self)
{
  g_atomic_rc_box_release_full (self, weir_connection_info_clear);
}

gboolean
weir_connection_info_is_http (const WeirConnectionInfo *self)
{
  return self->url != NULL
         && (g_ascii_strncasecmp (self->url, "http:", 5) == 0
             || g_ascii_strncasecmp (self->url, "https:", 6) == 0);
}

char *
weir_connection_info_describe_end (const WeirConnectionInfo *self)
{
  const char *evidence = self->evidence ? self->evidence : "";

  if (self->end_sentence != NULL && self->end != WEIR_END_NONE)
    return g_strdup (self->end_sentence);
  switch (self->end)
    {
    case WEIR_END_NONE:
      return NULL;
    case WEIR_END_SERVER:
      if (*evidence == '\0')
        return g_strdup (_ ("The stream ended."));
      return self->failed ? g_strdup (evidence)
                          : g_strdup_printf (_ ("The stream ended. %s"), evidence);
    case WEIR_END_RESET:
      return g_strdup_printf (_ ("The connection to %s broke. %s"), self->url, evidence);
    case WEIR_END_IDLE:
      return g_strdup_printf (_ ("The connection to %s timed out. %s"), self->url, evidence);
    case WEIR_END_REFUSED:
      return g_strdup_printf (
          _ ("Nothing is listening at %s. %s Check the port and that the server is running."),
          self->url, evidence);
    case WEIR_END_UNREACHABLE:
      return g_strdup_printf (_ ("Could not reach %s. %s"), self->url, evidence);
    case WEIR_END_DNS:
      return g_strdup_printf (
          _ ("The host name of %s was not found. %s Check its spelling and the network."),
          self->url, evidence);
    case WEIR_END_TLS:
      return g_strdup_printf (_ ("Could not establish a secure connection to %s. %s"), self->url,
                              evidence);
    case WEIR_END_STATUS:
      return g_strdup_printf (_ ("%s did not return an event stream. %s"), self->url, evidence);
    case WEIR_END_CONTENT_TYPE:
      return g_strdup_printf (_ ("%s is not an event stream. %s"), self->url, evidence);
    case WEIR_END_NO_CONTENT:
      return g_strdup_printf (_ ("%s has no more events: it answered 204."), self->url);
    case WEIR_END_TOO_LARGE:
      return g_strdup_printf (_ ("Stopped reading %s. %s"), self->url, evidence);
    case WEIR_END_REDIRECT:
      return g_strdup_printf (_ ("A redirect of %s could not be followed. %s"), self->url,
                              evidence);
    case WEIR_END_MALFORMED:
      return g_strdup_printf (_ ("The response of %s is malformed. %s"), self->url, evidence);
    case WEIR_END_PROXY:
      return g_strdup_printf (_ ("Could not reach %s through the proxy. %s"), self->url, evidence);
    case WEIR_END_FILE:
      return g_strdup (evidence);
    case WEIR_END_CANCELLED:
      return g_strdup (*evidence ? evidence : _ ("Closed."));
    default:
      g_return_val_if_reached (NULL);
    }
}

/* --- The response head ---------------------------------------------------- */

static void
append_header (const char *name, const char *value, gpointer data)
{
  g_autofree char *masked = weir_secrets_mask_header (name, value);
  g_autofree char *valid = g_utf8_make_valid (masked, -1);

  g_string_append_printf (data, "%s: %s\n", name, valid);
}

char *
weir_headers_to_text (SoupMessageHeaders *headers)
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
weir_connection_info_take_head (WeirConnectionInfo *info, SoupMessage *message)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *retry_after = soup_message_headers_get_one (headers, "Retry-After");
  const char *phrase = soup_message_get_reason_phrase (message);
  const char *type = soup_message_headers_get_list (headers, "Content-Type");

  info->status = soup_message_get_status (message);
  info->reason_phrase = g_utf8_make_valid (phrase ? phrase : "", -1);
  info->http_version = g_strdup (http_version_name (soup_message_get_http_version (message)));
  info->content_type = type ? g_utf8_make_valid (type, -1) : NULL;
  info->response_headers = weir_headers_to_text (headers);
  if (retry_after)
    info->retry_after_ms = weir_backoff_parse_retry_after (retry_after, g_get_real_time ());
  take_tls (info, message);
}

void
weir_connection_info_forget_head (WeirConnectionInfo *info)
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
weir_headers_get_type (SoupMessageHeaders *headers, WeirMimeType *type)
{
  weir_mime_type_extract (type, soup_message_headers_get_list (headers, "Content-Type"));
}

char *
weir_headers_find_other_charset (SoupMessageHeaders *headers)
{
  g_auto (WeirMimeType) type = { 0 };

  weir_headers_get_type (headers, &type);
  /* Both are labels of UTF-8 (Encoding Standard, 4.2). */
  if (type.charset == NULL || g_ascii_strcasecmp (type.charset, "utf-8") == 0
      || g_ascii_strcasecmp (type.charset, "utf8") == 0)
    return NULL;
  return g_utf8_make_valid (type.charset, -1);
}
