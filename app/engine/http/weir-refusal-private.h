/* SPDX-License-Identifier: MIT */
/* The words of an answer that is no event stream: what the server says of the reason. */
#pragma once

#include "weir-connection-info.h"
#include "weir-request.h"

G_BEGIN_DECLS

/* So much of a body is read for its words. */
#define WEIR_REFUSAL_MOST_BYTES ((gsize) 16 << 10)

/* What a body (its beginning, of length bytes) says, on one line of at most 200 characters: the
 * message in a JSON error, the title of a web page, otherwise the text as it is. What request keeps
 * secret is masked, should the server repeat it. NULL: it is no text, or says nothing. (transfer
 * full) */
char *weir_refusal_read_words (const char *body, gsize length, WeirRequest *request);

/* evidence of a refusal for that reason, with what its body adds: that it reads like an event stream
 * after all, or its words. Takes evidence. (transfer full) */
char *weir_refusal_describe (
    WeirEndReason reason, char *evidence, const char *body, gsize length, WeirRequest *request);

G_END_DECLS
