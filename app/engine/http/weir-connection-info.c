/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-connection-info.h"

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
  visit (&self->remote_address);
  visit (&self->tls);
  visit (&self->certificate);
  visit (&self->certificate_errors);
  visit (&self->evidence);
  visit (&self->told);
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

  if (self->told != NULL && self->end != WEIR_END_NONE)
    return g_strdup (self->told);
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
