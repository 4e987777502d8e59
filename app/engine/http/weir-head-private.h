/* SPDX-License-Identifier: MIT */
/* The head of an HTTP response, as it is reported. */
#pragma once

#include "weir-connection-info.h"
#include "weir-mime-type-private.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Takes the status, the headers and, under TLS, the certificate. */
void weir_head_take (WeirConnectionInfo *info, SoupMessage *message);

/* Removes them again, before a redirect is followed. */
void weir_head_forget (WeirConnectionInfo *info);

/* "Name: value" lines, secrets masked, valid UTF-8. (transfer full) */
char *weir_head_copy_headers (SoupMessageHeaders *headers);

/* The type that all Content-Type headers together give. */
void weir_head_get_type (SoupMessageHeaders *headers, WeirMimeType *type);

/* The announced charset where that is not UTF-8, valid UTF-8 itself; NULL: it is UTF-8, or none is
 * announced. (transfer full) */
char *weir_head_find_other_charset (SoupMessageHeaders *headers);

G_END_DECLS
