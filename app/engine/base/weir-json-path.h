/* SPDX-License-Identifier: MIT */
/*
 * WeirJsonPath: a path in a JSON text, in a subset of RFC 9535, and optionally a comparison.
 *
 *   $.user.name            the value exists
 *   $.items[0].price > 10  the value exists and compares true
 *   $..id == "a1"          the same at any depth
 *   $.items[?@.price > 10] an element whose price is over 10
 *
 * Segments: .name ['name'] ["name"] [0] [-1] .* [*], each also after .. ; [?@.path] and
 * [?@.path OP literal]. OP: == != < <= > >=; literal: a JSON string (also in single quotes), number,
 * true, false, null. Integers of any size compare exactly.
 */
#pragma once

#include <gio/gio.h>

#include "core/weir-json.h"

G_BEGIN_DECLS

typedef struct _WeirJsonPath WeirJsonPath;

/* Returns NULL if expression, valid UTF-8, is invalid. The error (G_IO_ERROR_INVALID_ARGUMENT) names the
 * character. */
WeirJsonPath *weir_json_path_new (const char *expression, GError **error);
WeirJsonPath *weir_json_path_ref (WeirJsonPath *self);
void weir_json_path_unref (WeirJsonPath *self);

/* Whether text (length bytes) is JSON and matches. For any thread. */
gboolean weir_json_path_matches (const WeirJsonPath *self, const char *text, gsize length);
/* The same. *value becomes the first token of the first value that matches. */
gboolean weir_json_path_find (const WeirJsonPath *self,
                              const char *text,
                              gsize length,
                              WeirJsonToken *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirJsonPath, weir_json_path_unref)

G_END_DECLS
