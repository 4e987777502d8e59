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

/* Where a value is in the text. A row's bytes are counted in 32 bits, and there may be many of these. */
typedef struct
{
  guint32 key; /* the beginning of its key; 0: none */
  guint32 begin;
  guint32 end;
  guint32 count; /* of its members or elements */
} WeirJsonPlace;

/* The child of parent at position. For weir-json-children. */
WeirJsonNode *
weir_json_node_new_child (WeirJsonNode *parent, guint position, const WeirJsonPlace *place);

/* A node for the children of parent in range: place->count of them from first on. Its kind and path are those
 * of the parent. For weir-json-children. */
WeirJsonNode *weir_json_node_new_range (WeirJsonNode *parent,
                                        guint first,
                                        const WeirJsonPlace *place,
                                        GListModel *range);
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
