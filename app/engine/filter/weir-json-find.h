/* SPDX-License-Identifier: MIT */
/* weir-json-find: finds a word in the names and values of a JSON text. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The search stops after this many matches. */
#define WEIR_JSON_FIND_MOST 100000u

/* A member or an element that contains the word. */
typedef struct
{
  gsize value; /* where its value begins, in bytes */
  gsize hit;   /* where the word is first in the value as sent; equal to value if the word is
                * only in the name, or only in what escapes stand for */
} WeirJsonMatch;

/* Finds word, in any case, in the name and the value of each member and in each element, as sent and
 * with escapes decoded. Of an object or array, only the name counts. Linear in the text; any thread.
 * Returns: (transfer full): an array of WeirJsonMatch in the order of the text, at most
 * WEIR_JSON_FIND_MOST, or NULL if cancellable was cancelled. */
GArray *weir_json_find (GBytes *text, const char *word, GCancellable *cancellable);

G_END_DECLS
