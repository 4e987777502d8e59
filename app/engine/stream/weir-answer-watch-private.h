/* SPDX-License-Identifier: MIT */
/* WeirAnswerWatch: notices where a live stream is a language model's, and an answer in it is not
 * complete. */
#pragma once

#include "base/weir-answer-verdict.h"
#include "core/weir-parser.h"

G_BEGIN_DECLS

/* Events of a connection among which a model's is searched. */
#define WEIR_ANSWER_WATCH_EVENTS 64

/* Begins with zeros. */
typedef struct
{
  WeirAnswer *answer; /* NULL: none has begun */
  guint n_searched;   /* WEIR_ANSWER_WATCH_EVENTS: it is another kind of stream */
} WeirAnswerWatch;

void weir_answer_watch_clear (WeirAnswerWatch *self);

/* A connection begins. */
void weir_answer_watch_begin (WeirAnswerWatch *self);

/* Both: what is wrong with an answer that has ended by it, in a sentence; NULL: nothing.
 * (transfer full) */
char *weir_answer_watch_take (WeirAnswerWatch *self, const WeirItem *event, gint64 time_us);
char *weir_answer_watch_end (WeirAnswerWatch *self);

G_END_DECLS
