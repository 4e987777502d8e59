/* SPDX-License-Identifier: MIT */
#include "weir-syncer-private.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/weir-threads.h"

#define INTERVAL_US G_TIME_SPAN_SECOND

struct _WeirSyncer
{
  GThread *thread;
  GMutex lock;
  GCond wake;

  /* Under the lock. */
  int fd; /* a duplicate, or -1 */
  gboolean ending;

  struct stat file; /* of the thread that adds: the file of fd */
};

static gpointer
run (gpointer data)
{
  WeirSyncer *self = data;
  gboolean last = FALSE;

  weir_threads_begin ();
  while (!last)
    {
      const gint64 until = g_get_monotonic_time () + INTERVAL_US;
      int fd;

      g_mutex_lock (&self->lock);
      while (!self->ending && g_cond_wait_until (&self->wake, &self->lock, until))
        ;
      last = self->ending;
      fd = self->fd;
      self->fd = -1;
      g_mutex_unlock (&self->lock);
      if (fd < 0)
        continue;
      fdatasync (fd);
      close (fd);
    }
  return NULL;
}

WeirSyncer *
weir_syncer_new (void)
{
  WeirSyncer *self = g_new0 (WeirSyncer, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  self->fd = -1;
  self->thread = g_thread_new ("weir-sync", run, self);
  return self;
}

void
weir_syncer_add (WeirSyncer *self, int fd)
{
  const struct stat before = self->file;

  if (fstat (fd, &self->file) != 0)
    return;
  g_mutex_lock (&self->lock);
  if (self->fd < 0 || self->file.st_ino != before.st_ino || self->file.st_dev != before.st_dev)
    {
      if (self->fd >= 0)
        close (self->fd);
      self->fd = fcntl (fd, F_DUPFD_CLOEXEC, 0);
    }
  g_mutex_unlock (&self->lock);
}

void
weir_syncer_free (WeirSyncer *self)
{
  g_mutex_lock (&self->lock);
  self->ending = TRUE;
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);
  g_free (self);
}
