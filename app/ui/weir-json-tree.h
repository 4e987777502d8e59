/* SPDX-License-Identifier: MIT */
/*
 * weir-json-tree: a JSON text as a tree, with values as sent, and the path of the chosen one.
 */
#pragma once

#include <gtk/gtk.h>

#include "weir-json-node.h"

G_BEGIN_DECLS

#define WEIR_TYPE_JSON_TREE (weir_json_tree_get_type ())
G_DECLARE_FINAL_TYPE (WeirJsonTree, weir_json_tree, WEIR, JSON_TREE, GtkWidget)

/* root may be NULL: shows nothing. */
void weir_json_tree_set_root (WeirJsonTree *self, WeirJsonNode *root);

G_END_DECLS
