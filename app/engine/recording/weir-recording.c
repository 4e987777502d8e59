/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-recording.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "weir-indexer-private.h"
#include "log/weir-log-private.h"
#include "weir-recording-private.h"
#include "weir-replay-private.h"

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

WeirLog *
weir_log_open (const char *path, GError **error)
{
  g_autoptr (WeirReplay) replay = NULL;
  WeirLog *log;

  g_return_val_if_fail (path != NULL, NULL);

  replay = weir_replay_new (path, error);
  if (replay == NULL)
    return NULL;
  log = weir_log_new ();
  log->indexer = weir_indexer_new (log, g_steal_pointer (&replay));
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
