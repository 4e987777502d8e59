/* SPDX-License-Identifier: MIT */
/*
 * weir-query: the filter language:
 *
 *   word "several words"   in the data, type or ID, in any case
 *   /a+b/                  a regular expression
 *   type:NAME id:ID        of that type, with that ID
 *   kind:KIND              event, comment, retry, finding or mark
 *   size:>1k size:10..20   of that many bytes as received; k and M are thousands and millions
 *   is:bookmark            bookmarked; see weir_filter_set_bookmarks()
 *   $.path                 a JSON path, or a comparison with its value; = is ==
 *   A B, A AND B, A OR B, NOT A, -A, ( … )
 */
#pragma once

#include "weir-filter.h"

G_BEGIN_DECLS

/* Parses text. Sets words (transfer full; NULL is allowed) to what is to be highlighted in the rows.
 * Returns: NULL without an error if text is empty, or with error set if it cannot be parsed. */
WeirFilter *weir_query_parse (const char *text, char ***words, GError **error);

/* The same for a filter that was not typed into a window: one that asks for nothing is an error, and
 * the sentence names the character at which the filter could not be read. */
WeirFilter *weir_query_parse_option (const char *text, GError **error);

G_END_DECLS
