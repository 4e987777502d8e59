/* SPDX-License-Identifier: MIT */
#include "weir-llm-request-private.h"

#include "app/engine/base/weir-json-object.h"
#include "app/engine/base/weir-json-text.h"

#include <string.h>

static gboolean
has_model (const WeirJsonObject *body)
{
  const char *model = weir_json_object_get_string (body, "model");

  return model != NULL && *model != '\0';
}

/* Returns: whether the member is an array with at least one element. */
static gboolean
has_elements (const WeirJsonObject *body, const char *name)
{
  gsize length;
  const char *array = weir_json_object_peek_value (body, name, &length);
  WeirJson json;
  WeirJsonToken token;

  if (array == NULL || *array != '[')
    return FALSE;
  weir_json_init (&json, array, length, 0);
  weir_json_next (&json, &token);
  return weir_json_next (&json, &token) == WEIR_JSON_TOKEN && token.kind != WEIR_JSON_ARRAY_END;
}

static gboolean
is_boolean_or_absent (const WeirJsonObject *body, const char *name)
{
  const WeirJsonTokenKind kind = weir_json_object_get_kind (body, name);

  return kind == 0 || kind == WEIR_JSON_NULL || kind == WEIR_JSON_TRUE || kind == WEIR_JSON_FALSE;
}

static gboolean
refuse (WeirLlmRequest *self, const char *field, const char *problem)
{
  self->field = field;
  self->problem = problem;
  return FALSE;
}

/* Chat Completions and Messages. */
static gboolean
check_messages (WeirLlmRequest *self, const WeirJsonObject *body)
{
  if (!has_model (body))
    return refuse (self, "model", "The request must name a model.");
  if (!has_elements (body, "messages"))
    return refuse (self, "messages", "The request must have at least one message.");
  if (!is_boolean_or_absent (body, "stream"))
    return refuse (self, "stream", "stream must be true or false.");
  return TRUE;
}

gboolean
weir_llm_request_read (WeirLlmRequest *self, WeirLlmApi api, const char *body, gsize length)
{
  g_autoptr (WeirJsonObject) object = weir_json_object_new (body, length);

  *self = (WeirLlmRequest){ .api = api };
  if (object == NULL)
    return refuse (self, NULL, "The body of the request must be a JSON object.");
  self->stream = weir_json_object_get_boolean (object, "stream");
  self->has_tools = has_elements (object, "tools");
  switch (api)
    {
    case WEIR_LLM_API_OPENAI:
    case WEIR_LLM_API_ANTHROPIC:
      return check_messages (self, object);
    case WEIR_LLM_API_RESPONSES:
      return self->stream
             || refuse (self, "stream", "stream must be true: only streams are served here.");
    case WEIR_LLM_API_GEMINI:
    default:
      return TRUE;
    }
}

static void
append_string (GString *out, const char *text)
{
  weir_json_text_append_string (out, text, strlen (text));
}

char *
weir_llm_request_describe_error (const WeirLlmRequest *self)
{
  GString *text = g_string_new ("{");

  if (self->api == WEIR_LLM_API_ANTHROPIC)
    g_string_append (text, "\"type\":\"error\",");
  g_string_append (text, "\"error\":{\"type\":\"invalid_request_error\",\"message\":");
  append_string (text, self->problem);
  if (self->api == WEIR_LLM_API_OPENAI || self->api == WEIR_LLM_API_RESPONSES)
    {
      g_string_append (text, ",\"param\":");
      if (self->field != NULL)
        append_string (text, self->field);
      else
        g_string_append (text, "null");
      g_string_append (text, ",\"code\":null");
    }
  g_string_append (text, "}}");
  return g_string_free (text, FALSE);
}
