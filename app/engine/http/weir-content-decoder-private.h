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

/* Whether a coding of this name, in any case of letters, can be decoded. */
gboolean weir_content_decoder_knows (const char *coding);

/* Decodes one coding. Returns NULL with a sentence if it is not known. (transfer full) */
GConverter *weir_content_decoder_new (const char *coding, GError **error);

/* A stream of body, which is kept by reference, decoded from codings, a Content-Encoding; NULL: none.
 * Invalid data are G_IO_ERROR_INVALID_DATA; a body that is cut ends at the cut. Returns NULL with a
 * sentence if a coding is not known. (transfer full) */
GInputStream *weir_content_decoder_wrap (GInputStream *body, const char *codings, GError **error);

G_END_DECLS
