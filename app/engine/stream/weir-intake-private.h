/* SPDX-License-Identifier: MIT */
/*
 * WeirIntake: turns a stream's bytes into items. It owns the parser, which outlives the connections,
 * gives the items to the sink, and observes the rhythm. It belongs to the I/O thread.
 */
#pragma once

#include "base/weir-answer-verdict.h"
#include "base/weir-reader.h"
#include "weir-audit-private.h"
#include "weir-bunching-private.h"
#include "http/weir-refusal-private.h"
#include "http/weir-request.h"
#include "weir-rhythm-private.h"
#include "weir-rpc.h"
#include "weir-sink.h"

G_BEGIN_DECLS

/* Notices that the stream is a language model's, and that an answer is not complete. */
typedef struct
{
  WeirAnswer *answer; /* NULL: none has begun */
  guint n_searched;   /* events in which no answer began */
} WeirAnswerWatch;

typedef enum
{
  WEIR_INTAKE_MORE = 0, /* go on reading */
  WEIR_INTAKE_ENOUGH,   /* the sink needs no more */
  WEIR_INTAKE_LIMIT,    /* a limit of the parser was reached */
  WEIR_INTAKE_MEMORY,   /* no memory for what is unfinished */
  WEIR_INTAKE_DAMAGED,  /* a record cannot be read */
} WeirIntakeStatus;

typedef struct
{
  WeirSink *sink;
  gsize chunk_bytes;
  gboolean flush;
  WeirReader *reader;
  WeirBodyFormat format; /* of the body */
  WeirAudit audit;
  WeirAnswerWatch answers;
  WeirRpcWatch *rpc;
  WeirBunching bunching;
  WeirRhythm reads;
  WeirRhythm comments;
  gint64 wall_us;        /* wall clock of the bytes, for an archive; 0: now */
  gint64 now_us;         /* monotonic, of the read that is dealt with */
  gint64 max_retry_ms;   /* the longest reconnection time that a server may set */
  gint64 retry_ms;       /* the last reconnection time that the server set; -1: none */
  gboolean unfinished;   /* the last finish dropped an event */
  GByteArray *start;     /* of the body, until it has an event; at most WEIR_DIAGNOSIS_BYTES */
  WeirFindingCode found; /* the last finding, which says which limit was reached */
  guint64 n_reads;       /* of this connection, as the next two */
  guint64 n_bytes;
  guint64 n_events;
  gint64 last_read_us; /* monotonic, when the last bytes were dealt with */
} WeirIntake;

void weir_intake_init (WeirIntake *self, WeirRequest *request, WeirSink *sink);
void weir_intake_clear (WeirIntake *self);

/* A body of that format begins: byte 0. The last event ID stays. */
void weir_intake_begin (WeirIntake *self, WeirBodyFormat format);

/* Right after it: the body of the request that the connection sent. It is not kept. */
void weir_intake_set_request (WeirIntake *self, const char *body, gsize length);

/* Forgets what the last connection brought, before the next one is made. */
void weir_intake_forget (WeirIntake *self);

/* A read's bytes. They are not kept. */
WeirIntakeStatus weir_intake_push (WeirIntake *self, const guint8 *bytes, gsize length);

/* The connection has ended: gives the items that are left. */
WeirIntakeStatus weir_intake_finish (WeirIntake *self);

/* Why the parser stopped, for the user. (transfer full) */
char *weir_intake_describe_limit (WeirIntake *self);

/* Describes the body of a connection that ended with bytes but without an event, in sentences for the
 * user, and sets *diagnosis. The secrets of request are masked.
 * Returns: (transfer full): NULL if it had an event, or no bytes. */
char *weir_intake_diagnose (WeirIntake *self, WeirRequest *request, WeirDiagnosis *diagnosis);

/* The same for any parser; found is its last finding. (transfer full) */
char *weir_limit_describe (const WeirParser *parser, WeirFindingCode found);

/* The rhythm's period in microseconds, or 0. */
gint64 weir_intake_get_period (const WeirIntake *self);

/* Gives the sink a note. Takes text. */
void weir_intake_note (WeirIntake *self, WeirNoteKind kind, char *text);

G_END_DECLS
