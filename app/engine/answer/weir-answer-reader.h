/* SPDX-License-Identifier: MIT */
/*
 * WeirAnswerReader: finds in a log the language model's answer that a row is part of, and puts it
 * together, beside the main thread; also while it still grows.
 */
#pragma once

#include "weir-answer-parts.h"
#include "log/weir-log.h"

G_BEGIN_DECLS

#define WEIR_TYPE_ANSWER_READER (weir_answer_reader_get_type ())
G_DECLARE_FINAL_TYPE (WeirAnswerReader, weir_answer_reader, WEIR, ANSWER_READER, GObject)

/* Rows before a row among which its answer's beginning is looked for. */
#define WEIR_ANSWER_MAX_ROWS_BACK 200000

/* Reads nothing yet. log is kept by reference. */
WeirAnswerReader *weir_answer_reader_new (WeirLog *log, guint64 row);

/* Takes in all that the log has of the answer by now; to be called again when there may be more. Until
 * the callback, nothing else may be asked. A reader that is let go meanwhile is cancelled by
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
/* Its first event; WEIR_NO_ROW: there is none, or not known yet. */
guint64 weir_answer_reader_get_first_row (WeirAnswerReader *self);
/* Whether row lies between its first event and the last row that was read. */
gboolean weir_answer_reader_has_row (WeirAnswerReader *self, guint64 row);
/* When its connection was begun, wall clock in microseconds; 0: not known, or the connection brought
 * other answers before. */
gint64 weir_answer_reader_get_asked_us (WeirAnswerReader *self);
/* Nothing more will come: its end came, or its connection's, or another answer's beginning. */
gboolean weir_answer_reader_is_finished (WeirAnswerReader *self);

G_END_DECLS
