/* SPDX-License-Identifier: MIT */
/* Taking events: recognises the API of an answer, and repairs events that gateways and servers damaged. */
#include "weir-answer-private.h"

#include <string.h>

#include "weir-utf8-private.h"

static const char *const sniff_names[N_SNIFF] = {
  [SNIFF_ALL] = "",
  [SNIFF_TYPE] = "type",
  [SNIFF_OBJECT] = "object",
  [SNIFF_MODEL] = "model",
  [SNIFF_CHOICES] = "choices",
  [SNIFF_CANDIDATES] = "candidates",
  [SNIFF_PROMPT_FEEDBACK] = "promptFeedback",
  [SNIFF_PROMPT_FILTER] = "prompt_filter_results",
  [SNIFF_USAGE_METADATA] = "usageMetadata",
  [SNIFF_MODEL_VERSION] = "modelVersion",
  [SNIFF_RESPONSE] = "response",
  [SNIFF_RESPONSE_CANDIDATES] = "response.candidates",
  [SNIFF_EVENT_TYPE] = "event_type",
  [SNIFF_DONE] = "done",
  [SNIFF_CREATED_AT] = "created_at",
  [SNIFF_MESSAGE] = "message",
  [SNIFF_ERROR] = "error",
  [SNIFF_ERROR_TYPE] = "error.type",
  [SNIFF_ERROR_CODE] = "error.code",
  [SNIFF_ERROR_PARAM] = "error.param",
  [SNIFF_ERROR_TEXT] = "errorText",
  [SNIFF_SEQUENCE] = "sequence_number",
  [SNIFF_INDEX] = "index",
  [SNIFF_ID] = "id",
  [SNIFF_DELTA] = "delta",
  [SNIFF_USAGE] = "usage",
  [SNIFF_MESSAGE_START] = "messageStart",
  [SNIFF_BLOCK_START] = "contentBlockStart",
  [SNIFF_BLOCK_DELTA] = "contentBlockDelta",
  [SNIFF_BLOCK_STOP] = "contentBlockStop",
  [SNIFF_MESSAGE_STOP] = "messageStop",
  [SNIFF_BLOCK_INDEX] = "contentBlockIndex",
  [SNIFF_STOP_REASON] = "stopReason",
  [SNIFF_ROLE] = "role",
  [SNIFF_THREAD] = "threadId",
  [SNIFF_RUN] = "runId",
  [SNIFF_MESSAGE_ID] = "messageId",
  [SNIFF_TOOL_CALL] = "tool_call_id",
  [SNIFF_TOOL_CALL_ID] = "toolCallId",
  [SNIFF_ITEM_ID] = "item_id",
  [SNIFF_OUTPUT_INDEX] = "output_index",
  [SNIFF_INTERACTION] = "interaction",
  [SNIFF_CONVERSATION] = "conversation_id",
};
_Static_assert(N_SNIFF <= 64, "a mask has a bit for each path");
static const WeirAnswerPaths sniff_paths = WEIR_ANSWER_PATHS (sniff_names);

/* The more specific ones first, because DeepSeek and Mistral use Chat Completions. */
static const WeirAnswerReader *const readers[] = {
  &weir_answer_deepseek,
  &weir_answer_mistral,
  &weir_answer_chat,
  &weir_answer_responses,
  &weir_answer_anthropic,
  &weir_answer_gemini,
  &weir_answer_cohere,
  &weir_answer_interactions,
  &weir_answer_ollama,
  &weir_answer_bedrock,
  &weir_answer_vercel,
  &weir_answer_agui,
  &weir_answer_mistral_conversations,
};

static const struct
{
  const char *name, *provider;
} apis[WEIR_ANSWER_N_APIS] = {
  [WEIR_ANSWER_API_NONE] = { "", "" },
  [WEIR_ANSWER_API_OPENAI_CHAT] = { "OpenAI Chat Completions", "openai" },
  [WEIR_ANSWER_API_OPENAI_RESPONSES] = { "OpenAI Responses", "openai" },
  [WEIR_ANSWER_API_ANTHROPIC] = { "Anthropic Messages", "anthropic" },
  [WEIR_ANSWER_API_GEMINI] = { "Gemini", "gcp.gemini" },
  [WEIR_ANSWER_API_GEMINI_INTERACTIONS] = { "Gemini Interactions", "gcp.gemini" },
  [WEIR_ANSWER_API_MISTRAL] = { "Mistral", "mistral_ai" },
  [WEIR_ANSWER_API_COHERE] = { "Cohere", "cohere" },
  [WEIR_ANSWER_API_DEEPSEEK] = { "DeepSeek", "deepseek" },
  [WEIR_ANSWER_API_OLLAMA] = { "Ollama", "ollama" },
  [WEIR_ANSWER_API_BEDROCK] = { "Amazon Bedrock", "aws.bedrock" },
  [WEIR_ANSWER_API_VERCEL] = { "Vercel AI SDK", "" },
  [WEIR_ANSWER_API_AG_UI] = { "AG-UI", "" },
};

const char *
weir_answer_api_get_name (WeirAnswerApi api)
{
  return (unsigned) api < WEIR_ANSWER_N_APIS ? apis[api].name : "";
}

const char *
weir_answer_api_get_provider (WeirAnswerApi api)
{
  return (unsigned) api < WEIR_ANSWER_N_APIS ? apis[api].provider : "";
}

static const WeirAnswerReader *
find_reader (const WeirAnswerEvent *event)
{
  WeirAnswerPicked sniff;

  if (event->data.length == 0 || !weir_answer_pick_text (&sniff, &sniff_paths, &event->data)
      || !weir_answer_has_object (&sniff, SNIFF_ALL))
    return NULL;
  for (size_t i = 0; i < WEIR_ANSWER_N (readers); i++)
    if (readers[i]->recognise (event, &sniff))
      return readers[i];
  return NULL;
}

WeirAnswerStep
weir_answer_take_unknown (WeirAnswer *self,
                          const WeirAnswerEvent *event,
                          const WeirAnswerPicked *picked,
                          unsigned slot)
{
  const WeirAnswerReader *other = find_reader (event);

  if (other != NULL && other != self->reader)
    return WEIR_ANSWER_NEXT;
  if (weir_answer_has_string (picked, slot))
    weir_answer_count_unknown_slot (self, picked, slot);
  else if (event->type.length > 0)
    weir_answer_count_unknown (self, event->type.text, event->type.length);
  else
    weir_answer_count_unknown (self, "message", 7);
  return WEIR_ANSWER_TAKEN;
}

WeirAnswerStep
weir_answer_take_other (WeirAnswer *self,
                        const WeirAnswerEvent *event,
                        const WeirAnswerPicked *picked,
                        unsigned slot)
{
  if (weir_answer_take_error (self, event))
    return WEIR_ANSWER_TAKEN;
  return weir_answer_take_unknown (self, event, picked, slot);
}

WeirAnswerApi
weir_answer_recognise (const WeirAnswerEvent *event)
{
  const WeirAnswerReader *reader = find_reader (event);

  return reader != NULL ? reader->api : WEIR_ANSWER_API_NONE;
}

static bool
is_json (const WeirSpan *data)
{
  WeirJson json;

  return weir_answer_is_json (&json, data->text, data->length);
}

static void
note_time (WeirAnswer *self, int64_t time_us)
{
  self->n_pieces++;
  self->last_us = time_us;
  if (self->first_us == 0)
    self->first_us = time_us;
}

/* Some servers add spaces. */
static bool
is_done (const WeirSpan *data)
{
  WeirSpan word = *data;

  while (word.length > 0 && (word.text[0] == ' ' || word.text[0] == '\n'))
    {
      word.text++;
      word.length--;
    }
  while (word.length > 0
         && (word.text[word.length - 1] == ' ' || word.text[word.length - 1] == '\n'))
    word.length--;
  return weir_answer_span_is (&word, "[DONE]");
}

static WeirAnswerStep
take_done (WeirAnswer *self)
{
  if (!self->has_begun)
    return WEIR_ANSWER_FOREIGN;
  self->has_ended = true;
  return WEIR_ANSWER_TAKEN;
}

static WeirAnswerStep take_by_reader (WeirAnswer *self, const WeirAnswerEvent *event);

/* A proxy that treats lines as data sends "data: data: {…}". */
static bool
strip_field_name (WeirSpan *data)
{
  static const char name[] = "data:";
  const size_t length = sizeof name - 1;

  if (data->length < length || memcmp (data->text, name, length) != 0)
    return false;
  data->text += length;
  data->length -= length;
  while (data->length > 0 && *data->text == ' ')
    {
      data->text++;
      data->length--;
    }
  return true;
}

static WeirAnswerStep
take_repaired (WeirAnswer *self, const WeirAnswerEvent *event, uint64_t *count)
{
  WeirAnswerStep step;

  if (is_done (&event->data))
    step = take_done (self);
  else
    step = is_json (&event->data) ? take_by_reader (self, event) : WEIR_ANSWER_FOREIGN;
  *count += step == WEIR_ANSWER_TAKEN;
  return step;
}

/* Returns: the line that begins at *offset. Moves *offset to the next line. */
static WeirSpan
next_line (const WeirSpan *data, size_t *offset)
{
  const char *begin = data->text + *offset;
  const char *end = memchr (begin, '\n', data->length - *offset);
  const size_t length = end != NULL ? (size_t) (end - begin) : data->length - *offset;

  *offset += length + (end != NULL);
  return (WeirSpan){ begin, length };
}

static bool
is_lines_of_json (const WeirSpan *data)
{
  unsigned n_lines = 0;

  for (size_t offset = 0; offset < data->length; n_lines++)
    {
      const WeirSpan line = next_line (data, &offset);

      if (!is_done (&line) && !is_json (&line))
        return false;
    }
  return n_lines > 1;
}

/* Without a blank line between them, two events become one event with two lines of data. */
static WeirAnswerStep
take_lines (WeirAnswer *self, const WeirAnswerEvent *event)
{
  WeirAnswerStep all = WEIR_ANSWER_FOREIGN;
  uint64_t n_taken = 0;

  for (size_t offset = 0; offset < event->data.length;)
    {
      const WeirAnswerEvent line = { event->type, next_line (&event->data, &offset),
                                     event->time_us };
      const WeirAnswerStep step = take_repaired (self, &line, &n_taken);

      if (step == WEIR_ANSWER_NEXT && n_taken == 0)
        return step;
      if (step == WEIR_ANSWER_TAKEN)
        all = step;
    }
  self->n_joined_events += n_taken > 0;
  return all;
}

static WeirAnswerStep
take_damaged (WeirAnswer *self, const WeirAnswerEvent *event)
{
  WeirAnswerEvent inner = *event;

  if (strip_field_name (&inner.data))
    return take_repaired (self, &inner, &self->n_doubled_events);
  return is_lines_of_json (&event->data) ? take_lines (self, event) : WEIR_ANSWER_FOREIGN;
}

/* The bytes that are kept of the first data that is not JSON. */
#define MAX_INVALID_BYTES 160

static void
note_invalid (WeirAnswer *self, const WeirSpan *data)
{
  const size_t length = data->length < MAX_INVALID_BYTES ? data->length : MAX_INVALID_BYTES;

  if (self->n_invalid_events++ > 0)
    return;
  /* Records may be invalid UTF-8. */
  weir_answer_set_bytes (self, &self->invalid, data->text,
                         weir_utf8_valid_length (data->text, length));
}

static bool
looks_like_json (const WeirSpan *data)
{
  static const char mark[] = "\xEF\xBB\xBF";
  const size_t skipped = data->length > 3 && memcmp (data->text, mark, 3) == 0 ? 3 : 0;

  return data->length > skipped && data->text[skipped] == '{';
}

/* Takes an error in plain text, or a damaged event. */
static WeirAnswerStep
take_other_than_json (WeirAnswer *self, const WeirAnswerEvent *event)
{
  const WeirAnswerStep step = take_damaged (self, event);

  if (step != WEIR_ANSWER_FOREIGN)
    return step;
  if (weir_answer_span_is (&event->type, "error"))
    {
      self->has_error = true;
      weir_answer_set_bytes (self, &self->error, event->data.text, event->data.length);
      return WEIR_ANSWER_TAKEN;
    }
  if (self->reader == NULL)
    {
      if (looks_like_json (&event->data))
        note_invalid (self, &event->data);
      return WEIR_ANSWER_FOREIGN;
    }
  note_invalid (self, &event->data);
  return WEIR_ANSWER_TAKEN;
}

static WeirAnswerStep
take_without_reader (WeirAnswer *self, const WeirAnswerEvent *event)
{
  if (!is_json (&event->data))
    return take_other_than_json (self, event);
  return weir_answer_take_error (self, event) ? WEIR_ANSWER_TAKEN : WEIR_ANSWER_FOREIGN;
}

static WeirAnswerStep
take_by_reader (WeirAnswer *self, const WeirAnswerEvent *event)
{
  const WeirAnswerReader *reader = self->reader != NULL ? self->reader : find_reader (event);
  WeirAnswerStep step;

  if (reader == NULL)
    return take_without_reader (self, event);
  if (self->reader == NULL && self->has_error)
    return WEIR_ANSWER_NEXT;
  self->reader = reader;
  self->api = reader->api;
  self->brought_content = false;
  step = reader->take (self, event);
  if (step == WEIR_ANSWER_FOREIGN && !is_json (&event->data))
    step = take_other_than_json (self, event);
  if (step == WEIR_ANSWER_TAKEN && self->brought_content)
    note_time (self, event->time_us);
  return step;
}

enum
{
  CHUNK_ALL,
  CHUNK_BYTES,
};

static const char *const chunk_names[] = {
  [CHUNK_ALL] = "",
  [CHUNK_BYTES] = "bytes",
};
static const WeirAnswerPaths chunk_paths = WEIR_ANSWER_PATHS (chunk_names);

static int
base64_value (char digit)
{
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const char *found = digit != '\0' ? strchr (digits, digit) : NULL;

  return found != NULL ? (int) (found - digits) : -1;
}

/* out has room for length bytes. */
static bool
decode_base64 (const char *bytes, size_t length, WeirAnswerText *out)
{
  uint32_t group = 0;
  unsigned bits = 0;

  while (length > 0 && bytes[length - 1] == '=')
    length--;
  for (size_t i = 0; i < length; i++)
    {
      const int value = base64_value (bytes[i]);

      if (value < 0)
        return false;
      group = group << 6 | (uint32_t) value;
      bits += 6;
      if (bits < 8)
        continue;
      bits -= 8;
      out->text[out->length++] = (char) (group >> bits & 0xFF);
    }
  out->text[out->length] = '\0';
  return true;
}

/* Bedrock's InvokeModelWithResponseStream wraps the event of the model: {"bytes":"BASE64"}. */
static bool
unwrap_chunk (WeirAnswer *self, const WeirAnswerEvent *event, WeirAnswerEvent *inner)
{
  WeirAnswerPicked picked;
  const char *bytes;
  size_t length;

  if (!weir_answer_span_is (&event->type, "chunk")
      || !weir_answer_pick_text (&picked, &chunk_paths, &event->data)
      || !weir_answer_has_string (&picked, CHUNK_BYTES))
    return false;
  bytes = event->data.text + picked.slots[CHUNK_BYTES].begin + 1;
  length = picked.slots[CHUNK_BYTES].end - picked.slots[CHUNK_BYTES].begin - 2;
  self->unwrapped.length = 0;
  if (!weir_answer_reserve (self, &self->unwrapped, length)
      || !decode_base64 (bytes, length, &self->unwrapped))
    return false;
  *inner = (WeirAnswerEvent){ { "", 0 },
                              { self->unwrapped.text, self->unwrapped.length },
                              event->time_us };
  return true;
}

WeirAnswerStep
weir_answer_take (WeirAnswer *self, const WeirAnswerEvent *event)
{
  WeirAnswerEvent inner;
  WeirAnswerStep step;

  if (self->is_closed)
    return WEIR_ANSWER_NEXT;
  if (is_done (&event->data))
    step = take_done (self);
  else if (event->data.length == 0 || weir_answer_span_is (&event->type, "ping"))
    step = WEIR_ANSWER_FOREIGN;
  else
    step = take_by_reader (self, unwrap_chunk (self, event, &inner) ? &inner : event);
  if (step != WEIR_ANSWER_TAKEN)
    return step;
  self->n_events++;
  self->revision++;
  self->has_begun = self->has_begun || self->reader != NULL || self->has_error;
  return step;
}
