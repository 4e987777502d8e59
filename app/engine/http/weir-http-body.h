/* SPDX-License-Identifier: MIT */
/*
 * weir-http-body: where the body of an HTTP/1.x message ends (RFC 9112, section 6), told while its
 * bytes arrive, cut anywhere. Nothing is copied: what it gives are spans of what it was given.
 */
#pragma once

#include "core/weir-parser.h"
#include "weir-http-head.h"

G_BEGIN_DECLS

typedef enum
{
  WEIR_HTTP_BODY_NONE,
  WEIR_HTTP_BODY_LENGTH,
  WEIR_HTTP_BODY_CHUNKED,
  WEIR_HTTP_BODY_UNTIL_CLOSE,
} WeirHttpBodyKind;

/* Yours to place; only kind is for reading. */
typedef struct
{
  WeirHttpBodyKind kind;
  guint state;
  guint64 left;
  guint line;
} WeirHttpBody;

/* The body that follows head. method is the request's that a response answers (a HEAD has no body),
 * and NULL where head is a request. FALSE and an error of WEIR_HTTP_ERROR where head contradicts
 * itself about the length. */
gboolean weir_http_body_init (WeirHttpBody *body,
                              const WeirHttpHead *head,
                              const char *method,
                              GError **error);

/* Reads from the start of bytes, and sets payload to the next part of the body in it, which may be
 * empty. Call again with the rest until all bytes are used or the body is complete.
 * Returns: how many bytes it used; -1 with an error if the chunks are malformed. */
gssize
weir_http_body_read (WeirHttpBody *body, const WeirSpan *bytes, WeirSpan *payload, GError **error);

gboolean weir_http_body_is_done (const WeirHttpBody *body);

G_END_DECLS
