/* SPDX-License-Identifier: MIT */
/* The Vercel AI SDK's UI message stream. */
#include "weir-answer-private.h"

enum
{
  ALL,
  TYPE,
  ID,
  DELTA,
  MESSAGE_ID,
  CALL_ID,
  TOOL_NAME,
  INPUT_DELTA,
  INPUT,
  OUTPUT,
  ERROR_TEXT,
  ENCODING,
  PROVIDER,
  URL,
  TITLE,
  MEDIA_TYPE,
  FINISH,
  REASON,
  USAGE_INPUT,
  USAGE_OUTPUT,
  USAGE_TOTAL,
  TOTAL_INPUT,
  TOTAL_OUTPUT,
  TOTAL_TOTAL,
  TOTAL_REASONING,
  TOTAL_CACHED,
  MODEL,
};

static const char *const event_names[] = {
  [ALL] = "",
  [TYPE] = "type",
  [ID] = "id",
  [DELTA] = "delta",
  [MESSAGE_ID] = "messageId",
  [CALL_ID] = "toolCallId",
  [TOOL_NAME] = "toolName",
  [INPUT_DELTA] = "inputTextDelta",
  [INPUT] = "input",
  [OUTPUT] = "output",
  [ERROR_TEXT] = "errorText",
  [ENCODING] = "inputEncoding",
  [PROVIDER] = "providerExecuted",
  [URL] = "url",
  [TITLE] = "title",
  [MEDIA_TYPE] = "mediaType",
  [FINISH] = "finishReason",
  [REASON] = "reason",
  [USAGE_INPUT] = "messageMetadata.usage.inputTokens",
  [USAGE_OUTPUT] = "messageMetadata.usage.outputTokens",
  [USAGE_TOTAL] = "messageMetadata.usage.totalTokens",
  [TOTAL_INPUT] = "messageMetadata.totalUsage.inputTokens",
  [TOTAL_OUTPUT] = "messageMetadata.totalUsage.outputTokens",
  [TOTAL_TOTAL] = "messageMetadata.totalUsage.totalTokens",
  [TOTAL_REASONING] = "messageMetadata.totalUsage.reasoningTokens",
  [TOTAL_CACHED] = "messageMetadata.totalUsage.cachedInputTokens",
  [MODEL] = "messageMetadata.model",
};
static const WeirAnswerPaths event_paths = WEIR_ANSWER_PATHS (event_names);

enum
{
  DO_BEGIN = 1,
  DO_NOTHING,
  DO_TEXT,
  DO_TEXT_END,
  DO_REASONING,
  DO_REASONING_END,
  DO_CALL_START,
  DO_CALL_DELTA,
  DO_CALL_INPUT,
  DO_CALL_ERROR,
  DO_RESULT,
  DO_RESULT_ERROR,
  DO_SOURCE,
  DO_FILE,
  DO_FINISH,
  DO_ABORT,
  DO_ERROR,
};

/* ai-sdk.dev/docs/ai-sdk-ui/stream-protocol */
static const WeirAnswerWord types[] = {
  { "text-delta", DO_TEXT },
  { "text-start", DO_TEXT },
  { "text-end", DO_TEXT_END },
  { "reasoning-delta", DO_REASONING },
  { "reasoning-start", DO_REASONING },
  { "reasoning-end", DO_REASONING_END },
  { "reasoning", DO_REASONING },
  { "reasoning-part-finish", DO_NOTHING },
  { "reasoning-file", DO_NOTHING },
  { "tool-input-start", DO_CALL_START },
  { "tool-input-delta", DO_CALL_DELTA },
  { "tool-input-available", DO_CALL_INPUT },
  { "tool-input-error", DO_CALL_ERROR },
  { "tool-output-available", DO_RESULT },
  { "tool-output-error", DO_RESULT_ERROR },
  { "tool-output-denied", DO_NOTHING },
  { "tool-approval-request", DO_NOTHING },
  { "tool-approval-response", DO_NOTHING },
  { "source-url", DO_SOURCE },
  { "source-document", DO_SOURCE },
  { "file", DO_FILE },
  { "custom", DO_NOTHING },
  { "start", DO_BEGIN },
  { "start-step", DO_NOTHING },
  { "finish-step", DO_NOTHING },
  { "message-metadata", DO_NOTHING },
  { "finish", DO_FINISH },
  { "abort", DO_ABORT },
  { "error", DO_ERROR },
  { NULL, 0 },
};

static const WeirAnswerWord finishes[] = {
  { "stop", WEIR_ANSWER_FINISH_COMPLETE },
  { "tool-calls", WEIR_ANSWER_FINISH_COMPLETE },
  { "other", WEIR_ANSWER_FINISH_COMPLETE },
  { "unknown", WEIR_ANSWER_FINISH_COMPLETE },
  { "length", WEIR_ANSWER_FINISH_MAX_TOKENS },
  { "content-filter", WEIR_ANSWER_FINISH_CONTENT_FILTER },
  { "error", WEIR_ANSWER_FINISH_FAILED },
  { NULL, 0 },
};

/* The open item of that id; a provider may use an id again once its text has ended. */
static WeirAnswerItem *
get_by_id (WeirAnswer *self, WeirAnswerItemKind kind, const WeirAnswerPicked *picked, unsigned slot)
{
  const WeirAnswerKey key = { kind, 0, (uint32_t) self->n_items, 0 };
  WeirAnswerItem *item = weir_answer_item_by_id (self, kind, picked, slot);

  if (item != NULL && !item->is_closed)
    return item;
  item = weir_answer_add_item (self, &key);
  if (item != NULL)
    weir_answer_set (self, &item->id, picked, slot);
  return item;
}

static WeirAnswerItem *
get_call (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  WeirAnswerItem *item = weir_answer_item_by_id (self, WEIR_ANSWER_TOOL_CALL, picked, CALL_ID);

  if (item == NULL)
    item = get_by_id (self, WEIR_ANSWER_TOOL_CALL, picked, CALL_ID);
  weir_answer_note_content (self);
  if (item == NULL)
    return NULL;
  weir_answer_set (self, &item->name, picked, TOOL_NAME);
  item->is_server_side = item->is_server_side || weir_answer_is_true (picked, PROVIDER);
  if (weir_answer_is (picked, ENCODING, "text"))
    item->is_json = false;
  return item;
}

/* The parsed input; its text came before, unless the call was not streamed. */
static void
take_input (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  WeirAnswerItem *item = get_call (self, picked);

  if (item == NULL)
    return;
  if (item->text.length == 0)
    {
      item->is_json = item->is_json && picked->slots[INPUT].kind != WEIR_JSON_STRING;
      weir_answer_append (self, item, picked, INPUT);
    }
  weir_answer_close_item (self, item);
}

static void
take_result (WeirAnswer *self, const WeirAnswerPicked *picked, unsigned slot)
{
  WeirAnswerItem *item = weir_answer_item_by_id (self, WEIR_ANSWER_TOOL_RESULT, picked, CALL_ID);

  /* A preliminary output gives way to the next. */
  if (item != NULL)
    weir_answer_clear_text (self, item);
  else
    item = get_by_id (self, WEIR_ANSWER_TOOL_RESULT, picked, CALL_ID);
  if (item == NULL)
    return;
  item->is_json = picked->slots[slot].kind != WEIR_JSON_STRING;
  weir_answer_append (self, item, picked, slot);
}

static void
take_file (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  const WeirAnswerKey key = { WEIR_ANSWER_IMAGE, 0, (uint32_t) self->n_items, 0 };
  WeirAnswerItem *item = weir_answer_add_item (self, &key);

  weir_answer_note_content (self);
  if (item == NULL)
    return;
  if (!weir_answer_begins (picked, URL, "data:"))
    {
      weir_answer_set (self, &item->source, picked, URL);
      return;
    }
  weir_answer_set (self, &item->source, picked, MEDIA_TYPE);
  item->n_data_bytes = picked->slots[URL].end - picked->slots[URL].begin - 2;
}

static void
take_usage (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  weir_answer_count (&self->usage.input, picked, USAGE_INPUT);
  weir_answer_count (&self->usage.output, picked, USAGE_OUTPUT);
  weir_answer_count (&self->usage.total, picked, USAGE_TOTAL);
  weir_answer_count (&self->usage.input, picked, TOTAL_INPUT);
  weir_answer_count (&self->usage.output, picked, TOTAL_OUTPUT);
  weir_answer_count (&self->usage.total, picked, TOTAL_TOTAL);
  weir_answer_count (&self->usage.reasoning, picked, TOTAL_REASONING);
  weir_answer_count (&self->usage.cache_read, picked, TOTAL_CACHED);
}

static void
finish_otherwise (WeirAnswer *self, WeirAnswerFinish finish, const char *word, size_t length)
{
  WeirAnswerChoice *choice = weir_answer_get_choice (self, 0);

  if (choice == NULL)
    return;
  choice->finish = finish;
  weir_answer_set_bytes (self, &choice->reason, word, length);
}

static void
act (WeirAnswer *self, int action, const WeirAnswerPicked *picked)
{
  switch (action)
    {
    case DO_TEXT:
      weir_answer_append (self, get_by_id (self, WEIR_ANSWER_TEXT, picked, ID), picked, DELTA);
      break;
    case DO_TEXT_END:
      weir_answer_close_item (self, weir_answer_item_by_id (self, WEIR_ANSWER_TEXT, picked, ID));
      break;
    case DO_REASONING:
      weir_answer_append (self, get_by_id (self, WEIR_ANSWER_THINKING, picked, ID), picked, DELTA);
      break;
    case DO_REASONING_END:
      weir_answer_close_item (self,
                              weir_answer_item_by_id (self, WEIR_ANSWER_THINKING, picked, ID));
      break;
    case DO_CALL_START:
      get_call (self, picked);
      break;
    case DO_CALL_DELTA:
      weir_answer_append (self, get_call (self, picked), picked, INPUT_DELTA);
      break;
    case DO_CALL_INPUT:
    case DO_CALL_ERROR:
      take_input (self, picked);
      break;
    case DO_RESULT:
      take_result (self, picked, OUTPUT);
      break;
    case DO_RESULT_ERROR:
      take_result (self, picked, ERROR_TEXT);
      break;
    case DO_SOURCE:
      weir_answer_cite (self, 0, picked, (const unsigned[2]){ TITLE, URL });
      break;
    case DO_FILE:
      take_file (self, picked);
      break;
    case DO_FINISH:
      if (weir_answer_has_string (picked, FINISH))
        weir_answer_finish (self, 0, finishes, picked, FINISH);
      else
        finish_otherwise (self, WEIR_ANSWER_FINISH_COMPLETE, "", 0);
      self->has_ended = true;
      break;
    case DO_ABORT:
      finish_otherwise (self, WEIR_ANSWER_FINISH_OTHER, "abort", 5);
      weir_answer_set (self, &self->detail, picked, REASON);
      self->has_ended = true;
      break;
    case DO_ERROR:
      weir_answer_fail (self, picked, (const unsigned[2]){ ERROR_TEXT, 0 });
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
  action = weir_answer_find_slot (types, &picked, TYPE);
  /* data-NAME is the application's own. */
  if (action == 0 && weir_answer_begins (&picked, TYPE, "data-"))
    action = DO_NOTHING;
  if (action == 0)
    return weir_answer_take_other (self, event, &picked, TYPE);
  if (action == DO_BEGIN ? self->has_begun : self->has_ended && action != DO_NOTHING)
    return WEIR_ANSWER_NEXT;
  weir_answer_set (self, &self->id, &picked, MESSAGE_ID);
  weir_answer_set (self, &self->model, &picked, MODEL);
  take_usage (self, &picked);
  act (self, action, &picked);
  return WEIR_ANSWER_TAKEN;
}

static bool
recognise (const WeirAnswerEvent *event, const WeirAnswerPicked *sniff)
{
  (void) event;
  switch (weir_answer_find_slot (types, sniff, SNIFF_TYPE))
    {
    case DO_BEGIN:
      return weir_answer_has_string (sniff, SNIFF_MESSAGE_ID);
    case DO_TEXT:
    case DO_TEXT_END:
    case DO_REASONING:
      return weir_answer_has (sniff, SNIFF_ID);
    case DO_CALL_START:
    case DO_CALL_DELTA:
    case DO_CALL_INPUT:
    case DO_CALL_ERROR:
    case DO_RESULT:
    case DO_RESULT_ERROR:
      return weir_answer_has_string (sniff, SNIFF_TOOL_CALL_ID);
    case DO_ERROR:
      return weir_answer_has_string (sniff, SNIFF_ERROR_TEXT);
    case DO_NOTHING:
      return weir_answer_is (sniff, SNIFF_TYPE, "start-step");
    default:
      return false;
    }
}

const WeirAnswerReader weir_answer_vercel = {
  WEIR_ANSWER_API_VERCEL, "finish", "[DONE]", true, recognise, take,
};
