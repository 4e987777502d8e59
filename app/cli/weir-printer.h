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
  WEIR_FORMAT_RAW,        /* the bytes as they came */
  WEIR_FORMAT_ANSWER,     /* the text of a language model's answers */
  WEIR_FORMAT_NONE,       /* nothing, for use with checks and recordings */
} WeirFormat;

/* The worst that became of the answers: exit statuses. */
typedef enum
{
  WEIR_ANSWER_STATUS_NONE = -1, /* there was none */
  WEIR_ANSWER_STATUS_COMPLETE = 0,
  WEIR_ANSWER_STATUS_FAILED = 1,
  WEIR_ANSWER_STATUS_INCOMPLETE = 3,
} WeirAnswerStatus;

typedef struct
{
  WeirFormat format;
  gboolean all;      /* comments, retries, findings and states as well */
  gboolean offsets;  /* each item's byte range */
  gboolean terminal; /* no control byte may get there */
  gboolean colour;
  guint64 max_events; /* then enough; 0: no end */
  const char
      *check_sequence; /* what numbers the events, "id" or a JSON path, lent; NULL: not looked at */
  gboolean check_schema;            /* whether the shape of their JSON is looked at */
  gboolean expect_answer;           /* the events are a model's, and each of its answers complete */
  gboolean is_file;                 /* the text of an answer need not be printed at once */
  const WeirPrices *prices;         /* lent; NULL: none */
  WeirAnswerTurns *turns;           /* of several printers, lent; NULL: the only one */
  gboolean *has_reported_no_answer; /* lent, with answer_status */
  WeirAnswerStatus *answer_status;  /* of all answers together, lent; NULL: not asked for */
  const WeirFilter *filter;         /* of what is printed, lent; NULL: all */
  WeirExpectations *expectations;   /* lent; NULL: none */
  guint stream; /* which of several streams on one output, to say with each line; 0: the only one */
} WeirPrinterOptions;

#define WEIR_TYPE_PRINTER (weir_printer_get_type ())
G_DECLARE_FINAL_TYPE (WeirPrinter, weir_printer, WEIR, PRINTER, GObject)

/* Prints to fd, which stays the caller's. */
WeirPrinter *weir_printer_new (int fd, const WeirPrinterOptions *options);

/* errno of the write that failed, EPIPE for a reader that went away; 0: all is well. To be asked
 * when the stream has ended. */
int weir_printer_get_error (WeirPrinter *self);

/* The finding of a limit that came last, 0: none. To be asked when the stream has ended. */
WeirFindingCode weir_printer_get_limit (WeirPrinter *self);

/* When the stream has ended: tells what became of the checks that were asked for. Returns whether they
 * found anything. */
gboolean weir_printer_finish_check (WeirPrinter *self);

G_END_DECLS
