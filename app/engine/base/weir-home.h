/* SPDX-License-Identifier: MIT */
/* weir-home: whether the program is installed, and where its translations are. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether the program runs from its build folder. */
gboolean weir_is_uninstalled (void);

/* Sets the locale and loads the translations, from the build folder if the program is not installed. Call
 * it first in main(). */
void weir_locale_init (void);

G_END_DECLS
