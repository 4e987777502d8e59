/* SPDX-License-Identifier: MIT */
/*
 * What must not be shown: masks secrets in addresses and headers. Everything that leaves the
 * engine for a person's eye, a file or another program passes here first.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WEIR_MASK "***"

/* url with its user info and every token-like query or fragment value replaced by "***". Works on
 * any text, valid as a URL or not. (transfer full) */
char *weir_secrets_mask_url (const char *url);

/* Whether a header of this name carries a secret, and so must not follow to another origin. */
gboolean weir_secrets_is_secret_header (const char *name);

/* value as it may be shown: the scheme of an Authorization and the names of cookies stay, an
 * address is masked as above, other values of secret headers are "***". (transfer full) */
char *weir_secrets_mask_header (const char *name, const char *value);

/* The secrets themselves, as a server could repeat them: those in url's query, as sent and as meant,
 * and those in a header. (transfer full) */
GStrv weir_secrets_of_url (const char *url);
GStrv weir_secrets_of_header (const char *name, const char *value);

/* text with each occurrence of secret masked; one of three bytes or less is no secret but part of
 * many a word, and stays. (transfer full) */
char *weir_secrets_hide (const char *text, const char *secret);

G_END_DECLS
