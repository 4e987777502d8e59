/* SPDX-License-Identifier: MIT */
/*
 * WeirAnswerPrinter: the text of a language model's answers, printed while they come, and about each
 * of them one line on standard error.
 */
#pragma once

#include "weir-output.h"
#include "app/engine/stream/weir-sink.h"

G_BEGIN_DECLS

typedef struct _WeirAnswerPrinter WeirAnswerPrinter;

/* output is lent. terminal: no control byte may get there; colour: thinking is dim; all: thinking and
 * the calls of tools are printed as well. */
WeirAnswerPrinter *
weir_answer_printer_new (WeirOutput *output, gboolean terminal, gboolean colour, gboolean all);
void weir_answer_printer_free (WeirAnswerPrinter *self);

/* A connection is open. */
void weir_answer_printer_begin (WeirAnswerPrinter *self, const WeirConnectionInfo *info);
/* An event, which came at that time. */
void weir_answer_printer_take (WeirAnswerPrinter *self, const WeirItem *event, gint64 time_us);
/* The connection ended, and with it its last answer. */
void weir_answer_printer_end (WeirAnswerPrinter *self);

G_END_DECLS
