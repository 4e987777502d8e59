/* SPDX-License-Identifier: MIT */
#include "weir-check.h"

#include <stdatomic.h>

#include "weir-check-text.h"
#include "recording/weir-recording.h"
#include "log/weir-row-private.h"

/* --- A finding ------------------------------------------------------------------ */

struct _WeirCheckFinding
{
  GObject parent_instance;

  guint64 row;
  gint64 time_us;
  gboolean is_schema;
  char *text;
};

G_DEFINE_FINAL_TYPE (WeirCheckFinding, weir_check_finding, G_TYPE_OBJECT)

static void
weir_check_finding_init (WeirCheckFinding *self)
{
}

static void
weir_check_finding_finalize (GObject *object)
{
  g_free (WEIR_CHECK_FINDING (object)->text);
  G_OBJECT_CLASS (weir_check_finding_parent_class)->finalize (object);
}

static void
weir_check_finding_class_init (WeirCheckFindingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_check_finding_finalize;
}

/* Takes text. */
static WeirCheckFinding *
check_finding_new (guint64 row, gint64 time_us, gboolean is_schema, char *text)
{
  WeirCheckFinding *self = g_object_new (WEIR_TYPE_CHECK_FINDING, NULL);

  self->row = row;
  self->time_us = time_us;
  self->is_schema = is_schema;
  self->text = text;
  return self;
}

guint64
weir_check_finding_get_row (WeirCheckFinding *self)
{
  g_return_val_if_fail (WEIR_IS_CHECK_FINDING (self), 0);
  return self->row;
}

gint64
weir_check_finding_get_time_us (WeirCheckFinding *self)
{
  g_return_val_if_fail (WEIR_IS_CHECK_FINDING (self), 0);
  return self->time_us;
}

gboolean
weir_check_finding_is_schema (WeirCheckFinding *self)
{
  g_return_val_if_fail (WEIR_IS_CHECK_FINDING (self), FALSE);
  return self->is_schema;
}

const char *
weir_check_finding_get_text (WeirCheckFinding *self)
{
  g_return_val_if_fail (WEIR_IS_CHECK_FINDING (self), NULL);
  return self->text;
}

/* --- The check ------------------------------------------------------------------ */

/* Number of rows between two checks of the cancellable. */
#define ROWS_AT_ONCE 256u
/* How often the progress of indexing is checked. */
#define INDEXING_US 20000

struct _WeirCheck
{
  GObject parent_instance;

  WeirLog *log;
  WeirSequenceCheck *sequence;
  WeirSchemaCheck *schema;
  _Atomic guint64 n_rows, n_done;

  /* The thread's, until it is finished. */
  WeirReader *reader;
  guint8 *buffer;
  gsize buffer_size;
  GPtrArray *findings; /* of WeirCheckFinding */
  guint n_kept[2];     /* of the numbering, of the shape */
  guint64 n_left, n_gone;
};

G_DEFINE_FINAL_TYPE (WeirCheck, weir_check, G_TYPE_OBJECT)

static void
weir_check_init (WeirCheck *self)
{
  self->findings = g_ptr_array_new_with_free_func (g_object_unref);
  self->schema = weir_schema_check_new ();
}

static void
weir_check_finalize (GObject *object)
{
  WeirCheck *self = WEIR_CHECK (object);

  g_clear_object (&self->log);
  g_clear_pointer (&self->sequence, weir_sequence_check_free);
  g_clear_pointer (&self->schema, weir_schema_check_free);
  g_ptr_array_unref (self->findings);
  g_free (self->buffer);
  G_OBJECT_CLASS (weir_check_parent_class)->finalize (object);
}

static void
weir_check_class_init (WeirCheckClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_check_finalize;
}

WeirCheck *
weir_check_new (WeirLog *log, const char *by, GError **error)
{
  g_autoptr (WeirSequenceCheck) sequence = NULL;
  WeirCheck *self;

  g_return_val_if_fail (WEIR_IS_LOG (log), NULL);

  sequence = weir_sequence_check_new (by, error);
  if (sequence == NULL)
    return NULL;
  self = g_object_new (WEIR_TYPE_CHECK, NULL);
  self->log = g_object_ref (log);
  self->sequence = g_steal_pointer (&sequence);
  return self;
}

/* --- In the thread ------------------------------------------------------------ */

/* text is taken over. */
static void
keep (WeirCheck *self, guint64 row, gboolean is_schema, char *text)
{
  WeirRowInfo info = { 0 };

  weir_log_get_row (self->log, row, &info);
  g_ptr_array_add (self->findings, check_finding_new (row, info.time_us, is_schema, text));
  self->n_kept[is_schema]++;
}

static void
take (WeirCheck *self)
{
  WeirSequenceFinding finding;
  WeirSchemaDrift drift;

  while (weir_sequence_check_take (self->sequence, &finding))
    {
      if (self->n_kept[FALSE] < WEIR_CHECK_MOST_FINDINGS)
        keep (self, finding.row, FALSE, weir_sequence_finding_describe (&finding));
      else
        self->n_left++;
      weir_sequence_finding_clear (&finding);
    }
  while (weir_schema_check_take (self->schema, &drift))
    {
      if (self->n_kept[TRUE] < WEIR_CHECK_MOST_FINDINGS)
        keep (self, drift.row, TRUE, weir_schema_drift_describe (&drift));
      else
        self->n_left++;
      weir_schema_drift_clear (&drift);
    }
}

/* The row's bytes, or NULL. */
static const guint8 *
load (WeirCheck *self, const WeirRowInfo *info)
{
  if (self->buffer_size < info->size)
    {
      g_free (self->buffer);
      self->buffer_size = MAX (info->size, 65536u);
      self->buffer = g_malloc (self->buffer_size);
    }
  return weir_log_copy_bytes (self->log, info->offset, info->size, self->buffer) ? self->buffer
                                                                                 : NULL;
}

static void
check_row (WeirCheck *self, guint64 row)
{
  g_autoptr (WeirLogMark) mark = NULL;
  WeirRowInfo info = { 0 };
  const guint8 *bytes;
  WeirItem item;

  weir_log_get_row (self->log, row, &info);
  if (info.kind == WEIR_ROW_MARK)
    {
      mark = weir_log_get_mark (self->log, info.mark);
      if (mark != NULL && mark->note == 0)
        weir_sequence_check_reconnected (self->sequence);
      return;
    }
  if (info.kind != WEIR_ROW_EVENT && info.kind != WEIR_ROW_GONE)
    return;
  bytes = info.kind == WEIR_ROW_EVENT ? load (self, &info) : NULL;
  if (bytes == NULL || !weir_row_parse (self->reader, &info, bytes, info.size, &item))
    {
      self->n_gone++;
      weir_sequence_check_skipped (self->sequence);
      return;
    }
  weir_sequence_check_event (self->sequence, row, &item);
  weir_schema_check_event (self->schema, row, &item);
  take (self);
}

/* By row, the numbering before the shape. */
static int
compare_findings (gconstpointer a, gconstpointer b)
{
  WeirCheckFinding *one = *(WeirCheckFinding *const *) a;
  WeirCheckFinding *other = *(WeirCheckFinding *const *) b;
  const guint64 row = weir_check_finding_get_row (one);
  const guint64 other_row = weir_check_finding_get_row (other);

  if (row != other_row)
    return row < other_row ? -1 : 1;
  return weir_check_finding_is_schema (one) - weir_check_finding_is_schema (other);
}

/* Returns: FALSE if the check was cancelled. */
static gboolean
wait_indexed (WeirCheck *self, GCancellable *cancellable)
{
  guint64 total;

  while (weir_log_get_indexed (self->log, &total) < total)
    {
      if (g_cancellable_is_cancelled (cancellable))
        return FALSE;
      g_usleep (INDEXING_US);
    }
  return TRUE;
}

static void
run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  WeirCheck *self = source;
  guint64 n_rows;

  if (!wait_indexed (self, cancellable))
    {
      g_task_return_error_if_cancelled (task);
      return;
    }
  n_rows = weir_log_get_n_rows (self->log);
  atomic_store (&self->n_rows, n_rows);
  self->reader = weir_row_reader_new ();
  for (guint64 row = 0; row < n_rows; row++)
    {
      if (row % ROWS_AT_ONCE == 0 && g_cancellable_is_cancelled (cancellable))
        break;
      check_row (self, row);
      atomic_store_explicit (&self->n_done, row + 1, memory_order_relaxed);
    }
  g_clear_pointer (&self->reader, weir_reader_free);
  weir_sequence_check_finish (self->sequence);
  weir_schema_check_finish (self->schema);
  take (self);
  g_ptr_array_sort (self->findings, compare_findings);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, TRUE);
}

void
weir_check_run_async (WeirCheck *self,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (WEIR_IS_CHECK (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_run_in_thread (task, run);
}

gboolean
weir_check_run_finish (WeirCheck *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

guint64
weir_check_get_progress (WeirCheck *self, guint64 *total)
{
  g_return_val_if_fail (WEIR_IS_CHECK (self), 0);
  g_return_val_if_fail (total != NULL, 0);

  *total = atomic_load (&self->n_rows);
  return atomic_load_explicit (&self->n_done, memory_order_relaxed);
}

/* --- What was found ------------------------------------------------------------- */

GListModel *
weir_check_get_findings (WeirCheck *self)
{
  GListStore *findings = g_list_store_new (WEIR_TYPE_CHECK_FINDING);

  g_return_val_if_fail (WEIR_IS_CHECK (self), NULL);

  g_list_store_splice (findings, 0, 0, self->findings->pdata, self->findings->len);
  return G_LIST_MODEL (findings);
}

guint64
weir_check_get_n_left (WeirCheck *self)
{
  g_return_val_if_fail (WEIR_IS_CHECK (self), 0);
  return self->n_left;
}

guint64
weir_check_get_n_gone (WeirCheck *self)
{
  g_return_val_if_fail (WEIR_IS_CHECK (self), 0);
  return self->n_gone;
}

void
weir_check_get_sequence (WeirCheck *self, WeirSequenceSummary *summary)
{
  g_return_if_fail (WEIR_IS_CHECK (self));
  weir_sequence_check_get_summary (self->sequence, summary);
}

void
weir_check_get_schema (WeirCheck *self, WeirSchemaSummary *summary)
{
  g_return_if_fail (WEIR_IS_CHECK (self));
  weir_schema_check_get_summary (self->schema, summary);
}
