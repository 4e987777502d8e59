/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-recording.h"

#include <glib/gi18n-lib.h>
#include "log/weir-log-private.h"
#include "weir-indexer-private.h"
#include "weir-recorder-private.h"

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
  g_return_val_if_fail (log->storage == NULL, FALSE);

  return weir_recorder_attach (log, path, options, error);
}

char *
weir_log_record_in (WeirLog *log,
                    const char *folder,
                    const char *url,
                    const WeirRecordingOptions *options,
                    GError **error)
{
  g_autofree char *name = make_name (url, g_get_real_time ());

  /* Creating the folder decides who gets the name: another program may try the same one now. */
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
  WeirRecorder *recorder;

  g_return_if_fail (WEIR_IS_LOG (log));

  recorder = weir_recorder_of (log);
  if (recorder != NULL)
    weir_recorder_wait_written (recorder);
}

/* --- Opening --------------------------------------------------------------- */

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
  weir_indexer_attach (log, g_steal_pointer (&replay));
  return log;
}

guint64
weir_log_get_indexed (WeirLog *log, guint64 *total)
{
  WeirIndexer *indexer;

  g_return_val_if_fail (WEIR_IS_LOG (log), 0);
  g_return_val_if_fail (total != NULL, 0);

  indexer = weir_indexer_of (log);
  if (indexer != NULL)
    return weir_indexer_get_done (indexer, total);
  *total = weir_log_get_n_bytes (log);
  return *total;
}

void
weir_log_wait_indexed (WeirLog *log)
{
  WeirIndexer *indexer;

  g_return_if_fail (WEIR_IS_LOG (log));

  indexer = weir_indexer_of (log);
  if (indexer != NULL)
    weir_indexer_wait (indexer);
}

void
weir_log_get_recording_state (WeirLog *log, WeirRecordingState *state)
{
  WeirRecorder *recorder;
  WeirIndexer *indexer;

  g_return_if_fail (WEIR_IS_LOG (log));
  g_return_if_fail (state != NULL);

  *state = (WeirRecordingState){ 0 };
  recorder = weir_recorder_of (log);
  indexer = weir_indexer_of (log);
  if (recorder != NULL)
    weir_recorder_get_state (recorder, state);
  if (indexer != NULL)
    {
      state->path = g_strdup (weir_indexer_get_path (indexer));
      weir_indexer_get_done (indexer, &state->disk_bytes);
    }
  state->memory_bytes = weir_blocks_get_memory (&log->bytes)
                        + weir_blocks_get_memory (&log->records)
                        + weir_blocks_get_memory (&log->reads) + weir_log_get_counted_bytes (log);
}
