/* SPDX-License-Identifier: MIT */
#include "weir-answer-parts.h"

#include <string.h>

#include "weir-answer-event-private.h"

const char *
weir_answer_api_get_name (WeirAnswerApi api)
{
  static const char *const names[] = { "", "OpenAI Chat Completions", "OpenAI Responses",
                                       "Anthropic Messages", "Gemini" };

  g_return_val_if_fail ((guint) api < G_N_ELEMENTS (names), "");
  return names[api];
}

static void
free_part (gpointer data)
{
  WeirAnswerPart *part = data;

  g_free (part->name);
  g_string_free (part->text, TRUE);
  g_free (part);
}

WeirAnswer *
weir_answer_new (void)
{
  WeirAnswer *self = g_new0 (WeirAnswer, 1);

  self->parts = g_ptr_array_new_with_free_func (free_part);
  self->n_input_tokens = self->n_output_tokens = -1;
  return self;
}

void
weir_answer_free (WeirAnswer *self)
{
  g_free (self->id);
  g_free (self->model);
  g_free (self->finish_reason);
  g_free (self->error);
  g_ptr_array_unref (self->parts);
  g_free (self);
}

/* --- Taking -------------------------------------------------------------------- */

static WeirAnswerPart *
add_part (WeirAnswer *self, WeirAnswerPartKind kind, char *name)
{
  WeirAnswerPart *part = g_new0 (WeirAnswerPart, 1);

  part->kind = kind;
  part->name = name;
  part->text = g_string_new (NULL);
  g_ptr_array_add (self->parts, part);
  return part;
}

static WeirAnswerPart *
get_part (WeirAnswer *self, WeirAnswerPartKind kind)
{
  WeirAnswerPart *last =
      self->parts->len > 0 ? g_ptr_array_index (self->parts, self->parts->len - 1) : NULL;

  return last != NULL && last->kind == kind ? last : add_part (self, kind, NULL);
}

static void
append (WeirAnswer *self, WeirAnswerPartKind kind, const char *text)
{
  const gsize length = strlen (text);

  if (self->n_bytes + length > WEIR_ANSWER_MAX_BYTES)
    {
      self->too_large = TRUE;
      return;
    }
  self->n_bytes += length;
  g_string_append_len (get_part (self, kind)->text, text, (gssize) length);
}

static void
take_pieces (WeirAnswer *self, const WeirAnswerEvent *event, gint64 time_us)
{
  gboolean any = FALSE;

  for (guint i = 0; i < event->pieces->len; i++)
    {
      const WeirAnswerPiece *piece = &g_array_index (event->pieces, WeirAnswerPiece, i);
      g_autofree char *text = weir_answer_event_dup (event, &piece->token);

      if (piece->is_name)
        add_part (self, WEIR_ANSWER_TOOL, g_steal_pointer (&text));
      else if (*text != '\0')
        append (self, piece->kind, text);
      else
        continue;
      any = TRUE;
    }
  if (!any)
    return;
  self->n_pieces++;
  self->last_us = time_us;
  if (self->first_us == 0)
    self->first_us = time_us;
}

static void
take_string (const WeirAnswerEvent *event, const WeirJsonToken *token, char **string)
{
  if (token->end == 0)
    return;
  g_free (*string);
  *string = weir_answer_event_dup (event, token);
}

static gboolean
has_other_id (WeirAnswer *self, const WeirAnswerEvent *event)
{
  g_autofree char *id = NULL;

  take_string (event, &event->id, &id);
  return id != NULL && self->id != NULL && !g_str_equal (id, self->id);
}

/* Whether the event is of an answer at all, and whether of this one. */
static WeirAnswerStep
judge (WeirAnswer *self, const WeirAnswerEvent *event)
{
  if (event->what == WEIR_ANSWER_EVENT_FOREIGN)
    return WEIR_ANSWER_NO_PART;
  /* An end or an error says nothing of whose it is. */
  if (event->api == WEIR_ANSWER_API_NONE)
    return self->api != WEIR_ANSWER_API_NONE && !self->complete ? WEIR_ANSWER_TAKEN
                                                                : WEIR_ANSWER_NO_PART;
  if (self->api == WEIR_ANSWER_API_NONE)
    return WEIR_ANSWER_TAKEN;
  if (self->complete || event->api != self->api || event->what == WEIR_ANSWER_EVENT_BEGIN
      || has_other_id (self, event))
    return WEIR_ANSWER_OTHER;
  return WEIR_ANSWER_TAKEN;
}

WeirAnswerStep
weir_answer_take (
    WeirAnswer *self, const char *type, const char *data, gsize length, gint64 time_us)
{
  g_auto (WeirAnswerEvent) event = { 0 };
  WeirAnswerStep step;

  weir_answer_event_read (&event, type, data, length);
  step = judge (self, &event);
  if (step != WEIR_ANSWER_TAKEN)
    return step;
  if (event.api != WEIR_ANSWER_API_NONE)
    self->api = event.api;
  take_string (&event, &event.id, &self->id);
  take_string (&event, &event.model, &self->model);
  take_string (&event, &event.finish_reason, &self->finish_reason);
  take_string (&event, &event.error, &self->error);
  if (event.n_input_tokens >= 0)
    self->n_input_tokens = event.n_input_tokens;
  if (event.n_output_tokens >= 0)
    self->n_output_tokens = event.n_output_tokens;
  take_pieces (self, &event, time_us);
  self->complete = event.what == WEIR_ANSWER_EVENT_END;
  return WEIR_ANSWER_TAKEN;
}

gboolean
weir_answer_may_hold (const char *type, const char *data, gsize length)
{
  g_auto (WeirAnswerEvent) event = { 0 };

  weir_answer_event_read (&event, type, data, length);
  return event.what != WEIR_ANSWER_EVENT_FOREIGN;
}

/* --- Asking -------------------------------------------------------------------- */

double
weir_answer_get_token_rate (const WeirAnswer *self)
{
  if (self->n_output_tokens <= 0 || self->last_us <= self->first_us)
    return 0;
  return (double) self->n_output_tokens * G_USEC_PER_SEC
         / (double) (self->last_us - self->first_us);
}

gboolean
weir_answer_next (const WeirAnswer *self,
                  WeirAnswerCursor *cursor,
                  const WeirAnswerPart **part,
                  gboolean *begins,
                  const char **text)
{
  for (; cursor->part < self->parts->len;
       *cursor = (WeirAnswerCursor){ cursor->part + 1, 0, FALSE })
    {
      const WeirAnswerPart *current = g_ptr_array_index (self->parts, cursor->part);

      if (!cursor->begun || cursor->offset < current->text->len)
        {
          *part = current;
          *begins = !cursor->begun;
          *text = current->text->str + cursor->offset;
          *cursor = (WeirAnswerCursor){ cursor->part, current->text->len, TRUE };
          return TRUE;
        }
      /* Only the last part still grows. */
      if (cursor->part + 1 == self->parts->len)
        return FALSE;
    }
  return FALSE;
}
