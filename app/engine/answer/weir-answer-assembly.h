/* SPDX-License-Identifier: MIT */
/*
 * WeirAnswerAssembly: the answers of one stream, one after the other, while its events arrive. For one
 * thread at a time.
 */
#pragma once

#include "http/weir-connection-info.h"
#include "weir-answer-describe.h"

G_BEGIN_DECLS

typedef struct _WeirAnswerAssembly WeirAnswerAssembly;

/* The answer has ended: the API said so, or its connection ended (the answer is closed then), or the
 * next answer begins. */
typedef void (*WeirAnswerEnded) (WeirAnswer *answer,
                                 const WeirAnswerContext *context,
                                 gpointer user_data);

/* is_expected: the user says that it is a model's stream. Otherwise a connection that has shown none
 * after WEIR_ANSWER_MAX_SEARCHED events is not searched any more. */
WeirAnswerAssembly *
weir_answer_assembly_new (gboolean is_expected, WeirAnswerEnded ended, gpointer user_data);
void weir_answer_assembly_free (WeirAnswerAssembly *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirAnswerAssembly, weir_answer_assembly_free)

#define WEIR_ANSWER_MAX_SEARCHED 64

/* Lent, for costs; NULL: none. */
void weir_answer_assembly_set_prices (WeirAnswerAssembly *self, const WeirPrices *prices);

/* A connection is open. */
void weir_answer_assembly_begin (WeirAnswerAssembly *self, const WeirConnectionInfo *info);

/* Adds the next event. An answer that ended before the event is reported first; one that the event
 * itself ends is reported by the next call. Returns: the answer that the event was added to, or NULL. */
WeirAnswer *weir_answer_assembly_take (WeirAnswerAssembly *self, const WeirAnswerEvent *event);

/* A line between the events of an answer that is not a field: if it is the JSON of an error, or has the
 * title of a web page, the answer failed. Returns: the answer, or NULL if it was not taken. */
WeirAnswer *
weir_answer_assembly_take_stray (WeirAnswerAssembly *self, const WeirSpan *line, gint64 time_us);

/* Reports an answer that the last event ended. Must be called after each event was handled. */
void weir_answer_assembly_settle (WeirAnswerAssembly *self);

/* The connection ended. is_cancelled: we ended it, which says nothing about the answer: one that still
 * grows is dropped. */
void weir_answer_assembly_end (WeirAnswerAssembly *self, gboolean is_cancelled);

G_END_DECLS
