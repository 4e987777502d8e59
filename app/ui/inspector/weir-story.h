/* SPDX-License-Identifier: MIT */
/*
 * weir-story: one connection's story: what was asked, what was answered, how its events came, how long
 * each step took and why it ended. Secrets were masked before it got here.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/log/weir-row.h"

G_BEGIN_DECLS

#define WEIR_TYPE_STORY (weir_story_get_type ())
G_DECLARE_FINAL_TYPE (WeirStory, weir_story, WEIR, STORY, GtkWidget)

/* info is of row's connection; NULL: nothing is known. */
void weir_story_set_row (WeirStory *self, WeirRow *row, WeirConnectionInfo *info);

G_END_DECLS
