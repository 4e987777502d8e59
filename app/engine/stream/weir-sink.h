/* SPDX-License-Identifier: MIT */
/*
 * WeirSink receives a stream's bytes and items. WeirLog and WeirPrinter implement it.
 *
 * All methods are optional. They are called in the I/O thread, in the order of what happened. A method
 * that blocks delays reading, which slows down the server. Pointers are valid during the call; a
 * WeirConnectionInfo can be kept with weir_connection_info_ref().
 */
#pragma once

#include <gio/gio.h>

#include "core/weir-parser.h"
#include "http/weir-connection-info.h"

G_BEGIN_DECLS

/* What a stream is doing. */
typedef enum
{
  WEIR_STREAM_STATE_IDLE = 0,   /* not opened yet */
  WEIR_STREAM_STATE_CONNECTING, /* connecting, or waiting for the response head */
  WEIR_STREAM_STATE_OPEN,       /* the response is an event stream and is being read */
  WEIR_STREAM_STATE_WAITING,    /* the connection ended; another one follows after a delay */
  WEIR_STREAM_STATE_ENDED,      /* no further connection unless the user asks for one */
} WeirStreamState;

/* "idle", "connecting", "open", "waiting", "ended". */
const char *weir_stream_state_get_name (WeirStreamState state);

/* A stream's state and what belongs to it. */
typedef struct
{
  WeirStreamState state;
  WeirConnectionInfo *connection; /* the one that it is about; NULL while idle */
  guint attempt;                  /* connections that failed one after the other */
  gint64 time_us;                 /* wall clock, of a recording; 0: now */
  gint64 delay_ms;                /* waiting: how long; -1: until the network is back */
  gint64 sent_us;   /* connecting: monotonic, when the request was sent; 0: not sent */
  gboolean failed;  /* ended: it is a failure */
  const char *text; /* one translated sentence for the user, secrets masked */
} WeirStreamStatus;

/* What the engine reports about a stream: a closed list. */
typedef enum
{
  WEIR_NOTE_OVERDUE = 1,  /* no data for longer than this stream's rhythm lets expect */
  WEIR_NOTE_ARRIVED,      /* data is arriving again after that */
  WEIR_NOTE_INSECURE,     /* certificates are not checked */
  WEIR_NOTE_REDIRECTED,   /* a redirect; says what is sent to the new address */
  WEIR_NOTE_RESUMED,      /* reconnect audit: the ids continue after the last one */
  WEIR_NOTE_REPEATED,     /* reconnect audit: events were received again */
  WEIR_NOTE_GAP,          /* ids or numbers are missing */
  WEIR_NOTE_BUNCHED,      /* events were held back somewhere and arrived in one read */
  WEIR_NOTE_NETWORK,      /* the network is back */
  WEIR_NOTE_SUSPENDED,    /* the machine slept */
  WEIR_NOTE_NOT_REPEATED, /* a request with a body is not sent again unless asked */
  WEIR_NOTE_DROPPED,      /* an unfinished event of a cut connection was dropped */
  WEIR_NOTE_CHARSET,      /* the response announces another encoding than UTF-8 */
  WEIR_NOTE_DELETED,      /* a recording's beginning, or older ones, to keep to the disk limit */
  WEIR_NOTE_NO_EVENT,     /* a connection brought bytes, but no event; says what they are */
  WEIR_NOTE_ACCEPTED,     /* a status or content type that browsers refuse was accepted */
  WEIR_NOTE_RETRY,        /* the server set a reconnection time over the limit */
  WEIR_NOTE_FULL,         /* the log has as many rows as it can number */
  WEIR_NOTE_ANSWER,       /* the answer of a language model is not complete; says why */
  WEIR_NOTE_RPC,          /* what about JSON-RPC breaks clients, such as a missing response */
} WeirNoteKind;

/* "overdue", "bunched", … */
const char *weir_note_kind_get_name (WeirNoteKind kind);
/* Returns: TRUE if number is one of the kinds. */
gboolean weir_note_kind_is_known (guint number);

typedef struct
{
  WeirNoteKind kind;
  gint64 time_us;   /* wall clock */
  const char *text; /* one sentence for the user, with the evidence */
} WeirNote;

#define WEIR_TYPE_SINK (weir_sink_get_type ())
G_DECLARE_INTERFACE (WeirSink, weir_sink, WEIR, SINK, GObject)

struct _WeirSinkInterface
{
  GTypeInterface parent;

  /* The stream's state changed. */
  void (*state_changed) (WeirSink *self, const WeirStreamStatus *status);

  /* A connection began (there is no response yet), was opened by the head of an event stream, and
   * ended, with info->end set. One that fails before its response is not opened. The last items, such
   * as an unfinished event, are given before the end. */
  void (*connection_began) (WeirSink *self, WeirConnectionInfo *info);
  void (*connection_opened) (WeirSink *self, WeirConnectionInfo *info);
  void (*connection_ended) (WeirSink *self, WeirConnectionInfo *info);

  /* A read, before the items that its bytes complete. time_us is wall clock in microseconds;
   * bytes are after content decoding, exactly as the parser gets them. */
  void (*bytes_read) (WeirSink *self, gint64 time_us, const guint8 *bytes, gsize length);

  /* Items in stream order. Their ranges count from the connection's first byte; their spans are valid
   * during the call. Returns: FALSE to end the stream as cancelled. */
  gboolean (*items) (WeirSink *self, const WeirItem *items, gsize n_items);

  /* After items returned FALSE: why. Returns: (transfer full): one sentence, or NULL if the sink has as many
   * events as were requested. */
  char *(*describe_end) (WeirSink *self);

  /* The engine noticed something. */
  void (*note) (WeirSink *self, const WeirNote *note);

  /* No more bytes are available for now: flush, or publish. */
  void (*drained) (WeirSink *self);
};

void weir_sink_state_changed (WeirSink *self, const WeirStreamStatus *status);
void weir_sink_connection_began (WeirSink *self, WeirConnectionInfo *info);
void weir_sink_connection_opened (WeirSink *self, WeirConnectionInfo *info);
void weir_sink_connection_ended (WeirSink *self, WeirConnectionInfo *info);
void weir_sink_bytes_read (WeirSink *self, gint64 time_us, const guint8 *bytes, gsize length);
gboolean weir_sink_items (WeirSink *self, const WeirItem *items, gsize n_items);
/* Returns: (transfer full): one sentence, never NULL. */
char *weir_sink_describe_end (WeirSink *self);
void weir_sink_note (WeirSink *self, const WeirNote *note);
void weir_sink_drained (WeirSink *self);

G_END_DECLS
