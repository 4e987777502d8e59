/* SPDX-License-Identifier: MIT */
/*
 * weir-decimal: whole numbers of any length as decimal text, as a stream writes them: "-12", "0", "42".
 * Texts end in NUL and have neither a leading zero, a plus, nor a minus before zero.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* -1, 0 or 1. */
int weir_decimal_compare (const char *a, const char *b);

/* a + b and a - b. (transfer full) */
char *weir_decimal_add (const char *a, const char *b);
char *weir_decimal_subtract (const char *a, const char *b);

/* number becomes the next one, in place. */
void weir_decimal_increment (GString *number);

G_END_DECLS
