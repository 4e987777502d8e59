/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-writer.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define FIRST_DELAY_US (G_USEC_PER_SEC / 10)
#define MAX_DELAY_US (5 * G_USEC_PER_SEC)
/* The newest records that are read when a stream resumes: ids that a server may repeat. */
#define N_RECENT 256

/* A stream that resumes once the records pushed before are stored. */
typedef struct
{
  const char *stream; /* interned */
  guint64 after;      /* n_pushed */
} Resumption;

struct _WeirWriter
{
  WeirTarget *target;
  int dead_letter;
  WeirWriterCallbacks callbacks;
  gpointer user_data;
  GThread *thread;

  /* The writer's thread. */
  gboolean is_open;
  gint64 delay_us;     /* before the next attempt; 0: the last one succeeded */
  gboolean is_failing; /* it was reported */

  GMutex lock;
  GCond changed;
  /* Under the lock: */
  GQueue records;      /* WeirCollectRecord */
  GQueue to_resume;    /* Resumption */
  GHashTable *stopped; /* interned names */
  guint64 n_pushed, n_taken;
  gsize n_bytes; /* of records */
  gboolean is_finishing;
  gint64 deadline_us; /* while finishing, monotonic */
  WeirWriterCounts counts;
};

/* --- Failures --------------------------------------------------------------- */

static gboolean
is_temporary (const GError *error)
{
  return g_error_matches (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_UNREACHABLE)
         || g_error_matches (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_FULL);
}

static gboolean
is_late (WeirWriter *self)
{
  gboolean late;

  g_mutex_lock (&self->lock);
  late = self->is_finishing && g_get_monotonic_time () >= self->deadline_us;
  g_mutex_unlock (&self->lock);
  return late;
}

/* Waits before the next attempt. A failure is reported once. */
static void
wait_after (WeirWriter *self, const GError *error)
{
  gint64 until;

  if (!self->is_failing)
    {
      g_autofree char *text = g_strdup_printf (
          _ ("%s Nothing is lost: Weir reads no more from the streams and tries again."),
          error->message);

      self->callbacks.reported (text, self->user_data);
    }
  self->is_failing = TRUE;
  self->delay_us = self->delay_us == 0 ? FIRST_DELAY_US : MIN (2 * self->delay_us, MAX_DELAY_US);
  until = g_get_monotonic_time () + self->delay_us;
  g_mutex_lock (&self->lock);
  self->counts.n_failures++;
  while (g_get_monotonic_time () < (self->is_finishing ? MIN (until, self->deadline_us) : until))
    g_cond_wait_until (&self->changed, &self->lock,
                       self->is_finishing ? MIN (until, self->deadline_us) : until);
  g_mutex_unlock (&self->lock);
}

static void
succeed (WeirWriter *self)
{
  self->delay_us = 0;
  if (!self->is_failing)
    return;
  self->is_failing = FALSE;
  self->callbacks.reported (_ ("Records are being stored again."), self->user_data);
}

/* Returns: FALSE if it failed for another reason than the connection, or time is up. */
static gboolean
open_target (WeirWriter *self, GError **error)
{
  while (!self->is_open)
    {
      g_autoptr (GError) problem = NULL;

      if (self->target->class->open (self->target, &problem))
        {
          self->is_open = TRUE;
          break;
        }
      if (!is_temporary (problem) || is_late (self))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      wait_after (self, problem);
    }
  return TRUE;
}

static void
stop_stream (WeirWriter *self, const char *stream, const char *sentence)
{
  gboolean is_new;

  g_mutex_lock (&self->lock);
  is_new = g_hash_table_add (self->stopped, (gpointer) stream);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  if (is_new)
    self->callbacks.stopped (stream, sentence, self->user_data);
}

static gboolean
is_stopped (WeirWriter *self, const char *stream)
{
  gboolean stopped;

  g_mutex_lock (&self->lock);
  stopped = g_hash_table_contains (self->stopped, stream);
  g_mutex_unlock (&self->lock);
  return stopped;
}

/* --- Resuming --------------------------------------------------------------- */

/* Returns: FALSE with error set if the failure is not temporary. */
static gboolean
read_newest (WeirWriter *self, const char *stream, guint max, GPtrArray *records, GError **error)
{
  for (;;)
    {
      g_autoptr (GError) problem = NULL;

      if (!open_target (self, error))
        return FALSE;
      g_ptr_array_set_size (records, 0);
      if (self->target->class->read_newest (self->target, stream, max, records, &problem))
        {
          succeed (self);
          return TRUE;
        }
      self->is_open =
          self->is_open
          && !g_error_matches (problem, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_UNREACHABLE);
      if (!is_temporary (problem) || is_late (self))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      wait_after (self, problem);
    }
}

static void
resume (WeirWriter *self, const char *stream)
{
  g_autoptr (GPtrArray) records =
      g_ptr_array_new_with_free_func ((GDestroyNotify) weir_collect_record_free);
  g_autoptr (GError) error = NULL;

  if (read_newest (self, stream, N_RECENT, records, &error))
    self->callbacks.resumed (stream, records, self->user_data);
  else
    stop_stream (self, stream, error->message);
}

/* --- Appending -------------------------------------------------------------- */

static void
count_stored (WeirWriter *self, WeirCollectRecord *const *records, gsize n)
{
  g_mutex_lock (&self->lock);
  for (gsize i = 0; i < n; i++)
    self->counts.n_bytes += records[i]->data.length;
  self->counts.n_stored += n;
  self->counts.n_waiting -= n;
  g_mutex_unlock (&self->lock);
}

/* Another program wrote, or an acknowledgement was lost: compares the newest record with ours.
 * Returns: how many of records are stored; -1 if the stream is not ours any more. */
static gssize
find_stored (WeirWriter *self, WeirCollectRecord *const *records, gsize n)
{
  const char *stream = records[0]->origin.stream;
  g_autoptr (GPtrArray) newest =
      g_ptr_array_new_with_free_func ((GDestroyNotify) weir_collect_record_free);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  const WeirCollectRecord *record;

  if (!read_newest (self, stream, 1, newest, &error))
    {
      if (!is_temporary (error))
        stop_stream (self, stream, error->message);
      return -1;
    }
  if (newest->len == 0)
    return 0;
  record = newest->pdata[0];
  if (record->sequence < records[0]->sequence)
    return 0;
  if (record->origin.writer == records[0]->origin.writer
      && record->sequence <= records[n - 1]->sequence)
    return (gssize) (record->sequence - records[0]->sequence + 1);
  text = g_strdup_printf (
      _ ("Another program has stored record %llu of “%s” in %s. This one has stopped "
         "collecting the stream; run one weir-collect per stream."),
      (unsigned long long) record->sequence, stream, self->target->address->display);
  stop_stream (self, stream, text);
  return -1;
}

/* TRUE: the record is in the dead letter file. */
static gboolean
write_dead_letter (WeirWriter *self, const WeirCollectRecord *record)
{
  const char *bytes = record->data.text;
  gsize left = record->data.length;
  g_autofree char *head = NULL;

  if (self->dead_letter < 0)
    return FALSE;
  /* A text that any reader of event streams can read again. */
  head = g_strdup_printf (": %s, record %" G_GUINT64_FORMAT "\n", record->origin.stream,
                          record->sequence);
  if (write (self->dead_letter, head, strlen (head)) < 0)
    return FALSE;
  while (left > 0)
    {
      const char *end = memchr (bytes, '\n', left);
      const gsize length = end != NULL ? (gsize) (end - bytes) : left;

      if (write (self->dead_letter, "data: ", 6) < 0
          || write (self->dead_letter, bytes, length) < (gssize) length
          || write (self->dead_letter, "\n", 1) < 0)
        return FALSE;
      bytes += length + (end != NULL);
      left -= length + (end != NULL);
    }
  return write (self->dead_letter, "\n", 1) == 1;
}

/* A record that the target refuses: replaced by a gap where it is in the dead letter file. */
static WeirCollectRecord *
replace_refused (WeirWriter *self, WeirCollectRecord *record, const GError *problem)
{
  WeirCollectRecord model = *record;
  WeirCollectRecord *replaced;
  g_autofree char *text = NULL;

  if (!write_dead_letter (self, record))
    {
      g_autofree char *sentence = g_strdup_printf (_ ("%s The stream “%s” has stopped, so that no "
                                                      "event is skipped. Raise the limit, or give "
                                                      "--dead-letter=FILE for such events."),
                                                   problem->message, record->origin.stream);

      stop_stream (self, record->origin.stream, sentence);
      return NULL;
    }
  g_mutex_lock (&self->lock);
  self->counts.n_dead++;
  g_mutex_unlock (&self->lock);
  text = g_strdup_printf ("The event of %" G_GSIZE_FORMAT
                          " bytes is too large for the engine; it is in "
                          "the dead letter file.",
                          record->data.length);
  model.kind = WEIR_COLLECT_RECORD_GAP;
  model.type = weir_span ("");
  model.data = weir_span (text);
  replaced = weir_collect_record_new (&model);
  weir_collect_record_free (record);
  return replaced;
}

/* Appends the records of one stream, in order.
 * Returns: how many are stored. The others are not because the stream was stopped or time is up. */
static gsize
append_group (WeirWriter *self, WeirCollectRecord **records, gsize n)
{
  const char *stream = records[0]->origin.stream;
  gsize done = 0;

  while (done < n && !is_stopped (self, stream))
    {
      g_autoptr (GError) error = NULL;
      gsize n_stored = 0;
      gssize found;

      if (!open_target (self, &error))
        {
          if (!is_temporary (error))
            stop_stream (self, stream, error->message);
          return done;
        }
      if (self->target->class->append (self->target, records + done, n - done, &n_stored, &error))
        succeed (self);
      count_stored (self, records + done, n_stored);
      done += n_stored;
      if (error == NULL || done == n)
        continue;
      if (g_error_matches (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_TOO_LARGE))
        {
          WeirCollectRecord *replaced = replace_refused (self, records[done], error);

          if (replaced != NULL)
            records[done] = replaced;
          continue;
        }
      if (!is_temporary (error)
          && !g_error_matches (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_CONFLICT))
        {
          stop_stream (self, stream, error->message);
          return done;
        }
      if (g_error_matches (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_UNREACHABLE))
        self->is_open = FALSE;
      if (is_temporary (error))
        {
          if (is_late (self))
            return done;
          wait_after (self, error);
          if (is_late (self))
            return done;
        }
      /* Some of them may be stored although no acknowledgement arrived. */
      found = find_stored (self, records + done, n - done);
      if (found < 0)
        return done;
      if (found == 0 && g_error_matches (error, WEIR_TARGET_ERROR, WEIR_TARGET_ERROR_CONFLICT))
        {
          g_autofree char *text =
              g_strdup_printf (_ ("%s The stream “%s” has stopped, because its newest records were "
                                  "deleted or replaced. Start weir-collect again to continue."),
                               error->message, stream);

          stop_stream (self, stream, text);
          return done;
        }
      count_stored (self, records + done, (gsize) found);
      done += (gsize) found;
    }
  return done;
}

static int
compare_streams (gconstpointer a, gconstpointer b, gpointer data)
{
  const WeirCollectRecord *first = *(WeirCollectRecord *const *) a;
  const WeirCollectRecord *second = *(WeirCollectRecord *const *) b;

  if (first->origin.stream != second->origin.stream)
    return first->origin.stream < second->origin.stream ? -1 : 1;
  return (first->sequence > second->sequence) - (first->sequence < second->sequence);
}

static void
append_batch (WeirWriter *self, GPtrArray *batch)
{
  g_ptr_array_sort_with_data (batch, compare_streams, NULL);
  for (guint i = 0, n; i < batch->len; i += n)
    {
      const WeirOrigin origin = ((WeirCollectRecord *) batch->pdata[i])->origin;
      gsize n_stored;

      for (n = 1; i + n < batch->len; n++)
        if (((WeirCollectRecord *) batch->pdata[i + n])->origin.stream != origin.stream)
          break;
      n_stored = append_group (self, (WeirCollectRecord **) batch->pdata + i, n);
      g_mutex_lock (&self->lock);
      if (g_hash_table_contains (self->stopped, origin.stream))
        self->counts.n_waiting -= n - n_stored;
      g_mutex_unlock (&self->lock);
    }
}

/* --- The thread ------------------------------------------------------------- */

/* Under the lock. */
static void
take_batch (WeirWriter *self, GPtrArray *batch)
{
  gsize bytes = 0;

  while (batch->len < WEIR_WRITER_BATCH_RECORDS && bytes < WEIR_WRITER_BATCH_BYTES)
    {
      WeirCollectRecord *record = g_queue_pop_head (&self->records);

      if (record == NULL)
        break;
      bytes += weir_collect_record_get_size (record);
      self->n_taken++;
      g_ptr_array_add (batch, record);
    }
  self->n_bytes -= bytes;
  g_cond_broadcast (&self->changed);
}

/* Under the lock. Returns: NULL if none can be handled now. */
static const char *
take_resumption (WeirWriter *self)
{
  Resumption *resumption = g_queue_peek_head (&self->to_resume);
  const char *stream;

  if (resumption == NULL || resumption->after > self->n_taken)
    return NULL;
  g_queue_pop_head (&self->to_resume);
  stream = resumption->stream;
  g_free (resumption);
  return stream;
}

static gpointer
run (gpointer data)
{
  WeirWriter *self = data;
  g_autoptr (GPtrArray) batch =
      g_ptr_array_new_with_free_func ((GDestroyNotify) weir_collect_record_free);

  g_mutex_lock (&self->lock);
  for (;;)
    {
      const char *stream;

      while (g_queue_is_empty (&self->records) && g_queue_is_empty (&self->to_resume)
             && !self->is_finishing)
        g_cond_wait (&self->changed, &self->lock);
      if (self->is_finishing
          && (g_queue_is_empty (&self->records) || g_get_monotonic_time () >= self->deadline_us))
        break;
      stream = self->is_finishing ? NULL : take_resumption (self);
      if (stream == NULL)
        take_batch (self, batch);
      g_mutex_unlock (&self->lock);
      if (stream != NULL)
        resume (self, stream);
      else
        append_batch (self, batch);
      g_ptr_array_set_size (batch, 0);
      g_mutex_lock (&self->lock);
    }
  g_mutex_unlock (&self->lock);
  return NULL;
}

WeirWriter *
weir_writer_new (WeirTarget *target,
                 int dead_letter,
                 const WeirWriterCallbacks *callbacks,
                 gpointer user_data)
{
  WeirWriter *self = g_new0 (WeirWriter, 1);

  self->target = target;
  self->dead_letter = dead_letter;
  self->callbacks = *callbacks;
  self->user_data = user_data;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_queue_init (&self->records);
  g_queue_init (&self->to_resume);
  self->stopped = g_hash_table_new (NULL, NULL);
  self->thread = g_thread_new ("writer", run, self);
  return self;
}

void
weir_writer_resume (WeirWriter *self, const char *stream)
{
  Resumption *resumption = g_new (Resumption, 1);

  g_mutex_lock (&self->lock);
  *resumption = (Resumption){ stream, self->n_pushed };
  g_hash_table_remove (self->stopped, stream);
  g_queue_push_tail (&self->to_resume, resumption);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

gboolean
weir_writer_push (WeirWriter *self, WeirCollectRecord *record)
{
  gboolean accepted;

  g_mutex_lock (&self->lock);
  while (self->n_bytes >= WEIR_WRITER_MAX_BYTES && !self->is_finishing
         && !g_hash_table_contains (self->stopped, record->origin.stream))
    g_cond_wait (&self->changed, &self->lock);
  accepted = !self->is_finishing && !g_hash_table_contains (self->stopped, record->origin.stream);
  if (accepted)
    {
      self->n_bytes += weir_collect_record_get_size (record);
      self->counts.n_waiting++;
      self->n_pushed++;
      if (g_queue_is_empty (&self->records))
        g_cond_broadcast (&self->changed);
      g_queue_push_tail (&self->records, record);
    }
  g_mutex_unlock (&self->lock);
  if (!accepted)
    weir_collect_record_free (record);
  return accepted;
}

void
weir_writer_get_counts (WeirWriter *self, WeirWriterCounts *counts)
{
  g_mutex_lock (&self->lock);
  *counts = self->counts;
  g_mutex_unlock (&self->lock);
}

gboolean
weir_writer_finish (WeirWriter *self, gint64 timeout_us)
{
  g_mutex_lock (&self->lock);
  self->deadline_us = g_get_monotonic_time () + timeout_us;
  self->is_finishing = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&self->thread, g_thread_join);
  return g_queue_is_empty (&self->records) && self->counts.n_waiting == 0;
}

void
weir_writer_free (WeirWriter *self)
{
  if (self->thread != NULL)
    weir_writer_finish (self, 0);
  g_queue_clear_full (&self->records, (GDestroyNotify) weir_collect_record_free);
  g_queue_clear_full (&self->to_resume, g_free);
  g_hash_table_unref (self->stopped);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  weir_target_free (self->target);
  g_free (self);
}
