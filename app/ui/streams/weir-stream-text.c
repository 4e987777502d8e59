/* SPDX-License-Identifier: MIT */
#include "weir-stream-text.h"

#include <glib/gi18n.h>

#include "app/engine/recording/weir-recording.h"

static char *
count_down_to (gint64 resume_us)
{
  const gint64 left_us = resume_us - g_get_monotonic_time ();

  if (left_us <= 0)
    return g_strdup (_ ("Connect Now"));
  return g_strdup_printf (_ ("Connect Now (%d s)"),
                          (int) ((left_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC));
}

char *
weir_stream_text_get_remedy (WeirStreamItem *item)
{
  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (item), NULL);

  switch (weir_stream_item_get_state (item))
    {
    case WEIR_STREAM_STATE_IDLE:
      return g_strdup (_ ("Connect"));
    case WEIR_STREAM_STATE_WAITING:
      return count_down_to (weir_stream_item_get_resume_us (item));
    case WEIR_STREAM_STATE_ENDED:
      if (!weir_stream_item_can_open (item))
        return NULL;
      return g_strdup (weir_stream_item_is_file (item) ? _ ("Try Again") : _ ("Reconnect"));
    case WEIR_STREAM_STATE_CONNECTING:
    case WEIR_STREAM_STATE_OPEN:
    default:
      return NULL;
    }
}

const char *
weir_stream_text_get_title (WeirStreamItem *item)
{
  const gboolean file = weir_stream_item_is_file (item);

  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (item), NULL);

  if (weir_stream_item_get_error (item) != NULL)
    return file ? _ ("Could Not Open the File") : _ ("Could Not Open the Stream");
  switch (weir_stream_item_get_state (item))
    {
    case WEIR_STREAM_STATE_IDLE:
      return _ ("Not Connected");
    case WEIR_STREAM_STATE_CONNECTING:
      return _ ("Connecting…");
    case WEIR_STREAM_STATE_OPEN:
      return weir_stream_item_get_player (item) != NULL
                 ? _ ("Waiting for the First Event")
                 : _ ("Connected, Waiting for the First Event");
    case WEIR_STREAM_STATE_WAITING:
      return _ ("Waiting to Reconnect");
    case WEIR_STREAM_STATE_ENDED:
    default:
      return _ ("No Events Received");
    }
}

char *
weir_stream_text_describe_disk (WeirStreamItem *item)
{
  WeirRecordingState state = { 0 };
  char *text = NULL;
  WeirLog *log;

  g_return_val_if_fail (WEIR_IS_STREAM_ITEM (item), NULL);

  log = weir_stream_item_get_log (item);
  if (log == NULL)
    return NULL;
  weir_log_get_recording_state (log, &state);
  if (state.path != NULL)
    {
      g_autofree char *size = g_format_size (state.disk_bytes);
      g_autofree char *freed = g_format_size (state.freed_bytes + state.freed_older_bytes);

      text = state.freed_bytes + state.freed_older_bytes > 0
                 ? g_strdup_printf (_ ("%s on disk, oldest %s deleted"), size, freed)
                 : g_strdup_printf (_ ("%s on disk"), size);
    }
  weir_recording_state_clear (&state);
  return text;
}
