/* SPDX-License-Identifier: MIT */
/* Amazon Bedrock's ConverseStream. The events are frames whose header names the type, or, where a
 * server passes them on as event stream, objects with one member of that name. */
#include "weir-answer-private.h"

enum
{
  ALL,
  MESSAGE_START,
  BLOCK_START,
  BLOCK_DELTA,
  BLOCK_STOP,
  MESSAGE_STOP,
  METADATA,
  INTERNAL,
  STREAM_ERROR,
  VALIDATION,
  THROTTLING,
  UNAVAILABLE,
};

static const char *const event_names[] = {
  [ALL] = "",
  [MESSAGE_START] = "messageStart",
  [BLOCK_START] = "contentBlockStart",
  [BLOCK_DELTA] = "contentBlockDelta",
  [BLOCK_STOP] = "contentBlockStop",
  [MESSAGE_STOP] = "messageStop",
  [METADATA] = "metadata",
  [INTERNAL] = "internalServerException",
  [STREAM_ERROR] = "modelStreamErrorException",
  [VALIDATION] = "validationException",
  [THROTTLING] = "throttlingException",
  [UNAVAILABLE] = "serviceUnavailableException",
};
static const WeirAnswerPaths event_paths = WEIR_ANSWER_PATHS (event_names);

static const WeirAnswerWord types[] = {
  { "contentBlockDelta", BLOCK_DELTA },
  { "messageStart", MESSAGE_START },
  { "contentBlockStart", BLOCK_START },
  { "contentBlockStop", BLOCK_STOP },
  { "messageStop", MESSAGE_STOP },
  { "metadata", METADATA },
  { "internalServerException", INTERNAL },
  { "modelStreamErrorException", STREAM_ERROR },
  { "validationException", VALIDATION },
  { "throttlingException", THROTTLING },
  { "serviceUnavailableException", UNAVAILABLE },
  { NULL, 0 },
};

enum
{
  BODY_ALL,
  BODY_INDEX,
  BODY_TOOL_ID,
  BODY_TOOL_NAME,
  BODY_TOOL_TYPE,
  BODY_RESULT_ID,
  BODY_IMAGE_FORMAT,
  BODY_TEXT,
  BODY_INPUT,
  BODY_REASONING,
  BODY_REASONING_ANY,
  BODY_CITATION,
  BODY_CITED_TITLE,
  BODY_CITED_URL,
  BODY_CITED_SOURCE,
  BODY_RESULT,
  BODY_IMAGE,
  BODY_IMAGE_BYTES,
  BODY_START,
  BODY_DELTA,
  BODY_STOP,
  BODY_USAGE,
  BODY_MESSAGE,
  BODY_ORIGINAL_MESSAGE,
};

static const char *const body_names[] = {
  [BODY_ALL] = "",
  [BODY_INDEX] = "contentBlockIndex",
  [BODY_TOOL_ID] = "start.toolUse.toolUseId",
  [BODY_TOOL_NAME] = "start.toolUse.name",
  [BODY_TOOL_TYPE] = "start.toolUse.type",
  [BODY_RESULT_ID] = "start.toolResult.toolUseId",
  [BODY_IMAGE_FORMAT] = "start.image.format",
  [BODY_TEXT] = "delta.text",
  [BODY_INPUT] = "delta.toolUse.input",
  [BODY_REASONING] = "delta.reasoningContent.text",
  [BODY_REASONING_ANY] = "delta.reasoningContent",
  [BODY_CITATION] = "delta.citation",
  [BODY_CITED_TITLE] = "delta.citation.title",
  [BODY_CITED_URL] = "delta.citation.location.web.url",
  [BODY_CITED_SOURCE] = "delta.citation.source",
  [BODY_RESULT] = "delta.toolResult",
  [BODY_IMAGE] = "delta.image",
  [BODY_IMAGE_BYTES] = "delta.image.source.bytes",
  [BODY_START] = "start",
  [BODY_DELTA] = "delta",
  [BODY_STOP] = "stopReason",
  [BODY_USAGE] = "usage",
  [BODY_MESSAGE] = "message",
  [BODY_ORIGINAL_MESSAGE] = "originalMessage",
};
static const WeirAnswerPaths body_paths = WEIR_ANSWER_PATHS (body_names);

static const WeirAnswerWord finishes[] = {
  { "end_turn", WEIR_ANSWER_FINISH_COMPLETE },
  { "tool_use", WEIR_ANSWER_FINISH_COMPLETE },
  { "stop_sequence", WEIR_ANSWER_FINISH_COMPLETE },
  { "max_tokens", WEIR_ANSWER_FINISH_MAX_TOKENS },
  { "model_context_window_exceeded", WEIR_ANSWER_FINISH_MAX_TOKENS },
  { "content_filtered", WEIR_ANSWER_FINISH_CONTENT_FILTER },
  { "malformed_model_output", WEIR_ANSWER_FINISH_OTHER },
  { "malformed_tool_use", WEIR_ANSWER_FINISH_OTHER },
  { "guardrail_intervened", WEIR_ANSWER_FINISH_BLOCKED },
  { NULL, 0 },
};

enum
{
  USAGE_ALL,
  USAGE_INPUT,
  USAGE_OUTPUT,
  USAGE_TOTAL,
  USAGE_CACHE_READ,
  USAGE_CACHE_WRITE,
};

static const char *const usage_names[] = {
  [USAGE_ALL] = "",
  [USAGE_INPUT] = "inputTokens",
  [USAGE_OUTPUT] = "outputTokens",
  [USAGE_TOTAL] = "totalTokens",
  [USAGE_CACHE_READ] = "cacheReadInputTokens",
  [USAGE_CACHE_WRITE] = "cacheWriteInputTokens",
};
static const WeirAnswerPaths usage_paths = WEIR_ANSWER_PATHS (usage_names);

/* inputTokens leaves out what the cache read or wrote. */
static void
take_usage (WeirAnswer *self, const WeirAnswerPicked *body)
{
  WeirAnswerPicked usage;

  if (!weir_answer_has_object (body, BODY_USAGE))
    return;
  weir_answer_pick (&usage, &usage_paths, body, BODY_USAGE);
  weir_answer_count (&self->usage.output, &usage, USAGE_OUTPUT);
  weir_answer_count (&self->usage.total, &usage, USAGE_TOTAL);
  weir_answer_count (&self->usage.cache_read, &usage, USAGE_CACHE_READ);
  weir_answer_count (&self->usage.cache_write, &usage, USAGE_CACHE_WRITE);
  if (weir_answer_number (&usage, USAGE_INPUT, -1) >= 0)
    self->usage.input = weir_answer_number (&usage, USAGE_INPUT, 0)
                        + weir_answer_number (&usage, USAGE_CACHE_READ, 0)
                        + weir_answer_number (&usage, USAGE_CACHE_WRITE, 0);
}

static WeirAnswerItem *
get_item (WeirAnswer *self, WeirAnswerItemKind kind, const WeirAnswerPicked *body)
{
  const uint32_t index = weir_answer_index (body, BODY_INDEX);

  return weir_answer_get_block (self, kind, index == WEIR_ANSWER_NO_INDEX ? 0 : index);
}

static void
start_block (WeirAnswer *self, const WeirAnswerPicked *body)
{
  WeirAnswerItem *item;

  if (weir_answer_has_string (body, BODY_TOOL_ID) || weir_answer_has_string (body, BODY_TOOL_NAME))
    {
      item = get_item (self, WEIR_ANSWER_TOOL_CALL, body);
      weir_answer_note_content (self);
      if (item == NULL)
        return;
      weir_answer_set (self, &item->id, body, BODY_TOOL_ID);
      weir_answer_set (self, &item->name, body, BODY_TOOL_NAME);
      item->is_server_side = weir_answer_is (body, BODY_TOOL_TYPE, "server_tool_use");
    }
  else if (weir_answer_has_string (body, BODY_RESULT_ID))
    {
      item = get_item (self, WEIR_ANSWER_TOOL_RESULT, body);
      if (item != NULL)
        weir_answer_set (self, &item->id, body, BODY_RESULT_ID);
    }
  else if (weir_answer_has_string (body, BODY_IMAGE_FORMAT))
    {
      item = get_item (self, WEIR_ANSWER_IMAGE, body);
      weir_answer_note_content (self);
      if (item != NULL)
        weir_answer_set (self, &item->source, body, BODY_IMAGE_FORMAT);
    }
}

static void
take_delta (WeirAnswer *self, const WeirAnswerPicked *body)
{
  WeirAnswerItem *item;

  if (weir_answer_has (body, BODY_TEXT))
    weir_answer_append (self, get_item (self, WEIR_ANSWER_TEXT, body), body, BODY_TEXT);
  else if (weir_answer_has (body, BODY_INPUT))
    weir_answer_append (self, get_item (self, WEIR_ANSWER_TOOL_CALL, body), body, BODY_INPUT);
  else if (weir_answer_has_string (body, BODY_REASONING))
    weir_answer_append (self, get_item (self, WEIR_ANSWER_THINKING, body), body, BODY_REASONING);
  else if (weir_answer_has_object (body, BODY_CITATION))
    weir_answer_cite (
        self, 0, body,
        (const unsigned[2]){ BODY_CITED_TITLE, weir_answer_has_string (body, BODY_CITED_URL)
                                                   ? BODY_CITED_URL
                                                   : BODY_CITED_SOURCE });
  else if (weir_answer_has (body, BODY_RESULT))
    {
      item = get_item (self, WEIR_ANSWER_TOOL_RESULT, body);
      if (item != NULL)
        item->is_json = true;
      weir_answer_append (self, item, body, BODY_RESULT);
    }
  else if (weir_answer_has (body, BODY_IMAGE))
    {
      item = get_item (self, WEIR_ANSWER_IMAGE, body);
      weir_answer_note_content (self);
      if (item != NULL && weir_answer_has_string (body, BODY_IMAGE_BYTES))
        item->n_data_bytes +=
            body->slots[BODY_IMAGE_BYTES].end - body->slots[BODY_IMAGE_BYTES].begin - 2;
    }
  else if (!weir_answer_has (body, BODY_REASONING_ANY) && weir_answer_has (body, BODY_DELTA)
           && !weir_answer_is_empty (body, BODY_DELTA))
    weir_answer_count_unknown (self, "contentBlockDelta", 17);
}

static void
fail (WeirAnswer *self, int type, const WeirAnswerPicked *body)
{
  size_t length = 0;

  weir_answer_fail (self, body,
                    (const unsigned[2]){ weir_answer_has_string (body, BODY_MESSAGE) ? BODY_MESSAGE
                                         : weir_answer_has_string (body, BODY_ORIGINAL_MESSAGE)
                                             ? BODY_ORIGINAL_MESSAGE
                                             : BODY_ALL,
                                         0 });
  while (event_names[type][length] != '\0')
    length++;
  weir_answer_set_bytes (self, &self->error_code, event_names[type], length);
  self->has_ended = true;
}

static void
act (WeirAnswer *self, int type, const WeirAnswerPicked *body)
{
  switch (type)
    {
    case MESSAGE_START:
      break;
    case BLOCK_STOP:
      weir_answer_close_block (self, weir_answer_index (body, BODY_INDEX));
      break;
    case BLOCK_START:
      start_block (self, body);
      break;
    case BLOCK_DELTA:
      take_delta (self, body);
      break;
    case MESSAGE_STOP:
      weir_answer_finish (self, 0, finishes, body, BODY_STOP);
      break;
    case METADATA:
      take_usage (self, body);
      self->has_ended = true;
      break;
    default:
      fail (self, type, body);
    }
}

/* The event's type, and the slot of picked that holds its body. */
static int
find_body (const WeirAnswerEvent *event, const WeirAnswerPicked *picked, unsigned *slot)
{
  const int type = weir_answer_find (types, event->type.text, event->type.length);

  *slot = ALL;
  for (unsigned i = MESSAGE_START; i <= UNAVAILABLE; i++)
    if (weir_answer_has_object (picked, i) && (type == 0 || type == (int) i))
      {
        *slot = i;
        return (int) i;
      }
  return type;
}

static WeirAnswerStep
take (WeirAnswer *self, const WeirAnswerEvent *event)
{
  WeirAnswerPicked picked, body;
  unsigned slot;
  int type;

  if (!weir_answer_pick_text (&picked, &event_paths, &event->data))
    return WEIR_ANSWER_FOREIGN;
  type = find_body (event, &picked, &slot);
  if (type == 0)
    return weir_answer_take_other (self, event, &picked, ALL);
  if ((self->has_ended && type != METADATA) || (type == MESSAGE_START && self->has_begun))
    return WEIR_ANSWER_NEXT;
  weir_answer_pick (&body, &body_paths, &picked, slot);
  act (self, type, &body);
  return WEIR_ANSWER_TAKEN;
}

static bool
recognise (const WeirAnswerEvent *event, const WeirAnswerPicked *sniff)
{
  switch (weir_answer_find (types, event->type.text, event->type.length))
    {
    case MESSAGE_START:
      return weir_answer_has_string (sniff, SNIFF_ROLE);
    case BLOCK_START:
    case BLOCK_DELTA:
    case BLOCK_STOP:
      return weir_answer_has (sniff, SNIFF_BLOCK_INDEX)
             || weir_answer_has_object (sniff, SNIFF_BLOCK_DELTA);
    case MESSAGE_STOP:
      return weir_answer_has_string (sniff, SNIFF_STOP_REASON);
    case INTERNAL:
    case STREAM_ERROR:
    case VALIDATION:
    case THROTTLING:
    case UNAVAILABLE:
      return true;
    default:
      return weir_answer_has_object (sniff, SNIFF_MESSAGE_START)
             || weir_answer_has_object (sniff, SNIFF_BLOCK_START)
             || weir_answer_has_object (sniff, SNIFF_BLOCK_DELTA)
             || weir_answer_has_object (sniff, SNIFF_BLOCK_STOP)
             || weir_answer_has_object (sniff, SNIFF_MESSAGE_STOP);
    }
}

const WeirAnswerReader weir_answer_bedrock = {
  WEIR_ANSWER_API_BEDROCK, "messageStop", "metadata", true, recognise, take,
};
