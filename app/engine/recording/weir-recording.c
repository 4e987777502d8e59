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
#include "log/weir-log-private.h"
#include "weir-marks-private.h"
#include "weir-recording-private.h"

void
weir_recording_state_clear (WeirRecordingState *state)
{
  g_clear_pointer (&state->path, g_free);
  g_clear_pointer (&state->problem, g_free);
  g_clear_pointer (&state->notice, g_free);
}

/* What a recording of url that begins at time_us is called. */
static char *
make_name (const char *url, gint64 time_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);
  g_autofree char *time = g_date_time_format (local, "%Y-%m-%d %H.%M.%S");
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autofree char *name = NULL;

  if (uri != NULL && g_uri_get_host (uri) != NULL && g_uri_get_host (uri)[0] != '\0')
    name = g_strdup (g_uri_get_host (uri));
  else
    name = g_path_get_basename (url);
  g_strdelimit (name, "/\\:*?\"<>|\n\r\t", '-');
  if (name[0] == '.')
    name[0] = '-';
  return g_strconcat (name, " ", time, NULL);
}

gboolean
weir_log_record (WeirLog *log,
                 const char *path,
                 const WeirRecordingOptions *options,
                 GError **error)
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

char *
weir_log_record_in (WeirLog *log,
                    const char *folder,
                    const char *url,
                    const WeirRecordingOptions *options,
                    GError **error)
{
  g_autofree char *name = make_name (url, g_get_real_time ());

  /* Whoever makes a directory has its name: somebody else may want the same one now. */
  for (guint i = 1;; i++)
    {
      g_autofree char *number = i == 1 ? g_strdup ("") : g_strdup_printf (" (%u)", i);
      g_autofree char *path = g_strconcat (folder, "/", name, number, WEIR_RECORDING_SUFFIX, NULL);
      g_autoptr (GError) failure = NULL;

      if (weir_log_record (log, path, options, &failure))
        return g_steal_pointer (&path);
      if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_EXISTS)
          || g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_BUSY))
        continue;
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
}

void
weir_log_wait_written (WeirLog *log)
{
  g_return_if_fail (WEIR_IS_LOG (log));

  if (log->recorder != NULL)
    weir_recorder_wait_written (log->recorder);
}

/* --- Opening --------------------------------------------------------------- */

static GArray *
load_directory (const char *path, char **marks, GError **error)
{
  g_autofree char *marks_path = g_build_filename (path, "marks", NULL);
  g_autofree char *text = NULL;
  GArray *files;

  if (!weir_recording_is (path))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY,
                   _ ("“%s” is a folder and no recording: it holds no marks and no .sse files."),
                   path);
      return NULL;
    }
  /* The marks first: what they speak of and the files do not hold yet is passed over. */
  if (g_file_test (marks_path, G_FILE_TEST_EXISTS)
      && (!g_file_get_contents (marks_path, &text, NULL, error)
          || !weir_marks_check_head (text, marks_path, error)))
    return NULL;
  files = weir_recording_list_files (path, error);
  if (files != NULL)
    *marks = g_steal_pointer (&text);
  return files;
}

static GArray *
load_file (const char *path, GError **error)
{
  WeirRecordedFile file = { .connection = 1 };
  GStatBuf info;
  FILE *opened = g_fopen (path, "re");
  GArray *files;

  if (opened == NULL || fstat (fileno (opened), &info) != 0)
    {
      int saved = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved),
                   _ ("“%s” cannot be opened: %s."), path, g_strerror (saved));
      g_clear_pointer (&opened, fclose);
      return NULL;
    }
  fclose (opened);
  if (!S_ISREG (info.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                   _ ("“%s” is not a file that can be read again."), path);
      return NULL;
    }
  file.path = g_strdup (path);
  file.size = (guint64) info.st_size;
  files = weir_recorded_files_new ();
  g_array_append_val (files, file);
  return files;
}

GArray *
weir_recording_load (const char *path, char **marks, GError **error)
{
  *marks = NULL;
  return g_file_test (path, G_FILE_TEST_IS_DIR) ? load_directory (path, marks, error)
                                                : load_file (path, error);
}

WeirLog *
weir_log_open (const char *path, GError **error)
{
  char *marks;
  GArray *files;
  WeirLog *log;

  g_return_val_if_fail (path != NULL, NULL);

  files = weir_recording_load (path, &marks, error);
  if (files == NULL)
    return NULL;
  log = weir_log_new ();
  log->indexer = weir_indexer_new (log, path, files, marks);
  return log;
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
  state->memory_bytes = weir_blocks_get_memory (&log->bytes)
                        + weir_blocks_get_memory (&log->records)
                        + weir_blocks_get_memory (&log->reads);
}
