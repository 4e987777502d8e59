/* SPDX-License-Identifier: MIT */
/* The verdict on a language model's answer, in words for people and for programs. */
#pragma once

#include <glib.h>

#include "core/answer/weir-answer.h"

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirAnswer, weir_answer_free)

/* An allocator that uses g_malloc, which aborts if memory is exhausted. */
WeirAnswer *weir_answer_make (void);

/* "complete", "incomplete", "cut-off", "failed", "blocked", "invalid-tool-call", "growing". */
const char *weir_answer_state_get_name (WeirAnswerState state);

/* The verdict in one line: "incomplete: max_output_tokens". (transfer full) */
char *weir_answer_describe_verdict (const WeirAnswer *self);

/* What an API says, on one line, without control characters. (transfer full) */
char *weir_answer_clean (const char *said);

G_END_DECLS
