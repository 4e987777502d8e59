/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-target.h"

#include <glib/gi18n.h>
#include <string.h>

G_DEFINE_QUARK (weir - target - error - quark, weir_target_error)

#define STREAM "{stream}"

static const struct
{
  const char *scheme;
  guint port;
} schemes[] = { { "redis", 6379 }, { "rediss", 6379 }, { "nats", 4222 }, { "kafka", 9092 } };

static gboolean
refuse (GError **error, char *sentence)
{
  g_set_error_literal (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_ADDRESS, sentence);
  g_free (sentence);
  return FALSE;
}

static gboolean
parse_authority (WeirTargetAddress *self, const char *authority, guint default_port, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GSocketConnectable) address = NULL;

  if (*authority == '\0')
    return refuse (error, g_strdup (_ ("--to has no host. Write it like redis://HOST:PORT/"
                                       "KEY{stream}.")));
  if (strcmp (self->scheme, "kafka") == 0)
    {
      self->host = g_strdup (authority);
      return TRUE;
    }
  address = g_network_address_parse (authority, (guint16) default_port, &problem);
  if (address == NULL)
    return refuse (error, g_strdup_printf (_ ("“%s” in --to is not a host and a port. Write "
                                              "HOST:PORT."),
                                           authority));
  self->host = g_strdup (g_network_address_get_hostname (G_NETWORK_ADDRESS (address)));
  self->port = g_network_address_get_port (G_NETWORK_ADDRESS (address));
  return TRUE;
}

static gboolean
check_key (const WeirTargetAddress *self, GError **error)
{
  const gboolean is_kafka = strcmp (self->scheme, "kafka") == 0;

  if (*self->key == '\0')
    return refuse (
        error, is_kafka ? g_strdup (_ ("--to has no topic. Write it like kafka://BROKERS/TOPIC."))
                        : g_strdup (_ ("--to has no key. Write it like redis://HOST:PORT/"
                                       "weir:{stream} or nats://HOST:PORT/weir.{stream}.")));
  if (strcmp (self->scheme, "nats") == 0 && strpbrk (self->key, " *>\t") != NULL)
    return refuse (error,
                   g_strdup_printf (_ ("“%s” in --to is not a subject of NATS: spaces, * and "
                                       "> are not allowed."),
                                    self->key));
  return TRUE;
}

gboolean
weir_target_address_parse (WeirTargetAddress *self, const char *target, GError **error)
{
  const char *rest = strstr (target, "://");
  g_autofree char *authority = NULL;
  const char *slash;
  guint port = 0;

  *self = (WeirTargetAddress){ 0 };
  self->scheme = rest != NULL ? g_strndup (target, rest - target) : g_strdup ("");
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (strcmp (schemes[i].scheme, self->scheme) == 0)
      port = schemes[i].port;
  if (!g_utf8_validate (target, -1, NULL))
    return refuse (error, g_strdup (_ ("--to is not valid UTF-8.")));
  if (port == 0)
    return refuse (error, g_strdup (_ ("--to is redis://HOST:PORT/KEY{stream}, "
                                       "nats://HOST:PORT/SUBJECT.{stream} or "
                                       "kafka://BROKERS/TOPIC.")));
  rest += strlen ("://");
  slash = rest + strcspn (rest, "/");
  authority = g_strndup (rest, slash - rest);
  if (strchr (authority, '@') != NULL)
    return refuse (error, g_strdup (_ ("--to contains a user name or password, which the process "
                                       "list would show. Give them by --to-user=NAME and "
                                       "--to-password=@FILE, or in the environment variables "
                                       "WEIR_COLLECT_USER and WEIR_COLLECT_PASSWORD.")));
  self->key = *slash == '/' ? g_uri_unescape_string (slash + 1, NULL) : g_strdup ("");
  if (self->key == NULL)
    return refuse (error,
                   g_strdup_printf (_ ("“%s” in --to has an invalid percent escape."), slash));
  if (!parse_authority (self, authority, port, error) || !check_key (self, error))
    return FALSE;
  self->display = g_strdup_printf ("%s://%s/%s", self->scheme, authority, self->key);
  return TRUE;
}

void
weir_target_address_clear (WeirTargetAddress *self)
{
  g_free (self->scheme);
  g_free (self->host);
  g_free (self->key);
  g_free (self->user);
  g_free (self->password);
  g_free (self->display);
  *self = (WeirTargetAddress){ 0 };
}

gboolean
weir_target_address_has_stream (const WeirTargetAddress *self)
{
  return strcmp (self->scheme, "kafka") == 0 || strstr (self->key, STREAM) != NULL;
}

char *
weir_target_address_get_key (const WeirTargetAddress *self, const char *stream)
{
  g_autoptr (GString) key = NULL;

  if (strcmp (self->scheme, "kafka") == 0)
    return g_strdup (stream);
  key = g_string_new (self->key);
  g_string_replace (key, STREAM, stream, 0);
  return g_string_free (g_steal_pointer (&key), FALSE);
}

/* Returns: NULL with error set if this build has no support for the scheme. */
static const WeirTargetClass *
find_class (const WeirTargetAddress *address, GError **error)
{
#ifndef HAVE_HIREDIS_SSL
  if (strcmp (address->scheme, "rediss") == 0)
    {
      refuse (error, g_strdup (_ ("This build cannot use rediss://, because its hiredis has no "
                                  "TLS (version 1.0 has it). Use redis:// through a tunnel.")));
      return NULL;
    }
#endif
#ifdef HAVE_HIREDIS
  if (g_str_has_prefix (address->scheme, "redis"))
    return &weir_redis_target_class;
#endif
#ifdef HAVE_NATS
  if (strcmp (address->scheme, "nats") == 0)
    return &weir_nats_target_class;
#endif
#ifdef HAVE_KAFKA
  if (strcmp (address->scheme, "kafka") == 0)
    return &weir_kafka_target_class;
#endif
  refuse (error, g_strdup_printf (_ ("This build has no support for %s://."), address->scheme));
  return NULL;
}

WeirTarget *
weir_target_new (const WeirTargetAddress *address, GError **error)
{
  const WeirTargetClass *class = find_class (address, error);
  WeirTarget *self;

  if (class == NULL)
    return NULL;
  self = g_malloc0 (class->size);
  self->class = class;
  self->address = address;
  if (class->init != NULL)
    class->init (self);
  return self;
}

void
weir_target_free (WeirTarget *self)
{
  self->class->close (self);
  if (self->class->clear != NULL)
    self->class->clear (self);
  g_free (self);
}
