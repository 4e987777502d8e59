/* SPDX-License-Identifier: MIT */
#include "weir-replay-step.h"

#include <stdio.h>

/* Reads text as a status line, if it is one. */
static void
set_answer (WeirConnectionInfo *info, const char *text)
{
  char version[8];
  guint status;
  int length = 0;

  if (sscanf (text, "HTTP/%7s %u %n", version, &status, &length) != 2 || length == 0 || status < 100
      || status > 999)
    return;
  g_free (info->http_version);
  g_free (info->reason_phrase);
  info->http_version = g_strdup (version);
  info->status = status;
  info->reason_phrase = g_strdup (text + length);
}

static void
set_end (WeirConnectionInfo *info, const WeirReplayStep *step)
{
  info->end = step->reason;
  info->failed = step->reason != WEIR_END_SERVER && step->reason != WEIR_END_NO_CONTENT
                 && step->reason != WEIR_END_CANCELLED;
  info->ended_us = step->time_us;
  g_free (info->told);
  info->told = step->text != NULL && *step->text != '\0' ? g_strdup (step->text) : NULL;
}

WeirConnectionInfo *
weir_replay_step_apply (const WeirReplayStep *step, const WeirConnectionInfo *info)
{
  WeirConnectionInfo *changed;

  if (step->kind == WEIR_REPLAY_BEGAN)
    {
      changed = weir_connection_info_new (step->number);
      changed->began_us = step->time_us;
      changed->url = g_strdup (step->text);
      return changed;
    }
  changed = weir_connection_info_copy (info);
  if (step->kind == WEIR_REPLAY_OPENED)
    set_answer (changed, step->text);
  else if (step->kind == WEIR_REPLAY_ENDED)
    set_end (changed, step);
  return changed;
}
