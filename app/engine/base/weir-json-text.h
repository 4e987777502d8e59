/* SPDX-License-Identifier: MIT */
/* weir-json-text: indents JSON, and changes nothing but white space. */
#pragma once

#include <glib.h>

#include "core/weir-json.h"

G_BEGIN_DECLS

/* Indents by two spaces per level. Numbers, strings, the order of members and repeated names stay byte for
 * byte. The result ends in a NUL that is not counted. (transfer full)
 * Returns NULL if text (length bytes) is not JSON; *error and *position, which may be NULL, say why and at
 * which byte. */
GBytes *
weir_json_text_pretty (const char *text, gsize length, WeirJsonError *error, gsize *position);

/* Whether text (length bytes) is JSON. */
gboolean
weir_json_text_is_valid (const char *text, gsize length, WeirJsonError *error, gsize *position);

/* Appends text (length bytes, UTF-8) as a JSON string with its quotes. */
void weir_json_text_append_string (GString *out, const char *text, gsize length);

G_END_DECLS
