/* SPDX-License-Identifier: MIT */
/*
 * weir-keyring: the secrets of a stream in the desktop keyring. Without a keyring, each function
 * sets an error with one sentence.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Keeps secrets for the stream named by uuid; label is what a keyring's window shows. */
void weir_keyring_store_async (const char *uuid,
                               const char *label,
                               const char *secrets,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean weir_keyring_store_finish (GAsyncResult *result, GError **error);

/* Returns: (transfer full): NULL without an error if the keyring has nothing for uuid. */
void weir_keyring_lookup_async (const char *uuid, GAsyncReadyCallback callback, gpointer user_data);
char *weir_keyring_lookup_finish (GAsyncResult *result, GError **error);

/* Removes the secrets of uuid. */
void weir_keyring_clear (const char *uuid);

G_END_DECLS
