/* SPDX-License-Identifier: MIT */
/*
 * weir-answer-view: the answer of a language model that a row is part of: its growing text, its thinking,
 * its tool calls, and its speed. It reads the log only while it is visible.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/engine/log/weir-row.h"

G_BEGIN_DECLS

#define WEIR_TYPE_ANSWER_VIEW (weir_answer_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirAnswerView, weir_answer_view, WEIR, ANSWER_VIEW, GtkWidget)

/* Whether there may be anything to show for row. */
gboolean weir_answer_view_is_for (WeirRow *row);

/* row is referenced; NULL shows nothing. */
void weir_answer_view_set_row (WeirAnswerView *self, WeirRow *row);

G_END_DECLS
