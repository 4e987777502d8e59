/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-answer-watch-private.h"

#include <glib/gi18n-lib.h>

void
weir_answer_watch_clear (WeirAnswerWatch *self)
{
  g_clear_pointer (&self->answer, weir_answer_free);
}

void
weir_answer_watch_begin (WeirAnswerWatch *self)
{
  weir_answer_watch_clear (self);
  self->n_searched = 0;
}

char *
weir_answer_watch_end (WeirAnswerWatch *self)
{
  g_autoptr (WeirAnswer) answer = g_steal_pointer (&self->answer);
  g_autofree char *words = NULL;
  WeirAnswerVerdict verdict;

  /* An error alone may be any stream's. */
  if (answer == NULL || answer->api == WEIR_ANSWER_API_NONE)
    return NULL;
  weir_answer_close (answer);
  weir_answer_judge (answer, &verdict);
  if (verdict.state == WEIR_ANSWER_COMPLETE)
    return NULL;
  words = weir_answer_describe_verdict (answer);
  /* Translators: the name of an API, and what is wrong: "cut off: [DONE] is missing". */
  return g_strdup_printf (_ ("%s: the answer is not complete (%s)."),
                          weir_answer_api_get_name (answer->api), words);
}

static void
drop_unbegun (WeirAnswerWatch *self)
{
  if (self->answer->has_begun)
    return;
  weir_answer_watch_clear (self);
  self->n_searched++;
}

char *
weir_answer_watch_take (WeirAnswerWatch *self, const WeirItem *item, gint64 time_us)
{
  const WeirAnswerEvent event = { item->type, item->data, time_us };
  char *problem = NULL;

  if (self->n_searched == WEIR_ANSWER_WATCH_EVENTS)
    return NULL;
  if (self->answer == NULL)
    self->answer = weir_answer_make ();
  if (weir_answer_take (self->answer, &event) == WEIR_ANSWER_NEXT)
    {
      problem = weir_answer_watch_end (self);
      self->answer = weir_answer_make ();
      weir_answer_take (self->answer, &event);
    }
  drop_unbegun (self);
  if (problem == NULL && self->answer != NULL && self->answer->has_ended
      && !self->answer->has_error)
    problem = weir_answer_watch_end (self);
  return problem;
}
