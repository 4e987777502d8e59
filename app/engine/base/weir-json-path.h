/* SPDX-License-Identifier: MIT */
/*
 * WeirJsonPath: a question to a JSON text, in a subset of RFC 9535 and a comparison behind it.
 *
 *   $.user.name            there is such a value
 *   $.items[0].price > 10  a value of those compares so
 *   $..id == "a1"          anywhere below
 *   $.items[?@.price > 10] an element whose price is over 10
 *
 * Segments: .name ['name'] ["name"] [0] [-1] .* [*], each also behind .. ; [?@.path] and
 * [?@.path OP literal]. OP: == != < <= > >=; literal: a JSON string (also in single quotes), number,
 * true, false, null. Integers compare exactly, whatever their size. The text is read by core's
 * tokenizer alone.
 */
#pragma once

#include <gio/gio.h>

#include "core/weir-json.h"

G_BEGIN_DECLS

typedef struct _WeirJsonPath WeirJsonPath;

/* NULL with a sentence that names the place (G_IO_ERROR_INVALID_ARGUMENT). */
WeirJsonPath *weir_json_path_new (const char *expression, GError **error);
WeirJsonPath *weir_json_path_ref (WeirJsonPath *self);
void weir_json_path_unref (WeirJsonPath *self);

/* Whether text (length bytes) is JSON and holds what is asked for. For any thread. */
gboolean weir_json_path_matches (const WeirJsonPath *self, const char *text, gsize length);
/* The same; value becomes the first token of the first value that is asked for. */
gboolean weir_json_path_find (const WeirJsonPath *self,
                              const char *text,
                              gsize length,
                              WeirJsonToken *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirJsonPath, weir_json_path_unref)

G_END_DECLS
