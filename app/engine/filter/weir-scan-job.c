/* SPDX-License-Identifier: MIT */
#include "weir-scan-job-private.h"

#define POOL_THREADS 2
#define FIRST_SLICE_ROWS 2048u
#define LARGEST_SLICE_ROWS 65536u

typedef struct
{
  guint64 first, end;
  roaring_bitmap_t *matches; /* NULL: not scanned yet */
} Slice;

struct _WeirScanJob
{
  WeirLog *log;
  WeirFilter *filter;
  guint64 first, end;
  gboolean forward;
  atomic_bool cancelled;

  GMutex lock;
  GCond changed;
  GQueue slices; /* begun and not taken, in order */
  guint64 next;  /* rows already given out, counted from where the job began */
  guint64 slice_rows;
  guint64 n_scanned, n_taken, n_skipped;
  guint n_workers;
  guint64 counts[WEIR_TYPE_TABLE_SIZE + 1];
};

static void
slice_free (Slice *slice)
{
  g_clear_pointer (&slice->matches, roaring_bitmap_free);
  g_free (slice);
}

static void
clear_job (gpointer data)
{
  WeirScanJob *self = data;

  g_queue_clear_full (&self->slices, (GDestroyNotify) slice_free);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  weir_filter_unref (self->filter);
  g_object_unref (self->log);
}

/* The next slice to scan, or NULL. */
static Slice *
begin_slice (WeirScanJob *self)
{
  guint64 total = self->end - self->first;
  Slice *slice;
  guint64 n;

  if (atomic_load (&self->cancelled) || self->next == total)
    return NULL;
  slice = g_new0 (Slice, 1);
  n = MIN (self->slice_rows, total - self->next);
  slice->first = self->forward ? self->first + self->next : self->end - self->next - n;
  slice->end = slice->first + n;
  self->next += n;
  self->slice_rows = MIN (self->slice_rows * 2, LARGEST_SLICE_ROWS);
  g_queue_push_tail (&self->slices, slice);
  return slice;
}

static void
run_worker (gpointer data, gpointer unused)
{
  WeirScanJob *self = data;
  WeirMatcher *matcher = weir_matcher_new (self->filter, self->log);
  Slice *slice;

  g_mutex_lock (&self->lock);
  while ((slice = begin_slice (self)) != NULL)
    {
      roaring_bitmap_t *matches = roaring_bitmap_create ();

      g_mutex_unlock (&self->lock);
      weir_matcher_scan (matcher, slice->first, slice->end, matches, &self->cancelled);
      g_mutex_lock (&self->lock);
      slice->matches = matches;
      self->n_scanned += slice->end - slice->first;
      g_cond_broadcast (&self->changed);
    }
  self->n_skipped += weir_matcher_get_n_skipped (matcher);
  for (guint i = 0; i <= WEIR_TYPE_TABLE_SIZE; i++)
    self->counts[i] += weir_matcher_get_counts (matcher)[i];
  self->n_workers--;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  weir_matcher_free (matcher);
  g_atomic_rc_box_release_full (self, clear_job);
}

static GThreadPool *
get_pool (void)
{
  static gsize pool;

  if (g_once_init_enter (&pool))
    g_once_init_leave (&pool,
                       (gsize) g_thread_pool_new (run_worker, NULL, POOL_THREADS, FALSE, NULL));
  return (GThreadPool *) pool;
}

WeirScanJob *
weir_scan_job_new (WeirLog *log, WeirFilter *filter, guint64 first, guint64 end, gboolean forward)
{
  WeirScanJob *self = g_atomic_rc_box_new0 (WeirScanJob);

  g_assert (first <= end);
  self->log = g_object_ref (log);
  self->filter = weir_filter_ref (filter);
  self->first = first;
  self->end = end;
  self->forward = forward;
  self->slice_rows = forward ? LARGEST_SLICE_ROWS : FIRST_SLICE_ROWS;
  self->n_workers = end - first > LARGEST_SLICE_ROWS ? POOL_THREADS : 1;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  for (guint i = self->n_workers; i > 0; i--)
    g_thread_pool_push (get_pool (), g_atomic_rc_box_acquire (self), NULL);
  return self;
}

void
weir_scan_job_cancel (WeirScanJob *self)
{
  atomic_store (&self->cancelled, true);
  g_atomic_rc_box_release_full (self, clear_job);
}

gboolean
weir_scan_job_take (WeirScanJob *self, roaring_bitmap_t *matches)
{
  gboolean grown = FALSE;
  Slice *slice;

  g_mutex_lock (&self->lock);
  while ((slice = g_queue_peek_head (&self->slices)) != NULL && slice->matches != NULL)
    {
      g_queue_pop_head (&self->slices);
      roaring_bitmap_or_inplace (matches, slice->matches);
      self->n_taken += slice->end - slice->first;
      grown = TRUE;
      slice_free (slice);
    }
  g_mutex_unlock (&self->lock);
  return grown;
}

gboolean
weir_scan_job_is_done (WeirScanJob *self)
{
  gboolean done;

  g_mutex_lock (&self->lock);
  done = self->n_taken == self->end - self->first && self->n_workers == 0;
  g_mutex_unlock (&self->lock);
  return done;
}

guint64
weir_scan_job_get_n_scanned (WeirScanJob *self)
{
  guint64 n;

  g_mutex_lock (&self->lock);
  n = self->n_scanned;
  g_mutex_unlock (&self->lock);
  return n;
}

guint64
weir_scan_job_get_n_skipped (WeirScanJob *self)
{
  guint64 n;

  g_mutex_lock (&self->lock);
  n = self->n_skipped;
  g_mutex_unlock (&self->lock);
  return n;
}

guint64
weir_scan_job_get_type_count (WeirScanJob *self, guint type)
{
  guint64 n;

  g_mutex_lock (&self->lock);
  n = self->counts[MIN (type, WEIR_TYPE_TABLE_SIZE)];
  g_mutex_unlock (&self->lock);
  return n;
}

void
weir_scan_job_wait (WeirScanJob *self)
{
  g_mutex_lock (&self->lock);
  while (self->n_workers > 0)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}
