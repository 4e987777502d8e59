/* SPDX-License-Identifier: MIT */
/*
 * weir-secrets: masks secrets in addresses and headers. Everything that leaves the engine for the
 * screen, a file or another program is masked here first. The data of events is never changed.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WEIR_MASK "***"

/* url with its user info and the values of secret parameters, in the query and the fragment, replaced
 * by "***". Accepts any text. (transfer full) */
char *weir_secrets_mask_url (const char *url);

/* Whether a header or a query parameter of this name contains a secret. Names are compared by whole
 * words: "api_key" and "apiKey" are secret, "monkey" and "ticket_id" are not. */
gboolean weir_secrets_is_secret_name (const char *name);

/* Whether a header must not be sent to another origin: it has a secret name, or its value looks like a
 * key. */
gboolean weir_secrets_is_secret_header (const char *name, const char *value);

/* value as it may be shown: the scheme of an Authorization and the names of cookies stay, addresses
 * are masked as above, values of secret headers become "***". (transfer full) */
char *weir_secrets_mask_header (const char *name, const char *value);

/* The secrets themselves, for weir_secrets_hide(): those in url, encoded and decoded, and those in a
 * header. (transfer full) */
GStrv weir_secrets_of_url (const char *url);
GStrv weir_secrets_of_header (const char *name, const char *value);

/* text with each occurrence of secret masked. A secret of three bytes or fewer stays, because it would
 * match within other words. (transfer full) */
char *weir_secrets_hide (const char *text, const char *secret);

G_END_DECLS
