/* SPDX-License-Identifier: MIT */
/* WeirPrinter: the sink that weir-tail prints with. */
#pragma once

#include "app/engine/stream/weir-sink.h"
#include "weir-answer-printer.h"
#include "weir-expectations.h"

G_BEGIN_DECLS

typedef enum
{
  WEIR_FORMAT_PRETTY = 0, /* for people */
  WEIR_FORMAT_NDJSON,     /* one JSON object a line, one line an item */
  WEIR_FORMAT_DATA,       /* each event's data and a line feed */
  WEIR_FORMAT_RAW,        /* the bytes as received */
  WEIR_FORMAT_ANSWER,     /* the text of a language model's answers */
  WEIR_FORMAT_NONE,       /* nothing, for use with checks and recordings */
} WeirFormat;

/* The worst result of all answers. The values are exit statuses. */
typedef enum
{
  WEIR_ANSWER_STATUS_NONE = -1, /* the stream had no answer */
  WEIR_ANSWER_STATUS_COMPLETE = 0,
  WEIR_ANSWER_STATUS_FAILED = 1,
  WEIR_ANSWER_STATUS_INCOMPLETE = 3,
} WeirAnswerStatus;

typedef struct
{
  WeirFormat format;
  gboolean all;      /* comments, retries, findings and states as well */
  gboolean offsets;  /* each item's byte range */
  gboolean terminal; /* no control bytes may be written */
  gboolean colour;
  guint64 max_events;               /* ends after this many; 0: never */
  const char *check_sequence;       /* "id" or a JSON path, borrowed; NULL: not checked */
  gboolean check_schema;            /* whether their JSON schema is checked */
  gboolean expect_answer;           /* require that each answer of a language model is complete */
  gboolean is_file;                 /* the text of an answer need not be printed at once */
  const WeirPrices *prices;         /* borrowed; NULL: none */
  WeirAnswerTurns *turns;           /* shared by several printers, borrowed; NULL: the only one */
  gboolean *has_reported_no_answer; /* borrowed, with answer_status */
  WeirAnswerStatus *answer_status;  /* of all answers together, borrowed; NULL: not needed */
  const WeirFilter *filter;         /* selects what is printed, borrowed; NULL: all */
  WeirExpectations *expectations;   /* borrowed; NULL: none */
  guint stream; /* the stream's number in each line, if several share the output; 0: the only one */
} WeirPrinterOptions;

#define WEIR_TYPE_PRINTER (weir_printer_get_type ())
G_DECLARE_FINAL_TYPE (WeirPrinter, weir_printer, WEIR, PRINTER, GObject)

/* Prints to fd, which it does not close. */
WeirPrinter *weir_printer_new (int fd, const WeirPrinterOptions *options);

/* Returns: errno of a failed write, EPIPE if the reader closed the pipe; 0: none. Call it after the
 * stream has ended. */
int weir_printer_get_error (WeirPrinter *self);

/* Returns: the last finding of an exceeded limit; 0: none. Call it after the stream has ended. */
WeirFindingCode weir_printer_get_limit (WeirPrinter *self);

/* Prints the results of the checks after the stream has ended. Returns: TRUE if they found anything. */
gboolean weir_printer_finish_check (WeirPrinter *self);

G_END_DECLS
