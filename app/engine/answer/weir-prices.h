/* SPDX-License-Identifier: MIT */
/*
 * WeirPrices: the prices of models, from a file of the user. There are no built-in prices.
 *
 *   {
 *     "currency": "USD",
 *     "models": {
 *       "gpt-x": { "input": 2.5, "output": 10, "cache_read": 1.25, "cache_write": 2.5 },
 *       "claude-*": { "input": 3, "output": 15 }
 *     }
 *   }
 *
 * Prices are for a million tokens. A name that ends in "*" matches models that begin with the rest. An
 * exact name takes precedence, then the longest beginning. A missing cache price is that of input.
 */
#pragma once

#include <glib.h>

#include "core/answer/weir-answer.h"

G_BEGIN_DECLS

typedef struct _WeirPrices WeirPrices;

/* From the file's text. NULL: it is not such a file, and error says where. */
WeirPrices *weir_prices_new (const char *text, gsize length, GError **error);
void weir_prices_free (WeirPrices *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirPrices, weir_prices_free)

/* "USD"; "" where the file names none. */
const char *weir_prices_get_currency (const WeirPrices *self);

/* What the answer cost. Returns: FALSE if its model has no price, or the API did not report its
 * tokens. */
gboolean weir_prices_get_cost (const WeirPrices *self, const WeirAnswer *answer, double *cost);

G_END_DECLS
