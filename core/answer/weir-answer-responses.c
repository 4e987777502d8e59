/* SPDX-License-Identifier: MIT */
/* OpenAI's Responses: items of output, with numbers and ids, that events fill and that the last event
 * repeats whole. The file has more than 900 lines because a third of them are tables of the API's words, and
 * deltas and whole items find the item that they fill by the same static functions. */
#include "weir-answer-private.h"

enum
{
  ALL,
  TYPE,
  OUTPUT_INDEX,
  CONTENT_INDEX,
  SUMMARY_INDEX,
  ITEM_ID,
  DELTA,
  TEXT,
  REFUSAL,
  ARGUMENTS,
  INPUT,
  CODE,
  TRANSCRIPT,
  DIFF,
  COMMAND,
  ITEM,
  PART,
  ANNOTATION,
  RESPONSE,
  RESPONSE_ID,
  RESPONSE_MODEL,
  RESPONSE_STATUS,
  RESPONSE_ERROR,
  RESPONSE_REASON,
  RESPONSE_OUTPUT,
  RESPONSE_USAGE,
  IMAGE,
  MESSAGE,
  ERROR,
};

static const char *const event_names[] = {
  [ALL] = "",
  [TYPE] = "type",
  [OUTPUT_INDEX] = "output_index",
  [CONTENT_INDEX] = "content_index",
  [SUMMARY_INDEX] = "summary_index",
  [ITEM_ID] = "item_id",
  [DELTA] = "delta",
  [TEXT] = "text",
  [REFUSAL] = "refusal",
  [ARGUMENTS] = "arguments",
  [INPUT] = "input",
  [CODE] = "code",
  [TRANSCRIPT] = "transcript",
  [DIFF] = "diff",
  [COMMAND] = "command",
  [ITEM] = "item",
  [PART] = "part",
  [ANNOTATION] = "annotation",
  [RESPONSE] = "response",
  [RESPONSE_ID] = "response.id",
  [RESPONSE_MODEL] = "response.model",
  [RESPONSE_STATUS] = "response.status",
  [RESPONSE_ERROR] = "response.error",
  [RESPONSE_REASON] = "response.incomplete_details.reason",
  [RESPONSE_OUTPUT] = "response.output",
  [RESPONSE_USAGE] = "response.usage",
  [IMAGE] = "partial_image_b64",
  [MESSAGE] = "message",
  [ERROR] = "error",
};
static const WeirAnswerPaths event_paths = WEIR_ANSWER_PATHS (event_names);

/* What an event does. */
enum
{
  DO_NOTHING = 1,
  DO_BEGIN,
  DO_END,
  DO_FAIL,
  DO_ERROR,
  DO_TEXT_DELTA,
  DO_TEXT_DONE,
  DO_REFUSAL_DELTA,
  DO_REFUSAL_DONE,
  DO_SUMMARY_DELTA,
  DO_SUMMARY_DONE,
  DO_REASONING_DELTA,
  DO_REASONING_DONE,
  DO_ARGUMENTS_DELTA,
  DO_ARGUMENTS_DONE,
  DO_INPUT_DELTA,
  DO_INPUT_DONE,
  DO_CODE_DELTA,
  DO_CODE_DONE,
  DO_TRANSCRIPT_DELTA,
  DO_TRANSCRIPT_DONE,
  DO_AUDIO_DELTA,
  DO_DIFF_DELTA,
  DO_DIFF_DONE,
  DO_COMMAND_DELTA,
  DO_COMMAND_DONE,
  DO_IMAGE,
  DO_ITEM,
  DO_ITEM_DONE,
  DO_PART,
  DO_ANNOTATION,
};

/* platform.openai.com/docs/api-reference/responses-streaming */
static const WeirAnswerWord types[] = {
  { "response.output_text.delta", DO_TEXT_DELTA },
  { "response.function_call_arguments.delta", DO_ARGUMENTS_DELTA },
  { "response.reasoning_summary_text.delta", DO_SUMMARY_DELTA },
  { "response.reasoning_text.delta", DO_REASONING_DELTA },
  { "response.created", DO_BEGIN },
  { "response.queued", DO_NOTHING },
  { "response.in_progress", DO_NOTHING },
  { "response.completed", DO_END },
  { "response.done", DO_END },
  { "response.incomplete", DO_END },
  { "response.cancelled", DO_END },
  { "response.failed", DO_FAIL },
  { "error", DO_ERROR },
  { "response.error", DO_ERROR },
  { "response.output_item.added", DO_ITEM },
  { "response.output_item.done", DO_ITEM_DONE },
  { "response.content_part.added", DO_PART },
  { "response.content_part.done", DO_PART },
  { "response.output_text.done", DO_TEXT_DONE },
  { "response.output_text.annotation.added", DO_ANNOTATION },
  { "response.output_text_annotation.added", DO_ANNOTATION },
  { "response.refusal.delta", DO_REFUSAL_DELTA },
  { "response.refusal.done", DO_REFUSAL_DONE },
  { "response.function_call_arguments.done", DO_ARGUMENTS_DONE },
  { "response.mcp_call_arguments.delta", DO_ARGUMENTS_DELTA },
  { "response.mcp_call_arguments.done", DO_ARGUMENTS_DONE },
  { "response.mcp_call.arguments_delta", DO_ARGUMENTS_DELTA },
  { "response.mcp_call.arguments_done", DO_ARGUMENTS_DONE },
  { "response.custom_tool_call_input.delta", DO_INPUT_DELTA },
  { "response.custom_tool_call_input.done", DO_INPUT_DONE },
  { "response.code_interpreter_call_code.delta", DO_CODE_DELTA },
  { "response.code_interpreter_call_code.done", DO_CODE_DONE },
  { "response.code_interpreter_call.code.delta", DO_CODE_DELTA },
  { "response.code_interpreter_call.code.done", DO_CODE_DONE },
  { "response.apply_patch_call_operation_diff.delta", DO_DIFF_DELTA },
  { "response.apply_patch_call_operation_diff.done", DO_DIFF_DONE },
  { "response.shell_call_command.added", DO_COMMAND_DELTA },
  { "response.shell_call_command.delta", DO_COMMAND_DELTA },
  { "response.shell_call_command.done", DO_COMMAND_DONE },
  { "response.shell_call_output_content.delta", DO_NOTHING },
  { "response.shell_call_output_content.done", DO_NOTHING },
  { "response.reasoning_summary_part.added", DO_NOTHING },
  { "response.reasoning_summary_part.done", DO_NOTHING },
  { "response.reasoning_summary_text.done", DO_SUMMARY_DONE },
  { "response.reasoning_summary.delta", DO_SUMMARY_DELTA },
  { "response.reasoning_summary.done", DO_SUMMARY_DONE },
  { "response.reasoning_text.done", DO_REASONING_DONE },
  { "response.reasoning.delta", DO_REASONING_DELTA },
  { "response.reasoning.done", DO_REASONING_DONE },
  { "response.audio.delta", DO_AUDIO_DELTA },
  { "response.audio.done", DO_NOTHING },
  { "response.output_audio.delta", DO_AUDIO_DELTA },
  { "response.output_audio.done", DO_NOTHING },
  { "response.audio.transcript.delta", DO_TRANSCRIPT_DELTA },
  { "response.audio.transcript.done", DO_TRANSCRIPT_DONE },
  { "response.audio_transcript.delta", DO_TRANSCRIPT_DELTA },
  { "response.audio_transcript.done", DO_TRANSCRIPT_DONE },
  { "response.output_audio_transcript.delta", DO_TRANSCRIPT_DELTA },
  { "response.output_audio_transcript.done", DO_TRANSCRIPT_DONE },
  { "response.image_generation_call.partial_image", DO_IMAGE },
  { "response.image_generation_call.in_progress", DO_NOTHING },
  { "response.image_generation_call.generating", DO_NOTHING },
  { "response.image_generation_call.completed", DO_NOTHING },
  { "response.web_search_call.in_progress", DO_NOTHING },
  { "response.web_search_call.searching", DO_NOTHING },
  { "response.web_search_call.completed", DO_NOTHING },
  { "response.file_search_call.in_progress", DO_NOTHING },
  { "response.file_search_call.searching", DO_NOTHING },
  { "response.file_search_call.completed", DO_NOTHING },
  { "response.code_interpreter_call.in_progress", DO_NOTHING },
  { "response.code_interpreter_call.interpreting", DO_NOTHING },
  { "response.code_interpreter_call.completed", DO_NOTHING },
  { "response.mcp_call.in_progress", DO_NOTHING },
  { "response.mcp_call.completed", DO_NOTHING },
  { "response.mcp_call.failed", DO_NOTHING },
  { "response.mcp_list_tools.in_progress", DO_NOTHING },
  { "response.mcp_list_tools.completed", DO_NOTHING },
  { "response.mcp_list_tools.failed", DO_NOTHING },
  { "keepalive", DO_NOTHING },
  { "response.keepalive", DO_NOTHING },
  { NULL, 0 },
};

static const WeirAnswerWord statuses[] = {
  { "completed", WEIR_ANSWER_FINISH_COMPLETE },
  { "incomplete", WEIR_ANSWER_FINISH_OTHER },
  { "cancelled", WEIR_ANSWER_FINISH_OTHER },
  { "failed", WEIR_ANSWER_FINISH_FAILED },
  { "in_progress", WEIR_ANSWER_FINISH_OTHER },
  { "queued", WEIR_ANSWER_FINISH_OTHER },
  { "max_output_tokens", WEIR_ANSWER_FINISH_MAX_TOKENS },
  { "max_tokens", WEIR_ANSWER_FINISH_MAX_TOKENS },
  { "content_filter", WEIR_ANSWER_FINISH_CONTENT_FILTER },
  { NULL, 0 },
};

/* Parts of an item with a number in a list of their own. */
#define SUMMARY_PARTS 0x10000u

/* --- Finding the item ------------------------------------------------------------------------- */

/* How an event identifies an output item. */
typedef struct
{
  WeirAnswerItemKind kind;
  const WeirAnswerPicked *picked;
  unsigned index_slot, id_slot;
  uint32_t part;
} Place;

static bool
is_part (const WeirAnswerItem *item, const Place *place)
{
  return item->kind == place->kind && item->part == place->part;
}

/* Finds an item by its number, because proxies change the ids between events, or by its id if it has no number. */
static WeirAnswerItem *
find_item (WeirAnswer *self, const Place *place)
{
  const uint32_t index = weir_answer_index (place->picked, place->index_slot);
  const bool has_id = weir_answer_has_string (place->picked, place->id_slot);
  WeirAnswerItem *unnumbered = NULL;

  for (size_t i = self->n_items; i-- > 0;)
    {
      WeirAnswerItem *item = self->items[i];

      if (!is_part (item, place))
        continue;
      if (index != WEIR_ANSWER_NO_INDEX && item->index == index)
        return item;
      if ((index == WEIR_ANSWER_NO_INDEX || item->index == WEIR_ANSWER_NO_INDEX) && has_id
          && weir_answer_text_is (&item->id, place->picked, place->id_slot))
        return item;
      if (unnumbered == NULL
          && (item->index == WEIR_ANSWER_NO_INDEX || index == WEIR_ANSWER_NO_INDEX)
          && (!has_id || item->id.length == 0))
        unnumbered = item;
    }
  return unnumbered;
}

static WeirAnswerItem *
get_item (WeirAnswer *self, const Place *place)
{
  WeirAnswerItem *item = find_item (self, place);
  const uint32_t index = weir_answer_index (place->picked, place->index_slot);
  const WeirAnswerKey key = { place->kind, 0, index, place->part };

  if (item == NULL)
    {
      item = weir_answer_add_item (self, &key);
      /* Of messages without numbers each is another one. */
      if (item != NULL && item->kind == WEIR_ANSWER_TEXT && index == WEIR_ANSWER_NO_INDEX)
        item->begins_paragraph = self->n_items > 1;
    }
  if (item == NULL)
    return NULL;
  if (item->index == WEIR_ANSWER_NO_INDEX)
    item->index = index;
  if (item->id.length == 0 && place->id_slot != 0)
    weir_answer_set (self, &item->id, place->picked, place->id_slot);
  return item;
}

static uint32_t
part_number (const WeirAnswerPicked *picked, unsigned slot)
{
  const uint32_t number = weir_answer_index (picked, slot);

  return number == WEIR_ANSWER_NO_INDEX ? 0 : number;
}

/* --- Deltas ------------------------------------------------------------------------------------ */

/* Where the text of an event type belongs. */
typedef struct
{
  int action;
  WeirAnswerItemKind kind;
  unsigned part_slot; /* 0: none */
  uint32_t part_base;
  unsigned text_slot;
  bool is_whole, is_free_text;
} Piece;

static const Piece pieces[] = {
  { DO_TEXT_DELTA, WEIR_ANSWER_TEXT, CONTENT_INDEX, 0, DELTA, false, false },
  { DO_TEXT_DONE, WEIR_ANSWER_TEXT, CONTENT_INDEX, 0, TEXT, true, false },
  { DO_REFUSAL_DELTA, WEIR_ANSWER_REFUSAL, CONTENT_INDEX, 0, DELTA, false, false },
  { DO_REFUSAL_DONE, WEIR_ANSWER_REFUSAL, CONTENT_INDEX, 0, REFUSAL, true, false },
  { DO_SUMMARY_DELTA, WEIR_ANSWER_THINKING, SUMMARY_INDEX, SUMMARY_PARTS, DELTA, false, false },
  { DO_SUMMARY_DONE, WEIR_ANSWER_THINKING, SUMMARY_INDEX, SUMMARY_PARTS, TEXT, true, false },
  { DO_REASONING_DELTA, WEIR_ANSWER_THINKING, CONTENT_INDEX, 0, DELTA, false, false },
  { DO_REASONING_DONE, WEIR_ANSWER_THINKING, CONTENT_INDEX, 0, TEXT, true, false },
  { DO_ARGUMENTS_DELTA, WEIR_ANSWER_TOOL_CALL, 0, 0, DELTA, false, false },
  { DO_ARGUMENTS_DONE, WEIR_ANSWER_TOOL_CALL, 0, 0, ARGUMENTS, true, false },
  { DO_INPUT_DELTA, WEIR_ANSWER_TOOL_CALL, 0, 0, DELTA, false, true },
  { DO_INPUT_DONE, WEIR_ANSWER_TOOL_CALL, 0, 0, INPUT, true, true },
  { DO_CODE_DELTA, WEIR_ANSWER_TOOL_CALL, 0, 0, DELTA, false, true },
  { DO_CODE_DONE, WEIR_ANSWER_TOOL_CALL, 0, 0, CODE, true, true },
  { DO_DIFF_DELTA, WEIR_ANSWER_TOOL_CALL, 0, 0, DELTA, false, true },
  { DO_DIFF_DONE, WEIR_ANSWER_TOOL_CALL, 0, 0, DIFF, true, true },
  { DO_COMMAND_DELTA, WEIR_ANSWER_TOOL_CALL, 0, 0, DELTA, false, true },
  { DO_COMMAND_DONE, WEIR_ANSWER_TOOL_CALL, 0, 0, COMMAND, true, true },
  { DO_TRANSCRIPT_DELTA, WEIR_ANSWER_AUDIO, 0, 0, DELTA, false, false },
  { DO_TRANSCRIPT_DONE, WEIR_ANSWER_AUDIO, 0, 0, TRANSCRIPT, true, false },
};

/* Returns: false if the event has no piece of a text. */
static bool
take_piece (WeirAnswer *self, int action, const WeirAnswerPicked *picked)
{
  for (size_t i = 0; i < WEIR_ANSWER_N (pieces); i++)
    {
      const Piece *piece = &pieces[i];
      Place place = { piece->kind, picked, OUTPUT_INDEX, ITEM_ID, piece->part_base };
      WeirAnswerItem *item;

      if (piece->action != action)
        continue;
      if (!piece->is_whole && !weir_answer_has_string (picked, piece->text_slot))
        return true;
      if (piece->part_slot != 0)
        place.part += part_number (picked, piece->part_slot);
      item = get_item (self, &place);
      if (item != NULL && piece->is_free_text)
        item->is_json = false;
      if (piece->is_whole)
        {
          weir_answer_append_rest (self, item, picked, piece->text_slot);
          weir_answer_close_item (self, item);
        }
      else
        weir_answer_append (self, item, picked, piece->text_slot);
      return true;
    }
  return false;
}

/* --- Whole items ------------------------------------------------------------------------------- */

enum
{
  ITEM_ALL,
  ITEM_TYPE,
  ITEM_OWN_ID,
  ITEM_CALL_ID,
  ITEM_NAME,
  ITEM_ARGUMENTS,
  ITEM_INPUT,
  ITEM_CODE,
  ITEM_ACTION,
  ITEM_QUERIES,
  ITEM_OPERATION,
  ITEM_OUTPUT,
  ITEM_ERROR,
  ITEM_CONTENT,
  ITEM_SUMMARY,
  ITEM_RESULT,
  ITEM_STATUS,
  ITEM_INDEX,
};

static const char *const item_names[] = {
  [ITEM_ALL] = "",
  [ITEM_TYPE] = "type",
  [ITEM_OWN_ID] = "id",
  [ITEM_CALL_ID] = "call_id",
  [ITEM_NAME] = "name",
  [ITEM_ARGUMENTS] = "arguments",
  [ITEM_INPUT] = "input",
  [ITEM_CODE] = "code",
  [ITEM_ACTION] = "action",
  [ITEM_QUERIES] = "queries",
  [ITEM_OPERATION] = "operation",
  [ITEM_OUTPUT] = "output",
  [ITEM_ERROR] = "error",
  [ITEM_CONTENT] = "content",
  [ITEM_SUMMARY] = "summary",
  [ITEM_RESULT] = "result",
  [ITEM_STATUS] = "status",
  [ITEM_INDEX] = "output_index",
};
static const WeirAnswerPaths item_paths = WEIR_ANSWER_PATHS (item_names);

enum
{
  IS_MESSAGE = 1,
  IS_REASONING,
  IS_CALL,
  IS_IMAGE,
  IS_OUTPUT,
  IS_OTHER,
};

/* Calls have the slot of their arguments; those without a name of their own have that of their type. */
typedef struct
{
  const char *type, *name;
  unsigned arguments;
  bool is_json, is_server_side;
} CallType;

static const CallType call_types[] = {
  { "function_call", NULL, ITEM_ARGUMENTS, true, false },
  { "custom_tool_call", NULL, ITEM_INPUT, false, false },
  { "mcp_call", NULL, ITEM_ARGUMENTS, true, true },
  { "mcp_approval_request", NULL, ITEM_ARGUMENTS, true, true },
  { "web_search_call", "web_search", ITEM_ACTION, true, true },
  { "file_search_call", "file_search", ITEM_QUERIES, true, true },
  { "code_interpreter_call", "code_interpreter", ITEM_CODE, false, true },
  { "computer_call", "computer", ITEM_ACTION, true, false },
  { "local_shell_call", "local_shell", ITEM_ACTION, true, false },
  { "shell_call", "shell", ITEM_ACTION, true, false },
  { "apply_patch_call", "apply_patch", ITEM_OPERATION, true, false },
  { "tool_search_call", "tool_search", ITEM_ARGUMENTS, true, true },
  { "program", "program", ITEM_CODE, false, true },
};

static const WeirAnswerWord item_types[] = {
  { "message", IS_MESSAGE },
  { "reasoning", IS_REASONING },
  { "image_generation_call", IS_IMAGE },
  { "function_call_output", IS_OUTPUT },
  { "custom_tool_call_output", IS_OUTPUT },
  { "computer_call_output", IS_OUTPUT },
  { "local_shell_call_output", IS_OUTPUT },
  { "shell_call_output", IS_OUTPUT },
  { "apply_patch_call_output", IS_OUTPUT },
  { "tool_search_output", IS_OTHER },
  { "program_output", IS_OUTPUT },
  { "mcp_list_tools", IS_OTHER },
  { "mcp_approval_response", IS_OTHER },
  { "additional_tools", IS_OTHER },
  { "compaction", IS_OTHER },
  { NULL, 0 },
};

/* An output item as it is inside an event: its number is the event's, or its place in the list. */
typedef struct
{
  const WeirAnswerPicked *numbers; /* of which index_slot has the number */
  unsigned index_slot;
  const WeirAnswerPicked *item;
  bool is_done;
} Output;

/* Of items that came without numbers: the one of that id, or else the first that may be meant. */
static WeirAnswerItem *
find_unnumbered (WeirAnswer *self, const Output *output, WeirAnswerItemKind kind, uint32_t part)
{
  const bool has_id = weir_answer_has_string (output->item, ITEM_OWN_ID);
  WeirAnswerItem *first = NULL;

  for (size_t i = 0; i < self->n_items; i++)
    {
      WeirAnswerItem *item = self->items[i];

      if (item->kind != kind || item->part != part || item->index != WEIR_ANSWER_NO_INDEX)
        continue;
      if (has_id && weir_answer_text_is (&item->id, output->item, ITEM_OWN_ID))
        return item;
      if (first == NULL && (!has_id || item->id.length == 0))
        first = item;
    }
  return first;
}

static WeirAnswerItem *
get_output (WeirAnswer *self, const Output *output, WeirAnswerItemKind kind, uint32_t part)
{
  const uint32_t index = weir_answer_index (output->numbers, output->index_slot);
  const WeirAnswerKey key = { kind, 0, index, part };
  const Place place = { kind, output->numbers, output->index_slot, 0, part };
  WeirAnswerItem *item = index != WEIR_ANSWER_NO_INDEX ? weir_answer_find_item (self, &key) : NULL;

  if (item == NULL)
    item = find_unnumbered (self, output, kind, part);
  if (item == NULL)
    item =
        index != WEIR_ANSWER_NO_INDEX ? weir_answer_add_item (self, &key) : get_item (self, &place);
  if (item == NULL)
    return NULL;
  if (item->index == WEIR_ANSWER_NO_INDEX)
    item->index = index;
  if (item->id.length == 0)
    weir_answer_set (self, &item->id, output->item, ITEM_OWN_ID);
  return item;
}

enum
{
  PART_ALL,
  PART_TYPE,
  PART_TEXT,
  PART_REFUSAL,
  PART_TRANSCRIPT,
  PART_ANNOTATIONS,
};

static const char *const part_names[] = {
  [PART_ALL] = "",
  [PART_TYPE] = "type",
  [PART_TEXT] = "text",
  [PART_REFUSAL] = "refusal",
  [PART_TRANSCRIPT] = "transcript",
  [PART_ANNOTATIONS] = "annotations",
};
static const WeirAnswerPaths part_paths = WEIR_ANSWER_PATHS (part_names);

enum
{
  PART_IS_TEXT = 1,
  PART_IS_REFUSAL,
  PART_IS_REASONING,
  PART_IS_AUDIO,
};

static const WeirAnswerWord part_types[] = {
  { "output_text", PART_IS_TEXT },
  { "text", PART_IS_TEXT },
  { "refusal", PART_IS_REFUSAL },
  { "reasoning_text", PART_IS_REASONING },
  { "summary_text", PART_IS_REASONING },
  { "output_audio", PART_IS_AUDIO },
  { NULL, 0 },
};

enum
{
  NOTE_ALL,
  NOTE_TYPE,
  NOTE_URL,
  NOTE_TITLE,
  NOTE_FILE,
  NOTE_FILE_ID,
};

static const char *const note_names[] = {
  [NOTE_ALL] = "",        [NOTE_TYPE] = "type",     [NOTE_URL] = "url",
  [NOTE_TITLE] = "title", [NOTE_FILE] = "filename", [NOTE_FILE_ID] = "file_id",
};
static const WeirAnswerPaths note_paths = WEIR_ANSWER_PATHS (note_names);

static void
take_annotation (WeirAnswer *self, const WeirAnswerPicked *note)
{
  if (weir_answer_has_string (note, NOTE_URL))
    weir_answer_cite (self, 0, note, (const unsigned[2]){ NOTE_TITLE, NOTE_URL });
  else if (weir_answer_has_string (note, NOTE_FILE) || weir_answer_has_string (note, NOTE_FILE_ID))
    weir_answer_cite (self, 0, note, (const unsigned[2]){ NOTE_FILE, NOTE_FILE_ID });
}

static void
take_part (WeirAnswer *self, const Output *output, uint32_t number, const WeirAnswerPicked *part)
{
  WeirAnswerPicked note;
  WeirAnswerEach each;

  switch (weir_answer_find_slot (part_types, part, PART_TYPE))
    {
    case PART_IS_TEXT:
      if (weir_answer_has_string (part, PART_TEXT))
        weir_answer_append_rest (self, get_output (self, output, WEIR_ANSWER_TEXT, number), part,
                                 PART_TEXT);
      weir_answer_each (&each, part, PART_ANNOTATIONS);
      while (weir_answer_each_next (&each, &note_paths, &note))
        take_annotation (self, &note);
      break;
    case PART_IS_REFUSAL:
      if (weir_answer_has_string (part, PART_REFUSAL))
        weir_answer_append_rest (self, get_output (self, output, WEIR_ANSWER_REFUSAL, number), part,
                                 PART_REFUSAL);
      break;
    case PART_IS_REASONING:
      if (weir_answer_has_string (part, PART_TEXT))
        weir_answer_append_rest (self, get_output (self, output, WEIR_ANSWER_THINKING, number),
                                 part, PART_TEXT);
      break;
    case PART_IS_AUDIO:
      if (weir_answer_has_string (part, PART_TRANSCRIPT))
        weir_answer_append_rest (self, get_output (self, output, WEIR_ANSWER_AUDIO, 0), part,
                                 PART_TRANSCRIPT);
      break;
    default:
      weir_answer_count_unknown_slot (self, part, PART_TYPE);
    }
}

static void
take_parts (WeirAnswer *self, const Output *output, unsigned slot, uint32_t base)
{
  WeirAnswerPicked part;
  WeirAnswerEach each;

  weir_answer_each (&each, output->item, slot);
  for (uint32_t i = 0; weir_answer_each_next (&each, &part_paths, &part); i++)
    take_part (self, output, base + i, &part);
}

static void
take_tool_output (WeirAnswer *self, const Output *output, unsigned slot)
{
  WeirAnswerItem *item;

  if (!weir_answer_has (output->item, slot) || weir_answer_is_empty (output->item, slot))
    return;
  item = get_output (self, output, WEIR_ANSWER_TOOL_RESULT, 0);
  if (item == NULL)
    return;
  item->is_json = output->item->slots[slot].kind != WEIR_JSON_STRING;
  if (item->name.length == 0)
    weir_answer_set (self, &item->name, output->item, ITEM_NAME);
  weir_answer_append_rest (self, item, output->item, slot);
}

static const CallType *
find_call_type (const WeirAnswerPicked *item)
{
  for (size_t i = 0; i < WEIR_ANSWER_N (call_types); i++)
    if (weir_answer_is (item, ITEM_TYPE, call_types[i].type))
      return &call_types[i];
  return NULL;
}

static void
take_call (WeirAnswer *self, const Output *output, const CallType *type)
{
  WeirAnswerItem *item = get_output (self, output, WEIR_ANSWER_TOOL_CALL, 0);

  weir_answer_note_content (self);
  if (item == NULL)
    return;
  item->is_json = type->is_json;
  item->is_server_side = type->is_server_side;
  if (type->name != NULL && item->name.length == 0)
    for (size_t n = 0;; n++)
      if (type->name[n] == '\0')
        {
          weir_answer_set_bytes (self, &item->name, type->name, n);
          break;
        }
  if (item->name.length == 0)
    weir_answer_set (self, &item->name, output->item, ITEM_NAME);
  /* Until it is done the action is a draft. */
  if (output->is_done || output->item->slots[type->arguments].kind == WEIR_JSON_STRING)
    weir_answer_append_rest (self, item, output->item, type->arguments);
  if (!output->is_done)
    return;
  weir_answer_close_item (self, item);
  if (type->is_server_side)
    {
      take_tool_output (self, output, ITEM_OUTPUT);
      take_tool_output (self, output, ITEM_ERROR);
    }
}

static void
take_image (WeirAnswer *self, const Output *output)
{
  WeirAnswerItem *item = get_output (self, output, WEIR_ANSWER_IMAGE, 0);

  weir_answer_note_content (self);
  if (item == NULL || !weir_answer_has_string (output->item, ITEM_RESULT))
    return;
  item->n_data_bytes =
      output->item->slots[ITEM_RESULT].end - output->item->slots[ITEM_RESULT].begin - 2;
  weir_answer_close_item (self, item);
}

static void
take_output (WeirAnswer *self, const Output *output)
{
  const CallType *call = find_call_type (output->item);

  if (call != NULL)
    {
      take_call (self, output, call);
      return;
    }
  switch (weir_answer_find_slot (item_types, output->item, ITEM_TYPE))
    {
    case IS_MESSAGE:
      take_parts (self, output, ITEM_CONTENT, 0);
      break;
    case IS_REASONING:
      take_parts (self, output, ITEM_SUMMARY, SUMMARY_PARTS);
      take_parts (self, output, ITEM_CONTENT, 0);
      break;
    case IS_IMAGE:
      take_image (self, output);
      break;
    case IS_OUTPUT:
      take_tool_output (self, output, ITEM_OUTPUT);
      break;
    case IS_OTHER:
      break;
    default:
      if (!weir_answer_has (output->item, ITEM_TYPE)
          && weir_answer_has_array (output->item, ITEM_CONTENT))
        take_parts (self, output, ITEM_CONTENT, 0);
      else if (output->is_done)
        weir_answer_count_unknown_slot (self, output->item, ITEM_TYPE);
    }
}

static void
take_item_event (WeirAnswer *self, const WeirAnswerPicked *picked, bool is_done)
{
  WeirAnswerPicked item;

  if (!weir_answer_has_object (picked, ITEM))
    return;
  weir_answer_pick (&item, &item_paths, picked, ITEM);
  take_output (self, &(const Output){ picked, OUTPUT_INDEX, &item, is_done });
}

static void
take_part_event (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  WeirAnswerPicked part, item = { .text = picked->text };

  if (!weir_answer_has_object (picked, PART))
    return;
  weir_answer_pick (&part, &part_paths, picked, PART);
  item.slots[ITEM_OWN_ID] = picked->slots[ITEM_ID];
  item.slots[ITEM_INDEX] = picked->slots[OUTPUT_INDEX];
  take_part (self, &(const Output){ picked, OUTPUT_INDEX, &item, false },
             part_number (picked, CONTENT_INDEX), &part);
}

/* The list of the last event repeats all items in their order. */
static void
take_outputs (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  WeirAnswerPicked item;
  WeirAnswerEach each;
  char digits[12];

  weir_answer_each (&each, picked, RESPONSE_OUTPUT);
  for (uint32_t i = 0; weir_answer_each_next (&each, &item_paths, &item); i++)
    {
      WeirAnswerPicked number = { .text = digits };
      size_t n = 0;

      for (uint32_t power = 1000000000; power > 0; power /= 10)
        if (n > 0 || i >= power || power == 1)
          digits[n++] = (char) ('0' + i / power % 10);
      number.slots[ITEM_INDEX] = (WeirJsonToken){ .kind = WEIR_JSON_NUMBER, .begin = 0, .end = n };
      take_output (self, &(const Output){ &number, ITEM_INDEX, &item, true });
    }
}

/* --- The response ------------------------------------------------------------------------------- */

enum
{
  USAGE_ALL,
  USAGE_INPUT,
  USAGE_OUTPUT,
  USAGE_TOTAL,
  USAGE_CACHED,
  USAGE_CACHE_WRITE,
  USAGE_REASONING,
};

static const char *const usage_names[] = {
  [USAGE_ALL] = "",
  [USAGE_INPUT] = "input_tokens",
  [USAGE_OUTPUT] = "output_tokens",
  [USAGE_TOTAL] = "total_tokens",
  [USAGE_CACHED] = "input_tokens_details.cached_tokens",
  [USAGE_CACHE_WRITE] = "input_tokens_details.cache_write_tokens",
  [USAGE_REASONING] = "output_tokens_details.reasoning_tokens",
};
static const WeirAnswerPaths usage_paths = WEIR_ANSWER_PATHS (usage_names);

static void
take_usage (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  WeirAnswerPicked usage;

  if (!weir_answer_has_object (picked, RESPONSE_USAGE))
    return;
  weir_answer_pick (&usage, &usage_paths, picked, RESPONSE_USAGE);
  weir_answer_count (&self->usage.input, &usage, USAGE_INPUT);
  weir_answer_count (&self->usage.output, &usage, USAGE_OUTPUT);
  weir_answer_count (&self->usage.total, &usage, USAGE_TOTAL);
  weir_answer_count (&self->usage.cache_read, &usage, USAGE_CACHED);
  weir_answer_count (&self->usage.cache_write, &usage, USAGE_CACHE_WRITE);
  weir_answer_count (&self->usage.reasoning, &usage, USAGE_REASONING);
}

static void
take_end (WeirAnswer *self, const WeirAnswerPicked *picked, int action)
{
  take_outputs (self, picked);
  self->has_ended = true;
  if (weir_answer_has_string (picked, RESPONSE_REASON))
    {
      weir_answer_finish (self, 0, statuses, picked, RESPONSE_REASON);
      /* A reason that is not known is still one why it is incomplete. */
      if (self->n_choices > 0 && self->choices[0].finish == WEIR_ANSWER_FINISH_COMPLETE)
        self->choices[0].finish = WEIR_ANSWER_FINISH_OTHER;
    }
  else
    weir_answer_finish (self, 0, statuses, picked, RESPONSE_STATUS);
  if (action != DO_FAIL || weir_answer_take_error_slot (self, picked, RESPONSE_ERROR))
    return;
  self->has_error = true;
  weir_answer_set_bytes (self, &self->error_code, "response.failed", 15);
}

/* {"type":"error","code","message","param"}, or with an object "error". */
static void
take_error (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  self->has_ended = true;
  if (weir_answer_take_error_slot (self, picked, ERROR))
    return;
  weir_answer_fail (self, picked, (const unsigned[2]){ MESSAGE, CODE });
}

static void
take_picture (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  const Place place = { WEIR_ANSWER_IMAGE, picked, OUTPUT_INDEX, ITEM_ID, 0 };
  WeirAnswerItem *item = get_item (self, &place);

  weir_answer_note_content (self);
  if (item != NULL && weir_answer_has_string (picked, IMAGE))
    item->n_data_bytes = picked->slots[IMAGE].end - picked->slots[IMAGE].begin - 2;
}

static void
take_sound (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  const Place place = { WEIR_ANSWER_AUDIO, picked, OUTPUT_INDEX, ITEM_ID, 0 };
  WeirAnswerItem *item = get_item (self, &place);

  weir_answer_note_content (self);
  if (item != NULL && weir_answer_has_string (picked, DELTA))
    item->n_data_bytes += picked->slots[DELTA].end - picked->slots[DELTA].begin - 2;
}

static void
act (WeirAnswer *self, int action, const WeirAnswerPicked *picked)
{
  WeirAnswerPicked note;

  switch (action)
    {
    case DO_END:
    case DO_FAIL:
      take_end (self, picked, action);
      break;
    case DO_ERROR:
      take_error (self, picked);
      break;
    case DO_ITEM:
    case DO_ITEM_DONE:
      take_item_event (self, picked, action == DO_ITEM_DONE);
      break;
    case DO_PART:
      take_part_event (self, picked);
      break;
    case DO_ANNOTATION:
      if (!weir_answer_has_object (picked, ANNOTATION))
        break;
      weir_answer_pick (&note, &note_paths, picked, ANNOTATION);
      take_annotation (self, &note);
      break;
    case DO_IMAGE:
      take_picture (self, picked);
      break;
    case DO_AUDIO_DELTA:
      take_sound (self, picked);
      break;
    default:
      take_piece (self, action, picked);
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
  if ((self->has_ended && action != DO_NOTHING && action != DO_ERROR
       && !(self->has_error && action == DO_FAIL))
      || (action == DO_BEGIN && self->has_begun))
    return WEIR_ANSWER_NEXT;
  weir_answer_set (self, &self->id, &picked, RESPONSE_ID);
  weir_answer_set (self, &self->model, &picked, RESPONSE_MODEL);
  take_usage (self, &picked);
  act (self, action, &picked);
  return WEIR_ANSWER_TAKEN;
}

static bool
recognise (const WeirAnswerEvent *event, const WeirAnswerPicked *sniff)
{
  const int action = weir_answer_find_type (types, event, sniff, SNIFF_TYPE);

  if (action == DO_ERROR)
    return weir_answer_has (sniff, SNIFF_SEQUENCE);
  if (action == 0 || weir_answer_is (sniff, SNIFF_TYPE, "keepalive")
      || weir_answer_span_is (&event->type, "keepalive"))
    return false;
  return weir_answer_has_object (sniff, SNIFF_RESPONSE) || weir_answer_has (sniff, SNIFF_SEQUENCE)
         || weir_answer_has (sniff, SNIFF_ITEM_ID) || weir_answer_has (sniff, SNIFF_OUTPUT_INDEX)
         || weir_answer_has (sniff, SNIFF_DELTA);
}

const WeirAnswerReader weir_answer_responses = {
  WEIR_ANSWER_API_OPENAI_RESPONSES, NULL, "response.completed", false, recognise, take,
};
