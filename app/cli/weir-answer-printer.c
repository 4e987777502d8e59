/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-answer-printer.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "app/engine/answer/weir-answer-parts.h"

#define DIM "\033[2m"
#define PLAIN "\033[0m"

struct _WeirAnswerPrinter
{
  WeirOutput *output;
  gboolean terminal, colour, all;

  gint64 asked_us;    /* 0: a file, or the connection has brought an answer already */
  WeirAnswer *answer; /* NULL: none has begun */
  WeirAnswerCursor cursor;
  gboolean printed; /* something of it */
  gboolean told;    /* of an answer, or that there was none */
  gboolean came;    /* an event */
};

WeirAnswerPrinter *
weir_answer_printer_new (WeirOutput *output, gboolean terminal, gboolean colour, gboolean all)
{
  WeirAnswerPrinter *self = g_new0 (WeirAnswerPrinter, 1);

  self->output = output;
  self->terminal = terminal;
  self->colour = colour;
  self->all = all;
  return self;
}

void
weir_answer_printer_free (WeirAnswerPrinter *self)
{
  g_clear_pointer (&self->answer, weir_answer_free);
  g_free (self);
}

void
weir_answer_printer_begin (WeirAnswerPrinter *self, const WeirConnectionInfo *info)
{
  self->asked_us = weir_connection_info_is_http (info) ? info->began_us : 0;
}

static void
put (WeirAnswerPrinter *self, const char *text)
{
  if (self->terminal)
    weir_output_safe (self->output, text, strlen (text), NULL);
  else
    weir_output_string (self->output, text);
}

static void
put_part_begin (WeirAnswerPrinter *self, const WeirAnswerPart *part)
{
  if (self->printed)
    weir_output_string (self->output, "\n\n");
  if (part->kind != WEIR_ANSWER_TOOL)
    return;
  put (self, part->name != NULL ? part->name : _ ("tool"));
  weir_output_string (self->output, " ");
}

static void
print_new (WeirAnswerPrinter *self)
{
  const WeirAnswerPart *part;
  const char *text;
  gboolean begins;

  while (weir_answer_next (self->answer, &self->cursor, &part, &begins, &text))
    {
      const gboolean aside = part->kind != WEIR_ANSWER_TEXT;

      if (aside && !self->all)
        continue;
      if (begins)
        put_part_begin (self, part);
      if (aside && self->colour)
        weir_output_string (self->output, DIM);
      put (self, text);
      if (aside && self->colour)
        weir_output_string (self->output, PLAIN);
      self->printed = TRUE;
    }
}

/* After what it is about, also where both go to one terminal. */
static void
tell (WeirAnswerPrinter *self, const char *words)
{
  WeirOutput *errors = g_new0 (WeirOutput, 1);

  errors->fd = STDERR_FILENO;
  weir_output_flush (self->output);
  weir_output_remark (errors, words);
  g_free (errors);
  self->told = TRUE;
}

static void
finish (WeirAnswerPrinter *self)
{
  g_autofree char *words = NULL;

  if (self->answer == NULL)
    return;
  if (self->printed)
    weir_output_string (self->output, "\n");
  words = weir_answer_describe (self->answer, self->asked_us);
  tell (self, words);
  g_clear_pointer (&self->answer, weir_answer_free);
  self->asked_us = 0;
}

void
weir_answer_printer_take (WeirAnswerPrinter *self, const WeirItem *event, gint64 time_us)
{
  g_autofree char *type = g_strndup (event->type.text, event->type.length);
  WeirAnswerStep step;

  self->came = TRUE;
  do
    {
      if (self->answer == NULL)
        {
          self->answer = weir_answer_new ();
          self->cursor = (WeirAnswerCursor){ 0 };
          self->printed = FALSE;
        }
      step = weir_answer_take (self->answer, type, event->data.text, event->data.length, time_us);
      if (step == WEIR_ANSWER_OTHER)
        finish (self);
    }
  while (step == WEIR_ANSWER_OTHER);
  if (step == WEIR_ANSWER_NO_PART)
    {
      if (self->answer->api == WEIR_ANSWER_API_NONE)
        g_clear_pointer (&self->answer, weir_answer_free);
      return;
    }
  print_new (self);
  if (self->answer->complete)
    finish (self);
}

void
weir_answer_printer_end (WeirAnswerPrinter *self)
{
  finish (self);
  if (self->came && !self->told)
    tell (self, _ ("No answer of a language model came; --format=data prints what did."));
}
