/* SPDX-License-Identifier: MIT */
/* AG-UI: the events of an agent's run. */
#include "weir-answer-private.h"

enum
{
  ALL,
  TYPE,
  RUN_ID,
  MESSAGE_ID,
  ROLE,
  DELTA,
  CALL_ID,
  CALL_NAME,
  CONTENT,
  MESSAGE,
  CODE,
  OUTCOME,
  OUTCOME_TYPE,
  MESSAGES,
};

static const char *const event_names[] = {
  [ALL] = "",
  [TYPE] = "type",
  [RUN_ID] = "runId",
  [MESSAGE_ID] = "messageId",
  [ROLE] = "role",
  [DELTA] = "delta",
  [CALL_ID] = "toolCallId",
  [CALL_NAME] = "toolCallName",
  [CONTENT] = "content",
  [MESSAGE] = "message",
  [CODE] = "code",
  [OUTCOME] = "outcome",
  [OUTCOME_TYPE] = "outcome.type",
  [MESSAGES] = "messages",
};
static const WeirAnswerPaths event_paths = WEIR_ANSWER_PATHS (event_names);

enum
{
  DO_BEGIN = 1,
  DO_END,
  DO_ERROR,
  DO_NOTHING,
  DO_TEXT,
  DO_TEXT_CHUNK,
  DO_TEXT_END,
  DO_THINKING,
  DO_CALL,
  DO_CALL_CHUNK,
  DO_CALL_END,
  DO_RESULT,
};

/* docs.ag-ui.com/sdk/js/core/events */
static const WeirAnswerWord types[] = {
  { "TEXT_MESSAGE_CONTENT", DO_TEXT },
  { "TEXT_MESSAGE_START", DO_TEXT },
  { "TEXT_MESSAGE_CHUNK", DO_TEXT_CHUNK },
  { "TEXT_MESSAGE_END", DO_TEXT_END },
  { "TOOL_CALL_START", DO_CALL },
  { "TOOL_CALL_ARGS", DO_CALL },
  { "TOOL_CALL_CHUNK", DO_CALL_CHUNK },
  { "TOOL_CALL_END", DO_CALL_END },
  { "TOOL_CALL_RESULT", DO_RESULT },
  { "REASONING_MESSAGE_START", DO_NOTHING },
  { "REASONING_MESSAGE_CONTENT", DO_THINKING },
  { "REASONING_MESSAGE_CHUNK", DO_THINKING },
  { "REASONING_MESSAGE_END", DO_NOTHING },
  { "REASONING_START", DO_NOTHING },
  { "REASONING_END", DO_NOTHING },
  { "REASONING_ENCRYPTED_VALUE", DO_NOTHING },
  { "THINKING_START", DO_NOTHING },
  { "THINKING_END", DO_NOTHING },
  { "THINKING_TEXT_MESSAGE_START", DO_NOTHING },
  { "THINKING_TEXT_MESSAGE_CONTENT", DO_THINKING },
  { "THINKING_TEXT_MESSAGE_END", DO_NOTHING },
  { "RUN_STARTED", DO_BEGIN },
  { "RUN_FINISHED", DO_END },
  { "RUN_ERROR", DO_ERROR },
  { "STEP_STARTED", DO_NOTHING },
  { "STEP_FINISHED", DO_NOTHING },
  { "SUBAGENT_STARTED", DO_NOTHING },
  { "SUBAGENT_FINISHED", DO_NOTHING },
  { "SUBAGENT_ERROR", DO_NOTHING },
  { "STATE_SNAPSHOT", DO_NOTHING },
  { "STATE_DELTA", DO_NOTHING },
  { "MESSAGES_SNAPSHOT", DO_NOTHING },
  { "ACTIVITY_SNAPSHOT", DO_NOTHING },
  { "ACTIVITY_DELTA", DO_NOTHING },
  { "RAW", DO_NOTHING },
  { "CUSTOM", DO_NOTHING },
  { NULL, 0 },
};

static const WeirAnswerWord outcomes[] = {
  { "success", WEIR_ANSWER_FINISH_COMPLETE },
  { "interrupt", WEIR_ANSWER_FINISH_OTHER },
  { NULL, 0 },
};

/* The item of that id. Chunks leave the id out where it is the last one's. */
static WeirAnswerItem *
get_item (WeirAnswer *self, WeirAnswerItemKind kind, const WeirAnswerPicked *picked, unsigned slot)
{
  const WeirAnswerKey any = { kind, 0, WEIR_ANSWER_NO_INDEX, 0 };
  const WeirAnswerKey key = { kind, 0, (uint32_t) self->n_items, 0 };
  WeirAnswerItem *item;

  if (weir_answer_has_string (picked, slot))
    item = weir_answer_item_by_id (self, kind, picked, slot);
  else
    item = weir_answer_last_item (self, &any);
  if (item == NULL)
    {
      item = weir_answer_add_item (self, &key);
      if (item != NULL)
        weir_answer_set (self, &item->id, picked, slot);
    }
  return item;
}

/* A chunk of another message ends the one before. */
static void
close_other_text (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  const WeirAnswerKey any = { WEIR_ANSWER_TEXT, 0, WEIR_ANSWER_NO_INDEX, 0 };
  WeirAnswerItem *last = weir_answer_last_item (self, &any);

  if (last != NULL && weir_answer_has_string (picked, MESSAGE_ID)
      && !weir_answer_text_is (&last->id, picked, MESSAGE_ID))
    weir_answer_close_item (self, last);
}

static void
take_call (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  WeirAnswerItem *item = get_item (self, WEIR_ANSWER_TOOL_CALL, picked, CALL_ID);

  weir_answer_note_content (self);
  if (item == NULL)
    return;
  weir_answer_set (self, &item->name, picked, CALL_NAME);
  weir_answer_append (self, item, picked, DELTA);
}

static void
take_result (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  WeirAnswerItem *item = get_item (self, WEIR_ANSWER_TOOL_RESULT, picked, CALL_ID);

  if (item == NULL)
    return;
  item->is_json =
      weir_answer_has (picked, CONTENT) && picked->slots[CONTENT].kind != WEIR_JSON_STRING;
  weir_answer_append (self, item, picked, CONTENT);
}

static void
take_end (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  weir_answer_finish (self, 0, outcomes, picked,
                      weir_answer_has_string (picked, OUTCOME) ? OUTCOME : OUTCOME_TYPE);
  self->has_ended = true;
}

static void
act (WeirAnswer *self, int action, const WeirAnswerPicked *picked)
{
  switch (action)
    {
    case DO_BEGIN:
      weir_answer_set (self, &self->id, picked, RUN_ID);
      break;
    case DO_TEXT_CHUNK:
      close_other_text (self, picked);
      weir_answer_append (self, get_item (self, WEIR_ANSWER_TEXT, picked, MESSAGE_ID), picked,
                          DELTA);
      break;
    case DO_TEXT:
      weir_answer_append (self, get_item (self, WEIR_ANSWER_TEXT, picked, MESSAGE_ID), picked,
                          DELTA);
      break;
    case DO_TEXT_END:
      weir_answer_close_item (self,
                              weir_answer_item_by_id (self, WEIR_ANSWER_TEXT, picked, MESSAGE_ID));
      break;
    case DO_THINKING:
      weir_answer_append (self, get_item (self, WEIR_ANSWER_THINKING, picked, MESSAGE_ID), picked,
                          DELTA);
      break;
    case DO_CALL:
    case DO_CALL_CHUNK:
      take_call (self, picked);
      break;
    case DO_CALL_END:
      weir_answer_close_item (
          self, weir_answer_item_by_id (self, WEIR_ANSWER_TOOL_CALL, picked, CALL_ID));
      break;
    case DO_RESULT:
      take_result (self, picked);
      break;
    case DO_END:
      take_end (self, picked);
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
take (WeirAnswer *self, const WeirAnswerEvent *event)
{
  WeirAnswerPicked picked;
  int action;

  if (!weir_answer_pick_text (&picked, &event_paths, &event->data))
    return WEIR_ANSWER_FOREIGN;
  action = weir_answer_find_type (types, event, &picked, TYPE);
  if (action == 0)
    return weir_answer_take_other (self, event, &picked, TYPE);
  if (action == DO_BEGIN ? self->has_begun : self->has_ended && action != DO_NOTHING)
    return WEIR_ANSWER_NEXT;
  act (self, action, &picked);
  return WEIR_ANSWER_TAKEN;
}

static bool
recognise (const WeirAnswerEvent *event, const WeirAnswerPicked *sniff)
{
  switch (weir_answer_find_type (types, event, sniff, SNIFF_TYPE))
    {
    case DO_BEGIN:
    case DO_END:
      return weir_answer_has_string (sniff, SNIFF_THREAD)
             || weir_answer_has_string (sniff, SNIFF_RUN);
    case DO_ERROR:
      return weir_answer_has_string (sniff, SNIFF_MESSAGE);
    case DO_TEXT:
    case DO_TEXT_CHUNK:
    case DO_THINKING:
      return weir_answer_has (sniff, SNIFF_DELTA) || weir_answer_has (sniff, SNIFF_MESSAGE_ID);
    case DO_CALL:
    case DO_CALL_CHUNK:
      return weir_answer_has_string (sniff, SNIFF_TOOL_CALL_ID);
    default:
      return false;
    }
}

const WeirAnswerReader weir_answer_agui = {
  WEIR_ANSWER_API_AG_UI, NULL, "RUN_FINISHED", false, recognise, take,
};
