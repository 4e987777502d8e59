/* SPDX-License-Identifier: MIT */
/*
 * WeirContentDecoder: undoes a response's content coding as its bytes arrive. libsoup's own gives
 * out undecoded what it cannot decode, as if the answer had not claimed to be compressed; this one
 * says so. RFC 9110, section 8.4.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What an Accept-Encoding asks for; br only over TLS, as browsers do, since proxies spoil it. */
const char *weir_content_decoder_get_codings (gboolean tls);

/* A stream of what body (kept by reference) is when codings, a Content-Encoding, is undone; NULL:
 * there is none. Data that are not so coded are G_IO_ERROR_INVALID_DATA, and a body that is cut
 * ends where it is cut. NULL with a sentence where codings names one that is not known. (transfer
 * full) */
GInputStream *weir_content_decoder_wrap (GInputStream *body, const char *codings, GError **error);

G_END_DECLS
