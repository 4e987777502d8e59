/* SPDX-License-Identifier: MIT */
/*
 * weir-json-node: one value of a JSON text, as it was sent: the spelling of numbers, the order of
 * members and names that come twice are kept. Its children are read when they are asked for.
 */
#pragma once

#include <gio/gio.h>

#include "core/weir-json.h"

G_BEGIN_DECLS

#define WEIR_TYPE_JSON_NODE (weir_json_node_get_type ())
G_DECLARE_FINAL_TYPE (WeirJsonNode, weir_json_node, WEIR, JSON_NODE, GObject)

/* The whole text's value; NULL where text, which is kept by reference, is not JSON. */
WeirJsonNode *weir_json_node_new (GBytes *text);

/* OBJECT_BEGIN, ARRAY_BEGIN, STRING, NUMBER, TRUE, FALSE or NULL. */
WeirJsonTokenKind weir_json_node_get_kind (WeirJsonNode *self);
gboolean weir_json_node_is_container (WeirJsonNode *self);

/* The member's name without quotes, or the element's number. Never NULL. */
const char *weir_json_node_get_name (WeirJsonNode *self);

/* Where it stands, "$.a.b[2]". */
const char *weir_json_node_get_path (WeirJsonNode *self);

/* The value as it was sent. (transfer full) */
char *weir_json_node_get_text (WeirJsonNode *self);

/* How many members or elements it has. */
guint weir_json_node_count (WeirJsonNode *self);

/* A list of its children. (transfer full) */
GListModel *weir_json_node_get_children (WeirJsonNode *self);

G_END_DECLS
