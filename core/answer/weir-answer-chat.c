/* SPDX-License-Identifier: MIT */
/* OpenAI's Chat Completions, and the many servers that speak them. */
#include "weir-answer-private.h"

enum
{
  ALL,
  ID,
  MODEL,
  CHOICES,
  ERROR,
  OBJECT,
  USAGE,
  GROQ_USAGE,
  GROQ_ERROR,
  CITATIONS,
  PROMPT_FILTER,
  CODE,
  SERVICE_TIER,
  TYPE,
};

static const char *const event_names[] = {
  [ALL] = "",
  [ID] = "id",
  [MODEL] = "model",
  [CHOICES] = "choices",
  [ERROR] = "error",
  [OBJECT] = "object",
  [USAGE] = "usage",
  [GROQ_USAGE] = "x_groq.usage",
  [GROQ_ERROR] = "x_groq.error",
  [CITATIONS] = "citations",
  [PROMPT_FILTER] = "prompt_filter_results",
  [CODE] = "code",
  [SERVICE_TIER] = "service_tier",
  [TYPE] = "type",
};
static const WeirAnswerPaths event_paths = WEIR_ANSWER_PATHS (event_names);

/* A choice, with its delta (or, of an answer in one piece, its message). */
enum
{
  CHOICE_ALL,
  CHOICE_INDEX,
  CHOICE_FINISH,
  CHOICE_ERROR,
  CHOICE_TEXT,
  CHOICE_DELTA,
  CHOICE_CONTENT,
  CHOICE_MESSAGE,
  N_CHOICE,
};

static const char *const choice_names[] = {
  [CHOICE_ALL] = "",
  [CHOICE_INDEX] = "index",
  [CHOICE_FINISH] = "finish_reason",
  [CHOICE_ERROR] = "error",
  [CHOICE_TEXT] = "text",
  [CHOICE_DELTA] = "delta",
  [CHOICE_CONTENT] = "delta.content",
  [CHOICE_MESSAGE] = "message",
};
static const WeirAnswerPaths choice_paths = WEIR_ANSWER_PATHS (choice_names);

enum
{
  DELTA_ALL,
  DELTA_CONTENT,
  DELTA_REFUSAL,
  DELTA_REASONING_CONTENT,
  DELTA_REASONING,
  DELTA_REASONING_TEXT,
  DELTA_REASONING_DETAILS,
  DELTA_TOOL_CALLS,
  DELTA_FUNCTION_NAME,
  DELTA_FUNCTION_ARGUMENTS,
  DELTA_ANNOTATIONS,
  DELTA_AUDIO_ID,
  DELTA_AUDIO_TRANSCRIPT,
  DELTA_AUDIO_DATA,
  DELTA_IMAGES,
};

static const char *const delta_names[] = {
  [DELTA_ALL] = "",
  [DELTA_CONTENT] = "content",
  [DELTA_REFUSAL] = "refusal",
  [DELTA_REASONING_CONTENT] = "reasoning_content",
  [DELTA_REASONING] = "reasoning",
  [DELTA_REASONING_TEXT] = "reasoning_text",
  [DELTA_REASONING_DETAILS] = "reasoning_details",
  [DELTA_TOOL_CALLS] = "tool_calls",
  [DELTA_FUNCTION_NAME] = "function_call.name",
  [DELTA_FUNCTION_ARGUMENTS] = "function_call.arguments",
  [DELTA_ANNOTATIONS] = "annotations",
  [DELTA_AUDIO_ID] = "audio.id",
  [DELTA_AUDIO_TRANSCRIPT] = "audio.transcript",
  [DELTA_AUDIO_DATA] = "audio.data",
  [DELTA_IMAGES] = "images",
};
static const WeirAnswerPaths delta_paths = WEIR_ANSWER_PATHS (delta_names);

static const WeirAnswerWord finishes[] = {
  { "stop", WEIR_ANSWER_FINISH_COMPLETE },
  { "tool_calls", WEIR_ANSWER_FINISH_COMPLETE },
  { "function_call", WEIR_ANSWER_FINISH_COMPLETE },
  { "length", WEIR_ANSWER_FINISH_MAX_TOKENS },
  { "max_tokens", WEIR_ANSWER_FINISH_MAX_TOKENS },
  { "MAX_TOKENS", WEIR_ANSWER_FINISH_MAX_TOKENS },
  { "max_output_tokens", WEIR_ANSWER_FINISH_MAX_TOKENS },
  { "model_length", WEIR_ANSWER_FINISH_MAX_TOKENS },
  { "content_filter", WEIR_ANSWER_FINISH_CONTENT_FILTER },
  { "content-filter", WEIR_ANSWER_FINISH_CONTENT_FILTER },
  { "content_filtered", WEIR_ANSWER_FINISH_CONTENT_FILTER },
  { "sensitive", WEIR_ANSWER_FINISH_CONTENT_FILTER },
  { "safety", WEIR_ANSWER_FINISH_CONTENT_FILTER },
  { "SAFETY", WEIR_ANSWER_FINISH_CONTENT_FILTER },
  { "recitation", WEIR_ANSWER_FINISH_CONTENT_FILTER },
  { "RECITATION", WEIR_ANSWER_FINISH_CONTENT_FILTER },
  { "refusal", WEIR_ANSWER_FINISH_BLOCKED },
  { "error", WEIR_ANSWER_FINISH_FAILED },
  { "network_error", WEIR_ANSWER_FINISH_FAILED },
  { "abort", WEIR_ANSWER_FINISH_OTHER },
  { "cancelled", WEIR_ANSWER_FINISH_OTHER },
  { "insufficient_system_resource", WEIR_ANSWER_FINISH_OTHER },
  { "malformed_function_call", WEIR_ANSWER_FINISH_OTHER },
  { NULL, 0 },
};

/* --- Contents as arrays ------------------------------------------------------------------ */

enum
{
  PART_ALL,
  PART_TYPE,
  PART_TEXT,
  PART_THINKING,
  PART_REFUSAL,
  PART_IMAGE_URL,
  PART_IMAGE,
  PART_URL,
  PART_TITLE,
  PART_REASONING,
  PART_DOCUMENT_URL,
};

static const char *const part_names[] = {
  [PART_ALL] = "",
  [PART_TYPE] = "type",
  [PART_TEXT] = "text",
  [PART_THINKING] = "thinking",
  [PART_REFUSAL] = "refusal",
  [PART_IMAGE_URL] = "image_url.url",
  [PART_IMAGE] = "image_url",
  [PART_URL] = "url",
  [PART_TITLE] = "title",
  [PART_REASONING] = "reasoning",
  [PART_DOCUMENT_URL] = "document_url",
};
static const WeirAnswerPaths part_paths = WEIR_ANSWER_PATHS (part_names);

enum
{
  PART_IS_TEXT = 1,
  PART_IS_THINKING,
  PART_IS_REFUSAL,
  PART_IS_IMAGE,
  PART_IS_REFERENCE,
};

static const WeirAnswerWord part_types[] = {
  { "text", PART_IS_TEXT },
  { "output_text", PART_IS_TEXT },
  { "thinking", PART_IS_THINKING },
  { "reasoning", PART_IS_THINKING },
  { "refusal", PART_IS_REFUSAL },
  { "image_url", PART_IS_IMAGE },
  { "image", PART_IS_IMAGE },
  { "reference", PART_IS_REFERENCE },
  { "tool_reference", PART_IS_REFERENCE },
  { "document_url", PART_IS_REFERENCE },
  { NULL, 0 },
};

static WeirAnswerItem *
get_single (WeirAnswer *self, WeirAnswerItemKind kind, uint32_t choice)
{
  const WeirAnswerKey key = { kind, choice, 0, 0 };

  return weir_answer_get_item (self, &key);
}

static void
append_if_any (WeirAnswer *self,
               const WeirAnswerKey *key,
               const WeirAnswerPicked *picked,
               unsigned slot)
{
  if (weir_answer_has_string (picked, slot))
    weir_answer_append (self, get_single (self, key->kind, key->choice), picked, slot);
}

static void
add_image (WeirAnswer *self, uint32_t choice, const WeirAnswerPicked *picked, unsigned slot)
{
  const WeirAnswerKey key = { WEIR_ANSWER_IMAGE, choice, (uint32_t) self->n_items, 0 };
  WeirAnswerItem *item;

  if (!weir_answer_has_string (picked, slot))
    return;
  item = weir_answer_add_item (self, &key);
  weir_answer_note_content (self);
  if (item == NULL)
    return;
  if (weir_answer_begins (picked, slot, "http") || !weir_answer_begins (picked, slot, "data:"))
    weir_answer_set (self, &item->source, picked, slot);
  else
    {
      const WeirJsonToken *token = &picked->slots[slot];
      const char *type = picked->text + token->begin + 1 + 5;
      size_t length = 0;

      while (length < token->end - token->begin - 7 && type[length] != ';' && type[length] != ',')
        length++;
      weir_answer_set_bytes (self, &item->source, type, length);
      item->n_data_bytes = token->end - token->begin - 2 - 5 - length;
    }
  item->is_closed = true;
}

/* Mistral's thinking: a string, or an array of texts. */
static void
take_thinking (WeirAnswer *self, uint32_t choice, const WeirAnswerPicked *part)
{
  static const unsigned slots[] = { PART_THINKING, PART_REASONING, PART_TEXT };

  for (size_t i = 0; i < WEIR_ANSWER_N (slots); i++)
    {
      WeirAnswerEach each;
      WeirAnswerPicked piece;

      if (!weir_answer_has (part, slots[i]))
        continue;
      append_if_any (self, &(const WeirAnswerKey){ WEIR_ANSWER_THINKING, choice, 0, 0 }, part,
                     slots[i]);
      weir_answer_each (&each, part, slots[i]);
      while (weir_answer_each_next (&each, &part_paths, &piece))
        append_if_any (self, &(const WeirAnswerKey){ WEIR_ANSWER_THINKING, choice, 0, 0 }, &piece,
                       weir_answer_has_object (&piece, PART_ALL) ? PART_TEXT : PART_ALL);
      return;
    }
}

static void
take_part (WeirAnswer *self, uint32_t choice, const WeirAnswerPicked *part)
{
  const WeirAnswerKey refusal = { WEIR_ANSWER_REFUSAL, choice, 0, 0 };
  int type;

  if (!weir_answer_has_object (part, PART_ALL))
    {
      if (weir_answer_has_string (part, PART_ALL))
        weir_answer_append (self, weir_answer_flowing_text (self, choice), part, PART_ALL);
      return;
    }
  type = weir_answer_find_slot (part_types, part, PART_TYPE);
  if (type == 0 && !weir_answer_has (part, PART_TYPE) && weir_answer_has_string (part, PART_TEXT))
    type = PART_IS_TEXT;
  switch (type)
    {
    case PART_IS_TEXT:
      if (weir_answer_has_string (part, PART_TEXT))
        weir_answer_append (self, weir_answer_flowing_text (self, choice), part, PART_TEXT);
      break;
    case PART_IS_THINKING:
      take_thinking (self, choice, part);
      break;
    case PART_IS_REFUSAL:
      append_if_any (self, &refusal, part, PART_REFUSAL);
      break;
    case PART_IS_IMAGE:
      add_image (self, choice, part,
                 weir_answer_has (part, PART_IMAGE_URL) ? PART_IMAGE_URL : PART_IMAGE);
      break;
    case PART_IS_REFERENCE:
      if (weir_answer_has_string (part, PART_URL) || weir_answer_has_string (part, PART_TITLE))
        weir_answer_cite (self, choice, part, (const unsigned[2]){ PART_TITLE, PART_URL });
      break;
    default:
      weir_answer_count_unknown_slot (self, part, PART_TYPE);
    }
}

void
weir_answer_take_content (WeirAnswer *self,
                          uint32_t choice,
                          const WeirAnswerPicked *picked,
                          unsigned slot)
{
  WeirAnswerPicked part;
  WeirAnswerEach each;

  if (weir_answer_has_string (picked, slot))
    {
      weir_answer_append (self, weir_answer_flowing_text (self, choice), picked, slot);
      return;
    }
  if (weir_answer_has_object (picked, slot))
    {
      weir_answer_pick (&part, &part_paths, picked, slot);
      take_part (self, choice, &part);
      return;
    }
  weir_answer_each (&each, picked, slot);
  while (weir_answer_each_next (&each, &part_paths, &part))
    take_part (self, choice, &part);
}

/* --- Reasoning --------------------------------------------------------------------------- */

enum
{
  DETAIL_ALL,
  DETAIL_TEXT,
  DETAIL_SUMMARY,
};

static const char *const detail_names[] = {
  [DETAIL_ALL] = "",
  [DETAIL_TEXT] = "text",
  [DETAIL_SUMMARY] = "summary",
};
static const WeirAnswerPaths detail_paths = WEIR_ANSWER_PATHS (detail_names);

/* Servers repeat the same reasoning under several names for the sake of older clients. */
static void
take_reasoning (WeirAnswer *self, uint32_t choice, const WeirAnswerPicked *delta)
{
  static const unsigned slots[] = { DELTA_REASONING_CONTENT, DELTA_REASONING,
                                    DELTA_REASONING_TEXT };
  const WeirAnswerKey key = { WEIR_ANSWER_THINKING, choice, 0, 0 };
  WeirAnswerPicked detail;
  WeirAnswerEach each;

  for (size_t i = 0; i < WEIR_ANSWER_N (slots); i++)
    if (weir_answer_has_string (delta, slots[i]))
      {
        append_if_any (self, &key, delta, slots[i]);
        return;
      }
  weir_answer_each (&each, delta, DELTA_REASONING_DETAILS);
  while (weir_answer_each_next (&each, &detail_paths, &detail))
    append_if_any (self, &key, &detail,
                   weir_answer_has_string (&detail, DETAIL_TEXT) ? DETAIL_TEXT : DETAIL_SUMMARY);
}

/* --- Tools ----------------------------------------------------------------------------------- */

enum
{
  CALL_ALL,
  CALL_INDEX,
  CALL_ID,
  CALL_NAME,
  CALL_ARGUMENTS,
  CALL_CUSTOM_NAME,
  CALL_CUSTOM_INPUT,
};

static const char *const call_names[] = {
  [CALL_ALL] = "",
  [CALL_INDEX] = "index",
  [CALL_ID] = "id",
  [CALL_NAME] = "function.name",
  [CALL_ARGUMENTS] = "function.arguments",
  [CALL_CUSTOM_NAME] = "custom.name",
  [CALL_CUSTOM_INPUT] = "custom.input",
};
static const WeirAnswerPaths call_paths = WEIR_ANSWER_PATHS (call_names);

/* What an entry of tool_calls says of the call that it belongs to. */
typedef struct
{
  const WeirAnswerPicked *picked;
  unsigned name, arguments;
  uint32_t choice, index;
} Call;

static bool
is_whole_json (const WeirAnswerText *text)
{
  WeirJson json;

  return weir_answer_is_json (&json, text->text, text->length);
}

/* Whether the entry goes on with the call, or begins another under the same number. Providers repeat
 * the name, or send a new id, with each piece; others give every call the number 0. */
static bool
goes_on (const WeirAnswerItem *item, const Call *call)
{
  const bool has_id = weir_answer_has_string (call->picked, CALL_ID);
  const bool has_name = weir_answer_has_string (call->picked, call->name);
  const bool same_id =
      !has_id || item->id.length == 0 || weir_answer_text_is (&item->id, call->picked, CALL_ID);

  if (!has_name || item->name.length == 0)
    return same_id || !has_name;
  if (has_id && item->id.length > 0)
    return same_id;
  return weir_answer_text_is (&item->name, call->picked, call->name)
         && !(weir_answer_has_string (call->picked, call->arguments)
              && is_whole_json (&item->text));
}

static WeirAnswerItem *
find_call (WeirAnswer *self, const Call *call)
{
  const WeirAnswerKey key = { WEIR_ANSWER_TOOL_CALL, call->choice, call->index, 0 };
  const bool has_index = call->index != WEIR_ANSWER_NO_INDEX;
  WeirAnswerItem *last;

  if (weir_answer_has_string (call->picked, CALL_ID))
    for (size_t i = self->n_items; i-- > 0;)
      {
        WeirAnswerItem *item = self->items[i];

        if (item->kind == WEIR_ANSWER_TOOL_CALL && item->choice == call->choice
            && (!has_index || item->index == call->index)
            && weir_answer_text_is (&item->id, call->picked, CALL_ID))
          return item;
      }
  last = weir_answer_last_item (self, &key);
  return last != NULL && goes_on (last, call) ? last : NULL;
}

static void
take_call (WeirAnswer *self, const Call *call)
{
  const WeirAnswerKey key = { WEIR_ANSWER_TOOL_CALL, call->choice, call->index, 0 };
  WeirAnswerItem *item = find_call (self, call);

  if (item == NULL)
    {
      item = weir_answer_add_item (self, &key);
      weir_answer_note_content (self);
      if (item == NULL)
        return;
      item->is_json = call->arguments != CALL_CUSTOM_INPUT;
    }
  if (item->id.length == 0)
    weir_answer_set (self, &item->id, call->picked, CALL_ID);
  if (item->name.length == 0)
    weir_answer_set (self, &item->name, call->picked, call->name);
  weir_answer_append (self, item, call->picked, call->arguments);
}

static void
take_calls (WeirAnswer *self, uint32_t choice, const WeirAnswerPicked *delta)
{
  WeirAnswerPicked picked;
  WeirAnswerEach each;

  weir_answer_each (&each, delta, DELTA_TOOL_CALLS);
  while (weir_answer_each_next (&each, &call_paths, &picked))
    {
      const bool is_custom = weir_answer_has (&picked, CALL_CUSTOM_NAME)
                             || weir_answer_has (&picked, CALL_CUSTOM_INPUT);

      take_call (self, &(const Call){ &picked, is_custom ? CALL_CUSTOM_NAME : CALL_NAME,
                                      is_custom ? CALL_CUSTOM_INPUT : CALL_ARGUMENTS, choice,
                                      weir_answer_index (&picked, CALL_INDEX) });
    }
}

/* function_call, the older form: one call in each choice. */
static void
take_function (WeirAnswer *self, uint32_t choice, const WeirAnswerPicked *delta)
{
  const WeirAnswerKey key = { WEIR_ANSWER_TOOL_CALL, choice, 0, 1 };
  WeirAnswerItem *item;

  if (!weir_answer_has (delta, DELTA_FUNCTION_NAME)
      && !weir_answer_has (delta, DELTA_FUNCTION_ARGUMENTS))
    return;
  item = weir_answer_get_item (self, &key);
  weir_answer_note_content (self);
  if (item == NULL)
    return;
  if (item->name.length == 0)
    weir_answer_set (self, &item->name, delta, DELTA_FUNCTION_NAME);
  weir_answer_append (self, item, delta, DELTA_FUNCTION_ARGUMENTS);
}

/* --- Citations, audio, images ------------------------------------------------------------------ */

enum
{
  NOTE_ALL,
  NOTE_URL,
  NOTE_TITLE,
};

static const char *const note_names[] = {
  [NOTE_ALL] = "",
  [NOTE_URL] = "url_citation.url",
  [NOTE_TITLE] = "url_citation.title",
};
static const WeirAnswerPaths note_paths = WEIR_ANSWER_PATHS (note_names);

static void
take_annotations (WeirAnswer *self, uint32_t choice, const WeirAnswerPicked *delta)
{
  WeirAnswerPicked note;
  WeirAnswerEach each;

  weir_answer_each (&each, delta, DELTA_ANNOTATIONS);
  while (weir_answer_each_next (&each, &note_paths, &note))
    if (weir_answer_has_string (&note, NOTE_URL))
      weir_answer_cite (self, choice, &note, (const unsigned[2]){ NOTE_TITLE, NOTE_URL });
}

/* Perplexity's: a list of addresses, repeated with each chunk. */
static void
take_addresses (WeirAnswer *self, const WeirAnswerPicked *picked)
{
  WeirAnswerPicked address;
  WeirAnswerEach each;

  weir_answer_each (&each, picked, CITATIONS);
  while (weir_answer_each_next (&each, &part_paths, &address))
    if (weir_answer_has_string (&address, PART_ALL))
      weir_answer_cite (self, 0, &address, (const unsigned[2]){ WEIR_ANSWER_NO_SLOT, PART_ALL });
}

static void
take_audio (WeirAnswer *self, uint32_t choice, const WeirAnswerPicked *delta)
{
  WeirAnswerItem *item;

  if (!weir_answer_has (delta, DELTA_AUDIO_ID) && !weir_answer_has (delta, DELTA_AUDIO_DATA)
      && !weir_answer_has (delta, DELTA_AUDIO_TRANSCRIPT))
    return;
  item = get_single (self, WEIR_ANSWER_AUDIO, choice);
  weir_answer_note_content (self);
  if (item == NULL)
    return;
  weir_answer_set (self, &item->id, delta, DELTA_AUDIO_ID);
  weir_answer_append (self, item, delta, DELTA_AUDIO_TRANSCRIPT);
  if (weir_answer_has_string (delta, DELTA_AUDIO_DATA))
    item->n_data_bytes +=
        delta->slots[DELTA_AUDIO_DATA].end - delta->slots[DELTA_AUDIO_DATA].begin - 2;
}

static void
take_images (WeirAnswer *self, uint32_t choice, const WeirAnswerPicked *delta)
{
  WeirAnswerPicked image;
  WeirAnswerEach each;

  weir_answer_each (&each, delta, DELTA_IMAGES);
  while (weir_answer_each_next (&each, &part_paths, &image))
    add_image (self, choice, &image,
               weir_answer_has (&image, PART_IMAGE_URL) ? PART_IMAGE_URL : PART_IMAGE);
}

/* --- Usage --------------------------------------------------------------------------------------- */

enum
{
  USAGE_ALL,
  USAGE_INPUT,
  USAGE_OUTPUT,
  USAGE_TOTAL,
  USAGE_CACHED,
  USAGE_CACHE_HIT,
  USAGE_CACHE_WRITE,
  USAGE_REASONING,
};

static const char *const usage_names[] = {
  [USAGE_ALL] = "",
  [USAGE_INPUT] = "prompt_tokens",
  [USAGE_OUTPUT] = "completion_tokens",
  [USAGE_TOTAL] = "total_tokens",
  [USAGE_CACHED] = "prompt_tokens_details.cached_tokens",
  [USAGE_CACHE_HIT] = "prompt_cache_hit_tokens",
  [USAGE_CACHE_WRITE] = "prompt_tokens_details.cache_write_tokens",
  [USAGE_REASONING] = "completion_tokens_details.reasoning_tokens",
};
static const WeirAnswerPaths usage_paths = WEIR_ANSWER_PATHS (usage_names);

static void
take_usage (WeirAnswer *self, const WeirAnswerPicked *picked, unsigned slot)
{
  WeirAnswerPicked usage;

  if (!weir_answer_has_object (picked, slot))
    return;
  weir_answer_pick (&usage, &usage_paths, picked, slot);
  weir_answer_count (&self->usage.input, &usage, USAGE_INPUT);
  weir_answer_count (&self->usage.output, &usage, USAGE_OUTPUT);
  weir_answer_count (&self->usage.total, &usage, USAGE_TOTAL);
  weir_answer_count (&self->usage.cache_read, &usage, USAGE_CACHE_HIT);
  weir_answer_count (&self->usage.cache_read, &usage, USAGE_CACHED);
  weir_answer_count (&self->usage.cache_write, &usage, USAGE_CACHE_WRITE);
  weir_answer_count (&self->usage.reasoning, &usage, USAGE_REASONING);
}

/* --- Events --------------------------------------------------------------------------------------- */

static bool
has_content (const WeirAnswer *self, uint32_t choice)
{
  for (size_t i = 0; i < self->n_items; i++)
    if (self->items[i]->choice == choice && self->items[i]->text.length > 0)
      return true;
  return false;
}

static void
take_delta (WeirAnswer *self, uint32_t choice, const WeirAnswerPicked *from, unsigned slot)
{
  const WeirAnswerKey refusal = { WEIR_ANSWER_REFUSAL, choice, 0, 0 };
  WeirAnswerPicked delta;

  weir_answer_pick (&delta, &delta_paths, from, slot);
  take_reasoning (self, choice, &delta);
  weir_answer_take_content (self, choice, &delta, DELTA_CONTENT);
  append_if_any (self, &refusal, &delta, DELTA_REFUSAL);
  take_calls (self, choice, &delta);
  take_function (self, choice, &delta);
  take_annotations (self, choice, &delta);
  take_audio (self, choice, &delta);
  take_images (self, choice, &delta);
}

static void
take_choice (WeirAnswer *self, const WeirAnswerPicked *choice)
{
  uint32_t index = weir_answer_index (choice, CHOICE_INDEX);

  if (index == WEIR_ANSWER_NO_INDEX)
    index = 0;
  weir_answer_get_choice (self, index);
  if (weir_answer_has_object (choice, CHOICE_DELTA))
    take_delta (self, index, choice, CHOICE_DELTA);
  /* The whole message of an answer that was not streamed; some servers send it in addition to deltas. */
  else if (weir_answer_has_object (choice, CHOICE_MESSAGE) && !has_content (self, index))
    take_delta (self, index, choice, CHOICE_MESSAGE);
  /* Together repeats the delta's content there. */
  if (weir_answer_has_string (choice, CHOICE_TEXT) && !weir_answer_has (choice, CHOICE_CONTENT))
    weir_answer_append (self, weir_answer_flowing_text (self, index), choice, CHOICE_TEXT);
  weir_answer_finish (self, index, finishes, choice, CHOICE_FINISH);
  weir_answer_take_error_slot (self, choice, CHOICE_ERROR);
}

/* Whether a chunk belongs to an answer after the one that has its finish already: it brings content
 * under another id. */
static bool
begins_next (const WeirAnswer *self, const WeirAnswerPicked *picked)
{
  WeirAnswerPicked choice;
  WeirAnswerEach each;

  if (weir_answer_is_empty (picked, CHOICES) || !weir_answer_has_array (picked, CHOICES))
    return false;
  if (self->has_ended)
    return true;
  if (!weir_answer_is_finished (self) || !weir_answer_has_string (picked, ID)
      || weir_answer_text_is (&self->id, picked, ID))
    return false;
  weir_answer_each (&each, picked, CHOICES);
  while (weir_answer_each_next (&each, &choice_paths, &choice))
    if (weir_answer_has_object (&choice, CHOICE_DELTA)
        && !weir_answer_is_empty (&choice, CHOICE_DELTA))
      return true;
  return false;
}

WeirAnswerStep
weir_answer_chat_take (WeirAnswer *self, const WeirAnswerEvent *event)
{
  WeirAnswerPicked picked, choice;
  WeirAnswerEach each;

  if (!weir_answer_pick_text (&picked, &event_paths, &event->data))
    return WEIR_ANSWER_FOREIGN;
  if (begins_next (self, &picked))
    return WEIR_ANSWER_NEXT;
  if (!weir_answer_has (&picked, CHOICES) && !weir_answer_has_object (&picked, USAGE)
      && !weir_answer_has_object (&picked, GROQ_USAGE) && !weir_answer_has (&picked, PROMPT_FILTER))
    return weir_answer_take_other (self, event, &picked,
                                   weir_answer_has_string (&picked, TYPE) ? TYPE : OBJECT);
  weir_answer_set (self, &self->id, &picked, ID);
  weir_answer_set (self, &self->model, &picked, MODEL);
  weir_answer_each (&each, &picked, CHOICES);
  while (weir_answer_each_next (&each, &choice_paths, &choice))
    take_choice (self, &choice);
  take_usage (self, &picked, GROQ_USAGE);
  take_usage (self, &picked, USAGE);
  take_addresses (self, &picked);
  weir_answer_take_error_slot (self, &picked, GROQ_ERROR);
  weir_answer_take_error_slot (self, &picked, ERROR);
  return WEIR_ANSWER_TAKEN;
}

/* "choices" alone may be a poll's. */
static bool
has_chat_choice (const WeirAnswerPicked *sniff)
{
  WeirAnswerPicked choice;
  WeirAnswerEach each;

  if (weir_answer_is_empty (sniff, SNIFF_CHOICES))
    return weir_answer_has (sniff, SNIFF_PROMPT_FILTER)
           || weir_answer_has_object (sniff, SNIFF_USAGE);
  weir_answer_each (&each, sniff, SNIFF_CHOICES);
  return weir_answer_each_next (&each, &choice_paths, &choice)
         && (weir_answer_has_object (&choice, CHOICE_DELTA) || choice.slots[CHOICE_FINISH].kind != 0
             || (weir_answer_has_object (&choice, CHOICE_MESSAGE)
                 && weir_answer_has (&choice, CHOICE_INDEX)));
}

bool
weir_answer_chat_recognise (const WeirAnswerPicked *sniff)
{
  return weir_answer_has_array (sniff, SNIFF_CHOICES)
         && (weir_answer_begins (sniff, SNIFF_OBJECT, "chat.completion")
             || weir_answer_begins (sniff, SNIFF_OBJECT, "text_completion")
             || has_chat_choice (sniff));
}

static bool
recognise (const WeirAnswerEvent *event, const WeirAnswerPicked *sniff)
{
  (void) event;
  return weir_answer_chat_recognise (sniff);
}

const WeirAnswerReader weir_answer_chat = {
  WEIR_ANSWER_API_OPENAI_CHAT, "finish_reason", "[DONE]", true, recognise, weir_answer_chat_take,
};
