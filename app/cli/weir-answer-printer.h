/* SPDX-License-Identifier: MIT */
/*
 * WeirAnswerPrinter prints the text of a language model's answers while they arrive, and one line about
 * each answer on standard error.
 */
#pragma once

#include "weir-output.h"
#include "app/engine/answer/weir-answer-describe.h"

G_BEGIN_DECLS

typedef struct _WeirAnswerPrinter WeirAnswerPrinter;

/* Printers that share an output take turns, one answer each. Initialised with zeros; must outlive the
 * printers. For one thread. */
typedef struct
{
  WeirAnswerPrinter *holder; /* NULL while no printer has the output */
  GQueue waiting;
} WeirAnswerTurns;

typedef struct
{
  gboolean terminal;      /* no control bytes may be written */
  gboolean colour;        /* thinking is dim */
  gboolean all;           /* thinking, tools, citations and images as well */
  gboolean is_whole;      /* print each answer when it has ended, in its own order */
  WeirAnswerTurns *turns; /* borrowed; NULL: this is the only printer */
} WeirAnswerPrinterOptions;

/* output is borrowed. */
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
