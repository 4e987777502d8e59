/* SPDX-License-Identifier: MIT */
/*
 * What ThreadSanitizer cannot see of Debian's GLib, which is not built with it and makes its locks of
 * futexes: which of our steps come before which. Each function here stands before GLib's of the same
 * name, tells the sanitizer, and calls it. Preloaded by `meson test --setup threads`; in a program without the
 * sanitizer, as a script's python, it only calls.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <gio/gio.h>

void __tsan_acquire (void *address) __attribute__ ((weak));
void __tsan_release (void *address) __attribute__ ((weak));

static void
acquire (void *address)
{
  if (__tsan_acquire != NULL)
    __tsan_acquire (address);
}

static void
release (void *address)
{
  if (__tsan_release != NULL)
    __tsan_release (address);
}

#define NEXT(name)                                                                                 \
  static __typeof__ (&name) next;                                                                  \
  if (next == NULL)                                                                                \
  next = (__typeof__ (&name)) dlsym (RTLD_NEXT, #name)

/* --- Locks ------------------------------------------------------------------------------- */

void
g_mutex_lock (GMutex *mutex)
{
  NEXT (g_mutex_lock);
  next (mutex);
  acquire (mutex);
}

void
g_mutex_unlock (GMutex *mutex)
{
  NEXT (g_mutex_unlock);
  release (mutex);
  next (mutex);
}

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  NEXT (g_cond_wait);
  release (mutex);
  next (cond, mutex);
  acquire (mutex);
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end_time)
{
  gboolean signalled;

  NEXT (g_cond_wait_until);
  release (mutex);
  signalled = next (cond, mutex, end_time);
  acquire (mutex);
  return signalled;
}

/* --- Last references --------------------------------------------------------------------- */

void
g_object_unref (gpointer object)
{
  NEXT (g_object_unref);
  release (object);
  acquire (object);
  next (object);
}

void
g_atomic_rc_box_release_full (gpointer box, GDestroyNotify clear)
{
  NEXT (g_atomic_rc_box_release_full);
  release (box);
  acquire (box);
  next (box, clear);
}

void
g_bytes_unref (GBytes *bytes)
{
  NEXT (g_bytes_unref);
  release (bytes);
  acquire (bytes);
  next (bytes);
}

/* --- Work that goes to another thread ------------------------------------------------------ */

#define TASK_FUNC "weir-tsan-task-func"

static void
run_task (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GTaskThreadFunc func = (GTaskThreadFunc) g_object_get_data (G_OBJECT (task), TASK_FUNC);

  acquire (task);
  func (task, source, data, cancellable);
  release (task);
}

void
g_task_run_in_thread (GTask *task, GTaskThreadFunc func)
{
  NEXT (g_task_run_in_thread);
  g_object_set_data (G_OBJECT (task), TASK_FUNC, (gpointer) func);
  release (task);
  next (task, run_task);
}

gpointer
g_task_propagate_pointer (GTask *task, GError **error)
{
  NEXT (g_task_propagate_pointer);
  acquire (task);
  return next (task, error);
}

gboolean
g_task_propagate_boolean (GTask *task, GError **error)
{
  NEXT (g_task_propagate_boolean);
  acquire (task);
  return next (task, error);
}

gssize
g_task_propagate_int (GTask *task, GError **error)
{
  NEXT (g_task_propagate_int);
  acquire (task);
  return next (task, error);
}

/* A function of ours that another thread calls, with what it is called with. */
typedef struct
{
  GCallback func;
  gpointer data;
  GDestroyNotify notify;
} Call;

static Call *
call_new (GCallback func, gpointer data, GDestroyNotify notify)
{
  Call *call = g_new (Call, 1);

  *call = (Call){ func, data, notify };
  return call;
}

static void
call_free (gpointer data)
{
  Call *call = data;

  acquire (call);
  if (call->notify != NULL)
    call->notify (call->data);
  g_free (call);
}

static gboolean
call_source (gpointer data)
{
  Call *call = data;

  acquire (call);
  return ((GSourceFunc) call->func) (call->data);
}

void
g_source_set_callback (GSource *source, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  Call *call;

  NEXT (g_source_set_callback);
  /* Other sources call with other arguments, in the thread that made them. */
  if (source->source_funcs != &g_idle_funcs && source->source_funcs != &g_timeout_funcs)
    {
      next (source, func, data, notify);
      return;
    }
  call = call_new (G_CALLBACK (func), data, notify);
  release (call);
  next (source, call_source, call, call_free);
}

static void
call_worker (gpointer item, gpointer data)
{
  Call *call = data;

  acquire (item);
  ((GFunc) call->func) (item, call->data);
}

/* For as long as the program runs, as the pools of ours do. */
GThreadPool *
g_thread_pool_new (GFunc func, gpointer data, gint max_threads, gboolean exclusive, GError **error)
{
  NEXT (g_thread_pool_new);
  return next (call_worker, call_new (G_CALLBACK (func), data, NULL), max_threads, exclusive,
               error);
}

gboolean
g_thread_pool_push (GThreadPool *pool, gpointer item, GError **error)
{
  NEXT (g_thread_pool_push);
  release (item);
  return next (pool, item, error);
}
