/* SPDX-License-Identifier: MIT */
/*
 * weir-decimal: calculates with whole numbers of any length as decimal text: "-12", "0", "42". Texts have no
 * leading zero, no plus, and no minus before zero.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* -1, 0 or 1. */
int weir_decimal_compare (const char *a, const char *b);

/* a + b and a - b. (transfer full) */
char *weir_decimal_add (const char *a, const char *b);
char *weir_decimal_subtract (const char *a, const char *b);

/* Adds 1 in place. */
void weir_decimal_increment (GString *number);

G_END_DECLS
