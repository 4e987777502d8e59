/* SPDX-License-Identifier: MIT */
#include "weir-answer-assembly.h"

#include <string.h>

struct _WeirAnswerAssembly
{
  gboolean is_expected;
  WeirAnswerEnded ended;
  gpointer user_data;

  WeirAnswer *answer; /* NULL: none has begun */
  WeirAnswerContext context;
  guint n_invalid;  /* damaged events before the answer, which may be its own */
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
  self->n_searched = self->n_invalid = 0;
  self->has_given_up = FALSE;
}

static void
report_end (WeirAnswerAssembly *self)
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
  self->n_invalid += (guint) self->answer->n_invalid_events;
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
      report_end (self);
      self->answer = weir_answer_make ();
      step = weir_answer_take (self->answer, event);
    }
  if (step == WEIR_ANSWER_TAKEN)
    {
      self->answer->n_invalid_events += self->n_invalid;
      self->n_invalid = 0;
      return self->answer;
    }
  drop_unbegun (self);
  return NULL;
}

/* The text between the tags of a page's title, if line has one. */
static gboolean
find_title (const WeirSpan *line, WeirSpan *title)
{
  const char *begin = g_strstr_len (line->text, (gssize) line->length, "<title>");
  const char *end;

  if (begin == NULL)
    return FALSE;
  begin += strlen ("<title>");
  end = g_strstr_len (begin, (gssize) (line->text + line->length - begin), "<");
  *title = (WeirSpan){ begin, (gsize) ((end != NULL ? end : line->text + line->length) - begin) };
  return title->length > 0;
}

WeirAnswer *
weir_answer_assembly_take_stray (WeirAnswerAssembly *self, const WeirSpan *line, gint64 time_us)
{
  WeirAnswerEvent error = { { "error", strlen ("error") }, *line, time_us };

  if (self->answer == NULL || !self->answer->has_begun || self->answer->has_ended)
    return NULL;
  if (line->length > 0 && *line->text == '{')
    {
      /* A part of the answer without its field name reaches no client. */
      if (weir_answer_recognise (&error) != WEIR_ANSWER_API_NONE)
        return NULL;
    }
  else if (!find_title (line, &error.data))
    return NULL;
  return weir_answer_take (self->answer, &error) == WEIR_ANSWER_TAKEN ? self->answer : NULL;
}

/* After an error more may follow: the failed response whole, "[DONE]". */
void
weir_answer_assembly_settle (WeirAnswerAssembly *self)
{
  if (self->answer == NULL || !self->answer->has_ended || self->answer->has_error)
    return;
  weir_answer_close (self->answer);
  report_end (self);
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
  report_end (self);
}
