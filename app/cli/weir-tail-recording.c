/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-tail-recording.h"

#include "app/engine/base/weir-memory.h"
#include "app/engine/filter/weir-filter-sink.h"
#include "app/engine/recording/weir-tee.h"

#include <glib/gi18n.h>

WeirLog *
weir_tail_recording_new (const char *where, const char *url, GError **error)
{
  g_autoptr (WeirLog) log = weir_log_new ();
  g_autofree char *path = NULL;

  weir_memory_set_limit (WEIR_MEMORY_MIN_LIMIT);
  if (g_str_has_suffix (where, WEIR_RECORDING_SUFFIX))
    return weir_log_record (log, where, NULL, error) ? g_steal_pointer (&log) : NULL;
  path = weir_log_record_in (log, where, url, NULL, error);
  return path != NULL ? g_steal_pointer (&log) : NULL;
}

WeirSink *
weir_tail_recording_tee (WeirLog *log, WeirFilter *filter, WeirSink *next)
{
  g_autoptr (WeirFilterSink) filtered =
      filter != NULL ? weir_filter_sink_new (filter, WEIR_SINK (log)) : NULL;
  WeirTee *tee = weir_tee_new (filtered != NULL ? WEIR_SINK (filtered) : WEIR_SINK (log), next);

  g_object_unref (next);
  return WEIR_SINK (tee);
}

char *
weir_tail_recording_get_problem (WeirLog *log)
{
  WeirRecordingState state = { 0 };
  char *problem = NULL;

  weir_log_get_recording_state (log, &state);
  /* The engine's sentence is written for the window. */
  if (state.problem != NULL)
    problem = g_strdup_printf (_ ("Recording to “%s” stopped: %s. Printing goes on."), state.path,
                               g_strerror (state.error));
  weir_recording_state_clear (&state);
  return problem;
}

char *
weir_tail_recording_describe_freed (WeirLog *log)
{
  WeirRecordingState state = { 0 };
  char *text = NULL;

  weir_log_get_recording_state (log, &state);
  if (state.freed_bytes > 0)
    {
      g_autofree char *freed = g_format_size (state.freed_bytes);
      g_autofree char *kept = g_format_size (state.disk_bytes);

      text =
          g_strdup_printf (_ ("The recording “%s” holds the last %s; %s before them were deleted "
                              "to stay within the limit of its size."),
                           state.path, kept, freed);
    }
  weir_recording_state_clear (&state);
  return text;
}
