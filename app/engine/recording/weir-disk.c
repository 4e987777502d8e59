/* SPDX-License-Identifier: MIT */
#include "weir-disk-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "weir-bookmarks-file-private.h"
#include "weir-marks-private.h"
#include "weir-recorded-request-private.h"

#define DEFAULT_MAX_BYTES G_GUINT64_CONSTANT (5000000000)
/* At most this many bytes are written before the folder is measured again. */
#define MOST_STEP ((guint64) 64 << 20)

struct _WeirDisk
{
  char *path; /* of the folder, or of the one recording */
  gboolean whole_folder;
  guint64 max_bytes;
  GPtrArray *users;
  _Atomic gint64 room; /* bytes that may be written before the next look */
};

/* A file that may be deleted, or not, and how old it is. */
typedef struct
{
  char *recording;
  char *path;
  guint64 size;
  gint64 changed_ns;
} Candidate;

/* Held to delete, join or leave. */
static GMutex lock;
static GPtrArray *disks;

static void
clear_candidate (gpointer data)
{
  g_free (((Candidate *) data)->recording);
  g_free (((Candidate *) data)->path);
}

/* --- Locks between programs -------------------------------------------------- */

/* The marks, locked as their writer locks them; -1 if they are locked or cannot be opened. */
static int
lock_marks (const char *path)
{
  g_autofree char *marks = g_build_filename (path, "marks", NULL);
  int fd = open (marks, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      int saved = errno;

      close (fd);
      errno = saved;
      return -1;
    }
  return fd;
}

gboolean
weir_disk_is_written (const char *path)
{
  int fd = lock_marks (path);

  if (fd < 0)
    return errno == EWOULDBLOCK;
  close (fd);
  return FALSE;
}

/* --- What there is ----------------------------------------------------------- */

static guint64
measure_marks (const char *recording)
{
  g_autofree char *marks = g_build_filename (recording, "marks", NULL);
  struct stat info;

  return lstat (marks, &info) == 0 && S_ISREG (info.st_mode) ? (guint64) info.st_size : 0;
}

/* What of a recording counts and goes with its files. */
static guint64
measure_rest (const char *recording)
{
  return measure_marks (recording) + weir_bookmarks_file_measure (recording)
         + weir_recorded_requests_measure (recording);
}

static void
add_candidates (GArray *candidates, const char *recording)
{
  g_autoptr (GArray) files = weir_recording_list_files (recording, NULL, NULL);

  for (guint i = 0; files != NULL && i < files->len; i++)
    {
      const WeirRecordedFile *file = &g_array_index (files, WeirRecordedFile, i);
      Candidate candidate = { g_strdup (recording), g_strdup (file->path), file->size,
                              file->changed_ns };

      g_array_append_val (candidates, candidate);
    }
}

static gboolean
is_directory (const char *path)
{
  struct stat info;

  return lstat (path, &info) == 0 && S_ISDIR (info.st_mode);
}

static gint
compare_candidates (gconstpointer a, gconstpointer b)
{
  const Candidate *first = a;
  const Candidate *second = b;

  if (first->changed_ns != second->changed_ns)
    return first->changed_ns < second->changed_ns ? -1 : 1;
  return g_strcmp0 (first->path, second->path);
}

/* Adds those of all recordings; gives what the rest of them takes. */
static guint64
add_folder (GArray *candidates, const char *folder)
{
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;
  guint64 n_bytes = 0;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (!g_str_has_suffix (name, WEIR_RECORDING_SUFFIX) || !is_directory (path))
        continue;
      add_candidates (candidates, path);
      n_bytes += measure_rest (path);
    }
  return n_bytes;
}

/* Lists all files that may be deleted, the oldest first. Sets total to all bytes that count. */
static GArray *
list_candidates (WeirDisk *self, guint64 *total)
{
  GArray *candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));

  g_array_set_clear_func (candidates, clear_candidate);
  if (self->whole_folder)
    *total = add_folder (candidates, self->path);
  else
    {
      add_candidates (candidates, self->path);
      *total = measure_rest (self->path);
    }
  for (guint i = 0; i < candidates->len; i++)
    *total += g_array_index (candidates, Candidate, i).size;
  g_array_sort (candidates, compare_candidates);
  return candidates;
}

static guint64
get_limit (WeirDisk *self, guint64 total)
{
  struct statvfs fs;

  if (self->max_bytes != 0)
    return self->max_bytes;
  if (statvfs (self->path, &fs) != 0)
    return DEFAULT_MAX_BYTES;
  return MIN (DEFAULT_MAX_BYTES, ((guint64) fs.f_bavail * fs.f_frsize + total) / 10);
}

/* --- Deleting ---------------------------------------------------------------- */

static WeirDiskUser *
find_user (WeirDisk *self, const char *recording)
{
  for (guint i = 0; i < self->users->len; i++)
    {
      WeirDiskUser *user = g_ptr_array_index (self->users, i);

      if (g_str_equal (user->path, recording))
        return user;
    }
  return NULL;
}

/* Deletes the oldest file of a recording of this program, unless it is the file being written. The recorder
 * later removes its marks.
 * Returns: how many bytes were freed. */
static guint64
delete_own (WeirDiskUser *owner)
{
  const guint64 before = weir_segments_get_begin (owner->segments);
  const guint64 all = weir_segments_get_end (owner->segments) - before;
  g_autofree char *path = weir_segments_get_deletable (owner->segments);
  guint64 n_bytes;

  if (path == NULL || (unlink (path) != 0 && errno != ENOENT))
    return 0;
  weir_segments_drop_oldest (owner->segments);
  if (owner->deleted != NULL)
    owner->deleted (owner->user_data);
  n_bytes = weir_segments_get_begin (owner->segments) - before;
  atomic_fetch_add (&owner->freed_bytes, n_bytes);
  atomic_store (&owner->marks_are_long, TRUE);
  return n_bytes
         + (guint64) ((double) measure_marks (owner->path) * (double) n_bytes
                      / (double) MAX (all, 1));
}

/* Deletes what is left of a recording without body files. Returns: how many bytes were freed. */
static guint64
delete_rest (const char *recording)
{
  g_autofree char *marks = g_build_filename (recording, WEIR_MARKS_NAME, NULL);
  g_autofree char *fresh = g_strconcat (marks, WEIR_MARKS_FRESH_SUFFIX, NULL);
  guint64 n_bytes = measure_rest (recording);

  unlink (fresh);
  weir_bookmarks_file_delete (recording);
  weir_recorded_requests_delete (recording, G_MAXUINT);
  if (unlink (marks) == 0)
    rmdir (recording);
  return n_bytes - MIN (n_bytes, measure_rest (recording));
}

/* Deletes a file of a recording that no program writes; with its last one, the recording goes.
 * Returns: how many bytes were freed. */
static guint64
delete_other (WeirDiskUser *user, const Candidate *candidate)
{
  int fd = lock_marks (candidate->recording);
  g_autoptr (GArray) left = NULL;
  guint64 n_bytes = 0;

  if (fd < 0)
    return 0;
  if (unlink (candidate->path) == 0)
    n_bytes = candidate->size;
  left = weir_recording_list_files (candidate->recording, NULL, NULL);
  if (left != NULL && left->len == 0)
    n_bytes += delete_rest (candidate->recording);
  close (fd);
  atomic_fetch_add (&user->freed_older_bytes, n_bytes);
  return n_bytes;
}

static guint64
delete_candidate (WeirDiskUser *user, const Candidate *candidate)
{
  WeirDiskUser *owner = find_user (user->disk, candidate->recording);

  return owner != NULL ? delete_own (owner) : delete_other (user, candidate);
}

/* Only one program at a time deletes in a folder. With LOCK_NB, -1 if another one does. */
static int
lock_folder (WeirDisk *self, int operation)
{
  int fd = open (self->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd >= 0 && flock (fd, operation) != 0)
    {
      close (fd);
      return -1;
    }
  return fd;
}

/* Deletes the oldest files until at least wanted bytes are freed.
 * Returns: the bytes that were freed. */
static guint64
delete_oldest (WeirDiskUser *user, GArray *candidates, guint64 wanted)
{
  guint64 freed = 0;

  for (guint i = 0; i < candidates->len && freed < wanted; i++)
    freed += delete_candidate (user, &g_array_index (candidates, Candidate, i));
  return freed;
}

/* Under the lock. */
static void
update_room (WeirDiskUser *user)
{
  WeirDisk *self = user->disk;
  guint64 total;
  g_autoptr (GArray) candidates = list_candidates (self, &total);
  const guint64 limit = get_limit (self, total);
  const guint64 step = CLAMP (limit / 16, 1, MOST_STEP);
  int fd = -1;

  if (total > limit - step && (fd = lock_folder (self, LOCK_EX | LOCK_NB)) >= 0)
    {
      const guint64 freed = delete_oldest (user, candidates, total - (limit - step));

      total -= MIN (freed, total);
      close (fd);
    }
  atomic_store (&self->room, (gint64) MAX (limit - MIN (total, limit), step));
}

/* --- Users ------------------------------------------------------------------- */

/* Under the lock. */
static WeirDisk *
get_disk (const char *path, gboolean whole_folder)
{
  WeirDisk *disk;

  if (disks == NULL)
    disks = g_ptr_array_new ();
  for (guint i = 0; i < disks->len; i++)
    {
      disk = g_ptr_array_index (disks, i);
      if (disk->whole_folder == whole_folder && g_str_equal (disk->path, path))
        return disk;
    }
  disk = g_new0 (WeirDisk, 1);
  disk->path = g_strdup (path);
  disk->whole_folder = whole_folder;
  disk->users = g_ptr_array_new ();
  g_ptr_array_add (disks, disk);
  return disk;
}

guint64
weir_disk_join (WeirDiskUser *user,
                const char *path,
                WeirSegments *segments,
                const WeirRecordingOptions *options)
{
  g_autofree char *folder = g_path_get_dirname (path);
  guint64 limit;

  g_mutex_lock (&lock);
  user->disk = get_disk (options->whole_folder ? folder : path, options->whole_folder);
  user->path = g_build_filename (path, NULL);
  user->segments = segments;
  user->disk->max_bytes = options->max_bytes;
  g_ptr_array_add (user->disk->users, user);
  atomic_store (&user->disk->room, 0);
  limit = get_limit (user->disk, 0);
  g_mutex_unlock (&lock);
  return limit;
}

void
weir_disk_leave (WeirDiskUser *user)
{
  WeirDisk *disk = user->disk;

  if (disk == NULL)
    return;
  g_mutex_lock (&lock);
  g_ptr_array_remove (disk->users, user);
  if (disk->users->len == 0)
    {
      g_ptr_array_remove (disks, disk);
      g_ptr_array_unref (disk->users);
      g_free (disk->path);
      g_free (disk);
      if (disks->len == 0)
        g_clear_pointer (&disks, g_ptr_array_unref);
    }
  g_mutex_unlock (&lock);
  g_clear_pointer (&user->path, g_free);
  user->disk = NULL;
}

void
weir_disk_note_written (WeirDiskUser *user, guint64 n_bytes)
{
  if (atomic_fetch_sub (&user->disk->room, (gint64) n_bytes) > (gint64) n_bytes)
    return;
  g_mutex_lock (&lock);
  if (atomic_load (&user->disk->room) <= 0)
    update_room (user);
  g_mutex_unlock (&lock);
}

gboolean
weir_disk_free_oldest (WeirDiskUser *user)
{
  g_autoptr (GArray) candidates = NULL;
  const int saved = errno; /* the caller reports it */
  guint64 total, freed = 0;
  int fd;

  g_mutex_lock (&lock);
  candidates = list_candidates (user->disk, &total);
  fd = lock_folder (user->disk, LOCK_EX);
  if (fd >= 0)
    {
      freed = delete_oldest (user, candidates, 1);
      close (fd);
    }
  g_mutex_unlock (&lock);
  errno = saved;
  return freed > 0;
}

static gboolean
write_all (int fd, const void *bytes, gsize length)
{
  const guint8 *at = bytes;

  while (length > 0)
    {
      ssize_t n = write (fd, at, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      at += n;
      length -= (gsize) n;
    }
  return TRUE;
}

gboolean
weir_disk_write (WeirDiskUser *user, int fd, const void *bytes, gsize length)
{
  const off_t begin = lseek (fd, 0, SEEK_END);

  while (!write_all (fd, bytes, length))
    {
      if ((errno != ENOSPC && errno != EDQUOT) || user->disk == NULL
          || !weir_disk_free_oldest (user))
        return FALSE;
      if (ftruncate (fd, begin) != 0)
        return FALSE;
    }
  return TRUE;
}
