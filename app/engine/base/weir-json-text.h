/* SPDX-License-Identifier: MIT */
/* weir-json-text: JSON as a person reads it, with nothing changed but white space. */
#pragma once

#include <glib.h>

#include "core/weir-json.h"

G_BEGIN_DECLS

/* Indents a JSON text by two spaces a level; empty containers stay on their line. Numbers, strings,
 * the order of members and names that come twice stay byte for byte as they are. (transfer full)
 * NULL where text (length bytes) is not JSON: *error says why and *position at which byte; both may
 * be NULL. The bytes end in a NUL that is not counted. */
GBytes *
weir_json_text_pretty (const char *text, gsize length, WeirJsonError *error, gsize *position);

/* Whether text (length bytes) is JSON, by the same rules. */
gboolean
weir_json_text_is_valid (const char *text, gsize length, WeirJsonError *error, gsize *position);

/* Appends text (length bytes, UTF-8) as a JSON string, quotes included. Control characters are
 * escaped. */
void weir_json_text_append_string (GString *out, const char *text, gsize length);

G_END_DECLS
