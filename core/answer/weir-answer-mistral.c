/* SPDX-License-Identifier: MIT */
/* Mistral: Chat Completions whose content may be an array of parts, and the events of conversations
 * with agents. */
#include "weir-answer-private.h"

static bool
recognise_chat (const WeirAnswerEvent *event, const WeirAnswerPicked *sniff)
{
  static const char *const models[] = { "mistral",  "ministral", "magistral", "codestral",
                                        "devstral", "pixtral",   "voxtral",   "open-mi" };

  (void) event;
  for (size_t i = 0; i < WEIR_ANSWER_N (models); i++)
    if (weir_answer_begins (sniff, SNIFF_MODEL, models[i]))
      return weir_answer_chat_recognise (sniff);
  return false;
}

const WeirAnswerReader weir_answer_mistral = {
  WEIR_ANSWER_API_MISTRAL, "finish_reason", "[DONE]", true, recognise_chat, weir_answer_chat_take,
};

/* --- Conversations -------------------------------------------------------------------------- */

enum
{
  ALL,
  TYPE,
  CONVERSATION,
  MODEL,
  OUTPUT_INDEX,
  ID,
  NAME,
  CALL_ID,
  ARGUMENTS,
  CONTENT,
  INFO,
  INPUT_TOKENS,
  OUTPUT_TOKENS,
  TOTAL_TOKENS,
  MESSAGE,
  CODE,
};

static const char *const event_names[] = {
  [ALL] = "",
  [TYPE] = "type",
  [CONVERSATION] = "conversation_id",
  [MODEL] = "model",
  [OUTPUT_INDEX] = "output_index",
  [ID] = "id",
  [NAME] = "name",
  [CALL_ID] = "tool_call_id",
  [ARGUMENTS] = "arguments",
  [CONTENT] = "content",
  [INFO] = "info",
  [INPUT_TOKENS] = "usage.prompt_tokens",
  [OUTPUT_TOKENS] = "usage.completion_tokens",
  [TOTAL_TOKENS] = "usage.total_tokens",
  [MESSAGE] = "message",
  [CODE] = "code",
};
static const WeirAnswerPaths event_paths = WEIR_ANSWER_PATHS (event_names);

enum
{
  DO_BEGIN = 1,
  DO_TEXT,
  DO_CALL,
  DO_TOOL,
  DO_TOOL_DONE,
  DO_NOTHING,
  DO_END,
  DO_ERROR,
};

static const WeirAnswerWord types[] = {
  { "message.output.delta", DO_TEXT },
  { "conversation.response.started", DO_BEGIN },
  { "function.call.delta", DO_CALL },
  { "tool.execution.started", DO_TOOL },
  { "tool.execution.delta", DO_TOOL },
  { "tool.execution.done", DO_TOOL_DONE },
  { "agent.handoff.started", DO_NOTHING },
  { "agent.handoff.done", DO_NOTHING },
  { "conversation.response.done", DO_END },
  { "conversation.response.error", DO_ERROR },
  { NULL, 0 },
};

/* Calls are keyed by their id; the pieces of one may leave it out. */
static WeirAnswerItem *
get_call (WeirAnswer *self, const WeirAnswerPicked *picked, unsigned id)
{
  const WeirAnswerKey key = { WEIR_ANSWER_TOOL_CALL, 0, weir_answer_index (picked, OUTPUT_INDEX),
                              0 };
  WeirAnswerItem *item = weir_answer_item_by_id (self, WEIR_ANSWER_TOOL_CALL, picked, id);

  if (item == NULL && !weir_answer_has_string (picked, id))
    item = weir_answer_last_item (self, &key);
  if (item == NULL)
    item = weir_answer_add_item (self, &key);
  weir_answer_note_content (self);
  if (item == NULL)
    return NULL;
  weir_answer_set (self, &item->id, picked, id);
  weir_answer_set (self, &item->name, picked, NAME);
  return item;
}

static void
act (WeirAnswer *self, int action, const WeirAnswerPicked *picked)
{
  WeirAnswerItem *item;

  switch (action)
    {
    case DO_TEXT:
      weir_answer_take_content (self, 0, picked, CONTENT);
      break;
    case DO_CALL:
      weir_answer_append (self, get_call (self, picked, CALL_ID), picked, ARGUMENTS);
      break;
    case DO_TOOL:
    case DO_TOOL_DONE:
      item = get_call (self, picked, ID);
      if (item == NULL)
        break;
      item->is_server_side = true;
      weir_answer_append (self, item, picked, ARGUMENTS);
      if (action == DO_TOOL_DONE)
        weir_answer_close_item (self, item);
      break;
    case DO_END:
      weir_answer_count (&self->usage.input, picked, INPUT_TOKENS);
      weir_answer_count (&self->usage.output, picked, OUTPUT_TOKENS);
      weir_answer_count (&self->usage.total, picked, TOTAL_TOKENS);
      self->has_ended = true;
      break;
    case DO_ERROR:
      weir_answer_fail (self, picked, (const unsigned[2]){ MESSAGE, CODE });
      self->has_ended = true;
      break;
    default:
      break;
    }
}

static WeirAnswerStep
take_conversation (WeirAnswer *self, const WeirAnswerEvent *event)
{
  WeirAnswerPicked picked;
  int action;

  if (!weir_answer_pick_text (&picked, &event_paths, &event->data))
    return WEIR_ANSWER_FOREIGN;
  action = weir_answer_find_type (types, event, &picked, TYPE);
  if (action == 0)
    return weir_answer_take_other (self, event, &picked, TYPE);
  if (self->has_ended || (action == DO_BEGIN && self->has_begun))
    return WEIR_ANSWER_NEXT;
  weir_answer_set (self, &self->id, &picked, CONVERSATION);
  weir_answer_set (self, &self->model, &picked, MODEL);
  act (self, action, &picked);
  return WEIR_ANSWER_TAKEN;
}

static bool
recognise_conversation (const WeirAnswerEvent *event, const WeirAnswerPicked *sniff)
{
  return weir_answer_find_type (types, event, sniff, SNIFF_TYPE) != 0;
}

const WeirAnswerReader weir_answer_mistral_conversations = {
  WEIR_ANSWER_API_MISTRAL, NULL, "conversation.response.done", false, recognise_conversation,
  take_conversation,
};
