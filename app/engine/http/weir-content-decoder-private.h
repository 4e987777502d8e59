/* SPDX-License-Identifier: MIT */
/*
 * WeirContentDecoder: decodes a response's content coding while its bytes arrive. libsoup's decoder
 * passes on what it cannot decode, as if the response were not compressed; this one reports it. RFC
 * 9110, section 8.4.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The value of Accept-Encoding; br only over TLS, as browsers do, because some proxies damage it. */
const char *weir_content_decoder_get_codings (gboolean tls);

/* Returns: whether a coding of this name, compared case-insensitively, can be decoded. */
gboolean weir_content_decoder_knows (const char *coding);

/* Decodes one coding. Returns NULL with a sentence if it is not known. (transfer full) */
GConverter *weir_content_decoder_new (const char *coding, GError **error);

/* A stream that decodes body from codings, the value of Content-Encoding or NULL. Keeps a reference to body.
 * Reading invalid data fails with G_IO_ERROR_INVALID_DATA; a truncated body ends without an error.
 * Returns: (transfer full): NULL with an error of one sentence if a coding is unknown. */
GInputStream *weir_content_decoder_wrap (GInputStream *body, const char *codings, GError **error);

G_END_DECLS
