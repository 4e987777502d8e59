/* SPDX-License-Identifier: MIT */
/*
 * WeirAnswerReader: finds in a log the language model's answer that a row is part of, and assembles
 * it in a thread; also while it still grows.
 */
#pragma once

#include "log/weir-log.h"
#include "weir-answer-describe.h"

G_BEGIN_DECLS

#define WEIR_TYPE_ANSWER_READER (weir_answer_reader_get_type ())
G_DECLARE_FINAL_TYPE (WeirAnswerReader, weir_answer_reader, WEIR, ANSWER_READER, GObject)

/* Rows before a row among which the beginning of its connection is searched. */
#define WEIR_ANSWER_MAX_ROWS_BACK 200000

/* Whether a row with that event can be part of an answer: judged by the event alone, an end
 * ("[DONE]") and an error can. */
gboolean weir_answer_may_hold (const char *type, const char *data, gsize length);

/* Reads nothing yet. log is kept by reference. */
WeirAnswerReader *weir_answer_reader_new (WeirLog *log, guint64 row);

/* Takes in all that the log has of the answer by now; to be called again when there may be more. Until
 * the callback, no other function may be called. A reader that is released meanwhile is cancelled by
 * cancellable alone. */
void weir_answer_reader_read_async (WeirAnswerReader *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
/* Whether the row is part of an answer. G_IO_ERROR_CANCELLED is the only error. */
gboolean
weir_answer_reader_read_finish (WeirAnswerReader *self, GAsyncResult *result, GError **error);

/* What was read so far; NULL where the row is part of none. (transfer none) */
const WeirAnswer *weir_answer_reader_get_answer (WeirAnswerReader *self);
/* The row of its first event; WEIR_NO_ROW if it is not known yet. */
guint64 weir_answer_reader_get_first_row (WeirAnswerReader *self);
/* Whether row lies between its first event and the last row that was read. */
gboolean weir_answer_reader_has_row (WeirAnswerReader *self, guint64 row);
/* When it was asked for, and whether its times are real. */
void weir_answer_reader_get_context (WeirAnswerReader *self, WeirAnswerContext *context);
/* The answer is complete: it or its connection ended, or another answer began. */
gboolean weir_answer_reader_is_finished (WeirAnswerReader *self);

G_END_DECLS
