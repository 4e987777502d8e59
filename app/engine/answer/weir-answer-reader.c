/* SPDX-License-Identifier: MIT */
#include "weir-answer-reader.h"

#include <string.h>

#include "log/weir-row.h"

struct _WeirAnswerReader
{
  GObject parent_instance;

  WeirLog *log;
  guint64 row;
  gboolean is_reading;

  /* The thread's while it reads. */
  WeirAnswer *answer;
  guint64 first_row, next_row;
  WeirAnswerContext context;
  gboolean has_row; /* the answer is the row's */
  gboolean is_searched;
  gboolean is_finished;
};

G_DEFINE_FINAL_TYPE (WeirAnswerReader, weir_answer_reader, G_TYPE_OBJECT)

static void
weir_answer_reader_finalize (GObject *object)
{
  WeirAnswerReader *self = WEIR_ANSWER_READER (object);

  g_clear_object (&self->log);
  g_clear_pointer (&self->answer, weir_answer_free);
  G_OBJECT_CLASS (weir_answer_reader_parent_class)->finalize (object);
}

static void
weir_answer_reader_class_init (WeirAnswerReaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_answer_reader_finalize;
}

static void
weir_answer_reader_init (WeirAnswerReader *self)
{
  self->first_row = WEIR_NO_ROW;
}

WeirAnswerReader *
weir_answer_reader_new (WeirLog *log, guint64 row)
{
  WeirAnswerReader *self = g_object_new (WEIR_TYPE_ANSWER_READER, NULL);

  g_return_val_if_fail (WEIR_IS_LOG (log), NULL);

  self->log = g_object_ref (log);
  self->row = row;
  return self;
}

gboolean
weir_answer_may_hold (const char *type, const char *data, gsize length)
{
  const WeirAnswerEvent event = { { type, strlen (type) }, { data, length }, 0 };
  g_autoptr (WeirAnswer) answer = NULL;

  if (length == strlen ("[DONE]") && memcmp (data, "[DONE]", length) == 0)
    return TRUE;
  if (weir_answer_recognise (&event) != WEIR_ANSWER_API_NONE)
    return TRUE;
  answer = weir_answer_make ();
  return weir_answer_take (answer, &event) == WEIR_ANSWER_TAKEN;
}

/* --- The connection's beginning ----------------------------------------------------- */

/* A connection begins or ends there, or what was there is lost. */
static gboolean
is_border (WeirAnswerReader *self, const WeirRowInfo *info, WeirAnswerContext *context)
{
  g_autoptr (WeirLogMark) mark = NULL;

  if (info->kind != WEIR_ROW_MARK)
    return info->kind == WEIR_ROW_GONE;
  mark = weir_log_get_mark (self->log, info->mark);
  if (mark == NULL || mark->note != 0)
    return FALSE;
  if (mark->connection != NULL && weir_connection_info_is_http (mark->connection))
    {
      context->asked_us = mark->connection->began_us;
      context->is_live = TRUE;
    }
  return TRUE;
}

/* An answer ends with its end or its connection, not with another id, so its beginning is known only
 * from the connection's. */
static void
find_connection (WeirAnswerReader *self, GCancellable *cancellable)
{
  const guint64 stop = self->row - MIN (self->row, WEIR_ANSWER_MAX_ROWS_BACK);
  WeirRowInfo info;

  self->next_row = self->row;
  while (self->next_row > stop && !g_cancellable_is_cancelled (cancellable))
    {
      if (!weir_log_get_row (self->log, self->next_row - 1, &info)
          || is_border (self, &info, &self->context))
        return;
      self->next_row--;
    }
}

/* --- All of it ------------------------------------------------------------------------ */

static void
begin_answer (WeirAnswerReader *self)
{
  if (self->answer != NULL)
    self->context.asked_us = 0;
  g_clear_pointer (&self->answer, weir_answer_free);
  self->answer = weir_answer_make ();
  self->first_row = WEIR_NO_ROW;
}

static void
finish (WeirAnswerReader *self)
{
  weir_answer_close (self->answer);
  self->is_finished = TRUE;
}

static WeirAnswerStep
take_row (WeirAnswerReader *self, guint64 number)
{
  g_autoptr (WeirRow) row = weir_row_new (self->log, number);
  const char *type = weir_row_get_type_name (row);
  gsize length;
  const char *data = g_bytes_get_data (weir_row_get_data (row), &length);
  const WeirAnswerEvent event = { { type, strlen (type) },
                                  { data != NULL ? data : "", length },
                                  weir_row_get_time_us (row) };
  WeirAnswerStep step = weir_answer_take (self->answer, &event);

  if (step != WEIR_ANSWER_NEXT)
    return step;
  if (self->has_row)
    {
      finish (self);
      return step;
    }
  begin_answer (self);
  return weir_answer_take (self->answer, &event);
}

static void
take_event (WeirAnswerReader *self, guint64 number)
{
  if (take_row (self, number) == WEIR_ANSWER_TAKEN)
    {
      if (self->first_row == WEIR_NO_ROW)
        self->first_row = number;
      self->has_row = self->has_row || number == self->row;
    }
  if (self->is_finished || !self->answer->has_ended || self->answer->has_error)
    return;
  if (self->has_row)
    finish (self);
  else
    begin_answer (self);
}

static void
take_rows (WeirAnswerReader *self, GCancellable *cancellable)
{
  const guint64 n_rows = weir_log_get_n_rows (self->log);
  WeirAnswerContext unused;
  WeirRowInfo info;

  while (!self->is_finished && self->next_row < n_rows && !g_cancellable_is_cancelled (cancellable))
    {
      const guint64 number = self->next_row++;

      if (number > self->row && !self->has_row)
        self->is_finished = TRUE;
      else if (!weir_log_get_row (self->log, number, &info) || is_border (self, &info, &unused))
        finish (self);
      else if (info.kind == WEIR_ROW_EVENT)
        take_event (self, number);
    }
}

static void
search (WeirAnswerReader *self, GCancellable *cancellable)
{
  WeirRowInfo info;

  self->is_searched = TRUE;
  if (!weir_log_get_row (self->log, self->row, &info) || info.kind != WEIR_ROW_EVENT)
    return;
  find_connection (self, cancellable);
  begin_answer (self);
  take_rows (self, cancellable);
  if (self->has_row || g_cancellable_is_cancelled (cancellable))
    return;
  g_clear_pointer (&self->answer, weir_answer_free);
  self->first_row = WEIR_NO_ROW;
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  WeirAnswerReader *self = source;

  if (!self->is_searched)
    search (self, cancellable);
  else if (self->answer != NULL)
    take_rows (self, cancellable);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, self->answer != NULL);
}

void
weir_answer_reader_read_async (WeirAnswerReader *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (WEIR_IS_ANSWER_READER (self));
  g_return_if_fail (!self->is_reading);

  self->is_reading = TRUE;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, weir_answer_reader_read_async);
  g_task_run_in_thread (task, read_in_thread);
}

gboolean
weir_answer_reader_read_finish (WeirAnswerReader *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (WEIR_IS_ANSWER_READER (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  self->is_reading = FALSE;
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- Results --------------------------------------------------------------------------- */

const WeirAnswer *
weir_answer_reader_get_answer (WeirAnswerReader *self)
{
  g_return_val_if_fail (WEIR_IS_ANSWER_READER (self), NULL);
  return self->answer;
}

guint64
weir_answer_reader_get_first_row (WeirAnswerReader *self)
{
  g_return_val_if_fail (WEIR_IS_ANSWER_READER (self), WEIR_NO_ROW);
  return self->first_row;
}

gboolean
weir_answer_reader_has_row (WeirAnswerReader *self, guint64 row)
{
  g_return_val_if_fail (WEIR_IS_ANSWER_READER (self), FALSE);
  return self->answer != NULL && row >= self->first_row && row < self->next_row;
}

void
weir_answer_reader_get_context (WeirAnswerReader *self, WeirAnswerContext *context)
{
  g_return_if_fail (WEIR_IS_ANSWER_READER (self));
  *context = self->context;
}

gboolean
weir_answer_reader_is_finished (WeirAnswerReader *self)
{
  g_return_val_if_fail (WEIR_IS_ANSWER_READER (self), TRUE);
  return self->is_finished || (self->is_searched && self->answer == NULL);
}
