/* SPDX-License-Identifier: MIT */
/*
 * WeirAnswerPrinter: the text of a language model's answers, printed while they arrive, and about each
 * of them one line on standard error.
 */
#pragma once

#include "weir-output.h"
#include "app/engine/answer/weir-answer-describe.h"

G_BEGIN_DECLS

typedef struct _WeirAnswerPrinter WeirAnswerPrinter;

/* Several printers on one output take turns: one answer is printed after the other. Begins with zeros,
 * and outlives the printers. For one thread. */
typedef struct
{
  WeirAnswerPrinter *holder; /* NULL while no printer has the output */
  GQueue waiting;
} WeirAnswerTurns;

typedef struct
{
  gboolean terminal;      /* no control byte may get there */
  gboolean colour;        /* thinking is dim */
  gboolean all;           /* thinking, tools, citations and images as well */
  gboolean is_whole;      /* print each answer when it has ended, in its own order */
  WeirAnswerTurns *turns; /* lent; NULL: this is the only printer */
} WeirAnswerPrinterOptions;

/* output is lent. */
WeirAnswerPrinter *weir_answer_printer_new (WeirOutput *output,
                                            const WeirAnswerPrinterOptions *options);
void weir_answer_printer_free (WeirAnswerPrinter *self);

/* The answer has grown. */
void weir_answer_printer_update (WeirAnswerPrinter *self, const WeirAnswer *answer);
/* It has ended. */
void weir_answer_printer_finish (WeirAnswerPrinter *self,
                                 const WeirAnswer *answer,
                                 const WeirAnswerContext *context);
/* A line on standard error, after what was printed. */
void weir_answer_printer_remark (WeirAnswerPrinter *self, const char *words);
/* The answer that was printed is dropped. */
void weir_answer_printer_drop (WeirAnswerPrinter *self);

G_END_DECLS
