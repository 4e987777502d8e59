/* SPDX-License-Identifier: MIT */
#include "weir-feed-llm-private.h"

#include <string.h>

#include "app/engine/base/weir-json-object.h"
#include "app/engine/base/weir-json-text.h"

static void
append_string (GString *out, const char *text)
{
  weir_json_text_append_string (out, text, strlen (text));
}

/* Answers 400 with the API's error object. param is the invalid field, or NULL for the whole body. */
static void
refuse (WeirFeedExchange *exchange, WeirFeedLlmApi api, const char *param, const char *sentence)
{
  g_autoptr (GString) text = g_string_new ("{");

  if (api == WEIR_FEED_LLM_ANTHROPIC)
    g_string_append (text, "\"type\":\"error\",");
  g_string_append (text, "\"error\":{\"type\":\"invalid_request_error\",\"message\":");
  append_string (text, sentence);
  if (api == WEIR_FEED_LLM_OPENAI)
    {
      g_string_append (text, ",\"param\":");
      if (param != NULL)
        append_string (text, param);
      else
        g_string_append (text, "null");
      g_string_append (text, ",\"code\":null");
    }
  g_string_append (text, "}}");
  weir_feed_exchange_respond (exchange, 400, "application/json", text->str, (gssize) text->len);
}

static gboolean
has_model (const WeirJsonObject *request)
{
  const char *model = weir_json_object_get_string (request, "model");

  return model != NULL && *model != '\0';
}

static gboolean
has_messages (const WeirJsonObject *request)
{
  gsize length;
  const char *messages = weir_json_object_peek_value (request, "messages", &length);
  WeirJson json;
  WeirJsonToken token;

  if (messages == NULL || *messages != '[')
    return FALSE;
  weir_json_init (&json, messages, length, 0);
  weir_json_next (&json, &token);
  return weir_json_next (&json, &token) == WEIR_JSON_TOKEN && token.kind != WEIR_JSON_ARRAY_END;
}

/* Both APIs stream if the request contains "stream": true. */
static gboolean
read_stream (const WeirJsonObject *request, gboolean *stream)
{
  const WeirJsonTokenKind kind = weir_json_object_get_kind (request, "stream");

  *stream = kind == WEIR_JSON_TRUE;
  return kind == 0 || kind == WEIR_JSON_NULL || kind == WEIR_JSON_TRUE || kind == WEIR_JSON_FALSE;
}

gboolean
weir_feed_llm_check (WeirFeedExchange *exchange,
                     WeirFeedLlmApi api,
                     const char *body,
                     gsize length,
                     gboolean *stream)
{
  g_autoptr (WeirJsonObject) request = weir_json_object_new (body, length);

  if (request == NULL)
    refuse (exchange, api, NULL, "The body of the request must be a JSON object.");
  else if (!has_model (request))
    refuse (exchange, api, "model", "The request must name a model.");
  else if (!has_messages (request))
    refuse (exchange, api, "messages", "The request must have at least one message.");
  else if (!read_stream (request, stream))
    refuse (exchange, api, "stream", "stream must be true or false.");
  else
    return TRUE;
  return FALSE;
}
