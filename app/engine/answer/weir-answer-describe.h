/* SPDX-License-Identifier: MIT */
/* Describes the result of a language model's answer, for the user and for programs. */
#pragma once

#include "base/weir-answer-verdict.h"
#include "weir-prices.h"

G_BEGIN_DECLS

/* What is known in addition to the answer. */
typedef struct
{
  gint64 asked_us;          /* when its request was sent, wall clock; 0: not known */
  gboolean is_live;         /* the times are those at which the events arrived */
  const WeirPrices *prices; /* NULL: none */
} WeirAnswerContext;

/* The verdict, the model, the API, times, tokens, cost and what was not understood, in one line.
 * (transfer full) */
char *weir_answer_describe (const WeirAnswer *self, const WeirAnswerContext *context);
/* The same without the verdict. (transfer full) */
char *weir_answer_describe_facts (const WeirAnswer *self, const WeirAnswerContext *context);

/* Output tokens a second between the first and the last content; 0: not known. is_estimate: the API
 * has not counted them yet, and they are reckoned from the text, four bytes each. */
double weir_answer_get_rate (const WeirAnswer *self, gboolean *is_estimate);

G_END_DECLS
