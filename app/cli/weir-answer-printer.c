/* SPDX-License-Identifier: MIT */
#include "weir-config.h"

#include "weir-answer-printer.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define DIM "\033[2m"
#define PLAIN "\033[0m"

#define NONE G_MAXSIZE

typedef enum
{
  PLAIN_TEXT,
  FOREIGN_TEXT, /* on a terminal, without control bytes */
  REMARK,
} SegmentKind;

/* Output that waits while another printer has the turn. */
typedef struct
{
  SegmentKind kind;
  char *text;
  gsize length;
} Segment;

struct _WeirAnswerPrinter
{
  WeirOutput *output;
  WeirAnswerPrinterOptions options;
  GArray *held;       /* of Segment */
  gboolean is_orphan; /* its owner was freed before its turn; it owns output */

  GArray *offsets;         /* of gsize: how many bytes of each item's text are printed */
  gsize current;           /* the item that is being printed; NONE: none */
  gboolean has_printed;    /* a part of the answer was printed */
  gboolean is_printing;    /* an answer has begun and not ended */
  WeirAnswerItemKind last; /* kind of the item that was printed last */
};

static void
segment_clear (gpointer data)
{
  g_free (((Segment *) data)->text);
}

WeirAnswerPrinter *
weir_answer_printer_new (WeirOutput *output, const WeirAnswerPrinterOptions *options)
{
  WeirAnswerPrinter *self = g_new0 (WeirAnswerPrinter, 1);

  self->output = output;
  self->options = *options;
  self->held = g_array_new (FALSE, FALSE, sizeof (Segment));
  g_array_set_clear_func (self->held, segment_clear);
  self->offsets = g_array_new (FALSE, TRUE, sizeof (gsize));
  self->current = NONE;
  return self;
}

/* --- Turns -------------------------------------------------------------------------- */

static void
put_now (WeirAnswerPrinter *self, SegmentKind kind, const char *text, gsize length)
{
  WeirOutput *errors;

  if (kind == FOREIGN_TEXT && self->options.terminal)
    weir_output_safe (self->output, text, length, NULL);
  else if (kind != REMARK)
    weir_output_bytes (self->output, text, length);
  if (kind != REMARK)
    return;
  errors = g_new0 (WeirOutput, 1);
  errors->fd = STDERR_FILENO;
  /* Flushes the output first, so that the line follows its event on a terminal. */
  weir_output_flush (self->output);
  weir_output_message (errors, text);
  g_free (errors);
}

static void
put_held (WeirAnswerPrinter *self)
{
  for (guint i = 0; i < self->held->len; i++)
    {
      const Segment *segment = &g_array_index (self->held, Segment, i);

      put_now (self, segment->kind, segment->text, segment->length);
    }
  g_array_set_size (self->held, 0);
  weir_output_flush (self->output);
}

static void
printer_free (WeirAnswerPrinter *self)
{
  g_array_unref (self->held);
  g_array_unref (self->offsets);
  g_free (self);
}

static void
pass_turn (WeirAnswerPrinter *self)
{
  WeirAnswerTurns *turns = self->options.turns;

  if (turns == NULL || turns->holder != self)
    return;
  weir_output_flush (self->output);
  do
    {
      turns->holder = g_queue_pop_head (&turns->waiting);
      if (turns->holder == NULL)
        return;
      put_held (turns->holder);
      if (turns->holder->is_orphan)
        {
          g_free (turns->holder->output);
          printer_free (turns->holder);
          turns->holder = NULL;
        }
    }
  while (turns->holder == NULL || !turns->holder->is_printing);
}

static gboolean
has_turn (WeirAnswerPrinter *self)
{
  WeirAnswerTurns *turns = self->options.turns;

  if (turns == NULL || turns->holder == self)
    return TRUE;
  if (turns->holder != NULL)
    return FALSE;
  turns->holder = self;
  return TRUE;
}

static void
put (WeirAnswerPrinter *self, SegmentKind kind, const char *text, gsize length)
{
  const Segment segment = { kind, g_strndup (text, length), length };

  if (has_turn (self))
    {
      put_now (self, kind, kind == REMARK ? segment.text : text, length);
      g_free (segment.text);
      return;
    }
  if (g_queue_find (&self->options.turns->waiting, self) == NULL)
    g_queue_push_tail (&self->options.turns->waiting, self);
  g_array_append_val (self->held, segment);
}

static void
put_string (WeirAnswerPrinter *self, const char *text)
{
  put (self, PLAIN_TEXT, text, strlen (text));
}

static void
put_answer_text (WeirAnswerPrinter *self, const WeirAnswerText *text)
{
  if (text->length > 0)
    put (self, FOREIGN_TEXT, text->text, text->length);
}

void
weir_answer_printer_free (WeirAnswerPrinter *self)
{
  WeirAnswerTurns *turns = self->options.turns;
  const int fd = self->output->fd;

  self->is_printing = FALSE;
  pass_turn (self);
  if (turns == NULL || g_queue_find (&turns->waiting, self) == NULL)
    {
      printer_free (self);
      return;
    }
  /* Its output still waits for its turn. */
  self->is_orphan = TRUE;
  self->output = g_new0 (WeirOutput, 1);
  self->output->fd = fd;
}

/* --- Items ---------------------------------------------------------------------------- */

/* Whether its text is printed while it arrives. Other items are printed when they are complete. */
static gboolean
is_flowing (const WeirAnswerItem *item)
{
  return item->kind == WEIR_ANSWER_TEXT || item->kind == WEIR_ANSWER_THINKING
         || item->kind == WEIR_ANSWER_REFUSAL || item->kind == WEIR_ANSWER_AUDIO;
}

static gboolean
is_aside (const WeirAnswerItem *item)
{
  return item->kind == WEIR_ANSWER_THINKING || !is_flowing (item);
}

static gsize *
get_offset (WeirAnswerPrinter *self, gsize i)
{
  if (i >= self->offsets->len)
    g_array_set_size (self->offsets, (guint) i + 1);
  return &g_array_index (self->offsets, gsize, i);
}

/* Whether an item has something to print. For an item that is printed at once, the offset is 1 after
 * it was printed. */
static gboolean
has_new (WeirAnswerPrinter *self, const WeirAnswer *answer, gsize i)
{
  const WeirAnswerItem *item = answer->items[i];
  const gsize offset = *get_offset (self, i);

  if (is_aside (item) && !self->options.all)
    return FALSE;
  return is_flowing (item) ? item->text.length > offset : offset == 0;
}

static void
put_separator (WeirAnswerPrinter *self, const WeirAnswerItem *item, gboolean is_continued)
{
  if (!self->has_printed || is_continued)
    return;
  if (item->kind == WEIR_ANSWER_TEXT && !item->begins_paragraph && self->last == WEIR_ANSWER_TEXT)
    return;
  put_string (self, "\n\n");
}

static void
put_block (WeirAnswerPrinter *self, const WeirAnswerItem *item)
{
  const WeirAnswerText *name = &item->name;

  switch (item->kind)
    {
    case WEIR_ANSWER_TOOL_RESULT:
      if (name->length > 0)
        put_answer_text (self, name);
      else
        put_string (self, _ ("result"));
      put_string (self, " → ");
      put_answer_text (self, &item->text);
      break;
    case WEIR_ANSWER_CITATION:
      put_string (self, "[");
      put_answer_text (self, item->text.length > 0 ? &item->text : &item->source);
      put_string (self, "] ");
      put_answer_text (self, &item->source);
      break;
    case WEIR_ANSWER_IMAGE:
      put_string (self, "[");
      put_string (self, _ ("image"));
      put_string (self, item->source.length > 0 ? " " : "");
      put_answer_text (self, &item->source);
      put_string (self, "]");
      break;
    case WEIR_ANSWER_TOOL_CALL:
    default:
      if (name->length > 0)
        put_answer_text (self, name);
      else
        put_string (self, _ ("tool"));
      put_string (self, item->text.length > 0 ? " " : "");
      put_answer_text (self, &item->text);
    }
}

static void
print_item (WeirAnswerPrinter *self, const WeirAnswer *answer, gsize i)
{
  const WeirAnswerItem *item = answer->items[i];
  gsize *offset = get_offset (self, i);
  const gboolean is_dim = is_aside (item) && self->options.colour;

  put_separator (self, item, i == self->current && *offset > 0);
  if (is_dim)
    put_string (self, DIM);
  if (is_flowing (item))
    put (self, FOREIGN_TEXT, item->text.text + *offset, item->text.length - *offset);
  else
    put_block (self, item);
  if (is_dim)
    put_string (self, PLAIN);
  *offset = is_flowing (item) ? item->text.length : 1;
  self->current = i;
  self->last = item->kind;
  self->has_printed = TRUE;
}

/* --- While it arrives -------------------------------------------------------------------- */

/* The next item of the first choice to print: the one in progress until it is complete, then the next.
 * Text does not wait for thinking that continues after it; thinking waits for text. */
static gsize
find_next (WeirAnswerPrinter *self, const WeirAnswer *answer)
{
  const WeirAnswerItem *current = self->current != NONE ? answer->items[self->current] : NULL;
  gboolean is_open = FALSE;

  if (current != NULL && is_flowing (current))
    {
      if (has_new (self, answer, self->current))
        return self->current;
      is_open = !current->is_closed;
      if (is_open && current->kind != WEIR_ANSWER_THINKING)
        return NONE;
    }
  for (gsize i = 0; i < answer->n_items; i++)
    {
      const WeirAnswerItem *item = answer->items[i];

      if (item->choice != answer->items[0]->choice || !has_new (self, answer, i))
        continue;
      if (is_open ? item->kind == WEIR_ANSWER_TEXT || item->kind == WEIR_ANSWER_REFUSAL
                  : is_flowing (item) || (item->is_closed && item->kind != WEIR_ANSWER_CITATION))
        return i;
    }
  return NONE;
}

void
weir_answer_printer_update (WeirAnswerPrinter *self, const WeirAnswer *answer)
{
  gsize next;

  self->is_printing = TRUE;
  if (self->options.is_whole || answer->n_items == 0)
    return;
  while ((next = find_next (self, answer)) != NONE)
    print_item (self, answer, next);
}

/* --- When it has ended ---------------------------------------------------------------------- */

static void
print_choice_name (WeirAnswerPrinter *self, guint choice)
{
  g_autofree char *name = g_strdup_printf (_ ("Choice %u:"), choice + 1);

  put_string (self, self->has_printed ? "\n\n" : "");
  put_string (self, name);
  put_string (self, "\n");
  self->has_printed = FALSE;
}

static void
print_rest_of_choice (WeirAnswerPrinter *self, const WeirAnswer *answer, guint choice)
{
  gboolean is_named = answer->items[0]->choice == choice;

  if (self->current != NONE && answer->items[self->current]->choice == choice
      && has_new (self, answer, self->current))
    print_item (self, answer, self->current);
  /* Sources are printed last, because they arrive in the middle of sentences. */
  for (gsize n = 0; n < 2 * answer->n_items; n++)
    {
      const gsize i = n % answer->n_items;
      const WeirAnswerItem *item = answer->items[i];

      if (item->choice != choice || !has_new (self, answer, i)
          || (item->kind == WEIR_ANSWER_CITATION) != (n >= answer->n_items))
        continue;
      if (!is_named)
        print_choice_name (self, choice);
      is_named = TRUE;
      print_item (self, answer, i);
    }
}

static void
print_rest (WeirAnswerPrinter *self, const WeirAnswer *answer)
{
  if (answer->n_items == 0)
    return;
  print_rest_of_choice (self, answer, answer->items[0]->choice);
  for (gsize i = 0; i < answer->n_choices; i++)
    if (answer->choices[i].index != answer->items[0]->choice)
      print_rest_of_choice (self, answer, answer->choices[i].index);
}

static void
reset (WeirAnswerPrinter *self)
{
  g_array_set_size (self->offsets, 0);
  self->current = NONE;
  self->has_printed = self->is_printing = FALSE;
}

void
weir_answer_printer_remark (WeirAnswerPrinter *self, const char *words)
{
  put (self, REMARK, words, strlen (words));
  pass_turn (self);
}

void
weir_answer_printer_finish (WeirAnswerPrinter *self,
                            const WeirAnswer *answer,
                            const WeirAnswerContext *context)
{
  g_autofree char *words = weir_answer_describe (answer, context);

  print_rest (self, answer);
  if (self->has_printed)
    put_string (self, "\n");
  reset (self);
  weir_answer_printer_remark (self, words);
}

void
weir_answer_printer_drop (WeirAnswerPrinter *self)
{
  if (self->has_printed)
    put_string (self, "\n");
  reset (self);
  pass_turn (self);
}
