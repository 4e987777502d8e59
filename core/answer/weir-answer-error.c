/* SPDX-License-Identifier: MIT */
/* Errors in the middle or instead of an answer. APIs, and the proxies in front of them, spell them in
 * many ways. */
#include "weir-answer-private.h"

enum
{
  ALL,
  ERROR,
  MESSAGE,
  CODE,
  TYPE,
  OBJECT,
  DETAIL,
  ERRORS,
  ERROR_TEXT,
  REQUEST_ID,
  CHOICES,
  STATUS,
  STATUS_CODE,
  TITLE,
  DESCRIPTION,
  BASE_STATUS,
  BASE_MESSAGE,
  JSON_RPC,
};

static const char *const event_names[] = {
  [ALL] = "",
  [ERROR] = "error",
  [MESSAGE] = "message",
  [CODE] = "code",
  [TYPE] = "type",
  [OBJECT] = "object",
  [DETAIL] = "detail",
  [ERRORS] = "errors",
  [ERROR_TEXT] = "errorText",
  [REQUEST_ID] = "request_id",
  [CHOICES] = "choices",
  [STATUS] = "status",
  [STATUS_CODE] = "statusCode",
  [TITLE] = "title",
  [DESCRIPTION] = "error_description",
  [BASE_STATUS] = "base_resp.status_code",
  [BASE_MESSAGE] = "base_resp.status_msg",
  [JSON_RPC] = "jsonrpc",
};
static const WeirAnswerPaths event_paths = WEIR_ANSWER_PATHS (event_names);

enum
{
  ERROR_ALL,
  ERROR_MESSAGE,
  ERROR_CODE,
  ERROR_TYPE,
  ERROR_STATUS,
  ERROR_NESTED,
  ERROR_MSG,
  ERROR_DETAIL,
};

static const char *const error_names[] = {
  [ERROR_ALL] = "",      [ERROR_MESSAGE] = "message", [ERROR_CODE] = "code",
  [ERROR_TYPE] = "type", [ERROR_STATUS] = "status",   [ERROR_NESTED] = "error.message",
  [ERROR_MSG] = "msg",   [ERROR_DETAIL] = "detail",
};
static const WeirAnswerPaths error_paths = WEIR_ANSWER_PATHS (error_names);

/* A string, or another value as it is spelled. */
static void
set_any (WeirAnswer *self, WeirAnswerText *text, const WeirAnswerPicked *picked, unsigned slot)
{
  const WeirJsonToken *token = &picked->slots[slot];

  if (token->kind == WEIR_JSON_STRING)
    weir_answer_set (self, text, picked, slot);
  else if (weir_answer_has (picked, slot))
    weir_answer_set_bytes (self, text, picked->text + token->begin, token->end - token->begin);
}

static unsigned
first_of (const WeirAnswerPicked *picked, const unsigned *slots, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (weir_answer_has_string (picked, slots[i])
        || (weir_answer_has (picked, slots[i]) && picked->slots[slots[i]].kind != WEIR_JSON_STRING))
      return slots[i];
  return 0;
}

/* Returns: the first of the slots that is a string and not empty, or 0. */
static unsigned
first_string (const WeirAnswerPicked *picked, const unsigned *slots, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (weir_answer_has_string (picked, slots[i]))
      return slots[i];
  return 0;
}

void
weir_answer_fail (WeirAnswer *self, const WeirAnswerPicked *picked, const unsigned slots[2])
{
  self->has_error = true;
  set_any (self, &self->error, picked, slots[0]);
  if (slots[1] != 0)
    set_any (self, &self->error_code, picked, slots[1]);
}

static void
fail_by_object (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  static const unsigned messages[] = { ERROR_MESSAGE, ERROR_NESTED, ERROR_MSG, ERROR_DETAIL };
  static const unsigned codes[] = { ERROR_TYPE, ERROR_STATUS, ERROR_CODE };
  const unsigned slots[2] = { first_of (picked, messages, WEIR_ANSWER_N (messages)),
                              weir_answer_has_string (picked, ERROR_CODE)
                                  ? (unsigned) ERROR_CODE
                                  : first_of (picked, codes, WEIR_ANSWER_N (codes)) };

  weir_answer_fail (self, picked, slots);
}

bool
weir_answer_take_error_slot (WeirAnswer *self, const WeirAnswerPicked *picked, unsigned slot)
{
  WeirAnswerPicked object;
  WeirAnswerEach each;

  if (weir_answer_has_string (picked, slot))
    {
      weir_answer_fail (self, picked, (const unsigned[2]){ slot, 0 });
      return true;
    }
  if (weir_answer_has_array (picked, slot))
    {
      weir_answer_each (&each, picked, slot);
      if (!weir_answer_each_next (&each, &error_paths, &object))
        return false;
      if (weir_answer_has_object (&object, ERROR_ALL))
        fail_by_object (self, &object);
      else
        weir_answer_fail (self, &object, (const unsigned[2]){ ERROR_ALL, 0 });
      return true;
    }
  if (!weir_answer_has_object (picked, slot) || weir_answer_is_empty (picked, slot))
    return false;
  weir_answer_pick (&object, &error_paths, picked, slot);
  fail_by_object (self, &object);
  return true;
}

/* [{"error": …}]: Gemini's, where the stream was asked for as an array. */
static bool
take_array (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  WeirAnswerPicked element;
  WeirAnswerEach each;

  weir_answer_each (&each, picked, ALL);
  return weir_answer_each_next (&each, &event_paths, &element)
         && weir_answer_has_object (&element, ERROR)
         && weir_answer_take_error_slot (self, &element, ERROR);
}

/* {"error": "CODE", "message": "…"}: the sentence is the error, the word its code. */
static void
fail_by_word (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  static const unsigned sentences[] = { DESCRIPTION, MESSAGE, DETAIL };
  const unsigned sentence = first_string (picked, sentences, WEIR_ANSWER_N (sentences));

  if (sentence != 0)
    weir_answer_fail (self, picked, (const unsigned[2]){ sentence, ERROR });
  else
    weir_answer_fail (self, picked, (const unsigned[2]){ ERROR, 0 });
}

/* MiniMax's base_resp, or RFC 9457 and the errors of web frameworks: a status of 400 or more with a
 * sentence. */
static bool
take_status (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  static const unsigned sentences[] = { DETAIL, MESSAGE, ERROR, TITLE };
  const unsigned sentence = first_string (picked, sentences, WEIR_ANSWER_N (sentences));
  const int64_t status = weir_answer_number (
      picked, STATUS,
      weir_answer_number (picked, STATUS_CODE, weir_answer_number (picked, CODE, 0)));

  if (weir_answer_number (picked, BASE_STATUS, 0) > 0
      && weir_answer_has_string (picked, BASE_MESSAGE))
    {
      weir_answer_fail (self, picked, (const unsigned[2]){ BASE_MESSAGE, BASE_STATUS });
      return true;
    }
  if (status < 400 || status > 599 || sentence == 0 || weir_answer_has (picked, CHOICES))
    return false;
  weir_answer_fail (self, picked, (const unsigned[2]){ sentence, 0 });
  return true;
}

bool
weir_answer_take_error (WeirAnswer *self, const WeirAnswerEvent *event)
{
  WeirAnswerPicked picked;
  bool is_named;

  if (!weir_answer_pick_text (&picked, &event_paths, &event->data))
    return false;
  if (weir_answer_has_array (&picked, ALL))
    return take_array (self, &picked);
  /* The error of a method, as of MCP, is no answer. */
  if (weir_answer_has (&picked, JSON_RPC))
    return false;
  if (weir_answer_has_string (&picked, ERROR))
    {
      fail_by_word (self, &picked);
      return true;
    }
  if (weir_answer_take_error_slot (self, &picked, ERROR))
    return true;
  is_named = weir_answer_is (&picked, OBJECT, "error") || weir_answer_is (&picked, TYPE, "error")
             || weir_answer_span_is (&event->type, "error") || weir_answer_is_true (&picked, ERROR)
             || (weir_answer_has_string (&picked, REQUEST_ID)
                 && weir_answer_has_string (&picked, CODE) && !weir_answer_has (&picked, CHOICES));
  if (!is_named)
    return take_status (self, &picked)
           || (weir_answer_has_array (&picked, ERRORS)
               && weir_answer_take_error_slot (self, &picked, ERRORS));
  if (weir_answer_has_string (&picked, ERROR_TEXT))
    weir_answer_fail (self, &picked, (const unsigned[2]){ ERROR_TEXT, 0 });
  else if (weir_answer_has (&picked, MESSAGE))
    weir_answer_fail (self, &picked, (const unsigned[2]){ MESSAGE, CODE });
  else if (weir_answer_has (&picked, DETAIL))
    weir_answer_take_error_slot (self, &picked, DETAIL);
  else
    weir_answer_fail (self, &picked, (const unsigned[2]){ ALL, CODE });
  self->has_error = true;
  return true;
}
