/* SPDX-License-Identifier: MIT */
/* Texts about a response that is not an event stream. */
#pragma once

#include "weir-connection-info.h"
#include "weir-diagnosis-private.h"
#include "weir-request.h"

G_BEGIN_DECLS

/* At most this much of a body is read. */
#define WEIR_REFUSAL_MOST_BYTES ((gsize) 16 << 10)

/* The first length bytes of a body as one line of at most 200 characters: the message of a JSON error,
 * the title of a web page, or else the text. The secrets of request are masked.
 * Returns: (transfer full): NULL if the body is not text, or is empty. */
char *weir_refusal_read_words (const char *body, gsize length, WeirRequest *request);

/* The message of a JSON error or the title of a page, in the same form, or NULL if text has
 * neither. text is valid UTF-8, request may be NULL. (transfer full) */
char *weir_refusal_find_message (const char *text, WeirRequest *request);

/* text without the secrets of request, which a server may repeat. Takes text. (transfer full) */
char *weir_refusal_hide_secrets (char *text, WeirRequest *request);

/* text, which is valid UTF-8, in the same form. (transfer full) */
char *weir_refusal_make_line (const char *text, WeirRequest *request);

/* A sentence that quotes the body: the message of a JSON error, the title of a page, or its beginning.
 * The secrets of request, which may be NULL, are masked.
 * Returns: (transfer full): NULL if the body has no printable text. */
char *
weir_refusal_quote (WeirDiagnosis diagnosis, const char *start, gsize length, WeirRequest *request);

/* The evidence of a refusal, with a sentence about the body: that it looks like an event stream, what
 * else it is, or what it says. Takes evidence. (transfer full) */
char *weir_refusal_describe (
    WeirEndReason reason, char *evidence, const char *body, gsize length, WeirRequest *request);

G_END_DECLS
