/* SPDX-License-Identifier: MIT */
/* The head of an HTTP response, as a connection's story tells it. */
#pragma once

#include "weir-connection-info.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* The status, headers and, under TLS, the certificate of what was answered. */
void weir_head_take (WeirConnectionInfo *info, SoupMessage *message);

/* Takes that back, where the answer was a redirect that is followed. */
void weir_head_forget (WeirConnectionInfo *info);

/* "Name: value" lines, secrets masked, valid UTF-8. (transfer full) */
char *weir_head_copy_headers (SoupMessageHeaders *headers);

/* Whether Content-Type's essence is text/event-stream, whatever its case and parameters. */
gboolean weir_head_is_event_stream (SoupMessageHeaders *headers);

/* Content-Type's charset where that is not UTF-8, valid UTF-8 itself; NULL: it is, or none is
 * said. (transfer full) */
char *weir_head_find_other_charset (SoupMessageHeaders *headers);

G_END_DECLS
