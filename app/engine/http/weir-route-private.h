/* SPDX-License-Identifier: MIT */
/*
 * WeirRoute: where a request goes, and as what. Redirects lead it on: not round in a circle, not
 * without end, and credentials do not follow to another origin.
 */
#pragma once

#include <libsoup/soup.h>

#include "weir-request.h"

G_BEGIN_DECLS

typedef struct
{
  GUri *origin; /* where credentials may go */
  GUri *uri;
  const char *method; /* the request's, or "GET" */
  gboolean without_body;
  guint n_redirects;
  GHashTable *visited;
} WeirRoute;

void weir_route_init (WeirRoute *self, WeirRequest *request);
void weir_route_clear (WeirRoute *self);

gboolean weir_route_is_redirect (guint status);

/* HTML Standard, "same origin". */
gboolean weir_route_is_same_origin (GUri *a, GUri *b);

/* Whether the route has come to another origin than it began at. */
gboolean weir_route_is_foreign (const WeirRoute *self);

/* Goes where an answer with that status sends it; location is its Location header or NULL. Returns a
 * sentence on where that is; or NULL, and *evidence says why not. (both transfer full) */
char *weir_route_follow (WeirRoute *self, guint status, const char *location, char **evidence);

G_END_DECLS
