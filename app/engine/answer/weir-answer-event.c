/* SPDX-License-Identifier: MIT */
#include "weir-answer-event-private.h"

#include <string.h>

/* Containers around a value that is looked for; what lies deeper is passed over. */
#define MAX_DEPTH 8
#define MAX_PATH_BYTES 128

/* A value's place in the event. */
typedef struct
{
  WeirJson json;
  const char *text;
  char path[MAX_PATH_BYTES];    /* "choices[].delta.content" */
  gsize lengths[MAX_DEPTH + 1]; /* of the path of the container at that depth */
  gboolean in_array[MAX_DEPTH + 1];
} Walk;

typedef enum
{
  FIELD_TYPE = 1,
  FIELD_OBJECT,
  FIELD_ID,
  FIELD_MODEL,
  FIELD_FINISH_REASON,
  FIELD_ERROR,
  FIELD_INPUT_TOKENS,
  FIELD_OUTPUT_TOKENS,
  FIELD_THOUGHT_TOKENS, /* which the API does not count as output */
  FIELD_CHOICE,
  FIELD_DELTA, /* its kind is in the type */
  FIELD_TEXT,
  FIELD_THINKING,
  FIELD_TOOL,
  FIELD_TOOL_NAME,
  FIELD_ITEM_NAME,
  FIELD_PART,    /* begins */
  FIELD_THOUGHT, /* the part is one */
} Field;

static const struct
{
  const char *path;
  Field field;
  WeirAnswerApi api; /* that alone has it */
} fields[] = {
  { "type", FIELD_TYPE },
  { "object", FIELD_OBJECT },
  { "error", FIELD_ERROR },
  { "error.message", FIELD_ERROR },
  { "response.error.message", FIELD_ERROR, WEIR_ANSWER_API_OPENAI_RESPONSES },
  /* platform.openai.com/docs/api-reference/chat/streaming; reasoning as others added it */
  { "id", FIELD_ID },
  { "model", FIELD_MODEL },
  { "choices[].index", FIELD_CHOICE, WEIR_ANSWER_API_OPENAI_CHAT },
  { "choices[].delta.content", FIELD_TEXT, WEIR_ANSWER_API_OPENAI_CHAT },
  { "choices[].delta.refusal", FIELD_TEXT, WEIR_ANSWER_API_OPENAI_CHAT },
  { "choices[].text", FIELD_TEXT, WEIR_ANSWER_API_OPENAI_CHAT },
  { "choices[].delta.reasoning_content", FIELD_THINKING, WEIR_ANSWER_API_OPENAI_CHAT },
  { "choices[].delta.reasoning", FIELD_THINKING, WEIR_ANSWER_API_OPENAI_CHAT },
  { "choices[].delta.tool_calls[].function.name", FIELD_TOOL_NAME, WEIR_ANSWER_API_OPENAI_CHAT },
  { "choices[].delta.tool_calls[].function.arguments", FIELD_TOOL, WEIR_ANSWER_API_OPENAI_CHAT },
  { "choices[].finish_reason", FIELD_FINISH_REASON, WEIR_ANSWER_API_OPENAI_CHAT },
  { "usage.prompt_tokens", FIELD_INPUT_TOKENS },
  { "usage.completion_tokens", FIELD_OUTPUT_TOKENS },
  /* platform.openai.com/docs/api-reference/responses-streaming */
  { "delta", FIELD_DELTA },
  { "item.name", FIELD_ITEM_NAME },
  { "response.id", FIELD_ID, WEIR_ANSWER_API_OPENAI_RESPONSES },
  { "response.model", FIELD_MODEL, WEIR_ANSWER_API_OPENAI_RESPONSES },
  { "response.status", FIELD_FINISH_REASON, WEIR_ANSWER_API_OPENAI_RESPONSES },
  { "response.usage.input_tokens", FIELD_INPUT_TOKENS, WEIR_ANSWER_API_OPENAI_RESPONSES },
  { "response.usage.output_tokens", FIELD_OUTPUT_TOKENS, WEIR_ANSWER_API_OPENAI_RESPONSES },
  /* docs.anthropic.com/en/api/messages-streaming */
  { "message.id", FIELD_ID },
  { "message.model", FIELD_MODEL },
  { "message.usage.input_tokens", FIELD_INPUT_TOKENS },
  { "message.usage.output_tokens", FIELD_OUTPUT_TOKENS },
  { "content_block.text", FIELD_TEXT },
  { "content_block.thinking", FIELD_THINKING },
  { "content_block.name", FIELD_TOOL_NAME },
  { "delta.text", FIELD_TEXT },
  { "delta.thinking", FIELD_THINKING },
  { "delta.partial_json", FIELD_TOOL },
  { "delta.stop_reason", FIELD_FINISH_REASON },
  { "usage.input_tokens", FIELD_INPUT_TOKENS },
  { "usage.output_tokens", FIELD_OUTPUT_TOKENS },
  /* ai.google.dev/api/generate-content */
  { "responseId", FIELD_ID, WEIR_ANSWER_API_GEMINI },
  { "modelVersion", FIELD_MODEL, WEIR_ANSWER_API_GEMINI },
  { "candidates[].index", FIELD_CHOICE, WEIR_ANSWER_API_GEMINI },
  { "candidates[].content.parts[]", FIELD_PART, WEIR_ANSWER_API_GEMINI },
  { "candidates[].content.parts[].text", FIELD_TEXT, WEIR_ANSWER_API_GEMINI },
  { "candidates[].content.parts[].thought", FIELD_THOUGHT, WEIR_ANSWER_API_GEMINI },
  { "candidates[].content.parts[].functionCall.name", FIELD_TOOL_NAME, WEIR_ANSWER_API_GEMINI },
  { "candidates[].content.parts[].functionCall.args", FIELD_TOOL, WEIR_ANSWER_API_GEMINI },
  { "candidates[].finishReason", FIELD_FINISH_REASON, WEIR_ANSWER_API_GEMINI },
  { "usageMetadata.promptTokenCount", FIELD_INPUT_TOKENS, WEIR_ANSWER_API_GEMINI },
  { "usageMetadata.candidatesTokenCount", FIELD_OUTPUT_TOKENS, WEIR_ANSWER_API_GEMINI },
  { "usageMetadata.thoughtsTokenCount", FIELD_THOUGHT_TOKENS, WEIR_ANSWER_API_GEMINI },
};

/* --- Walking --------------------------------------------------------------------- */

static void
set_path (Walk *walk, unsigned depth, const char *name, gsize length)
{
  gsize at = walk->lengths[depth];

  if (at > 0 && *name != '[' && at + 1 < MAX_PATH_BYTES)
    walk->path[at++] = '.';
  length = MIN (length, MAX_PATH_BYTES - 1 - at);
  memcpy (walk->path + at, name, length);
  walk->path[at + length] = '\0';
}

/* The next value, or a container's beginning, at a path of its own; FALSE: no more. */
static gboolean
walk_next (Walk *walk, WeirJsonToken *token)
{
  while (weir_json_next (&walk->json, token) == WEIR_JSON_TOKEN)
    {
      const unsigned depth = token->depth;

      if (token->kind == WEIR_JSON_OBJECT_END || token->kind == WEIR_JSON_ARRAY_END)
        continue;
      if (token->kind == WEIR_JSON_KEY)
        {
          set_path (walk, depth, walk->text + token->begin + 1, token->end - token->begin - 2);
          continue;
        }
      if (walk->in_array[depth])
        set_path (walk, depth, "[]", 2);
      if (token->kind != WEIR_JSON_OBJECT_BEGIN && token->kind != WEIR_JSON_ARRAY_BEGIN)
        return TRUE;
      if (depth == MAX_DEPTH)
        {
          weir_json_skip (&walk->json, token);
          continue;
        }
      walk->lengths[depth + 1] = strlen (walk->path);
      walk->in_array[depth + 1] = token->kind == WEIR_JSON_ARRAY_BEGIN;
      return TRUE;
    }
  return FALSE;
}

/* --- Reading ---------------------------------------------------------------------- */

/* What is known only once all of the event was seen. */
typedef struct
{
  WeirAnswerEvent *event;
  WeirJsonToken type, object, delta, item_name;
  gint64 n_thought_tokens;
  guint part;            /* the first piece of the part */
  gboolean is_thought;   /* the part is one */
  gboolean other_choice; /* than the first */
} Reading;

static gint64
get_number (const char *text, const WeirJsonToken *token)
{
  char digits[24];
  const gsize length = MIN (token->end - token->begin, sizeof digits - 1);

  if (token->kind != WEIR_JSON_NUMBER)
    return -1;
  memcpy (digits, text + token->begin, length);
  digits[length] = '\0';
  return MAX (g_ascii_strtoll (digits, NULL, 10), 0);
}

static void
set_string (WeirJsonToken *target, const WeirJsonToken *token)
{
  if (token->kind == WEIR_JSON_STRING)
    *target = *token;
}

static void
add_piece (Reading *self, WeirAnswerPartKind kind, gboolean is_name, const WeirJsonToken *token)
{
  WeirAnswerPiece piece = { kind, is_name, *token };

  if (token->kind == WEIR_JSON_STRING || token->kind == WEIR_JSON_OBJECT_BEGIN)
    g_array_append_val (self->event->pieces, piece);
}

static void
set_thought (Reading *self)
{
  self->is_thought = TRUE;
  for (guint i = self->part; i < self->event->pieces->len; i++)
    g_array_index (self->event->pieces, WeirAnswerPiece, i).kind = WEIR_ANSWER_THINKING;
}

static void
read_field (Reading *self, Field field, WeirJsonToken *token, WeirJson *json)
{
  WeirAnswerEvent *event = self->event;

  switch (field)
    {
    case FIELD_TYPE:
      set_string (&self->type, token);
      break;
    case FIELD_OBJECT:
      set_string (&self->object, token);
      break;
    case FIELD_ID:
      set_string (&event->id, token);
      break;
    case FIELD_MODEL:
      set_string (&event->model, token);
      break;
    case FIELD_FINISH_REASON:
      set_string (&event->finish_reason, token);
      break;
    case FIELD_ERROR:
      set_string (&event->error, token);
      break;
    case FIELD_INPUT_TOKENS:
      event->n_input_tokens = get_number (event->data, token);
      break;
    case FIELD_OUTPUT_TOKENS:
      event->n_output_tokens = get_number (event->data, token);
      break;
    case FIELD_THOUGHT_TOKENS:
      self->n_thought_tokens = get_number (event->data, token);
      break;
    case FIELD_CHOICE:
      self->other_choice |= get_number (event->data, token) > 0;
      break;
    case FIELD_DELTA:
      set_string (&self->delta, token);
      break;
    case FIELD_TEXT:
      add_piece (self, self->is_thought ? WEIR_ANSWER_THINKING : WEIR_ANSWER_TEXT, FALSE, token);
      break;
    case FIELD_THINKING:
      add_piece (self, WEIR_ANSWER_THINKING, FALSE, token);
      break;
    case FIELD_TOOL:
      if (token->kind == WEIR_JSON_OBJECT_BEGIN)
        {
          WeirJsonToken whole = *token;

          weir_json_skip (json, token);
          whole.end = token->end;
          add_piece (self, WEIR_ANSWER_TOOL, FALSE, &whole);
          break;
        }
      add_piece (self, WEIR_ANSWER_TOOL, FALSE, token);
      break;
    case FIELD_TOOL_NAME:
      add_piece (self, WEIR_ANSWER_TOOL, TRUE, token);
      break;
    case FIELD_ITEM_NAME:
      set_string (&self->item_name, token);
      break;
    case FIELD_PART:
      self->part = event->pieces->len;
      self->is_thought = FALSE;
      break;
    case FIELD_THOUGHT:
    default:
      if (token->kind == WEIR_JSON_TRUE)
        set_thought (self);
      break;
    }
}

/* --- Judging ---------------------------------------------------------------------- */

static void
judge_responses (Reading *self, const char *type)
{
  WeirAnswerEvent *event = self->event;

  event->api = WEIR_ANSWER_API_OPENAI_RESPONSES;
  event->what = WEIR_ANSWER_EVENT_PART;
  if (g_str_equal (type, "response.created"))
    event->what = WEIR_ANSWER_EVENT_BEGIN;
  else if (g_str_equal (type, "response.completed") || g_str_equal (type, "response.failed")
           || g_str_equal (type, "response.incomplete"))
    event->what = WEIR_ANSWER_EVENT_END;
  if (event->what != WEIR_ANSWER_EVENT_END)
    event->finish_reason.end = 0;
  if (g_str_equal (type, "response.output_item.added") && self->item_name.end > 0)
    add_piece (self, WEIR_ANSWER_TOOL, TRUE, &self->item_name);
  if (!g_str_has_suffix (type, ".delta") || self->delta.end == 0)
    return;
  if (strstr (type, "reasoning") != NULL)
    add_piece (self, WEIR_ANSWER_THINKING, FALSE, &self->delta);
  else if (strstr (type, "_call") != NULL)
    add_piece (self, WEIR_ANSWER_TOOL, FALSE, &self->delta);
  else if (g_str_equal (type, "response.output_text.delta")
           || g_str_equal (type, "response.refusal.delta"))
    add_piece (self, WEIR_ANSWER_TEXT, FALSE, &self->delta);
}

static gboolean
is_anthropic (const char *type)
{
  static const char *const types[] = { "message_start",
                                       "content_block_start",
                                       "content_block_delta",
                                       "content_block_stop",
                                       "message_delta",
                                       "message_stop",
                                       NULL };

  return g_strv_contains (types, type);
}

static void
judge_anthropic (WeirAnswerEvent *event, const char *type)
{
  event->api = WEIR_ANSWER_API_ANTHROPIC;
  event->what = WEIR_ANSWER_EVENT_PART;
  if (g_str_equal (type, "message_start"))
    event->what = WEIR_ANSWER_EVENT_BEGIN;
  else if (g_str_equal (type, "message_stop"))
    event->what = WEIR_ANSWER_EVENT_END;
}

static void
judge (Reading *self, const char *type, WeirAnswerApi api)
{
  WeirAnswerEvent *event = self->event;
  g_autofree char *object = NULL;

  if (self->object.end > 0)
    object = weir_answer_event_dup (event, &self->object);
  if (g_strcmp0 (object, "chat.completion.chunk") == 0)
    api = WEIR_ANSWER_API_OPENAI_CHAT;
  if (g_str_has_prefix (type, "response."))
    judge_responses (self, type);
  else if (is_anthropic (type))
    judge_anthropic (event, type);
  else if (api == WEIR_ANSWER_API_OPENAI_CHAT || api == WEIR_ANSWER_API_GEMINI)
    {
      event->api = api;
      event->what = WEIR_ANSWER_EVENT_PART;
    }
  else if (event->error.end > 0)
    event->what = WEIR_ANSWER_EVENT_PART;
}

void
weir_answer_event_read (WeirAnswerEvent *self, const char *type, const char *data, gsize length)
{
  Walk walk = { .text = data };
  Reading reading = { .event = self, .n_thought_tokens = -1 };
  WeirAnswerApi api = WEIR_ANSWER_API_NONE;
  g_autofree char *own_type = NULL;
  WeirJsonToken token;

  self->data = data;
  self->pieces = g_array_new (FALSE, FALSE, sizeof (WeirAnswerPiece));
  self->n_input_tokens = self->n_output_tokens = -1;
  if (length == strlen ("[DONE]") && memcmp (data, "[DONE]", length) == 0)
    {
      self->what = WEIR_ANSWER_EVENT_END;
      return;
    }
  weir_json_init (&walk.json, data, length, 0);
  while (walk_next (&walk, &token))
    for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
      if (strcmp (walk.path, fields[i].path) == 0)
        {
          read_field (&reading, fields[i].field, &token, &walk.json);
          if (fields[i].api != WEIR_ANSWER_API_NONE)
            api = fields[i].api;
          break;
        }
  if (walk.json.error != WEIR_JSON_NO_ERROR)
    return;
  if (reading.type.end > 0)
    own_type = weir_answer_event_dup (self, &reading.type);
  judge (&reading, own_type != NULL ? own_type : type, api);
  if (reading.n_thought_tokens > 0)
    self->n_output_tokens = MAX (self->n_output_tokens, 0) + reading.n_thought_tokens;
  if (reading.other_choice)
    {
      g_array_set_size (self->pieces, 0);
      self->finish_reason.end = 0;
    }
}

void
weir_answer_event_clear (WeirAnswerEvent *self)
{
  g_clear_pointer (&self->pieces, g_array_unref);
}

char *
weir_answer_event_dup (const WeirAnswerEvent *self, const WeirJsonToken *string)
{
  const gsize room = string->end - string->begin;
  g_autofree char *text = g_malloc (room + 1);
  GString *whole;
  gsize length;

  if (string->kind != WEIR_JSON_STRING)
    return g_strndup (self->data + string->begin, room);
  length = weir_json_unescape (self->data, string, text);
  if (memchr (text, '\0', length) == NULL)
    {
      text[length] = '\0';
      return g_steal_pointer (&text);
    }
  whole = g_string_new (NULL);
  for (gsize i = 0; i < length; i++)
    if (text[i] == '\0')
      g_string_append (whole, "\uFFFD");
    else
      g_string_append_c (whole, text[i]);
  return g_string_free (whole, FALSE);
}
