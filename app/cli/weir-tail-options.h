/* SPDX-License-Identifier: MIT */
/* WeirTailOptions: the parsed command line of weir-tail. */
#pragma once

#include "weir-printer.h"
#include "app/engine/http/weir-request.h"

G_BEGIN_DECLS

typedef struct
{
  WeirRequest *request; /* NULL: nothing to do, as after --version */
  WeirPrinterOptions printer;
  char *record;                    /* the new recording or its folder; NULL: none */
  gboolean record_filtered;        /* record only what filter matches */
  WeirPrices *prices;              /* what printer.prices lends */
  WeirAnswerStatus answer_status;  /* what printer.answer_status lends */
  gboolean has_reported_no_answer; /* an error was printed that says so */
  WeirFilter *filter;              /* what printer.filter lends */
  WeirExpectations *expectations;  /* what printer.expectations lends */
  gint64 within_ms;                /* the stream ends after this time; 0: never */
  char *check_sequence;            /* what printer.check_sequence lends */
  GStrv cors;                      /* origins whose pages may use the tap; NULL: none */
  GStrv ignored;                   /* options that have no effect with the tap; NULL: none */
  char *tap; /* the address to listen at; request is the upstream; NULL: no tap */
} WeirTailOptions;

/* Reads the command line and the environment. --help prints and exits.
 * Returns: FALSE with an error of one sentence if the usage is wrong. */
gboolean weir_tail_options_parse (WeirTailOptions *self, int argc, char **argv, GError **error);

/* Returns: the exit status for the answers of language models; 0 if they are not checked. */
int weir_tail_options_get_answer_status (const WeirTailOptions *self);

void weir_tail_options_clear (WeirTailOptions *self);

G_END_DECLS
