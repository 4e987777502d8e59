/* SPDX-License-Identifier: MIT */
/*
 * WeirHttpHead: the head of an HTTP/1.x message (RFC 9112), parsed strictly.
 *
 * The sample server and the tap use it, because they speak HTTP/1.1 on plain sockets. The client uses
 * libsoup.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Callers refuse larger heads. */
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

/* The length of the head at the start of bytes, including its blank line; 0: it is not complete. If bytes
 * cannot begin an HTTP message, as with TLS, all of them count as the head, so that the parser refuses
 * them: the sender waits for a response and will not send a blank line. from: the length at the last
 * call, 0 at first. */
gsize weir_http_head_measure (const char *bytes, gsize length, gsize from);

/* Both parse a complete head, as measured.
 * Returns: (transfer full): NULL with an error of WEIR_HTTP_ERROR that says what is wrong. */
WeirHttpHead *weir_http_head_parse_request (const char *bytes, gsize length, GError **error);
WeirHttpHead *weir_http_head_parse_response (const char *bytes, gsize length, GError **error);

void weir_http_head_free (WeirHttpHead *head);

/* Compares names case-insensitively.
 * Returns: the value of the first field of that name, or NULL if the head has no such field. */
const char *weir_http_head_get (const WeirHttpHead *head, const char *name);

/* How many fields of that name there are. */
guint weir_http_head_count (const WeirHttpHead *head, const char *name);

/* Returns: whether a comma-separated list in any field of that name holds token, case-insensitively. */
gboolean weir_http_head_has_token (const WeirHttpHead *head, const char *name, const char *token);

/* Whether the connection may carry another message after this one (RFC 9112, section 9.3). */
gboolean weir_http_head_keeps_alive (const WeirHttpHead *head);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirHttpHead, weir_http_head_free)

G_END_DECLS
