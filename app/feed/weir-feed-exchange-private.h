/* SPDX-License-Identifier: MIT */
/*
 * WeirFeedExchange: one request on its way through the sample server, and the plain answers to it.
 */
#pragma once

#include "weir-feed-connection-private.h"

G_BEGIN_DECLS

/* The words that a person reads. */
#define WEIR_FEED_TEXT "text/plain; charset=utf-8"

/* All of it is lent for as long as the request is being answered. */
typedef struct
{
  WeirFeedConnection *connection;
  const WeirHttpHead *request;
  char *path;      /* decoded */
  char *query;     /* not decoded; NULL: none */
  GString *fields; /* header lines that go with whatever is answered */
} WeirFeedExchange;

/* Answers with so many bytes (-1: up to the NUL) of the media type. */
void weir_feed_exchange_respond (
    WeirFeedExchange *self, guint status, const char *type, const char *bytes, gssize length);
/* Answers with one sentence. */
void weir_feed_exchange_say (WeirFeedExchange *self, guint status, const char *sentence);
/* Answers 204 No Content. */
void weir_feed_exchange_say_nothing (WeirFeedExchange *self);
/* Whether the request's method is one of methods, as in an Allow field; answers 405 where not. */
gboolean weir_feed_exchange_has_method (WeirFeedExchange *self, const char *methods);

G_END_DECLS
