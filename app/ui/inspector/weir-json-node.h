/* SPDX-License-Identifier: MIT */
/*
 * weir-json-node: one value of a JSON text, exactly as it was sent: the spelling of numbers, the
 * order of members and duplicate names are preserved. Its text is read on demand.
 */
#pragma once

#include <gio/gio.h>

#include "core/weir-json.h"

G_BEGIN_DECLS

#define WEIR_TYPE_JSON_NODE (weir_json_node_get_type ())
G_DECLARE_FINAL_TYPE (WeirJsonNode, weir_json_node, WEIR, JSON_NODE, GObject)

/* The value of the whole text, which is referenced. NULL if text is not JSON. */
WeirJsonNode *weir_json_node_new (GBytes *text);

/* The child of parent at position: its key in an object and its value at these bytes of the text, the
 * value with count members or elements. For weir-json-children. */
WeirJsonNode *weir_json_node_new_child (
    WeirJsonNode *parent, guint position, gsize key, gsize begin, gsize end, guint count);

/* A node for n children of parent from first on, at these bytes of the text and listed by range. Its kind and
 * path are those of the parent. For weir-json-children. */
WeirJsonNode *weir_json_node_new_range (
    WeirJsonNode *parent, guint first, guint n, gsize begin, gsize end, GListModel *range);
/* The contents of a range; NULL if the node is not a range. (transfer none) */
GListModel *weir_json_node_get_range (WeirJsonNode *self);

/* OBJECT_BEGIN, ARRAY_BEGIN, STRING, NUMBER, TRUE, FALSE or NULL. */
WeirJsonTokenKind weir_json_node_get_kind (WeirJsonNode *self);
gboolean weir_json_node_is_container (WeirJsonNode *self);

/* The whole text that it is part of. (transfer none) */
GBytes *weir_json_node_get_bytes (WeirJsonNode *self);

/* Where the value begins in the text, in bytes. */
gsize weir_json_node_get_begin (WeirJsonNode *self);

/* The member's name without quotes and escapes, or the element's number, or the first and the last of
 * a range; what must not be in a label stays escaped. Never NULL. */
const char *weir_json_node_get_name (WeirJsonNode *self);

/* Its path, such as "$.a.b[2]": a WeirJsonPath. */
const char *weir_json_node_get_path (WeirJsonNode *self);

/* The value as it was sent, length bytes, not ended by NUL. (transfer none) */
const char *weir_json_node_peek_text (WeirJsonNode *self, gsize *length);

/* How many members or elements it has. */
guint weir_json_node_get_count (WeirJsonNode *self);

G_END_DECLS
