/* SPDX-License-Identifier: MIT */
/* weir-json-find: where a word stands in a JSON text, among its names and values. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* More are not looked for. */
#define WEIR_JSON_FIND_MOST 100000u

/* A member or an element that has the word. */
typedef struct
{
  gsize value; /* where its value begins, in bytes */
  gsize hit;   /* where the word stands first in the value as sent; value itself where it stands
                * only in the name, or only in what escapes stand for */
} WeirJsonMatch;

/* Looks for word, in any case, in the name and the value of each member and in each element, as sent
 * and as what its escapes stand for; a container has only a name. Linear in the text, for any
 * thread. An array of WeirJsonMatch in the text's order, at most WEIR_JSON_FIND_MOST; NULL where
 * cancellable was cancelled on the way. (transfer full) */
GArray *weir_json_find (GBytes *text, const char *word, GCancellable *cancellable);

G_END_DECLS
