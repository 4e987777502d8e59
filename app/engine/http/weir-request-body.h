/* SPDX-License-Identifier: MIT */
/* The body of a request as it may be shown and recorded. */
#pragma once

#include <glib.h>

#include "weir-request.h"

G_BEGIN_DECLS

/* The first length bytes of a body as UTF-8, without secrets: those of request's address and headers
 * (NULL: none), and the values of JSON members and form fields with a secret name. (transfer full) */
char *weir_request_body_mask (const char *body, gsize length, WeirRequest *request);

G_END_DECLS
