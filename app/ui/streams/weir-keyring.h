/* SPDX-License-Identifier: MIT */
/*
 * weir-keyring: a stream's secrets in the desktop's keyring. Where there is none, each function
 * gives an error that says so in one sentence.
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

/* NULL without an error where nothing is kept for uuid. (transfer full) */
void weir_keyring_lookup_async (const char *uuid, GAsyncReadyCallback callback, gpointer user_data);
char *weir_keyring_lookup_finish (GAsyncResult *result, GError **error);

/* Forgets what is kept for uuid. */
void weir_keyring_clear (const char *uuid);

G_END_DECLS
