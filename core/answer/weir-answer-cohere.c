/* SPDX-License-Identifier: MIT */
/* Cohere's Chat, version 2. */
#include "weir-answer-private.h"

enum
{
  ALL,
  TYPE,
  INDEX,
  ID,
  TEXT,
  THINKING,
  PLAN,
  CALL,
  CALL_ID,
  CALL_NAME,
  CALL_ARGUMENTS,
  CITED_TEXT,
  CITED_SOURCES,
  FINISH,
  ERROR,
  USAGE,
};

static const char *const event_names[] = {
  [ALL] = "",
  [TYPE] = "type",
  [INDEX] = "index",
  [ID] = "id",
  [TEXT] = "delta.message.content.text",
  [THINKING] = "delta.message.content.thinking",
  [PLAN] = "delta.message.tool_plan",
  [CALL] = "delta.message.tool_calls",
  [CALL_ID] = "delta.message.tool_calls.id",
  [CALL_NAME] = "delta.message.tool_calls.function.name",
  [CALL_ARGUMENTS] = "delta.message.tool_calls.function.arguments",
  [CITED_TEXT] = "delta.message.citations.text",
  [CITED_SOURCES] = "delta.message.citations.sources",
  [FINISH] = "delta.finish_reason",
  [ERROR] = "delta.error",
  [USAGE] = "delta.usage",
};
static const WeirAnswerPaths event_paths = WEIR_ANSWER_PATHS (event_names);

enum
{
  DO_BEGIN = 1,
  DO_CONTENT,
  DO_CONTENT_END,
  DO_PLAN,
  DO_CALL,
  DO_CALL_END,
  DO_CITATION,
  DO_END,
  DO_NOTHING,
};

/* docs.cohere.com/v2/docs/streaming */
static const WeirAnswerWord types[] = {
  { "content-delta", DO_CONTENT },
  { "message-start", DO_BEGIN },
  { "content-start", DO_CONTENT },
  { "content-end", DO_CONTENT_END },
  { "tool-plan-delta", DO_PLAN },
  { "tool-call-start", DO_CALL },
  { "tool-call-delta", DO_CALL },
  { "tool-call-end", DO_CALL_END },
  { "citation-start", DO_CITATION },
  { "citation-end", DO_NOTHING },
  { "message-end", DO_END },
  { "debug", DO_NOTHING },
  { NULL, 0 },
};

static const WeirAnswerWord finishes[] = {
  { "COMPLETE", WEIR_ANSWER_FINISH_COMPLETE },
  { "STOP_SEQUENCE", WEIR_ANSWER_FINISH_COMPLETE },
  { "TOOL_CALL", WEIR_ANSWER_FINISH_COMPLETE },
  { "MAX_TOKENS", WEIR_ANSWER_FINISH_MAX_TOKENS },
  { "ERROR_LIMIT", WEIR_ANSWER_FINISH_MAX_TOKENS },
  { "ERROR_TOXIC", WEIR_ANSWER_FINISH_CONTENT_FILTER },
  { "ERROR", WEIR_ANSWER_FINISH_FAILED },
  { "TIMEOUT", WEIR_ANSWER_FINISH_OTHER },
  { "USER_CANCEL", WEIR_ANSWER_FINISH_OTHER },
  { NULL, 0 },
};

enum
{
  SOURCE_ALL,
  SOURCE_ID,
  SOURCE_TITLE,
  SOURCE_URL,
};

static const char *const source_names[] = {
  [SOURCE_ALL] = "",
  [SOURCE_ID] = "id",
  [SOURCE_TITLE] = "document.title",
  [SOURCE_URL] = "document.url",
};
static const WeirAnswerPaths source_paths = WEIR_ANSWER_PATHS (source_names);

enum
{
  USAGE_ALL,
  USAGE_INPUT,
  USAGE_OUTPUT,
  USAGE_BILLED_INPUT,
  USAGE_BILLED_OUTPUT,
  USAGE_CACHED,
};

static const char *const usage_names[] = {
  [USAGE_ALL] = "",
  [USAGE_INPUT] = "tokens.input_tokens",
  [USAGE_OUTPUT] = "tokens.output_tokens",
  [USAGE_BILLED_INPUT] = "billed_units.input_tokens",
  [USAGE_BILLED_OUTPUT] = "billed_units.output_tokens",
  [USAGE_CACHED] = "cached_tokens",
};
static const WeirAnswerPaths usage_paths = WEIR_ANSWER_PATHS (usage_names);

static WeirAnswerItem *
get_item (WeirAnswer *self, WeirAnswerItemKind kind, const WeirAnswerPicked *picked)
{
  const uint32_t index = weir_answer_index (picked, INDEX);

  return weir_answer_get_block (self, kind, index == WEIR_ANSWER_NO_INDEX ? 0 : index);
}

static void
take_content (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  if (weir_answer_has_string (picked, TEXT))
    weir_answer_append (self, get_item (self, WEIR_ANSWER_TEXT, picked), picked, TEXT);
  if (weir_answer_has_string (picked, THINKING))
    weir_answer_append (self, get_item (self, WEIR_ANSWER_THINKING, picked), picked, THINKING);
}

static void
end_content (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  const uint32_t index = weir_answer_index (picked, INDEX);

  for (size_t i = 0; i < self->n_items; i++)
    {
      WeirAnswerItem *item = self->items[i];

      if ((item->kind == WEIR_ANSWER_TEXT && item->part == index)
          || (item->kind == WEIR_ANSWER_THINKING && item->index == index))
        weir_answer_close_item (self, item);
    }
}

static void
take_call (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  WeirAnswerItem *item;

  if (!weir_answer_has_object (picked, CALL))
    return;
  item = get_item (self, WEIR_ANSWER_TOOL_CALL, picked);
  weir_answer_note_content (self);
  if (item == NULL)
    return;
  weir_answer_set (self, &item->id, picked, CALL_ID);
  weir_answer_set (self, &item->name, picked, CALL_NAME);
  weir_answer_append (self, item, picked, CALL_ARGUMENTS);
}

static void
take_citation (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  static const unsigned slots[] = { SOURCE_URL, SOURCE_TITLE, SOURCE_ID };
  const WeirAnswerKey key = { WEIR_ANSWER_CITATION, 0, (uint32_t) self->n_items, 0 };
  WeirAnswerItem *item;
  WeirAnswerPicked source;
  WeirAnswerEach each;

  if (!weir_answer_has_string (picked, CITED_TEXT))
    return;
  item = weir_answer_add_item (self, &key);
  if (item == NULL)
    return;
  weir_answer_append (self, item, picked, CITED_TEXT);
  weir_answer_each (&each, picked, CITED_SOURCES);
  if (weir_answer_each_next (&each, &source_paths, &source))
    for (size_t i = 0; i < WEIR_ANSWER_N (slots) && item->source.length == 0; i++)
      weir_answer_set (self, &item->source, &source, slots[i]);
}

static void
take_usage (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  WeirAnswerPicked usage;

  if (!weir_answer_has_object (picked, USAGE))
    return;
  weir_answer_pick (&usage, &usage_paths, picked, USAGE);
  weir_answer_count (&self->usage.input, &usage, USAGE_BILLED_INPUT);
  weir_answer_count (&self->usage.output, &usage, USAGE_BILLED_OUTPUT);
  weir_answer_count (&self->usage.input, &usage, USAGE_INPUT);
  weir_answer_count (&self->usage.output, &usage, USAGE_OUTPUT);
  weir_answer_count (&self->usage.cache_read, &usage, USAGE_CACHED);
}

static void
act (WeirAnswer *self, int action, const WeirAnswerPicked *picked)
{
  switch (action)
    {
    case DO_BEGIN:
      weir_answer_set (self, &self->id, picked, ID);
      break;
    case DO_CONTENT:
      take_content (self, picked);
      break;
    case DO_CONTENT_END:
      end_content (self, picked);
      break;
    case DO_PLAN:
      if (weir_answer_has_string (picked, PLAN))
        weir_answer_append (self, get_item (self, WEIR_ANSWER_THINKING, picked), picked, PLAN);
      break;
    case DO_CALL:
      take_call (self, picked);
      break;
    case DO_CALL_END:
      weir_answer_close_item (self, get_item (self, WEIR_ANSWER_TOOL_CALL, picked));
      break;
    case DO_CITATION:
      take_citation (self, picked);
      break;
    case DO_END:
      weir_answer_finish (self, 0, finishes, picked, FINISH);
      weir_answer_take_error_slot (self, picked, ERROR);
      take_usage (self, picked);
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
  if (self->has_ended || (action == DO_BEGIN && self->has_begun))
    return WEIR_ANSWER_NEXT;
  act (self, action, &picked);
  return WEIR_ANSWER_TAKEN;
}

static bool
recognise (const WeirAnswerEvent *event, const WeirAnswerPicked *sniff)
{
  const int action = weir_answer_find_type (types, event, sniff, SNIFF_TYPE);

  return action == DO_BEGIN || (action != 0 && weir_answer_has_object (sniff, SNIFF_DELTA));
}

const WeirAnswerReader weir_answer_cohere = {
  WEIR_ANSWER_API_COHERE, "finish_reason", "message-end", false, recognise, take,
};
