/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-recording.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "weir-indexer-private.h"
#include "weir-log-private.h"
#include "weir-marks-private.h"

void
weir_recording_state_clear (WeirRecordingState *state)
{
  g_clear_pointer (&state->path, g_free);
  g_clear_pointer (&state->problem, g_free);
}

char *
weir_recording_new_path (const char *folder, const char *url, gint64 time_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);
  g_autofree char *time = g_date_time_format (local, "%Y-%m-%d %H.%M.%S");
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autofree char *name = NULL;
  char *path;

  if (uri != NULL && g_uri_get_host (uri) != NULL && g_uri_get_host (uri)[0] != '\0')
    name = g_strdup (g_uri_get_host (uri));
  else
    name = g_path_get_basename (url);
  g_strdelimit (name, "/\\:*?\"<>|\n\r\t", '-');
  if (name[0] == '.')
    name[0] = '-';

  path = g_strdup_printf ("%s/%s %s" WEIR_RECORDING_SUFFIX, folder, name, time);
  for (guint i = 2; g_file_test (path, G_FILE_TEST_EXISTS); i++)
    {
      g_free (path);
      path = g_strdup_printf ("%s/%s %s (%u)" WEIR_RECORDING_SUFFIX, folder, name, time, i);
    }
  return path;
}

gboolean
weir_log_record (WeirLog *log, const char *path, const WeirRecordingOptions *options, GError **error)
{
  g_return_val_if_fail (WEIR_IS_LOG (log), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (log->appended_rows == 0 && log->appended_bytes == 0, FALSE);
  g_return_val_if_fail (log->recorder == NULL && log->indexer == NULL, FALSE);

  log->recorder = weir_recorder_new (log, path, options, error);
  if (log->recorder == NULL)
    return FALSE;
  log->segments = weir_recorder_get_segments (log->recorder);
  weir_blocks_set_loss (&log->bytes, WEIR_BLOCKS_ON_DISK);
  return TRUE;
}

/* --- Opening --------------------------------------------------------------- */

static gint
compare_files (gconstpointer a, gconstpointer b)
{
  const WeirIndexedFile *first = a;
  const WeirIndexedFile *second = b;

  if (first->connection != second->connection)
    return first->connection < second->connection ? -1 : 1;
  return (first->offset > second->offset) - (first->offset < second->offset);
}

/* Adds folder/name where it is a connection's file. */
static void
add_segment (GArray *files, const char *folder, const char *name)
{
  WeirIndexedFile file = { 0 };
  GStatBuf info;
  int used = 0;

  if (sscanf (name, "%9u-%15" G_GINT64_MODIFIER "u.sse%n", &file.connection, &file.offset, &used) != 2
      || used == 0 || name[used] != '\0')
    return;
  file.path = g_build_filename (folder, name, NULL);
  if (g_stat (file.path, &info) != 0 || !S_ISREG (info.st_mode))
    {
      g_free (file.path);
      return;
    }
  file.size = (guint64) info.st_size;
  g_array_append_val (files, file);
}

static GArray *
list_segments (const char *path, GError **error)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, error);
  GArray *files;
  const char *name;

  if (directory == NULL)
    return NULL;
  files = g_array_new (FALSE, FALSE, sizeof (WeirIndexedFile));
  while ((name = g_dir_read_name (directory)) != NULL)
    add_segment (files, path, name);
  g_array_sort (files, compare_files);
  return files;
}

gboolean
weir_recording_is (const char *path)
{
  g_autofree char *marks = g_build_filename (path, "marks", NULL);
  g_autoptr (GArray) files = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return FALSE;
  if (g_file_test (marks, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  files = list_segments (path, NULL);
  for (guint i = 0; files != NULL && i < files->len; i++)
    g_free (g_array_index (files, WeirIndexedFile, i).path);
  return files != NULL && files->len > 0;
}

static WeirLog *
open_directory (const char *path, GError **error)
{
  g_autofree char *marks_path = g_build_filename (path, "marks", NULL);
  g_autofree char *marks = NULL;
  GArray *files;
  WeirLog *log;

  if (!weir_recording_is (path))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY,
                   _("“%s” is a folder and no recording: it holds no marks and no .sse files."), path);
      return NULL;
    }
  /* The marks first: what they speak of and the files do not hold yet is passed over. */
  if (g_file_test (marks_path, G_FILE_TEST_EXISTS)
      && (!g_file_get_contents (marks_path, &marks, NULL, error)
          || !weir_marks_check_head (marks, marks_path, error)))
    return NULL;
  files = list_segments (path, error);
  if (files == NULL)
    return NULL;
  log = weir_log_new ();
  log->indexer = weir_indexer_new (log, path, files, g_steal_pointer (&marks));
  return log;
}

static WeirLog *
open_file (const char *path, guint64 size)
{
  WeirIndexedFile file = { g_strdup (path), 1, 0, size };
  GArray *files = g_array_new (FALSE, FALSE, sizeof file);
  WeirLog *log = weir_log_new ();

  g_array_append_val (files, file);
  log->indexer = weir_indexer_new (log, path, files, NULL);
  return log;
}

WeirLog *
weir_log_open (const char *path, GError **error)
{
  GStatBuf info;
  FILE *file;

  g_return_val_if_fail (path != NULL, NULL);

  if (g_stat (path, &info) == 0 && S_ISDIR (info.st_mode))
    return open_directory (path, error);
  file = g_fopen (path, "re");
  if (file == NULL || fstat (fileno (file), &info) != 0)
    {
      int saved = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), _("“%s” cannot be opened: %s."),
                   path, g_strerror (saved));
      g_clear_pointer (&file, fclose);
      return NULL;
    }
  fclose (file);
  if (!S_ISREG (info.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                   _("“%s” is not a file that can be read again."), path);
      return NULL;
    }
  return open_file (path, (guint64) info.st_size);
}

guint64
weir_log_get_indexed (WeirLog *log, guint64 *total)
{
  g_return_val_if_fail (WEIR_IS_LOG (log), 0);
  g_return_val_if_fail (total != NULL, 0);

  if (log->indexer != NULL)
    return weir_indexer_get_done (log->indexer, total);
  *total = weir_log_get_n_bytes (log);
  return *total;
}

void
weir_log_wait_indexed (WeirLog *log)
{
  g_return_if_fail (WEIR_IS_LOG (log));

  if (log->indexer != NULL)
    weir_indexer_wait (log->indexer);
}

void
weir_log_get_recording_state (WeirLog *log, WeirRecordingState *state)
{
  g_return_if_fail (WEIR_IS_LOG (log));
  g_return_if_fail (state != NULL);

  *state = (WeirRecordingState){ 0 };
  if (log->recorder != NULL)
    weir_recorder_get_state (log->recorder, state);
  else if (log->indexer != NULL)
    {
      state->path = g_strdup (weir_indexer_get_path (log->indexer));
      weir_indexer_get_done (log->indexer, &state->disk_bytes);
    }
  state->memory_bytes = weir_blocks_get_memory (&log->bytes) + weir_blocks_get_memory (&log->records)
                        + weir_blocks_get_memory (&log->reads);
}
