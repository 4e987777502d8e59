/* SPDX-License-Identifier: MIT */
/* WeirAnswerEvent: what one event says of a language model's answer, read in one pass. */
#pragma once

#include "core/weir-json.h"
#include "weir-answer-parts.h"

G_BEGIN_DECLS

typedef enum
{
  WEIR_ANSWER_EVENT_FOREIGN = 0, /* none of it */
  WEIR_ANSWER_EVENT_PART,
  WEIR_ANSWER_EVENT_BEGIN, /* the API says that an answer begins with it */
  WEIR_ANSWER_EVENT_END,   /* or ends */
} WeirAnswerEventKind;

typedef struct
{
  WeirAnswerPartKind kind;
  gboolean is_name; /* of a tool that is called from here on */
  WeirJsonToken token;
} WeirAnswerPiece;

/* Tokens with an end of 0 were not there. */
typedef struct
{
  const char *data; /* lent */
  WeirAnswerEventKind what;
  WeirAnswerApi api; /* NONE: any of them says so */
  WeirJsonToken id, model, finish_reason, error;
  gint64 n_input_tokens, n_output_tokens; /* -1: not told */
  GArray *pieces;                         /* of WeirAnswerPiece */
} WeirAnswerEvent;

/* self holds zeros; data stays unchanged for as long as it is used. */
void
weir_answer_event_read (WeirAnswerEvent *self, const char *type, const char *data, gsize length);
void weir_answer_event_clear (WeirAnswerEvent *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WeirAnswerEvent, weir_answer_event_clear)

/* What a string stands for, each NUL in it as U+FFFD. (transfer full) */
char *weir_answer_event_dup (const WeirAnswerEvent *self, const WeirJsonToken *string);

G_END_DECLS
