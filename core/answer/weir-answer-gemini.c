/* SPDX-License-Identifier: MIT */
/* Gemini's streamGenerateContent: candidates of parts. */
#include "weir-answer-private.h"

/* Code Assist, behind the Gemini CLI, puts each event into "response". */
enum
{
  ALL,
  CANDIDATES,
  BLOCK_REASON,
  BLOCK_MESSAGE,
  FEEDBACK,
  USAGE,
  MODEL,
  ID,
  WRAPPED,
};

static const char *const event_names[] = {
  [ALL] = "",
  [CANDIDATES] = "candidates",
  [BLOCK_REASON] = "promptFeedback.blockReason",
  [BLOCK_MESSAGE] = "promptFeedback.blockReasonMessage",
  [FEEDBACK] = "promptFeedback",
  [USAGE] = "usageMetadata",
  [MODEL] = "modelVersion",
  [ID] = "responseId",
  [WRAPPED] = "response",
};
static const WeirAnswerPaths event_paths = WEIR_ANSWER_PATHS (event_names);

enum
{
  CANDIDATE_ALL,
  CANDIDATE_INDEX,
  CANDIDATE_PARTS,
  CANDIDATE_CONTENT,
  CANDIDATE_FINISH,
  CANDIDATE_MESSAGE,
  CANDIDATE_GROUNDING,
  CANDIDATE_CITATIONS,
};

static const char *const candidate_names[] = {
  [CANDIDATE_ALL] = "",
  [CANDIDATE_INDEX] = "index",
  [CANDIDATE_PARTS] = "content.parts",
  [CANDIDATE_CONTENT] = "content",
  [CANDIDATE_FINISH] = "finishReason",
  [CANDIDATE_MESSAGE] = "finishMessage",
  [CANDIDATE_GROUNDING] = "groundingMetadata.groundingChunks",
  [CANDIDATE_CITATIONS] = "citationMetadata.citationSources",
};
static const WeirAnswerPaths candidate_paths = WEIR_ANSWER_PATHS (candidate_names);

enum
{
  PART_ALL,
  PART_TEXT,
  PART_THOUGHT,
  PART_SIGNATURE,
  PART_CALL,
  PART_CALL_ID,
  PART_CALL_NAME,
  PART_CALL_ARGS,
  PART_CALL_PARTIAL,
  PART_CALL_CONTINUES,
  PART_DATA,
  PART_DATA_TYPE,
  PART_FILE,
  PART_CODE,
  PART_CODE_TEXT,
  PART_RESULT,
  PART_RESULT_TEXT,
  PART_RESPONSE,
  PART_RESPONSE_NAME,
  PART_TOOL_CALL,
  PART_TOOL_RESPONSE,
};

static const char *const part_names[] = {
  [PART_ALL] = "",
  [PART_TEXT] = "text",
  [PART_THOUGHT] = "thought",
  [PART_SIGNATURE] = "thoughtSignature",
  [PART_CALL] = "functionCall",
  [PART_CALL_ID] = "functionCall.id",
  [PART_CALL_NAME] = "functionCall.name",
  [PART_CALL_ARGS] = "functionCall.args",
  [PART_CALL_PARTIAL] = "functionCall.partialArgs",
  [PART_CALL_CONTINUES] = "functionCall.willContinue",
  [PART_DATA] = "inlineData.data",
  [PART_DATA_TYPE] = "inlineData.mimeType",
  [PART_FILE] = "fileData.fileUri",
  [PART_CODE] = "executableCode",
  [PART_CODE_TEXT] = "executableCode.code",
  [PART_RESULT] = "codeExecutionResult",
  [PART_RESULT_TEXT] = "codeExecutionResult.output",
  [PART_RESPONSE] = "functionResponse.response",
  [PART_RESPONSE_NAME] = "functionResponse.name",
  [PART_TOOL_CALL] = "toolCall",
  [PART_TOOL_RESPONSE] = "toolResponse",
};
static const WeirAnswerPaths part_paths = WEIR_ANSWER_PATHS (part_names);

/* ai.google.dev/api/generate-content#FinishReason */
static const WeirAnswerWord finishes[] = {
  { "STOP", WEIR_ANSWER_FINISH_COMPLETE },
  { "MAX_TOKENS", WEIR_ANSWER_FINISH_MAX_TOKENS },
  { "SAFETY", WEIR_ANSWER_FINISH_CONTENT_FILTER },
  { "RECITATION", WEIR_ANSWER_FINISH_CONTENT_FILTER },
  { "LANGUAGE", WEIR_ANSWER_FINISH_OTHER },
  { "BLOCKLIST", WEIR_ANSWER_FINISH_CONTENT_FILTER },
  { "PROHIBITED_CONTENT", WEIR_ANSWER_FINISH_CONTENT_FILTER },
  { "SPII", WEIR_ANSWER_FINISH_CONTENT_FILTER },
  { "MODEL_ARMOR", WEIR_ANSWER_FINISH_CONTENT_FILTER },
  { "IMAGE_SAFETY", WEIR_ANSWER_FINISH_CONTENT_FILTER },
  { "IMAGE_PROHIBITED_CONTENT", WEIR_ANSWER_FINISH_CONTENT_FILTER },
  { "IMAGE_RECITATION", WEIR_ANSWER_FINISH_CONTENT_FILTER },
  { "IMAGE_OTHER", WEIR_ANSWER_FINISH_OTHER },
  { "NO_IMAGE", WEIR_ANSWER_FINISH_OTHER },
  { "OTHER", WEIR_ANSWER_FINISH_OTHER },
  { "CONTINUATION", WEIR_ANSWER_FINISH_OTHER },
  { "MALFORMED_FUNCTION_CALL", WEIR_ANSWER_FINISH_OTHER },
  { "MALFORMED_RESPONSE", WEIR_ANSWER_FINISH_OTHER },
  { "UNEXPECTED_TOOL_CALL", WEIR_ANSWER_FINISH_OTHER },
  { "TOO_MANY_TOOL_CALLS", WEIR_ANSWER_FINISH_OTHER },
  { "MISSING_THOUGHT_SIGNATURE", WEIR_ANSWER_FINISH_OTHER },
  { "FINISH_REASON_UNSPECIFIED", WEIR_ANSWER_FINISH_OTHER },
  { NULL, 0 },
};

/* --- Parts ---------------------------------------------------------------------------------- */

static WeirAnswerItem *
add_item (WeirAnswer *self, WeirAnswerItemKind kind, uint32_t choice)
{
  const WeirAnswerKey key = { kind, choice, (uint32_t) self->n_items, 0 };

  weir_answer_note_content (self);
  return weir_answer_add_item (self, &key);
}

enum
{
  ARGUMENT_ALL,
  ARGUMENT_PATH,
  ARGUMENT_STRING,
  ARGUMENT_NUMBER,
  ARGUMENT_BOOL,
  ARGUMENT_NULL,
};

static const char *const argument_names[] = {
  [ARGUMENT_ALL] = "",
  [ARGUMENT_PATH] = "jsonPath",
  [ARGUMENT_STRING] = "stringValue",
  [ARGUMENT_NUMBER] = "numberValue",
  [ARGUMENT_BOOL] = "boolValue",
  [ARGUMENT_NULL] = "nullValue",
};
static const WeirAnswerPaths argument_paths = WEIR_ANSWER_PATHS (argument_names);

/* Values by path, a string in several pieces: one line each. */
static void
take_partial_arguments (WeirAnswer *self, WeirAnswerItem *item, const WeirAnswerPicked *part)
{
  WeirAnswerPicked argument;
  WeirAnswerEach each;

  if (item == NULL || !weir_answer_has_array (part, PART_CALL_PARTIAL))
    return;
  item->is_json = false;
  weir_answer_each (&each, part, PART_CALL_PARTIAL);
  while (weir_answer_each_next (&each, &argument_paths, &argument))
    {
      if (!weir_answer_text_is (&item->source, &argument, ARGUMENT_PATH))
        {
          weir_answer_set (self, &item->source, &argument, ARGUMENT_PATH);
          if (item->text.length > 0)
            weir_answer_append_bytes (self, item, "\n", 1);
          weir_answer_append (self, item, &argument, ARGUMENT_PATH);
          weir_answer_append_bytes (self, item, "=", 1);
        }
      for (unsigned slot = ARGUMENT_STRING; slot <= ARGUMENT_NULL; slot++)
        weir_answer_append (self, item, &argument, slot);
    }
}

static void
take_call (WeirAnswer *self, uint32_t choice, const WeirAnswerPicked *part)
{
  const WeirAnswerKey key = { WEIR_ANSWER_TOOL_CALL, choice, WEIR_ANSWER_NO_INDEX, 0 };
  WeirAnswerItem *item = weir_answer_last_item (self, &key);

  weir_answer_note_content (self);
  if (item == NULL || item->is_closed || weir_answer_has_string (part, PART_CALL_NAME))
    {
      if (!weir_answer_has_string (part, PART_CALL_NAME) && weir_answer_is_empty (part, PART_CALL))
        return;
      item = add_item (self, WEIR_ANSWER_TOOL_CALL, choice);
    }
  if (item == NULL)
    return;
  weir_answer_set (self, &item->id, part, PART_CALL_ID);
  weir_answer_set (self, &item->name, part, PART_CALL_NAME);
  weir_answer_append (self, item, part, PART_CALL_ARGS);
  take_partial_arguments (self, item, part);
  item->is_closed = !weir_answer_is_true (part, PART_CALL_CONTINUES);
  if (item->is_closed)
    item->source.length = 0;
}

static void
take_data (WeirAnswer *self, uint32_t choice, const WeirAnswerPicked *part)
{
  const bool is_audio = weir_answer_begins (part, PART_DATA_TYPE, "audio/");
  const WeirAnswerKey key = { WEIR_ANSWER_AUDIO, choice, WEIR_ANSWER_NO_INDEX, 0 };
  WeirAnswerItem *item = is_audio ? weir_answer_last_item (self, &key) : NULL;

  if (item == NULL)
    item = add_item (self, is_audio ? WEIR_ANSWER_AUDIO : WEIR_ANSWER_IMAGE, choice);
  weir_answer_note_content (self);
  if (item == NULL)
    return;
  weir_answer_set (self, &item->source, part, PART_DATA_TYPE);
  item->n_data_bytes += part->slots[PART_DATA].end - part->slots[PART_DATA].begin - 2;
}

static void
take_other (WeirAnswer *self,
            uint32_t choice,
            WeirAnswerItemKind kind,
            const WeirAnswerPicked *part)
{
  WeirAnswerItem *item = add_item (self, kind, choice);

  if (item == NULL)
    return;
  item->is_server_side = item->is_closed = true;
  item->is_json = false;
  if (kind == WEIR_ANSWER_TOOL_CALL)
    {
      weir_answer_set_bytes (self, &item->name, "code_execution", 14);
      weir_answer_append (self, item, part, PART_CODE_TEXT);
    }
  else if (weir_answer_has_object (part, PART_RESULT))
    {
      weir_answer_set_bytes (self, &item->name, "code_execution", 14);
      weir_answer_append (self, item, part, PART_RESULT_TEXT);
    }
  else
    {
      item->is_json = true;
      weir_answer_set (self, &item->name, part, PART_RESPONSE_NAME);
      weir_answer_append (self, item, part, PART_RESPONSE);
    }
}

static void
take_text (WeirAnswer *self, uint32_t choice, const WeirAnswerPicked *part)
{
  const WeirAnswerKey thinking = { WEIR_ANSWER_THINKING, choice, 0, 0 };

  if (!weir_answer_has_string (part, PART_TEXT))
    return;
  weir_answer_append (self,
                      weir_answer_is_true (part, PART_THOUGHT)
                          ? weir_answer_get_item (self, &thinking)
                          : weir_answer_flowing_text (self, choice),
                      part, PART_TEXT);
}

static void
take_part (WeirAnswer *self, uint32_t choice, const WeirAnswerPicked *part)
{
  WeirAnswerItem *item;

  if (weir_answer_has (part, PART_TEXT))
    take_text (self, choice, part);
  else if (weir_answer_has_object (part, PART_CALL))
    take_call (self, choice, part);
  else if (weir_answer_has_string (part, PART_DATA))
    take_data (self, choice, part);
  else if (weir_answer_has_string (part, PART_FILE))
    {
      item = add_item (self, WEIR_ANSWER_IMAGE, choice);
      if (item != NULL)
        weir_answer_set (self, &item->source, part, PART_FILE);
    }
  else if (weir_answer_has_object (part, PART_CODE))
    take_other (self, choice, WEIR_ANSWER_TOOL_CALL, part);
  else if (weir_answer_has_object (part, PART_RESULT) || weir_answer_has (part, PART_RESPONSE))
    take_other (self, choice, WEIR_ANSWER_TOOL_RESULT, part);
  else if (!weir_answer_has (part, PART_SIGNATURE) && !weir_answer_is_empty (part, PART_ALL)
           && !weir_answer_has (part, PART_THOUGHT) && !weir_answer_has (part, PART_TOOL_CALL)
           && !weir_answer_has (part, PART_TOOL_RESPONSE))
    weir_answer_count_unknown (self, "part", 4);
}

/* --- Candidates ------------------------------------------------------------------------------- */

enum
{
  SOURCE_ALL,
  SOURCE_TITLE,
  SOURCE_URI,
  SOURCE_DOCUMENT_TITLE,
  SOURCE_DOCUMENT_URI,
  SOURCE_OWN_URI,
  SOURCE_OWN_TITLE,
};

static const char *const source_names[] = {
  [SOURCE_ALL] = "",
  [SOURCE_TITLE] = "web.title",
  [SOURCE_URI] = "web.uri",
  [SOURCE_DOCUMENT_TITLE] = "retrievedContext.title",
  [SOURCE_DOCUMENT_URI] = "retrievedContext.uri",
  [SOURCE_OWN_URI] = "uri",
  [SOURCE_OWN_TITLE] = "title",
};
static const WeirAnswerPaths source_paths = WEIR_ANSWER_PATHS (source_names);

static void
take_sources (WeirAnswer *self, uint32_t choice, const WeirAnswerPicked *candidate, unsigned slot)
{
  static const unsigned pairs[][2] = { { SOURCE_TITLE, SOURCE_URI },
                                       { SOURCE_DOCUMENT_TITLE, SOURCE_DOCUMENT_URI },
                                       { SOURCE_OWN_TITLE, SOURCE_OWN_URI } };
  WeirAnswerPicked source;
  WeirAnswerEach each;

  weir_answer_each (&each, candidate, slot);
  while (weir_answer_each_next (&each, &source_paths, &source))
    for (size_t i = 0; i < WEIR_ANSWER_N (pairs); i++)
      if (weir_answer_has_string (&source, pairs[i][1]))
        weir_answer_cite (self, choice, &source, pairs[i]);
}

static void
take_candidate (WeirAnswer *self, const WeirAnswerPicked *candidate)
{
  WeirAnswerPicked part;
  WeirAnswerEach each;
  uint32_t index = weir_answer_index (candidate, CANDIDATE_INDEX);

  if (index == WEIR_ANSWER_NO_INDEX)
    index = 0;
  weir_answer_get_choice (self, index);
  weir_answer_each (&each, candidate, CANDIDATE_PARTS);
  while (weir_answer_each_next (&each, &part_paths, &part))
    take_part (self, index, &part);
  take_sources (self, index, candidate, CANDIDATE_GROUNDING);
  take_sources (self, index, candidate, CANDIDATE_CITATIONS);
  weir_answer_finish (self, index, finishes, candidate, CANDIDATE_FINISH);
  weir_answer_set (self, &self->detail, candidate, CANDIDATE_MESSAGE);
}

/* --- Usage -------------------------------------------------------------------------------------- */

enum
{
  USAGE_ALL,
  USAGE_INPUT,
  USAGE_TOOL_INPUT,
  USAGE_OUTPUT,
  USAGE_THOUGHTS,
  USAGE_CACHED,
  USAGE_TOTAL,
};

static const char *const usage_names[] = {
  [USAGE_ALL] = "",
  [USAGE_INPUT] = "promptTokenCount",
  [USAGE_TOOL_INPUT] = "toolUsePromptTokenCount",
  [USAGE_OUTPUT] = "candidatesTokenCount",
  [USAGE_THOUGHTS] = "thoughtsTokenCount",
  [USAGE_CACHED] = "cachedContentTokenCount",
  [USAGE_TOTAL] = "totalTokenCount",
};
static const WeirAnswerPaths usage_paths = WEIR_ANSWER_PATHS (usage_names);

/* Thoughts are not included in the count of the candidates. */
static void
take_usage (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  WeirAnswerPicked usage;
  int64_t input, output, thoughts;

  if (!weir_answer_has_object (picked, USAGE))
    return;
  weir_answer_pick (&usage, &usage_paths, picked, USAGE);
  input = weir_answer_number (&usage, USAGE_INPUT, -1);
  output = weir_answer_number (&usage, USAGE_OUTPUT, -1);
  thoughts = weir_answer_number (&usage, USAGE_THOUGHTS, -1);
  if (input >= 0)
    self->usage.input = input + weir_answer_number (&usage, USAGE_TOOL_INPUT, 0);
  if (output >= 0 || thoughts >= 0)
    self->usage.output = (output > 0 ? output : 0) + (thoughts > 0 ? thoughts : 0);
  if (thoughts >= 0)
    self->usage.reasoning = thoughts;
  weir_answer_count (&self->usage.cache_read, &usage, USAGE_CACHED);
  weir_answer_count (&self->usage.total, &usage, USAGE_TOTAL);
}

/* --- Events ---------------------------------------------------------------------------------------- */

static void
take_blocked (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  if (!weir_answer_has_string (picked, BLOCK_REASON))
    return;
  weir_answer_set (self, &self->blocked, picked, BLOCK_REASON);
  weir_answer_set (self, &self->detail, picked, BLOCK_MESSAGE);
}

static WeirAnswerStep
take_picked (WeirAnswer *self, const WeirAnswerEvent *event, const WeirAnswerPicked *picked)
{
  WeirAnswerPicked candidate;
  WeirAnswerEach each;

  if (!weir_answer_has (picked, CANDIDATES) && !weir_answer_has (picked, FEEDBACK)
      && !weir_answer_has (picked, USAGE))
    return weir_answer_take_other (self, event, picked, ALL);
  if (weir_answer_is_finished (self) && weir_answer_has_string (picked, ID) && self->id.length > 0
      && !weir_answer_text_is (&self->id, picked, ID))
    return WEIR_ANSWER_NEXT;
  weir_answer_set (self, &self->id, picked, ID);
  weir_answer_set (self, &self->model, picked, MODEL);
  weir_answer_each (&each, picked, CANDIDATES);
  while (weir_answer_each_next (&each, &candidate_paths, &candidate))
    take_candidate (self, &candidate);
  take_usage (self, picked);
  take_blocked (self, picked);
  return WEIR_ANSWER_TAKEN;
}

static WeirAnswerStep
take (WeirAnswer *self, const WeirAnswerEvent *event)
{
  WeirAnswerPicked picked, inner;

  if (!weir_answer_pick_text (&picked, &event_paths, &event->data))
    return WEIR_ANSWER_FOREIGN;
  if (!weir_answer_has_object (&picked, WRAPPED))
    return take_picked (self, event, &picked);
  weir_answer_pick (&inner, &event_paths, &picked, WRAPPED);
  return take_picked (self, event, &inner);
}

static bool
has_candidate (const WeirAnswerPicked *sniff, unsigned slot)
{
  WeirAnswerPicked candidate;
  WeirAnswerEach each;

  weir_answer_each (&each, sniff, slot);
  return weir_answer_each_next (&each, &candidate_paths, &candidate)
         && (weir_answer_has (&candidate, CANDIDATE_PARTS)
             || weir_answer_has (&candidate, CANDIDATE_CONTENT)
             || weir_answer_has (&candidate, CANDIDATE_FINISH));
}

static bool
recognise (const WeirAnswerEvent *event, const WeirAnswerPicked *sniff)
{
  (void) event;
  return weir_answer_has_object (sniff, SNIFF_PROMPT_FEEDBACK)
         || weir_answer_has_object (sniff, SNIFF_USAGE_METADATA)
         || has_candidate (sniff, SNIFF_CANDIDATES)
         || has_candidate (sniff, SNIFF_RESPONSE_CANDIDATES);
}

const WeirAnswerReader weir_answer_gemini = {
  WEIR_ANSWER_API_GEMINI, "finishReason", NULL, true, recognise, take,
};
