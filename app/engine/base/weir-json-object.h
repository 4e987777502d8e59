/* SPDX-License-Identifier: MIT */
/*
 * WeirJsonObject: the members of one JSON object, by name. For requests and files whose fields are
 * known. The text is read by core's tokenizer alone, so its depth is limited.
 */
#pragma once

#include <glib.h>

#include "core/weir-json.h"

G_BEGIN_DECLS

typedef struct _WeirJsonObject WeirJsonObject;

/* NULL if text (length bytes, copied) is not JSON or not an object. Where a name is repeated, the
 * last member counts. */
WeirJsonObject *weir_json_object_new (const char *text, gsize length);
void weir_json_object_free (WeirJsonObject *self);

/* The first token of the member's value: WEIR_JSON_OBJECT_BEGIN for an object, and so on.
 * Returns 0 if there is no such member. */
WeirJsonTokenKind weir_json_object_get_kind (const WeirJsonObject *self, const char *name);

/* Returns NULL if there is no such member, if it is not a string, or if the string contains NUL. */
const char *weir_json_object_get_string (const WeirJsonObject *self, const char *name);
/* A whole number within the limits of gint64. Returns otherwise if the member is anything else. */
gint64
weir_json_object_get_integer (const WeirJsonObject *self, const char *name, gint64 otherwise);
gboolean weir_json_object_get_boolean (const WeirJsonObject *self, const char *name);

/* The bytes of the member's value. Returns NULL if there is no such member. */
const char *
weir_json_object_peek_value (const WeirJsonObject *self, const char *name, gsize *length);

/* The elements of an array that are objects themselves. Returns NULL if the member is not an array.
 * (transfer full) (element-type WeirJsonObject) */
GPtrArray *weir_json_object_dup_objects (const WeirJsonObject *self, const char *name);

/* The members whose names are not known (NULL-terminated), as they are written: "name":value,… in their
 * order. Returns NULL if there are none. (transfer full) */
char *weir_json_object_dup_others (const WeirJsonObject *self, const char *const *known);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirJsonObject, weir_json_object_free)

G_END_DECLS
