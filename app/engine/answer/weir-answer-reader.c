/* SPDX-License-Identifier: MIT */
#include "weir-answer-reader.h"

#include "weir-answer-event-private.h"
#include "log/weir-row.h"

struct _WeirAnswerReader
{
  GObject parent_instance;

  WeirLog *log;
  guint64 row;
  gboolean reading;

  /* The thread's while it reads. */
  WeirAnswer *answer;
  guint64 first_row, next_row;
  gint64 asked_us;
  gboolean searched;
  gboolean finished;
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

/* A row's event, with what it is read from. */
typedef struct
{
  WeirRow *row;
  WeirAnswerEvent event;
} Found;

static void
found_clear (Found *self)
{
  weir_answer_event_clear (&self->event);
  g_clear_object (&self->row);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Found, found_clear)

static void
find (WeirAnswerReader *self, guint64 number, Found *found)
{
  gsize length;
  const char *data;

  found->row = weir_row_new (self->log, number);
  data = g_bytes_get_data (weir_row_get_data (found->row), &length);
  weir_answer_event_read (&found->event, weir_row_get_type_name (found->row),
                          data != NULL ? data : "", length);
}

/* A connection begins or ends there, or nobody knows any more what was there. */
static gboolean
is_border (WeirAnswerReader *self, const WeirRowInfo *info, gint64 *began_us)
{
  g_autoptr (WeirLogMark) mark = NULL;

  if (info->kind != WEIR_ROW_MARK)
    return info->kind == WEIR_ROW_GONE;
  mark = weir_log_get_mark (self->log, info->mark);
  if (mark == NULL || mark->note != 0)
    return FALSE;
  if (mark->connection != NULL && weir_connection_info_is_http (mark->connection))
    *began_us = mark->connection->began_us;
  return TRUE;
}

/* --- Its beginning ------------------------------------------------------------------ */

/* What a search backwards knows of the answer. */
typedef struct
{
  WeirAnswerApi api;
  char *id;
  gboolean begun; /* its beginning was found; what stands before it is looked at nevertheless */
} Search;

static void
search_clear (Search *self)
{
  g_free (self->id);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

/* Whether the event, which stands before the others, belongs to the same answer. */
static gboolean
belongs (Search *self, const WeirAnswerEvent *event)
{
  g_autofree char *id = event->id.end > 0 ? weir_answer_event_dup (event, &event->id) : NULL;

  if (self->begun || event->what == WEIR_ANSWER_EVENT_END
      || (self->api != WEIR_ANSWER_API_NONE && event->api != self->api)
      || (id != NULL && self->id != NULL && !g_str_equal (id, self->id)))
    return FALSE;
  self->api = event->api;
  if (self->id == NULL)
    self->id = g_steal_pointer (&id);
  self->begun = event->what == WEIR_ANSWER_EVENT_BEGIN;
  return TRUE;
}

/* An error says nothing of whose it is. */
static gboolean
tells_nothing (const WeirAnswerEvent *event)
{
  return event->what == WEIR_ANSWER_EVENT_FOREIGN
         || (event->what == WEIR_ANSWER_EVENT_PART && event->api == WEIR_ANSWER_API_NONE);
}

/* The row that is asked for may be an end or an error: what ends stands before it. */
static gboolean
take_last (WeirAnswerReader *self, Search *search)
{
  g_auto (Found) found = { 0 };

  find (self, self->row, &found);
  if (found.event.what == WEIR_ANSWER_EVENT_FOREIGN)
    return FALSE;
  if (found.event.what == WEIR_ANSWER_EVENT_END || tells_nothing (&found.event))
    search->api = found.event.api;
  else if (!belongs (search, &found.event))
    return FALSE;
  self->first_row = self->row;
  return TRUE;
}

static void
find_first (WeirAnswerReader *self, GCancellable *cancellable)
{
  g_auto (Search) search = { 0 };
  const guint64 stop = self->row - MIN (self->row, WEIR_ANSWER_MAX_ROWS_BACK);
  WeirRowInfo info;

  if (!weir_log_get_row (self->log, self->row, &info) || info.kind != WEIR_ROW_EVENT
      || !take_last (self, &search))
    return;
  for (guint64 number = self->row; number-- > stop && !g_cancellable_is_cancelled (cancellable);)
    {
      g_auto (Found) found = { 0 };

      if (!weir_log_get_row (self->log, number, &info) || is_border (self, &info, &self->asked_us))
        break;
      if (info.kind != WEIR_ROW_EVENT)
        continue;
      find (self, number, &found);
      if (tells_nothing (&found.event))
        continue;
      if (!belongs (&search, &found.event))
        break;
      self->first_row = number;
    }
  /* An end or an error alone is that of nothing. */
  if (search.api == WEIR_ANSWER_API_NONE)
    self->first_row = WEIR_NO_ROW;
}

/* --- All of it ---------------------------------------------------------------------- */

static WeirAnswerStep
take_row (WeirAnswerReader *self, guint64 number)
{
  g_autoptr (WeirRow) row = weir_row_new (self->log, number);
  gsize length;
  const char *data = g_bytes_get_data (weir_row_get_data (row), &length);

  return weir_answer_take (self->answer, weir_row_get_type_name (row), data != NULL ? data : "",
                           length, weir_row_get_time_us (row));
}

static void
take_rows (WeirAnswerReader *self, GCancellable *cancellable)
{
  const guint64 n_rows = weir_log_get_n_rows (self->log);
  gint64 unused;
  WeirRowInfo info;

  while (!self->finished && self->next_row < n_rows && !g_cancellable_is_cancelled (cancellable))
    {
      const guint64 number = self->next_row++;

      if (!weir_log_get_row (self->log, number, &info) || is_border (self, &info, &unused))
        self->finished = TRUE;
      else if (info.kind == WEIR_ROW_EVENT)
        self->finished = take_row (self, number) == WEIR_ANSWER_OTHER || self->answer->complete;
    }
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  WeirAnswerReader *self = source;

  if (!self->searched)
    {
      find_first (self, cancellable);
      self->next_row = self->first_row;
      if (self->first_row != WEIR_NO_ROW)
        self->answer = weir_answer_new ();
      self->searched = TRUE;
    }
  if (self->answer != NULL)
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
  g_return_if_fail (!self->reading);

  self->reading = TRUE;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, weir_answer_reader_read_async);
  g_task_run_in_thread (task, read_in_thread);
}

gboolean
weir_answer_reader_read_finish (WeirAnswerReader *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (WEIR_IS_ANSWER_READER (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  self->reading = FALSE;
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- Asking ------------------------------------------------------------------------- */

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

gint64
weir_answer_reader_get_asked_us (WeirAnswerReader *self)
{
  g_return_val_if_fail (WEIR_IS_ANSWER_READER (self), 0);
  return self->asked_us;
}

gboolean
weir_answer_reader_is_finished (WeirAnswerReader *self)
{
  g_return_val_if_fail (WEIR_IS_ANSWER_READER (self), TRUE);
  return self->finished || (self->searched && self->answer == NULL);
}
