/* SPDX-License-Identifier: MIT */
/*
 * WeirFeedAccess: who may read the sample server: by the Host field (against DNS rebinding), by the
 * origin (CORS, the Fetch Standard), and by bearer token (RFC 6750).
 */
#pragma once

#include "weir-feed-exchange-private.h"

G_BEGIN_DECLS

typedef struct
{
  char *host;   /* that the server listens on */
  char *bearer; /* NULL: anybody */
  GStrv cors;   /* origins that may read; NULL: only the server's own */
} WeirFeedAccess;

/* Whether the request is to go on; where not (a stranger, or a preflight), it has been answered. */
gboolean weir_feed_access_check (const WeirFeedAccess *self, WeirFeedExchange *exchange);
/* The same, of what asks for the token. */
gboolean weir_feed_access_check_bearer (const WeirFeedAccess *self, WeirFeedExchange *exchange);

G_END_DECLS
