/* SPDX-License-Identifier: MIT */
/* The keys of a window that mean an action of the page in front; the application has the others. */
#pragma once

#include "weir-main-window.h"

G_BEGIN_DECLS

/* GtkEventControllerKey::key-pressed of a window's controller, swapped. */
gboolean
weir_window_keys_pressed (WeirMainWindow *self, guint key, guint code, GdkModifierType modifiers);

G_END_DECLS
