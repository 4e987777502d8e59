/* SPDX-License-Identifier: MIT */
/* The head of an HTTP request, as a WeirRequest wants it. */
#pragma once

#include "weir-request.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Adds what is sent to uri. foreign: that is not the request's own origin, and secrets stay behind.
 * last_event_id NULL or "": none. */
void weir_request_head_fill (SoupMessageHeaders *headers,
                             WeirRequest *request,
                             GUri *uri,
                             gboolean foreign,
                             const char *last_event_id);

/* The Proxy-Authorization for the request's own proxy, or NULL. (transfer full) */
char *weir_request_head_dup_proxy_authorization (WeirRequest *request);

/* The proxy, where it was given with a name and a password; otherwise NULL. (transfer full) */
GUri *weir_request_head_get_proxy (WeirRequest *request);

G_END_DECLS
