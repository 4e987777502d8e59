/* SPDX-License-Identifier: MIT */
#include "weir-log-cache.h"

#include "weir-recording.h"

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

WeirLog *
weir_log_cache_open (WeirLogCache *self, const char *path, GError **error)
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
