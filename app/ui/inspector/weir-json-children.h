/* SPDX-License-Identifier: MIT */
/*
 * weir-json-children: a container's members or elements, as a GListModel of WeirJsonNode. Where they
 * stand is read when it is first asked for, in one pass; a node is made only for whoever asks for it.
 * Where there are more than WEIR_JSON_CHILDREN_MOST, they come in ranges, since a tree of widgets does
 * some work for each item of a list that is opened.
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
