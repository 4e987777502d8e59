/* SPDX-License-Identifier: MIT */
#include "weir-answer-assembly.h"

struct _WeirAnswerAssembly
{
  gboolean is_expected;
  WeirAnswerEnded ended;
  gpointer user_data;

  WeirAnswer *answer; /* NULL: none has begun */
  WeirAnswerContext context;
  guint n_searched; /* events without an answer since the connection began */
  gboolean has_given_up;
};

WeirAnswerAssembly *
weir_answer_assembly_new (gboolean is_expected, WeirAnswerEnded ended, gpointer user_data)
{
  WeirAnswerAssembly *self = g_new0 (WeirAnswerAssembly, 1);

  self->is_expected = is_expected;
  self->ended = ended;
  self->user_data = user_data;
  return self;
}

void
weir_answer_assembly_free (WeirAnswerAssembly *self)
{
  g_clear_pointer (&self->answer, weir_answer_free);
  g_free (self);
}

void
weir_answer_assembly_set_prices (WeirAnswerAssembly *self, const WeirPrices *prices)
{
  self->context.prices = prices;
}

void
weir_answer_assembly_begin (WeirAnswerAssembly *self, const WeirConnectionInfo *info)
{
  self->context.is_live = weir_connection_info_is_http (info);
  self->context.asked_us = self->context.is_live ? info->began_us : 0;
  self->n_searched = 0;
  self->has_given_up = FALSE;
}

static void
tell_end (WeirAnswerAssembly *self)
{
  g_autoptr (WeirAnswer) answer = g_steal_pointer (&self->answer);

  /* An error alone may be any stream's. */
  if (self->is_expected || answer->api != WEIR_ANSWER_API_NONE)
    self->ended (answer, &self->context, self->user_data);
  /* The request time of later answers on this connection is unknown. */
  self->context.asked_us = 0;
}

static void
drop_unbegun (WeirAnswerAssembly *self)
{
  if (self->answer->has_begun)
    return;
  g_clear_pointer (&self->answer, weir_answer_free);
  self->has_given_up = ++self->n_searched >= WEIR_ANSWER_MAX_SEARCHED && !self->is_expected;
}

WeirAnswer *
weir_answer_assembly_take (WeirAnswerAssembly *self, const WeirAnswerEvent *event)
{
  WeirAnswerStep step;

  if (self->has_given_up)
    return NULL;
  if (self->answer == NULL)
    self->answer = weir_answer_make ();
  step = weir_answer_take (self->answer, event);
  if (step == WEIR_ANSWER_NEXT)
    {
      weir_answer_close (self->answer);
      tell_end (self);
      self->answer = weir_answer_make ();
      step = weir_answer_take (self->answer, event);
    }
  if (step == WEIR_ANSWER_TAKEN)
    return self->answer;
  drop_unbegun (self);
  return NULL;
}

/* After an error more may follow: the failed response whole, "[DONE]". */
void
weir_answer_assembly_settle (WeirAnswerAssembly *self)
{
  if (self->answer == NULL || !self->answer->has_ended || self->answer->has_error)
    return;
  weir_answer_close (self->answer);
  tell_end (self);
}

void
weir_answer_assembly_end (WeirAnswerAssembly *self, gboolean is_cancelled)
{
  if (self->answer == NULL)
    return;
  if (is_cancelled && !self->answer->has_ended && !self->answer->has_error)
    {
      g_clear_pointer (&self->answer, weir_answer_free);
      return;
    }
  weir_answer_close (self->answer);
  tell_end (self);
}
