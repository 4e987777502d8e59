/* SPDX-License-Identifier: MIT */
/* The head of the HTTP request that a WeirRequest describes. */
#pragma once

#include "weir-request.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Adds what is sent to uri. If foreign, uri has another origin than the request, and
 * no secrets are sent. last_event_id may be NULL or "". */
void weir_request_fill_head (SoupMessageHeaders *headers,
                             WeirRequest *request,
                             GUri *uri,
                             gboolean foreign,
                             const char *last_event_id);

/* The Proxy-Authorization for the request's own proxy, or NULL. (transfer full) */
char *weir_request_dup_proxy_authorization (WeirRequest *request);

G_END_DECLS
