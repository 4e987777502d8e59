/* SPDX-License-Identifier: MIT */
/* WeirTapUpstream: the server that a tap sends requests to, and how it changes their heads. */
#pragma once

#include <glib.h>

#include "http/weir-http-head.h"

G_BEGIN_DECLS

typedef struct
{
  char *host;
  guint16 port;
  gboolean tls;
  char *authority; /* for Host: "api.example", "api.example:8080" */
  char *prefix;    /* "" or "/v1", without a slash at its end */
  char *base;      /* "https://api.example" */
} WeirTapUpstream;

/* Changes a request's head for the upstream: its host name and path, and no content coding that the
 * tap cannot decode. */
void weir_tap_upstream_rewrite (const WeirTapUpstream *self, WeirHttpHead *head);

G_END_DECLS
