/* SPDX-License-Identifier: MIT */
/*
 * WeirRoute: the address and method of a request as redirects change them. Loops and more than ten
 * redirects are refused. Credentials are not sent to another origin.
 */
#pragma once

#include <libsoup/soup.h>

#include "weir-request.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean has_body;        /* the request has */
  gboolean has_credentials; /* the request has */
  GUri *origin;             /* credentials are sent to this origin only */
  GUri *uri;
  const char *method; /* the request's, or "GET" */
  gboolean without_body;
  guint changed_method; /* the status of the redirect that made the request a GET; 0: none did */
  guint n_redirects;
  GHashTable *visited;
} WeirRoute;

void weir_route_init (WeirRoute *self, WeirRequest *request);
void weir_route_clear (WeirRoute *self);

gboolean weir_route_is_redirect (guint status);

/* HTML Standard, "same origin". */
gboolean weir_route_is_same_origin (GUri *a, GUri *b);

/* Whether the present address has another origin than the first. */
gboolean weir_route_is_foreign (const WeirRoute *self);

/* Follows a redirect; location is its Location header or NULL.
 * Returns: (transfer full): a sentence on where it leads and what is sent there; NULL with *evidence set
 * (transfer full) if it is not followed. */
char *weir_route_follow (WeirRoute *self, guint status, const char *location, char **evidence);

/* What the redirects changed in the request, as sentences for the message of a later failure; NULL:
 * nothing. (transfer full) */
char *weir_route_describe_changes (const WeirRoute *self);

G_END_DECLS
