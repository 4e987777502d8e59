/* SPDX-License-Identifier: MIT */
/*
 * weir-json-children: a container's members or elements, as a GListModel of WeirJsonNode. Their positions
 * in the text are read on first use, in one pass; nodes are created on demand. More than
 * WEIR_JSON_CHILDREN_MOST children are grouped in ranges, because opening a list takes time for each of
 * its items.
 */
#pragma once

#include "weir-json-node.h"

G_BEGIN_DECLS

#define WEIR_JSON_CHILDREN_MOST 1000u

#define WEIR_TYPE_JSON_CHILDREN (weir_json_children_get_type ())
G_DECLARE_FINAL_TYPE (WeirJsonChildren, weir_json_children, WEIR, JSON_CHILDREN, GObject)

/* The children of parent, a container or a range, which is referenced. */
WeirJsonChildren *weir_json_children_new (WeirJsonNode *parent);

/* Finds the child or range that contains the byte at offset of the text. Returns: FALSE if
 * there is none. */
gboolean weir_json_children_find (WeirJsonChildren *self, gsize offset, guint *position);

G_END_DECLS
