/* SPDX-License-Identifier: MIT */
/*
 * WeirFeed: the sample server. It serves event streams of known content to try a client with. It runs in
 * a thread with its own main context, so that a program can contain it.
 *
 *   GET  /events                 the stream; ?scenario=NAME&rate=N&count=N chooses another
 *   POST /step                   sends the next event of a replay by steps; ?n=N: the next N
 *   POST /v1/chat/completions    the llm scenario as OpenAI's API sends it
 *   POST /v1/messages            the llm scenario as Anthropic's API sends it
 *   GET  /                       the page of options.www, or a description of the above; the stream
 *                                itself if only text/event-stream is accepted
 *
 * Events are numbered from 1, and event N of a scenario is always the same. A request with
 * Last-Event-ID: N continues with N + 1. It answers only requests that name it in Host, and only
 * pages of its own origin, unless options.cors names more.
 */
#pragma once

#include "weir-feed-options.h"

G_BEGIN_DECLS

#define WEIR_TYPE_FEED (weir_feed_get_type ())
G_DECLARE_FINAL_TYPE (WeirFeed, weir_feed, WEIR, FEED, GObject)

/* A feed that does not listen yet. Returns NULL and WEIR_FEED_ERROR_INVALID_OPTION, with a sentence for
 * the user, if an option is invalid. */
WeirFeed *weir_feed_new (const WeirFeedOptions *options, GError **error);

/* Listens, and serves until weir_feed_stop() or the last unref. Call it once. The error is a
 * G_IO_ERROR. */
gboolean weir_feed_start (WeirFeed *self, GError **error);

/* Closes every connection and ends the thread. */
void weir_feed_stop (WeirFeed *self);

/* Lets each replay by steps send n more events. From any thread. */
void weir_feed_step (WeirFeed *self, guint n);

/* "http://127.0.0.1:40123"; NULL before it is started. */
const char *weir_feed_get_address (WeirFeed *self);

G_END_DECLS
