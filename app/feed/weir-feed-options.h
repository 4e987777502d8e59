/* SPDX-License-Identifier: MIT */
/* WeirFeedOptions: what a feed serves, and the scenarios and faults to choose from. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  WEIR_FEED_FRAMING_BLOCK, /* one HTTP chunk for all events that are due, at most 64 KiB */
  WEIR_FEED_FRAMING_EVENT, /* one HTTP chunk for each event */
  WEIR_FEED_FRAMING_CLOSE, /* no chunks: the connection's end is the body's end */
} WeirFeedFraming;

/* All zero: 127.0.0.1, any free port, the endless demo. Copied. */
typedef struct
{
  const char *host;     /* the address to listen on; NULL: 127.0.0.1 */
  guint16 port;         /* 0: any free port */
  const char *scenario; /* NULL: "demo" */
  const char *rate;     /* events per second; "0": as fast as the socket accepts them;
                           NULL: the scenario's default */
  guint64 count;        /* the stream ends after this many events; 0: never */
  guint64 backlog;      /* events that are sent at once before the rate counts, like those that a
                           server has kept */
  WeirFeedFraming framing;
  const char *replay; /* a recording or a file with an event stream to send instead, or NULL */
  gboolean
      match_body; /* of the replay: a recorded request is answered only if its body is the same */
  double speed;   /* of the replay: 1: the original speed, N: N times as fast; 0: no delay */
  gboolean by_steps;     /* of the replay: one event for each weir_feed_step(); ignores the speed */
  guint heartbeat_ms;    /* a comment after this long a silence; 0: 15,000 */
  guint head_timeout_ms; /* how long a client may take to send a request's head; 0: 10,000 */
  guint body_timeout_ms; /* how long it may send nothing of the body, or be idle; 0: 60,000 */
  const char *fault;     /* "stall", "status=503", ...; NULL: none */
  guint fault_times;     /* how many streams get the fault; 0: all */
  const char *www;       /* a folder to serve at /, or NULL */
  const char *bearer;    /* the token that requests for streams need, or NULL */
  const char *const *cors; /* origins that may read, in addition to its own; "*": any; or NULL */
} WeirFeedOptions;

#define WEIR_FEED_ERROR (weir_feed_error_quark ())
GQuark weir_feed_error_quark (void);

typedef enum
{
  WEIR_FEED_ERROR_INVALID_OPTION,
} WeirFeedError;

/* For --help: the scenarios, up to one without a name. */
typedef struct
{
  const char *name;
  const char *summary; /* in English, to be translated by gettext */
} WeirFeedScenarioInfo;

const WeirFeedScenarioInfo *weir_feed_list_scenarios (void);

/* The faults, each with its value: "stall[=N]", "status=CODE". (transfer full) */
GStrv weir_feed_list_faults (void);

/* "event", "block" or "close". */
gboolean weir_feed_framing_parse (const char *name, WeirFeedFraming *framing);

G_END_DECLS
