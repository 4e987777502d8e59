/* SPDX-License-Identifier: MIT */
/*
 * weir-settings: the program's one GSettings.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The settings, shared by all; owned by this function. Run from the build folder, they take their
 * schema from there. */
GSettings *weir_settings_get (void);

G_END_DECLS
