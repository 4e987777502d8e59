/* SPDX-License-Identifier: MIT */
/*
 * WeirFeedAccess decides who may read the sample server: by the Host field (against DNS rebinding), by
 * Origin and Sec-Fetch-Site (Fetch Standard, Fetch Metadata), and by bearer token (RFC 6750).
 */
#pragma once

#include "weir-feed-exchange-private.h"

G_BEGIN_DECLS

typedef struct
{
  char *host;   /* the address that the server listens on */
  char *bearer; /* NULL: none is needed */
  GStrv cors;   /* origins that may read; NULL: only the server's own */
} WeirFeedAccess;

/* Returns FALSE if the request has been answered: it was refused, or was a preflight. */
gboolean weir_feed_access_check (const WeirFeedAccess *self, WeirFeedExchange *exchange);
/* The same for paths that need the token. */
gboolean weir_feed_access_check_bearer (const WeirFeedAccess *self, WeirFeedExchange *exchange);

G_END_DECLS
