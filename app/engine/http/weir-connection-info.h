/* SPDX-License-Identifier: MIT */
/*
 * WeirConnectionInfo: one connection as data: the request, the response, how long each step took,
 * and how it ended, with the evidence. Immutable once handed out and reference counted, so that any
 * thread may keep one. Secrets are masked before they are stored.
 */
#pragma once

#include <gio/gio.h>

#include "base/weir-reader.h"

G_BEGIN_DECLS

/* Why a connection ended: a closed list. */
typedef enum
{
  WEIR_END_NONE = 0,     /* it has not ended */
  WEIR_END_SERVER,       /* the server, or the file, ended the stream */
  WEIR_END_RESET,        /* the connection broke: reset, aborted, gone */
  WEIR_END_IDLE,         /* no data for longer than the idle timeout that the user set */
  WEIR_END_REFUSED,      /* nothing is listening at that address and port */
  WEIR_END_UNREACHABLE,  /* no route, no connection in time, or no response head in time */
  WEIR_END_DNS,          /* the host name was not found */
  WEIR_END_TLS,          /* the TLS handshake or the certificate failed */
  WEIR_END_STATUS,       /* an HTTP status other than 200 and 204 */
  WEIR_END_CONTENT_TYPE, /* another content type, or a body or file that is not an event stream */
  WEIR_END_NO_CONTENT,   /* 204: there are no more events */
  WEIR_END_TOO_LARGE,    /* a line, an event or the response head is over its limit */
  WEIR_END_REDIRECT,     /* too many redirects, a loop, no Location or a forbidden one */
  WEIR_END_MALFORMED,    /* the response violates HTTP or its content coding */
  WEIR_END_PROXY,        /* the proxy refused or failed */
  WEIR_END_FILE,         /* a file could not be read */
  WEIR_END_CANCELLED, /* ended by this side: closed, reconnected by the user, or enough was read */
} WeirEndReason;

/* "server", "reset", "idle", … "content-type": as the command-line tools print them. */
const char *weir_end_reason_get_name (WeirEndReason reason);
/* Returns: FALSE if name is not the name of a reason. */
gboolean weir_end_reason_parse (const char *name, WeirEndReason *reason);

/* At most this much of a request's body is kept. */
#define WEIR_MAX_REQUEST_BODY ((gsize) 1 << 20)

typedef struct
{
  guint number;    /* which connection of its stream, from 1 */
  gint64 began_us; /* wall clock, microseconds since 1970 */

  /* The request. */
  char *url;             /* the address asked, after redirects; masked */
  char *method;          /* "GET" */
  char *last_event_id;   /* as sent; NULL: none */
  char *request_body;    /* masked text, at most WEIR_MAX_REQUEST_BODY bytes; NULL: none is kept */
  guint64 request_bytes; /* the size of the whole body */
  char *request_headers; /* "Name: value" lines as sent, masked, each ended by "\n"; NULL: a file */

  /* The response: set once its head has arrived. */
  guint status;             /* HTTP status; 0: none yet */
  char *reason_phrase;      /* "OK"; may be "" */
  char *http_version;       /* "1.0", "1.1", "2"; NULL: none yet */
  char *content_type;       /* as sent, NULL: none */
  char *response_headers;   /* masked "Name: value" lines */
  char *refused_body;       /* masked text, the first 16 KiB of the body of a refusal; NULL: none */
  char *remote_address;     /* "127.0.0.1:80", "[::1]:80" */
  char *tls;                /* "TLS 1.3, TLS_AES_256_GCM_SHA384"; NULL: not TLS */
  char *certificate;        /* the peer's: subject, issuer, last day; NULL: none */
  char *certificate_errors; /* its errors, which --insecure accepted; NULL: none */
  gboolean insecure;        /* certificates were not checked */
  guint n_redirects;
  guint changed_method;          /* status of the redirect that made it a GET; 0: none did */
  gboolean credentials_withheld; /* a redirect led to another origin */

  /* In microseconds; -1: did not happen, or a connection was reused. */
  gint64 dns_us;
  gint64 tcp_us;
  gint64 tls_us;
  gint64 sent_us;       /* from the start to the request sent */
  gint64 head_us;       /* from the start to the response head */
  gint64 first_byte_us; /* from the start to the body's first byte */

  /* The body, and the end. */
  guint64 n_reads;
  guint64 n_bytes; /* of the body, after content decoding */
  guint64 n_events;
  gint64 ended_us; /* wall clock; 0: it has not ended */
  WeirEndReason end;
  gboolean failed;       /* the end is a failure */
  WeirBodyFormat format; /* of the body; records cannot be resumed */
  gboolean no_event;     /* it had bytes but no event, and is not a valid event stream */
  char *evidence;        /* whole sentences: what was observed, for instance the system's error */
  char *end_sentence;    /* the sentence about the end from a recording; NULL: not a recording */
  gint64 retry_after_ms; /* from a Retry-After header; -1: none */
} WeirConnectionInfo;

#define WEIR_TYPE_CONNECTION_INFO (weir_connection_info_get_type ())
GType weir_connection_info_get_type (void);

WeirConnectionInfo *weir_connection_info_new (guint number);
/* A deep copy, with a count of one. */
WeirConnectionInfo *weir_connection_info_copy (const WeirConnectionInfo *self);
WeirConnectionInfo *weir_connection_info_ref (WeirConnectionInfo *self);
void weir_connection_info_unref (WeirConnectionInfo *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirConnectionInfo, weir_connection_info_unref)

/* Whether it is an HTTP exchange; otherwise a file was read. */
gboolean weir_connection_info_is_http (const WeirConnectionInfo *self);

/* Sentences for the user about how it ended: what happened, where, and what to do.
 * Returns: (transfer full): NULL if it has not ended. */
char *weir_connection_info_describe_end (const WeirConnectionInfo *self);

G_END_DECLS
