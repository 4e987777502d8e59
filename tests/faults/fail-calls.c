/* SPDX-License-Identifier: MIT */
/*
 * A library for LD_PRELOAD that makes every n-th call of one function fail or slow, as a full disk, a dying
 * disk, a lack of descriptors or a bad resolver do. By the environment:
 *
 *   WEIR_FAIL_CALL=write      write, pwrite, fsync (also fdatasync), open, mmap, accept or getaddrinfo
 *   WEIR_FAIL_EVERY=3         each third call
 *   WEIR_FAIL_ERRNO=28        with this errno; 0: it succeeds, but late
 *   WEIR_FAIL_FOR_MS=1000     only until so long after the first failure
 *   WEIR_FAIL_UNDER=/tmp/x    write, pwrite and open only of files below this path
 *   WEIR_FAIL_COUNT=FILE      writes how many calls there were, at the program's end
 *   WEIR_SYNCED=FILE          appends a line for each fsync and fdatasync that succeeded: how many bytes of
 *                             the file were there before, and its path; a folder's path ends in "/", and
 *                             the names in it follow, one in a line that begins with a tab
 *   WEIR_SOCKET_OPTIONS=FILE  appends a line for each number that setsockopt sets: level, option and number
 *
 * write and pwrite fail for regular files alone: GLib wakes its threads by writing to event descriptors.
 */
#define _GNU_SOURCE
/* With it, open() would be another name of open64(). */
#undef _FILE_OFFSET_BITS

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DELAY_MS 20

static atomic_long n_calls;
static atomic_long first_failure_ms;

static long
now_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static long
get_number (const char *name, long otherwise)
{
  const char *text = getenv (name);

  return text != NULL ? strtol (text, NULL, 10) : otherwise;
}

static bool
is_over (void)
{
  const long limit_ms = get_number ("WEIR_FAIL_FOR_MS", 0);
  long none = 0;

  if (limit_ms == 0)
    return false;
  atomic_compare_exchange_strong (&first_failure_ms, &none, now_ms ());
  return now_ms () - atomic_load (&first_failure_ms) > limit_ms;
}

/* Whether this call of the function fails; errno is set then. */
static bool
fails (const char *call)
{
  const char *chosen = getenv ("WEIR_FAIL_CALL");
  const int error = (int) get_number ("WEIR_FAIL_ERRNO", EIO);
  long number;

  if (chosen == NULL || strcmp (chosen, call) != 0)
    return false;
  number = atomic_fetch_add (&n_calls, 1) + 1;
  if (number % get_number ("WEIR_FAIL_EVERY", 1) != 0 || is_over ())
    return false;
  if (error == 0)
    {
      usleep (DELAY_MS * 1000);
      return false;
    }
  errno = error;
  return true;
}

static bool
is_below (const char *path)
{
  const char *folder = getenv ("WEIR_FAIL_UNDER");

  return folder == NULL || strncmp (path, folder, strlen (folder)) == 0;
}

static bool
is_chosen_file (int fd)
{
  char name[64], path[4096];
  struct stat info;
  ssize_t n;

  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    return false;
  snprintf (name, sizeof name, "/proc/self/fd/%d", fd);
  n = readlink (name, path, sizeof path - 1);
  path[n > 0 ? n : 0] = '\0';
  return is_below (path);
}

__attribute__ ((destructor)) static void
write_count (void)
{
  const char *path = getenv ("WEIR_FAIL_COUNT");
  FILE *file = path != NULL ? fopen (path, "w") : NULL;

  if (file == NULL)
    return;
  fprintf (file, "%ld\n", atomic_load (&n_calls));
  fclose (file);
}

#define REAL(name) ((__typeof__ (&name)) dlsym (RTLD_NEXT, #name))

ssize_t
write (int fd, const void *bytes, size_t length)
{
  if (is_chosen_file (fd) && fails ("write"))
    return -1;
  return REAL (write) (fd, bytes, length);
}

ssize_t
pwrite (int fd, const void *bytes, size_t length, off_t offset)
{
  if (is_chosen_file (fd) && fails ("pwrite"))
    return -1;
  return REAL (pwrite) (fd, bytes, length, offset);
}

ssize_t
pwrite64 (int fd, const void *bytes, size_t length, off64_t offset)
{
  if (is_chosen_file (fd) && fails ("pwrite"))
    return -1;
  return REAL (pwrite64) (fd, bytes, length, offset);
}

static pthread_mutex_t synced_lock = PTHREAD_MUTEX_INITIALIZER;

static void
print_names (FILE *file, const char *path)
{
  DIR *folder = opendir (path);
  struct dirent *entry;

  while (folder != NULL && (entry = readdir (folder)) != NULL)
    fprintf (file, "\t%s\n", entry->d_name);
  if (folder != NULL)
    closedir (folder);
}

/* Syncs, and reports what was there before, as a disk that loses its power then keeps it. */
static int
sync_and_report (int fd, int (*sync) (int fd))
{
  const char *report = getenv ("WEIR_SYNCED");
  char name[64], path[4096];
  struct stat info;
  FILE *file;
  ssize_t n;
  int result;

  if (report == NULL)
    return sync (fd);
  snprintf (name, sizeof name, "/proc/self/fd/%d", fd);
  n = readlink (name, path, sizeof path - 1);
  path[n > 0 ? n : 0] = '\0';
  pthread_mutex_lock (&synced_lock);
  file = fopen (report, "a");
  if (file != NULL && fstat (fd, &info) == 0)
    {
      fprintf (file, "%lld %s%s\n", (long long) info.st_size, path,
               S_ISDIR (info.st_mode) ? "/" : "");
      if (S_ISDIR (info.st_mode))
        print_names (file, path);
    }
  result = sync (fd);
  if (file != NULL)
    fclose (file);
  pthread_mutex_unlock (&synced_lock);
  return result;
}

int
fsync (int fd)
{
  return fails ("fsync") ? -1 : sync_and_report (fd, REAL (fsync));
}

int
fdatasync (int fd)
{
  return fails ("fsync") ? -1 : sync_and_report (fd, REAL (fdatasync));
}

static mode_t
get_mode (int flags, va_list *arguments)
{
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg (*arguments, mode_t) : 0;
}

int
open (const char *path, int flags, ...)
{
  va_list arguments;
  mode_t mode;

  va_start (arguments, flags);
  mode = get_mode (flags, &arguments);
  va_end (arguments);
  return is_below (path) && fails ("open") ? -1 : REAL (open) (path, flags, mode);
}

int
open64 (const char *path, int flags, ...)
{
  va_list arguments;
  mode_t mode;

  va_start (arguments, flags);
  mode = get_mode (flags, &arguments);
  va_end (arguments);
  return is_below (path) && fails ("open") ? -1 : REAL (open64) (path, flags, mode);
}

int
openat (int folder, const char *path, int flags, ...)
{
  va_list arguments;
  mode_t mode;

  va_start (arguments, flags);
  mode = get_mode (flags, &arguments);
  va_end (arguments);
  /* Below a descriptor the name alone cannot tell; our own code opens recordings so. */
  return (*path != '/' || is_below (path)) && fails ("open")
             ? -1
             : REAL (openat) (folder, path, flags, mode);
}

void *
mmap (void *where, size_t length, int protection, int flags, int fd, off_t offset)
{
  if (fd < 0 && length >= (1u << 20) && fails ("mmap"))
    return MAP_FAILED;
  return REAL (mmap) (where, length, protection, flags, fd, offset);
}

void *
mmap64 (void *where, size_t length, int protection, int flags, int fd, off64_t offset)
{
  if (fd < 0 && length >= (1u << 20) && fails ("mmap"))
    return MAP_FAILED;
  return REAL (mmap64) (where, length, protection, flags, fd, offset);
}

int
openat64 (int folder, const char *path, int flags, ...)
{
  va_list arguments;
  mode_t mode;

  va_start (arguments, flags);
  mode = get_mode (flags, &arguments);
  va_end (arguments);
  return (*path != '/' || is_below (path)) && fails ("open")
             ? -1
             : REAL (openat64) (folder, path, flags, mode);
}

int
accept (int fd, struct sockaddr *address, socklen_t *length)
{
  return fails ("accept") ? -1 : REAL (accept) (fd, address, length);
}

int
accept4 (int fd, struct sockaddr *address, socklen_t *length, int flags)
{
  return fails ("accept") ? -1 : REAL (accept4) (fd, address, length, flags);
}

int
getaddrinfo (const char *node,
             const char *service,
             const struct addrinfo *hints,
             struct addrinfo **found)
{
  return fails ("getaddrinfo") ? EAI_AGAIN : REAL (getaddrinfo) (node, service, hints, found);
}

int
setsockopt (int fd, int level, int option, const void *value, socklen_t length)
{
  const char *path = getenv ("WEIR_SOCKET_OPTIONS");
  FILE *file = path != NULL && length == sizeof (int) ? fopen (path, "a") : NULL;

  if (file != NULL)
    {
      fprintf (file, "%d %d %d\n", level, option, *(const int *) value);
      fclose (file);
    }
  return REAL (setsockopt) (fd, level, option, value, length);
}
