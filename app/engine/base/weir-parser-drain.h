/* SPDX-License-Identifier: MIT */
/* weir-parser-drain: the loop from bytes to items. */
#pragma once

#include <glib.h>

#include "core/weir-parser.h"

G_BEGIN_DECLS

/* Takes items, which may be changed; their spans live for the call.
 * Returns: FALSE if no more are wanted. */
typedef gboolean (*WeirTakeItems) (gpointer data, WeirItem *items, gsize n_items);

/* Gives take all items that the bytes fed so far make.
 * Returns: the parser's status, or WEIR_ITEM if take returned FALSE. */
WeirStatus weir_parser_drain (WeirParser *parser, WeirTakeItems take, gpointer data);

G_END_DECLS
