/* SPDX-License-Identifier: MIT */
/*
 * WeirFeed: the sample server. It serves event streams of known content to try a client on, from a
 * thread with a main context of its own, so that a program can carry it inside.
 *
 *   GET  /events                 the stream; ?scenario=NAME&rate=N&count=N chooses another
 *   POST /step                   one event more of a replay by steps; ?n=N: so many more
 *   POST /v1/chat/completions    the llm scenario as OpenAI's API sends it
 *   POST /v1/messages            the llm scenario as Anthropic's API sends it
 *   GET  /                       the page of options.www, or a word about the above; the stream
 *                                itself where only text/event-stream is accepted
 *
 * Events are numbered from 1, and event N of a scenario is always the same. A request with
 * Last-Event-ID: N goes on with N + 1. It answers only to its own names in Host, and to the pages
 * of its own origin, unless options.cors names more.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  WEIR_FEED_FRAMING_BLOCK, /* one HTTP chunk for each write: for what is due, at most 64 KiB */
  WEIR_FEED_FRAMING_EVENT, /* one HTTP chunk for each event */
  WEIR_FEED_FRAMING_CLOSE, /* no chunks: the connection's end is the body's end */
} WeirFeedFraming;

/* All zero is a good feed: 127.0.0.1, a port of the kernel's choice, the demo, endless. Copied. */
typedef struct
{
  const char *host;     /* the address to listen on; NULL: 127.0.0.1 */
  guint16 port;         /* 0: one that is free */
  const char *scenario; /* NULL: "demo" */
  const char *rate;     /* events a second; "0": as fast as the socket takes them;
                           NULL: the scenario's own */
  guint64 count;        /* the stream ends after this many events; 0: never */
  guint64 backlog;      /* so many go out at once before the rate counts, as of a server that has
                           a past */
  WeirFeedFraming framing;
  const char *replay;      /* a recording or an event stream's file to send instead, or NULL */
  double speed;            /* of the replay: 1: as it came, N: N times as fast; 0: at once */
  gboolean by_steps;       /* of the replay: an event for each weir_feed_step(), at no speed */
  guint heartbeat_ms;      /* a comment after so long a silence; 0: 15,000 */
  const char *fault;       /* "stall", "status=503", ...; NULL: none */
  guint fault_times;       /* the fault befalls so many of the streams; 0: all */
  const char *www;         /* a folder to serve at /, or NULL */
  const char *bearer;      /* the token that streams ask for, or NULL */
  const char *const *cors; /* origins that may read besides its own page's; "*": any; or NULL */
} WeirFeedOptions;

#define WEIR_FEED_ERROR (weir_feed_error_quark ())
GQuark weir_feed_error_quark (void);

typedef enum
{
  WEIR_FEED_ERROR_INVALID_OPTION,
} WeirFeedError;

#define WEIR_TYPE_FEED (weir_feed_get_type ())
G_DECLARE_FINAL_TYPE (WeirFeed, weir_feed, WEIR, FEED, GObject)

/* A feed that does not listen yet; NULL and WEIR_FEED_ERROR_INVALID_OPTION, with a sentence for the
 * user, where an option makes no sense. */
WeirFeed *weir_feed_new (const WeirFeedOptions *options, GError **error);

/* Listens, and serves until weir_feed_stop() or the last unref. The error is of G_IO_ERROR. Once.
 */
gboolean weir_feed_start (WeirFeed *self, GError **error);

/* Cuts every connection and ends the thread. */
void weir_feed_stop (WeirFeed *self);

/* Lets each replay by steps send n events more. From any thread. */
void weir_feed_step (WeirFeed *self, guint n);

/* "http://127.0.0.1:40123", once started; NULL before. */
const char *weir_feed_get_address (WeirFeed *self);

/* For option parsing: the names of the scenarios and a word on each, NULL-terminated. */
typedef struct
{
  const char *name;
  const char *summary; /* in English; gettext has its translation */
} WeirFeedScenarioInfo;

const WeirFeedScenarioInfo *weir_feed_list_scenarios (void);

/* The same of the faults, each with the value it takes: "stall[=N]", "status=CODE". (transfer full) */
GStrv weir_feed_list_faults (void);

/* "event", "block" or "close". */
gboolean weir_feed_framing_parse (const char *name, WeirFeedFraming *framing);

G_END_DECLS
