/* SPDX-License-Identifier: MIT */
/*
 * WeirAnswer: the answer of a language model, put together from the events that bring it.
 *
 * Understood are OpenAI's Chat Completions and Responses, Anthropic's Messages and Gemini's
 * streamGenerateContent, and whatever speaks like one of them. Of several choices or candidates the
 * first is taken. For one thread at a time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  WEIR_ANSWER_API_NONE = 0, /* nothing was taken yet */
  WEIR_ANSWER_API_OPENAI_CHAT,
  WEIR_ANSWER_API_OPENAI_RESPONSES,
  WEIR_ANSWER_API_ANTHROPIC,
  WEIR_ANSWER_API_GEMINI,
} WeirAnswerApi;

/* "OpenAI Chat Completions", …: names, not to be translated. "" for none. */
const char *weir_answer_api_get_name (WeirAnswerApi api);

typedef enum
{
  WEIR_ANSWER_TEXT,     /* what it says, also where it refuses */
  WEIR_ANSWER_THINKING, /* what it tells of its reasoning */
  WEIR_ANSWER_TOOL,     /* the arguments of a tool that it calls, JSON as a rule */
} WeirAnswerPartKind;

typedef struct
{
  WeirAnswerPartKind kind;
  char *name;    /* of the tool; NULL: not told, or no tool */
  GString *text; /* UTF-8 without NUL */
} WeirAnswerPart;

/* The text of all parts together; what comes beyond it is counted and not kept. */
#define WEIR_ANSWER_MAX_BYTES ((gsize) 16 << 20)

typedef struct
{
  WeirAnswerApi api;
  char *id;            /* NULL: not told */
  char *model;         /* NULL: not told */
  char *finish_reason; /* in the words of the API: "stop", "end_turn"; NULL: not told yet */
  char *error;         /* what the API said went wrong; NULL: nothing */
  GPtrArray *parts;    /* of WeirAnswerPart, in their order */
  gsize n_bytes;       /* of their texts */
  gboolean too_large;  /* more came than is kept */
  guint64 n_pieces;    /* events that brought text */
  gint64 n_input_tokens, n_output_tokens; /* as the API counts them; -1: not told */
  gint64 first_us, last_us;               /* when the first and the last piece came; 0: none did */
  gboolean complete;                      /* its end came */
} WeirAnswer;

WeirAnswer *weir_answer_new (void);
void weir_answer_free (WeirAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirAnswer, weir_answer_free)

typedef enum
{
  WEIR_ANSWER_NO_PART, /* the event is no part of an answer */
  WEIR_ANSWER_TAKEN,   /* it was added */
  WEIR_ANSWER_OTHER,   /* it is part of another answer, for which a new WeirAnswer is to be made */
} WeirAnswerStep;

/* Takes the next event: its type, its data of length bytes (need not end in NUL), and when it came,
 * wall clock in microseconds. Where the event was not taken, nothing has changed. */
WeirAnswerStep weir_answer_take (
    WeirAnswer *self, const char *type, const char *data, gsize length, gint64 time_us);

/* Whether an event of that type with that data can be part of an answer at all: asked of one event alone,
 * an end ("[DONE]") and an error can. */
gboolean weir_answer_may_hold (const char *type, const char *data, gsize length);

/* Output tokens a second between the first and the last piece; 0 where the API did not count them, or
 * all came at once. */
double weir_answer_get_token_rate (const WeirAnswer *self);

/* What is known about it in one line for people: the API, the model, the time to the first token where
 * asked_us (wall clock; 0: not known) is given, tokens, and how it ended. (transfer full) */
char *weir_answer_describe (const WeirAnswer *self, gint64 asked_us);

/* Where somebody is who shows an answer while it grows; begins with zeros. */
typedef struct
{
  guint part;
  gsize offset;
  gboolean begun; /* the part was given, if only with its name */
} WeirAnswerCursor;

/* What stands behind cursor, all of it of one part: its text (may be empty where the part begins), and
 * whether the part begins with it. FALSE: there is nothing new. part and text live until the next
 * event is taken. */
gboolean weir_answer_next (const WeirAnswer *self,
                           WeirAnswerCursor *cursor,
                           const WeirAnswerPart **part,
                           gboolean *begins,
                           const char **text);

G_END_DECLS
