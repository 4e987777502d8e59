/* SPDX-License-Identifier: MIT */
/* weir-story-line: how a connection's story is set: selectable words, and lines of a name and a value. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* style is a CSS class, or NULL. */
GtkWidget *weir_story_make_label (const char *text, const char *style);

/* A small name over its value, which is the last child. */
GtkWidget *weir_story_make_line (const char *name, const char *value);

G_END_DECLS
