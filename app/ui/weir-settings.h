/* SPDX-License-Identifier: MIT */
/*
 * weir-settings: the program's one GSettings, and where the program runs from.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The settings, shared by all; owned by this function. Run from the build folder, they take their
 * schema from there. */
GSettings *weir_settings_get (void);

/* TRUE where the program was started from the folder it was built in. */
gboolean weir_is_uninstalled (void);

G_END_DECLS
