/* SPDX-License-Identifier: MIT */
/* Anthropic's Messages: numbered blocks of content. */
#include "weir-answer-private.h"

enum
{
  ALL,
  TYPE,
  INDEX,
  MESSAGE,
  MESSAGE_ID,
  MESSAGE_MODEL,
  MESSAGE_USAGE,
  MESSAGE_CONTENT,
  MESSAGE_STOP,
  BLOCK,
  DELTA,
  STOP_REASON,
  STOP_EXPLANATION,
  USAGE,
  ERROR,
  COMPLETION,
};

static const char *const event_names[] = {
  [ALL] = "",
  [TYPE] = "type",
  [INDEX] = "index",
  [MESSAGE] = "message",
  [MESSAGE_ID] = "message.id",
  [MESSAGE_MODEL] = "message.model",
  [MESSAGE_USAGE] = "message.usage",
  [MESSAGE_CONTENT] = "message.content",
  [MESSAGE_STOP] = "message.stop_reason",
  [BLOCK] = "content_block",
  [DELTA] = "delta",
  [STOP_REASON] = "delta.stop_reason",
  [STOP_EXPLANATION] = "delta.stop_details.explanation",
  [USAGE] = "usage",
  [ERROR] = "error",
  [COMPLETION] = "completion",
};
static const WeirAnswerPaths event_paths = WEIR_ANSWER_PATHS (event_names);

enum
{
  DO_MESSAGE_START = 1,
  DO_BLOCK_START,
  DO_BLOCK_DELTA,
  DO_BLOCK_STOP,
  DO_MESSAGE_DELTA,
  DO_MESSAGE_STOP,
  DO_ERROR,
  DO_NOTHING,
};

/* docs.anthropic.com/en/docs/build-with-claude/streaming */
static const WeirAnswerWord types[] = {
  { "content_block_delta", DO_BLOCK_DELTA },
  { "message_start", DO_MESSAGE_START },
  { "content_block_start", DO_BLOCK_START },
  { "content_block_stop", DO_BLOCK_STOP },
  { "message_delta", DO_MESSAGE_DELTA },
  { "message_stop", DO_MESSAGE_STOP },
  { "error", DO_ERROR },
  { "ping", DO_NOTHING },
  { NULL, 0 },
};

static const WeirAnswerWord finishes[] = {
  { "end_turn", WEIR_ANSWER_FINISH_COMPLETE },
  { "stop_sequence", WEIR_ANSWER_FINISH_COMPLETE },
  { "tool_use", WEIR_ANSWER_FINISH_COMPLETE },
  { "max_tokens", WEIR_ANSWER_FINISH_MAX_TOKENS },
  { "model_context_window_exceeded", WEIR_ANSWER_FINISH_MAX_TOKENS },
  { "pause_turn", WEIR_ANSWER_FINISH_OTHER },
  { "compaction", WEIR_ANSWER_FINISH_OTHER },
  { "refusal", WEIR_ANSWER_FINISH_BLOCKED },
  { NULL, 0 },
};

enum
{
  BLOCK_ALL,
  BLOCK_TYPE,
  BLOCK_ID,
  BLOCK_NAME,
  BLOCK_INPUT,
  BLOCK_TEXT,
  BLOCK_THINKING,
  BLOCK_TOOL_USE_ID,
  BLOCK_CONTENT,
  BLOCK_CITATIONS,
};

static const char *const block_names[] = {
  [BLOCK_ALL] = "",
  [BLOCK_TYPE] = "type",
  [BLOCK_ID] = "id",
  [BLOCK_NAME] = "name",
  [BLOCK_INPUT] = "input",
  [BLOCK_TEXT] = "text",
  [BLOCK_THINKING] = "thinking",
  [BLOCK_TOOL_USE_ID] = "tool_use_id",
  [BLOCK_CONTENT] = "content",
  [BLOCK_CITATIONS] = "citations",
};
static const WeirAnswerPaths block_paths = WEIR_ANSWER_PATHS (block_names);

enum
{
  IS_TEXT = 1,
  IS_THINKING,
  IS_TOOL,
  IS_SERVER_TOOL,
  IS_RESULT,
  IS_SUMMARY,
  IS_OTHER,
};

static const WeirAnswerWord block_types[] = {
  { "text", IS_TEXT },
  { "thinking", IS_THINKING },
  { "redacted_thinking", IS_OTHER },
  { "tool_use", IS_TOOL },
  { "server_tool_use", IS_SERVER_TOOL },
  { "mcp_tool_use", IS_SERVER_TOOL },
  { "web_search_tool_result", IS_RESULT },
  { "web_fetch_tool_result", IS_RESULT },
  { "code_execution_tool_result", IS_RESULT },
  { "bash_code_execution_tool_result", IS_RESULT },
  { "text_editor_code_execution_tool_result", IS_RESULT },
  { "tool_search_tool_result", IS_RESULT },
  { "advisor_tool_result", IS_RESULT },
  { "mcp_tool_result", IS_RESULT },
  { "tool_result", IS_RESULT },
  { "compaction", IS_SUMMARY },
  { "container_upload", IS_OTHER },
  { "fallback", IS_OTHER },
  { "mcp_tool_listing", IS_OTHER },
  { NULL, 0 },
};

enum
{
  DELTA_ALL,
  DELTA_TYPE,
  DELTA_TEXT,
  DELTA_THINKING,
  DELTA_JSON,
  DELTA_CONTENT,
  DELTA_CITATION,
};

static const char *const delta_names[] = {
  [DELTA_ALL] = "",
  [DELTA_TYPE] = "type",
  [DELTA_TEXT] = "text",
  [DELTA_THINKING] = "thinking",
  [DELTA_JSON] = "partial_json",
  [DELTA_CONTENT] = "content",
  [DELTA_CITATION] = "citation",
};
static const WeirAnswerPaths delta_paths = WEIR_ANSWER_PATHS (delta_names);

enum
{
  DELTA_IS_TEXT = 1,
  DELTA_IS_THINKING,
  DELTA_IS_JSON,
  DELTA_IS_SUMMARY,
  DELTA_IS_CITATION,
  DELTA_IS_SIGNATURE,
};

static const WeirAnswerWord delta_types[] = {
  { "text_delta", DELTA_IS_TEXT },
  { "thinking_delta", DELTA_IS_THINKING },
  { "input_json_delta", DELTA_IS_JSON },
  { "citations_delta", DELTA_IS_CITATION },
  { "compaction_delta", DELTA_IS_SUMMARY },
  { "signature_delta", DELTA_IS_SIGNATURE },
  { NULL, 0 },
};

/* Servers that imitate the API may leave the type out. */
static int
find_block_type (const WeirAnswerPicked *block)
{
  if (weir_answer_has (block, BLOCK_TYPE))
    return weir_answer_find_slot (block_types, block, BLOCK_TYPE);
  if (weir_answer_has (block, BLOCK_NAME))
    return IS_TOOL;
  return weir_answer_has (block, BLOCK_THINKING) ? IS_THINKING : IS_TEXT;
}

static int
find_delta_type (const WeirAnswerPicked *delta)
{
  if (weir_answer_has (delta, DELTA_TYPE))
    return weir_answer_find_slot (delta_types, delta, DELTA_TYPE);
  if (weir_answer_has (delta, DELTA_JSON))
    return DELTA_IS_JSON;
  return weir_answer_has (delta, DELTA_THINKING) ? DELTA_IS_THINKING : DELTA_IS_TEXT;
}

/* --- Usage ---------------------------------------------------------------------------------- */

enum
{
  USAGE_ALL,
  USAGE_INPUT,
  USAGE_OUTPUT,
  USAGE_CACHE_READ,
  USAGE_CACHE_WRITE,
  USAGE_REASONING,
};

static const char *const usage_names[] = {
  [USAGE_ALL] = "",
  [USAGE_INPUT] = "input_tokens",
  [USAGE_OUTPUT] = "output_tokens",
  [USAGE_CACHE_READ] = "cache_read_input_tokens",
  [USAGE_CACHE_WRITE] = "cache_creation_input_tokens",
  [USAGE_REASONING] = "output_tokens_details.thinking_tokens",
};
static const WeirAnswerPaths usage_paths = WEIR_ANSWER_PATHS (usage_names);

static int64_t
or_zero (int64_t count)
{
  return count > 0 ? count : 0;
}

/* input_tokens leaves out what the cache read or wrote. At the start output_tokens says 1 or so, which
 * counts nothing yet. */
static void
take_usage (WeirAnswer *self, const WeirAnswerPicked *picked, unsigned slot)
{
  WeirAnswerUsage *all = &self->usage;
  const int64_t cached = or_zero (all->cache_read) + or_zero (all->cache_write);
  int64_t uncached = all->input >= 0 ? all->input - cached : -1;
  WeirAnswerPicked usage;

  if (!weir_answer_has_object (picked, slot))
    return;
  weir_answer_pick (&usage, &usage_paths, picked, slot);
  weir_answer_count (&uncached, &usage, USAGE_INPUT);
  weir_answer_count (&all->cache_read, &usage, USAGE_CACHE_READ);
  weir_answer_count (&all->cache_write, &usage, USAGE_CACHE_WRITE);
  weir_answer_count (&all->reasoning, &usage, USAGE_REASONING);
  if (uncached >= 0)
    all->input = uncached + or_zero (all->cache_read) + or_zero (all->cache_write);
  if (slot == USAGE)
    weir_answer_count (&all->output, &usage, USAGE_OUTPUT);
}

/* --- Blocks ----------------------------------------------------------------------------------- */

static uint32_t
block_number (const WeirAnswerPicked *picked)
{
  const uint32_t number = weir_answer_index (picked, INDEX);

  return number == WEIR_ANSWER_NO_INDEX ? 0 : number;
}

enum
{
  CITED_ALL,
  CITED_TEXT,
  CITED_URL,
  CITED_TITLE,
  CITED_DOCUMENT,
  CITED_SOURCE,
};

static const char *const cited_names[] = {
  [CITED_ALL] = "",        [CITED_TEXT] = "cited_text",         [CITED_URL] = "url",
  [CITED_TITLE] = "title", [CITED_DOCUMENT] = "document_title", [CITED_SOURCE] = "source",
};
static const WeirAnswerPaths cited_paths = WEIR_ANSWER_PATHS (cited_names);

static void
cite (WeirAnswer *self, const WeirAnswerPicked *cited)
{
  static const unsigned sources[] = { CITED_URL, CITED_SOURCE, CITED_DOCUMENT, CITED_TITLE };
  unsigned source = WEIR_ANSWER_NO_SLOT;

  for (size_t i = 0; i < WEIR_ANSWER_N (sources) && source == WEIR_ANSWER_NO_SLOT; i++)
    if (weir_answer_has_string (cited, sources[i]))
      source = sources[i];
  weir_answer_cite (self, 0, cited, (const unsigned[2]){ CITED_TEXT, source });
}

static void
start_call (WeirAnswer *self, uint32_t number, const WeirAnswerPicked *block, bool is_server_side)
{
  WeirAnswerItem *item = weir_answer_get_block (self, WEIR_ANSWER_TOOL_CALL, number);

  weir_answer_note_content (self);
  if (item == NULL)
    return;
  item->is_server_side = is_server_side;
  weir_answer_set (self, &item->id, block, BLOCK_ID);
  weir_answer_set (self, &item->name, block, BLOCK_NAME);
  /* Empty where deltas follow; a whole input needs none, and gives way to them if they come. */
  if (!weir_answer_has (block, BLOCK_INPUT) || weir_answer_is_empty (block, BLOCK_INPUT))
    return;
  weir_answer_append (self, item, block, BLOCK_INPUT);
  item->is_provisional = true;
}

static void
start_block (WeirAnswer *self, uint32_t number, const WeirAnswerPicked *block)
{
  WeirAnswerItem *item;
  WeirAnswerPicked cited;
  WeirAnswerEach each;
  const int type = find_block_type (block);

  switch (type)
    {
    case IS_TEXT:
      weir_answer_append (self, weir_answer_get_block (self, WEIR_ANSWER_TEXT, number), block,
                          BLOCK_TEXT);
      weir_answer_each (&each, block, BLOCK_CITATIONS);
      while (weir_answer_each_next (&each, &cited_paths, &cited))
        cite (self, &cited);
      break;
    case IS_THINKING:
      weir_answer_append (self, weir_answer_get_block (self, WEIR_ANSWER_THINKING, number), block,
                          BLOCK_THINKING);
      break;
    case IS_SUMMARY:
      weir_answer_append (self, weir_answer_get_block (self, WEIR_ANSWER_THINKING, number), block,
                          BLOCK_CONTENT);
      break;
    case IS_TOOL:
    case IS_SERVER_TOOL:
      start_call (self, number, block, type == IS_SERVER_TOOL);
      break;
    case IS_RESULT:
      item = weir_answer_get_block (self, WEIR_ANSWER_TOOL_RESULT, number);
      if (item == NULL)
        break;
      item->is_json = true;
      weir_answer_set (self, &item->id, block, BLOCK_TOOL_USE_ID);
      weir_answer_set (self, &item->name, block, BLOCK_TYPE);
      weir_answer_append (self, item, block, BLOCK_CONTENT);
      break;
    case IS_OTHER:
      break;
    default:
      weir_answer_count_unknown_slot (self, block, BLOCK_TYPE);
    }
}

static void
append_json (WeirAnswer *self, uint32_t number, const WeirAnswerPicked *delta)
{
  WeirAnswerItem *item = weir_answer_get_block (self, WEIR_ANSWER_TOOL_CALL, number);

  if (!weir_answer_has_string (delta, DELTA_JSON))
    return;
  if (item != NULL && item->is_provisional)
    {
      item->is_provisional = false;
      weir_answer_clear_text (self, item);
    }
  weir_answer_append (self, item, delta, DELTA_JSON);
}

static void
take_delta (WeirAnswer *self, uint32_t number, const WeirAnswerPicked *delta)
{
  WeirAnswerPicked cited;

  switch (find_delta_type (delta))
    {
    case DELTA_IS_TEXT:
      weir_answer_append (self, weir_answer_get_block (self, WEIR_ANSWER_TEXT, number), delta,
                          DELTA_TEXT);
      break;
    case DELTA_IS_THINKING:
      weir_answer_append (self, weir_answer_get_block (self, WEIR_ANSWER_THINKING, number), delta,
                          DELTA_THINKING);
      break;
    case DELTA_IS_JSON:
      append_json (self, number, delta);
      break;
    case DELTA_IS_SUMMARY:
      weir_answer_append (self, weir_answer_get_block (self, WEIR_ANSWER_THINKING, number), delta,
                          DELTA_CONTENT);
      break;
    case DELTA_IS_CITATION:
      if (!weir_answer_has_object (delta, DELTA_CITATION))
        break;
      weir_answer_pick (&cited, &cited_paths, delta, DELTA_CITATION);
      cite (self, &cited);
      break;
    case DELTA_IS_SIGNATURE:
      break;
    default:
      weir_answer_count_unknown_slot (self, delta, DELTA_TYPE);
    }
}

/* --- Events ------------------------------------------------------------------------------------- */

static void
start_message (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  WeirAnswerPicked block;
  WeirAnswerEach each;

  weir_answer_set (self, &self->id, picked, MESSAGE_ID);
  weir_answer_set (self, &self->model, picked, MESSAGE_MODEL);
  take_usage (self, picked, MESSAGE_USAGE);
  weir_answer_each (&each, picked, MESSAGE_CONTENT);
  for (uint32_t i = 0; weir_answer_each_next (&each, &block_paths, &block); i++)
    start_block (self, i, &block);
  weir_answer_finish (self, 0, finishes, picked, MESSAGE_STOP);
}

static void
act (WeirAnswer *self, int action, const WeirAnswerPicked *picked)
{
  WeirAnswerPicked inner;

  switch (action)
    {
    case DO_MESSAGE_START:
      start_message (self, picked);
      break;
    case DO_BLOCK_START:
      if (!weir_answer_has_object (picked, BLOCK))
        break;
      weir_answer_pick (&inner, &block_paths, picked, BLOCK);
      start_block (self, block_number (picked), &inner);
      break;
    case DO_BLOCK_DELTA:
      if (!weir_answer_has_object (picked, DELTA))
        break;
      weir_answer_pick (&inner, &delta_paths, picked, DELTA);
      take_delta (self, block_number (picked), &inner);
      break;
    case DO_BLOCK_STOP:
      weir_answer_close_block (self, block_number (picked));
      break;
    case DO_MESSAGE_DELTA:
      weir_answer_finish (self, 0, finishes, picked, STOP_REASON);
      weir_answer_set (self, &self->detail, picked, STOP_EXPLANATION);
      take_usage (self, picked, USAGE);
      break;
    case DO_MESSAGE_STOP:
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
  if (action == DO_ERROR || action == 0)
    {
      if (weir_answer_take_error (self, event))
        {
          self->has_ended = true;
          return WEIR_ANSWER_TAKEN;
        }
      return weir_answer_take_unknown (self, event, &picked, TYPE);
    }
  if ((self->has_ended && action != DO_NOTHING && action != DO_MESSAGE_STOP)
      || (action == DO_MESSAGE_START && self->has_begun))
    return WEIR_ANSWER_NEXT;
  act (self, action, &picked);
  return WEIR_ANSWER_TAKEN;
}

static bool
recognise (const WeirAnswerEvent *event, const WeirAnswerPicked *sniff)
{
  switch (weir_answer_find_type (types, event, sniff, SNIFF_TYPE))
    {
    case DO_MESSAGE_START:
      return weir_answer_has_object (sniff, SNIFF_MESSAGE);
    case DO_BLOCK_START:
    case DO_BLOCK_DELTA:
    case DO_BLOCK_STOP:
      return weir_answer_has (sniff, SNIFF_INDEX);
    case DO_MESSAGE_DELTA:
      return weir_answer_has_object (sniff, SNIFF_DELTA);
    case DO_MESSAGE_STOP:
      return true;
    case DO_ERROR:
      /* OpenAI's has a code as well. */
      return weir_answer_has_string (sniff, SNIFF_ERROR_TYPE)
             && sniff->slots[SNIFF_ERROR_CODE].kind == 0
             && sniff->slots[SNIFF_ERROR_PARAM].kind == 0
             && weir_answer_is (sniff, SNIFF_TYPE, "error");
    default:
      return false;
    }
}

const WeirAnswerReader weir_answer_anthropic = {
  WEIR_ANSWER_API_ANTHROPIC, "stop_reason", "message_stop", false, recognise, take,
};
