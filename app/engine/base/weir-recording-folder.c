/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-recording-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/weir-json.h"

#define MOST_CONNECTION_DIGITS 9
#define MOST_OFFSET_DIGITS 15

static void
clear_file (gpointer data)
{
  g_free (((WeirRecordedFile *) data)->path);
}

GArray *
weir_recorded_files_new (void)
{
  GArray *files = g_array_new (FALSE, FALSE, sizeof (WeirRecordedFile));

  g_array_set_clear_func (files, clear_file);
  return files;
}

static gint
compare_files (gconstpointer a, gconstpointer b)
{
  const WeirRecordedFile *first = a;
  const WeirRecordedFile *second = b;

  if (first->connection != second->connection)
    return first->connection < second->connection ? -1 : 1;
  if (first->offset != second->offset)
    return first->offset < second->offset ? -1 : 1;
  return strcmp (first->path, second->path);
}

/* The first file of a connection decides its format; files of another one are not of its body. */
static void
drop_other_formats (GArray *files)
{
  for (guint i = 1; i < files->len;)
    {
      const WeirRecordedFile *before = &g_array_index (files, WeirRecordedFile, i - 1);
      const WeirRecordedFile *file = &g_array_index (files, WeirRecordedFile, i);

      if (file->connection == before->connection && file->format != before->format)
        g_array_remove_index (files, i);
      else
        i++;
    }
}

/* --- Names ------------------------------------------------------------------- */

/* Takes 1 to max_digits digits; a sign or a space is no digit. */
static gboolean
take_digits (const char **at, guint max_digits, guint64 *number)
{
  guint n = 0;

  for (*number = 0; g_ascii_isdigit (**at); (*at)++, n++)
    {
      if (n == max_digits)
        return FALSE;
      *number = *number * 10 + (guint64) (**at - '0');
    }
  return n > 0;
}

char *
weir_recorded_file_make_name (guint connection, guint64 offset, WeirBodyFormat format)
{
  return g_strdup_printf ("%06u-%015" G_GUINT64_FORMAT ".%s", connection, offset,
                          weir_body_format_get_name (format));
}

gboolean
weir_recorded_file_parse_name (const char *name, WeirRecordedFile *file)
{
  guint64 number;

  if (!take_digits (&name, MOST_CONNECTION_DIGITS, &number) || number == 0 || *name++ != '-'
      || !take_digits (&name, MOST_OFFSET_DIGITS, &file->offset) || *name++ != '.'
      || !weir_body_format_parse (name, strlen (name), &file->format))
    return FALSE;
  file->connection = (guint) number;
  return TRUE;
}

/* --- Opening ----------------------------------------------------------------- */

static void
set_errno_error (GError **error, const char *path, int code)
{
  g_autofree char *shown = g_filename_display_name (path);

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _ ("“%s” cannot be opened: %s."),
               shown, g_strerror (code));
}

static void
set_irregular_error (GError **error, const char *path)
{
  g_autofree char *shown = g_filename_display_name (path);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
               _ ("“%s” is not a regular file, so Weir does not read it as a recording."), shown);
}

int
weir_recorded_file_open (const char *path, WeirLinks links, guint64 *size, GError **error)
{
  /* O_NONBLOCK: a FIFO without a writer would block. Regular files ignore it. */
  const int flags =
      O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (links == WEIR_LINKS_REFUSED ? O_NOFOLLOW : 0);
  int fd = open (path, flags);
  struct stat info;

  if (fd < 0 || fstat (fd, &info) != 0)
    {
      const int saved = errno;

      if (saved == ELOOP && links == WEIR_LINKS_REFUSED)
        set_irregular_error (error, path);
      else
        set_errno_error (error, path, saved);
      if (fd >= 0)
        close (fd);
      return -1;
    }
  if (!S_ISREG (info.st_mode))
    {
      set_irregular_error (error, path);
      close (fd);
      return -1;
    }
  if (size != NULL)
    *size = (guint64) info.st_size;
  return fd;
}

/* Returns: the number of bytes, or -1 with errno set. */
static gssize
read_up_to (int fd, char *bytes, gsize length)
{
  gsize n_read = 0;

  while (n_read < length)
    {
      const ssize_t n = read (fd, bytes + n_read, length - n_read);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -1;
      if (n == 0)
        break;
      n_read += (gsize) n;
    }
  return (gssize) n_read;
}

/* Reads the start of the regular file at path. Returns: the number of bytes read; 0 if it fails. */
static gsize
read_start (const char *path, char *start, gsize length)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat info;
  gssize n = -1;

  if (fd < 0)
    return 0;
  if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode))
    n = read_up_to (fd, start, length);
  close (fd);
  return n > 0 ? (gsize) n : 0;
}

WeirBodyFormat
weir_recorded_file_guess_format (const char *path)
{
  char start[WEIR_READER_FRAME_BYTES];
  WeirBodyFormat format;

  if (weir_body_format_guess (path, &format))
    return format;
  return read_start (path, start, sizeof start) == sizeof start
                 && weir_reader_is_frame (start, sizeof start)
             ? WEIR_BODY_BEDROCK
             : WEIR_BODY_SSE;
}

/* Whether text is a JSON object, or, where it was cut, the beginning of one. */
static gboolean
is_json_object (const char *text, gsize length, gboolean is_cut)
{
  WeirJson json;
  WeirJsonToken token;
  WeirJsonStatus status;

  weir_json_init (&json, text, length, 0);
  status = weir_json_next (&json, &token);
  if (status != WEIR_JSON_TOKEN || token.kind != WEIR_JSON_OBJECT_BEGIN)
    return FALSE;
  while (status == WEIR_JSON_TOKEN)
    status = weir_json_next (&json, &token);
  return status == WEIR_JSON_DONE || (is_cut && json.error == WEIR_JSON_ERROR_END);
}

gboolean
weir_recorded_file_is_json_lines (const char *path)
{
  char start[4096];
  const gsize length = read_start (path, start, sizeof start);
  const char *end = length > 0 ? memchr (start, '\n', length) : NULL;

  return is_json_object (start, end != NULL ? (gsize) (end - start) : length,
                         end == NULL && length == sizeof start);
}

char *
weir_recorded_file_read_text (const char *path, guint64 max_bytes, gsize *length, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) failure = NULL;
  guint64 size;
  int fd = weir_recorded_file_open (path, WEIR_LINKS_REFUSED, &size, &failure);
  gssize n;

  if (fd < 0)
    {
      if (!g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  if (size > max_bytes)
    {
      g_autofree char *shown = g_filename_display_name (path);
      g_autofree char *most = g_format_size (max_bytes);

      close (fd);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("“%s” is too large to read: Weir reads at most %s of it."), shown, most);
      return NULL;
    }
  text = g_malloc (size + 1);
  n = read_up_to (fd, text, size);
  if (n < 0)
    set_errno_error (error, path, errno);
  close (fd);
  if (n < 0)
    return NULL;
  text[n] = '\0';
  *length = (gsize) n;
  return g_steal_pointer (&text);
}

/* --- Listing ----------------------------------------------------------------- */

/* Adds folder/name if it is a connection's file. Returns: FALSE if it is not a regular file. */
static gboolean
add_segment (GArray *files, const char *folder, const char *name)
{
  WeirRecordedFile file = { 0 };
  GStatBuf info;

  if (!weir_recorded_file_parse_name (name, &file))
    return TRUE;
  file.path = g_build_filename (folder, name, NULL);
  errno = 0;
  if (g_lstat (file.path, &info) != 0 || !S_ISREG (info.st_mode))
    {
      const gboolean deleted = errno == ENOENT;

      g_free (file.path);
      return deleted;
    }
  file.size = (guint64) info.st_size;
  file.changed_ns = info.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info.st_mtim.tv_nsec;
  g_array_append_val (files, file);
  return TRUE;
}

GArray *
weir_recording_list_files (const char *path, guint *n_refused, GError **error)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, error);
  GArray *files;
  const char *name;

  if (directory == NULL)
    return NULL;
  files = weir_recorded_files_new ();
  while ((name = g_dir_read_name (directory)) != NULL)
    if (!add_segment (files, path, name) && n_refused != NULL)
      (*n_refused)++;
  g_array_sort (files, compare_files);
  drop_other_formats (files);
  return files;
}

static gboolean
is_regular (const char *path)
{
  GStatBuf info;

  return g_lstat (path, &info) == 0 && S_ISREG (info.st_mode);
}

gboolean
weir_recording_is (const char *path)
{
  g_autofree char *marks = g_build_filename (path, WEIR_MARKS_NAME, NULL);
  g_autoptr (GArray) files = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return FALSE;
  if (is_regular (marks))
    return TRUE;
  files = weir_recording_list_files (path, NULL, NULL);
  return files != NULL && files->len > 0;
}

/* --- All of a recording -------------------------------------------------------- */

/* A log has 48 bits for an offset. */
#define MOST_RECORDED_BYTES (G_GUINT64_CONSTANT (1) << 47)

static gboolean
load_folder (WeirRecordingContents *self, const char *path, GError **error)
{
  g_autofree char *shown = NULL;

  if (!weir_recording_is (path))
    {
      shown = g_filename_display_name (path);
      g_set_error (
          error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY,
          _ ("There is no recording in the folder “%s”: it holds no marks and no .sse files."),
          shown);
      return FALSE;
    }
  self->is_folder = TRUE;
  self->files = weir_recording_list_files (path, &self->n_refused, error);
  return self->files != NULL;
}

static gboolean
load_file (WeirRecordingContents *self, const char *path, GError **error)
{
  WeirRecordedFile file = { .connection = 1, .links = WEIR_LINKS_FOLLOWED };
  int fd = weir_recorded_file_open (path, WEIR_LINKS_FOLLOWED, &file.size, error);

  if (fd < 0)
    return FALSE;
  close (fd);
  file.path = g_strdup (path);
  file.format = weir_recorded_file_guess_format (path);
  self->files = weir_recorded_files_new ();
  g_array_append_val (self->files, file);
  return TRUE;
}

/* Adds up the sizes of the files. */
static gboolean
measure (WeirRecordingContents *self, const char *path, GError **error)
{
  g_autofree char *shown = NULL;

  for (guint i = 0; i < self->files->len; i++)
    {
      self->n_bytes +=
          MIN (g_array_index (self->files, WeirRecordedFile, i).size, MOST_RECORDED_BYTES);
      if (self->n_bytes >= MOST_RECORDED_BYTES)
        {
          shown = g_filename_display_name (path);
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("“%s” is too large to read as a recording."), shown);
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
weir_recording_contents_load (WeirRecordingContents *self, const char *path, GError **error)
{
  *self = (WeirRecordingContents){ 0 };
  if ((g_file_test (path, G_FILE_TEST_IS_DIR) ? load_folder (self, path, error)
                                              : load_file (self, path, error))
      && measure (self, path, error))
    return TRUE;
  weir_recording_contents_clear (self);
  return FALSE;
}

void
weir_recording_contents_clear (WeirRecordingContents *self)
{
  g_clear_pointer (&self->files, g_array_unref);
}
