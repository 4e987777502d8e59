/* SPDX-License-Identifier: MIT */
/*
 * WeirTapLink: one client of a tap and the connection to the upstream that belongs to it alone.
 * It rewrites the heads of requests and changes nothing in responses. Each direction reads only after
 * its own writes, so that a slow reader slows down the other side. It belongs to the I/O thread.
 */
#pragma once

#include "weir-tap-exchange-private.h"

G_BEGIN_DECLS

/* The server that a tap sends requests to. */
typedef struct
{
  char *host;
  guint16 port;
  gboolean tls;
  char *authority; /* for Host: "api.example", "api.example:8080" */
  char *prefix;    /* "" or "/v1", without a slash at its end */
  char *base;      /* "https://api.example" */
} WeirTapUpstream;

typedef struct WeirTapLink WeirTapLink;
typedef void (*WeirTapLinkClosed) (WeirTapLink *link, gpointer user_data);

/* viewer and upstream must outlive it. closed is called once, and may unref it. */
WeirTapLink *weir_tap_link_new (GSocketConnection *client,
                                WeirTapViewer *viewer,
                                const WeirTapUpstream *upstream,
                                WeirTapLinkClosed closed,
                                gpointer user_data);
void weir_tap_link_unref (WeirTapLink *self);

/* Cuts both connections. */
void weir_tap_link_close (WeirTapLink *self);

G_END_DECLS
