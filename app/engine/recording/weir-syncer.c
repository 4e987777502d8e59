/* SPDX-License-Identifier: MIT */
#include "weir-syncer-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/weir-threads.h"

#define SYNC_INTERVAL_US G_TIME_SPAN_SECOND
/* Above this, the thread that adds a file syncs it itself. */
#define MOST_UNSYNCED 64u

typedef struct
{
  int fd; /* a duplicate */
  dev_t device;
  ino_t inode;
} UnsyncedFile;

struct _WeirSyncer
{
  GThread *thread;
  GMutex lock;
  GCond wake;
  GCond synced;
  void (*failed) (gpointer user_data, int error); /* called without the lock */
  gpointer user_data;

  /* Under the lock. */
  GArray *files; /* of UnsyncedFile */
  gboolean ending;
  guint64 n_wanted, n_done; /* rounds; a wanted one does not wait for the interval */
};

static void
sync_files (WeirSyncer *self, GArray *files)
{
  for (guint i = 0; i < files->len; i++)
    {
      const int fd = g_array_index (files, UnsyncedFile, i).fd;

      if (fdatasync (fd) != 0)
        self->failed (self->user_data, errno);
      close (fd);
    }
}

static gpointer
run_syncer (gpointer data)
{
  WeirSyncer *self = data;
  gboolean last = FALSE;

  weir_threads_begin ();
  while (!last)
    {
      const gint64 until = g_get_monotonic_time () + SYNC_INTERVAL_US;
      g_autoptr (GArray) files = NULL;
      guint64 n_wanted;

      g_mutex_lock (&self->lock);
      while (!self->ending && self->n_wanted == self->n_done
             && g_cond_wait_until (&self->wake, &self->lock, until))
        ;
      last = self->ending;
      n_wanted = self->n_wanted;
      files = g_steal_pointer (&self->files);
      self->files = g_array_new (FALSE, FALSE, sizeof (UnsyncedFile));
      g_mutex_unlock (&self->lock);

      sync_files (self, files);
      g_mutex_lock (&self->lock);
      self->n_done = n_wanted;
      g_cond_broadcast (&self->synced);
      g_mutex_unlock (&self->lock);
    }
  return NULL;
}

WeirSyncer *
weir_syncer_new (void (*failed) (gpointer user_data, int error), gpointer user_data)
{
  WeirSyncer *self = g_new0 (WeirSyncer, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  g_cond_init (&self->synced);
  self->failed = failed;
  self->user_data = user_data;
  self->files = g_array_new (FALSE, FALSE, sizeof (UnsyncedFile));
  self->thread = g_thread_new ("weir-sync", run_syncer, self);
  return self;
}

void
weir_syncer_drop_deleted (WeirSyncer *self)
{
  g_mutex_lock (&self->lock);
  for (guint i = self->files->len; i > 0; i--)
    {
      const int fd = g_array_index (self->files, UnsyncedFile, i - 1).fd;
      struct stat info;

      if (fstat (fd, &info) != 0 || info.st_nlink > 0)
        continue;
      close (fd);
      g_array_remove_index (self->files, i - 1);
    }
  g_mutex_unlock (&self->lock);
}

/* Under the lock. */
static gboolean
is_unsynced (WeirSyncer *self, const struct stat *file)
{
  for (guint i = self->files->len; i > 0; i--)
    {
      const UnsyncedFile *other = &g_array_index (self->files, UnsyncedFile, i - 1);

      if (other->inode == file->st_ino && other->device == file->st_dev)
        return TRUE;
    }
  return FALSE;
}

void
weir_syncer_add (WeirSyncer *self, int fd)
{
  gboolean is_full = FALSE;
  struct stat file;

  if (fstat (fd, &file) != 0)
    return;
  g_mutex_lock (&self->lock);
  if (!is_unsynced (self, &file))
    {
      UnsyncedFile one = { -1, file.st_dev, file.st_ino };

      if (self->files->len < MOST_UNSYNCED)
        one.fd = fcntl (fd, F_DUPFD_CLOEXEC, 0);
      is_full = one.fd < 0;
      if (!is_full)
        g_array_append_val (self->files, one);
    }
  g_mutex_unlock (&self->lock);
  if (is_full && fdatasync (fd) != 0)
    self->failed (self->user_data, errno);
}

void
weir_syncer_add_folder (WeirSyncer *self, const char *path)
{
  const int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  weir_syncer_add (self, fd);
  close (fd);
}

void
weir_syncer_wait (WeirSyncer *self)
{
  guint64 n_wanted;

  g_mutex_lock (&self->lock);
  n_wanted = ++self->n_wanted;
  g_cond_signal (&self->wake);
  while (self->n_done < n_wanted)
    g_cond_wait (&self->synced, &self->lock);
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
  g_array_unref (self->files);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);
  g_cond_clear (&self->synced);
  g_free (self);
}
