/* SPDX-License-Identifier: MIT */
/* Gemini's Interactions: numbered steps (in the first version: contents). */
#include "weir-answer-private.h"

enum
{
  ALL,
  TYPE,
  INDEX,
  STEP,
  CONTENT,
  DELTA,
  STATUS,
  ERROR,
  INTERACTION,
  ID,
  MODEL,
  FINAL_STATUS,
  STEPS,
  OUTPUTS,
  USAGE,
  ERRORS,
};

static const char *const event_names[] = {
  [ALL] = "",
  [TYPE] = "event_type",
  [INDEX] = "index",
  [STEP] = "step",
  [CONTENT] = "content",
  [DELTA] = "delta",
  [STATUS] = "status",
  [ERROR] = "error",
  [INTERACTION] = "interaction",
  [ID] = "interaction.id",
  [MODEL] = "interaction.model",
  [FINAL_STATUS] = "interaction.status",
  [STEPS] = "interaction.steps",
  [OUTPUTS] = "interaction.outputs",
  [USAGE] = "interaction.usage",
  [ERRORS] = "interaction.errors",
};
static const WeirAnswerPaths event_paths = WEIR_ANSWER_PATHS (event_names);

enum
{
  DO_BEGIN = 1,
  DO_END,
  DO_STATUS,
  DO_START,
  DO_DELTA,
  DO_STOP,
  DO_ERROR,
};

/* ai.google.dev/api/interactions-api */
static const WeirAnswerWord types[] = {
  { "step.delta", DO_DELTA },
  { "content.delta", DO_DELTA },
  { "interaction.created", DO_BEGIN },
  { "interaction.start", DO_BEGIN },
  { "interaction.in_progress", DO_STATUS },
  { "interaction.status_update", DO_STATUS },
  { "interaction.requires_action", DO_STATUS },
  { "interaction.completed", DO_END },
  { "interaction.complete", DO_END },
  { "step.start", DO_START },
  { "content.start", DO_START },
  { "step.stop", DO_STOP },
  { "content.stop", DO_STOP },
  { "error", DO_ERROR },
  { NULL, 0 },
};

static const WeirAnswerWord statuses[] = {
  { "completed", WEIR_ANSWER_FINISH_COMPLETE },
  { "requires_action", WEIR_ANSWER_FINISH_COMPLETE },
  { "failed", WEIR_ANSWER_FINISH_FAILED },
  { "cancelled", WEIR_ANSWER_FINISH_OTHER },
  { "incomplete", WEIR_ANSWER_FINISH_OTHER },
  { "budget_exceeded", WEIR_ANSWER_FINISH_MAX_TOKENS },
  { "requires_continuation", WEIR_ANSWER_FINISH_OTHER },
  { "in_progress", WEIR_ANSWER_FINISH_OTHER },
  { "queued", WEIR_ANSWER_FINISH_OTHER },
  { NULL, 0 },
};

/* A step, a content or a delta: their members are nearly the same. */
enum
{
  PIECE_ALL,
  PIECE_TYPE,
  PIECE_TEXT,
  PIECE_THOUGHT,
  PIECE_ID,
  PIECE_CALL_ID,
  PIECE_NAME,
  PIECE_ARGUMENTS,
  PIECE_RESULT,
  PIECE_CONTENT,
  PIECE_CONTENT_TEXT,
  PIECE_SUMMARY,
  PIECE_ANNOTATIONS,
  PIECE_DATA,
  PIECE_MIME_TYPE,
  PIECE_URI,
  PIECE_ERROR,
  PIECE_PARTIAL,
};

static const char *const piece_names[] = {
  [PIECE_ALL] = "",
  [PIECE_TYPE] = "type",
  [PIECE_TEXT] = "text",
  [PIECE_THOUGHT] = "thought",
  [PIECE_ID] = "id",
  [PIECE_CALL_ID] = "call_id",
  [PIECE_NAME] = "name",
  [PIECE_ARGUMENTS] = "arguments",
  [PIECE_RESULT] = "result",
  [PIECE_CONTENT] = "content",
  [PIECE_CONTENT_TEXT] = "content.text",
  [PIECE_SUMMARY] = "summary",
  [PIECE_ANNOTATIONS] = "annotations",
  [PIECE_DATA] = "data",
  [PIECE_MIME_TYPE] = "mime_type",
  [PIECE_URI] = "uri",
  [PIECE_ERROR] = "error",
  [PIECE_PARTIAL] = "partial_arguments",
};
static const WeirAnswerPaths piece_paths = WEIR_ANSWER_PATHS (piece_names);

enum
{
  IS_TEXT = 1,
  IS_OUTPUT,
  IS_THOUGHT,
  IS_CALL,
  IS_SERVER_CALL,
  IS_RESULT,
  IS_ARGUMENTS,
  IS_ANNOTATIONS,
  IS_IMAGE,
  IS_AUDIO,
  IS_OTHER,
};

static const WeirAnswerWord piece_types[] = {
  { "text", IS_TEXT },
  { "text_delta", IS_TEXT },
  { "model_output", IS_OUTPUT },
  { "thought", IS_THOUGHT },
  { "thought_summary", IS_THOUGHT },
  { "thought_signature", IS_OTHER },
  { "function_call", IS_CALL },
  { "arguments_delta", IS_ARGUMENTS },
  { "arguments", IS_ARGUMENTS },
  { "code_execution_call", IS_SERVER_CALL },
  { "url_context_call", IS_SERVER_CALL },
  { "google_search_call", IS_SERVER_CALL },
  { "google_maps_call", IS_SERVER_CALL },
  { "file_search_call", IS_SERVER_CALL },
  { "mcp_server_tool_call", IS_SERVER_CALL },
  { "retrieval_call", IS_SERVER_CALL },
  { "processing_call", IS_SERVER_CALL },
  { "function_result", IS_RESULT },
  { "code_execution_result", IS_RESULT },
  { "url_context_result", IS_RESULT },
  { "google_search_result", IS_RESULT },
  { "google_maps_result", IS_RESULT },
  { "file_search_result", IS_RESULT },
  { "mcp_server_tool_result", IS_RESULT },
  { "retrieval_result", IS_RESULT },
  { "processing_result", IS_RESULT },
  { "text_annotation_delta", IS_ANNOTATIONS },
  { "text_annotation", IS_ANNOTATIONS },
  { "image", IS_IMAGE },
  { "audio", IS_AUDIO },
  { "video", IS_IMAGE },
  { "document", IS_IMAGE },
  { "user_input", IS_OTHER },
  { NULL, 0 },
};

/* --- Pieces ------------------------------------------------------------------------------------- */

/* Whether a piece adds to a text, or repeats all of it at the end. */
typedef struct
{
  uint32_t index;
  bool is_whole;
} Place;

static void
add (WeirAnswer *self,
     WeirAnswerItem *item,
     const Place *place,
     const WeirAnswerPicked *piece,
     unsigned slot)
{
  if (place->is_whole)
    weir_answer_append_rest (self, item, piece, slot);
  else
    weir_answer_append (self, item, piece, slot);
}

enum
{
  NOTE_ALL,
  NOTE_TITLE,
  NOTE_URL,
  NOTE_FILE,
  NOTE_SOURCE,
};

static const char *const note_names[] = {
  [NOTE_ALL] = "",           [NOTE_TITLE] = "title",   [NOTE_URL] = "url",
  [NOTE_FILE] = "file_name", [NOTE_SOURCE] = "source",
};
static const WeirAnswerPaths note_paths = WEIR_ANSWER_PATHS (note_names);

static void
take_annotations (WeirAnswer *self, const WeirAnswerPicked *piece)
{
  static const unsigned sources[] = { NOTE_URL, NOTE_FILE, NOTE_SOURCE };
  WeirAnswerPicked note;
  WeirAnswerEach each;

  weir_answer_each (&each, piece, PIECE_ANNOTATIONS);
  while (weir_answer_each_next (&each, &note_paths, &note))
    for (size_t i = 0; i < WEIR_ANSWER_N (sources); i++)
      if (weir_answer_has_string (&note, sources[i]))
        {
          weir_answer_cite (self, 0, &note, (const unsigned[2]){ NOTE_TITLE, sources[i] });
          break;
        }
}

static void
take_call (WeirAnswer *self, const Place *place, const WeirAnswerPicked *piece, bool is_server_side)
{
  WeirAnswerItem *item = weir_answer_get_block (self, WEIR_ANSWER_TOOL_CALL, place->index);

  weir_answer_note_content (self);
  if (item == NULL)
    return;
  item->is_server_side = is_server_side;
  weir_answer_set (self, &item->id, piece,
                   weir_answer_has (piece, PIECE_ID) ? PIECE_ID : PIECE_CALL_ID);
  weir_answer_set (self, &item->name, piece, PIECE_NAME);
  if (item->name.length == 0)
    weir_answer_set (self, &item->name, piece, PIECE_TYPE);
  if (!weir_answer_has (piece, PIECE_ARGUMENTS) || weir_answer_is_empty (piece, PIECE_ARGUMENTS))
    return;
  /* A whole object; deltas in pieces give way to none of it. */
  if (piece->slots[PIECE_ARGUMENTS].kind == WEIR_JSON_STRING)
    add (self, item, place, piece, PIECE_ARGUMENTS);
  else
    weir_answer_append_rest (self, item, piece, PIECE_ARGUMENTS);
}

static void
take_media (WeirAnswer *self,
            const Place *place,
            const WeirAnswerPicked *piece,
            WeirAnswerItemKind kind)
{
  WeirAnswerItem *item = weir_answer_get_block (self, kind, place->index);

  weir_answer_note_content (self);
  if (item == NULL || (place->is_whole && item->n_data_bytes > 0))
    return;
  weir_answer_set (self, &item->source, piece, PIECE_MIME_TYPE);
  weir_answer_set (self, &item->source, piece, PIECE_URI);
  if (weir_answer_has_string (piece, PIECE_DATA))
    item->n_data_bytes += piece->slots[PIECE_DATA].end - piece->slots[PIECE_DATA].begin - 2;
}

static void
take_result (WeirAnswer *self, const Place *place, const WeirAnswerPicked *piece)
{
  WeirAnswerItem *item = weir_answer_get_block (self, WEIR_ANSWER_TOOL_RESULT, place->index);

  if (item == NULL)
    return;
  item->is_json =
      weir_answer_has (piece, PIECE_RESULT) && piece->slots[PIECE_RESULT].kind != WEIR_JSON_STRING;
  weir_answer_set (self, &item->id, piece, PIECE_CALL_ID);
  weir_answer_set (self, &item->name, piece,
                   weir_answer_has_string (piece, PIECE_NAME) ? PIECE_NAME : PIECE_TYPE);
  add (self, item, place, piece, PIECE_RESULT);
}

/* A thought's text, in any of the places where versions of the API put it. */
static void
take_thought (WeirAnswer *self, const Place *place, const WeirAnswerPicked *piece)
{
  static const unsigned slots[] = { PIECE_CONTENT_TEXT, PIECE_TEXT, PIECE_THOUGHT };
  WeirAnswerItem *item;
  WeirAnswerPicked text;
  WeirAnswerEach each;

  for (size_t i = 0; i < WEIR_ANSWER_N (slots); i++)
    if (weir_answer_has_string (piece, slots[i]))
      {
        add (self, weir_answer_get_block (self, WEIR_ANSWER_THINKING, place->index), place, piece,
             slots[i]);
        return;
      }
  if (weir_answer_is_empty (piece, PIECE_SUMMARY) || !weir_answer_has_array (piece, PIECE_SUMMARY))
    return;
  item = weir_answer_get_block (self, WEIR_ANSWER_THINKING, place->index);
  if (place->is_whole && item != NULL && item->text.length > 0)
    return;
  weir_answer_each (&each, piece, PIECE_SUMMARY);
  while (weir_answer_each_next (&each, &piece_paths, &text))
    weir_answer_append (self, item, &text, PIECE_TEXT);
}

static void take_piece (WeirAnswer *self, const Place *place, const WeirAnswerPicked *piece);

/* A model_output has contents; texts among them are pieces of one. */
static void
take_contents (WeirAnswer *self, const Place *place, const WeirAnswerPicked *piece)
{
  const WeirAnswerKey key = { WEIR_ANSWER_TEXT, 0, 0, place->index };
  const WeirAnswerItem *text = weir_answer_find_item (self, &key);
  const bool is_known = place->is_whole && text != NULL && text->text.length > 0;
  const Place inner = { place->index, false };
  WeirAnswerPicked content;
  WeirAnswerEach each;

  weir_answer_take_error_slot (self, piece, PIECE_ERROR);
  if (is_known)
    return;
  weir_answer_each (&each, piece, PIECE_CONTENT);
  while (weir_answer_each_next (&each, &piece_paths, &content))
    if (!weir_answer_is (&content, PIECE_TYPE, "model_output"))
      take_piece (self, &inner, &content);
}

static void
take_piece (WeirAnswer *self, const Place *place, const WeirAnswerPicked *piece)
{
  const int type = weir_answer_find_slot (piece_types, piece, PIECE_TYPE);

  switch (type)
    {
    case IS_TEXT:
      if (weir_answer_has_string (piece, PIECE_TEXT))
        add (self, weir_answer_get_block (self, WEIR_ANSWER_TEXT, place->index), place, piece,
             PIECE_TEXT);
      take_annotations (self, piece);
      break;
    case IS_OUTPUT:
      take_contents (self, place, piece);
      break;
    case IS_THOUGHT:
      take_thought (self, place, piece);
      break;
    case IS_CALL:
    case IS_SERVER_CALL:
      take_call (self, place, piece, type == IS_SERVER_CALL);
      break;
    case IS_ARGUMENTS:
      add (self, weir_answer_get_block (self, WEIR_ANSWER_TOOL_CALL, place->index), place, piece,
           weir_answer_has (piece, PIECE_PARTIAL) ? PIECE_PARTIAL : PIECE_ARGUMENTS);
      break;
    case IS_RESULT:
      take_result (self, place, piece);
      break;
    case IS_ANNOTATIONS:
      take_annotations (self, piece);
      break;
    case IS_IMAGE:
    case IS_AUDIO:
      take_media (self, place, piece, type == IS_IMAGE ? WEIR_ANSWER_IMAGE : WEIR_ANSWER_AUDIO);
      break;
    case IS_OTHER:
      break;
    default:
      weir_answer_count_unknown_slot (self, piece, PIECE_TYPE);
    }
}

static void
take_slot (WeirAnswer *self, const WeirAnswerPicked *picked, unsigned slot)
{
  const uint32_t index = weir_answer_index (picked, INDEX);
  const Place place = { index == WEIR_ANSWER_NO_INDEX ? 0 : index, false };
  WeirAnswerPicked piece;

  if (!weir_answer_has_object (picked, slot))
    return;
  weir_answer_pick (&piece, &piece_paths, picked, slot);
  take_piece (self, &place, &piece);
}

/* The last event may repeat all steps, after what the user put in. */
static void
take_list (WeirAnswer *self, const WeirAnswerPicked *picked, unsigned slot)
{
  WeirAnswerPicked piece;
  WeirAnswerEach each;
  uint32_t n = 0;

  if (weir_answer_join (self, WEIR_ANSWER_TEXT, 0, NULL) > 0)
    return;
  weir_answer_each (&each, picked, slot);
  while (weir_answer_each_next (&each, &piece_paths, &piece))
    if (!weir_answer_is (&piece, PIECE_TYPE, "user_input"))
      take_piece (self, &(const Place){ n++, true }, &piece);
}

/* --- Events ---------------------------------------------------------------------------------------- */

enum
{
  USAGE_ALL,
  USAGE_INPUT,
  USAGE_OUTPUT,
  USAGE_THOUGHTS,
  USAGE_CACHED,
  USAGE_TOOLS,
  USAGE_TOTAL,
};

static const char *const usage_names[] = {
  [USAGE_ALL] = "",
  [USAGE_INPUT] = "total_input_tokens",
  [USAGE_OUTPUT] = "total_output_tokens",
  [USAGE_THOUGHTS] = "total_thought_tokens",
  [USAGE_CACHED] = "total_cached_tokens",
  [USAGE_TOOLS] = "total_tool_use_tokens",
  [USAGE_TOTAL] = "total_tokens",
};
static const WeirAnswerPaths usage_paths = WEIR_ANSWER_PATHS (usage_names);

static void
take_usage (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  WeirAnswerPicked usage;
  int64_t output, thoughts;

  if (!weir_answer_has_object (picked, USAGE))
    return;
  weir_answer_pick (&usage, &usage_paths, picked, USAGE);
  output = weir_answer_number (&usage, USAGE_OUTPUT, -1);
  thoughts = weir_answer_number (&usage, USAGE_THOUGHTS, -1);
  if (output >= 0 || thoughts >= 0)
    self->usage.output = (output > 0 ? output : 0) + (thoughts > 0 ? thoughts : 0);
  if (thoughts >= 0)
    self->usage.reasoning = thoughts;
  if (weir_answer_number (&usage, USAGE_INPUT, -1) >= 0)
    self->usage.input =
        weir_answer_number (&usage, USAGE_INPUT, 0) + weir_answer_number (&usage, USAGE_TOOLS, 0);
  weir_answer_count (&self->usage.cache_read, &usage, USAGE_CACHED);
  weir_answer_count (&self->usage.total, &usage, USAGE_TOTAL);
}

static void
act (WeirAnswer *self, int action, const WeirAnswerPicked *picked)
{
  switch (action)
    {
    case DO_START:
      take_slot (self, picked, STEP);
      take_slot (self, picked, CONTENT);
      break;
    case DO_DELTA:
      take_slot (self, picked, DELTA);
      break;
    case DO_STOP:
      weir_answer_close_block (self, weir_answer_index (picked, INDEX));
      break;
    case DO_STATUS:
      /* In the middle only what ends the interaction is a finish. */
      if (weir_answer_is (picked, STATUS, "failed") || weir_answer_is (picked, STATUS, "cancelled")
          || weir_answer_is (picked, STATUS, "requires_action"))
        weir_answer_finish (self, 0, statuses, picked, STATUS);
      break;
    case DO_END:
      take_list (self, picked, STEPS);
      take_list (self, picked, OUTPUTS);
      weir_answer_finish (self, 0, statuses, picked, FINAL_STATUS);
      weir_answer_take_error_slot (self, picked, ERRORS);
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
  if (action == 0 || action == DO_ERROR)
    {
      if (!weir_answer_take_error (self, event))
        return weir_answer_take_unknown (self, event, &picked, TYPE);
      self->has_ended = true;
      return WEIR_ANSWER_TAKEN;
    }
  if (action == DO_BEGIN ? self->has_begun : self->has_ended && action != DO_STATUS)
    return WEIR_ANSWER_NEXT;
  weir_answer_set (self, &self->id, &picked, ID);
  weir_answer_set (self, &self->model, &picked, MODEL);
  take_usage (self, &picked);
  act (self, action, &picked);
  return WEIR_ANSWER_TAKEN;
}

static bool
recognise (const WeirAnswerEvent *event, const WeirAnswerPicked *sniff)
{
  (void) event;
  switch (weir_answer_find_slot (types, sniff, SNIFF_EVENT_TYPE))
    {
    case DO_BEGIN:
    case DO_END:
      return weir_answer_has_object (sniff, SNIFF_INTERACTION);
    case DO_START:
    case DO_DELTA:
    case DO_STOP:
      return weir_answer_has (sniff, SNIFF_INDEX);
    case DO_STATUS:
      return true;
    case DO_ERROR:
      return weir_answer_has_object (sniff, SNIFF_ERROR);
    default:
      return false;
    }
}

const WeirAnswerReader weir_answer_interactions = {
  WEIR_ANSWER_API_GEMINI_INTERACTIONS, NULL, "interaction.completed", false, recognise, take,
};
