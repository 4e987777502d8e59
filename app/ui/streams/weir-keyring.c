/* SPDX-License-Identifier: MIT */
#include "weir-keyring.h"

#include <glib/gi18n.h>
#include <libsecret/secret.h>

static const SecretSchema *
get_schema (void)
{
  static const SecretSchema schema = {
    .name = "io.github.weir_monitor.Weir",
    .flags = SECRET_SCHEMA_NONE,
    .attributes = { { "stream", SECRET_SCHEMA_ATTRIBUTE_STRING } },
  };

  return &schema;
}

static void
explain (GError **error)
{
  g_autofree char *cause = NULL;

  if (error == NULL || *error == NULL)
    return;
  cause = g_strdup ((*error)->message);
  g_clear_error (error);
  g_set_error (
      error, G_IO_ERROR, G_IO_ERROR_FAILED,
      _ ("There is no keyring, so passwords and tokens are kept only until Weir closes (%s)"),
      cause);
}

void
weir_keyring_store_async (const char *uuid,
                          const char *label,
                          const char *secrets,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autofree char *title = g_strdup_printf (_ ("Weir: %s"), label);

  secret_password_store (get_schema (), SECRET_COLLECTION_DEFAULT, title, secrets, NULL, callback,
                         user_data, "stream", uuid, NULL);
}

gboolean
weir_keyring_store_finish (GAsyncResult *result, GError **error)
{
  if (secret_password_store_finish (result, error))
    return TRUE;
  explain (error);
  return FALSE;
}

void
weir_keyring_lookup_async (const char *uuid, GAsyncReadyCallback callback, gpointer user_data)
{
  secret_password_lookup (get_schema (), NULL, callback, user_data, "stream", uuid, NULL);
}

char *
weir_keyring_lookup_finish (GAsyncResult *result, GError **error)
{
  char *secrets = secret_password_lookup_finish (result, error);

  explain (error);
  return secrets;
}

void
weir_keyring_clear (const char *uuid)
{
  secret_password_clear (get_schema (), NULL, NULL, NULL, "stream", uuid, NULL);
}
