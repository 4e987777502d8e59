/* SPDX-License-Identifier: MIT */
/*
 * weir-json-tree: a JSON text as a tree, with values as sent, the path of the chosen one, and a search
 * that opens the way to what it finds.
 */
#pragma once

#include <gtk/gtk.h>

#include "weir-json-node.h"

G_BEGIN_DECLS

#define WEIR_TYPE_JSON_TREE (weir_json_tree_get_type ())
G_DECLARE_FINAL_TYPE (WeirJsonTree, weir_json_tree, WEIR, JSON_TREE, GtkWidget)

/* root is an object or an array; NULL: shows nothing. */
void weir_json_tree_set_root (WeirJsonTree *self, WeirJsonNode *root);

/* Handles a key press in the tree outside its entry: Ctrl+F, and while the search is open
 * Ctrl+G, Shift+Ctrl+G and Escape. Returns: TRUE if it was one of these. */
gboolean weir_json_tree_press_key (WeirJsonTree *self, guint key, GdkModifierType modifiers);

G_END_DECLS
