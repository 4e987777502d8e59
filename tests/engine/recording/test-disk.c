/* SPDX-License-Identifier: MIT */
/* Disks that are full, slow, or shared between programs. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <stdatomic.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log-writer.h"
#include "tree.h"
#include "recording/weir-recording.h"
#include "log/weir-row.h"

#define MB ((guint64) 1000000)
#define EVENTS_PER_MB 4000

/* --- The disk that the tests make -------------------------------------------- */

static struct
{
  GMutex lock;
  GCond opened;
  gboolean shut; /* writing to .sse files waits */
  gint64 n_left; /* bytes that they take; negative: all */
} disk = { .n_left = -1 };

static gboolean
is_segment (int fd)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_autofree char *path = g_file_read_link (link, NULL);

  return path != NULL && g_str_has_suffix (path, ".sse");
}

/* Stands before the C library's. */
ssize_t
write (int fd, const void *bytes, size_t length)
{
  if (is_segment (fd))
    {
      g_mutex_lock (&disk.lock);
      while (disk.shut)
        g_cond_wait (&disk.opened, &disk.lock);
      if (disk.n_left >= 0)
        {
          length = MIN (length, (size_t) disk.n_left);
          disk.n_left -= (gint64) length;
        }
      g_mutex_unlock (&disk.lock);
      if (length == 0)
        {
          errno = ENOSPC;
          return -1;
        }
    }
  return syscall (SYS_write, fd, bytes, length);
}

static void
set_disk (gboolean shut, gint64 n_left)
{
  g_mutex_lock (&disk.lock);
  disk.shut = shut;
  disk.n_left = n_left;
  g_cond_broadcast (&disk.opened);
  g_mutex_unlock (&disk.lock);
}

/* --- Recordings -------------------------------------------------------------- */

static guint64
measure_tree (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;
  guint64 size = 0;
  GStatBuf info;

  if (directory == NULL)
    return g_str_has_suffix (path, ".sse") && g_stat (path, &info) == 0 ? (guint64) info.st_size
                                                                        : 0;
  while ((name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      size += measure_tree (inner);
    }
  return size;
}

static void
write_megabytes (LogWriter *writer, guint first, guint n)
{
  for (guint i = first; i < first + n; i++)
    {
      g_autoptr (GString) stream = g_string_new (NULL);

      for (guint j = 0; j < EVENTS_PER_MB; j++)
        g_string_append_printf (stream, "data: %0242u\n\n", i * EVENTS_PER_MB + j);
      g_assert_cmpuint (stream->len, ==, MB);
      log_writer_write (writer, stream->str, stream->len, 65536);
    }
}

/* Events first to end, which stand behind the row that the connection made. */
static void
assert_events (WeirLog *log, guint64 first, guint64 end)
{
  for (guint64 i = first; i < end; i += 61)
    {
      g_autoptr (WeirRow) row = weir_row_new (log, i + 1);
      GBytes *data = weir_row_get_data (row);
      g_autofree char *text = g_strndup (g_bytes_get_data (data, NULL), g_bytes_get_size (data));

      g_assert_cmpuint (g_ascii_strtoull (text, NULL, 10), ==, i);
    }
}

static void
record (WeirLog *log, LogWriter *writer, const char *path, const WeirRecordingOptions *options)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (weir_log_record (log, path, options, &error));
  g_assert_no_error (error);
  log_writer_init (writer, log);
  log_writer_begin (writer);
}

/* --- Another program --------------------------------------------------------- */

static const char *program;

/* In the other program: a recording of two megabytes, open until its input ends. */
static int
record_until_told (const char *path)
{
  const WeirRecordingOptions options = { .segment_bytes = 500000 };
  g_autoptr (WeirLog) log = weir_log_new ();
  LogWriter writer;
  char byte = 0;

  record (log, &writer, path, &options);
  write_megabytes (&writer, 0, 2);
  log_wait_for_rows (log, 2 * EVENTS_PER_MB + 1);
  if (syscall (SYS_write, STDOUT_FILENO, &byte, 1) != 1)
    return 1;
  while (read (STDIN_FILENO, &byte, 1) > 0)
    ;
  log_writer_clear (&writer);
  return 0;
}

typedef struct
{
  GPid pid;
  int in, out;
} Other;

static void
other_start (Other *self, const char *path)
{
  const char *const argv[] = { program, "--record-until-told", path, NULL };
  g_autoptr (GError) error = NULL;
  char byte;

  g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                            &self->pid, &self->in, &self->out, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (read (self->out, &byte, 1), ==, 1);
}

static void
other_stop (Other *self)
{
  int status;

  close (self->in);
  waitpid (self->pid, &status, 0);
  g_assert_cmpint (status, ==, 0);
  close (self->out);
}

static void
assert_refused (const char *path, int code)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (weir_log_record (log, path, NULL, &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_assert_nonnull (strstr (error->message, path));
}

/* A recording that another program writes is refused, and says that; afterwards it is just there. */
static void
test_written_elsewhere (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-disk-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "a.weir", NULL);
  Other other;

  other_start (&other, path);
  assert_refused (path, G_IO_ERROR_BUSY);
  g_assert_cmpuint (measure_tree (path), ==, 2 * MB);
  other_stop (&other);
  assert_refused (path, G_IO_ERROR_EXISTS);
  g_assert_cmpuint (measure_tree (path), ==, 2 * MB);
  remove_tree (folder);
}

/* One limit for all: what is oldest goes, but not what another program writes. */
static void
test_one_limit (void)
{
  const WeirRecordingOptions plain = { .segment_bytes = 500000 };
  const WeirRecordingOptions shared = { .max_bytes = 6 * MB,
                                        .segment_bytes = 500000,
                                        .whole_folder = TRUE };
  g_autofree char *folder = g_dir_make_tmp ("weir-disk-XXXXXX", NULL);
  g_autofree char *old = g_build_filename (folder, "old.weir", NULL);
  g_autofree char *old_marks = g_build_filename (old, "marks", NULL);
  g_autofree char *elsewhere = g_build_filename (folder, "elsewhere.weir", NULL);
  g_autofree char *here = g_build_filename (folder, "here.weir", NULL);
  g_autofree char *unrelated = g_build_filename (folder, "unrelated.sse", NULL);
  g_autoptr (WeirLog) log = weir_log_new ();
  WeirRecordingState state;
  LogWriter writer;
  GStatBuf marks;
  Other other;

  other_start (&other, elsewhere);
  {
    g_autoptr (WeirLog) before = weir_log_new ();

    record (before, &writer, old, &plain);
    write_megabytes (&writer, 0, 2);
    log_writer_clear (&writer);
  }
  g_assert_cmpint (g_stat (old_marks, &marks), ==, 0);
  g_assert_true (g_file_set_contents (unrelated, "data: x\n\n", -1, NULL));

  record (log, &writer, here, &shared);
  write_megabytes (&writer, 0, 3);
  log_wait_for_rows (log, 3 * EVENTS_PER_MB + 1);
  weir_log_get_recording_state (log, &state);
  g_assert_cmpuint (state.freed_older_bytes, >, 0);
  g_assert_cmpuint (state.freed_bytes, ==, 0);
  weir_recording_state_clear (&state);
  g_assert_cmpuint (measure_tree (here), ==, 3 * MB);

  write_megabytes (&writer, 3, 7);
  log_wait_for_rows (log, 10 * EVENTS_PER_MB + 1);
  weir_log_get_recording_state (log, &state);
  /* The whole recording, and what was said of it. */
  g_assert_cmpuint (state.freed_older_bytes, ==, 2 * MB + (guint64) marks.st_size);
  g_assert_cmpuint (state.freed_bytes, >=, 5 * MB);
  g_assert_cmpuint (state.freed_bytes + state.disk_bytes, ==, 10 * MB);
  g_assert_null (state.problem);
  weir_recording_state_clear (&state);
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (measure_tree (elsewhere), ==, 2 * MB);
  /* A block of a megabyte is written at once. */
  g_assert_cmpuint (measure_tree (folder), <=, 7 * MB + 100);
  g_assert_true (g_file_test (unrelated, G_FILE_TEST_EXISTS));
  log_writer_clear (&writer);
  other_stop (&other);
  g_clear_object (&log);
  remove_tree (folder);
}

/* --- Full -------------------------------------------------------------------- */

/* The recording stops and says so; all rows are there to be seen, and on disk all that it took. */
static void
check_full (const char *folder)
{
  const WeirRecordingOptions options = { .max_bytes = 1000 * MB, .segment_bytes = 100 * MB };
  g_autofree char *path = g_build_filename (folder, "full.weir", NULL);
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autoptr (WeirLog) opened = NULL;
  WeirRecordingState state;
  LogWriter writer;
  guint64 n_events;

  record (log, &writer, path, &options);
  write_megabytes (&writer, 0, 6);
  log_wait_for_rows (log, 6 * EVENTS_PER_MB + 1);
  weir_log_get_recording_state (log, &state);
  g_assert_false (state.recording);
  g_assert_nonnull (state.problem);
  g_assert_nonnull (strstr (state.problem, path));
  g_assert_nonnull (strstr (state.problem, g_strerror (ENOSPC)));
  weir_recording_state_clear (&state);
  assert_events (log, 0, 6 * EVENTS_PER_MB);

  write_megabytes (&writer, 6, 1);
  log_wait_for_rows (log, 7 * EVENTS_PER_MB + 1);
  assert_events (log, 6 * EVENTS_PER_MB, 7 * EVENTS_PER_MB);
  log_writer_clear (&writer);

  opened = weir_log_open (path, NULL);
  weir_log_wait_indexed (opened);
  n_events = weir_log_get_n_events (opened);
  g_assert_cmpuint (n_events, ==, measure_tree (path) / 250);
  g_assert_cmpuint (n_events, >, 2 * EVENTS_PER_MB);
  g_assert_cmpuint (n_events, <, 6 * EVENTS_PER_MB);
  assert_events (opened, 0, n_events);
}

static void
test_full (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-disk-XXXXXX", NULL);

  set_disk (FALSE, 3 * MB + 123);
  check_full (folder);
  set_disk (FALSE, -1);
  remove_tree (folder);
}

#define NOT_PERMITTED 77

static gboolean
say (const char *path, const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  gboolean ok = fd >= 0 && syscall (SYS_write, fd, text, strlen (text)) == (long) strlen (text);

  if (fd >= 0)
    close (fd);
  return ok;
}

/* In a program of its own: a small file system that nobody else sees. */
static int
fill_for_real (const char *folder)
{
  g_autofree char *users = g_strdup_printf ("0 %u 1", (guint) getuid ());
  g_autofree char *groups = g_strdup_printf ("0 %u 1", (guint) getgid ());

  /* Without a user and a group of its own there, a new name space may make no file. */
  if (unshare (CLONE_NEWUSER | CLONE_NEWNS) != 0 || !say ("/proc/self/uid_map", users)
      || !say ("/proc/self/setgroups", "deny") || !say ("/proc/self/gid_map", groups)
      || mount ("weir", folder, "tmpfs", 0, "size=4m,mode=0700") != 0)
    return NOT_PERMITTED;
  check_full (folder);
  return 0;
}

static void
test_full_for_real (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-disk-XXXXXX", NULL);
  const char *const argv[] = { program, "--fill", folder, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_rmdir (folder);
  if (WIFEXITED (status) && WEXITSTATUS (status) == NOT_PERMITTED)
    g_test_message ("No file system may be mounted here; /disk/full does the same without one.");
  else
    g_assert_cmpint (status, ==, 0);
}

/* --- Slow -------------------------------------------------------------------- */

#define SLOW_MEGABYTES 130u

static _Atomic guint n_fed;

static gpointer
feed (gpointer data)
{
  for (guint i = 0; i < SLOW_MEGABYTES; i++)
    {
      write_megabytes (data, i, 1);
      atomic_store (&n_fed, i + 1);
    }
  return NULL;
}

static char *
get_notice (WeirLog *log)
{
  WeirRecordingState state;
  char *notice;

  weir_log_get_recording_state (log, &state);
  g_assert_true (state.recording);
  notice = g_steal_pointer (&state.notice);
  weir_recording_state_clear (&state);
  return notice;
}

/* The stream waits, says so, and loses nothing; what was not written is not shown either. */
static void
test_slow (void)
{
  g_autofree char *folder = g_dir_make_tmp ("weir-disk-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "slow.weir", NULL);
  const WeirRecordingOptions options = { .max_bytes = 1000 * MB };
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autofree char *notice = NULL;
  LogWriter writer;
  GThread *feeder;

  record (log, &writer, path, &options);
  log_wait_for_rows (log, 1);
  set_disk (TRUE, -1);
  feeder = g_thread_new ("feeder", feed, &writer);
  while ((notice = get_notice (log)) == NULL)
    g_usleep (1000);
  g_assert_nonnull (strstr (notice, path));
  g_assert_cmpuint (atomic_load (&n_fed), <, SLOW_MEGABYTES);
  g_assert_cmpuint (weir_log_get_n_rows (log), ==, 1);

  set_disk (FALSE, -1);
  g_thread_join (feeder);
  log_wait_for_rows (log, SLOW_MEGABYTES * EVENTS_PER_MB + 1);
  assert_events (log, 0, SLOW_MEGABYTES * EVENTS_PER_MB);
  g_assert_cmpuint (measure_tree (path), ==, SLOW_MEGABYTES * MB);
  log_writer_clear (&writer);
  g_clear_object (&log);
  remove_tree (folder);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--record-until-told") == 0)
    return record_until_told (argv[2]);
  if (argc == 3 && strcmp (argv[1], "--fill") == 0)
    return fill_for_real (argv[2]);

  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disk/written-elsewhere", test_written_elsewhere);
  g_test_add_func ("/disk/one-limit", test_one_limit);
  g_test_add_func ("/disk/full", test_full);
  g_test_add_func ("/disk/full-for-real", test_full_for_real);
  g_test_add_func ("/disk/slow", test_slow);
  return g_test_run ();
}
