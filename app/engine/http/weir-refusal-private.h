/* SPDX-License-Identifier: MIT */
/* What a server says in a response that is not an event stream. */
#pragma once

#include "weir-connection-info.h"
#include "weir-diagnosis-private.h"
#include "weir-request.h"

G_BEGIN_DECLS

/* At most this much of a body is read. */
#define WEIR_REFUSAL_MOST_BYTES ((gsize) 16 << 10)

/* What the first length bytes of a body say, on one line of at most 200 characters: the message of
 * a JSON error, the title of a web page, otherwise the text. What request keeps secret is masked.
 * NULL: it is not text, or is empty. (transfer full) */
char *weir_refusal_read_words (const char *body, gsize length, WeirRequest *request);

/* The message of a JSON error or the title of a page, shown as above; NULL: there is none. text is
 * valid UTF-8, request may be NULL. (transfer full) */
char *weir_refusal_find_message (const char *text, WeirRequest *request);

/* text without the secrets of request, should a server repeat them. Takes text. (transfer full) */
char *weir_refusal_hide_secrets (char *text, WeirRequest *request);

/* text, which is valid UTF-8, shown as above. (transfer full) */
char *weir_refusal_make_line (const char *text, WeirRequest *request);

/* A sentence with the words of the body: the message of a JSON error, the title of a page, or what
 * the body begins with. What request (NULL: none) keeps secret is masked. NULL: it has no text that
 * can be shown. (transfer full) */
char *
weir_refusal_quote (WeirDiagnosis diagnosis, const char *start, gsize length, WeirRequest *request);

/* evidence of a refusal for that reason, with what its body adds: that it reads like an event
 * stream, what else it is, or its words. Takes evidence. (transfer full) */
char *weir_refusal_describe (
    WeirEndReason reason, char *evidence, const char *body, gsize length, WeirRequest *request);

G_END_DECLS
