/* SPDX-License-Identifier: MIT */
/*
 * weir-http-head: the head of an HTTP/1.x message (RFC 9112), strictly read.
 *
 * For the two places that speak HTTP/1.1 on bare sockets: the sample server and the tap.
 * The client's own requests go through libsoup.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Larger heads are refused, by whoever collects the bytes. */
#define WEIR_HTTP_MAX_HEAD_BYTES ((gsize) 64 << 10)

typedef struct
{
  char *name;  /* as it was spelt */
  char *value; /* without space around it */
} WeirHttpField;

typedef struct
{
  char *method;        /* a request's; NULL in a response */
  char *target;        /* a request's, as it was sent: "/events?rate=3" */
  guint status;        /* a response's; 0 in a request */
  char *reason;        /* a response's; may be empty */
  guint minor_version; /* 1 for HTTP/1.1 */
  GArray *fields;      /* of WeirHttpField, in order */
} WeirHttpHead;

#define WEIR_HTTP_ERROR (weir_http_error_quark ())
GQuark weir_http_error_quark (void);

typedef enum
{
  WEIR_HTTP_ERROR_MALFORMED, /* not HTTP/1.x, or forbidden bytes */
} WeirHttpError;

/* The length of the head at the start of bytes, its blank line included; 0: not all there yet. What
 * begins as no HTTP message can, as TLS does, is taken as it is, for the parser to refuse: its sender
 * waits for an answer, and no blank line will come. from is where to go on looking: the length at the
 * last call, 0 at first. */
gsize weir_http_head_measure (const char *bytes, gsize length, gsize from);

/* Both take a whole head as measured, and give a head of your own or NULL and an error of
 * WEIR_HTTP_ERROR whose message says what is wrong with it. */
WeirHttpHead *weir_http_head_parse_request (const char *bytes, gsize length, GError **error);
WeirHttpHead *weir_http_head_parse_response (const char *bytes, gsize length, GError **error);

void weir_http_head_free (WeirHttpHead *head);

/* The value of the first field of that name, in any case of letters; NULL where there is none. */
const char *weir_http_head_get (const WeirHttpHead *head, const char *name);

/* How many fields of that name there are. */
guint weir_http_head_count (const WeirHttpHead *head, const char *name);

/* Whether a comma-separated list in any field of that name holds token, in any case of letters. */
gboolean weir_http_head_has_token (const WeirHttpHead *head, const char *name, const char *token);

/* Whether the connection may carry another message after this one (RFC 9112, section 9.3). */
gboolean weir_http_head_keeps_alive (const WeirHttpHead *head);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirHttpHead, weir_http_head_free)

G_END_DECLS
