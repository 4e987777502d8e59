/* SPDX-License-Identifier: MIT */
/* A blunt HTTP client on a bare socket, for tests of the feed: it sends what it is told, byte for
 * byte, and takes the answer apart with nothing but string functions. */
#pragma once

#include "feed/weir-feed.h"

#include "core/weir-parser.h"

typedef struct
{
  GString *bytes; /* everything up to the server's close */
  guint status;
  char *head;
  GString *body; /* without chunks, where there were */
  guint n_chunks;
  gboolean complete; /* the last chunk, or all of Content-Length, was there */
} Answer;

/* A feed with these options, started. */
WeirFeed *feed_start (const WeirFeedOptions *options);

GSocketConnection *feed_connect (WeirFeed *feed);
void feed_send (GSocketConnection *connection, const char *bytes, gssize length);
/* Reads on until bytes holds needle. */
void feed_read_until (GSocketConnection *connection, GString *bytes, const char *needle);

/* Sends a request and reads up to the close. Adds Host and Connection: close. fields: further
 * header lines with CRLF, or NULL. */
Answer *feed_fetch (
    WeirFeed *feed, const char *method, const char *target, const char *fields, const char *body);
/* Sends this as it is. */
Answer *feed_fetch_raw (WeirFeed *feed, const char *request, gssize length);

/* The value of a header field of the answer; NULL: it has none. */
char *answer_get (Answer *answer, const char *name);
void answer_free (Answer *answer);

/* The events in bytes by core's parser. */
typedef struct
{
  char *type, *data, *id;
} FeedEvent;

GPtrArray *feed_parse (const char *bytes, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answer, answer_free)
