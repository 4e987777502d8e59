/* SPDX-License-Identifier: MIT */
#include "weir-answer-private.h"

#include <string.h>

/* A call without arguments may have an empty text. */
static bool
is_blank (const WeirAnswerText *text)
{
  for (size_t i = 0; i < text->length; i++)
    if (strchr (" \t\r\n", text->text[i]) == NULL)
      return false;
  return true;
}

static void
check_tool (const WeirAnswerItem *item, WeirAnswerVerdict *verdict)
{
  WeirJson json;

  if (verdict->tool != NULL || item->kind != WEIR_ANSWER_TOOL_CALL || !item->is_json
      || is_blank (&item->text) || weir_answer_is_json (&json, item->text.text, item->text.length))
    return;
  verdict->tool = item;
  verdict->tool_error = json.error;
  verdict->tool_position = json.error_position;
}

static const char *
word_or_null (const WeirAnswerText *text)
{
  return text->length > 0 ? text->text : NULL;
}

/* Returns: the choice with the worst finish, or NULL. */
static const WeirAnswerChoice *
find_worst (const WeirAnswer *self)
{
  const WeirAnswerChoice *worst = NULL;

  for (size_t i = 0; i < self->n_choices; i++)
    if (worst == NULL || self->choices[i].finish > worst->finish)
      worst = &self->choices[i];
  return worst;
}

static void
judge_missing (const WeirAnswer *self, WeirAnswerVerdict *verdict)
{
  const WeirAnswerReader *reader = self->reader;
  const bool finished = reader->missing_finish == NULL || weir_answer_is_finished (self);
  const bool ended = reader->missing_end == NULL || self->has_ended;
  unsigned n = 0;

  if (finished && (ended || (reader->end_is_optional && reader->missing_finish != NULL)))
    return;
  if (!finished)
    verdict->missing[n++] = reader->missing_finish;
  if (!ended)
    verdict->missing[n++] = reader->missing_end;
  verdict->state = WEIR_ANSWER_CUT_OFF;
  verdict->finish = WEIR_ANSWER_FINISH_NONE;
  verdict->reason = NULL;
}

static void
judge_finish (const WeirAnswer *self, WeirAnswerVerdict *verdict)
{
  const WeirAnswerChoice *worst = find_worst (self);

  verdict->state = WEIR_ANSWER_COMPLETE;
  if (worst != NULL)
    {
      verdict->finish = worst->finish;
      verdict->reason = word_or_null (&worst->reason);
    }
  switch (verdict->finish)
    {
    case WEIR_ANSWER_FINISH_FAILED:
      verdict->state = WEIR_ANSWER_FAILED;
      return;
    case WEIR_ANSWER_FINISH_BLOCKED:
      verdict->state = WEIR_ANSWER_BLOCKED;
      return;
    case WEIR_ANSWER_FINISH_MAX_TOKENS:
    case WEIR_ANSWER_FINISH_CONTENT_FILTER:
    case WEIR_ANSWER_FINISH_OTHER:
      verdict->state = WEIR_ANSWER_INCOMPLETE;
      return;
    case WEIR_ANSWER_FINISH_NONE:
    case WEIR_ANSWER_FINISH_COMPLETE:
    default:
      break;
    }
  judge_missing (self, verdict);
  if (verdict->state == WEIR_ANSWER_COMPLETE && verdict->tool != NULL)
    verdict->state = WEIR_ANSWER_INVALID_TOOL;
}

void
weir_answer_judge (const WeirAnswer *self, WeirAnswerVerdict *verdict)
{
  memset (verdict, 0, sizeof *verdict);
  if (self->has_error)
    {
      verdict->state = WEIR_ANSWER_FAILED;
      verdict->finish = WEIR_ANSWER_FINISH_FAILED;
      verdict->reason = word_or_null (&self->error);
      if (verdict->reason == NULL)
        verdict->reason = word_or_null (&self->error_code);
      return;
    }
  if (self->blocked.length > 0)
    {
      verdict->state = WEIR_ANSWER_BLOCKED;
      verdict->finish = WEIR_ANSWER_FINISH_BLOCKED;
      verdict->reason = self->blocked.text;
      return;
    }
  if (self->reader == NULL || (!self->has_ended && !self->is_closed))
    return;
  for (size_t i = 0; i < self->n_items; i++)
    {
      check_tool (self->items[i], verdict);
      verdict->is_refusal =
          verdict->is_refusal
          || (self->items[i]->kind == WEIR_ANSWER_REFUSAL && self->items[i]->text.length > 0);
    }
  judge_finish (self, verdict);
}
