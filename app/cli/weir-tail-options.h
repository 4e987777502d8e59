/* SPDX-License-Identifier: MIT */
/* WeirTailOptions: what weir-tail was asked on its command line. */
#pragma once

#include "weir-printer.h"
#include "app/engine/http/weir-request.h"

G_BEGIN_DECLS

typedef struct
{
  WeirRequest *request; /* NULL: there is nothing to do, as after --version */
  WeirPrinterOptions printer;
  char *record;             /* the recording to make, or the folder to make it in; NULL: none */
  gboolean record_filtered; /* record only what filter matches */
  WeirPrices *prices;       /* what printer.prices lends */
  WeirAnswerStatus answer_status;  /* what printer.answer_status lends */
  gboolean has_reported_no_answer; /* the user, or that there was no event */
  WeirFilter *filter;              /* what printer.filter lends */
  WeirExpectations *expectations;  /* what printer.expectations lends */
  gint64 within_ms;                /* then the stream is ended; 0: never */
  char *check_sequence;            /* what printer.check_sequence lends */
  GStrv cors;                      /* origins whose pages may use the tap; NULL: none */
  GStrv ignored;                   /* options that have no effect with the tap; NULL: none */
  char *tap; /* where to listen for another program, whose upstream request is; NULL: no tap */
} WeirTailOptions;

/* Reads the command line and the environment. FALSE: wrong usage, and error is one sentence.
 * --help prints and exits. */
gboolean weir_tail_options_parse (WeirTailOptions *self, int argc, char **argv, GError **error);

/* The exit status that the answers of language models ask for; 0 where they do not count. */
int weir_tail_options_get_answer_status (const WeirTailOptions *self);

void weir_tail_options_clear (WeirTailOptions *self);

G_END_DECLS
