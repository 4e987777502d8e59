/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-end-private.h"

#include "base/weir-secrets.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

char *
weir_end_describe_tls_errors (GTlsCertificateFlags errors)
{
  static const struct
  {
    GTlsCertificateFlags flag;
    const char *text;
  } known[] = {
    { G_TLS_CERTIFICATE_UNKNOWN_CA, N_ ("The certificate's issuer is not trusted.") },
    { G_TLS_CERTIFICATE_BAD_IDENTITY, N_ ("The certificate is for another host.") },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED, N_ ("The certificate is not valid yet.") },
    { G_TLS_CERTIFICATE_EXPIRED, N_ ("The certificate has expired.") },
    { G_TLS_CERTIFICATE_REVOKED, N_ ("The certificate was revoked.") },
    { G_TLS_CERTIFICATE_INSECURE, N_ ("The certificate's algorithm is insecure.") },
    { G_TLS_CERTIFICATE_GENERIC_ERROR, N_ ("The certificate could not be verified.") },
  };
  GString *out = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (errors & known[i].flag)
      g_string_append_printf (out, "%s%s", out->len ? " " : "", _ (known[i].text));
  return g_string_free (out, FALSE);
}

/* The system's message with a full stop. */
static char *
sentence (const char *message)
{
  gsize length = strlen (message);

  return g_strdup_printf ("%s%s", message, length && message[length - 1] == '.' ? "" : ".");
}

static WeirEndReason
classify_io (const GError *error)
{
  switch (error->code)
    {
    case G_IO_ERROR_CONNECTION_REFUSED:
      return WEIR_END_REFUSED;
    case G_IO_ERROR_HOST_NOT_FOUND:
      return WEIR_END_DNS;
    case G_IO_ERROR_HOST_UNREACHABLE:
    case G_IO_ERROR_NETWORK_UNREACHABLE:
    case G_IO_ERROR_TIMED_OUT:
      return WEIR_END_UNREACHABLE;
    case G_IO_ERROR_PROXY_FAILED:
    case G_IO_ERROR_PROXY_AUTH_FAILED:
    case G_IO_ERROR_PROXY_NEED_AUTH:
    case G_IO_ERROR_PROXY_NOT_ALLOWED:
      return WEIR_END_PROXY;
    case G_IO_ERROR_INVALID_DATA:
    case G_IO_ERROR_INVALID_ARGUMENT:
      return WEIR_END_MALFORMED;
    case G_IO_ERROR_CANCELLED:
      return WEIR_END_CANCELLED;
    default:
      return WEIR_END_RESET;
    }
}

static WeirEndReason
classify_session (const GError *error)
{
  switch (error->code)
    {
    case SOUP_SESSION_ERROR_PARSING:
    case SOUP_SESSION_ERROR_ENCODING:
      return WEIR_END_MALFORMED;
    case SOUP_SESSION_ERROR_TOO_MANY_REDIRECTS:
    case SOUP_SESSION_ERROR_REDIRECT_NO_LOCATION:
    case SOUP_SESSION_ERROR_REDIRECT_BAD_URI:
      return WEIR_END_REDIRECT;
    default:
      return WEIR_END_RESET;
    }
}

/* Whether the socket failed, not TLS: glib-networking reports both as errors of TLS while it shakes hands. */
static gboolean
is_socket_error (const GError *error)
{
  return strstr (error->message, g_strerror (ECONNRESET)) != NULL
         || strstr (error->message, g_strerror (EPIPE)) != NULL;
}

WeirEndReason
weir_end_classify (const GError *error, GTlsCertificateFlags tls_errors, char **evidence)
{
  if (error->domain == G_TLS_ERROR)
    {
      if (tls_errors != 0)
        {
          *evidence = weir_end_describe_tls_errors (tls_errors);
          return WEIR_END_TLS;
        }
      *evidence = sentence (error->message);
      /* G_TLS_ERROR_EOF: the peer closed the connection without ending TLS. */
      return error->code == G_TLS_ERROR_EOF || is_socket_error (error) ? WEIR_END_RESET
                                                                       : WEIR_END_TLS;
    }

  /* Only the message distinguishes this from a connection that ended. */
  if (strcmp (error->message, g_dgettext ("libsoup-3.0", "Header too big")) == 0)
    {
      *evidence = g_strdup (_ ("The response head is too large."));
      return WEIR_END_TOO_LARGE;
    }

  *evidence = sentence (error->message);
  if (error->domain == G_RESOLVER_ERROR)
    return WEIR_END_DNS;
  if (error->domain == G_IO_ERROR)
    return classify_io (error);
  if (error->domain == SOUP_SESSION_ERROR)
    return classify_session (error);
  return WEIR_END_RESET;
}

char *
weir_end_advise_http (char *evidence)
{
  char *advised = g_strdup_printf (
      /* Translators: the system's sentence on why there is no TLS connection. */
      _ ("%s If that server speaks plain HTTP, write http:// instead of https://."), evidence);

  g_free (evidence);
  return advised;
}

gboolean
weir_end_is_on_the_way (WeirEndReason reason)
{
  return reason == WEIR_END_REFUSED || reason == WEIR_END_DNS || reason == WEIR_END_UNREACHABLE;
}

char *
weir_end_blame_proxy (WeirEndReason reason, const char *proxy, char *evidence)
{
  g_autofree char *was = evidence;
  g_autofree char *shown = weir_secrets_mask_url (proxy);

  if (reason == WEIR_END_REFUSED)
    return g_strdup_printf (
        _ ("Nothing is listening at %s. Check the proxy's address and that it is running."), shown);
  return g_strdup_printf (_ ("Could not reach %s. %s Check the proxy's address."), shown, was);
}

WeirEndReason
weir_end_of_body (SoupEncoding framing, gboolean closed, gboolean unfinished, char **evidence)
{
  WeirEndReason reason = WEIR_END_SERVER;
  const char *sentence;

  if (framing == SOUP_ENCODING_CHUNKED && closed && unfinished)
    {
      reason = WEIR_END_RESET;
      sentence = _ ("The connection was closed in the middle of an event.");
    }
  else if (framing == SOUP_ENCODING_CHUNKED && closed)
    sentence = _ ("The server closed the connection; it is unknown whether that was intended.");
  else if (framing == SOUP_ENCODING_CHUNKED)
    sentence = _ ("The server sent its last chunk.");
  else if (framing == SOUP_ENCODING_CONTENT_LENGTH)
    sentence = _ ("The announced length was received.");
  else
    sentence = _ ("The server closed the connection. It announced no length, so it is unknown "
                  "whether that was intended.");
  *evidence = g_strdup (sentence);
  return reason;
}
