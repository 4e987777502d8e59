/* SPDX-License-Identifier: MIT */
/* How a WeirConnectionInfo takes the head of a response from libsoup. */
#pragma once

#include "weir-connection-info.h"
#include "weir-mime-type-private.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Takes the status, the headers and, under TLS, the certificate. */
void weir_connection_info_take_head (WeirConnectionInfo *info, SoupMessage *message);

/* Removes all of it before a redirect is followed. */
void weir_connection_info_forget_head (WeirConnectionInfo *info);

/* "Name: value" lines, secrets masked, valid UTF-8. (transfer full) */
char *weir_headers_to_text (SoupMessageHeaders *headers);

/* The type that all Content-Type headers together give. */
void weir_headers_get_type (SoupMessageHeaders *headers, WeirMimeType *type);

/* The announced charset, as valid UTF-8, if it is another one than UTF-8; otherwise NULL.
 * (transfer full) */
char *weir_headers_find_other_charset (SoupMessageHeaders *headers);

G_END_DECLS
