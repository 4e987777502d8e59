/* SPDX-License-Identifier: MIT */
#include "weir-search.h"

#include <stdatomic.h>

#include "log/weir-log-private.h"
#include "recording/weir-recording.h"
#include "weir-scan-job-private.h"

/* --- The cache ------------------------------------------------------------------ */

struct _WeirLogCache
{
  gatomicrefcount refs;
  GMutex lock;
  GHashTable *logs; /* under the lock: by path */
};

WeirLogCache *
weir_log_cache_new (void)
{
  WeirLogCache *self = g_new0 (WeirLogCache, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  self->logs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  return self;
}

WeirLogCache *
weir_log_cache_ref (WeirLogCache *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
weir_log_cache_unref (WeirLogCache *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_hash_table_unref (self->logs);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Returns: TRUE if log holds as many bytes as the recording does now. */
static gboolean
is_current (WeirLog *log, const char *path)
{
  WeirRecordingContents contents;
  guint64 total;
  gboolean is_same;

  if (!weir_recording_contents_load (&contents, path, NULL))
    return FALSE;
  is_same = contents.n_bytes == weir_log_get_indexed (log, &total);
  weir_recording_contents_clear (&contents);
  return is_same;
}

/* Opens the recording or file at path, and blocks until it is indexed. If it has not changed since it was
 * opened before, it is the same log.
 * Returns: (transfer full): NULL with error set if it cannot be opened. */
static WeirLog *
log_cache_open (WeirLogCache *self, const char *path, GError **error)
{
  g_autoptr (WeirLog) log = NULL;

  g_mutex_lock (&self->lock);
  log = g_hash_table_lookup (self->logs, path);
  if (log != NULL)
    g_object_ref (log);
  g_mutex_unlock (&self->lock);
  if (log != NULL && is_current (log, path))
    return g_steal_pointer (&log);

  g_clear_object (&log);
  log = weir_log_open (path, error);
  if (log == NULL)
    return NULL;
  weir_log_wait_indexed (log);
  g_mutex_lock (&self->lock);
  g_hash_table_replace (self->logs, g_strdup (path), g_object_ref (log));
  g_mutex_unlock (&self->lock);
  return g_steal_pointer (&log);
}

/* --- The search ----------------------------------------------------------------- */

/* Recordings that are opened at once. */
#define OPENING_THREADS 2

/* A recording that is being opened; the search and a thread share it. */
typedef struct
{
  char *path;
  WeirLogCache *cache;
  _Atomic gboolean cancelled;
  _Atomic gboolean done;
  WeirLog *log; /* once done; NULL: it cannot be opened */
} Opening;

typedef struct
{
  char *name;
  Opening *opening; /* or NULL */
  WeirLog *log;     /* NULL: not opened yet, or not to be */
  WeirScanJob *job; /* NULL: not begun, or over */
  gboolean begun;
  roaring_bitmap_t *matches;
  guint n_listed;
} Source;

struct _WeirSearch
{
  GObject parent_instance;

  WeirFilter *filter;
  WeirLogCache *cache;
  GPtrArray *sources;
  guint n_items;
};

static void weir_search_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirSearch,
                               weir_search,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, weir_search_model_init))

static void
clear_opening (gpointer data)
{
  Opening *opening = data;

  g_free (opening->path);
  weir_log_cache_unref (opening->cache);
  g_clear_object (&opening->log);
}

static void
release_opening (Opening *opening)
{
  g_atomic_rc_box_release_full (opening, clear_opening);
}

static void
open_path (gpointer data, gpointer unused)
{
  Opening *opening = data;

  if (!atomic_load (&opening->cancelled))
    opening->log = log_cache_open (opening->cache, opening->path, NULL);
  atomic_store (&opening->done, TRUE);
  release_opening (opening);
}

static GThreadPool *
get_openers (void)
{
  static gsize pool;

  if (g_once_init_enter (&pool))
    g_once_init_leave (&pool,
                       (gsize) g_thread_pool_new (open_path, NULL, OPENING_THREADS, FALSE, NULL));
  return (GThreadPool *) pool;
}

static void
source_free (Source *source)
{
  if (source->opening != NULL)
    atomic_store (&source->opening->cancelled, TRUE);
  g_clear_pointer (&source->opening, release_opening);
  g_clear_pointer (&source->job, weir_scan_job_cancel);
  roaring_bitmap_free (source->matches);
  g_clear_object (&source->log);
  g_free (source->name);
  g_free (source);
}

static void
weir_search_init (WeirSearch *self)
{
  self->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) source_free);
}

static void
weir_search_finalize (GObject *object)
{
  WeirSearch *self = WEIR_SEARCH (object);

  g_ptr_array_unref (self->sources);
  g_clear_pointer (&self->filter, weir_filter_unref);
  g_clear_pointer (&self->cache, weir_log_cache_unref);
  G_OBJECT_CLASS (weir_search_parent_class)->finalize (object);
}

static void
weir_search_class_init (WeirSearchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_search_finalize;
}

/* Returns: the source of position, which becomes the position in it; NULL after the end. */
static Source *
find_source (WeirSearch *self, guint *position, guint *number)
{
  for (guint i = 0; i < self->sources->len; i++)
    {
      Source *source = g_ptr_array_index (self->sources, i);

      if (*position < source->n_listed)
        {
          *number = i;
          return source;
        }
      *position -= source->n_listed;
    }
  return NULL;
}

static GType
weir_search_get_item_type (GListModel *model)
{
  return WEIR_TYPE_ROW;
}

static guint
weir_search_get_n_items (GListModel *model)
{
  return WEIR_SEARCH (model)->n_items;
}

static gpointer
weir_search_get_item (GListModel *model, guint position)
{
  guint32 row;
  guint number;
  Source *source = find_source (WEIR_SEARCH (model), &position, &number);

  if (source == NULL || !roaring_bitmap_select (source->matches, position, &row))
    return NULL;
  return weir_row_new (source->log, row);
}

static void
weir_search_model_init (GListModelInterface *iface)
{
  iface->get_item_type = weir_search_get_item_type;
  iface->get_n_items = weir_search_get_n_items;
  iface->get_item = weir_search_get_item;
}

WeirSearch *
weir_search_new (WeirFilter *filter, WeirLogCache *cache)
{
  WeirSearch *self;

  g_return_val_if_fail (filter != NULL && cache != NULL, NULL);

  self = g_object_new (WEIR_TYPE_SEARCH, NULL);
  self->filter = weir_filter_ref (filter);
  self->cache = weir_log_cache_ref (cache);
  return self;
}

static void
take_opened (Source *source)
{
  if (source->opening == NULL || !atomic_load (&source->opening->done))
    return;
  source->log = g_steal_pointer (&source->opening->log);
  g_clear_pointer (&source->opening, release_opening);
}

/* Begins once all of the log's rows are there. */
static void
begin (WeirSearch *self, Source *source)
{
  guint64 total;

  take_opened (source);
  if (source->begun || source->log == NULL || weir_log_get_indexed (source->log, &total) < total)
    return;
  source->begun = TRUE;
  source->job =
      weir_scan_job_new (source->log, self->filter, 0, weir_log_get_n_rows (source->log), TRUE);
}

static Source *
add_source (WeirSearch *self, const char *name)
{
  Source *source = g_new0 (Source, 1);

  source->name = g_strdup (name);
  source->matches = roaring_bitmap_create ();
  g_ptr_array_add (self->sources, source);
  return source;
}

void
weir_search_add_log (WeirSearch *self, WeirLog *log, const char *name)
{
  Source *source;

  g_return_if_fail (WEIR_IS_SEARCH (self));
  g_return_if_fail (WEIR_IS_LOG (log));

  source = add_source (self, name);
  source->log = g_object_ref (log);
  begin (self, source);
}

void
weir_search_add_path (WeirSearch *self, const char *path, const char *name)
{
  Source *source;

  g_return_if_fail (WEIR_IS_SEARCH (self));
  g_return_if_fail (path != NULL);

  source = add_source (self, name);
  source->opening = g_atomic_rc_box_new0 (Opening);
  source->opening->path = g_strdup (path);
  source->opening->cache = weir_log_cache_ref (self->cache);
  g_thread_pool_push (get_openers (), g_atomic_rc_box_acquire (source->opening), NULL);
}

/* Takes in what one source gave; at most one of them changes the list a tick. */
static gboolean
tick_source (WeirSearch *self, Source *source, guint position)
{
  guint before = source->n_listed;
  guint64 n;

  begin (self, source);
  if (source->job == NULL)
    return FALSE;
  weir_scan_job_take (source->job, source->matches);
  if (weir_scan_job_is_done (source->job))
    {
      g_clear_pointer (&source->job, weir_scan_job_cancel);
      weir_log_close_files (source->log);
    }
  n = roaring_bitmap_get_cardinality (source->matches);
  source->n_listed = (guint) MIN (n, WEIR_SEARCH_MAX_ROWS);
  if (source->n_listed == before)
    return FALSE;
  self->n_items += source->n_listed - before;
  g_list_model_items_changed (G_LIST_MODEL (self), position + before, 0, source->n_listed - before);
  return TRUE;
}

gboolean
weir_search_tick (WeirSearch *self)
{
  guint position = 0;

  g_return_val_if_fail (WEIR_IS_SEARCH (self), FALSE);

  for (guint i = 0; i < self->sources->len; i++)
    {
      Source *source = g_ptr_array_index (self->sources, i);

      if (tick_source (self, source, position))
        return TRUE;
      position += source->n_listed;
    }
  return FALSE;
}

gboolean
weir_search_is_done (WeirSearch *self)
{
  g_return_val_if_fail (WEIR_IS_SEARCH (self), TRUE);

  for (guint i = 0; i < self->sources->len; i++)
    {
      Source *source = g_ptr_array_index (self->sources, i);

      if (source->opening != NULL || (source->log != NULL && !source->begun) || source->job != NULL)
        return FALSE;
    }
  return TRUE;
}

static Source *
get_source (WeirSearch *self, guint source)
{
  return source < self->sources->len ? g_ptr_array_index (self->sources, source) : NULL;
}

guint
weir_search_get_n_sources (WeirSearch *self)
{
  g_return_val_if_fail (WEIR_IS_SEARCH (self), 0);
  return self->sources->len;
}

guint
weir_search_get_n_failed (WeirSearch *self)
{
  guint n_failed = 0;

  g_return_val_if_fail (WEIR_IS_SEARCH (self), 0);

  for (guint i = 0; i < self->sources->len; i++)
    n_failed += get_source (self, i)->opening == NULL && get_source (self, i)->log == NULL;
  return n_failed;
}

const char *
weir_search_get_source_name (WeirSearch *self, guint source)
{
  g_return_val_if_fail (WEIR_IS_SEARCH (self) && source < self->sources->len, NULL);
  return get_source (self, source)->name;
}

WeirLog *
weir_search_get_source_log (WeirSearch *self, guint source)
{
  g_return_val_if_fail (WEIR_IS_SEARCH (self) && source < self->sources->len, NULL);
  return get_source (self, source)->log;
}

guint64
weir_search_get_n_matches (WeirSearch *self, guint source)
{
  g_return_val_if_fail (WEIR_IS_SEARCH (self) && source < self->sources->len, 0);
  return roaring_bitmap_get_cardinality (get_source (self, source)->matches);
}

guint
weir_search_get_source_at (WeirSearch *self, guint position)
{
  guint number = 0;

  g_return_val_if_fail (WEIR_IS_SEARCH (self), 0);
  find_source (self, &position, &number);
  return number;
}
