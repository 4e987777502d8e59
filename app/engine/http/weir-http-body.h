/* SPDX-License-Identifier: MIT */
/*
 * WeirHttpBody: finds the end of the body of an HTTP/1.x message (RFC 9112, section 6) while its bytes
 * arrive in any pieces. It copies nothing: its output are spans of its input.
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

/* May be on the stack or in a struct. Read only kind. */
typedef struct
{
  WeirHttpBodyKind kind;
  guint state;
  guint64 left;
  guint line;
} WeirHttpBody;

/* Prepares to read the body that follows head. If head is a response, method is that of its request (the
 * response to HEAD has no body); otherwise NULL.
 * Returns: FALSE with an error of WEIR_HTTP_ERROR if head gives contradicting lengths. */
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
